"""Rules that ask whether the student is known, and is the LEA's in the record's time (GERR0005)."""

from __future__ import annotations

from ods.layout import RECORD_TYPES, layout
from ods.submission_rules.rule import NEW_SSID, RecordRule

_ENROLLED = (
    "EXISTS (SELECT 1 FROM ods_owned o WHERE o.ssid = {{current_ssid}} AND o.reporting_lea = s.reporting_lea{when})"
)
_IN_YEAR = " AND CAST(o.starts AS text) <= {year_last} AND (o.ends IS NULL OR CAST(o.ends AS text) >= {year_first})"
_SUMMER = "substr({{{start}:text}}, 6, 2) IN ('06', '07', '08')"


def _overlap(start: str, end: str = "") -> str:
    """The enrolment overlaps the record's own range; without an end, the record goes on."""
    until = f" AND ({{{end}}} IS NULL OR o.starts <= {{{end}}})" if end else ""
    return f" AND (o.ends IS NULL OR o.ends >= {{{start}}}){until}"


def _on(day: str) -> str:
    return f" AND o.starts <= {{{day}}} AND (o.ends IS NULL OR o.ends >= {{{day}}})"


# How a record's time meets an enrolment at the LEA. What the sources say is containment for SINF, an enrolment on the
# day for SWDS outside summer; where they are silent an overlap is asked for (docs/decisions/0083).
_WHEN: dict[str, tuple[str, str]] = {
    "SINF": ("effective_start_date", _overlap("effective_start_date", "effective_end_date")),
    "SELA": ("ssid", ""),
    "SPRG": (
        "education_program_membership_start_date",
        _overlap("education_program_membership_start_date", "education_program_membership_end_date"),
    ),
    "SWDS": (
        "special_education_status_effective_start_date",
        _on("special_education_status_effective_start_date"),
    ),
    "MEET": ("ssid", ""),
    "PLAN": (
        "special_education_plan_effective_start_date",
        _overlap("special_education_plan_effective_start_date"),
    ),
    "SERV": ("ssid", ""),
    "PSTS": ("ssid", ""),
    "STAS": ("academic_year_id", _IN_YEAR),
    "SCTE": ("academic_year_id", _IN_YEAR),
    "SCSE": ("academic_year_id", _IN_YEAR),
    "SCSC": ("academic_year_id", _IN_YEAR),
    "SINC": ("academic_year_id", _IN_YEAR),
    "SIRS": ("academic_year_id", _IN_YEAR),
    "SOFF": ("academic_year_id", _IN_YEAR),
    "SDIS": ("academic_year_id", _IN_YEAR),
    "SWAV": ("academic_year_id", _IN_YEAR),
}


def _known(record_type: str) -> RecordRule:
    asked = f"{{ssid}} NOT LIKE '{NEW_SSID}%' AND " if record_type == "SENR" else ""  # only SENR may ask for a new one
    return RecordRule(
        code="SUBM0001",
        severity="error",
        title="Unknown SSID",
        words="No student is known by this SSID. Correct it; for a new student submit SENR with a blank SSID.",
        source="docs/decisions/0083",
        record_type=record_type,
        fields=("ssid",),
        breach=f"{asked}NOT EXISTS (SELECT 1 FROM ods_studentidentity i WHERE i.ssid = s.ssid)",
    )


def _owned(record_type: str) -> RecordRule:
    field, when = _WHEN[record_type]
    breach = f"NOT {_ENROLLED.format(when=when)}"
    if record_type == "SWDS":
        breach += f" AND NOT {_SUMMER.format(start=field)}"
    return RecordRule(
        code="GERR0005",
        severity="error",
        title="Student not of this LEA then",
        words="The student has no posted enrollment (SENR) at the Reporting LEA that covers the record. Correct SSID and "
        "dates, or submit and post the enrollment first.",
        source="CALPADS documentation, GERR0005 (SOURCES-student, SOURCES-staff)",
        record_type=record_type,
        fields=(field, "ssid") if field != "ssid" else ("ssid",),
        breach=breach,
    )


STUDENTS = [record_type for record_type in RECORD_TYPES if layout(record_type).has("ssid")]

RULES: list[RecordRule] = [
    *(_known(record_type) for record_type in STUDENTS),
    *(_owned(record_type) for record_type in _WHEN),
]

NEEDS_ENROLLMENTS = frozenset({"SENR", *_WHEN})
"""Types whose rules read the enrolments of the file's LEAs."""

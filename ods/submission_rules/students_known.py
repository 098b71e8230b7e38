"""Rules that ask whether the student is known, and is the LEA's in the record's time (GERR0005)."""

from __future__ import annotations

from ods.layout import RECORD_TYPES, layout
from ods.submission_rules.codes import valid
from ods.submission_rules.rule import NEW_SSID, RecordRule

_IN_YEAR = "CAST(o.starts AS text) <= {year_last} AND (o.ends IS NULL OR CAST(o.ends AS text) >= {year_first})"
_NOT_SECONDARY = "o.status <> '20' AND "
_AT_SCHOOL = "o.school = s.school_of_attendance AND "


def _enrolled(when: str = "") -> str:
    """There is an enrolment at the Reporting LEA, at a time that meets the record's."""
    also = f" AND {when}" if when else ""
    return f"EXISTS (SELECT 1 FROM ods_owned o WHERE o.ssid = {{current_ssid}} AND o.reporting_lea = s.reporting_lea{also})"


def _overlap(start: str, end: str = "") -> str:
    """The enrolment overlaps the record's own range; without an end, the record goes on."""
    until = f" AND ({{{end}}} IS NULL OR o.starts <= {{{end}}})" if end else ""
    return f"(o.ends IS NULL OR o.ends >= {{{start}}}){until}"


def _on(day: str) -> str:
    return f"o.starts <= {{{day}}} AND (o.ends IS NULL OR o.ends >= {{{day}}})"


def _program() -> str:
    """Participation lies within enrolment at the school: each of its dates in one, because E150 may part what the student
    never left. Eligibility overlaps an enrolment there and ends by its exit."""
    start, end = "education_program_membership_start_date", "education_program_membership_end_date"
    participates = valid("education_program_code", "education_program_membership", "education_program", membership="3")
    may_be_eligible = valid(
        "education_program_code", "education_program_membership", "education_program", membership="1"
    )
    within = f"{_enrolled(_AT_SCHOOL + _on(start))} AND ({{{end}}} IS NULL OR {_enrolled(_AT_SCHOOL + _on(end))})"
    by_exit = f"{_overlap(start, end)} AND ({{{end}}} IS NULL OR o.ends IS NULL OR {{{end}}} <= o.ends)"
    return (
        f"CASE WHEN {participates} AND NOT {may_be_eligible} THEN {within} ELSE {_enrolled(_AT_SCHOOL + by_exit)} END"
    )


_SUMMER_STATUS = "substr({english_language_acquisition_status_start_date:text}, 6, 2) IN ('07', '08')"
_SUMMER = "substr({special_education_status_effective_start_date:text}, 6, 2) IN ('06', '07', '08')"

# How a record's time must meet an enrolment at the LEA: the field marked, and the condition (docs/decisions/0109).
_OWNED_IF: dict[str, tuple[str, str]] = {
    "SINF": ("effective_start_date", _enrolled(_on("effective_start_date"))),
    "SELA": (
        "english_language_acquisition_status_start_date",
        f"{_enrolled(_overlap('english_language_acquisition_status_start_date'))} OR {_enrolled()} AND "
        "({english_language_acquisition_status_start_date} IS NULL OR "
        f"{{english_language_acquisition_status_code}} <> 'RFEP' AND {_SUMMER_STATUS})",
    ),
    "SPRG": ("education_program_membership_start_date", _program()),
    "SWDS": (
        "special_education_status_effective_start_date",
        "{special_education_status_code} = '3' OR "
        f"{_SUMMER} OR {_enrolled(_NOT_SECONDARY + _on('special_education_status_effective_start_date'))}",
    ),
    "MEET": ("ssid", _enrolled()),
    "PLAN": (
        "special_education_plan_effective_start_date",
        _enrolled(_overlap("special_education_plan_effective_start_date")),
    ),
    "SERV": ("plan_effective_start_date", _enrolled(_overlap("plan_effective_start_date"))),
    "PSTS": ("ssid", _enrolled()),
    **dict.fromkeys(
        ("STAS", "SCTE", "SCSE", "SCSC", "SINC", "SIRS", "SOFF", "SDIS", "SWAV"),
        ("academic_year_id", _enrolled(_IN_YEAR)),
    ),
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
    field, owned_if = _OWNED_IF[record_type]
    return RecordRule(
        code="GERR0005",
        severity="error",
        title="Student not of this LEA then",
        words="The student has no posted enrollment (SENR) at the Reporting LEA that covers the record. Correct SSID and "
        "dates, or submit and post the enrollment first.",
        source="CALPADS documentation, GERR0005",
        record_type=record_type,
        fields=(field, "ssid") if field != "ssid" else ("ssid",),
        breach=f"NOT ({owned_if})",
    )


STUDENTS = [record_type for record_type in RECORD_TYPES if layout(record_type).has("ssid")]

RULES: list[RecordRule] = [
    *(_known(record_type) for record_type in STUDENTS),
    *(_owned(record_type) for record_type in _OWNED_IF),
]

NEEDS_ENROLLMENTS = frozenset({"SENR", *_OWNED_IF})
"""Types whose rules read the enrolments of the file's LEAs."""

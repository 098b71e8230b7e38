"""Which records an extract has, in which order, as which bytes (ods-extracts 5, 6.1, 10, 10.1)."""

from __future__ import annotations

from dataclasses import dataclass

from ods.layout import Layout, layout
from tests.reference.store import Record, Store, line_of

JOINED = frozenset({"SINF", "SELA", "SPRG", "SWDS", "MEET", "PLAN", "SERV", "PSTS"})
Enrollments = dict[str, list[dict[str, str]]]
HISTORY = frozenset({"SWDS", "MEET", "PLAN", "SERV"})


@dataclass(frozen=True)
class Asked:
    """Criteria, in the file's own writing: dates CCYYMMDD, '' for not given.

    `active` is Active students or Active Staff; `start`, `end` the enrolment or employment range; `effective_start`,
    `effective_end` the effective range (one date: both the same); `only_special_education` the limit of PSTS for SPED
    Students and of SELPA users. `grade`, `as_of` and `adjusted` belong to the extracts of section 8
    (tests/reference/special.py).
    """

    record_type: str
    lea: str
    schools: frozenset[str] = frozenset()
    active: bool = False
    start: str = ""
    end: str = ""
    academic_year: str = ""
    effective_start: str = ""
    effective_end: str = ""
    program: str = "All"
    participation: str = ""
    most_recent: bool = False
    only_special_education: bool = False
    grade: str = ""
    as_of: str = ""
    adjusted: bool = False


@dataclass(frozen=True)
class Row:
    """A record that may come out: as it is shown, and as it is stored."""

    shown: dict[str, str]
    record: Record


def extract(store: Store, asked: Asked) -> bytes:
    """The bytes of the file."""
    kind = layout(asked.record_type)
    enrollments: dict[str, list[dict[str, str]]] = {}
    for enrollment in store.records["SENR"].values():
        enrollments.setdefault(store.current(enrollment.values["ssid"]), []).append(enrollment.values)
    table = store.records[asked.record_type]
    rows = [Row(shown, table[key]) for key, shown in store.shown(kind).items()]
    chosen = [row for row in rows if _wanted(enrollments, kind, row.shown, asked)]
    if asked.most_recent:
        chosen = _most_recent(kind, chosen)
    chosen.sort(key=lambda row: _place(kind, row))
    return b"".join(
        f"{line_of(kind, row.shown)}^{row.record.uploaded}^{row.record.updated}\r\n".encode() for row in chosen
    )


def _wanted(enrollments: Enrollments, kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    return (
        (asked.record_type == "SWDS" or shown["reporting_lea"] == asked.lea)
        and (not asked.academic_year or shown["academic_year_id"] == asked.academic_year)
        and _in_effect(shown, asked)
        and _at_school(kind, shown, asked)
        and _employed(kind, shown, asked)
        and _enrolled(enrollments, kind, shown, asked)
        and asked.program in ("All", shown.get("education_program_code"))
        and asked.participation in ("", shown.get("education_program_participation_type_code"))
        and (not asked.only_special_education or shown["education_program_participation_type_code"] == "30")
    )


def _in_effect(shown: dict[str, str], asked: Asked) -> bool:
    if not asked.effective_start:
        return True
    return overlaps(
        shown["effective_start_date"], shown["effective_end_date"], asked.effective_start, asked.effective_end
    )


def _at_school(kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    if asked.record_type in ("SELA", *HISTORY) or not kind.school_field:
        return True
    return shown[kind.school_field] in asked.schools


def _employed(kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    if kind.record_type != "SDEM":
        return True
    if asked.active:
        return shown["employment_end_date"] == ""
    return overlaps(shown["employment_start_date"], shown["employment_end_date"], asked.start, asked.end)


def _enrolled(enrollments: Enrollments, kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    if kind.record_type == "SENR":
        return _meets(shown, asked)
    if kind.record_type not in JOINED or not (asked.active or asked.start):
        return True
    for enrollment in enrollments.get(shown["ssid"], []):
        school = enrollment["school_of_attendance"]
        there = school in asked.schools
        if kind.record_type in ("SINF", "SPRG"):
            there = there and school == shown["school_of_attendance"]
        if there and enrollment["reporting_lea"] == asked.lea and _meets(enrollment, asked):
            return True
    return False


def _meets(enrollment: dict[str, str], asked: Asked) -> bool:
    start, end = enrollment["enrollment_start_date"], enrollment["enrollment_exit_date"]
    if asked.active and end:
        return False
    return not asked.start or overlaps(start, end, asked.start, asked.end)


def overlaps(start: str, end: str, first: str, last: str) -> bool:
    """The inclusive interval test of section 5; an empty end is open."""
    return start <= last and (end == "" or end >= first)


def _own_date(kind: Layout, values: dict[str, str]) -> str:
    if kind.record_type == "MEET":
        return values["special_education_meeting_date"] or values["pending_as_of_date"]
    return values[
        {
            "SWDS": "special_education_status_effective_start_date",
            "PLAN": "special_education_plan_effective_start_date",
            "SERV": "plan_effective_start_date",
        }[kind.record_type]
    ]


def _most_recent(kind: Layout, rows: list[Row]) -> list[Row]:
    by_student: dict[str, list[Row]] = {}
    for row in rows:
        by_student.setdefault(row.shown["ssid"], []).append(row)
    if kind.record_type == "SERV":
        latest = {ssid: max(_own_date(kind, row.shown) for row in his) for ssid, his in by_student.items()}
        return [row for row in rows if _own_date(kind, row.shown) == latest[row.shown["ssid"]]]
    return [max(his, key=lambda row: (_own_date(kind, row.shown), row.record.posted)) for his in by_student.values()]


def _place(kind: Layout, row: Row) -> tuple[bytes, ...]:
    """Row order of types.csv, then the rest of the key, the SSID as stored last; blanks first, bytewise."""
    ordered = [next((row.shown[name] for name in names if row.shown[name]), "") for names in kind.row_order]
    told = {name for names in kind.row_order for name in names}
    rest = [row.record.values[name] for name in kind.key if name not in told]
    stored = [row.record.values["ssid"]] if "ssid" in told else []
    return tuple(text.encode() for text in (*ordered, *rest, *stored))

"""Which records an extract has, in which order, as which bytes (ods-extracts 5, 6.1, 10, 10.1)."""

from __future__ import annotations

from dataclasses import dataclass

from ods.layout import Layout, layout
from tests.reference.store import Record, Store

JOINED = frozenset({"SINF", "SELA", "SPRG", "SWDS", "MEET", "PLAN", "SERV", "PSTS"})
HISTORY = frozenset({"SWDS", "MEET", "PLAN", "SERV"})


@dataclass(frozen=True)
class Asked:
    """Criteria, in the file's own writing: dates CCYYMMDD, '' for not given.

    `active` is Active students or Active Staff; `start`, `end` the enrolment or employment range; `effective_start`,
    `effective_end` the effective range (one date: both the same); `only_special_education` the limit of PSTS for SPED
    Students and of SELPA users.
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


def extract(store: Store, asked: Asked) -> bytes:
    """The bytes of the file."""
    kind = layout(asked.record_type)
    chosen = [record for record in store.records[asked.record_type].values() if _wanted(store, kind, record, asked)]
    if asked.most_recent:
        chosen = _most_recent(store, kind, chosen)
    chosen.sort(key=lambda record: _place(store, kind, record))
    return b"".join(f"{store.line(kind, record)}^{record.uploaded}^{record.updated}\r\n".encode() for record in chosen)


def _wanted(store: Store, kind: Layout, record: Record, asked: Asked) -> bool:
    shown = store.shown(kind, record)
    whose = asked.record_type == "SWDS" or shown["reporting_lea"] == asked.lea
    return (
        whose
        and _in_year(kind, shown, asked)
        and _in_effect(shown, asked)
        and _at_school(kind, shown, asked)
        and _employed(kind, shown, asked)
        and _enrolled(store, kind, shown, asked)
        and (asked.program in ("All", shown.get("education_program_code")))
        and (asked.participation in ("", shown.get("education_program_participation_type_code")))
        and (not asked.only_special_education or shown["education_program_participation_type_code"] == "30")
    )


def _in_year(kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    return not asked.academic_year or shown["academic_year_id"] == asked.academic_year


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


def _enrolled(store: Store, kind: Layout, shown: dict[str, str], asked: Asked) -> bool:
    if kind.record_type == "SENR":
        return _meets(shown, asked)
    if kind.record_type not in JOINED or not (asked.active or asked.start):
        return True
    for enrollment in store.records["SENR"].values():
        his = store.current(enrollment.values["ssid"]) == shown["ssid"]
        ours = enrollment.values["reporting_lea"] == asked.lea
        school = enrollment.values["school_of_attendance"]
        there = school in asked.schools
        if kind.record_type in ("SINF", "SPRG"):
            there = there and school == shown["school_of_attendance"]
        if his and ours and there and _meets(enrollment.values, asked):
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


def _most_recent(store: Store, kind: Layout, records: list[Record]) -> list[Record]:
    by_student: dict[str, list[Record]] = {}
    for record in records:
        by_student.setdefault(store.current(record.values["ssid"]), []).append(record)
    if kind.record_type == "SERV":
        return [
            record
            for his in by_student.values()
            for record in his
            if _own_date(kind, record.values) == max(_own_date(kind, other.values) for other in his)
        ]
    return [max(his, key=lambda record: (_own_date(kind, record.values), record.posted)) for his in by_student.values()]


def _place(store: Store, kind: Layout, record: Record) -> tuple[bytes, ...]:
    """Row order of types.csv, then the rest of the key, the SSID as stored last; blanks first, bytewise."""
    shown = store.shown(kind, record)
    ordered = [next((shown[name] for name in names if shown[name]), "") for names in kind.row_order]
    told = {name for names in kind.row_order for name in names}
    rest = [record.values[name] for name in kind.key if name not in told or name == "ssid"]
    return tuple(text.encode() for text in (*ordered, *rest))

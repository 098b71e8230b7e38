"""For every criterion of every type some posted row is refused by that criterion alone (issue 2, item 5).

The rules of ods-extracts 5 and 10.1 stand here once more, in plain Python over the files, each as a condition with a
name. A row is refused by a criterion alone if it is refused, and would not be if that one condition were left out.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from ods.demo.generator import DemoData
from ods.layout import layout
from tests.reference.reading import Directory
from tests.reference.store import Store

Row = dict[str, str]
Conditions = dict[str, Callable[[Row, Row], bool]]

PSEUDO = ("0000001", "0000002")
RANGES = (("20240701", "20250630"), ("20250701", "20260630"), ("20260701", "20260901"), ("20140701", "20260630"))
YEARS = ("2013-2014", "2014-2015", "2018-2019", "2023-2024", "2024-2025", "2025-2026", "2026-2027")
DAYS = ("20250115", "20260115", "20261015")

SCHOOL_AND_YEAR = ("SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS", "SINC", "SIRS", "SOFF", "SDIS", "SWAV")
HISTORY = ("SWDS", "MEET", "PLAN", "SERV")

ACTIVE = ("enrollment LEA", "school", "active")
RANGE = ("enrollment LEA", "school", "begun by the end", "not ended before the start")


def _expected() -> Iterator[tuple[str, str, str]]:
    """(type, way of asking, criterion)."""
    for code in SCHOOL_AND_YEAR:
        yield from ((code, "year", name) for name in ("LEA", "school", "year"))
    ways = {"active": ACTIVE, "range": RANGE}
    for way, names in ways.items():
        yield from (("SENR", way, name) for name in names)
        for code in ("SINF", "SPRG", "SELA", *HISTORY):
            yield from ((code, way, name) for name in names)
            if code != "SWDS":
                yield code, way, "LEA"
        yield from ((code, way, "same school") for code in ("SINF", "SPRG"))
        yield from ((code, way, "one enrollment") for code in ("SELA", *HISTORY))
    yield from (("SINF", "effective", name) for name in ("effective by the day", "effective on the day"))
    yield from (("SPRG", "year", name) for name in ("LEA", "school", "year", "program"))
    yield from (("SPRG", "year and active", name) for name in ("year", "active", "same school"))
    yield from ((code, "most recent", "most recent") for code in HISTORY)
    yield from (("SDEM", "active", name) for name in ("LEA", "active"))
    yield from (("SDEM", "range", name) for name in ("LEA", "begun by the end", "not ended before the start"))
    yield from (("SDEM", "effective", name) for name in ("effective by the day", "effective on the day"))
    yield from (("PSTS", "year", name) for name in ("LEA", "school", "year", "participation"))
    yield from (
        ("PSTS", "range", name)
        for name in ("LEA", "own school", "enrollment school", *(name for name in RANGE if name != "school"))
    )


@dataclass
class State:
    """Everything posted, as extracts show it."""

    rows: dict[str, list[Row]]
    enrollments: dict[str, list[Row]]
    schools: dict[str, list[str]]


@pytest.fixture(scope="module")
def state(demo_data: DemoData) -> State:
    with demo_data.directory.open(encoding="utf-8", newline="") as lines:
        entries = list(csv.DictReader(lines))
    schools = {row["code"]: list(PSEUDO) for row in entries if row["kind"] == "LEA"}
    for row in entries:
        if row["kind"] == "SCHOOL":
            schools[row["parent"]].append(row["code"])
    store = Store(Directory.of(demo_data.directory))
    for file in demo_data.files:
        outcome = store.load(file.path.read_bytes(), posted_on=f"{file.posted_on:%Y%m%d}", historical=file.historical)
        assert not outcome.refused
    for each in demo_data.retirements:
        store.retire(each.old, each.new)
    rows = {code: list(store.shown(layout(code)).values()) for code in store.records}
    enrollments = defaultdict(list)
    for row in rows["SENR"]:
        enrollments[row["ssid"]].append(row)
    return State(rows, enrollments, schools)


@dataclass(frozen=True)
class Asked:
    """One request. `schools` are some of the LEA's, and the placements."""

    lea: str
    schools: frozenset[str]
    year: str = ""
    start: str = ""
    end: str = ""
    day: str = ""
    program: str = ""
    participation: str = ""


def _requests(state: State, way: str) -> Iterator[Asked]:
    for lea, codes in state.schools.items():
        own = [code for code in codes if code not in PSEUDO]
        choices = {frozenset(codes), frozenset({*own}), *(frozenset({*codes} - {code}) for code in codes)}
        choices |= {frozenset({code}) for code in codes}
        for schools in sorted(choices, key=sorted):
            if way == "year":
                for year, program, participation in product(YEARS, ("181", "101"), ("10", "20", "30")):
                    yield Asked(lea, schools, year=year, program=program, participation=participation)
            elif way == "range":
                yield from (Asked(lea, schools, start=start, end=end) for start, end in RANGES)
            elif way == "year and active":
                yield from (Asked(lea, schools, year=year) for year in YEARS)
            elif way == "effective":
                yield from (Asked(lea, schools, day=day) for day in DAYS)
            else:
                yield Asked(lea, schools)


def _own_conditions(record_type: str, way: str, asked: Asked) -> dict[str, Callable[[Row], bool]]:
    """What is asked of the row itself."""
    own: dict[str, Callable[[Row], bool]] = {}
    school = layout(record_type).school_field
    if record_type not in ("SWDS", "SENR"):
        own["LEA"] = lambda row: row["reporting_lea"] == asked.lea
    if record_type in SCHOOL_AND_YEAR or (record_type in ("SPRG", "PSTS") and way == "year"):
        own["school"] = lambda row: row[school] in asked.schools
    if record_type == "PSTS" and way == "range":
        own["own school"] = lambda row: row[school] in asked.schools
    if "year" in way:
        own["year"] = lambda row: row["academic_year_id"] == asked.year
    if way == "year" and record_type == "SPRG":
        own["program"] = lambda row: row["education_program_code"] == asked.program
    if way == "year" and record_type == "PSTS":
        own["participation"] = lambda row: row["education_program_participation_type_code"] == asked.participation
    if way == "effective":
        own["effective by the day"] = lambda row: row["effective_start_date"] <= asked.day
        own["effective on the day"] = lambda row: (
            row["effective_end_date"] in ("",) or (row["effective_end_date"] >= asked.day)
        )
    if record_type == "SDEM" and way in ("active", "effective"):
        own["active"] = lambda row: row["employment_end_date"] == ""
    if record_type == "SDEM" and way == "range":
        own["begun by the end"] = lambda row: row["employment_start_date"] <= asked.end
        own["not ended before the start"] = lambda row: (
            row["employment_end_date"] == "" or row["employment_end_date"] >= asked.start
        )
    return own


def _enrollment_conditions(record_type: str, way: str, asked: Asked) -> Conditions:
    """What is asked of one and the same enrolment of the student: of (row, enrolment)."""
    if record_type in (*SCHOOL_AND_YEAR, "SDEM") or (way == "year" and record_type in ("SPRG", "PSTS")):
        return {}
    found: Conditions = {
        "enrollment LEA": lambda _, each: each["reporting_lea"] == asked.lea,
        "enrollment school" if record_type == "PSTS" else "school": (
            lambda _, each: each["school_of_attendance"] in asked.schools
        ),
    }
    if record_type in ("SINF", "SPRG"):
        found["same school"] = lambda row, each: each["school_of_attendance"] == row["school_of_attendance"]
    if way == "range":
        found["begun by the end"] = lambda _, each: each["enrollment_start_date"] <= asked.end
        found["not ended before the start"] = lambda _, each: (
            each["enrollment_exit_date"] == "" or each["enrollment_exit_date"] >= asked.start
        )
    else:
        found["active"] = lambda _, each: each["enrollment_exit_date"] == ""
    return found


def _selected(state: State, record_type: str, way: str, asked: Asked, row: Row, *, without: str = "") -> bool:
    own = _own_conditions(record_type, way, asked)
    if not all(holds(row) for name, holds in own.items() if name != without):
        return False
    joined = _enrollment_conditions(record_type, way, asked)
    if not joined:
        return True
    enrollments = [row] if record_type == "SENR" else state.enrollments[row["ssid"]]
    if without == "one enrollment":
        # Each condition met by some enrolment at one of the LEA's selected schools, or of the LEA, on its own.
        here = [each for each in enrollments if joined["enrollment LEA"](row, each)]
        return all(any(holds(row, each) for each in here) for holds in joined.values())
    if (
        without == "same school"
        and record_type in ("SINF", "SPRG")
        and row["school_of_attendance"] not in asked.schools
    ):
        return False
    return any(all(holds(row, each) for name, holds in joined.items() if name != without) for each in enrollments)


def _own_date(record_type: str, row: Row) -> str:
    if record_type == "MEET":
        return row["special_education_meeting_date"] or row["pending_as_of_date"]
    return row[
        {
            "SWDS": "special_education_status_effective_start_date",
            "PLAN": "special_education_plan_effective_start_date",
            "SERV": "plan_effective_start_date",
        }[record_type]
    ]


def _refused_alone(state: State, record_type: str, way: str, criterion: str) -> bool:
    rows = state.rows[record_type]
    for asked in _requests(state, way):
        if criterion == "most recent":
            newest: dict[str, set[str]] = defaultdict(set)
            for row in rows:
                if _selected(state, record_type, "active", asked, row):
                    newest[row["ssid"]].add(_own_date(record_type, row))
            if any(len(dates) > 1 for dates in newest.values()):
                return True
        elif any(
            _selected(state, record_type, way, asked, row, without=criterion)
            and not _selected(state, record_type, way, asked, row)
            for row in rows
        ):
            return True
    return False


@pytest.mark.parametrize(("record_type", "way", "criterion"), list(_expected()))
def test_some_row_is_refused_by_the_criterion_alone(state: State, record_type: str, way: str, criterion: str) -> None:
    assert _refused_alone(state, record_type, way, criterion)

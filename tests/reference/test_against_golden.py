"""The reference agrees with every golden case: typed by hand and computed apart from it, from the same spec."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.golden.reading import DIRECTORY, Case, all_cases
from tests.reference.reading import Directory
from tests.reference.selecting import Asked, extract
from tests.reference.special import SPECIAL, special_extract
from tests.reference.store import Store

# Direct Certification is a join of what a command loads; its golden cases hold it alone.
CASES = [case for case in all_cases() if case.expect == "file" and case.record_type != "DC"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reference_agrees_with_the_golden_case(case: Case) -> None:
    store = Store(Directory.of(DIRECTORY))
    for step in case.steps:
        if "load" in step:
            _load(store, case, step)
        elif "empty_scope" in step:
            store.empty(step["record_type"], tuple(step["empty_scope"].split(":")))
        else:
            command, old, *rest = step["command"]
            assert command == "retire_ssid"
            if rest == ["--undo"]:
                store.restore(old)
            else:
                store.retire(old, rest[0], _day(rest[2]))
    asked = asked_of(case)
    recomputed = special_extract(store, asked) if asked.record_type in SPECIAL else extract(store, asked)
    assert recomputed == case.expected


def _load(store: Store, case: Case, step: Mapping[str, object]) -> None:
    outcome = store.load(
        (case.folder / str(step["load"])).read_bytes(),
        posted_on=_day(str(step["posted_on"])),
        accept_valid=bool(step.get("accept_valid")),
        historical=bool(step.get("historical")),
    )
    assert outcome.refused == (step.get("expect") == "refused")
    for count in ("inserted", "updated", "unchanged", "removed", "deleted", "rejected"):
        if count in step:
            assert (count, outcome.counts[count]) == (count, step[count])
    found = {(f"line {line.number}", number) for line in outcome.lines for rule, number in line.errors}
    for error in step.get("errors", []):  # type: ignore[attr-defined]
        place = re.search(r"line \d+", error)
        if place:
            number = error.partition(" field ")[2]
            assert any(line == place[0] and number in ("", field) for line, field in found)


def asked_of(case: Case) -> Asked:
    """A golden case's request as criteria. Only names of the way asked with count."""
    values = {name: [each for each in given if each] for name, given in case.values.items()}

    def one(*names: str) -> str:
        return next((values[name][0] for name in names if values.get(name)), "")

    way = case.way
    year = one("AcademicYear") if way != "date_range" else ""
    default_active = "true" if way == "active" else "false"
    active = (one("ActiveStaff") or one("ActiveStudent") or default_active).lower() == "true"
    history = case.record_type in ("SWDS", "MEET", "PLAN", "SERV")
    ranged = way == "date_range" or case.record_type == "REPL"
    staff = case.record_type == "SDEM"
    start = one("EmploymentStartDate") if staff else one("EnrollmentStartDate", "StartDate") if ranged else ""
    end = one("EmploymentEndDate") if staff else one("EnrollmentEndDate", "EndDate") if ranged else ""
    return Asked(
        record_type=case.record_type,
        lea=case.reporting_lea,
        schools=frozenset(values.get("School", [])),
        active=active,
        start=_day(start),
        end=_day(end),
        academic_year=year,
        effective_start=_day(one("EffectiveDate", "EffectiveStartDate")),
        effective_end=_day(one("EffectiveDate", "EffectiveEndDate")),
        program=one("EducationProgramCode") or "All",
        participation=one("EducationProgramParticipation"),
        most_recent=history and one("RecordHistory") == "Y",
        only_special_education=case.record_type == "PSTS" and "psts_edit" not in case.user["roles"],
        grade="" if one("GradeLevel") == "All" else one("GradeLevel"),
        as_of=_day(one("EffectiveDate")) if way == "as_of" else "",
        adjusted=bool(one("Adjusted")),
    )


def _day(text: str) -> str:
    """MM/DD/YYYY or CCYY-MM-DD as CCYYMMDD."""
    if "/" in text:
        month, day, year = text.split("/")
        return year + month + day
    return text.replace("-", "")

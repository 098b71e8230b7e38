"""The rules of submission, one by one: what breaks each, and what is beside it and does not (`rule_cases`)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from html import unescape

import pytest

from ods.layout import RECORD_TYPES, layout
from ods.models import Organization, StudentEnrollment
from ods.submission_rules import RecordRule, all_rules, rules_for
from ods.submission_rules.left_out import LEFT_OUT
from submissions.enums import Status
from submissions.rejected import WIDTH
from submissions.rule_table import lines
from tests.factories.organizations import make_selpa
from tests.factories.records import line
from tests.ods.posting.filing import FIRST, OTHER_LEA, OTHER_LEAS_SCHOOL, filed
from tests.submissions.conftest import know, places, post_all, state
from tests.submissions.rule_cases import CASES, Case
from tests.submissions.rule_cases.given import (
    DAYS,
    FORMER_SELPA,
    FULL,
    NOBODYS_SELPA,
    OTHERS_SELPA,
    SECOND_SELPA,
    Changes,
    Given,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def enrolled(lea: Organization) -> None:
    """The student is enrolled at the LEA from 2025-08-18 on."""
    assert filed(line("SENR", **FULL["SENR"]), on=FIRST).outcome.refused == ""


def rule_of(case: Case) -> RecordRule:
    """The rule a case is of: of the type's rules of that code the one that marks the field."""
    [found] = [
        rule for rule in rules_for(case.record_type) if rule.code == case.code and case.field in ("", rule.fields[0])
    ]
    return found


def own(record_type: str, number: int) -> Changes:
    """What makes a record one of its own: a person, a class and a section."""
    values = {
        "ssid": f"90000{number:05}",
        "seid": f"80000{number:05}",
        "local_student_id": f"L{number}",
        "course_section_id": f"C{number}",
        "class_id": f"C{number}",
    }
    return {name: value for name, value in values.items() if layout(record_type).has(name)}


def written(record_type: str, number: int, changes: Changes) -> str:
    given = FULL.get(record_type, {}) | own(record_type, number) | changes
    if given.get("reporting_lea") == OTHER_LEA:
        school = layout(record_type).school_field
        given = {school: OTHER_LEAS_SCHOOL} | given if school else given
    return line(record_type, given.pop("transaction_type", ""), **given)


def submitted_together(submit, record_type: str, all_given: list[Given]) -> list[list[tuple[str, str, str]]]:
    """Code, severity and field number of what is found in each record, all of them standing in one file."""
    students = layout(record_type).has("ssid")
    know(*(own(record_type, number)["ssid"] for number in range(len(all_given)) if students))
    before: dict[str, list[str]] = {}
    file: list[str] = []
    places_of_records: list[int] = []
    for number, given in enumerate(all_given):
        if students and record_type != "SENR":
            start, end = given.enrolled
            exit_ = {"enrollment_exit_date": end, "exit_reason_code": "T160" if end else ""}
            enrolment = {"reporting_lea": given.at, "enrollment_start_date": start, **exit_}
            before.setdefault("SENR", []).append(written("SENR", number, enrolment))
        for other_type, changes in given.posted:
            before.setdefault(other_type, []).append(written(other_type, number, changes))
        places_of_records.append(len(file) + 1)
        file += [written(record_type, number, changes) for changes in (given.changes, *given.beside)]
    for posted in before.values():
        outcome = filed(*posted, on=FIRST).outcome
        assert (outcome.refused, outcome.counts.rejected) == ("", 0)
    submission = submit(*file, code=record_type)
    assert (submission.validation_job.status, submission.records) == ("SUCCEEDED", len(file))
    found: dict[int, list[tuple[str, str, str]]] = {}
    for at, *what in submission.found.values_list("line", "code", "severity", "field_number"):
        found.setdefault(at, []).append(tuple(what))
    return [found.get(place, []) for place in places_of_records]


@pytest.fixture
def selpas(lea: Organization) -> None:
    make_selpa(OTHERS_SELPA, members=(Organization.objects.get(code=OTHER_LEA),))
    make_selpa(NOBODYS_SELPA)
    make_selpa(SECOND_SELPA, members=(lea,))
    make_selpa(FORMER_SELPA, members=(lea,), since=date(2015, 7, 1), until=date(2020, 6, 30))


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_each_rule_meets_what_breaks_it_and_nothing_beside(submit, selpas, record_type: str) -> None:
    cases = [case for case in CASES if case.record_type == record_type]
    found = submitted_together(submit, record_type, [given for case in cases for given in (case.wrong, case.right)])
    codes = {rule.code for rule in rules_for(record_type)}
    amiss = []
    for case, wrong, right in zip(cases, found[::2], found[1::2], strict=True):
        rule = rule_of(case)
        mark = (rule.code, rule.severity, rule.numbers[0])
        if wrong.count(mark) != 1:
            amiss.append(f"{rule.code} {rule.fields[0]} is broken by {case.wrong}, found is {wrong}")
        if mark in right:
            amiss.append(f"{rule.code} {rule.fields[0]} is not broken by {case.right}")
        if ignored := [each for each in right if each[1] == "error" and each[0] not in codes]:
            amiss.append(f"{rule.code} is not asked of {case.right}: {ignored}")
    assert not amiss, "\n".join(["", *amiss])


def test_every_rule_is_broken_by_some_case() -> None:
    assert {rule_of(case) for case in CASES} == set(all_rules())
    assert max(Counter((rule.record_type, rule.code, rule.fields[0]) for rule in all_rules()).values()) == 1


def test_exit_and_new_enrollment_want_two_files(submit, client) -> None:
    know("9000000005")
    both = [
        line("SENR", ssid="9000000005", **FULL["SENR"], enrollment_exit_date="20251001", exit_reason_code="T160"),
        line("SENR", ssid="9000000005", **FULL["SENR"], enrollment_start_date="20251101"),
    ]
    assert places(submit(*both)) == [(1, "SENR0027", "1.25")]
    post_all(client, submit(both[0]))
    post_all(client, submit(both[1]))
    assert StudentEnrollment.objects.filter(ssid="9000000005").count() == 2
    assert places(submit(*both)) == []


def language(code: str, start: str, **given: str) -> str:
    return line(
        "SELA",
        **FULL["SELA"]
        | {
            "english_language_acquisition_status_code": code,
            "english_language_acquisition_status_start_date": start,
            "primary_language_code": "spa",
        }
        | given,
    )


@pytest.mark.usefixtures("enrolled")
def test_language_statuses_follow_one_another(submit, client) -> None:
    el = language("EL", "20250818", correction_reason_code="1")
    assert places(submit(language("RFEP", "20250818"), code="SELA")) == [(1, "SELAX05", "12.13")]
    post_all(client, submit(language("TBD", "20250701"), code="SELA"))
    post_all(client, submit(el, code="SELA"))
    assert places(submit(language("RFEP", "20260501"), code="SELA")) == []
    assert places(submit(language("EO", "20260501"), code="SELA")) == [(1, "SELAX05", "12.13")]
    assert places(submit(language("EO", "20260501", correction_reason_code="4"), code="SELA")) == []
    assert places(submit(language("RFEP", "20250801"), code="SELA"))[0][1] == "SELA0285"
    assert (1, "SELAX04", "12.14") in places(
        submit(language("EL", "20260501", correction_reason_code="1"), code="SELA")
    )


@pytest.mark.usefixtures("enrolled")
def test_a_result_wants_its_incident_posted_first(submit, client) -> None:
    incident = {"incident_id_local": "I1"}
    assert (1, "SIRSX01", "19.13") in places(submit(line("SIRS", **FULL["SIRS"]), code="SIRS"))
    post_all(client, submit(line("SINC", **FULL["SINC"] | incident), code="SINC"))
    assert places(submit(line("SIRS", **FULL["SIRS"]), code="SIRS")) == []


def test_a_record_with_a_format_error_is_held_to_the_rules_that_can_be_asked(submit, client) -> None:
    """Its sound fields are looked at, its unsound ones are not, and it is never posted."""
    know("9000000005")
    exited = {"ssid": "9000000005", "exit_reason_code": "E230", "graduation_exemption_indicator": "N"}
    lines = [
        line("SENR", **FULL["SENR"] | exited, gender_code="Q"),
        line("SENR", **FULL["SENR"] | exited, enrollment_exit_date="20261399"),
        line("SENR", **FULL["SENR"] | exited, school_completion_status="?"),
        line("SENR", "D", **FULL["SENR"] | exited, gender_code="Q"),
        line("SENR", ssid="9900000099", gender_code="Q", birth_country_code=""),
        line("SENR", ssid="9000000005", **FULL["SENR"]),
    ]
    submission = submit(*lines)
    assert sorted(places(submission)) == [
        *((1, code, number) for code, number in (("GERR0002", "1.18"), ("SENR0630", "1.35"), ("SENRX01", "1.25"))),
        (1, "SENRX06", "1.27"),
        *((2, code, number) for code, number in (("FRMT0002", "1.25"), ("SENR0630", "1.35"), ("SENRX06", "1.27"))),
        *((3, code, number) for code, number in (("GERR0002", "1.27"), ("SENRX01", "1.25"))),
        (4, "GERR0002", "1.18"),
        *((5, code, number) for code, number in (("GERR0002", "1.18"), ("SENRX16", "1.21"), ("SUBM0001", "1.08"))),
    ]
    assert state(submission) == (Status.READY, 6, 1, 5)
    post_all(client, submission)
    assert StudentEnrollment.objects.count() == 1


@pytest.mark.usefixtures("enrolled")
def test_a_double_record_is_held_to_the_rules_too_and_a_delete_of_nothing_is_not(submit) -> None:
    double = line("SPRG", **FULL["SPRG"] | {"education_program_code": "113"})
    nothing = line("SPRG", "D", **FULL["SPRG"] | {"education_program_code": "135"})
    codes = [(at, code) for at, code, _ in places(submit(double, double, nothing, code="SPRG"))]
    assert sorted(codes) == [(1, "IVR0116"), (1, "SPRGX04"), (2, "IVR0116"), (2, "SPRGX04"), (3, "POST0001")]


@pytest.mark.usefixtures("enrolled")
def test_a_rejected_record_of_a_replacement_is_held_to_the_rules_too(submit) -> None:
    days = FULL["STAS"] | {"expected_attendance_days": "9"}
    found = places(submit(line("STAS", **days, gender_code="Q"), line("STAS", **days | {DAYS[0]: "?"}), code="STAS"))
    assert [(at, code) for at, code, _ in found if at == 1] == [(1, "GERR0002"), (1, "STAS0318")]
    assert "STAS0318" not in [code for at, code, _ in found if at == 2]


def test_every_rule_is_data_that_a_page_can_list() -> None:
    for rule in all_rules():
        assert all([rule.title, rule.words, rule.source, rule.numbers])
        assert len(rule.title) <= WIDTH  # the Rejected Records file has no more room
        for engine in ("postgresql", "sqlite"):
            assert "{" not in rule.sql(engine, date(2026, 11, 21))
    assert all(layout(rule.record_type).has(name) for rule in all_rules() for name in rule.fields)
    assert sum(len(rules_for(record_type)) for record_type in RECORD_TYPES) == len(all_rules())


def test_the_rules_page_says_which_rules_are_left_out_and_why(client) -> None:
    held = {rule.code for rule in all_rules()}
    assert [each.code for each in LEFT_OUT if each.code in held] == ["SENR0286E3"]  # held where both records are known
    page = unescape(client.get("/FileSubmission/Rules").content.decode())
    assert [each for each in LEFT_OUT if not all(text in page for text in (each.code, each.what, each.why))] == []


def test_the_rules_page_lists_every_rule(client) -> None:
    page = client.get("/FileSubmission/Rules").content.decode()
    assert f"{len(lines())} rules" in page
    assert [line.code for line in lines() if line.code not in page] == []
    of_type = client.get("/FileSubmission/Rules?type=stas").content.decode()
    assert ("STAS0318" in of_type, "SENR0742" in of_type, "GERR0001" in of_type) == (True, False, True)

"""Cases of `ods.submission_rules.students_known`: SUBM0001 and GERR0005."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ods.posting.filing import OTHER_LEA, SECOND_SCHOOL
from tests.submissions.rule_cases.given import Given, Row

_PLAN_DATE = "special_education_plan_effective_start_date"
_START, _END = "education_program_membership_start_date", "education_program_membership_end_date"
_STATUS, _STATUS_DATE = "special_education_status_code", "special_education_status_effective_start_date"
_ELAS_DATE = "english_language_acquisition_status_start_date"
_RFEP = {"english_language_acquisition_status_code": "RFEP"}
# Types whose records must have an enrolment at the LEA (GERR0005), by how their time meets it.
_ANY_TIME = ("MEET", "PSTS")
_IN_YEAR = ("STAS", "SCTE", "SCSE", "SCSC", "SINC", "SIRS", "SOFF", "SDIS", "SWAV")
_NOT_AFTER_EXIT = (("SELA", _ELAS_DATE), ("PLAN", _PLAN_DATE), ("SERV", "plan_effective_start_date"))
STUDENTS = (*_ANY_TIME, *_IN_YEAR, *(record_type for record_type, _ in _NOT_AFTER_EXIT), "SINF", "SPRG", "SWDS")

_LEFT = ("20240818", "20250901")
_SPLIT = ("SENR", {"enrollment_start_date": "20250902", "enrollment_exit_date": "20251001", "exit_reason_code": "T160"})
"""An enrolment of the next day, at the same school."""
_ELIGIBLE = {"education_program_code": "127"}


def _owned() -> Iterator[Row]:
    for record_type in STUDENTS:
        yield ("SUBM0001", record_type, {"ssid": "9900000099"}, {})
        yield ("GERR0005", record_type, Given({}, at=OTHER_LEA), {})
    for record_type in _ANY_TIME:
        yield ("GERR0005", record_type, Given({}, at=OTHER_LEA), Given({}, enrolled=("20150818", "20160601")))
    for record_type in _IN_YEAR:
        ended, begins = ("20240818", "20250630"), ("20260701", "")
        yield ("GERR0005", record_type, Given({}, enrolled=ended), Given({}, enrolled=("20240818", "20250701")))
        yield ("GERR0005", record_type, Given({}, enrolled=begins), Given({}, enrolled=("20260630", "")))
    for record_type, name in _NOT_AFTER_EXIT:
        late, last = Given({name: "20250902"}, enrolled=_LEFT), Given({name: "20250901"}, enrolled=_LEFT)
        yield ("GERR0005", record_type, late, last)
        yield ("GERR0005", record_type, late, Given({name: "20200101"}, enrolled=_LEFT))
    # July and August are free for language statuses but RFEP, of students the LEA has or had.
    for wrong, right in (
        (Given({_ELAS_DATE: "20260630"}, enrolled=_LEFT), Given({_ELAS_DATE: "20260701"}, enrolled=_LEFT)),
        (Given({_ELAS_DATE: "20260901"}, enrolled=_LEFT), Given({_ELAS_DATE: "20260831"}, enrolled=_LEFT)),
        (Given({_ELAS_DATE: "20260801"} | _RFEP, enrolled=_LEFT), Given({_ELAS_DATE: "20260801"}, enrolled=_LEFT)),
        (Given({_ELAS_DATE: "20260801"}, at=OTHER_LEA), Given({_ELAS_DATE: ""}, enrolled=_LEFT)),
    ):
        yield ("GERR0005", "SELA", wrong, right)


def _information() -> Iterator[Row]:
    for wrong, right in (("20250902", "20250901"), ("20240817", "20240818")):
        enrolled = (Given({"effective_start_date": day}, enrolled=_LEFT) for day in (wrong, right))
        yield ("GERR0005", "SINF", *enrolled)
    ends = {"effective_start_date": "20250901", "effective_end_date": "20251231"}
    yield ("GERR0005", "SINF", Given(ends, at=OTHER_LEA), Given(ends, enrolled=_LEFT))


def _programs() -> Iterator[Row]:
    def given(*days: str, enrolled: tuple[str, str] = _LEFT, **changes: str) -> Given:
        return Given(dict(zip((_START, _END), days, strict=False)) | changes, enrolled=enrolled)

    for wrong, right in (
        # Participation: both days within enrolment at the school, which an update at mid-year may part.
        (given("20250902"), given("20250901")),
        (given("20240817"), given("20240818")),
        (given("20250801", "20250902"), given("20250801", "20250901")),
        (given("20250801", "20250902"), Given({_START: "20250801", _END: "20250902"}, (_SPLIT,), enrolled=_LEFT)),
        (given("20250801", school_of_attendance=SECOND_SCHOOL), given("20250801")),
        # Eligibility: an overlap, and no end after the exit.
        (given("20250902", **_ELIGIBLE), given("20250901", **_ELIGIBLE)),
        (given("20240101", "20240817", **_ELIGIBLE), given("20240101", "20240818", **_ELIGIBLE)),
        (given("20240101", "20250902", **_ELIGIBLE), given("20240101", "20250901", **_ELIGIBLE)),
        (given("20240101", "20250902", **_ELIGIBLE), given("20240101", **_ELIGIBLE)),
        (given("20240101", school_of_attendance=SECOND_SCHOOL, **_ELIGIBLE), given("20240101", **_ELIGIBLE)),
        # 108 is participation, 101 eligibility; 162 was participation until 2016-2017, and either in 2017-2018.
        (given("20240101", education_program_code="108"), given("20240101", education_program_code="101")),
        (
            given("20240101", education_program_code="162", academic_year_id="2016-2017"),
            given("20240101", education_program_code="162", academic_year_id="2017-2018"),
        ),
    ):
        yield ("GERR0005", "SPRG", wrong, right)


def _disabilities() -> Iterator[Row]:
    for wrong, right in (
        (("20250902", ""), ("20250901", "")),
        (("20240818", "20250831"), ("20240818", "20250901")),
    ):
        yield (
            "GERR0005",
            "SWDS",
            Given({_STATUS_DATE: "20250901"}, enrolled=wrong),
            Given({_STATUS_DATE: "20250901"}, enrolled=right),
        )
    # June, July and August are free for SWDS, and so is the status of who is not enrolled.
    for wrong_day, right_day in (("20240531", "20240601"), ("20240901", "20240831"), ("20240531", "20240715")):
        yield ("GERR0005", "SWDS", {_STATUS_DATE: wrong_day}, {_STATUS_DATE: right_day})
    for code in ("1", "2", "4"):
        wrong_status = {_STATUS_DATE: "20240531", _STATUS: code}
        yield ("GERR0005", "SWDS", wrong_status, wrong_status | {_STATUS: "3"})
    # A secondary enrolment (20) does not count.
    then = {"enrollment_start_date": "20240501", "enrollment_exit_date": "20240601", "exit_reason_code": "T160"}
    yield (
        "GERR0005",
        "SWDS",
        Given({_STATUS_DATE: "20240531"}, posted=(("SENR", then | {"enrollment_status_code": "20"}),)),
        Given({_STATUS_DATE: "20240531"}, posted=(("SENR", then),)),
    )


ROWS: list[Row] = [*_owned(), *_information(), *_programs(), *_disabilities()]

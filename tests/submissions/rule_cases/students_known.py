"""Cases of `ods.submission_rules.students_known`: SUBM0001 and GERR0005."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ods.posting.filing import OTHER_LEA
from tests.submissions.rule_cases.given import Given, Row

_PLAN_DATE = "special_education_plan_effective_start_date"
# Types whose records must have an enrolment at the LEA (GERR0005), by how their time meets it.
_ANY_TIME = ("SELA", "MEET", "SERV", "PSTS")
_IN_YEAR = ("STAS", "SCTE", "SCSE", "SCSC", "SINC", "SIRS", "SOFF", "SDIS", "SWAV")
_RANGES = (
    ("SINF", "effective_start_date", "effective_end_date"),
    ("SPRG", "education_program_membership_start_date", "education_program_membership_end_date"),
    ("PLAN", _PLAN_DATE, ""),
)
STUDENTS = (*_ANY_TIME, *_IN_YEAR, "SINF", "SPRG", "PLAN", "SWDS")


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
    for record_type, start, end in _RANGES:
        until = ("20240818", "20250901")
        yield (
            "GERR0005",
            record_type,
            Given({start: "20250902"}, enrolled=until),
            Given({start: "20250901"}, enrolled=until),
        )
        if end:
            yield ("GERR0005", record_type, {start: "20250701", end: "20250817"}, {start: "20250701", end: "20250818"})
            yield ("GERR0005", record_type, {start: "20250701", end: "20250817"}, {start: "20250701"})
    start = "special_education_status_effective_start_date"
    for wrong, right in (
        (("20250902", ""), ("20250901", "")),
        (("20240818", "20250831"), ("20240818", "20250901")),
    ):
        yield (
            "GERR0005",
            "SWDS",
            Given({start: "20250901"}, enrolled=wrong),
            Given({start: "20250901"}, enrolled=right),
        )
    # June, July and August are free for SWDS.
    for wrong_day, right_day in (("20240531", "20240601"), ("20240901", "20240831"), ("20240531", "20240715")):
        yield ("GERR0005", "SWDS", {start: wrong_day}, {start: right_day})


ROWS: list[Row] = list(_owned())

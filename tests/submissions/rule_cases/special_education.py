# ruff: noqa: E501 - a table of cases is read by line
"""Cases of `ods.submission_rules.special_education`."""

from __future__ import annotations

from tests.ods.posting.filing import OTHER_LEA
from tests.submissions.rule_cases.given import (
    FORMER_SELPA,
    NOBODYS_SELPA,
    NPS,
    OTHERS_SELPA,
    SECOND_SELPA,
    SOMEBODY_ELSE,
    Changes,
    Given,
    Row,
    without,
)

# Layout PLAN 23.16
WITH_DEGREE = ["210", "260", "270", "280", "290", "300", "310", "320", "330"]

_TYPE_30 = {
    "education_program_participation_type_code": "30",
    "reporting_selpa": "1901",
    "local_special_education_student_id": "S1",
}
_PLAN_DATE = "special_education_plan_effective_start_date"


def _alone(code: str, other: str = "200", **changes: str) -> Given:
    """A postsecondary status, and beside it another."""
    return Given({"postsecondary_status_code": code}, beside=({"postsecondary_status_code": other} | changes,))


SELPA_RULES = [("SWDS0443", "SWDS"), *((f"{record_type}X09", record_type) for record_type in ("MEET", "PLAN", "SERV", "PSTS"))]  # fmt: skip
AS_OF = [
    ("SWDS", "special_education_status_effective_start_date"),
    ("MEET", "special_education_meeting_date"),
    ("PLAN", _PLAN_DATE),
    ("SERV", "plan_effective_start_date"),
]


def of_former(year: str) -> Changes:
    """A record of the SELPA the LEA left."""
    return {"reporting_selpa": FORMER_SELPA, "academic_year_id": year}


ROWS: list[Row] = [
    ("SWDSX01", "SWDS", {"non_participation_reason_code": "23"}, {}),
    ("SWDSX01", "SWDS", {"non_participation_reason_code": "23"}, {"non_participation_reason_code": "23", "special_education_status_code": "2"}),
    *((code, record_type, {"reporting_selpa": selpa}, {"reporting_selpa": "1901"}) for code, record_type in SELPA_RULES for selpa in (OTHERS_SELPA, NOBODYS_SELPA, FORMER_SELPA)),
    # A membership counts in the academic year, and on the day the record is as of.
    *(
        (code, record_type, of_former(wrong), of_former(right))
        for code, record_type in SELPA_RULES
        for wrong, right in (("2020-2021", "2019-2020"), ("2014-2015", "2015-2016"))
    ),
    *(
        (f"{record_type}X09" if record_type != "SWDS" else "SWDS0443", record_type, of_former("2020-2021") | {name: wrong}, of_former("2020-2021") | {name: right})
        for record_type, name in AS_OF
        for wrong, right in (("20200701", "20200630"), ("20150630", "20150701"))
    ),
    ("MEETX09", "MEET", of_former("2020-2021") | {"special_education_meeting_date": "", "pending_as_of_date": "20200701"}, of_former("2020-2021") | {"special_education_meeting_date": "", "pending_as_of_date": "20200630"}),
    ("PSTSX09", "PSTS", {"reporting_selpa": NOBODYS_SELPA}, {}),
    ("MEETX01", "MEET", {"special_education_meeting_date": ""}, {}),
    ("MEETX01", "MEET", {"special_education_meeting_date": ""}, {"special_education_meeting_date": "", "pending_as_of_date": "20250818"}),
    *(
        ("PLAN0663F1", "PLAN", Given({}, beside=({"reporting_selpa": SECOND_SELPA},)), right)
        for right in (
            Given({}),
            Given({}, beside=({_PLAN_DATE: "20250819"},)),
            Given({}, beside=({"reporting_selpa": SECOND_SELPA, "special_education_plan_type_code": "?"},)),
            Given({}, beside=({"reporting_selpa": SECOND_SELPA, "transaction_type": "D"},)),
            Given({}, posted=(("PLAN", {"reporting_selpa": SECOND_SELPA}),), beside=({"reporting_selpa": SECOND_SELPA, "transaction_type": "D"},)),
        )
    ),
    *(
        (code, record_type, Given({}, posted=((other, wrong),)), Given({}, posted=((other, {}),)))
        for code, record_type, other, date_name in (("PLAN0679E1", "PLAN", "SERV", "plan_effective_start_date"), ("SERVX04", "SERV", "PLAN", _PLAN_DATE))
        for wrong in ({date_name: "20250819"}, {"reporting_selpa": SECOND_SELPA}, {"reporting_lea": OTHER_LEA}, {"ssid": SOMEBODY_ELSE})
    ),
    *(("PLAN0726", "PLAN", {"disability_1_code": code}, {"disability_1_code": code, "disability_1_degree_of_support": "ESN"}) for code in WITH_DEGREE),
    ("PLAN0726", "PLAN", {"disability_1_code": "210"}, {"disability_1_code": "220"}),
    ("PLAN0726", "PLAN", {"disability_1_code": "210"}, {"disability_1_code": "210", "academic_year_id": "2024-2025"}),
    ("PLANX01", "PLAN", {"disability_2_code": "310"}, {"disability_1_code": "310", "disability_2_code": "300"}),
    ("PLANX02", "PLAN", {"special_education_program_setting_code": "104"}, {"special_education_program_setting_code": "104", "special_education_plan_type_code": "150"}),
    *(("PLANX02", "PLAN", {"special_education_program_setting_code": "500", "special_education_plan_type_code": code}, {"special_education_program_setting_code": "500"}) for code in ("150", "200", "300", "700", "800", "900")),
    ("PLANX02", "PLAN", {"special_education_program_setting_code": "104"}, {}),
    ("SERVX01", "SERV", {"special_education_service_provider_code": "400"}, {}),
    ("SERVX01", "SERV", {"nonpublic_agency_identifier": "1234567"}, {"nonpublic_agency_identifier": "1234567", "special_education_service_provider_code": "400"}),
    ("SERVX02", "SERV", {"service_duration": "30"}, {"service_duration": "30", "service_frequency_code": "10"}),
    ("SERVX02", "SERV", {"service_frequency_code": "10"}, {}),
    ("SERVX03", "SERV", {"service_duration": "9", "service_frequency_code": "10"}, {"service_duration": "10", "service_frequency_code": "10"}),
    ("PSTSX01", "PSTS", {"school_of_attendance": "0000001"}, NPS),
    ("PSTSX01", "PSTS", {"school_of_attendance_nps": "9999999"}, {}),
    *(("PSTSX02", "PSTS", without(_TYPE_30, name), _TYPE_30) for name in ("reporting_selpa", "local_special_education_student_id")),
    *(("PSTSX02", "PSTS", {name: _TYPE_30[name]}, {}) for name in ("reporting_selpa", "local_special_education_student_id")),
    *(("PSTSX03", "PSTS", wrong, right) for wrong in (_alone("950"), _alone("960"), _alone("200", "950"), _alone("200", "960")) for right in (_alone("200", "210"),)),
    *(
        ("PSTSX03", "PSTS", _alone("950"), right)
        for right in (
            Given({"postsecondary_status_code": "950"}),
            _alone("950", education_program_participation_type_code="20"),
            _alone("950", academic_year_id="2024-2025"),
            _alone("950", cte_related_program_or_employment_indicator="?"),
            _alone("950", "950", reporting_selpa=SECOND_SELPA),
        )
    ),
]  # fmt: skip

# ruff: noqa: E501 - a table of cases is read by line
"""What breaks each rule of submission, and what stands beside it and does not.

Expected results come from the words and sources of the rules, from the layouts' notes and from the tables of codes and
of valid combinations. Every case has a person, a class and a section of its own, so that all cases of a record type
stand in one file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ods.calendar import pacific_today
from ods.layout import layout
from tests.factories.records import LEA, SCHOOL, YEAR
from tests.ods.posting.filing import OTHER_LEA, OTHER_LEAS_SCHOOL, SECOND_SCHOOL

Changes = dict[str, str]

OTHERS_SELPA, NOBODYS_SELPA, SECOND_SELPA = "1902", "1903", "1904"
"""SELPAs: of the other LEA only, without members, and a second one of the LEA."""


@dataclass(frozen=True)
class Given:
    """A record and what is around it.

    `posted` are records of the same person posted before, `beside` lines of the same file; both are (mostly) the
    values that differ from a right record of the type. The student is enrolled at LEA `at` for the days `enrolled`.
    """

    changes: Changes
    posted: tuple[tuple[str, Changes], ...] = ()
    beside: tuple[Changes, ...] = ()
    enrolled: tuple[str, str] = ("20250818", "")
    at: str = LEA


@dataclass(frozen=True)
class Case:
    """`field` is the field the rule marks; blank where a type has one rule of the code."""

    record_type: str
    code: str
    field: str
    wrong: Given
    right: Given


DAYS = (
    "days_attended_in_person",
    "days_absent_out_of_school_suspension",
    "days_in_attendance_in_school_suspension",
    "days_absent_in_person_excused_non_suspension",
    "days_absent_in_person_unexcused_non_suspension",
    "non_ada_generating_independent_study_days",
    "ada_generating_independent_study_days",
)
FULL: dict[str, Changes] = {
    "SENR": {"birth_country_code": "US", "grade_level_code": "10"},
    "SINF": {"ethnicity_missing_indicator": "Y", "race_1_code": "100", "birth_country_code": "US"},
    "SELA": {
        "english_language_acquisition_status_code": "EO",
        "english_language_acquisition_status_start_date": "20250818",
        "primary_language_code": "eng",
    },
    "SPRG": {"education_program_code": "108"},
    "STAS": {"expected_attendance_days": "10", **dict.fromkeys(DAYS, "0"), "days_attended_in_person": "10"},
    "SDEM": {
        "ethnicity_missing_indicator": "Y",
        "race_missing_indicator": "Y",
        "birth_date": "19800101",
        "employment_start_date": "20200801",
    },
    "SASS": {"job_classification_code": "12", "job_classification_fte_percentage": "50"},
    "CRSE": {"state_course_code": "1000", "departmentalized_course_standards_grade_level_range_code": "ELM"},
    "CRSC": {"state_course_code": "1000", "departmentalized_course_standards_grade_level_range_code": "ELM"},
    "SINC": {"incident_occurrence_date": "20250901", "incident_id_local": "I1"},
    "SIRS": {"incident_result_code": "300", "incident_id_local": "I1"},
    "SOFF": {"offense_code": "200", "incident_id_local": "I1"},
    "SDIS": {"offense_code": "200", "incident_disciplinary_action_taken_code": "100"},
    "PSTS": {"education_program_participation_type_code": "10", "postsecondary_status_code": "200"},
    "PLAN": {"special_education_plan_type_code": "100"},
    "SERV": {"special_education_service_provider_code": "230"},
    "SWDS": {"special_education_status_code": "1", "special_education_status_effective_start_date": "20250901"},
    "MEET": {"special_education_meeting_date": "20250818"},
}

TODAY = pacific_today()


def day(ahead: int) -> str:
    return f"{TODAY + timedelta(days=ahead):%Y%m%d}"


def year_of(ahead: int) -> str:
    """The academic year of a day: July to June."""
    there = TODAY + timedelta(days=ahead)
    first = there.year - (there.month < 7)
    return f"{first}-{first + 1}"


def without(values: Changes, name: str) -> Changes:
    return values | {name: ""}


EXIT = {"enrollment_exit_date": "20260605", "exit_reason_code": "E155"}
TRANSFER = {"enrollment_exit_date": "20251001", "exit_reason_code": "T160"}
GRADUATE = {
    "enrollment_exit_date": "20260605",
    "exit_reason_code": "E230",
    "school_completion_status": "100",
    "grade_level_code": "12",
    "met_all_uc_csu_requirements_indicator": "Y",
    "graduation_exemption_indicator": "N",
}
LATER = {"enrollment_start_date": "20251101"}
NPS = {"school_of_attendance": "0000001", "school_of_attendance_nps": "9999999"}
ADDRESS = {
    "address_line_1": "1 Main St",
    "address_city_name": "Fresno",
    "address_state_province_code": "US-CA",
    "address_zip_code": "93701",
}
PARENT = {
    "parent_guardian_highest_education_level_code": "14",
    "guardian_1_first_name": "Eva",
    "guardian_1_last_name": "Ruiz",
}
RACES = [f"race_{number}_code" for number in range(1, 6)]
TITLE_I = {
    "education_program_code": "122",
    "education_service_academic_year": YEAR,
    "education_service_code": "05",
}
HOMELESS = {
    "education_program_code": "191",
    "homeless_dwelling_type_code": "100",
    "unaccompanied_youth_indicator": "N",
    "runaway_youth_indicator": "N",
}
ASSIGNMENTS = [f"non_classroom_based_job_assignment_code_{number}" for number in range(1, 8)]
NOBODY = "9999999999"
SOMEBODY = "8999999998"
CTE = {
    "state_course_code": "7000",
    "cte_course_section_provider_code": "1",
    "high_quality_cte_course_indicator": "N",
}
STANDARDS = "departmentalized_course_standards_grade_level_range_code"
SUBCATEGORY = "course_content_area_subcategory_code"
# Layout CRSE 9.28
NEED_SUBCATEGORY = [
    *("9000", "9051", "9080", "9090", *(f"913{number}" for number in range(8)), "9155", "9156", "9157"),
    *("9222", "9223", "9291", "9292", "9293", "9294", "9316", "9381", "9400"),
]
# Layout notes on CRSC0545
COLLEGE = ["9020", "9082", "9096", "9120", "9154", "9200", "9227", "9273", "9303", "9358"]
# Layout PLAN 23.16
WITH_DEGREE = ["210", "260", "270", "280", "290", "300", "310", "320", "330"]


def status(code: str, start: str = "20250818", reason: str = "", language: str = "spa") -> Changes:
    return {
        "english_language_acquisition_status_code": code,
        "english_language_acquisition_status_start_date": start,
        "correction_reason_code": reason,
        "primary_language_code": language,
    }


def assignment(job: str, *codes: str, at: int = 0) -> Changes:
    return {"job_classification_code": job, **dict(zip(ASSIGNMENTS[at:], codes, strict=False))}


def born(years: int, days: int = 0) -> str:
    """A birth date so many years ago today, and days later."""
    return f"{date(TODAY.year - years, TODAY.month, TODAY.day) + timedelta(days=days):%Y%m%d}"


Row = tuple[str, str, "Changes | Given", "Changes | Given"]

SENR: list[Row] = [
    ("SENR0742", "SENR", {"academic_year_id": "2024-2025"}, {"enrollment_start_date": "20260630"}),
    ("SENR0742", "SENR", {"enrollment_start_date": "20250630"}, {"enrollment_start_date": "20250701"}),
    ("SENR0742", "SENR", {"enrollment_start_date": "20260701"}, {"enrollment_start_date": "20260630"}),
    ("SENRX01", "SENR", {"enrollment_exit_date": "20260605"}, EXIT),
    ("SENRX01", "SENR", {"exit_reason_code": "E155"}, {}),
    ("SENRX02", "SENR", EXIT | {"enrollment_exit_date": "20250817"}, EXIT | {"enrollment_exit_date": "20250818"}),
    ("SENRX02", "SENR", {"enrollment_exit_date": "20250816", "exit_reason_code": "N470"}, {"enrollment_exit_date": "20250817", "exit_reason_code": "N470"}),
    ("SENRX03", "SENR", {"enrollment_exit_date": "20250819", "exit_reason_code": "N470"}, {"enrollment_exit_date": "20250818", "exit_reason_code": "N470"}),
    ("SENRX03", "SENR", {"enrollment_exit_date": "20250819", "exit_reason_code": "N470"}, EXIT | {"enrollment_exit_date": "20250819"}),
    ("SENRX04", "SENR", EXIT | {"enrollment_exit_date": day(31)}, EXIT | {"enrollment_exit_date": day(30)}),
    ("SENRX05", "SENR", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
    ("SENRX05", "SENR", {"enrollment_start_date": day(185)}, {"enrollment_start_date": day(184)}),
    ("SENRX06", "SENR", GRADUATE | {"exit_reason_code": "E155"}, GRADUATE),
    ("SENRX06", "SENR", without(GRADUATE, "school_completion_status"), GRADUATE),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "104"}, GRADUATE | {"school_completion_status": "360"}),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "104"}, GRADUATE | {"school_completion_status": "104", "exit_reason_code": "E155"}),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "104", "academic_year_id": "2014-2015"}, GRADUATE | {"school_completion_status": "104", "academic_year_id": "2013-2014"}),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "485", "academic_year_id": "2019-2020"}, GRADUATE | {"school_completion_status": "485", "academic_year_id": "2020-2021"}),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "104"}, without(GRADUATE, "school_completion_status")),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT | {"exit_reason_code": "E450", "grade_level_code": "PS"}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450", "grade_level_code": "05", "academic_year_id": "2020-2021"}, EXIT | {"exit_reason_code": "E450", "grade_level_code": "05", "academic_year_id": "2019-2020"}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT | {"exit_reason_code": "E450", "grade_level_code": ""}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E125", "grade_level_code": "06"}, EXIT | {"exit_reason_code": "E125", "grade_level_code": "07"}),
    # The state's table of 2020 does not know grade level TK and exit reason E156.
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT | {"exit_reason_code": "E450", "grade_level_code": "TK"}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT | {"exit_reason_code": "E156"}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT),
    ("SENRX09", "SENR", GRADUATE | {"grade_level_code": "09"}, GRADUATE | {"grade_level_code": "10"}),
    ("SENRX09", "SENR", GRADUATE | {"grade_level_code": "09"}, GRADUATE | {"grade_level_code": ""}),
    ("SENRX09", "SENR", GRADUATE | {"grade_level_code": "09"}, GRADUATE | {"grade_level_code": "TK"}),
    ("SENRX09", "SENR", GRADUATE | {"school_completion_status": "480", "academic_year_id": "2014-2015"}, GRADUATE | {"school_completion_status": "480", "academic_year_id": "2013-2014"}),
    ("SENRX09", "SENR", GRADUATE | {"school_completion_status": "250", "grade_level_code": "10"}, {}),
    ("SENRX10", "SENR", without(GRADUATE, "met_all_uc_csu_requirements_indicator"), GRADUATE),
    ("SENRX10", "SENR", without(GRADUATE, "met_all_uc_csu_requirements_indicator"), without(GRADUATE, "met_all_uc_csu_requirements_indicator") | {"school_completion_status": "120"}),
    ("SENRX11", "SENR", {"golden_state_seal_merit_diploma_indicator": "Y"}, GRADUATE | {"golden_state_seal_merit_diploma_indicator": "Y"}),
    ("SENRX11", "SENR", GRADUATE | {"golden_state_seal_merit_diploma_indicator": "Y", "school_completion_status": "120"}, {"golden_state_seal_merit_diploma_indicator": "N"}),
    ("SENRX12", "SENR", {"seal_of_biliteracy_indicator": "Y"}, {"seal_of_biliteracy_indicator": "N"}),
    ("SENRX12", "SENR", GRADUATE | {"seal_of_biliteracy_indicator": "Y", "school_completion_status": "120"}, GRADUATE | {"seal_of_biliteracy_indicator": "Y"}),
    ("SENRX13", "SENR", without(GRADUATE, "graduation_exemption_indicator"), GRADUATE),
    ("SENRX13", "SENR", without(GRADUATE, "graduation_exemption_indicator") | {"enrollment_exit_date": "20230701"}, without(GRADUATE, "graduation_exemption_indicator") | {"enrollment_exit_date": "20230630"}),
    ("SENRX13", "SENR", without(GRADUATE, "graduation_exemption_indicator"), without(GRADUATE, "graduation_exemption_indicator") | {"school_completion_status": "120"}),
    ("SENRX14", "SENR", EXIT | {"exit_reason_code": "T165"}, EXIT | {"exit_reason_code": "T160"}),
    ("SENRX14", "SENR", EXIT | {"exit_reason_code": "T165"}, EXIT | {"exit_reason_code": "T165", "expected_receiver_school_of_attendance": SECOND_SCHOOL}),
    ("SENRX15", "SENR", {"school_of_attendance": "0000001"}, {}),
    ("SENRX15", "SENR", {"school_of_attendance_nps": "9999999"}, NPS),
    *(("SENRX16", "SENR", {"birth_country_code": "", "enrollment_status_code": code}, {"birth_country_code": "UU", "enrollment_status_code": code}) for code in ("10", "20", "30")),
    ("SENRX16", "SENR", {"birth_country_code": ""}, {"birth_country_code": "", "enrollment_status_code": "50"}),
    ("SENRX17", "SENR", {"ssid": "", "grade_level_code": ""}, {"ssid": ""}),
    ("SENRX17", "SENR", {"ssid": "", "grade_level_code": ""}, {"grade_level_code": ""}),
    ("SENRX18", "SENR", {"ssid": ""} | EXIT, EXIT),
    ("SENRX18", "SENR", {"ssid": ""} | EXIT, {"ssid": ""}),
    *(
        ("SENRX19", "SENR", Given({"ssid": ""}, posted=(("SENR", {}),)), right)
        for right in (
            Given({"ssid": ""}),
            Given({"ssid": ""}, posted=(("SENR", {"school_of_attendance": SECOND_SCHOOL}),)),
            Given({"ssid": ""}, posted=(("SENR", {"local_student_id": "another"}),)),
            Given({"ssid": ""}, posted=(("SENR", {"birth_date": "20100413"}),)),
            Given({"ssid": ""} | NPS, posted=(("SENR", {"reporting_lea": OTHER_LEA} | NPS),)),
            Given(LATER, posted=(("SENR", {}),)),
        )
    ),
    *(
        ("SENR0027", "SENR", Given(TRANSFER, beside=(LATER,)), right)
        for right in (
            Given({}, beside=(LATER,)),
            Given(TRANSFER),
            Given(TRANSFER, beside=({"enrollment_start_date": "20250817", "enrollment_exit_date": "20250817", "exit_reason_code": "T160"},)),
            Given(TRANSFER, beside=(LATER | {"gender_code": "Q"},)),
            Given(TRANSFER, posted=(("SENR", LATER),), beside=(LATER,)),
            Given(TRANSFER, posted=(("SENR", LATER),), beside=(LATER | {"transaction_type": "D"},)),
        )
    ),
    *(("SENRX20", "SENR", {"school_transfer_code": code}, {"school_transfer_code": code, "district_of_geographic_residence_code": LEA}) for code in ("1", "6")),
    ("SENRX20", "SENR", {"school_transfer_code": "1"}, {"school_transfer_code": "5"}),
    ("SENRX20", "SENR", {"school_transfer_code": "1"}, {}),
    ("SUBM0001", "SENR", {"ssid": "9900000099"}, {"ssid": ""}),
]  # fmt: skip

SINF: list[Row] = [
    ("SINFX01", "SINF", {"effective_end_date": "20250817"}, {"effective_end_date": "20250818"}),
    ("SINFX02", "SINF", {"hispanic_ethnicity_indicator": "N"}, {"hispanic_ethnicity_indicator": "N", "ethnicity_missing_indicator": ""}),
    ("SINFX02", "SINF", {"ethnicity_missing_indicator": "N"}, {}),
    *(("SINFX03", "SINF", {"race_1_code": "", name: "100", "race_missing_indicator": "Y"}, {"race_1_code": "", name: "100"}) for name in RACES),
    ("SINFX03", "SINF", {"race_1_code": ""}, {"race_1_code": "", "race_missing_indicator": "Y"}),
    *(("SINFX04", "SINF", without(ADDRESS, name), ADDRESS) for name in ADDRESS),
    *(("SINFX04", "SINF", {name: ADDRESS[name]}, {}) for name in ADDRESS),
    *(("SINF0453", "SINF", without(PARENT, name), PARENT) for name in PARENT),
    *(("SINF0453", "SINF", {name: PARENT[name]}, {}) for name in PARENT),
    ("SINF0453", "SINF", {"guardian_1_first_name": "Eva", "effective_start_date": "20250701"}, {"guardian_1_first_name": "Eva", "effective_start_date": "20250630"}),
    ("SINF0635", "SINF", {"guardian_2_last_name": "Ruiz"}, {"guardian_2_first_name": "Eva", "guardian_2_last_name": "Ruiz"}),
    ("SINF0635", "SINF", {"guardian_2_first_name": "Eva"}, {}),
    *(("SINFX05", "SINF", {"birth_country_code": "MX"}, {"birth_country_code": code}) for code in ("", "US", "PR", "UU")),
    ("SINFX05", "SINF", {"birth_country_code": "MX"}, {"birth_country_code": "MX", "enrolled_in_us_school_less_than_three_years_indicator": "N"}),
    ("SINFX06", "SINF", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
]  # fmt: skip

NAMES: list[Row] = [
    (f"IVR0009 {name}", record_type, {name: f"Ana{sign}Li"}, {name: "de la O'Brien-Núñez Jr. 2"})
    for record_type in ("SENR", "SINF")
    for name in ("legal_first_name", "legal_middle_name", "legal_last_name")
    for sign in "/_"
]

SELA: list[Row] = [
    ("GERR0001", "SELA", {"academic_year_id": ""}, {}),
    *(("SELAX01", "SELA", status(code, "", "1"), status(code, reason="1")) for code in ("EO", "EL", "IFEP", "RFEP")),
    ("SELAX01", "SELA", status("EO", ""), status("TBD", "")),
    ("SELAX02", "SELA", status("EO", day(1)), status("EO", day(0))),
    ("SELAX02", "SELA", status("EO", "20100412"), status("EO", "20100413")),
    *(("SELA0520", "SELA", status(code, reason=wrong), status(code, reason=right)) for code in ("EL", "IFEP") for wrong, right in (("", "1"), ("3", "2"), ("4", "5"))),
    ("SELA0520", "SELA", status("EL", "20200701"), status("EL", "20200630")),
    ("SELA0520", "SELA", status("EL"), status("EO")),
    *(("SELAX03", "SELA", status("EL", language=language), status("EL")) for language in ("", "00", "eng")),
    ("SELAX03", "SELA", status("EL", language="eng"), status("EO", language="eng")),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251002")),)), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251001")),)), Given(status("RFEP", "20251001"))),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251002")),)), Given(status("EL", "20251001"), posted=(("SELA", status("EL", "20251002")),))),
    ("SELAX04", "SELA", Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20250930")),)), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX04", "SELA", Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20250930")),)), Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20251002")),))),
    ("SELAX05", "SELA", Given(status("RFEP", "20251001")), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EO", "20251001"), posted=(("SELA", status("EL", "20250930")),)), Given(status("EO", "20251001", "4"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EL", "20251001", "2"), posted=(("SELA", status("TBD", "20250930")),)), Given(status("EL", "20251001", "1"), posted=(("SELA", status("TBD", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EL", "20251001", "2"), posted=(("SELA", status("TBD", "20250930")),)), Given(status("EL", "20251001", "2"), posted=(("SELA", status("EL", "20250930")),))),
    ("GERR0007", "SELA", {"primary_language_code": "01", "academic_year_id": "2023-2024"}, {"primary_language_code": "01", "academic_year_id": "2022-2023"}),
    ("GERR0007", "SELA", {"primary_language_code": "01"}, {"primary_language_code": "01", "academic_year_id": ""}),
]  # fmt: skip

SPRG: list[Row] = [
    ("SPRGX01", "SPRG", {"education_program_membership_end_date": "20250817"}, {"education_program_membership_end_date": "20250818"}),
    *(
        row
        for code, name, values in (
            ("SPRGX02", "education_service_academic_year", TITLE_I),
            ("SPRGX03", "education_service_code", TITLE_I),
            ("SPRGX04", "california_partnership_academy_id", {"education_program_code": "113", "california_partnership_academy_id": "12345"}),
            ("SPRGX05", "migrant_student_id", {"education_program_code": "135", "migrant_student_id": "06123456789"}),
            ("SPRGX06", "homeless_dwelling_type_code", HOMELESS),
            ("SPRGX07", "unaccompanied_youth_indicator", HOMELESS),
            ("SPRGX08", "runaway_youth_indicator", HOMELESS),
        )
        for row in ((code, "SPRG", without(values, name), values), (code, "SPRG", without(values, name), {}))
    ),
    ("SPRGX09", "SPRG", {"education_service_code": "05"}, TITLE_I),
    ("SPRGX09", "SPRG", {"education_service_code": "05"}, {}),
    ("SPRGX10", "SPRG", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
]  # fmt: skip

STAS: list[Row] = [
    ("STAS0318", "STAS", {"days_attended_in_person": "9.99"}, {"days_attended_in_person": "9.99", DAYS[1]: "0.01"}),
    *(("STAS0318", "STAS", {name: "11" if name == DAYS[0] else "1"}, {"expected_attendance_days": "11", name: "11" if name == DAYS[0] else "1"}) for name in DAYS),
    *(
        ("STAS0304", "STAS", Given(dict.fromkeys(("expected_attendance_days", *DAYS), "") | {"absence_summary_data_collection_exemption_indicator": "Y", name: value}),
         Given(dict.fromkeys(("expected_attendance_days", *DAYS), "") | {"absence_summary_data_collection_exemption_indicator": "Y"}))
        for name, value in (("hourly_attendance_school_type_indicator", "Y"), ("expected_attendance_days", "0"), *((name, "0") for name in DAYS))
    ),
    ("STAS0304", "STAS", {"absence_summary_data_collection_exemption_indicator": "Y"}, {"absence_summary_data_collection_exemption_indicator": "N"}),
    *(("STAS0303", "STAS", {name: "", "absence_summary_data_collection_exemption_indicator": said}, {name: "", "absence_summary_data_collection_exemption_indicator": "Y"}) for name in ("expected_attendance_days", *DAYS) for said in ("", "N")),
    ("STAS0303", "STAS", {"days_attended_in_person": ""}, {"days_attended_in_person": "0"}),
    *(("STAS0651", "STAS", {"school_of_attendance": school, "academic_year_id": "2024-2025"}, {"school_of_attendance": school, "academic_year_id": "2023-2024"}) for school in ("0000001", "0000002")),
    ("STAS0651", "STAS", {"school_of_attendance": "0000001"}, {}),
    ("STAS0740E1", "STAS", {"attendance_recovery_days": "1"}, {"attendance_recovery_days": "0"}),
    *(("STAS0740E1", "STAS", {name: "1", "attendance_recovery_days": "1.01"}, {name: "1", "attendance_recovery_days": "1"}) for name in (DAYS[1], DAYS[3], DAYS[4])),
    ("STAS0740E1", "STAS", {DAYS[2]: "1", "attendance_recovery_days": "1"}, {DAYS[3]: "1", "attendance_recovery_days": "1"}),
    ("STAS0740E1", "STAS", {DAYS[3]: "20", "attendance_recovery_days": "10.01"}, {DAYS[3]: "20", "attendance_recovery_days": "10"}),
]  # fmt: skip

SCTE: list[Row] = [
    ("SCTE0199", "SCTE", {"school_of_attendance": "0000001"}, {"school_of_attendance": "0000002"}),
    ("SCTEX01", "SCTE", {"cte_pathway_completion_academic_year_id": "2024-2025"}, {"cte_pathway_completion_academic_year_id": YEAR}),
    ("SCTEX01", "SCTE", {"cte_pathway_completion_academic_year_id": "2024-2025"}, {}),
]  # fmt: skip

SDEM: list[Row] = [
    ("SDEMX01", "SDEM", {"seid": NOBODY}, {}),
    ("SDEMX02", "SDEM", {"alias_first_name": "Eva"}, {"alias_first_name": "Eva", "alias_last_name": "Ruiz"}),
    ("SDEMX02", "SDEM", {"alias_last_name": "Ruiz"}, {}),
    ("SDEMX03", "SDEM", {"hispanic_ethnicity_indicator": "N"}, {"hispanic_ethnicity_indicator": "N", "ethnicity_missing_indicator": "N"}),
    ("SDEMX03", "SDEM", {"ethnicity_missing_indicator": ""}, {}),
    *(("SDEMX04", "SDEM", {name: "100"}, {name: "100", "race_missing_indicator": "N"}) for name in RACES),
    ("SDEMX04", "SDEM", {"race_missing_indicator": ""}, {}),
    ("SDEMX05", "SDEM", {"service_years_lea": "0"}, {"service_years_lea": "1"}),
    ("SDEMX05", "SDEM", {"service_years_lea": "0", "service_years_total": "0"}, {}),
    ("SDEMX05", "SDEM", {"service_years_lea": "3", "service_years_total": "2"}, {"service_years_lea": "3", "service_years_total": "3"}),
    ("SDEMX06", "SDEM", {"service_years_total": "24", "birth_date": born(40)}, {"service_years_total": "23", "birth_date": born(40)}),
    ("SDEMX06", "SDEM", {"service_years_total": "23", "birth_date": born(40, 1)}, {"service_years_total": "22", "birth_date": born(40, 1)}),
    ("SDEMX07", "SDEM", {"effective_end_date": "20250817"}, {"effective_end_date": "20250818"}),
    ("SDEMX08", "SDEM", {"employment_end_date": "20200731"}, {"employment_end_date": "20200801"}),
]  # fmt: skip

SASS: list[Row] = [
    ("SASSX01", "SASS", {"seid": NOBODY}, {}),
    ("SASS0118", "SASS", {"job_classification_fte_percentage": "0.9"}, {"job_classification_fte_percentage": "1"}),
    ("SASS0119", "SASS", {"job_classification_fte_percentage": "200.1"}, {"job_classification_fte_percentage": "200"}),
    *(("SASSX02", "SASS", assignment(job), assignment(job, code, at=at)) for at, (job, code) in enumerate([("10", "0100"), ("11", "0400"), ("25", "0100"), *[("10", "0102")] * 4])),
    ("SASSX02", "SASS", assignment("10"), assignment("26")),
    *(("SASSX03", "SASS", assignment("12", "6018", "6010", at=at), assignment("12", "6018", "6018", at=at)) for at in range(6)),
    ("SASSX03", "SASS", assignment("12", "6010", "", "", "", "", "", "6018"), assignment("12", "6010", "", "", "", "", "", "6011")),
    *(
        row
        for at, name in enumerate(ASSIGNMENTS)
        for row in (
            (f"SASS0582F2 {name}", "SASS", assignment("11", "0100", at=at), assignment("25", "0100", at=at)),
            (f"SASS0582F2 {name}", "SASS", assignment("25", "0400", at=at), assignment("11", "0400", at=at)),
            (f"SASS0582F2 {name}", "SASS", assignment("10", "6010", at=at), assignment("12", "0100", at=at)),
            (f"SASS0582F2 {name}", "SASS", assignment("10", "0161", at=at) | {"academic_year_id": "2018-2019"}, assignment("10", "0161", at=at) | {"academic_year_id": "2019-2020"}),
        )
    ),
    ("SASS0582F2 " + ASSIGNMENTS[0], "SASS", assignment("11", "0100"), assignment("11")),
    *(
        ("SASSX04", "SASS", Given(assignment(job), beside=(assignment(other),)), right)
        for job, other in (("10", "25"), ("25", "10"))
        for right in (
            Given(assignment(job), beside=(assignment("11"),)),
            Given(assignment("11"), beside=(assignment("10"), assignment("25"))),
            Given(assignment(job), beside=(assignment(other) | {"seid": f"89999999{job}"},)),
            Given(assignment(job), beside=(assignment(other) | {"academic_year_id": "2024-2025"},)),
            Given(assignment(job), beside=(assignment(other) | {"gender_code": "Q"},)),
            Given(assignment(job), beside=(assignment(job) | {"school_of_assignment": SECOND_SCHOOL},)),
        )
    ),
    ("SASSX05", "SASS", {}, Given({}, posted=(("SDEM", {}),))),
    ("SASSX05", "SASS", Given({}, posted=(("SDEM", {"reporting_lea": OTHER_LEA}),)), Given({}, posted=(("SDEM", {}),))),
]  # fmt: skip


def _courses(record_type: str) -> list[Row]:
    two = {"multiple_teacher_code": "1"}
    wrong_beside: list[Changes] = [
        {"course_section_id": "another"},
        {"seid": SOMEBODY, "class_id": "another"},
        {"seid": SOMEBODY, "academic_term_code": "S1"},
        {"seid": SOMEBODY, "school_of_course_delivery": SECOND_SCHOOL},
        {"seid": SOMEBODY, "academic_year_id": "2024-2025"},
    ]
    rows: list[tuple[str, Changes | Given, Changes | Given]] = [
        *(
            row
            for code, name in (("X02", "cte_course_section_provider_code"), ("X03", "high_quality_cte_course_indicator"))
            for row in (
                (code, without(CTE, name), CTE),
                (code, without(CTE, name), {"state_course_code": "6098"}),
                (code, without(CTE, name) | {"state_course_code": "8532"}, {"state_course_code": "9000"}),
            )
        ),
        *(("X04", {"state_course_code": code}, {"state_course_code": code, SUBCATEGORY: "BUSN-01"}) for code in NEED_SUBCATEGORY),
        ("X04", {"state_course_code": "9000"}, {"state_course_code": "9001"}),
        ("X04", {"state_course_code": "9000", "academic_year_id": "2019-2020"}, {"state_course_code": "9000", "academic_year_id": "2018-2019"}),
        ("X05", {"state_course_code": "9051", SUBCATEGORY: "AGRI-01"}, {"state_course_code": "9051", SUBCATEGORY: "BUSN-01"}),
        ("X05", {"state_course_code": "9051", SUBCATEGORY: "BUSN-01", "academic_year_id": "2018-2019"}, {"state_course_code": "9051", SUBCATEGORY: "BUSN-01", "academic_year_id": "2019-2020"}),
        ("X05", {"state_course_code": "9051", SUBCATEGORY: "AGRI-01"}, {"state_course_code": "", SUBCATEGORY: "AGRI-01"}),
        ("X05", {"state_course_code": "1000", SUBCATEGORY: "AGRI-01"}, {"state_course_code": "1000"}),
        ("X06", {"state_course_code": "7111", STANDARDS: "MID"}, {"state_course_code": "7111", STANDARDS: "SEC"}),
        ("X06", {"state_course_code": "7111", STANDARDS: "SEC", "academic_year_id": "2018-2019"}, {"state_course_code": "7111", STANDARDS: "SEC", "academic_year_id": "2019-2020"}),
        ("X06", {"state_course_code": "7111", STANDARDS: "MID"}, {"state_course_code": "", STANDARDS: "MID"}),
        ("X07", {"distance_learning_indicator": "Y"}, {"distance_learning_indicator": "Y", "online_course_instruction_type_code": "1"}),
        ("X07", {"distance_learning_indicator": "Y"}, {"distance_learning_indicator": "N"}),
        ("X08", {STANDARDS: "MID"}, {STANDARDS: "MID", "middle_school_core_course_indicator": "N"}),
        ("X08", {STANDARDS: "MID"}, {STANDARDS: "SEC"}),
        # Layout CRSE 9.21: not English or sign language
        *(("X09", {"education_service_code": "1", "language_of_instruction_code": code}, {"education_service_code": "1", "language_of_instruction_code": "spa"}) for code in ("", "00", "37", "eng", "sgn")),
        ("X09", {"education_service_code": "1", "language_of_instruction_code": "eng"}, {"education_service_code": "2", "language_of_instruction_code": "eng"}),
        *(("0545", {"seid": NOBODY}, {"seid": NOBODY, "state_course_code": code}) for code in COLLEGE),
        *(("0545", {"seid": NOBODY, "course_section_instructional_level_code": "16"}, {"seid": NOBODY, "course_section_instructional_level_code": code}) for code in ("23", "24")),
        ("0545", {"seid": NOBODY, "school_of_course_delivery": "0000002"}, {"seid": NOBODY, "school_of_course_delivery": "0000001"}),
        ("0545", {"seid": NOBODY}, {}),
        ("X10", {}, Given({}, posted=(("SDEM", {}),))),
        ("X10", Given({}, posted=(("SDEM", {"reporting_lea": OTHER_LEA}),)), {"seid": NOBODY}),
        *(("X11", Given(two, beside=(beside,)), Given(two, beside=({"seid": SOMEBODY},))) for beside in wrong_beside),
        ("X11", two, {}),
    ]  # fmt: skip
    return [(f"{record_type}{code}", record_type, wrong, right) for code, wrong, right in rows]


def _students_in_courses(record_type: str, courses: str) -> list[Row]:
    section: Given = Given({}, posted=((courses, {}),))
    elsewhere: list[Changes] = [
        {"school_of_course_delivery": SECOND_SCHOOL},
        {"academic_year_id": "2024-2025"},
        {"local_course_id": "another"},
        {"course_section_id": f"another {record_type[-1]}"},
        {"academic_term_code": "S1"},
    ]
    rows: list[tuple[str, Changes | Given, Changes | Given]] = [
        ("X01", {}, section),
        *(("X01", Given({}, posted=((courses, changes),)), section) for changes in elsewhere),
        (
            "X01",
            Given(
                {"school_of_course_delivery": "0000001"},
                posted=((courses, {"school_of_course_delivery": "0000001", "reporting_lea": OTHER_LEA}),),
            ),
            Given(
                {"school_of_course_delivery": "0000001"}, posted=((courses, {"school_of_course_delivery": "0000001"}),)
            ),
        ),
        (
            "X02",
            {"credits_attempted": "5", "credits_earned": "5.01"},
            {"credits_attempted": "5", "credits_earned": "5"},
        ),
    ]
    return [(f"{record_type}{code}", record_type, wrong, right) for code, wrong, right in rows]


COURSES: list[Row] = [
    *_courses("CRSE"),
    *_courses("CRSC"),
    *_students_in_courses("SCSE", "CRSE"),
    *_students_in_courses("SCSC", "CRSC"),
]


def _of_an_incident(code: str, name: str, posted: str, wrong: Changes) -> list[Row]:
    """A rule that wants a posted record of the same incident: each part of its key must agree."""
    record_type = code[:4]
    there = Given(wrong, posted=((posted, {}),))
    elsewhere: list[Changes] = [
        {"school_of_attendance": SECOND_SCHOOL},
        {"academic_year_id": "2024-2025"},
        {"incident_id_local": "I2"},
        {"ssid": f"91{name:0>8}"},
    ]
    placed = {"school_of_attendance": "0000001"}
    return [
        (code, record_type, wrong, there),
        *((code, record_type, Given(wrong, posted=((posted, changes),)), there) for changes in elsewhere),
        (
            code,
            record_type,
            Given(wrong | placed, posted=((posted, placed | {"reporting_lea": OTHER_LEA}),)),
            Given(wrong | placed, posted=((posted, placed),)),
        ),
    ]


def _weapons(record_type: str) -> list[Row]:
    pairs = (("100", "50"), ("101", "40"), ("103", "40"), ("104", "50"), ("105", "30"))
    weapon = "weapon_category_code"
    return [
        *((f"{record_type}X01", record_type, {"offense_code": code}, {"offense_code": code, weapon: pair}) for code, pair in pairs),
        # An imitation firearm: the state's table has no weapon for it.
        (f"{record_type}X01", record_type, {"offense_code": "100"}, {"offense_code": "102"}),
        (f"{record_type}X01", record_type, {"offense_code": "105"}, {"offense_code": "200"}),
        *((f"{record_type}X02", record_type, {"offense_code": code, weapon: wrong}, {"offense_code": code, weapon: right}) for code, wrong, right in (("100", "40", "30"), ("103", "10", "40"), ("105", "20", "30"))),
        (f"{record_type}X02", record_type, {weapon: "10"}, {}),
        (f"{record_type}X02", record_type, {"offense_code": "102", weapon: "10"}, {"offense_code": "102"}),
    ]  # fmt: skip


SUPPORT = {"incident_result_code": "100", "incident_result_duration_days": "11"}
INCIDENTS: list[Row] = [
    *(
        row
        for code, record_type, name in (("SINCX01", "SINC", "incident_occurrence_date"), ("SDISX04", "SDIS", "disciplinary_incident_occurrence_date"))
        for row in (
            (code, record_type, {name: "20250630"}, {name: "20250701"}),
            (code, record_type, {name: "20260701"}, {name: "20260630"}),
            (code, record_type, {name: day(1), "academic_year_id": year_of(1)}, {name: day(0), "academic_year_id": year_of(0)}),
        )
    ),
    *_of_an_incident("SIRSX01", "1", "SINC", {}),
    *_of_an_incident("SOFFX03", "2", "SINC", {}),
    *(("SIRSX02", "SIRS", {"incident_result_code": code}, {"incident_result_code": code, "incident_result_duration_days": "3"}) for code in ("100", "110", "200")),
    ("SIRSX02", "SIRS", {"incident_result_code": "100"}, {"incident_result_code": "300"}),
    ("SIRSX03", "SIRS", {"incident_result_code": "200"}, {"incident_result_code": "200", "incident_result_modification_code": "100"}),
    ("SIRSX03", "SIRS", {"incident_result_code": "200"}, {"incident_result_code": "100"}),
    *_of_an_incident("SIRSX04", "3", "SOFF", {"incident_result_code": "100"}),
    *(("SIRSX04", "SIRS", {"incident_result_code": code}, {"incident_result_code": "300"}) for code in ("110", "200")),
    *(
        ("SIRSX05", "SIRS", Given(SUPPORT, posted=(("SINC", {}),)), right)
        for right in (
            Given(SUPPORT | {"incident_result_duration_days": "10"}, posted=(("SINC", {}),)),
            Given(SUPPORT, posted=(("SINC", {"instructional_support_indicator": "N"}),)),
            Given(SUPPORT, posted=(("SINC", {"instructional_support_indicator": "Y"}),)),
            Given(SUPPORT, posted=(("SINC", {"incident_id_local": "I2"}),)),
            Given(SUPPORT, posted=(("SINC", {"school_of_attendance": SECOND_SCHOOL}),)),
            Given(SUPPORT, posted=(("SINC", {"academic_year_id": "2024-2025"}),)),
        )
    ),
    *_weapons("SOFF"),
    *_weapons("SDIS"),
    ("SDISX03", "SDIS", {"incident_disciplinary_action_taken_code": "200"}, {"incident_disciplinary_action_taken_code": "200", "disciplinary_action_modification_category_code": "100"}),
    ("SDISX03", "SDIS", {"disciplinary_action_modification_category_code": "100"}, {}),
    ("SWAVX01", "SWAV", {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "2"}, {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "1"}),
    ("SWAVX01", "SWAV", {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "3"}, {"education_regulatory_exemption_code": "2", "education_regulatory_exemption_outcome_code": "2"}),
]  # fmt: skip

_TYPE_30 = {
    "education_program_participation_type_code": "30",
    "reporting_selpa": "1901",
    "local_special_education_student_id": "S1",
}
_PLAN_DATE = "special_education_plan_effective_start_date"


def _alone(code: str, other: str = "200", **changes: str) -> Given:
    """A postsecondary status, and beside it another."""
    return Given({"postsecondary_status_code": code}, beside=({"postsecondary_status_code": other} | changes,))


SPECIAL: list[Row] = [
    ("SWDSX01", "SWDS", {"non_participation_reason_code": "23"}, {}),
    ("SWDSX01", "SWDS", {"non_participation_reason_code": "23"}, {"non_participation_reason_code": "23", "special_education_status_code": "2"}),
    *((f"{record_type}X09", record_type, {"reporting_selpa": code}, {"reporting_selpa": "1901"}) for record_type in ("SWDS", "MEET", "PLAN", "SERV", "PSTS") for code in (OTHERS_SELPA, NOBODYS_SELPA)),
    ("PSTSX09", "PSTS", {"reporting_selpa": NOBODYS_SELPA}, {}),
    ("MEETX01", "MEET", {"special_education_meeting_date": ""}, {}),
    ("MEETX01", "MEET", {"special_education_meeting_date": ""}, {"special_education_meeting_date": "", "pending_as_of_date": "20250818"}),
    *(
        ("PLAN0663F1", "PLAN", Given({}, beside=({"reporting_selpa": SECOND_SELPA},)), right)
        for right in (
            Given({}),
            Given({}, beside=({_PLAN_DATE: "20250819"},)),
            Given({}, beside=({"reporting_selpa": SECOND_SELPA, "special_education_plan_type_code": "?"},)),
            Given({}, posted=(("PLAN", {"reporting_selpa": SECOND_SELPA}),), beside=({"reporting_selpa": SECOND_SELPA, "transaction_type": "D"},)),
        )
    ),
    *(
        (code, record_type, Given(changes, posted=((other, wrong),)), Given(changes, posted=((other, {}),)))
        for code, record_type, other, date_name, number in (("PLAN0679E1", "PLAN", "SERV", "plan_effective_start_date", "4"), ("SERVX04", "SERV", "PLAN", _PLAN_DATE, "5"))
        for changes, wrong in (
            ({}, {date_name: "20250819"}),
            ({}, {"reporting_selpa": SECOND_SELPA}),
            ({}, {"reporting_lea": OTHER_LEA}),
            ({}, {"ssid": f"92{number:0>8}"}),
        )
    ),
    *(("PLAN0726", "PLAN", {"disability_1_code": code}, {"disability_1_code": code, "disability_1_degree_of_support": "ESN"}) for code in WITH_DEGREE),
    ("PLAN0726", "PLAN", {"disability_1_code": "210"}, {"disability_1_code": "220"}),
    ("PLAN0726", "PLAN", {"disability_1_code": "210"}, {"disability_1_code": "210", "academic_year_id": "2024-2025"}),
    ("PLANX01", "PLAN", {"disability_2_code": "310"}, {"disability_1_code": "310", "disability_2_code": "300"}),
    ("PLANX02", "PLAN", {"special_education_program_setting_code": "104"}, {"special_education_program_setting_code": "104", "special_education_plan_type_code": "150"}),
    ("PLANX02", "PLAN", {"special_education_program_setting_code": "500", "special_education_plan_type_code": "200"}, {"special_education_program_setting_code": "500"}),
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

# Codes whose years are limited (ods/codesets): in the first year the code is not valid, in the second it is.
YEARS: list[tuple[str, str, str, str, str]] = [
    *((record_type, "legal_name_suffix", "VII", "2009-2010", "2010-2011") for record_type in ("SENR", "SINF")),
    *((record_type, "birth_country_code", "AN", "2011-2012", "2010-2011") for record_type in ("SENR", "SINF")),
    *((record_type, "birth_country_code", "SS", "2010-2011", "2011-2012") for record_type in ("SENR", "SINF")),
    ("SENR", "enrollment_status_code", "50", "2008-2009", "2009-2010"),
    ("SENR", "grade_level_code", "UU", "2016-2017", "2015-2016"),
    ("SENR", "exit_reason_code", "E490", "2014-2015", "2013-2014"),
    ("SENR", "exit_reason_code", "E155", "2012-2013", "2013-2014"),
    ("SENR", "school_completion_status", "106", "2016-2017", "2015-2016"),
    ("SENR", "school_completion_status", "108", "2008-2009", "2009-2010"),
    ("SPRG", "education_program_code", "175", "2012-2013", "2011-2012"),
    ("SPRG", "education_program_code", "185", "2011-2012", "2012-2013"),
    *((record_type, "weapon_category_code", "50", "2010-2011", "2011-2012") for record_type in ("SOFF", "SDIS")),
    *(
        (record_type, "removal_to_interim_alternative_setting_reason_code", "2", "2013-2014", "2014-2015")
        for record_type in ("SINC", "SDIS")
    ),
    ("SWAV", "education_regulatory_exemption_code", "1", "2015-2016", "2014-2015"),
    *(("SASS", name, "0160", "2012-2013", "2013-2014") for name in ASSIGNMENTS),
    *(("SASS", name, "0204", "2015-2016", "2014-2015") for name in ASSIGNMENTS),
    *((record_type, "state_course_code", "2118", "2010-2011", "2011-2012") for record_type in ("CRSE", "CRSC")),
    *((record_type, "state_course_code", "2160", "2015-2016", "2014-2015") for record_type in ("CRSE", "CRSC")),
    *((record_type, "education_service_code", "5", "2014-2015", "2015-2016") for record_type in ("CRSE", "CRSC")),
    *(
        (record_type, "language_of_instruction_code", "01", "2023-2024", "2022-2023")
        for record_type in ("CRSE", "CRSC")
    ),
    ("SCTE", "cte_pathway_code", "114", "2012-2013", "2013-2014"),
    ("SCTE", "cte_pathway_code", "140", "2014-2015", "2013-2014"),
    ("PLAN", "primary_residence_code", "220", "2014-2015", "2013-2014"),
    *(("PLAN", f"disability_{number}_code", "200", "2008-2009", "2009-2010") for number in (1, 2)),
]

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


def _case(row: Row) -> Case:
    named, record_type, wrong, right = row
    code, _, field = named.partition(" ")
    return Case(
        record_type,
        code,
        field,
        wrong if isinstance(wrong, Given) else Given(wrong),
        right if isinstance(right, Given) else Given(right),
    )


def _years() -> Iterator[Row]:
    for record_type, name, code, wrong, right in YEARS:
        assert layout(record_type).has(name)
        yield (
            f"GERR0007 {name}",
            record_type,
            {name: code, "academic_year_id": wrong},
            {name: code, "academic_year_id": right},
        )


CASES: list[Case] = [
    _case(row)
    for rows in (
        *(SENR, SINF, NAMES, SELA, SPRG, STAS, SCTE, SDEM, SASS, COURSES, INCIDENTS, SPECIAL),
        *(_years(), _owned()),
    )
    for row in rows
]

SCHOOLS = {LEA: SCHOOL, OTHER_LEA: OTHER_LEAS_SCHOOL}

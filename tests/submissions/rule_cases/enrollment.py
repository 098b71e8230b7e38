# ruff: noqa: E501 - a table of cases is read by line
"""Cases of `ods.submission_rules.enrollment`."""

from __future__ import annotations

from tests.factories.records import LEA
from tests.ods.posting.filing import OTHER_LEA, SECOND_SCHOOL
from tests.submissions.rule_cases.given import NPS, RACES, Given, Row, day, without

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
UPDATED = TRANSFER | {"exit_reason_code": "E150"}
INFANT = {"birth_date": "20220819", "grade_level_code": "PS", "enrollment_status_code": "50"}
LATER = {"enrollment_start_date": "20251101"}
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

SENR: list[Row] = [
    ("SENR0742", "SENR", {"academic_year_id": "2024-2025"}, {"enrollment_start_date": "20260630"}),
    ("SENR0742", "SENR", {"enrollment_start_date": "20250630"}, {"enrollment_start_date": "20250701"}),
    ("SENR0742", "SENR", {"enrollment_start_date": "20260701"}, {"enrollment_start_date": "20260630"}),
    ("SENRX01", "SENR", {"enrollment_exit_date": "20260605"}, EXIT),
    ("SENRX01", "SENR", {"exit_reason_code": "E155"}, {}),
    ("SENR0018", "SENR", EXIT | {"enrollment_exit_date": "20250817"}, EXIT | {"enrollment_exit_date": "20250818"}),
    ("SENR0018", "SENR", {"enrollment_exit_date": "20250816", "exit_reason_code": "N470"}, {"enrollment_exit_date": "20250817", "exit_reason_code": "N470"}),
    ("SENR0018", "SENR", {"enrollment_exit_date": "20250819", "exit_reason_code": "N470"}, {"enrollment_exit_date": "20250818", "exit_reason_code": "N470"}),
    ("SENR0018", "SENR", {"enrollment_exit_date": "20250819", "exit_reason_code": "N470"}, EXIT | {"enrollment_exit_date": "20250819"}),
    ("SENRX04", "SENR", EXIT | {"enrollment_exit_date": day(31)}, EXIT | {"enrollment_exit_date": day(30)}),
    ("SENRX05", "SENR", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
    ("SENRX05", "SENR", {"enrollment_start_date": day(185)}, {"enrollment_start_date": day(184)}),
    ("SENRX06", "SENR", without(GRADUATE, "school_completion_status"), without(GRADUATE, "school_completion_status") | {"exit_reason_code": "E155"}),
    ("SENR0022", "SENR", GRADUATE | {"exit_reason_code": "E155"}, GRADUATE),
    ("SENRX06", "SENR", without(GRADUATE, "school_completion_status"), GRADUATE),
    ("SENR0022", "SENR", GRADUATE | {"school_completion_status": "104"}, GRADUATE | {"school_completion_status": "360"}),
    ("SENR0022", "SENR", GRADUATE | {"school_completion_status": "104"}, without(GRADUATE, "school_completion_status") | {"exit_reason_code": "E155"}),
    ("SENR0022", "SENR", GRADUATE | {"school_completion_status": "104", "academic_year_id": "2014-2015"}, GRADUATE | {"school_completion_status": "104", "academic_year_id": "2013-2014"}),
    ("SENR0022", "SENR", GRADUATE | {"school_completion_status": "485", "academic_year_id": "2019-2020"}, GRADUATE | {"school_completion_status": "485", "academic_year_id": "2020-2021"}),
    ("SENR0022", "SENR", GRADUATE | {"school_completion_status": "104"}, without(GRADUATE, "school_completion_status")),
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
    ("SENR0315", "SENR", {"golden_state_seal_merit_diploma_indicator": "Y"}, GRADUATE | {"golden_state_seal_merit_diploma_indicator": "Y"}),
    ("SENR0315", "SENR", GRADUATE | {"golden_state_seal_merit_diploma_indicator": "Y", "school_completion_status": "120"}, {"golden_state_seal_merit_diploma_indicator": "N"}),
    ("SENRX12", "SENR", {"seal_of_biliteracy_indicator": "Y"}, {"seal_of_biliteracy_indicator": "N"}),
    ("SENRX12", "SENR", GRADUATE | {"seal_of_biliteracy_indicator": "Y", "school_completion_status": "120"}, GRADUATE | {"seal_of_biliteracy_indicator": "Y"}),
    ("SENR0632", "SENR", without(GRADUATE, "graduation_exemption_indicator"), GRADUATE),
    ("SENR0632", "SENR", without(GRADUATE, "graduation_exemption_indicator") | {"enrollment_exit_date": "20230701"}, without(GRADUATE, "graduation_exemption_indicator") | {"enrollment_exit_date": "20230630"}),
    ("SENR0632", "SENR", without(GRADUATE, "graduation_exemption_indicator"), without(GRADUATE, "graduation_exemption_indicator") | {"school_completion_status": "120"}),
    ("SENR0630", "SENR", {"graduation_exemption_indicator": "N"}, GRADUATE),
    ("SENR0630", "SENR", GRADUATE | {"school_completion_status": "120"}, without(GRADUATE, "graduation_exemption_indicator") | {"school_completion_status": "120"}),
    ("SENRX14", "SENR", EXIT | {"exit_reason_code": "T165"}, EXIT | {"exit_reason_code": "T160"}),
    ("SENRX14", "SENR", EXIT | {"exit_reason_code": "T165"}, EXIT | {"exit_reason_code": "T165", "expected_receiver_school_of_attendance": SECOND_SCHOOL}),
    ("SENR0003", "SENR", {"school_of_attendance_nps": "9999999"}, NPS),
    ("SENR0003", "SENR", {"school_of_attendance_nps": "9999999"}, {"school_of_attendance": "0000001"}),
    ("SENR0004", "SENR", {"school_of_attendance": "0000001"}, NPS),
    ("SENR0004", "SENR", {"school_of_attendance": "0000001"}, {}),
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
            Given(TRANSFER, beside=(LATER | {"transaction_type": "D"},)),
            Given(TRANSFER, beside=({"school_of_attendance": SECOND_SCHOOL},)),
            Given(TRANSFER, posted=(("SENR", LATER),), beside=(LATER,)),
            Given(TRANSFER, posted=(("SENR", LATER),), beside=(LATER | {"transaction_type": "D"},)),
        )
    ),
    # Exited by E150 on 2025-10-01, the student goes on at the school on the 2nd.
    *(
        ("SENR0286E3", "SENR", Given({"enrollment_start_date": "20251003"}, posted=(("SENR", UPDATED),)), right)
        for right in (
            Given({"enrollment_start_date": "20251002"}, posted=(("SENR", UPDATED),)),
            Given({"enrollment_start_date": "20251003"}, posted=(("SENR", TRANSFER),)),
            Given({"enrollment_start_date": "20251003"}, posted=(("SENR", UPDATED | {"school_of_attendance": SECOND_SCHOOL}),)),
            Given({"enrollment_start_date": "20251003"}, posted=(("SENR", UPDATED | NPS | {"reporting_lea": OTHER_LEA}),)),
            Given({"enrollment_start_date": "20251103"}, posted=(("SENR", UPDATED), ("SENR", TRANSFER | {"enrollment_start_date": "20251002"}))),
            Given({"enrollment_start_date": "20250701"}, posted=(("SENR", UPDATED),)),
        )
    ),
    *(
        ("SENR0286E3", "SENR", Given(UPDATED, posted=(("SENR", {"enrollment_start_date": "20251003"}),)), right)
        for right in (
            Given(UPDATED, posted=(("SENR", {"enrollment_start_date": "20251002"}),)),
            Given(UPDATED, posted=(("SENR", {"enrollment_start_date": "20250701", "enrollment_exit_date": "20250801", "exit_reason_code": "T160"}),)),
            Given(TRANSFER, posted=(("SENR", {"enrollment_start_date": "20251003"}),)),
            Given(UPDATED, posted=(("SENR", {"enrollment_start_date": "20251003", "school_of_attendance": SECOND_SCHOOL}),)),
            Given(UPDATED),
        )
    ),
    *(
        ("SENR0731F1", "SENR", INFANT, right)
        for right in (INFANT | {"birth_date": "20220818"}, INFANT | {"grade_level_code": "IN"}, INFANT | {"enrollment_status_code": "10"})
    ),
    *(("SENRX20", "SENR", {"school_transfer_code": code}, {"school_transfer_code": code, "district_of_geographic_residence_code": LEA}) for code in ("1", "6")),
    ("SENRX20", "SENR", {"school_transfer_code": "1"}, {"school_transfer_code": "5"}),
    ("SENRX20", "SENR", {"school_transfer_code": "1"}, {}),
    ("SUBM0001", "SENR", {"ssid": "9900000099"}, {"ssid": ""}),
    ("SUBM0001", "SENR", {"ssid": "9900000098"}, {}),
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

ROWS: list[Row] = [*SENR, *SINF, *NAMES]

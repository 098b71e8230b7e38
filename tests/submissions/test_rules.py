# ruff: noqa: E501 - a table of cases is read by line
"""The rules of submission, one by one: what breaks each, and what is beside it and does not."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from ods.calendar import pacific_today
from ods.layout import RECORD_TYPES, layout
from ods.models import StudentEnrollment
from ods.submission_rules import all_rules, rules_for
from submissions.rejected import WIDTH
from submissions.rule_table import lines
from tests.factories.records import line
from tests.ods.posting.filing import FIRST, filed
from tests.submissions.conftest import know, places, post_all

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

_DAYS = (
    "days_attended_in_person",
    "days_absent_out_of_school_suspension",
    "days_in_attendance_in_school_suspension",
    "days_absent_in_person_excused_non_suspension",
    "days_absent_in_person_unexcused_non_suspension",
    "non_ada_generating_independent_study_days",
    "ada_generating_independent_study_days",
)
FULL: dict[str, dict[str, str]] = {
    "SENR": {"birth_country_code": "US", "grade_level_code": "10"},
    "SINF": {"ethnicity_missing_indicator": "Y", "race_1_code": "100", "birth_country_code": "US"},
    "SELA": {
        "english_language_acquisition_status_code": "EO",
        "english_language_acquisition_status_start_date": "20250818",
        "primary_language_code": "eng",
    },
    "SPRG": {"education_program_code": "108"},
    "STAS": {"expected_attendance_days": "10", **dict.fromkeys(_DAYS, "0"), "days_attended_in_person": "10"},
    "SDEM": {
        "ethnicity_missing_indicator": "Y",
        "race_missing_indicator": "Y",
        "birth_date": "19800101",
        "employment_start_date": "20200801",
    },
    "SASS": {"job_classification_code": "12", "job_classification_fte_percentage": "50"},
    "SINC": {"incident_occurrence_date": "20250901"},
    "SIRS": {"incident_result_code": "300", "incident_id_local": "I1"},
    "SOFF": {"offense_code": "200"},
    "PSTS": {"education_program_participation_type_code": "10", "postsecondary_status_code": "200"},
    "SERV": {},
    "PLAN": {"special_education_plan_type_code": "100"},
    "SWDS": {"special_education_status_code": "1"},
}
EXIT = {"enrollment_exit_date": "20260605", "exit_reason_code": "E155"}
GRADUATE = {
    "enrollment_exit_date": "20260605",
    "exit_reason_code": "E230",
    "school_completion_status": "100",
    "grade_level_code": "12",
    "met_all_uc_csu_requirements_indicator": "Y",
    "graduation_exemption_indicator": "N",
}
FAR = f"{pacific_today() + timedelta(days=31):%Y%m%d}"
NEAR = f"{pacific_today() + timedelta(days=30):%Y%m%d}"

CASES: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    # code, record type, what breaks it, what does not
    ("SENR0742", "SENR", {"academic_year_id": "2024-2025"}, {"enrollment_start_date": "20260630"}),
    ("SENRX01", "SENR", {"enrollment_exit_date": "20260605"}, EXIT),
    ("SENRX01", "SENR", {"exit_reason_code": "E155"}, {}),
    ("SENRX02", "SENR", EXIT | {"enrollment_exit_date": "20250817"}, EXIT | {"enrollment_exit_date": "20250818"}),
    (
        "SENRX03",
        "SENR",
        {"enrollment_exit_date": "20250819", "exit_reason_code": "N470"},
        {"enrollment_exit_date": "20250817", "exit_reason_code": "N470"},
    ),
    ("SENRX04", "SENR", EXIT | {"enrollment_exit_date": FAR}, EXIT | {"enrollment_exit_date": NEAR}),
    ("SENRX05", "SENR", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
    ("SENRX06", "SENR", GRADUATE | {"exit_reason_code": "E155"}, GRADUATE),
    ("SENRX07", "SENR", GRADUATE | {"school_completion_status": "104"}, GRADUATE | {"school_completion_status": "360"}),
    ("SENRX08", "SENR", EXIT | {"exit_reason_code": "E450"}, EXIT | {"exit_reason_code": "E450", "grade_level_code": "PS"}),
    ("SENRX09", "SENR", GRADUATE | {"grade_level_code": "05"}, GRADUATE),
    ("SENRX10", "SENR", GRADUATE | {"met_all_uc_csu_requirements_indicator": ""}, GRADUATE),
    ("SENRX11", "SENR", {"golden_state_seal_merit_diploma_indicator": "Y"}, GRADUATE | {"seal_of_biliteracy_indicator": "Y"}),
    ("SENRX12", "SENR", {"seal_of_biliteracy_indicator": "Y"}, {"seal_of_biliteracy_indicator": "N"}),
    ("SENRX13", "SENR", GRADUATE | {"graduation_exemption_indicator": ""}, GRADUATE),
    ("SENRX14", "SENR", EXIT | {"exit_reason_code": "T165"}, EXIT | {"exit_reason_code": "T160"}),
    ("SENRX15", "SENR", {"school_of_attendance": "0000001"}, {}),
    ("SENRX15", "SENR", {"school_of_attendance_nps": "9999999"}, {}),
    ("SENRX16", "SENR", {"birth_country_code": ""}, {"birth_country_code": "UU"}),
    ("SENRX17", "SENR", {"ssid": "", "grade_level_code": ""}, {"ssid": ""}),
    ("SENRX18", "SENR", {"ssid": ""} | EXIT, EXIT),
    ("SENRX20", "SENR", {"school_transfer_code": "1"}, {"school_transfer_code": "5"}),
    ("IVR0009", "SENR", {"legal_last_name": "Ruiz/Lopez"}, {"legal_last_name": "de la O'Brien-Núñez Jr."}),
    ("SUBM0001", "SENR", {"ssid": "9000000099"}, {}),
    ("GERR0007", "SENR", {"school_completion_status": "106"}, {}),
    ("SINFX01", "SINF", {"effective_end_date": "20250817"}, {"effective_end_date": "20250818"}),
    ("SINFX02", "SINF", {"hispanic_ethnicity_indicator": "N"}, {}),
    ("SINFX03", "SINF", {"race_missing_indicator": "Y"}, {}),
    ("SINFX04", "SINF", {"address_line_1": "1 Main St"}, {}),
    ("SINF0453", "SINF", {"guardian_1_first_name": "Eva"}, {"effective_start_date": "20250630", "guardian_1_first_name": "Eva"}),
    ("SINF0635", "SINF", {"guardian_2_last_name": "Ruiz"}, {}),
    ("SINFX05", "SINF", {"birth_country_code": "MX"}, {"birth_country_code": "UU"}),
    ("SELAX02", "SELA", {"english_language_acquisition_status_start_date": FAR}, {}),
    ("SELA0520", "SELA", {"english_language_acquisition_status_code": "EL", "primary_language_code": "spa"}, {}),
    ("GERR0001", "SELA", {"academic_year_id": ""}, {}),
    ("SPRGX01", "SPRG", {"education_program_membership_end_date": "20250801"}, {}),
    ("SPRGX06", "SPRG", {"education_program_code": "191"}, {}),
    ("STAS0318", "STAS", {"days_attended_in_person": "9.5"}, {"days_attended_in_person": "9", _DAYS[1]: "1"}),
    ("STAS0304", "STAS", {"absence_summary_data_collection_exemption_indicator": "Y"}, {}),
    ("STAS0303", "STAS", {"days_attended_in_person": ""}, {}),
    ("STAS0651", "STAS", {"school_of_attendance": "0000001"}, {}),
    ("STAS0740E1", "STAS", {"attendance_recovery_days": "1"}, {"attendance_recovery_days": "0"}),
    ("SCTE0199", "SCTE", {"school_of_attendance": "0000001"}, {}),
    ("SDEMX02", "SDEM", {"alias_first_name": "Eva"}, {}),
    ("SDEMX05", "SDEM", {"service_years_lea": "0"}, {}),
    ("SDEMX06", "SDEM", {"service_years_total": "40"}, {}),
    ("SASS0119", "SASS", {"job_classification_fte_percentage": "200.1"}, {"job_classification_fte_percentage": "200"}),
    ("SASS0118", "SASS", {"job_classification_fte_percentage": "0.9"}, {"job_classification_fte_percentage": "1"}),
    ("SASSX02", "SASS", {"job_classification_code": "10"}, {}),
    ("SINCX01", "SINC", {"incident_occurrence_date": "20250630"}, {"incident_occurrence_date": "20250701"}),
    ("SIRSX01", "SIRS", {}, {}),
    ("SIRSX02", "SIRS", {"incident_result_code": "100"}, {"incident_result_code": "100", "incident_result_duration_days": "3"}),
    ("SOFFX01", "SOFF", {"offense_code": "100"}, {}),
    ("SOFFX02", "SOFF", {"offense_code": "103", "weapon_category_code": "10"}, {"offense_code": "103", "weapon_category_code": "40"}),
    ("SWDSX01", "SWDS", {"non_participation_reason_code": "23"}, {}),
    ("SERVX01", "SERV", {"special_education_service_provider_code": "400"}, {"nonpublic_agency_identifier": ""}),
    ("PSTSX02", "PSTS", {"education_program_participation_type_code": "30"}, {}),
    ("GERR0005", "STAS", {"academic_year_id": "2023-2024"}, {}),
    ("GERR0005", "SWDS", {"special_education_status_effective_start_date": "20240301"}, {"special_education_status_effective_start_date": "20240701"}),
    ("GERR0005", "SINF", {"effective_start_date": "20200801", "effective_end_date": "20200901"}, {}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def enrolled(lea) -> None:
    """The student is enrolled at the LEA from 2025-08-18 on."""
    assert filed(line("SENR", **FULL["SENR"]), on=FIRST).outcome.refused == ""


@pytest.mark.parametrize(("code", "record_type", "wrong", "right"), CASES)
def test_a_rule_meets_what_breaks_it_and_nothing_beside(submit, code, record_type, wrong, right) -> None:
    def codes(changes: dict[str, str]) -> Counter[str]:
        given = FULL.get(record_type, {}) | {"local_record_id": "new"} | changes
        return Counter(found[1] for found in places(submit(line(record_type, **given), code=record_type)))

    assert codes(wrong)[code] >= 1
    if right or code not in ("SIRSX01",):
        assert codes(right)[code] == 0


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_the_conditions_of_every_type_can_be_asked(submit, record_type: str) -> None:
    submission = submit(line(record_type, **FULL.get(record_type, {})), code=record_type)
    assert submission.validation_job.status == "SUCCEEDED"
    assert submission.records == 1


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


def test_a_result_wants_its_incident_posted_first(submit, client) -> None:
    incident = {"incident_id_local": "I1"}
    assert (1, "SIRSX01", "19.13") in places(submit(line("SIRS", **FULL["SIRS"]), code="SIRS"))
    post_all(client, submit(line("SINC", **FULL["SINC"] | incident), code="SINC"))
    assert places(submit(line("SIRS", **FULL["SIRS"]), code="SIRS")) == []


def test_every_rule_is_data_that_a_page_can_list() -> None:
    for rule in all_rules():
        assert all([rule.title, rule.words, rule.source, rule.numbers])
        assert len(rule.title) <= WIDTH  # the Rejected Records file has no more room
        for engine in ("postgresql", "sqlite"):
            assert "{" not in rule.sql(engine, date(2026, 11, 21))
    assert all(layout(rule.record_type).has(name) for rule in all_rules() for name in rule.fields)
    assert sum(len(rules_for(record_type)) for record_type in RECORD_TYPES) == len(all_rules())


def test_the_rules_page_lists_every_rule(client) -> None:
    page = client.get("/FileSubmission/Rules").content.decode()
    assert f"{len(lines())} rules" in page
    assert [line.code for line in lines() if line.code not in page] == []
    of_type = client.get("/FileSubmission/Rules?type=stas").content.decode()
    assert ("STAS0318" in of_type, "SENR0742" in of_type, "GERR0001" in of_type) == (True, False, True)

"""The files of different types agree with each other, and with what the state's rules of submission say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import pytest

from ods.codesets import code_set
from ods.layout import RECORD_TYPES, layout
from tests.ods.demo.reading import Posted, Row

PLACEMENTS = {"0000001", "0000002"}
_SECTION = (
    "reporting_lea",
    "school_of_course_delivery",
    "academic_year_id",
    "academic_term_code",
    "local_course_id",
    "course_section_id",
)
_COURSE_FACTS = (
    "state_course_code",
    "course_name",
    "cte_postsecondary_articulated_course_indicator",
    "uc_csu_approved_indicator",
)


def _enrollments(posted: Posted) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in posted["SENR"]:
        found[row["ssid"], row["reporting_lea"]].append(row)
    return found


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_codes_come_from_the_code_sets(posted: Posted, record_type: str) -> None:
    for field in layout(record_type).stored:
        if field.code_set and code_set(field.code_set).kind == "codes":
            used = {row[field.field] for row in posted.lines[record_type]} - {""}
            assert (field.name, used - code_set(field.code_set).codes.keys()) == (field.name, set())


def test_exit_date_and_reason_go_together_and_completion_with_e230_only(posted: Posted) -> None:
    for row in posted["SENR"]:
        assert bool(row["enrollment_exit_date"]) == bool(row["exit_reason_code"])
        assert bool(row["school_completion_status"]) == (row["exit_reason_code"] == "E230")
        assert bool(row["expected_receiver_school_of_attendance"]) == (row["exit_reason_code"] == "T165")
        assert bool(row["met_all_uc_csu_requirements_indicator"]) == (row["school_completion_status"] == "100")
        assert bool(row["graduation_exemption_indicator"]) == (row["school_completion_status"] == "100")


def test_exits_fit_the_grade(posted: Posted) -> None:
    upper = {f"{grade:02d}" for grade in range(7, 13)} | {"AD"}
    grades = {"E125": upper, "T260": upper, "T280": upper, "E450": {"IN", "PS"}}
    completions = {"100": {"10", "11", "12"}, "120": {"10", "11", "12"}, "330": upper, "360": {"12"}}
    completions["480"] = {"TK", "KN", "PS"} | {f"{grade:02d}" for grade in range(1, 12)}
    for row in posted["SENR"]:
        grade = row["grade_level_code"]
        assert grade in grades.get(row["exit_reason_code"], {grade})
        assert grade in completions.get(row["school_completion_status"], {grade})


def test_enrollment_dates_lie_in_their_academic_year_and_in_order(posted: Posted) -> None:
    for row in posted["SENR"]:
        first = int(row["academic_year_id"][:4])
        assert f"{first}0701" <= row["enrollment_start_date"] <= f"{first + 1}0630"
        end = row["enrollment_exit_date"]
        assert not end or row["enrollment_start_date"] <= end <= f"{first + 1}0630"
        assert row["birth_date"] < row["enrollment_start_date"]


def test_nobody_has_two_primary_enrollments_at_once(posted: Posted) -> None:
    people: dict[str, list[Row]] = defaultdict(list)
    for row in posted["SENR"]:
        if row["enrollment_status_code"] == "10" and not row["exit_reason_code"].startswith("N"):
            people[row["ssid"]].append(row)
    for rows in people.values():
        rows.sort(key=lambda row: row["enrollment_start_date"])
        for before, after in pairwise(rows):
            assert "" < before["enrollment_exit_date"] < after["enrollment_start_date"]


def test_an_exit_is_in_an_earlier_file_than_the_enrollment_that_follows(posted: Posted) -> None:
    """Rule SENR0027: exit and enrollment of one student may not stand in one file."""
    for file in posted.data.files:
        if file.record_type == "SENR":
            lines = [line.split("^") for line in file.path.read_text().splitlines()]
            ssids = [line[7] for line in lines]
            assert len({line[24] == "" for line in lines}) == 1
            if lines[0][24] == "":
                primaries = [line[7] for line in lines if line[22] == "10"]
                assert len(primaries) == len(set(primaries))
            assert ssids


def test_placements_name_their_school_and_others_do_not(posted: Posted) -> None:
    for code in ("SENR", "PSTS"):
        for row in posted[code]:
            placed = row["school_of_attendance"] == "0000001"
            assert bool(row["school_of_attendance_nps"]) == placed


def test_information_lies_within_the_enrollments_of_its_lea(posted: Posted) -> None:
    enrollments = _enrollments(posted)
    for row in posted["SINF"]:
        start = row["effective_start_date"]
        assert any(
            each["enrollment_start_date"] <= start <= (each["enrollment_exit_date"] or "99991231")
            and each["school_of_attendance"] == row["school_of_attendance"]
            for each in enrollments[row["ssid"], row["reporting_lea"]]
        )
        assert bool(row["hispanic_ethnicity_indicator"]) == (row["ethnicity_missing_indicator"] == "N")
        assert bool(row["race_1_code"]) == (row["race_missing_indicator"] == "N")
        assert bool(row["guardian_2_first_name"]) == bool(row["guardian_2_last_name"])


def test_language_statuses_follow_the_states_progression(posted: Posted) -> None:
    allowed = {
        "": {"TBD", "EO", "EL", "IFEP", "ADEL"},
        "TBD": {"EO", "EL", "IFEP"},
        "EL": {"RFEP", "ADEL"},
    }
    people: dict[str, list[Row]] = defaultdict(list)
    retired = {each.old: each.new for each in posted.data.retirements}
    for row in posted["SELA"]:
        people[retired.get(row["ssid"], row["ssid"])].append(row)
    for rows in people.values():
        rows.sort(key=lambda row: row["english_language_acquisition_status_start_date"])
        before = ""
        for row in rows:
            code = row["english_language_acquisition_status_code"]
            assert code in allowed[before]
            start = row["english_language_acquisition_status_start_date"]
            assert row["birth_date"] < start <= "20261102"
            if code in ("EL", "IFEP") and start >= "20200701":
                assert row["correction_reason_code"] == "1"
            if code == "EL":
                assert row["primary_language_code"] not in ("eng", "00")
            before = code


def test_programs_lie_within_an_enrollment_and_close_with_it(posted: Posted) -> None:
    enrollments = _enrollments(posted)
    required = {
        "113": "california_partnership_academy_id",
        "122": "education_service_code",
        "135": "migrant_student_id",
        "191": "homeless_dwelling_type_code",
    }
    for row in posted["SPRG"]:
        within = [
            each
            for each in enrollments[row["ssid"], row["reporting_lea"]]
            if each["school_of_attendance"] == row["school_of_attendance"]
            and each["enrollment_start_date"] == row["education_program_membership_start_date"]
        ]
        assert within
        assert row["education_program_membership_end_date"] in {each["enrollment_exit_date"] for each in within}
        for code, name in required.items():
            assert bool(row[name]) == (row["education_program_code"] == code)


def test_absences_add_up(posted: Posted) -> None:
    parts = [field.field for field in layout("STAS").fields if "13.16" <= field.number <= "13.22"]
    assert len(parts) == 7
    for row in posted.lines["STAS"]:
        if row["absence_summary_data_collection_exemption_indicator"] == "Y":
            assert {row[name] for name in (*parts, "expected_attendance_days")} == {""}
        else:
            total = sum(round(float(row[name]) * 100) for name in parts)
            assert total == round(float(row["expected_attendance_days"]) * 100)
            assert min(float(row[name]) for name in parts) >= 0
        if row["academic_year_id"] > "2023-2024":
            assert row["school_of_attendance"] not in PLACEMENTS


def test_students_sit_in_sections_that_are_there(posted: Posted) -> None:
    for seats, sections in (("SCSE", "CRSE"), ("SCSC", "CRSC")):
        there = {tuple(row[name] for name in _SECTION) for row in posted[sections]}
        assert {tuple(row[name] for name in _SECTION) for row in posted[seats]} - there == set()
        taken = {tuple(row[name] for name in _SECTION) for row in posted[seats]}
        assert len(taken) > 0.75 * len(there)


def test_students_sit_where_they_are_enrolled(posted: Posted) -> None:
    there = {
        (row["ssid"], row["reporting_lea"], row["school_of_attendance"], row["academic_year_id"])
        for row in posted["SENR"]
    }
    for code in ("SCSE", "SCSC"):
        seats = {
            (row["ssid"], row["reporting_lea"], row["school_of_course_delivery"], row["academic_year_id"])
            for row in posted[code]
        }
        assert seats - there == set()


def test_teachers_are_on_the_staff_and_assigned_to_the_school(posted: Posted) -> None:
    staff = {(row["reporting_lea"], row["seid"]) for row in posted["SDEM"]}
    assigned = {
        (row["reporting_lea"], row["school_of_assignment"], row["academic_year_id"], row["seid"])
        for row in posted["SASS"]
        if row["job_classification_code"] in ("12", "26", "27")
    }
    for code in ("CRSE", "CRSC"):
        for row in posted[code]:
            if row["seid"] == "9999999999":
                assert row["school_of_course_delivery"] == "0000001"
                continue
            assert (row["reporting_lea"], row["seid"]) in staff
            place = (row["reporting_lea"], row["school_of_course_delivery"], row["academic_year_id"], row["seid"])
            assert place in assigned
    assert {(row["reporting_lea"], row["seid"]) for row in posted["SASS"]} <= staff


def test_sections_keep_the_rules_of_their_course(posted: Posted) -> None:
    for row in [*posted["CRSE"], *posted["CRSC"]]:
        state = row["state_course_code"]
        vocational = "7000" <= state <= "8999"
        assert bool(row["cte_course_section_provider_code"]) == vocational
        assert bool(row["high_quality_cte_course_indicator"]) == vocational
        assert bool(row["online_course_instruction_type_code"]) == (row["distance_learning_indicator"] == "Y")
        standards = row["departmentalized_course_standards_grade_level_range_code"]
        assert bool(row["middle_school_core_course_indicator"]) == (standards == "MID")
        assert bool(row["course_content_area_subcategory_code"]) == (state in ("9000", "9130"))
        assert bool(row["language_of_instruction_code"]) == (row["education_service_code"] == "1")


def test_records_of_a_local_course_agree_about_it(posted: Posted) -> None:
    said: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for row in [*posted["CRSE"], *posted["CRSC"]]:
        said[row["reporting_lea"], row["local_course_id"]].add(tuple(row[name] for name in _COURSE_FACTS))
    assert {len(each) for each in said.values()} == {1}


def test_assignments_keep_the_rules_of_staff(posted: Posted) -> None:
    percentages: dict[tuple[str, ...], float] = defaultdict(float)
    for row in posted["SASS"]:
        if row["job_classification_code"] in ("10", "11", "25"):
            assert row["non_classroom_based_job_assignment_code_1"]
        key = (row["reporting_lea"], row["academic_year_id"], row["seid"])
        percentages[key] += float(row["job_classification_fte_percentage"])
    assert max(percentages.values()) <= 200
    assert min(percentages.values()) >= 5
    for row in posted["SDEM"]:
        assert bool(row["alias_first_name"]) == bool(row["alias_last_name"])
        age = int(row["effective_start_date"][:4]) - int(row["birth_date"][:4])
        assert 1 <= int(row["service_years_lea"]) <= int(row["service_years_total"]) <= age - 17


def test_incidents_join_over_their_three_files(posted: Posted) -> None:
    join = ("reporting_lea", "school_of_attendance", "academic_year_id", "ssid", "incident_id_local")

    def keys(record_type: str, rows: list[Row] | None = None) -> set[tuple[str, ...]]:
        return {tuple(row[name] for name in join) for row in (posted[record_type] if rows is None else rows)}

    assert keys("SIRS") == keys("SINC")
    assert keys("SOFF") == keys("SINC", posted.of("SINC", statutory_offense_indicator="Y"))
    serious = [row for row in posted["SIRS"] if row["incident_result_code"] in ("100", "110", "200")]
    assert keys("SIRS", serious) - keys("SOFF") == set()
    assert {row["incident_result_duration_days"] == "" for row in serious} == {False}
    assert {row["incident_result_code"] for row in posted["SIRS"] if row["incident_result_modification_code"]} == {
        "200"
    }


def test_an_incident_is_the_same_for_everybody_in_it(posted: Posted) -> None:
    said: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for row in posted["SINC"]:
        key = (row["reporting_lea"], row["school_of_attendance"], row["academic_year_id"], row["incident_id_local"])
        said[key].add((row["incident_occurrence_date"], row["statutory_offense_indicator"]))
        first = int(row["academic_year_id"][:4])
        assert f"{first}0701" <= row["incident_occurrence_date"] <= f"{first + 1}0630"
    assert {len(each) for each in said.values()} == {1}


def test_weapons_go_with_their_offenses(posted: Posted) -> None:
    pairs = {(row["offense_code"], row["weapon_category_code"]) for row in posted["SOFF"]}
    assert {pair for pair in pairs if pair[1] or "100" <= pair[0] <= "105"} == {("100", "10"), ("104", "40")}


def test_statuses_plans_and_services_join(posted: Posted) -> None:
    plans = {
        (row["reporting_lea"], row["reporting_selpa"], row["ssid"], row["special_education_plan_effective_start_date"])
        for row in posted["PLAN"]
    }
    services = {
        (row["reporting_lea"], row["reporting_selpa"], row["ssid"], row["plan_effective_start_date"])
        for row in posted["SERV"]
    }
    assert plans == services
    assert {row["ssid"] for row in posted["PLAN"]} <= {row["ssid"] for row in posted["SWDS"]}
    for row in posted["SERV"]:
        agency = row["special_education_service_provider_code"] == "400"
        assert bool(row["nonpublic_agency_identifier"]) == agency
        assert bool(row["service_frequency_code"]) == bool(row["service_duration"])


def test_special_education_is_reported_while_the_student_is_enrolled(posted: Posted) -> None:
    enrollments = _enrollments(posted)
    dates = {
        "SWDS": "special_education_status_effective_start_date",
        "PLAN": "special_education_plan_effective_start_date",
    }
    for code, name in dates.items():
        for row in posted[code]:
            assert any(
                each["enrollment_start_date"] <= row[name] <= (each["enrollment_exit_date"] or "99991231")
                and each["enrollment_status_code"] == "10"
                for each in enrollments[row["ssid"], row["reporting_lea"]]
            )
    for row in posted["SWDS"]:
        assert not (row["special_education_status_code"] == "1" and row["non_participation_reason_code"])


def test_special_education_names_the_selpa_of_the_day(posted: Posted) -> None:
    for row in posted["SWDS"]:
        day = row["special_education_status_effective_start_date"]
        charter = row["reporting_lea"] == "0990019" and day >= "20250701"
        assert row["reporting_selpa"] == ("9902" if charter else "9901")


def test_plans_keep_the_rules_of_their_type(posted: Posted) -> None:
    settings = {"100": {"201", "300", "400"}, "150": {"200"}, "200": {"403"}}
    needs_degree = {"210", "260", "270", "280", "290", "300", "310", "320", "330"}
    for row in posted["PLAN"]:
        assert row["special_education_program_setting_code"] in settings[row["special_education_plan_type_code"]]
        if row["academic_year_id"] >= "2025-2026":
            assert bool(row["disability_1_degree_of_support"]) == (row["disability_1_code"] in needs_degree)


def test_leavers_in_special_education_name_selpa_and_number_and_others_do_not(posted: Posted) -> None:
    for row in posted["PSTS"]:
        special = row["education_program_participation_type_code"] == "30"
        assert bool(row["reporting_selpa"]) == bool(row["local_special_education_student_id"]) == special
    alone = {row["ssid"] for row in posted["PSTS"] if row["postsecondary_status_code"] in ("950", "960")}
    for row in posted["PSTS"]:
        if row["ssid"] in alone and row["postsecondary_status_code"] not in ("950", "960"):
            others = posted.of("PSTS", ssid=row["ssid"])
            kinds = {each["education_program_participation_type_code"] for each in others}
            assert len(kinds) > 1


def test_a_pathway_is_completed_in_the_year_of_graduation(posted: Posted) -> None:
    completed = [row for row in posted["SCTE"] if row["cte_pathway_completion_academic_year_id"]]
    assert len(completed) >= 10
    for row in completed:
        assert row["cte_pathway_completion_academic_year_id"] == row["academic_year_id"]
        left = posted.of("SENR", ssid=row["ssid"], academic_year_id=row["academic_year_id"], exit_reason_code="E230")
        assert left
    assert "0000001" not in {row["school_of_attendance"] for row in posted["SCTE"]}


def test_identity_is_the_same_in_all_types(posted: Posted) -> None:
    """Birth date and gender never change, so that other files match the latest SINF."""
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for code in RECORD_TYPES:
        for row in posted[code]:
            if "birth_date" in row and "ssid" in row:
                said[row["ssid"]].add((row["birth_date"], row["gender_code"]))
    assert {len(each) for each in said.values()} == {1}


def test_what_happens_at_school_happens_on_school_days(posted: Posted) -> None:
    days = {
        "SENR": ("enrollment_start_date", "enrollment_exit_date"),
        "SINC": ("incident_occurrence_date",),
        "MEET": ("special_education_meeting_date", "special_education_referral_date"),
        "PLAN": ("special_education_plan_effective_start_date",),
    }
    for code, names in days.items():
        dates = {row[name] for row in posted[code] for name in names} - {""}
        assert [day for day in sorted(dates) if date.fromisoformat(day).weekday() > 4] == []

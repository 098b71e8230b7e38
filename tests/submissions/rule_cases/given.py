"""What a case is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ods.calendar import pacific_today
from tests.factories.records import LEA

Changes = dict[str, str]

OTHERS_SELPA, NOBODYS_SELPA, SECOND_SELPA, FORMER_SELPA = "1902", "1903", "1904", "1905"
"""SELPAs: of the other LEA only, without members, a second one of the LEA, and one it was in once (2015-07-01 to
2020-06-30)."""


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


Row = tuple[str, str, "Changes | Given", "Changes | Given"]
"""Code, and after a blank the field marked where a type has several rules of the code; record type; what breaks the
rule; what stands beside it and does not."""

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

SOMEBODY_ELSE = "9100000001"
"""SSID of another student."""
RACES = [f"race_{number}_code" for number in range(1, 6)]
NPS = {"school_of_attendance": "0000001", "school_of_attendance_nps": "9999999"}

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

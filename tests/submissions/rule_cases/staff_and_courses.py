# ruff: noqa: E501 - a table of cases is read by line
"""Cases of `ods.submission_rules.staff_and_courses`."""

from __future__ import annotations

from datetime import date, timedelta

from tests.ods.posting.filing import OTHER_LEA, SECOND_SCHOOL
from tests.submissions.rule_cases.given import RACES, TODAY, Changes, Given, Row, without

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


def assignment(job: str, *codes: str, at: int = 0) -> Changes:
    return {"job_classification_code": job, **dict(zip(ASSIGNMENTS[at:], codes, strict=False))}


def born(years: int, days: int = 0) -> str:
    """A birth date so many years ago today, and days later."""
    return f"{date(TODAY.year - years, TODAY.month, TODAY.day) + timedelta(days=days):%Y%m%d}"


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
            (f"SASS0582F2 {name}", "SASS", assignment("11", "0100", at=at), assignment("11")),
            (f"SASS0582F2 {name}", "SASS", assignment("10", "0161", at=at) | {"academic_year_id": "2018-2019"}, assignment("10", "0161", at=at) | {"academic_year_id": "2019-2020"}),
        )
    ),
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
        {"course_section_id": "another"},
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


ROWS: list[Row] = [
    *SDEM,
    *SASS,
    *_courses("CRSE"),
    *_courses("CRSC"),
    *_students_in_courses("SCSE", "CRSE"),
    *_students_in_courses("SCSC", "CRSC"),
]

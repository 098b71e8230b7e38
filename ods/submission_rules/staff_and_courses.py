"""Rules of submission for staff, assignments, course sections and the students in them."""

from __future__ import annotations

from typing import Any

from ods.submission_rules.codes import combination, invalid
from ods.submission_rules.rule import RecordRule, rule_of

_COLLEGE = "'9020', '9082', '9096', '9120', '9154', '9200', '9227', '9273', '9303', '9358'"
_NEED_SUBCATEGORY = (
    "'9000', '9051', '9080', '9090', '9130', '9131', '9132', '9133', '9134', '9135', '9136', '9137', '9155', '9156', "
    "'9157', '9222', '9223', '9291', '9292', '9293', '9294', '9316', '9381', '9400'"
)
_CTE = "{state_course_code} BETWEEN '7000' AND '8999'"
_OUTSIDE = "'9999999999'"
_AGE = (
    "(CAST(substr({today}, 1, 4) AS integer) - CAST(substr({birth_date:text}, 1, 4) AS integer) - "
    "CASE WHEN substr({today}, 6) < substr({birth_date:text}, 6) THEN 1 ELSE 0 END)"
)
_ASSIGNMENTS = [f"non_classroom_based_job_assignment_code_{number}" for number in range(1, 8)]


SDEM = [
    rule_of(
        "SDEM",
        "SDEMX01",
        "seid",
        "SEID of nobody",
        "9999999999 is no SEID of a member of staff. Give the SEID the state issued.",
        f"{{seid}} = {_OUTSIDE}",
        source="layout SDEM 7.08",
    ),
    rule_of(
        "SDEM",
        "SDEMX02",
        "alias_first_name alias_last_name",
        "Alias",
        "Alias first name and last name go together. Give both or neither.",
        "{alias_first_name:given} <> {alias_last_name:given}",
        source="layout SDEM 7.13 and 7.15",
    ),
    rule_of(
        "SDEM",
        "SDEMX03",
        "hispanic_ethnicity_indicator ethnicity_missing_indicator",
        "Ethnicity",
        "Ethnicity is blank if Ethnicity Missing Indicator is Y, and only then. Correct one of the two.",
        "{hispanic_ethnicity_indicator:given} = ({ethnicity_missing_indicator} = 'Y')",
        source="layout SDEM 7.18",
    ),
    rule_of(
        "SDEM",
        "SDEMX04",
        "race_1_code race_missing_indicator",
        "Race",
        "Race is blank if Race Missing Indicator is Y, and only then. Correct one of the two.",
        "({race_1_code:given} OR {race_2_code:given} OR {race_3_code:given} OR {race_4_code:given} OR "
        "{race_5_code:given}) = ({race_missing_indicator} = 'Y')",
        source="layout SDEM 7.20",
    ),
    rule_of(
        "SDEM",
        "SDEMX05",
        "service_years_lea service_years_total",
        "Years of service",
        "Years of service are at least 1, and those at the LEA not more than all. Correct them.",
        "{service_years_lea} < 1 OR {service_years_total} < 1 OR {service_years_lea} > {service_years_total}",
        source="layout SDEM 7.30 and 7.31",
    ),
    rule_of(
        "SDEM",
        "SDEMX06",
        "service_years_total birth_date",
        "Years of service and age",
        "Years of service are more than age minus 17. Correct the years or the birth date.",
        f"{{service_years_total}} > {_AGE} - 17",
        source="layout SDEM 7.31",
    ),
    rule_of(
        "SDEM",
        "SDEMX07",
        "effective_end_date effective_start_date",
        "Effective dates",
        "The Effective End Date is before the Effective Start Date. Correct one of the dates.",
        "{effective_end_date} < {effective_start_date}",
        source="layout SDEM 7.05",
    ),
    rule_of(
        "SDEM",
        "SDEMX08",
        "employment_end_date employment_start_date",
        "Employment dates",
        "The employment ends before it starts. Correct one of the dates.",
        "{employment_end_date} < {employment_start_date}",
        source="layout SDEM 7.29",
    ),
]

SASS = [
    rule_of(
        "SASS",
        "SASSX01",
        "seid",
        "SEID of nobody",
        "9999999999 is no SEID of a member of staff. Give the SEID the state issued.",
        f"{{seid}} = {_OUTSIDE}",
        source="layout SASS 8.07",
    ),
    rule_of(
        "SASS",
        "SASS0118",
        "job_classification_fte_percentage",
        "FTE too small",
        "The FTE percentage is below 1. Correct it.",
        "{job_classification_fte_percentage} < 1",
        source="public pages on SASS",
    ),
    rule_of(
        "SASS",
        "SASS0119",
        "job_classification_fte_percentage",
        "FTE too large",
        "The FTE percentage is above 200. Correct it.",
        "{job_classification_fte_percentage} > 200",
        source="public pages on SASS",
    ),
    rule_of(
        "SASS",
        "SASSX02",
        f"{_ASSIGNMENTS[0]} job_classification_code",
        "Assignment missing",
        "Job classifications 10, 11 and 25 need at least one non-classroom assignment. Fill it.",
        "{job_classification_code} IN ('10', '11', '25') AND "
        + " AND ".join(f"{{{name}:blank}}" for name in _ASSIGNMENTS),
        source="layout SASS 8.15",
    ),
    rule_of(
        "SASS",
        "SASSX03",
        f"{_ASSIGNMENTS[0]} {' '.join(_ASSIGNMENTS[1:])}",
        "Leave beside other assignments",
        "6018 (on leave) excludes all other assignments. Take the others out, or 6018.",
        f"'6018' IN ({', '.join(f'{{{name}}}' for name in _ASSIGNMENTS)}) AND "
        f"({' OR '.join(f'{{{name}}} NOT IN ({chr(39)}{chr(39)}, {chr(39)}6018{chr(39)})' for name in _ASSIGNMENTS)})",
        source="layout SASS 8.15",
    ),
    *(
        combination(
            "SASS0582F2",
            "SASS",
            (name, "job_classification_code", "academic_year_id"),
            "This assignment is not valid with this job classification in this year. Correct one of them.",
            f"{{{name}:given}} AND {{job_classification_code}} IN ('10', '11', '25') AND "
            + invalid(
                (name, "job_classification_code"),
                "non_classroom_assignment_job_classification",
                "non_classroom_assignment",
                "job_classification",
            ),
            severity="warning",
        )
        for name in _ASSIGNMENTS
    ),
    rule_of(
        "SASS",
        "SASSX04",
        "job_classification_code seid",
        "Administrator and pupil services at once",
        "Job classifications 10 and 25 may not both stand for one SEID in a year. Correct one of the records.",
        "{job_classification_code} IN ('10', '25') AND EXISTS (SELECT 1 FROM ods_stage o WHERE o.seid = s.seid AND "
        "o.reporting_lea = s.reporting_lea AND o.academic_year_id = s.academic_year_id AND o.state <> 'X' AND "
        "o.job_classification_code IN ('10', '25') AND o.job_classification_code <> s.job_classification_code)",
        source="layout SASS 8.13",
    ),
    rule_of(
        "SASS",
        "SASSX05",
        "seid",
        "Staff without demographics",
        "No SDEM record of this SEID is posted at the LEA. Submit and post SDEM first.",
        "NOT EXISTS (SELECT 1 FROM ods_sdem d WHERE d.reporting_lea = s.reporting_lea AND d.seid = s.seid)",
        severity="warning",
        source="order of upload (CALPADS documentation)",
    ),
]


def _courses(record_type: str) -> list[RecordRule]:
    def rule(code: str, fields: str, title: str, words: str, breach: str, source: str, **given: Any) -> RecordRule:
        return rule_of(record_type, f"{record_type}{code}", fields, title, words, breach, source=source, **given)

    return [
        rule(
            "X02",
            "cte_course_section_provider_code state_course_code",
            "Provider of a CTE course",
            "A CTE course (7000 to 8999) needs the CTE Course Section Provider Code. Fill it.",
            _CTE + " AND {cte_course_section_provider_code:blank}",
            "layout CRSE 9.27",
        ),
        rule(
            "X03",
            "high_quality_cte_course_indicator state_course_code",
            "High quality CTE indicator",
            "A CTE course (7000 to 8999) needs the High Quality CTE Course Indicator. Fill it with Y or N.",
            _CTE + " AND {high_quality_cte_course_indicator:blank}",
            "layout CRSE 9.36",
        ),
        rule(
            "X04",
            "course_content_area_subcategory_code state_course_code",
            "Subcategory missing",
            "This state course needs a Course Content Area Subcategory Code. Fill it.",
            f"{{state_course_code}} IN ({_NEED_SUBCATEGORY}) AND {{course_content_area_subcategory_code:blank}} AND "
            "{academic_year_id} >= '2019-2020'",
            "layout CRSE 9.28",
        ),
        combination(
            f"{record_type}X05",
            record_type,
            ("course_content_area_subcategory_code", "state_course_code", "academic_year_id"),
            "This subcategory is not valid with this state course in this year. Correct one of them.",
            "{course_content_area_subcategory_code:given} AND {state_course_code:given} AND "
            + invalid(
                ("state_course_code", "course_content_area_subcategory_code"),
                "course_group_state_content_subcategory",
                "course_group_state",
                "content_area_subcategory",
            ),
            severity="warning",
        ),
        combination(
            f"{record_type}X06",
            record_type,
            ("departmentalized_course_standards_grade_level_range_code", "state_course_code", "academic_year_id"),
            "This grade level range is not valid with this state course in this year. Correct one of them.",
            "{departmentalized_course_standards_grade_level_range_code:given} AND {state_course_code:given} AND "
            + invalid(
                ("state_course_code", "departmentalized_course_standards_grade_level_range_code"),
                "course_group_state_standards_grade_range",
                "course_group_state",
                "grade_range",
            ),
            severity="warning",
        ),
        rule(
            "X07",
            "online_course_instruction_type_code distance_learning_indicator",
            "Type of online course",
            "A distance learning section needs the Online Course Instruction Type Code. Fill it.",
            "{distance_learning_indicator} = 'Y' AND {online_course_instruction_type_code:blank}",
            "layout CRSE 9.33",
        ),
        rule(
            "X08",
            "middle_school_core_course_indicator departmentalized_course_standards_grade_level_range_code",
            "Middle school core course",
            "A section of grade level range MID needs the Middle School Core Course Indicator. Fill it with Y or N.",
            "{departmentalized_course_standards_grade_level_range_code} = 'MID' AND {middle_school_core_course_indicator:blank}",
            "layout CRSE 9.34",
        ),
        rule(
            "X09",
            "language_of_instruction_code education_service_code",
            "Language of instruction",
            "Education service 1 needs a Language of Instruction other than English and sign language. Fill it.",
            "{education_service_code} = '1' AND {language_of_instruction_code} IN ('', '00', '37', 'eng', 'sgn')",
            "layout CRSE 9.21",
        ),
        rule(
            "0545",
            "seid state_course_code course_section_instructional_level_code",
            "SEID of a teacher outside the LEA",
            "9999999999 is for college courses and other teachers outside the LEA. Check the SEID.",
            f"{{seid}} = {_OUTSIDE} AND {{state_course_code}} NOT IN ({_COLLEGE}) AND "
            "{course_section_instructional_level_code} NOT IN ('23', '24') AND {school_of_course_delivery} <> '0000001'",
            "CALPADS documentation, CRSC0545",
            severity="warning",
        ),
        rule(
            "X10",
            "seid",
            "Teacher without demographics",
            "No SDEM record of this SEID is posted at the LEA. Submit and post SDEM first.",
            f"{{seid}} <> {_OUTSIDE} AND NOT EXISTS (SELECT 1 FROM ods_sdem d WHERE d.reporting_lea = s.reporting_lea "
            "AND d.seid = s.seid)",
            "order of upload (CALPADS documentation)",
            severity="warning",
        ),
        rule(
            "X11",
            "multiple_teacher_code class_id",
            "Second teacher",
            "A Multiple Teacher Code needs a second record of the class with another SEID. Add it, or empty the field.",
            "{multiple_teacher_code:given} AND NOT EXISTS (SELECT 1 FROM ods_stage o WHERE o.class_id = s.class_id AND "
            "o.reporting_lea = s.reporting_lea AND o.school_of_course_delivery = s.school_of_course_delivery AND "
            "o.academic_term_code = s.academic_term_code AND o.academic_year_id = s.academic_year_id AND o.seid <> s.seid)",
            "layout CRSE 9.25",
            severity="warning",
        ),
    ]


def _students_in_courses(record_type: str, courses: str) -> list[RecordRule]:
    return [
        rule_of(
            record_type,
            f"{record_type}X01",
            "course_section_id local_course_id",
            "Section that is not posted",
            f"No {courses} record of this course, section and term is posted. Submit and post {courses} first.",
            f"NOT EXISTS (SELECT 1 FROM ods_{courses.lower()} c WHERE c.reporting_lea = s.reporting_lea AND "
            "c.school_of_course_delivery = s.school_of_course_delivery AND c.academic_year_id = s.academic_year_id AND "
            "c.local_course_id = s.local_course_id AND c.course_section_id = s.course_section_id AND "
            "c.academic_term_code = s.academic_term_code)",
            source="order of upload (CALPADS documentation)",
        ),
        rule_of(
            record_type,
            f"{record_type}X02",
            "credits_earned credits_attempted",
            "Credits",
            "More credits are earned than attempted. Correct them.",
            "{credits_earned} > {credits_attempted}",
            source="public pages on SCSE and SCSC",
            severity="warning",
        ),
    ]


RULES: list[RecordRule] = [
    *SDEM,
    *SASS,
    *_courses("CRSE"),
    *_courses("CRSC"),
    *_students_in_courses("SCSE", "CRSE"),
    *_students_in_courses("SCSC", "CRSC"),
]

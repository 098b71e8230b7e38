"""Rules of submission for enrolment and demographics."""

from __future__ import annotations

from functools import partial

from ods.submission_rules.codes import combination, firsts, invalid
from ods.submission_rules.rule import NEW_SSID, RecordRule, rule_of

_senr = partial(rule_of, "SENR")
_sinf = partial(rule_of, "SINF")

_BOTH_FIELDS = "Give both or neither."
_GRADUATE = "({school_completion_status} <> '100')"

NAMES = [
    rule_of(
        record_type,
        "IVR0009",
        name,
        "Character in a name",
        "The name holds a character that names may not hold. Use letters, digits, blanks, periods, hyphens and "
        "apostrophes only.",
        f"{{{name}:odd}}",
        source="layout SENR 1.10",
    )
    for record_type in ("SENR", "SINF")
    for name in ("legal_first_name", "legal_middle_name", "legal_last_name")
]

SENR = [
    _senr(
        "SENR0742",
        "academic_year_id enrollment_start_date",
        "Academic year and start date",
        "The Academic Year ID is not the school year (July to June) the Enrollment Start Date falls in. Correct one of them.",
        "{enrollment_start_date:text} < {year_first} OR {enrollment_start_date:text} > {year_last}",
        source="layout SENR 1.07 (rule of 11/2025)",
    ),
    _senr(
        "SENRX01",
        "enrollment_exit_date exit_reason_code",
        "Exit date and exit reason",
        "An Enrollment Exit Date needs a Student Exit Reason Code, and the other way round. " + _BOTH_FIELDS,
        "{enrollment_exit_date:given} <> {exit_reason_code:given}",
        source="layout SENR 1.25",
    ),
    _senr(
        "SENR0018",
        "enrollment_exit_date enrollment_start_date exit_reason_code",
        "Exit date out of range",
        "The Enrollment Exit Date is before the Enrollment Start Date, or a no-show (N470) does not exit on the start date "
        "or the day before. Correct one of the dates or the reason.",
        "CASE WHEN {exit_reason_code} = 'N470' THEN {enrollment_exit_date} NOT IN ({enrollment_start_date}, "
        "{enrollment_start_date:eve}) ELSE {enrollment_exit_date} < {enrollment_start_date} END",
        source="CALPADS documentation, SENR0018",
    ),
    _senr(
        "SENRX04",
        "enrollment_exit_date",
        "Exit too far ahead",
        "The Enrollment Exit Date is more than 30 days ahead. Submit the exit when it is near.",
        "{enrollment_exit_date} > {in_30_days}",
        source="public pages on SENR (a vendor's rule)",
    ),
    _senr(
        "SENRX05",
        "enrollment_start_date birth_date",
        "Start date out of range",
        "The Enrollment Start Date must be after the birth date and at most six months ahead. Correct it.",
        "{enrollment_start_date} <= {birth_date} OR {enrollment_start_date} > {in_six_months}",
        source="public pages on SENR (a vendor's rule)",
    ),
    _senr(
        "SENRX06",
        "school_completion_status exit_reason_code",
        "Exit of a completer",
        "Exit reason E230 needs a School Completion Status. Fill it, or correct the reason.",
        "{exit_reason_code} = 'E230' AND {school_completion_status:blank}",
        source="layout SENR 1.27",
    ),
    combination(
        "SENR0022",
        "SENR",
        ("school_completion_status", "exit_reason_code", "academic_year_id"),
        "A School Completion Status stands with exit reason E230 only, and must be valid in this year. Correct one of the two.",
        "{school_completion_status:given} AND "
        + invalid(
            ("exit_reason_code", "school_completion_status"),
            "exit_reason_completion_status",
            "exit_reason",
            "completion_status",
        ),
    ),
    combination(
        "SENRX08",
        "SENR",
        ("exit_reason_code", "grade_level_code", "academic_year_id"),
        "This Student Exit Reason Code is not valid for this grade level in this year. Correct one of them.",
        "{exit_reason_code} IN ("
        + firsts("exit_reason_grade_level", "exit_reason")
        + ") AND {grade_level_code} IN ("
        + firsts("exit_reason_grade_level", "grade_level")
        + ") AND "
        + invalid(("exit_reason_code", "grade_level_code"), "exit_reason_grade_level", "exit_reason", "grade_level"),
    ),
    combination(
        "SENRX09",
        "SENR",
        ("school_completion_status", "grade_level_code", "academic_year_id"),
        "This School Completion Status is not valid for this grade level in this year. Correct one of them.",
        "{school_completion_status} IN ("
        + firsts("completion_status_grade_level", "completion_status")
        + ") AND {grade_level_code} IN ("
        + firsts("completion_status_grade_level", "grade_level")
        + ") AND "
        + invalid(
            ("school_completion_status", "grade_level_code"),
            "completion_status_grade_level",
            "completion_status",
            "grade_level",
        ),
    ),
    _senr(
        "SENRX10",
        "met_all_uc_csu_requirements_indicator school_completion_status",
        "UC/CSU requirements of a graduate",
        "A graduate (completion status 100) needs Student Met All UC and/or CSU Requirements Indicator. Fill it with Y or N.",
        "{school_completion_status} = '100' AND {met_all_uc_csu_requirements_indicator:blank}",
        source="layout SENR 1.29",
    ),
    _senr(
        "SENR0315",
        "golden_state_seal_merit_diploma_indicator school_completion_status",
        "Seal of a graduate",
        "Y needs completion status 100. Correct one of the two.",
        "{golden_state_seal_merit_diploma_indicator} = 'Y' AND " + _GRADUATE,
        source="CALPADS documentation, SENR0315",
    ),
    _senr(
        "SENRX12",
        "seal_of_biliteracy_indicator school_completion_status",
        "Seal of a graduate",
        "Y needs completion status 100. Correct one of the two.",
        "{seal_of_biliteracy_indicator} = 'Y' AND " + _GRADUATE,
        source="layout SENR 1.33",
    ),
    _senr(
        "SENR0630",
        "graduation_exemption_indicator school_completion_status",
        "Graduation exemption of no graduate",
        "The Graduation Exemption Indicator stands with completion status 100 only. Empty it, or correct the status.",
        "{graduation_exemption_indicator:given} AND " + _GRADUATE,
        source="CALPADS documentation, SENR0630",
    ),
    _senr(
        "SENR0632",
        "graduation_exemption_indicator school_completion_status",
        "Graduation exemption of a graduate",
        "A graduate who exits after 06/30/2023 needs the Graduation Exemption Indicator. Fill it with Y or N.",
        "{school_completion_status} = '100' AND {enrollment_exit_date} > '2023-06-30' AND {graduation_exemption_indicator:blank}",
        source="CALPADS documentation, SENR0632",
    ),
    _senr(
        "SENRX14",
        "expected_receiver_school_of_attendance exit_reason_code",
        "Receiving school of a transfer",
        "A transfer for discipline (T165) needs the Expected Receiver School of Attendance. Fill it.",
        "{exit_reason_code} = 'T165' AND {expected_receiver_school_of_attendance:blank}",
        severity="warning",
        source="layout SENR 1.28 (a vendor's rule)",
    ),
    _senr(
        "SENR0003",
        "school_of_attendance_nps school_of_attendance",
        "NPS school without placement",
        "School of Attendance NPS is filled, so School of Attendance must be 0000001. Correct one of the two.",
        "{school_of_attendance_nps:given} AND {school_of_attendance} <> '0000001'",
        source="CALPADS error list, SENR0003",
    ),
    _senr(
        "SENR0004",
        "school_of_attendance_nps school_of_attendance",
        "Placement without NPS school",
        "School of Attendance is 0000001, so School of Attendance NPS must be filled. Correct one of the two.",
        "{school_of_attendance_nps:blank} AND {school_of_attendance} = '0000001'",
        source="CALPADS error list, SENR0004",
    ),
    _senr(
        "SENRX16",
        "birth_country_code enrollment_status_code",
        "Country of birth",
        "Student Birth Country Code is required with enrollment status 10, 20 and 30. Fill it; UU stands for unknown.",
        "{enrollment_status_code} IN ('10', '20', '30') AND {birth_country_code:blank}",
        source="layout SENR 1.21",
    ),
    _senr(
        "SENRX17",
        "grade_level_code ssid",
        "Grade level of a new student",
        "A record that asks for a new SSID needs a Grade Level Code. Fill it.",
        f"{{ssid}} LIKE '{NEW_SSID}%' AND {{grade_level_code:blank}}",
        source="layout SENR 1.24 (a vendor's rule)",
    ),
    _senr(
        "SENRX18",
        "ssid enrollment_exit_date",
        "Exit without SSID",
        "A blank SSID asks for a new one, and an exit cannot. Give the student's SSID.",
        f"{{ssid}} LIKE '{NEW_SSID}%' AND {{enrollment_exit_date:given}}",
        source="layout SENR 1.08",
    ),
    _senr(
        "SENRX19",
        "ssid local_student_id",
        "This student has an SSID",
        "The school has an enrollment of a student with this Local Student ID and birth date already. Give that SSID "
        "(request an SSID Extract): a second one would double the student.",
        f"{{ssid}} LIKE '{NEW_SSID}%' AND EXISTS (SELECT 1 FROM ods_owned o WHERE o.reporting_lea = s.reporting_lea "
        "AND o.local_student_id = s.local_student_id AND o.birth_date = s.birth_date AND o.school = s.school_of_attendance)",
        source="docs/decisions/0084",
    ),
    _senr(
        "SENR0027",
        "enrollment_exit_date ssid",
        "Exit and new enrollment in one file",
        "The file exits this student and enrolls the student again. Put the exit and the new enrollment into separate files.",
        "{enrollment_exit_date:given} AND EXISTS (SELECT 1 FROM ods_stage o WHERE o.ssid = s.ssid AND "
        "o.reporting_lea = s.reporting_lea AND o.state NOT IN ('X', 'D') AND "
        "o.enrollment_start_date > s.enrollment_start_date AND NOT EXISTS (SELECT 1 FROM ods_same e WHERE e.line = o.line))",
        source="public pages on SENR",
    ),
    _senr(
        "SENR0286E3",
        "enrollment_start_date enrollment_exit_date exit_reason_code ssid",
        "Gap after a mid-year update",
        "After exit reason E150 the student goes on at the same school the next calendar day, but the next enrollment "
        "starts later. Correct the dates or the exit reason.",
        "EXISTS (SELECT 1 FROM ods_mid_year m WHERE m.ssid = {current_ssid} AND m.reporting_lea = s.reporting_lea AND "
        "m.school = s.school_of_attendance AND m.starts < s.enrollment_start_date AND m.ends < {enrollment_start_date:eve} "
        "AND NOT EXISTS (SELECT 1 FROM ods_senr b WHERE b.reporting_lea = m.reporting_lea AND b.school_of_attendance = "
        "m.school AND b.current_ssid = m.ssid AND b.enrollment_start_date > m.starts AND b.enrollment_start_date < "
        "s.enrollment_start_date)) OR {exit_reason_code} = 'E150' AND (SELECT MIN(b.enrollment_start_date) FROM ods_senr b "
        "WHERE b.reporting_lea = s.reporting_lea AND b.school_of_attendance = s.school_of_attendance AND b.current_ssid = "
        "{current_ssid} AND b.enrollment_start_date > s.enrollment_start_date) > {enrollment_exit_date:next}",
        severity="warning",
        source="CALPADS documentation, SENR0286E3 (a rule of certification)",
    ),
    _senr(
        "SENR0731F1",
        "enrollment_status_code grade_level_code birth_date enrollment_start_date",
        "Status of a child under three",
        "A child under three in grade level PS may not have enrollment status 50. Correct status, grade level or dates.",
        "{enrollment_status_code} = '50' AND {grade_level_code} = 'PS' AND CAST(CAST(substr({birth_date:text}, 1, 4) AS "
        "integer) + 3 AS text) || substr({birth_date:text}, 5) > {enrollment_start_date:text}",
        severity="warning",
        source="CALPADS documentation, SENR0731F1 (a rule of certification)",
    ),
    _senr(
        "SENRX20",
        "district_of_geographic_residence_code school_transfer_code",
        "District of residence of a transfer",
        "A transfer code other than 5 needs the District of Geographic Residence Code. Fill it.",
        "{school_transfer_code:given} AND {school_transfer_code} <> '5' AND {district_of_geographic_residence_code:blank}",
        severity="warning",
        source="layout SENR 1.31",
    ),
]

_MISSING_OR_GIVEN = "Fill the value or say Y that it is missing; not both."

SINF = [
    _sinf(
        "SINFX01",
        "effective_end_date effective_start_date",
        "Effective dates",
        "The Effective End Date is before the Effective Start Date. Correct one of the dates.",
        "{effective_end_date} < {effective_start_date}",
        source="layout SINF 2.05",
    ),
    _sinf(
        "SINFX02",
        "hispanic_ethnicity_indicator ethnicity_missing_indicator",
        "Ethnicity",
        "Ethnicity: " + _MISSING_OR_GIVEN,
        "{hispanic_ethnicity_indicator:given} = ({ethnicity_missing_indicator} = 'Y')",
        source="layout SINF 2.23 and 2.24",
    ),
    _sinf(
        "SINFX03",
        "race_1_code race_missing_indicator",
        "Race",
        "Race: " + _MISSING_OR_GIVEN,
        "({race_1_code:given} OR {race_2_code:given} OR {race_3_code:given} OR {race_4_code:given} OR "
        "{race_5_code:given}) = ({race_missing_indicator} = 'Y')",
        source="layout SINF 2.25 and 2.30",
    ),
    _sinf(
        "SINFX04",
        "address_line_1 address_city_name address_state_province_code address_zip_code",
        "Address",
        "Address Line 1, City, State and Zip Code go together. Fill all four or none.",
        "NOT ({address_line_1:given} = {address_city_name:given} AND {address_line_1:given} = "
        "{address_state_province_code:given} AND {address_line_1:given} = {address_zip_code:given})",
        source="layout SINF 2.31",
    ),
    _sinf(
        "SINF0453",
        "parent_guardian_highest_education_level_code guardian_1_first_name guardian_1_last_name",
        "Parent or guardian",
        "Highest Education Level, Guardian 1 First and Last Name go together. Fill all three or none.",
        "{effective_start_date} >= '2025-07-01' AND NOT ({parent_guardian_highest_education_level_code:given} = "
        "{guardian_1_first_name:given} AND {guardian_1_first_name:given} = {guardian_1_last_name:given})",
        source="layout SINF 2.38 (since 5/2025; held from 7/1/2025 on)",
    ),
    _sinf(
        "SINF0635",
        "guardian_2_first_name guardian_2_last_name",
        "Second guardian",
        "Guardian 2 First Name and Last Name go together. " + _BOTH_FIELDS,
        "{guardian_2_first_name:given} <> {guardian_2_last_name:given}",
        source="layout SINF 2.41",
    ),
    _sinf(
        "SINFX05",
        "enrolled_in_us_school_less_than_three_years_indicator birth_country_code",
        "Years in US schools",
        "A student born outside the US needs the indicator of less than three years in US schools. Fill it with Y or N.",
        "{birth_country_code} NOT IN ('', 'US', 'PR', 'UU') AND {enrolled_in_us_school_less_than_three_years_indicator:blank}",
        source="layout SINF 2.37",
    ),
    _sinf(
        "SINFX06",
        "effective_start_date birth_date",
        "Effective start before birth",
        "The Effective Start Date is not after the birth date. Correct one of the dates.",
        "{effective_start_date} <= {birth_date}",
        source="layout SINF 2.18",
    ),
]

RULES: list[RecordRule] = [*NAMES, *SENR, *SINF]

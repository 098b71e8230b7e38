"""Cases of GERR0007 (`ods.submission_rules.codes`)."""

from __future__ import annotations

from tests.submissions.rule_cases.given import Row
from tests.submissions.rule_cases.staff_and_courses import ASSIGNMENTS

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

ROWS: list[Row] = [
    (f"GERR0007 {name}", record_type, {name: code, "academic_year_id": wrong}, {name: code, "academic_year_id": right})
    for record_type, name, code, wrong, right in YEARS
]

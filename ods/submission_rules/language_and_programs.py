"""Rules of submission for language status, programmes, absence and pathways."""

from __future__ import annotations

from functools import partial

from ods.submission_rules.codes import combination, invalid
from ods.submission_rules.rule import RecordRule, rule_of

_sela = partial(rule_of, "SELA")
_sprg = partial(rule_of, "SPRG")
_stas = partial(rule_of, "STAS")

SELA = [
    _sela(
        "GERR0001",
        "academic_year_id",
        "Required field missing",
        "The field is required and blank. Fill it; only old statuses that are posted already may lack it.",
        "{academic_year_id:blank}",
        source="layout SELA 12.06; docs/loading.md",
    ),
    _sela(
        "SELAX01",
        "english_language_acquisition_status_start_date english_language_acquisition_status_code",
        "Status start date",
        "The status needs its start date. Fill it.",
        "{english_language_acquisition_status_code} IN ('EO', 'EL', 'IFEP', 'RFEP') AND "
        "{english_language_acquisition_status_start_date:blank}",
        source="layout SELA 12.14",
    ),
    _sela(
        "SELAX02",
        "english_language_acquisition_status_start_date birth_date",
        "Status start date out of range",
        "The status start date must be after the birth date and not after today. Correct it.",
        "{english_language_acquisition_status_start_date} <= {birth_date} OR "
        "{english_language_acquisition_status_start_date} > {today}",
        source="layout SELA 12.14",
    ),
    _sela(
        "SELA0520",
        "english_language_acquisition_status_code correction_reason_code",
        "EL and IFEP come from the test vendor",
        "EL and IFEP come to CALPADS from the test vendor. A file may bring them with correction reason 1, 2 or 5 only.",
        "{english_language_acquisition_status_code} IN ('EL', 'IFEP') AND "
        "{english_language_acquisition_status_start_date} >= '2020-07-01' AND {correction_reason_code} NOT IN ('1', '2', '5')",
        source="layout SELA 12.13",
    ),
    _sela(
        "SELAX03",
        "primary_language_code english_language_acquisition_status_code",
        "Primary language of an English learner",
        "The primary language of an English learner is not English. Correct the language or the status.",
        "{english_language_acquisition_status_code} = 'EL' AND {primary_language_code} IN ('', '00', 'eng')",
        source="layout SELA 12.15",
    ),
    _sela(
        "SELA0285",
        "english_language_acquisition_status_start_date english_language_acquisition_status_code",
        "Status out of order",
        "A status that differs from the student's newest one must start later than that. Correct the date.",
        "EXISTS (SELECT 1 FROM ods_history h WHERE h.line = s.line AND h.newest >= {english_language_acquisition_status_start_date} "
        "AND h.newest_status <> {english_language_acquisition_status_code})",
        source="public pages on SELA",
    ),
    _sela(
        "SELAX04",
        "english_language_acquisition_status_start_date english_language_acquisition_status_code",
        "Status that does not change",
        "The student has this status already, from an earlier date. Leave the record out.",
        "EXISTS (SELECT 1 FROM ods_history h WHERE h.line = s.line AND h.status = {english_language_acquisition_status_code} "
        "AND h.starts < {english_language_acquisition_status_start_date})",
        source="CALPADS Data Guide v11.0",
    ),
    combination(
        "SELAX05",
        "SELA",
        ("english_language_acquisition_status_code", "correction_reason_code"),
        "This status may not follow the student's status before it, with this correction reason. Correct status or reason.",
        "NOT EXISTS (SELECT 1 FROM ods_history h WHERE h.line = s.line AND h.status = "
        "{english_language_acquisition_status_code}) AND "
        + invalid(
            ("before", "english_language_acquisition_status_code", "correction_reason_code"),
            "elas_progression",
            "current_elas",
            "submitted_elas",
            "correction_reason",
        ),
    ),
]

_PROGRAM_NEEDS = [
    ("SPRGX02", "122", "education_service_academic_year", "Education Service Academic Year", "3.17"),
    ("SPRGX03", "122", "education_service_code", "Education Service Code", "3.18"),
    ("SPRGX04", "113", "california_partnership_academy_id", "California Partnership Academy ID", "3.19"),
    ("SPRGX05", "135", "migrant_student_id", "Migrant Student ID", "3.20"),
    ("SPRGX06", "191", "homeless_dwelling_type_code", "Homeless Dwelling Type Code", "3.23"),
    ("SPRGX07", "191", "unaccompanied_youth_indicator", "Unaccompanied Youth Indicator", "3.24"),
    ("SPRGX08", "191", "runaway_youth_indicator", "Runaway Youth Indicator", "3.25"),
]

SPRG = [
    _sprg(
        "SPRGX01",
        "education_program_membership_end_date education_program_membership_start_date",
        "Membership dates",
        "The membership ends before it starts. Correct one of the dates.",
        "{education_program_membership_end_date} < {education_program_membership_start_date}",
        source="layout SPRG 3.16",
    ),
    *(
        _sprg(
            code,
            f"{field} education_program_code",
            "Field of a program",
            f"Program {program} needs {name}. Fill it.",
            f"{{education_program_code}} = '{program}' AND {{{field}:blank}}",
            source=f"layout SPRG {number}",
        )
        for code, program, field, name, number in _PROGRAM_NEEDS
    ),
    _sprg(
        "SPRGX09",
        "education_service_code education_program_code",
        "Field of another program",
        "Education Service Code stands with program 122 only. Empty it, or correct the program.",
        "{education_program_code} <> '122' AND {education_service_code:given}",
        source="layout SPRG 3.18",
    ),
    _sprg(
        "SPRGX10",
        "education_program_membership_start_date birth_date",
        "Membership before birth",
        "The membership does not start after the birth date. Correct one of the dates.",
        "{education_program_membership_start_date} <= {birth_date}",
        source="public pages on SPRG",
    ),
]

_DAYS = (
    "days_attended_in_person",
    "days_absent_out_of_school_suspension",
    "days_in_attendance_in_school_suspension",
    "days_absent_in_person_excused_non_suspension",
    "days_absent_in_person_unexcused_non_suspension",
    "non_ada_generating_independent_study_days",
    "ada_generating_independent_study_days",
)
_ALL_DAYS = ("expected_attendance_days", *_DAYS)

STAS = [
    _stas(
        "STAS0318",
        " ".join(_ALL_DAYS),
        "Days do not add up",
        "Expected Attendance Days must be the sum of the days of fields 13.16 to 13.22. Correct the days.",
        "ABS({expected_attendance_days} - (" + " + ".join(f"COALESCE({{{name}}}, 0)" for name in _DAYS) + ")) > 0.004",
        source="public pages on STAS",
    ),
    _stas(
        "STAS0304",
        f"absence_summary_data_collection_exemption_indicator {' '.join(_ALL_DAYS)}",
        "Days of an exempt student",
        "An exempt student (13.13 = Y) has no days: empty the fields from 13.14 on.",
        "{absence_summary_data_collection_exemption_indicator} = 'Y' AND ({hourly_attendance_school_type_indicator:given} OR "
        + " OR ".join(f"{{{name}:given}}" for name in _ALL_DAYS)
        + ")",
        source="public pages on STAS",
    ),
    _stas(
        "STAS0303",
        f"expected_attendance_days {' '.join(_DAYS)}",
        "Days missing",
        "A student who is not exempt needs all days of fields 13.15 to 13.22. Fill them; 0 where there are none.",
        "{absence_summary_data_collection_exemption_indicator} <> 'Y' AND ("
        + " OR ".join(f"{{{name}:blank}}" for name in _ALL_DAYS)
        + ")",
        source="public pages on STAS",
    ),
    _stas(
        "STAS0651",
        "school_of_attendance academic_year_id",
        "Placement in an absence summary",
        "The absence summary takes no students of placements (0000001, 0000002). Take the record out.",
        "{school_of_attendance} IN ('0000001', '0000002') AND {academic_year_id} >= '2024-2025'",
        source="layout STAS 13.05 (since 9/2024)",
    ),
    _stas(
        "STAS0739",
        "attendance_recovery_days",
        "Attendance recovery out of range",
        "Attendance Recovery Days are a whole number from 0 to 10. Correct them.",
        "{attendance_recovery_days} > 10 OR {attendance_recovery_days} <> CAST({attendance_recovery_days} AS integer)",
        source="CALPADS documentation, STAS0739",
    ),
    _stas(
        "STASX01",
        "attendance_recovery_days",
        "Attendance recovery without absence",
        "Attendance Recovery Days are at most the days the student was absent (13.17, 13.19, 13.20). Correct them.",
        "{attendance_recovery_days} > COALESCE({days_absent_in_person_excused_non_suspension}, 0) "
        "+ COALESCE({days_absent_in_person_unexcused_non_suspension}, 0) + COALESCE({days_absent_out_of_school_suspension}, 0)",
        source="layout STAS 13.24 (CDE Flash 305)",
    ),
    _stas(
        "STAS0740E1",
        "attendance_recovery_days ssid reporting_lea academic_year_id",
        "Attendance recovery over the LEA",
        "The student has more than 10 Attendance Recovery Days over all schools of the LEA in this year. Correct them at one "
        "of the schools.",
        "{attendance_recovery_days} > 0 AND EXISTS (SELECT 1 FROM ods_recovered o WHERE o.ssid = {current_ssid} AND "
        "o.reporting_lea = s.reporting_lea AND o.academic_year_id = s.academic_year_id AND o.days > 10)",
        severity="warning",
        source="CALPADS documentation, STAS0740E1 (a rule of certification)",
    ),
]

SCTE = [
    rule_of(
        "SCTE",
        "SCTE0199",
        "school_of_attendance",
        "Pathway at a nonpublic school",
        "The pathway file takes no students of nonpublic schools (0000001). Take the record out.",
        "{school_of_attendance} = '0000001'",
        source="layout SCTE 11.05",
    ),
    rule_of(
        "SCTE",
        "SCTEX01",
        "cte_pathway_completion_academic_year_id academic_year_id",
        "Completion in another year",
        "The completion year is filled only if the pathway was completed in the reporting year. Empty or correct it.",
        "{cte_pathway_completion_academic_year_id:given} AND {cte_pathway_completion_academic_year_id} <> {academic_year_id}",
        source="layout SCTE 11.14",
    ),
]

RULES: list[RecordRule] = [*SELA, *SPRG, *STAS, *SCTE]

"""Rules of submission for incidents, their results and offenses, discipline and waivers."""

from __future__ import annotations

from ods.rules import Severity
from ods.submission_rules.codes import combination, firsts, invalid
from ods.submission_rules.rule import RecordRule

_INCIDENT = (
    "i.reporting_lea = s.reporting_lea AND i.school_of_attendance = s.school_of_attendance AND "
    "i.academic_year_id = s.academic_year_id AND i.ssid = s.ssid AND i.incident_id_local = s.incident_id_local"
)


def _rule(
    code: str, fields: str, title: str, words: str, breach: str, source: str, severity: Severity = "error"
) -> RecordRule:
    return RecordRule(
        code=code,
        severity=severity,
        title=title,
        words=words,
        source=source,
        record_type=code[:4],
        fields=tuple(fields.split()),
        breach=breach,
    )


def _weapon(record_type: str, code: str) -> list[RecordRule]:
    source = f"layout {record_type}, Weapon Category Code (a vendor's rule)"
    return [
        _rule(
            f"{record_type}X01",
            "weapon_category_code offense_code",
            "Weapon missing",
            "Offenses 100, 101 and 103 to 105 need a Weapon Category Code. Fill it.",
            "{offense_code} IN ("
            + firsts("offense_weapon_category", "student_offense")
            + ") AND {weapon_category_code:blank}",
            source,
            "warning",
        ),
        combination(
            f"{record_type}X02",
            record_type,
            ("weapon_category_code", code, "academic_year_id"),
            "This weapon category is not valid with this offense. Correct one of them.",
            "{weapon_category_code:given} AND "
            + invalid((code, "weapon_category_code"), "offense_weapon_category", "student_offense", "weapon_category"),
        ),
    ]


RULES: list[RecordRule] = [
    _rule(
        "SINCX01",
        "incident_occurrence_date academic_year_id",
        "Date of the incident",
        "The incident must have happened in its academic year and not after today. Correct date or year.",
        "{incident_occurrence_date} > {today} OR {incident_occurrence_date:text} < {year_first} OR "
        "{incident_occurrence_date:text} > {year_last}",
        "layout SINC 18.14",
    ),
    _rule(
        "SIRSX01",
        "incident_id_local ssid",
        "Incident that is not posted",
        "No SINC record of this incident and student is posted. Submit and post SINC first.",
        f"NOT EXISTS (SELECT 1 FROM ods_sinc i WHERE {_INCIDENT})",
        "CALPADS documentation, CERT162 and order of upload",
    ),
    _rule(
        "SOFFX03",
        "incident_id_local ssid",
        "Incident that is not posted",
        "No SINC record of this incident and student is posted. Submit and post SINC first.",
        f"NOT EXISTS (SELECT 1 FROM ods_sinc i WHERE {_INCIDENT})",
        "CALPADS documentation, CERT162 and order of upload",
    ),
    _rule(
        "SIRSX02",
        "incident_result_duration_days incident_result_code",
        "Duration missing",
        "Results 100, 110 and 200 need a duration in days. Fill it.",
        "{incident_result_code} IN ('100', '110', '200') AND {incident_result_duration_days:blank}",
        "layout SIRS 19.16",
    ),
    _rule(
        "SIRSX03",
        "incident_result_modification_code incident_result_code",
        "Modification of an expulsion",
        "An expulsion (200) needs the Incident Result Modification Code. Fill it.",
        "{incident_result_code} = '200' AND {incident_result_modification_code:blank}",
        "layout SIRS 19.17",
    ),
    _rule(
        "SIRSX04",
        "incident_result_code incident_id_local",
        "Result without an offense",
        "Results 100, 110 and 200 want an offense of the student in the same incident. Submit and post SOFF too.",
        f"{{incident_result_code}} IN ('100', '110', '200') AND NOT EXISTS (SELECT 1 FROM ods_soff i WHERE {_INCIDENT})",
        "public pages on SIRS",
        "warning",
    ),
    _rule(
        "SIRSX05",
        "incident_result_duration_days",
        "Support over ten days",
        "A result of more than ten days wants the Student Instructional Support Indicator (SINC 18.16). Check it.",
        "{incident_result_duration_days} > 10 AND EXISTS (SELECT 1 FROM ods_sinc i WHERE "
        f"{_INCIDENT} AND i.instructional_support_indicator = '')",
        "layout SINC 18.16",
        "warning",
    ),
    *_weapon("SOFF", "offense_code"),
    *_weapon("SDIS", "offense_code"),
    _rule(
        "SDISX03",
        "disciplinary_action_modification_category_code incident_disciplinary_action_taken_code",
        "Modification of an expulsion",
        "The modification category stands with action 200 (expulsion), always and only. Correct one of the two.",
        "{disciplinary_action_modification_category_code:given} <> ({incident_disciplinary_action_taken_code} = '200')",
        "layout SDIS 4.22",
    ),
    _rule(
        "SDISX04",
        "disciplinary_incident_occurrence_date academic_year_id",
        "Date of the incident",
        "The incident must have happened in its academic year and not after today. Correct date or year.",
        "{disciplinary_incident_occurrence_date} > {today} OR {disciplinary_incident_occurrence_date:text} < {year_first} OR "
        "{disciplinary_incident_occurrence_date:text} > {year_last}",
        "public pages on SDIS",
    ),
    _rule(
        "SWAVX01",
        "education_regulatory_exemption_outcome_code education_regulatory_exemption_code",
        "Outcome of an exemption",
        "Exemption 3 requires outcome 1. Correct one of the two.",
        "{education_regulatory_exemption_code} = '3' AND {education_regulatory_exemption_outcome_code} <> '1'",
        "layout SWAV, notes",
    ),
]

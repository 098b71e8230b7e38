"""Rules of submission for special education and postsecondary status.

The layouts of these files are largely inferred (docs/adding-an-extract.md): what rests on an inferred field warns.
"""

from __future__ import annotations

from ods.rules import Severity
from ods.submission_rules.codes import combination, firsts, invalid
from ods.submission_rules.rule import RecordRule

_DEGREES = "'210', '260', '270', '280', '290', '300', '310', '320', '330'"


def _rule(
    code: str,
    record_type: str,
    fields: str,
    title: str,
    words: str,
    breach: str,
    source: str,
    severity: Severity = "error",
) -> RecordRule:
    return RecordRule(
        code=code,
        severity=severity,
        title=title,
        words=words,
        source=source,
        record_type=record_type,
        fields=tuple(fields.split()),
        breach=breach,
    )


def _no_member(as_of: str) -> str:
    """A condition: the LEA is no member of the SELPA, neither on the record's "as of" date nor in its academic year."""
    on_the_day = f"m.since <= {as_of} AND (m.until IS NULL OR m.until >= {as_of}) OR " if as_of else ""
    return (
        "{reporting_selpa:given} AND NOT EXISTS (SELECT 1 FROM ods_selpamembership m JOIN ods_organization p ON p.id = "
        "m.selpa_id JOIN ods_organization l ON l.id = m.lea_id WHERE p.code = s.reporting_selpa AND l.code = "
        f"s.reporting_lea AND ({on_the_day}CAST(m.since AS text) <= {{year_last}} AND (m.until IS NULL OR "
        "CAST(m.until AS text) >= {year_first})))"
    )


_AS_OF = {
    "SWDS": "{special_education_status_effective_start_date}",
    "MEET": "COALESCE({special_education_meeting_date}, {pending_as_of_date})",
    "PLAN": "{special_education_plan_effective_start_date}",
    "SERV": "{plan_effective_start_date}",
    "PSTS": "",
}

RULES: list[RecordRule] = [
    _rule(
        "SWDSX01",
        "SWDS",
        "non_participation_reason_code special_education_status_code",
        "Reason without non-participation",
        "A student who is eligible and participating (status 1) has no Non-Participation Reason. Empty it.",
        "{special_education_status_code} = '1' AND {non_participation_reason_code:given}",
        "layout SWDS 22.13",
    ),
    *(
        _rule(
            "SWDS0443" if record_type == "SWDS" else f"{record_type}X09",
            record_type,
            "reporting_selpa reporting_lea academic_year_id",
            "SELPA of the LEA",
            "The LEA is no member of this SELPA then, by the directory. Check the code; if it is right, the directory wants an "
            "update.",
            _no_member(as_of),
            "CALPADS documentation, SWDS0443",
            "warning",
        )
        for record_type, as_of in _AS_OF.items()
    ),
    _rule(
        "MEETX01",
        "MEET",
        "special_education_meeting_date pending_as_of_date",
        "Meeting date",
        "A meeting has a Meeting Date, or a Pending As Of Date while it is not held. Fill one.",
        "{special_education_meeting_date:blank} AND {pending_as_of_date:blank}",
        "public pages on MEET",
        "warning",
    ),
    _rule(
        "PLAN0663F1",
        "PLAN",
        "special_education_plan_effective_start_date ssid",
        "Two plans of one date",
        "The file has another plan of this student with the same start date. Keep one of them.",
        "EXISTS (SELECT 1 FROM ods_stage o WHERE o.ssid = s.ssid AND o.line <> s.line AND o.state NOT IN ('X', 'D') AND "
        "o.special_education_plan_effective_start_date = s.special_education_plan_effective_start_date)",
        "public pages on PLAN",
    ),
    _rule(
        "PLAN0679E1",
        "PLAN",
        "special_education_plan_effective_start_date ssid",
        "Plan without services",
        "No SERV record of this plan is posted. Submit its services too.",
        "NOT EXISTS (SELECT 1 FROM ods_serv v WHERE v.reporting_lea = s.reporting_lea AND v.ssid = s.ssid AND "
        "v.reporting_selpa = s.reporting_selpa AND v.plan_effective_start_date = s.special_education_plan_effective_start_date)",
        "public pages on PLAN",
        "warning",
    ),
    _rule(
        "PLAN0726",
        "PLAN",
        "disability_1_degree_of_support disability_1_code",
        "Degree of support",
        "From 2025-2026 on this disability needs the degree of support. Fill it.",
        f"{{academic_year_id}} >= '2025-2026' AND {{disability_1_code}} IN ({_DEGREES}) AND {{disability_1_degree_of_support:blank}}",
        "layout PLAN 23.16",
        "warning",
    ),
    _rule(
        "PLANX01",
        "PLAN",
        "disability_2_code",
        "Multiple disabilities",
        "310 (multiple disabilities) stands as Disability 1 only. Correct it.",
        "{disability_2_code} = '310'",
        "layout PLAN 23.15",
    ),
    combination(
        "PLANX02",
        "PLAN",
        ("special_education_program_setting_code", "special_education_plan_type_code"),
        "This program setting is not valid with this plan type. Correct one of them.",
        "{special_education_program_setting_code:given} AND {special_education_plan_type_code} IN ("
        + firsts("education_plan_type_program_setting", "education_plan_type")
        + ") AND "
        + invalid(
            ("special_education_plan_type_code", "special_education_program_setting_code"),
            "education_plan_type_program_setting",
            "education_plan_type",
            "program_setting",
        ),
        severity="warning",
    ),
    _rule(
        "SERVX01",
        "SERV",
        "nonpublic_agency_identifier special_education_service_provider_code",
        "Nonpublic agency",
        "The Nonpublic Agency Identifier is filled if the provider is 400, and only then. Correct one of the two.",
        "{nonpublic_agency_identifier:given} <> ({special_education_service_provider_code} = '400')",
        "layout SERV 25.05",
    ),
    _rule(
        "SERVX02",
        "SERV",
        "service_duration service_frequency_code",
        "Frequency and duration",
        "Service Frequency and Service Duration go together. Give both or neither.",
        "{service_duration:given} <> {service_frequency_code:given}",
        "layout SERV 25.14 and 25.15",
        "warning",
    ),
    _rule(
        "SERVX03",
        "SERV",
        "service_duration",
        "Duration of a service",
        "A service lasts at least 10 minutes. Correct the duration.",
        "{service_duration} < 10",
        "layout SERV 25.15",
        "warning",
    ),
    _rule(
        "SERVX04",
        "SERV",
        "plan_effective_start_date ssid",
        "Plan that is not posted",
        "No PLAN record of this student with this start date is posted. Submit and post PLAN first.",
        "NOT EXISTS (SELECT 1 FROM ods_plan p WHERE p.reporting_lea = s.reporting_lea AND p.ssid = s.ssid AND "
        "p.reporting_selpa = s.reporting_selpa AND p.special_education_plan_effective_start_date = s.plan_effective_start_date)",
        "order of upload (CALPADS documentation) (inferred)",
        "warning",
    ),
    _rule(
        "PSTSX01",
        "PSTS",
        "school_of_attendance_nps school_of_attendance",
        "NPS school",
        "The NPS school is filled if School of Attendance is 0000001, and only then. Correct one of the two.",
        "{school_of_attendance_nps:given} <> ({school_of_attendance} = '0000001')",
        "layout PSTS 17.06",
    ),
    _rule(
        "PSTSX02",
        "PSTS",
        "reporting_selpa education_program_participation_type_code",
        "SELPA of a participation type",
        "Reporting SELPA and Local Special Education Student ID stand with type 30, always and only. Correct them.",
        "({education_program_participation_type_code} = '30') <> {reporting_selpa:given} OR "
        "({education_program_participation_type_code} = '30') <> {local_special_education_student_id:given}",
        "layout PSTS 17.09 and 17.10",
    ),
    _rule(
        "PSTSX03",
        "PSTS",
        "postsecondary_status_code ssid",
        "Status that stands alone",
        "Status 950 and 960 may not stand beside another status of the student in the same program. Keep one.",
        "EXISTS (SELECT 1 FROM ods_stage o WHERE o.ssid = s.ssid AND o.reporting_lea = s.reporting_lea AND "
        "o.academic_year_id = s.academic_year_id AND o.education_program_participation_type_code = "
        "s.education_program_participation_type_code AND o.state <> 'X' AND "
        "('950' IN (s.postsecondary_status_code, o.postsecondary_status_code) OR "
        "'960' IN (s.postsecondary_status_code, o.postsecondary_status_code)) AND "
        "o.postsecondary_status_code <> s.postsecondary_status_code)",
        "layout PSTS 17.12",
    ),
]

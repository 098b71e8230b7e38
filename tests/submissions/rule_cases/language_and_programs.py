# ruff: noqa: E501 - a table of cases is read by line
"""Cases of `ods.submission_rules.language_and_programs`."""

from __future__ import annotations

from tests.factories.records import YEAR
from tests.ods.posting.filing import OTHER_LEA, SECOND_SCHOOL
from tests.submissions.rule_cases.given import DAYS, Changes, Given, Row, day, without

TITLE_I = {
    "education_program_code": "122",
    "education_service_academic_year": YEAR,
    "education_service_code": "05",
}
HOMELESS = {
    "education_program_code": "191",
    "homeless_dwelling_type_code": "100",
    "unaccompanied_youth_indicator": "N",
    "runaway_youth_indicator": "N",
}
EXEMPT = "absence_summary_data_collection_exemption_indicator"
RECOVERED = {"expected_attendance_days": "30", DAYS[3]: "20", "attendance_recovery_days": "6"}
RECOVERED_THERE = RECOVERED | {"school_of_attendance": SECOND_SCHOOL}
# At a school that the file of the cases does not replace.
POSTED_ELSEWHERE = RECOVERED | {"school_of_attendance": "0000002"}
EXEMPT_WITHOUT_DAYS = dict.fromkeys(("expected_attendance_days", *DAYS), "") | {EXEMPT: "Y"}


def status(code: str, start: str = "20250818", reason: str = "", language: str = "spa") -> Changes:
    return {
        "english_language_acquisition_status_code": code,
        "english_language_acquisition_status_start_date": start,
        "correction_reason_code": reason,
        "primary_language_code": language,
    }


SELA: list[Row] = [
    ("GERR0001", "SELA", {"academic_year_id": ""}, {}),
    *(("SELAX01", "SELA", status(code, "", "1"), status(code, reason="1")) for code in ("EO", "EL", "IFEP", "RFEP")),
    ("SELAX01", "SELA", status("EO", ""), status("TBD", "")),
    ("SELAX02", "SELA", status("EO", day(1)), status("EO", day(0))),
    ("SELAX02", "SELA", status("EO", "20100412"), status("EO", "20100413")),
    *(("SELA0520", "SELA", status(code, reason=wrong), status(code, reason=right)) for code in ("EL", "IFEP") for wrong, right in (("", "1"), ("3", "2"), ("4", "5"))),
    ("SELA0520", "SELA", status("EL", "20200701"), status("EL", "20200630")),
    ("SELA0520", "SELA", status("EL"), status("EO")),
    *(("SELAX03", "SELA", status("EL", language=language), status("EL")) for language in ("", "00", "eng")),
    ("SELAX03", "SELA", status("EL", language="eng"), status("EO", language="eng")),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251002")),)), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251001")),)), Given(status("RFEP", "20251001"))),
    ("SELA0285", "SELA", Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20251002")),)), Given(status("EL", "20251001"), posted=(("SELA", status("EL", "20251002")),))),
    ("SELAX04", "SELA", Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20250930")),)), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX04", "SELA", Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20250930")),)), Given(status("EL", "20251001", "1"), posted=(("SELA", status("EL", "20251002")),))),
    ("SELAX05", "SELA", Given(status("RFEP", "20251001")), Given(status("RFEP", "20251001"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EO", "20251001"), posted=(("SELA", status("EL", "20250930")),)), Given(status("EO", "20251001", "4"), posted=(("SELA", status("EL", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EL", "20251001", "2"), posted=(("SELA", status("TBD", "20250930")),)), Given(status("EL", "20251001", "1"), posted=(("SELA", status("TBD", "20250930")),))),
    ("SELAX05", "SELA", Given(status("EL", "20251001", "2"), posted=(("SELA", status("TBD", "20250930")),)), Given(status("EL", "20251001", "2"), posted=(("SELA", status("EL", "20250930")),))),
    ("GERR0007", "SELA", {"primary_language_code": "01", "academic_year_id": "2023-2024"}, {"primary_language_code": "01", "academic_year_id": "2022-2023"}),
    ("GERR0007", "SELA", {"primary_language_code": "mis", "academic_year_id": "2022-2023"}, {"primary_language_code": "mis", "academic_year_id": "2023-2024"}),
    ("GERR0007", "SELA", {"primary_language_code": "mis", "academic_year_id": "2022-2023"}, {"primary_language_code": "mis", "academic_year_id": ""}),
]  # fmt: skip

SPRG: list[Row] = [
    ("SPRGX01", "SPRG", {"education_program_membership_end_date": "20250817"}, {"education_program_membership_end_date": "20250818"}),
    *(
        row
        for code, name, values in (
            ("SPRGX02", "education_service_academic_year", TITLE_I),
            ("SPRGX03", "education_service_code", TITLE_I),
            ("SPRGX04", "california_partnership_academy_id", {"education_program_code": "113", "california_partnership_academy_id": "12345"}),
            ("SPRGX05", "migrant_student_id", {"education_program_code": "135", "migrant_student_id": "06123456789"}),
            ("SPRGX06", "homeless_dwelling_type_code", HOMELESS),
            ("SPRGX07", "unaccompanied_youth_indicator", HOMELESS),
            ("SPRGX08", "runaway_youth_indicator", HOMELESS),
        )
        for row in ((code, "SPRG", without(values, name), values), (code, "SPRG", without(values, name), {}))
    ),
    ("SPRGX09", "SPRG", {"education_service_code": "05"}, TITLE_I),
    ("SPRGX09", "SPRG", {"education_service_code": "05"}, {}),
    ("SPRGX10", "SPRG", {"birth_date": "20250818"}, {"birth_date": "20250817"}),
]  # fmt: skip

STAS: list[Row] = [
    ("STAS0318", "STAS", {"days_attended_in_person": "9.99"}, {"days_attended_in_person": "9.99", DAYS[1]: "0.01"}),
    *(("STAS0318", "STAS", {name: "11" if name == DAYS[0] else "1"}, {"expected_attendance_days": "11", name: "11" if name == DAYS[0] else "1"}) for name in DAYS),
    *(
        ("STAS0304", "STAS", EXEMPT_WITHOUT_DAYS | {name: value}, EXEMPT_WITHOUT_DAYS)
        for name, value in (("hourly_attendance_school_type_indicator", "Y"), ("expected_attendance_days", "0"), *((name, "0") for name in DAYS))
    ),
    ("STAS0304", "STAS", {EXEMPT: "Y"}, {EXEMPT: "N"}),
    *(("STAS0303", "STAS", {name: "", EXEMPT: said}, {name: "", EXEMPT: "Y"}) for name in ("expected_attendance_days", *DAYS) for said in ("", "N")),
    ("STAS0303", "STAS", {"days_attended_in_person": ""}, {"days_attended_in_person": "0"}),
    *(("STAS0651", "STAS", {"school_of_attendance": school, "academic_year_id": "2024-2025"}, {"school_of_attendance": school, "academic_year_id": "2023-2024"}) for school in ("0000001", "0000002")),
    ("STAS0651", "STAS", {"school_of_attendance": "0000001"}, {}),
    *(("STAS0739", "STAS", {DAYS[3]: "20", "attendance_recovery_days": wrong}, {DAYS[3]: "20", "attendance_recovery_days": right}) for wrong, right in (("11", "10"), ("0.5", "1"), ("10.01", "0"))),
    ("STASX01", "STAS", {"attendance_recovery_days": "1"}, {"attendance_recovery_days": "0"}),
    *(("STASX01", "STAS", {name: "1", "attendance_recovery_days": "2"}, {name: "1", "attendance_recovery_days": "1"}) for name in (DAYS[1], DAYS[3], DAYS[4])),
    ("STASX01", "STAS", {DAYS[2]: "1", "attendance_recovery_days": "1"}, {DAYS[3]: "1", "attendance_recovery_days": "1"}),
    *(
        ("STAS0740E1", "STAS", Given(RECOVERED, beside=(RECOVERED_THERE,)), right)
        for right in (
            Given(RECOVERED, beside=(RECOVERED_THERE | {"attendance_recovery_days": "4"},)),
            Given(RECOVERED, beside=(RECOVERED_THERE | {"gender_code": "Q"},)),
            Given(RECOVERED, beside=(RECOVERED_THERE | {"academic_year_id": "2024-2025"}, RECOVERED | {"academic_year_id": "2024-2025"})),
            Given({}, beside=(RECOVERED_THERE, RECOVERED | {"school_of_attendance": "0000001"})),
        )
    ),
    *(
        ("STAS0740E1", "STAS", Given(RECOVERED, posted=(("STAS", POSTED_ELSEWHERE),)), right)
        for right in (
            Given(RECOVERED, posted=(("STAS", POSTED_ELSEWHERE | {"attendance_recovery_days": "4"}),)),
            Given(RECOVERED, posted=(("STAS", POSTED_ELSEWHERE | {"academic_year_id": "2022-2023"}),)),
            Given(RECOVERED, posted=(("STAS", POSTED_ELSEWHERE | {"reporting_lea": OTHER_LEA}),)),
            Given(RECOVERED, posted=(("STAS", RECOVERED | {"attendance_recovery_days": "9"}),)),
        )
    ),
]  # fmt: skip

SCTE: list[Row] = [
    ("SCTE0199", "SCTE", {"school_of_attendance": "0000001"}, {"school_of_attendance": "0000002"}),
    ("SCTEX01", "SCTE", {"cte_pathway_completion_academic_year_id": "2024-2025"}, {"cte_pathway_completion_academic_year_id": YEAR}),
    ("SCTEX01", "SCTE", {"cte_pathway_completion_academic_year_id": "2024-2025"}, {}),
]  # fmt: skip

ROWS: list[Row] = [*SELA, *SPRG, *STAS, *SCTE]

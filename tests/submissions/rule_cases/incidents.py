# ruff: noqa: E501 - a table of cases is read by line
"""Cases of `ods.submission_rules.incidents`."""

from __future__ import annotations

from tests.ods.posting.filing import OTHER_LEA, SECOND_SCHOOL
from tests.submissions.rule_cases.given import SOMEBODY_ELSE, Changes, Given, Row, day, year_of


def _of_an_incident(code: str, posted: str, wrong: Changes) -> list[Row]:
    """A rule that wants a posted record of the same incident: each part of its key must agree."""
    record_type = code[:4]
    there = Given(wrong, posted=((posted, {}),))
    elsewhere: list[Changes] = [
        {"school_of_attendance": SECOND_SCHOOL},
        {"academic_year_id": "2024-2025"},
        {"incident_id_local": "I2"},
        {"ssid": SOMEBODY_ELSE},
    ]
    placed = {"school_of_attendance": "0000001"}
    return [
        (code, record_type, wrong, there),
        *((code, record_type, Given(wrong, posted=((posted, changes),)), there) for changes in elsewhere),
        (
            code,
            record_type,
            Given(wrong | placed, posted=((posted, placed | {"reporting_lea": OTHER_LEA}),)),
            Given(wrong | placed, posted=((posted, placed),)),
        ),
    ]


def _weapons(record_type: str) -> list[Row]:
    pairs = (("100", "50"), ("101", "40"), ("103", "40"), ("104", "50"), ("105", "30"))
    weapon = "weapon_category_code"
    return [
        *((f"{record_type}X01", record_type, {"offense_code": code}, {"offense_code": code, weapon: pair}) for code, pair in pairs),
        # An imitation firearm: the state's table has no weapon for it.
        (f"{record_type}X01", record_type, {"offense_code": "100"}, {"offense_code": "102"}),
        (f"{record_type}X01", record_type, {"offense_code": "105"}, {"offense_code": "200"}),
        *((f"{record_type}X02", record_type, {"offense_code": code, weapon: wrong}, {"offense_code": code, weapon: right}) for code, wrong, right in (("100", "40", "30"), ("103", "10", "40"), ("105", "20", "30"))),
        (f"{record_type}X02", record_type, {weapon: "10"}, {}),
        (f"{record_type}X02", record_type, {"offense_code": "102", weapon: "10"}, {"offense_code": "102"}),
    ]  # fmt: skip


SUPPORT = {"incident_result_code": "100", "incident_result_duration_days": "11"}
ROWS: list[Row] = [
    *(
        row
        for code, record_type, name in (("SINCX01", "SINC", "incident_occurrence_date"), ("SDISX04", "SDIS", "disciplinary_incident_occurrence_date"))
        for row in (
            (code, record_type, {name: "20250630"}, {name: "20250701"}),
            (code, record_type, {name: "20260701"}, {name: "20260630"}),
            (code, record_type, {name: day(1), "academic_year_id": year_of(1)}, {name: day(0), "academic_year_id": year_of(0)}),
        )
    ),
    *_of_an_incident("SIRSX01", "SINC", {}),
    *_of_an_incident("SOFFX03", "SINC", {}),
    *(("SIRSX02", "SIRS", {"incident_result_code": code}, {"incident_result_code": code, "incident_result_duration_days": "3"}) for code in ("100", "110", "200")),
    ("SIRSX02", "SIRS", {"incident_result_code": "100"}, {"incident_result_code": "300"}),
    ("SIRSX03", "SIRS", {"incident_result_code": "200"}, {"incident_result_code": "200", "incident_result_modification_code": "100"}),
    ("SIRSX03", "SIRS", {"incident_result_code": "200"}, {"incident_result_code": "100"}),
    *_of_an_incident("SIRSX04", "SOFF", {"incident_result_code": "100"}),
    *(("SIRSX04", "SIRS", {"incident_result_code": code}, {"incident_result_code": "300"}) for code in ("110", "200")),
    *(
        ("SIRSX05", "SIRS", Given(SUPPORT, posted=(("SINC", {}),)), right)
        for right in (
            Given(SUPPORT | {"incident_result_duration_days": "10"}, posted=(("SINC", {}),)),
            Given(SUPPORT, posted=(("SINC", {"instructional_support_indicator": "N"}),)),
            Given(SUPPORT, posted=(("SINC", {"instructional_support_indicator": "Y"}),)),
            Given(SUPPORT, posted=(("SINC", {"incident_id_local": "I2"}),)),
            Given(SUPPORT, posted=(("SINC", {"school_of_attendance": SECOND_SCHOOL}),)),
            Given(SUPPORT, posted=(("SINC", {"academic_year_id": "2024-2025"}),)),
            Given(SUPPORT | {"school_of_attendance": "0000001"}, posted=(("SINC", {"school_of_attendance": "0000001", "reporting_lea": OTHER_LEA}),)),
        )
    ),
    *_weapons("SOFF"),
    *_weapons("SDIS"),
    ("SDISX03", "SDIS", {"incident_disciplinary_action_taken_code": "200"}, {"incident_disciplinary_action_taken_code": "200", "disciplinary_action_modification_category_code": "100"}),
    ("SDISX03", "SDIS", {"disciplinary_action_modification_category_code": "100"}, {}),
    ("SWAVX01", "SWAV", {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "2"}, {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "1"}),
    ("SWAVX01", "SWAV", {"education_regulatory_exemption_code": "3", "education_regulatory_exemption_outcome_code": "3"}, {"education_regulatory_exemption_code": "2", "education_regulatory_exemption_outcome_code": "2"}),
]  # fmt: skip

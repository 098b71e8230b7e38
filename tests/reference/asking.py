"""Criteria as a program sends them: the way of asking and the wire's names (wire-contract section 4)."""

from __future__ import annotations

from tests.reference.selecting import HISTORY, Asked

ROLES = {
    "SENR": "senr_edit",
    "SINF": "sinf_edit",
    "SELA": "sela_edit",
    "SPRG": "sprg_edit",
    "SDEM": "sdem_edit",
    "SASS": "sass_edit",
    "CRSE": "crse_edit",
    "CRSC": "crse_edit",
    "SCSE": "scse_edit",
    "SCSC": "scse_edit",
    "SCTE": "scte_edit",
    "STAS": "stas_edit",
    "SINC": "sinc_edit",
    "SIRS": "sinc_edit",
    "SOFF": "sinc_edit",
    "SWDS": "sped_edit",
    "MEET": "sped_edit",
    "PLAN": "sped_edit",
    "SERV": "sped_edit",
    "PSTS": "psts_edit",
    "SDIS": "sdis_edit",
    "SWAV": "swav_edit",
}
"""The role that unlocks each type (ods-extracts 3.1)."""

OF_SELPA_USERS = frozenset({*HISTORY, "PSTS"})
"""What SELPA Reports unlocks (3.2)."""


def way_of(asked: Asked) -> str:
    """Which form asks for these criteria."""
    if asked.record_type in ("SENR", "SINF", "SELA", *HISTORY):
        return "active" if asked.active else "date_range"
    if asked.record_type in ("SPRG", "PSTS"):
        return "date_range" if asked.start else "academic_year"
    return "default"


def wire_of(asked: Asked) -> dict[str, list[str]]:
    """The wire names with their values, as a program gives them for that form."""
    kind = asked.record_type
    values: dict[str, list[str]] = {"ReportingLEA": [asked.lea]}
    if asked.schools:
        values["School"] = sorted(asked.schools)
    if kind == "SDEM":
        values["ActiveStaff"] = ["true" if asked.active else "false"]
        if asked.start:
            values |= {"EmploymentStartDate": [us(asked.start)], "EmploymentEndDate": [us(asked.end)]}
    elif asked.start:
        pair = ("StartDate", "EndDate") if kind in HISTORY else ("EnrollmentStartDate", "EnrollmentEndDate")
        values |= {pair[0]: [us(asked.start)], pair[1]: [us(asked.end)]}
    if kind == "SPRG":
        values["ActiveStudent"] = ["true" if asked.active else "false"]
        values["EducationProgramCode"] = [asked.program]
    if asked.academic_year or way_of(asked) in ("academic_year", "default"):
        values["AcademicYear"] = [asked.academic_year]
    if asked.effective_start:
        if asked.effective_start == asked.effective_end:
            values["EffectiveDate"] = [us(asked.effective_start)]
        else:
            values["EffectiveStartDate"] = [us(asked.effective_start)]
            values["EffectiveEndDate"] = [us(asked.effective_end)]
    if kind in HISTORY:
        values["RecordHistory"] = ["Y" if asked.most_recent else "All"]
    if kind == "PSTS":
        values["EducationProgramParticipation"] = [asked.participation]
    return values


def us(day: str) -> str:
    """CCYYMMDD as MM/DD/YYYY."""
    return f"{day[4:6]}/{day[6:]}/{day[:4]}"

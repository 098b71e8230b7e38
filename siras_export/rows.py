"""A student of the ODS becomes the 26 values of a row, and what cannot be mapped is said (spec siras, 9.1).

Pure, no Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from siras_export.code_maps import MISSING, CodeMaps

SPED, PLAN_504, SST = "SPED", "504", "SST"
PROGRAMS = (SPED, PLAN_504, SST)
"""In the order in which a student of several counts (spec, 9.3)."""

NPS_GROUP = "0000001"
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")

NO_SSID: Final = "no_ssid"
NOT_ENROLLED: Final = "not_enrolled"
UNKNOWN: Final = "unknown"
UNMAPPED: Final = "unmapped"
TWO_SCHOOLS: Final = "two_schools"
FINDINGS = {
    NO_SSID: "No SSID: not sent. Get the SSID in CALPADS; the student goes along the night after.",
    NOT_ENROLLED: "No open primary enrollment (SENR) at the district: not sent.",
    UNKNOWN: "On the SST list, but not among the district's students: not sent. Check the ID.",
    UNMAPPED: "The code is in no map, so the field is left blank. Map it on the page Codes.",
    TWO_SCHOOLS: "Two open primary enrollments: the one that began last is sent.",
}
Kind = Literal["no_ssid", "not_enrolled", "unknown", "unmapped", "two_schools"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody should look at. `field` is a field's key, `value` the ODS code, where it is about one."""

    kind: Kind
    ssid: str
    local_id: str
    field: str = ""
    value: str = ""


@dataclass(slots=True)
class Pupil:
    """A student as the ODS has him on the run's date, codes as reported. `programs` are his, in SIRAS' words."""

    ssid: str
    local_id: str = ""
    last_name: str = ""
    first_name: str = ""
    birthdate: date | None = None
    middle_name: str = ""
    name_suffix: str = ""
    gender: str = ""
    school: str = ""
    nps: str = ""
    district_of_residence: str = ""
    grade: str = ""
    hispanic: str = ""
    ethnicity_missing: str = ""
    races: tuple[str, str, str] = ("", "", "")
    el_status: str = ""
    rfep_date: date | None = None
    language: str = ""
    migrant: bool = False
    residence: str = ""
    preferred_first_name: str = ""
    preferred_last_name: str = ""
    enrollments: int = 0
    programs: frozenset[str] = field(default_factory=frozenset)


def designation(programs: frozenset[str]) -> str:
    """SPED before 504 before SST; '' for a student of none."""
    return next((program for program in PROGRAMS if program in programs), "")


def row_of(pupil: Pupil, maps: CodeMaps) -> tuple[dict[str, str], list[Finding]]:
    """All 26 values by key, ready to be written, and the codes no map knows. `designation` is the general one."""
    findings: list[Finding] = []

    def unmapped(key: str, value: str) -> str:
        findings.append(Finding(UNMAPPED, pupil.ssid, pupil.local_id, key, value))
        return ""

    def coded(key: str, kind: str, source: str) -> str:
        value = maps.value(kind, source)
        return unmapped(key, source) if value is None else value

    place = pupil.nps or pupil.school if pupil.school == NPS_GROUP else pupil.school
    school = maps.school(place) if place else None
    ethnicity = pupil.hispanic or (MISSING if pupil.ethnicity_missing == "Y" else "")
    values = {
        "ssid": pupil.ssid,
        "local_id": pupil.local_id,
        "last_name": pupil.last_name,
        "first_name": pupil.first_name,
        "birthdate": _day(pupil.birthdate),
        "middle_name": pupil.middle_name,
        "name_suffix": pupil.name_suffix,
        "school": school.code if school else unmapped("school", place) if place else "",
        "site_code": school.site_code if school else "",
        "school_type": school.school_type if school else "",
        "district_of_residence": pupil.district_of_residence,
        "school_of_residence": school.school_of_residence if school else "",
        "grade": coded("grade", "grade", pupil.grade),
        "gender": pupil.gender,
        "ethnicity": coded("ethnicity", "ethnicity", ethnicity),
        "race1": pupil.races[0],
        "race2": pupil.races[1],
        "race3": pupil.races[2],
        "el_status": coded("el_status", "el", pupil.el_status),
        "rfep_date": _day(pupil.rfep_date),
        "language": coded("language", "language", pupil.language),
        "migrant": "Y" if pupil.migrant else "N",
        "residential_status": coded("residential_status", "residence", pupil.residence),
        "designation": designation(pupil.programs),
        "preferred_first_name": pupil.preferred_first_name,
        "preferred_last_name": pupil.preferred_last_name,
    }
    return {key: _UNWRITABLE.sub(" ", value).strip() for key, value in values.items()}, findings


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""

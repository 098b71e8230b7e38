"""From CALPADS codes to those SIRAS takes: the defaults, and what a district says instead (spec siras, 7 and 9.1).

Pure, no Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from ods.codesets import code_set

GRADES = (
    "IN", "PS", "TK", "KN", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "UE", "US", "AD",
)  # fmt: skip
EL_TYPES = ("EL", "EO", "IFEP", "RFEP", "TBD")
"""What SIRAS accepts by default (seed, Known problem areas)."""
RESIDENCES = ("10", "20", "30", "40", "50", "60", "71", "72", "90")
"""The special education residence set the header's old name points to (spec, section 7)."""
MISSING = "missing"
"""Stands for "left blank on purpose" of SINF 2.24 among the sources of the ethnicity map."""

KINDS = {
    "grade": "Grade Level",
    "language": "Primary Language Code",
    "ethnicity": "Federal Ethnicity",
    "el": "English Language Acquisition Status Code",
    "residence": "Residential Status",
}
"""The kinds of code a district may map, by the field they are for."""

ETHNICITY_CODES = {"yn": "Y and N, as CALPADS", "500": "500, 501 and 900, as special education files"}
LANGUAGE_CODES = {"iso": "CALPADS' three letters", "mapped": "only what the language map says"}
RESIDENCE_CODES = {"plan": "PLAN 23.14 as it is", "mapped": "only what the residence map says"}


@dataclass(frozen=True, slots=True)
class School:
    """What SIRAS knows a school by. Blank `code`: nothing is sent for it."""

    code: str
    site_code: str = ""
    school_type: str = ""
    school_of_residence: str = ""


@dataclass(frozen=True, slots=True)
class CodeMaps:
    """The maps of one district: `kinds[kind][source]` is what SIRAS gets; '' = blank on purpose.

    `schools` maps codes of CALPADS schools; a school that is not in it keeps its code.
    """

    kinds: Mapping[str, Mapping[str, str]]
    schools: Mapping[str, School] = field(default_factory=dict)

    def value(self, kind: str, source: str) -> str | None:
        """The code for SIRAS; None if nobody has said what becomes of this one."""
        return self.kinds[kind].get(source) if source else ""

    def school(self, code: str) -> School | None:
        """The same for a school; the groups of placements (0000001, 0000002) are no schools until they are mapped."""
        if code in self.schools:
            return self.schools[code]
        real = len(code) == 7 and code.isdecimal() and not code.startswith("00000")
        return School(code) if real else None


@cache
def defaults(kind: str, style: str = "") -> Mapping[str, str]:
    """What holds before a district has said anything. `style`: the district's choice among known code sets."""
    if kind == "grade":
        return {code: code for code in GRADES}
    if kind == "el":
        return {**{code: code for code in EL_TYPES}, "ADEL": ""}
    if kind == "language":
        return {code: code for code in languages()} if style == "iso" else {}
    if kind == "ethnicity":
        return {"Y": "500", "N": "501", MISSING: "900"} if style == "500" else {"Y": "Y", "N": "N", MISSING: ""}
    assert kind == "residence", kind
    return {code: code for code in code_set("special_education_primary_residence").codes} if style == "plan" else {}


@cache
def languages() -> frozenset[str]:
    """The three-letter codes in force since September 2023."""
    return frozenset(code for code in code_set("language").codes if len(code) == 3)


def maps_of(
    *,
    styles: Mapping[str, str],
    mapped: Mapping[tuple[str, str], str],
    schools: Mapping[str, School],
) -> CodeMaps:
    """The defaults of the chosen styles with a district's own entries, `mapped[kind, source]`, over them."""
    kinds = {kind: dict(defaults(kind, styles.get(kind, ""))) for kind in KINDS}
    for (kind, source), value in mapped.items():
        kinds[kind][source] = value
    return CodeMaps(kinds=kinds, schools=dict(schools))

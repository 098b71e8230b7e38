"""What SIRAS takes as a value: dates and code sets (spec siras, sections 2, 7 and 9.3). Pure, no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ods.codesets import code_set
from siras_export.code_maps import EL_TYPES, GRADES, RESIDENCES
from siras_export.rows import PLAN_504, SPED, SST

_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_SLASHED = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)
_DIGITS = re.compile(r"[0-9]{7}", re.ASCII)

BOTH_WAYS = "The date could be read as DD/MM or MM/DD; it was taken as DD/MM. Send YYYYMMDD."


@dataclass(frozen=True, slots=True)
class Day:
    """A date that was read. `ambiguous`: written with slashes, and valid the other way round too."""

    day: date
    ambiguous: bool = False


def read_day(text: str) -> Day | None:
    """YYYYMMDD, or strictly DD/MM/YYYY; None for anything else."""
    try:
        if found := _COMPACT.fullmatch(text):
            return Day(date(int(found[1]), int(found[2]), int(found[3])))
        if found := _SLASHED.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            day = date(int(found[3]), second, first)
            return Day(day, ambiguous=first <= 12 and first != second)
    except ValueError:
        pass
    return None


def read_value(kind: str, text: str, *, grades: Mapping[str, str], sst: bool) -> tuple[str, str]:  # noqa: PLR0911  # one for each kind
    """(value as SIRAS keeps it, what is wrong with it); one of the two is ''. `grades`: the district's grade map."""
    upper = text.upper()
    match kind:
        case "text":
            return text, ""
        case "code7":
            return (text, "") if _DIGITS.fullmatch(text) else ("", "is no 7-digit code")
        case "date":
            found = read_day(text)
            return (f"{found.day:%Y%m%d}", "") if found else ("", "is no date written YYYYMMDD or DD/MM/YYYY")
        case "grade":
            grade = grades.get(text, grades.get(upper, upper))
            return (grade, "") if grade in GRADES else ("", "is no grade SIRAS knows; map it")
        case "el":
            return (upper, "") if upper in EL_TYPES else ("", f"is not one of {', '.join(EL_TYPES)}")
        case "yn":
            return (upper, "") if upper in ("Y", "N") else ("", "is neither Y nor N")
        case "designation":
            known = (SPED, PLAN_504, SST) if sst else (SPED, PLAN_504)
            return (upper, "") if upper in known else ("", f"is not one of {', '.join(known)}")
        case "language":
            lower = text.lower()
            return (lower, "") if lower in code_set(kind).codes else ("", "is in no code set of this field")
        case _:
            return (upper, "") if upper in _known(kind) else ("", "is in no code set of this field")


def _known(kind: str) -> frozenset[str]:
    match kind:
        case "gender" | "race":
            return frozenset(code_set(kind).codes)
        case "ethnicity":
            return frozenset({"Y", "N", "500", "501", "900"})
        case "residence":
            return frozenset(RESIDENCES) | frozenset(code_set("special_education_primary_residence").codes)
    raise KeyError(kind)


def folded(name: str) -> str:
    """A name as it is compared: letters and digits, without case and accents (spec, 9.3)."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())

"""Days and school years as the portal counts them: in Pacific time, a school year from 1 July to 30 June.

Pure, no Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
_ACADEMIC_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AcademicYear:
    """A school year, by the calendar year it begins in."""

    begins_in: int

    @property
    def first_day(self) -> date:
        return date(self.begins_in, 7, 1)

    @property
    def last_day(self) -> date:
        return date(self.begins_in + 1, 6, 30)

    def __str__(self) -> str:
        """As files and forms write it: `2025-2026`."""
        return f"{self.begins_in:04d}-{self.begins_in + 1:04d}"


def pacific_today() -> date:
    """Today's date in California, the day records are posted on."""
    return datetime.now(PACIFIC).date()


def academic_year(text: str) -> AcademicYear:
    """The school year written `CCYY-CCYY`.

    Raises:
        ValueError: not of that form, or the second year does not follow the first.
    """
    found = _ACADEMIC_YEAR.fullmatch(text)
    if not found or int(found[2]) != int(found[1]) + 1 or int(found[1]) < 1:
        raise ValueError("an academic year is written CCYY-CCYY, for example 2025-2026")
    return AcademicYear(int(found[1]))


def academic_year_of(day: date) -> AcademicYear:
    """The school year a day falls in."""
    return AcademicYear(day.year if day.month >= 7 else day.year - 1)

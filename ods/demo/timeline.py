"""The demo's calendar: the day it stands on, its school years, and the days its files are posted.

Pure, no Django. Nothing reads the clock: the same `as_of` gives the same files on any day.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache

from ods.calendar import AcademicYear, academic_year_of

AS_OF = date(2026, 11, 2)
"""The day the default demo stands on: a month into a school year, before its fall census is certified."""

_EARLIEST = date(2022, 10, 28)
_LAST_POSTING = (10, 28)
_WEDNESDAY, _THURSDAY, _FRIDAY = 2, 3, 4


class Round(IntEnum):
    """The postings, oldest first. The first four are of layouts and record types the state no longer collects."""

    OLD_LANGUAGE = 0
    CLASS_OF_2015 = 1
    CLASS_OF_2015_CORRECTED = 2
    CLASS_OF_2019 = 3
    CLASS_OF_2019_CORRECTED = 4
    BEFORE = 5
    FALL_TWO_AGO = 6
    END_TWO_AGO = 7
    FALL_ONE_AGO = 8
    END_ONE_AGO = 9
    START = 10
    FALL = 11


_ROUNDS = tuple(Round)


@cache
def _year(begins_in: int) -> str:
    return str(AcademicYear(begins_in))


@dataclass(frozen=True, slots=True)
class Timeline:
    """School years are counted back from the current one: 0 is the last whose fall was posted, 1 the year before."""

    as_of: date
    current: int
    days: tuple[date, ...]

    def year(self, ago: int) -> str:
        """An academic year as files write it."""
        return _year(self.current - ago)

    def begins(self, ago: int) -> date:
        """The first day of school: a Wednesday in the middle of August."""
        day = date(self.current - ago, 8, 10)
        return day + timedelta(days=(_WEDNESDAY - day.weekday()) % 7)

    def ends(self, ago: int) -> date:
        """The last day of school: a Thursday in the last fortnight of June."""
        day = date(self.current - ago + 1, 6, 17)
        return day + timedelta(days=(_THURSDAY - day.weekday()) % 7)

    def census(self, ago: int) -> date:
        return date(self.current - ago, 10, 7)

    def spring(self, ago: int) -> date:
        """A day on which everybody who takes the second semester is there."""
        return date(self.current - ago + 1, 3, 1)

    def ago(self, day: date) -> int:
        """How many school years ago a day was; negative for days to come."""
        return self.current - academic_year_of(day).begins_in

    def posted(self, turn: Round) -> date:
        return self.days[turn]

    def round_of(self, day: date) -> Round:
        """The first posting on or after a day; the last one for days to come."""
        return _ROUNDS[min(bisect_left(self.days, day), Round.FALL)]


def school_day(day: date) -> date:
    """The day itself, or the Monday after if it is a Saturday or Sunday."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > _FRIDAY else day


def timeline(as_of: date) -> Timeline:
    """The calendar of a demo that stands on a day.

    Raises:
        ValueError: a day before 28 October 2022: the old record types would not be old.
    """
    if as_of < _EARLIEST:
        raise ValueError(f"the demo stands on a day from {_EARLIEST} on")
    year = as_of.year if as_of >= date(as_of.year, *_LAST_POSTING) else as_of.year - 1
    days = (
        date(2013, 10, 16),
        date(2015, 7, 15),
        date(2015, 9, 2),
        date(2019, 7, 10),
        date(2019, 9, 4),
        date(year - 2, 7, 1),
        date(year - 2, 10, 9),
        date(year - 1, 6, 25),
        date(year - 1, 10, 8),
        date(year, 6, 24),
        date(year, 9, 16),
        date(year, *_LAST_POSTING),
    )
    return Timeline(as_of, year, days)

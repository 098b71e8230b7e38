"""Instructional minutes: which days a section meets, and what a student completed on each (spec rop, section 6).

Pure, no Django. Minutes are whole minutes. Nothing is guessed: a period without a bell schedule counts 0, and its day
is named in `ClassDays.in_error`.

Most days of most students have no attendance entry at all. What such a day is worth depends on the section alone, so
it is worked out once for each section (`ClassDays.usual`) and only the other days go through `completed`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple

Span = tuple[date, date | None]
"""First and last day in a section, both included; None while it lasts."""

WHOLE_CLASS = ""
"""Stands for the period where attendance is kept for the class as a whole (flex, CAT)."""


class Mode(Enum):
    """How a school takes attendance."""

    NEGATIVE = "N"
    """Present unless coded."""
    POSITIVE = "P"
    """Only recorded presence counts."""


class Entry(NamedTuple):
    """Attendance entered for one period, or for the class: a code, recorded minutes, or both."""

    code: str = ""
    minutes: int | None = None


class Piece(NamedTuple):
    """A period on a day: its name and its scheduled minutes; None where the bell schedule does not have it."""

    period: str
    scheduled: int | None


class Completed(NamedTuple):
    """What a student completed in a section on a day. `capped`: more had been recorded than was scheduled."""

    minutes: int
    code: str
    capped: bool


@dataclass(frozen=True)
class Days:
    """A school's days: the bell schedule of each, and the periods that meet where there is a block calendar.

    `bell_schedules` maps each school day to the name of its bell schedule; `bells` (schedule, period) to scheduled
    minutes; `blocks` a day to the periods that meet, and a day that is not in it has them all.
    """

    bell_schedules: Mapping[date, str]
    bells: Mapping[tuple[str, str], int]
    blocks: Mapping[date, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassDays:
    """The days a section meets within a range, in order, and what each is worth to a student without an entry.

    `pieces[i]` are the periods of `days[i]`, `usual[i]` the minutes; `in_error` are the positions of the days on which
    some period has no schedule.
    """

    days: Sequence[date]
    pieces: Sequence[tuple[Piece, ...]]
    usual: Sequence[int]
    in_error: Sequence[int]

    def position(self, day: date) -> int | None:
        """Where a day stands among `days`; None if the section does not meet on it."""
        found = bisect_left(self.days, day)
        return found if found < len(self.days) and self.days[found] == day else None

    def within(self, spans: Iterable[Span]) -> list[range]:
        """The positions of the days inside a student's spans, in order, no day twice."""
        found: list[range] = []
        reached = 0
        for first, last in sorted(spans, key=lambda span: span[0]):
            begin = max(bisect_left(self.days, first), reached)
            end = len(self.days) if last is None else bisect_right(self.days, last)
            if begin < end:
                found.append(range(begin, end))
                reached = end
        return found


def class_days(
    *,
    days: Days,
    start: date,
    end: date,
    periods: Sequence[str],
    mode: Mode,
    flex: bool = False,
    class_calendar: Collection[date] | None = None,
) -> ClassDays:
    """The days from `start` to `end`, both included, on which a section of these periods meets.

    In a flex school the class calendar says when a class meets (None: on every school day) and the block calendar
    does not count; its attendance is of the class, so that its periods are one piece.
    """
    found: list[date] = []
    pieces: list[tuple[Piece, ...]] = []
    in_error: list[int] = []
    for day in sorted(day for day in days.bell_schedules if start <= day <= end):
        if flex:
            meeting = periods if class_calendar is None or day in class_calendar else ()
        else:
            meets = days.blocks.get(day)
            meeting = periods if meets is None else [period for period in periods if period in meets]
        if not meeting:
            continue
        schedule = days.bell_schedules[day]
        of_day = tuple(Piece(period, days.bells.get((schedule, period))) for period in meeting)
        if any(piece.scheduled is None for piece in of_day):
            in_error.append(len(found))
        if flex:
            of_day = (Piece(WHOLE_CLASS, sum(piece.scheduled or 0 for piece in of_day)),)
        found.append(day)
        pieces.append(of_day)
    usual = [completed(pieces=of_day, mode=mode, entries={}, all_day="", absences=()).minutes for of_day in pieces]
    return ClassDays(found, pieces, usual, in_error)


def completed(
    *,
    pieces: Sequence[Piece],
    mode: Mode,
    entries: Mapping[str, Entry],
    all_day: str,
    absences: Collection[str],
) -> Completed:
    """What a student completed in a section on one day (rules 3 to 5).

    `entries` are by period, `all_day` is the day's code for the student, `absences` the codes that mean absence; any
    other code means presence. Each period is judged by itself; the code is the first one in the order of the periods.
    """
    minutes, first_code, capped = 0, "", False
    for period, scheduled in pieces:
        entry = entries.get(period)
        code = entry.code if entry else ""
        if mode is Mode.NEGATIVE:
            code = code or all_day
            if code not in absences:
                minutes += scheduled or 0
        elif entry and code not in absences:
            if entry.minutes is None:
                minutes += scheduled or 0
            else:
                minutes += min(entry.minutes, scheduled or 0)
                capped = capped or entry.minutes > (scheduled or 0)
        first_code = first_code or code
    return Completed(minutes, first_code, capped)

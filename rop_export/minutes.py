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
from functools import cached_property
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

    @cached_property
    def in_order(self) -> list[date]:
        """The school days, oldest first."""
        return sorted(self.bell_schedules)


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

    @cached_property
    def places(self) -> dict[date, int]:
        """Where each day stands among `days`."""
        return {day: place for place, day in enumerate(self.days)}

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
    of_days: list[_Kind] = []
    in_error: list[int] = []
    # Days of one bell schedule and the same periods are alike: there are few sorts of them.
    kinds: dict[tuple[str, tuple[str, ...]], _Kind] = {}
    every = tuple(periods)
    for day in days.in_order[bisect_left(days.in_order, start) : bisect_right(days.in_order, end)]:
        if flex:
            meeting = every if class_calendar is None or day in class_calendar else ()
        else:
            meets = days.blocks.get(day)
            meeting = every if meets is None else tuple(period for period in every if period in meets)
        if not meeting:
            continue
        key = (days.bell_schedules[day], meeting)
        if (kind := kinds.get(key)) is None:
            kind = kinds[key] = _kind(days, *key, mode=mode, flex=flex)
        if kind.in_error:
            in_error.append(len(found))
        found.append(day)
        of_days.append(kind)
    return ClassDays(found, [kind.pieces for kind in of_days], [kind.usual for kind in of_days], in_error)


class _Kind(NamedTuple):
    """What days of one bell schedule and the same periods have in common."""

    pieces: tuple[Piece, ...]
    usual: int
    in_error: bool


def _kind(days: Days, schedule: str, meeting: tuple[str, ...], *, mode: Mode, flex: bool) -> _Kind:
    pieces = tuple(Piece(period, days.bells.get((schedule, period))) for period in meeting)
    in_error = any(piece.scheduled is None for piece in pieces)
    if flex:
        pieces = (Piece(WHOLE_CLASS, sum(piece.scheduled or 0 for piece in pieces)),)
    usual = completed(pieces=pieces, mode=mode, entries={}, all_day="", absences=()).minutes
    return _Kind(pieces, usual, in_error)


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

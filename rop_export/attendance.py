"""Attendance of one student after another, merged from ordered streams (spec rop, section 6, rules 3 and 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from extracts.snapshot import Rows
from ods.models import Organization
from rop_export.criteria import Options
from rop_export.minutes import WHOLE_CLASS, Completed, Entry, Mode, Piece, completed
from rop_export.models import ClassAttendance, DayAttendance, PeriodAttendance
from rop_export.schools import Said, School

_entry = cache(Entry)
"""The same few combinations come again and again."""


class _Follower:
    """A stream of rows that begin with (school, local student id), followed student by student, in order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next: tuple[Any, ...] | None = next(rows, None)

    def of(self, key: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        """Each row of this student. Rows of students before him are passed over."""
        row = self._next
        while row is not None and row[:2] < key:
            row = next(self._rows, None)
        while row is not None and row[:2] == key:
            yield row
            row = next(self._rows, None)
        self._next = row


class Attendance:
    """The attendance of the current student: periods (ATT), classes (CAT) and whole days."""

    def __init__(self, rows: Rows, *, lea: Organization, schools: Collection[str], options: Options) -> None:
        within = {"lea": lea, "school__in": schools, "day__gte": options.start, "day__lte": options.end}
        key = ("school", "local_student_id")
        self._streams = (
            _Follower(
                rows(PeriodAttendance.objects.filter(**within).order_by(*key, "day", "period"), *key, "day", "period",
                     "code", "minutes")
            ),
            _Follower(
                rows(ClassAttendance.objects.filter(**within).order_by(*key, "section", "day"), *key, "section", "day",
                     "code", "minutes")
            ),
            _Follower(rows(DayAttendance.objects.filter(**within).order_by(*key, "day"), *key, "day", "code")),
        )  # fmt: skip

    def of_student(self, school: str, local_student_id: str) -> None:
        """Go on to a student; students come in the order of their schools and ids."""
        key = (school, local_student_id)
        periods, classes, days = self._streams
        self._by_period: dict[str, dict[date, Entry]] = defaultdict(dict)
        for _, _, day, period, code, minutes in periods.of(key):
            self._by_period[period][day] = _entry(code, minutes)
        self._by_class: dict[str, dict[date, Entry]] = defaultdict(dict)
        for _, _, section, day, code, minutes in classes.of(key):
            self._by_class[section][day] = _entry(code, minutes)
        self._all_day: dict[date, str] = {day: code for _, _, day, code in days.of(key)}

    def of_section(self, school: School, section: str, periods: Sequence[str]) -> Iterator[tuple[date, Said]]:
        """The days on which something was entered that concerns a section of these periods, and what."""
        of_periods = [self._by_class.get(section, {})] if school.flex else [self._by_period.get(p, {}) for p in periods]
        if len(of_periods) == 1:
            entered: dict[date, tuple[Entry | None, ...]] = {day: (entry,) for day, entry in of_periods[0].items()}
        else:
            days = dict.fromkeys(day for of_period in of_periods for day in of_period)
            entered = {day: tuple(of_period.get(day) for of_period in of_periods) for day in days}
        if school.mode is Mode.POSITIVE or not self._all_day:
            for day, entries_of_day in entered.items():
                yield day, (entries_of_day, "")
        else:
            for day in entered.keys() | self._all_day.keys():
                yield day, (entered.get(day, ()), self._all_day.get(day, ""))


def completed_by(said: Said, *, school: School, periods: Sequence[str], pieces: Sequence[Piece]) -> Completed:
    """What somebody of whom this was entered completed in a section on a day."""
    entries, all_day = said
    names = (WHOLE_CLASS,) if school.flex else periods
    return completed(
        pieces=pieces,
        mode=school.mode,
        entries={name: entry for name, entry in zip(names, entries, strict=False) if entry is not None},
        all_day=all_day,
        absences=school.absences,
    )

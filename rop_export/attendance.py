"""Attendance of one student after another, merged from ordered streams (spec rop, section 6, rules 3 and 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from ods.models import Organization
from rop_export.criteria import Options
from rop_export.minutes import WHOLE_CLASS, Completed, Entry, Mode, Piece, completed
from rop_export.models import ClassAttendance, DayAttendance, PeriodAttendance
from rop_export.schools import School
from rop_export.snapshot import Rows


class _Follower:
    """A stream of rows that begin with (school, local student id), followed student by student, in order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next: tuple[Any, ...] | None = next(rows, None)

    def of(self, key: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        """The rest of each row of this student. Rows of students before him are passed over."""
        row = self._next
        while row is not None and row[:2] < key:
            row = next(self._rows, None)
        while row is not None and row[:2] == key:
            yield row[2:]
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
        self._by_period: dict[date, dict[str, Entry]] = defaultdict(dict)
        for day, period, code, minutes in periods.of(key):
            self._by_period[day][period] = Entry(code, minutes)
        self._by_class: dict[str, dict[date, Entry]] = defaultdict(dict)
        for section, day, code, minutes in classes.of(key):
            self._by_class[section][day] = Entry(code, minutes)
        self._all_day: dict[date, str] = dict(days.of(key))

    def days_with_entries(self, school: School, section: str) -> Collection[date]:
        """The days on which the student may not have done what is usual in a section."""
        entered = self._by_class.get(section, {}) if school.flex else self._by_period
        if school.mode is Mode.POSITIVE or not self._all_day:
            return entered.keys()
        return entered.keys() | self._all_day.keys()

    def completed(self, school: School, section: str, day: date, pieces: Sequence[Piece]) -> Completed:
        if school.flex:
            of_class = self._by_class.get(section, {}).get(day)
            entries = {WHOLE_CLASS: of_class} if of_class else {}
        else:
            entries = self._by_period.get(day, {})
        return completed(
            pieces=pieces,
            mode=school.mode,
            entries=entries,
            all_day=self._all_day.get(day, ""),
            absences=school.absences,
        )

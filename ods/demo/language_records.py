"""English language acquisition status (SELA). Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ods.demo.enrollment_records import first_school_day
from ods.demo.people import identity
from ods.demo.students import GRADES, Enrollment, Student
from ods.demo.timeline import Round, school_day
from ods.demo.world import World
from ods.writer import Value

_BORN_FOR_OLD_STATUSES = date(2009, 9, 2)
_STATE_TESTS_LANGUAGE = date(2020, 7, 1)
_OLD_CASES = ("old language", "class of 2015", "class of 2015 nps")
_OLD_CODES = {"eng": "00", "spa": "01", "vie": "02"}


def language_records(student: Student, world: World) -> None:
    """SELA: the statuses of a student's life, oldest first; those of before the file carried them lack two fields."""
    if student.primary and student.primary[0].grade >= -1:
        _Statuses(student, student.primary[0], world, student.stream("SELA")).report()


@dataclass(slots=True)
class _Statuses:
    """Reports the statuses of one student; `first` is his first enrolment."""

    student: Student
    first: Enrollment
    world: World
    random: Random

    def report(self) -> None:
        student = self.student
        began = first_school_day(student)
        old = student.case in _OLD_CASES and student.person.birth_date < _BORN_FOR_OLD_STATUSES
        speaks_english = student.family.language == "eng"
        if GRADES[self.first.grade] == "AD":
            self._adult(speaks_english)
        elif speaks_english:
            self._english_only(began, old=old)
        elif old:
            began = min(began, date(2013, 8, 20))
            self._old("EL", began)
            self._reclassified(began, always=True)
        elif self.random.random() < 0.18:
            self._tested("IFEP", began)
        else:
            self._tested("EL", began)
            self._reclassified(began, always=student.case == "moved between years")

    def _adult(self, speaks_english: bool) -> None:
        self._status(self.first, "EO" if speaks_english else "ADEL", self.first.start)
        if not speaks_english:
            self._old("EL", date(2009, 9, 8))

    def _english_only(self, began: date, *, old: bool) -> None:
        if old:
            self._old("EO", min(began, date(2012, 8, 20)))
        elif self.random.random() < 0.3 and began >= self.first.start:
            self._status(self.first, "TBD", began)
            self._status(self.first, "EO", school_day(began + timedelta(days=25)))
        else:
            self._status(self.first, "EO", began)

    def _tested(self, status: str, began: date) -> None:
        """EL or IFEP: since 2020 they come from the test, and a file may carry them as a correction only."""
        if began < _STATE_TESTS_LANGUAGE:
            self._status(self.first, status, began)
        else:
            self._status(self.first, "TBD", began)
            self._status(self.first, status, school_day(began + timedelta(days=30)), correction="1")

    def _reclassified(self, began: date, *, always: bool) -> None:
        """English learners become fluent; where a student moved, the LEA he moved to reports it."""
        last = self.student.primary[-1]
        day = school_day(last.start + timedelta(days=12))
        if (always or self.random.random() < 0.4) and day > began + timedelta(days=60):
            self._status(last, "RFEP", day)

    def _status(self, entry: Enrollment, status: str, start: date, *, correction: str = "") -> None:
        timeline, number = self.world.timeline, self.student.number
        if start > timeline.as_of:  # a status may not begin in the future
            return
        row = self._row(entry, status, start)
        row["local_record_id"] = f"L{number}-{start:%y%m}{status}"
        row["academic_year_id"] = timeline.year(entry.ago)
        row["correction_reason_code"] = correction
        turn = max(Round.BEFORE, timeline.round_of(max(start, entry.start)))
        self.world.out.revise("SELA", turn, row, random=self.random, share=0.35)

    def _old(self, status: str, start: date) -> None:
        """A status of before the file carried it: no Local Record ID, no Academic Year, a two-character language."""
        row = self._row(self.first, status, start)
        row["primary_language_code"] = _OLD_CODES.get(self.student.family.language, "99")
        self.world.out.add("SELA", Round.OLD_LANGUAGE, row)

    def _row(self, entry: Enrollment, status: str, start: date) -> dict[str, Value]:
        language = self.student.family.language
        return {
            "reporting_lea": entry.district.code,
            "school_of_attendance": entry.school,
            "ssid": entry.ssid,
            **identity(self.student.person),
            "local_student_id": entry.local_id,
            "english_language_acquisition_status_code": status,
            "english_language_acquisition_status_start_date": start,
            "primary_language_code": language if status != "TBD" or language != "eng" else "mis",
        }

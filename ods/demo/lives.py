"""What becomes of a student: his enrolments, year by year. Pure, no Django.

Every special case of `ods.demo.students.CASES` that shows in enrolments is one function here; all others live an
ordinary life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ods.demo.districts import ADULT, NPS, PRIVATE, District, State
from ods.demo.people import pick
from ods.demo.students import OLDEST_GRADE, Enrollment, Student
from ods.demo.timeline import Timeline, school_day

NPS_SCHOOLS = ("9890011", "9999999")
"""School of Attendance NPS: a certified nonpublic school of no real code, and the code for a non-certified one."""

_LEAVE_REASONS = ("T160",) * 10 + ("T180", "T200", "T200", "T240", "E140", "E400", "T167", "E410")
_YOUNGEST_GRADE = -1


@dataclass(frozen=True, slots=True)
class _Leave:
    """How an enrolment ends."""

    day: date
    reason: str
    completion: str = ""
    receiver: str = ""


@dataclass(slots=True)
class _Life:
    """Adds enrolments to a student."""

    student: Student
    state: State
    timeline: Timeline
    random: Random

    def grade(self, ago: int) -> int:
        if self.student.grade == ADULT or self.student.case == "transition":
            return self.student.grade
        return self.student.grade - ago

    def school(self, ago: int, district: District | None = None) -> str:
        """The code of the school of the student's grade in a year."""
        return (district or self.student.home).school_for(self.grade(ago), self.student.family.salt).code

    def enroll(
        self,
        ago: int,
        *,
        district: District | None = None,
        school: str = "",
        start: date | None = None,
        leave: _Leave | None = None,
        status: str = "10",
    ) -> Enrollment:
        """One enrolment; by default at the home LEA, in the school of the grade, from the first day, open."""
        district = district or self.student.home
        school = school or self.school(ago, district)
        entry = Enrollment(
            district=district,
            school=school,
            ago=ago,
            grade=self.grade(ago),
            start=start or self.timeline.begins(ago),
            ssid=self.student.ssid,
            local_id=f"{100 + district.position}{self.student.number:06d}",
            status=status,
            nps=NPS_SCHOOLS[self.student.number % 2] if school == NPS else "",
        )
        if leave:
            entry.end, entry.reason, entry.completion = leave.day, leave.reason, leave.completion
            entry.receiver = leave.receiver
        self.student.enrollments.append(entry)
        return entry

    def years(
        self,
        first: int,
        last: int,
        *,
        district: District | None = None,
        school: str = "",
        start: date | None = None,
        leave: _Leave | None = None,
    ) -> None:
        """An enrolment in each year from `first` to `last` years ago; `leave` ends the last one, else it stays open.

        In between years end with E155, or with E230 where the next school is another.
        """
        for ago in range(first, last - 1, -1):
            place = school or self.school(ago, district)
            if ago == last:
                end = leave
            elif place == (school or self.school(ago - 1, district)):
                end = _Leave(self.timeline.ends(ago), "E155")
            else:
                end = _Leave(self.timeline.ends(ago), "E230", "480")
            self.enroll(ago, district=district, school=place, start=start if ago == first else None, leave=end)

    @property
    def neighbor(self) -> District:
        return self.state.neighbor(self.student.home)

    def elsewhere(self, ago: int) -> tuple[District, str]:
        """Another school for the student: in his LEA if it has one, else next door."""
        home = self.student.home
        other = home.another_school(home.school_for(self.grade(ago), self.student.family.salt))
        if other.code != self.school(ago):
            return home, other.code
        return self.neighbor, self.school(ago, self.neighbor)

    def end_of(self, ago: int, reason: str = "T160", completion: str = "") -> _Leave:
        return _Leave(self.timeline.ends(ago), reason, completion)

    def fall_day(self, day: int, ago: int = 0) -> date:
        """A day of September."""
        return date(self.timeline.current - ago, 9, day)


def live(student: Student, *, state: State, timeline: Timeline, random: Random) -> None:
    """Give a student his enrolments."""
    life = _Life(student, state, timeline, random)
    case = _CASES.get(student.case)
    if case:
        case(life)
    elif student.case:
        _stay(life)
    else:
        _ordinary(life)


def _ordinary(life: _Life) -> None:
    """From kindergarten or from wherever they came, to graduation or until they move away."""
    draw = life.random.random()
    grade = life.student.grade
    last = max(0, grade - OLDEST_GRADE)
    first = 2 if draw < 0.55 else 1 if draw < 0.75 else 0
    first = max(last, min(first, grade - _YOUNGEST_GRADE))
    start = None
    if 0.5 < draw < 0.55:  # came in the middle of the year
        start = school_day(life.timeline.begins(first) + timedelta(days=20 + int(draw * 1e6) % 150))
    leave = None
    if last:
        leave = _finish(life, last, draw)
    elif 0.1 < draw < 0.14:
        last = int(draw * 1e5) % min(2, first + 1)
        days = 25 + int(draw * 1e6) % (20 if last == 0 else 200)
        day = school_day(life.timeline.begins(last) + timedelta(days=days))
        leave = _Leave(day, pick(life.random, _LEAVE_REASONS))
        if grade - last < 7 and leave.reason == "T260":
            leave = _Leave(leave.day, "T160")
    if start and start > life.timeline.as_of:
        start = None
    if leave and start and first == last and leave.day <= start:
        start = None
    life.years(first, last, start=start, leave=leave)


def _finish(life: _Life, ago: int, draw: float) -> _Leave:
    """How the last year of high school ends."""
    if life.student.disabled and draw > 0.5:
        return life.end_of(ago, "E230", "120")
    if 0.2 < draw < 0.24:
        return life.end_of(ago, "E230", "360")
    if 0.24 < draw < 0.27:
        return life.end_of(ago, "E230", "330")
    return life.end_of(ago, "E230", "100")


def _stay(life: _Life) -> None:
    life.years(max(0, min(2, life.student.grade - _YOUNGEST_GRADE)), 0)


def _moved(life: _Life) -> None:
    life.years(2, 0, leave=_Leave(life.fall_day(25), "T160"))
    life.enroll(0, district=life.neighbor, start=life.fall_day(28))


def _moved_between_years(life: _Life) -> None:
    life.years(2, 1, leave=life.end_of(1))
    life.enroll(0, district=life.neighbor)


def _nps(life: _Life) -> None:
    life.years(3, 0, school=NPS)


def _nps_moved(life: _Life) -> None:
    life.years(2, 1, school=NPS, leave=life.end_of(1))
    life.enroll(0, district=life.neighbor, school=NPS)


def _private(life: _Life) -> None:
    life.years(2, 0, school=PRIVATE)


def _nps_completer(life: _Life) -> None:
    life.enroll(2, school=NPS, leave=life.end_of(2))
    life.enroll(1, district=life.neighbor, school=NPS, leave=life.end_of(1, "E230", "120"))


def _class_of_2015(life: _Life, school: str = "") -> None:
    ago = life.timeline.current - 2014
    life.student.grade = OLDEST_GRADE + ago
    life.years(ago + 1, ago, school=school, leave=life.end_of(ago, "E230", "100"))


def _class_of_2015_nps(life: _Life) -> None:
    _class_of_2015(life, NPS)


def _class_of_2019(life: _Life) -> None:
    ago = life.timeline.current - 2018
    life.student.grade = OLDEST_GRADE + ago
    life.enroll(ago, leave=life.end_of(ago, "E230", "100"))


def _changed_school(life: _Life) -> None:
    life.years(2, 0, leave=_Leave(life.fall_day(25), "T160"))
    district, school = life.elsewhere(0)
    life.enroll(0, district=district, school=school, start=life.fall_day(28))


def _secondary(life: _Life) -> None:
    life.years(2, 0)
    district, school = life.elsewhere(0)
    life.enroll(1, district=district, school=school, status="20", leave=life.end_of(1, "E170"))
    life.enroll(0, district=district, school=school, status="20", start=life.fall_day(1))


def _short_term(life: _Life) -> None:
    life.years(2, 0)
    district, school = life.elsewhere(1)
    begin = date(life.timeline.current - 1, 11, 3)
    life.enroll(
        1, district=district, school=school, status="30", start=begin, leave=_Leave(begin + timedelta(days=46), "E170")
    )
    life.enroll(0, district=district, school=school, status="30", start=life.fall_day(14))


def _retired(life: _Life) -> None:
    """Left, came back, and was given a second SSID by mistake; the first is retired."""
    life.years(2, 1, leave=life.end_of(1))
    for entry in life.student.enrollments:
        entry.ssid = life.student.retired_ssid
    life.enroll(0)


def _future(life: _Life) -> None:
    start = school_day(life.timeline.as_of + timedelta(days=70))
    life.enroll(life.timeline.ago(start), start=start)


def _no_show(life: _Life) -> None:
    life.years(2, 1, leave=life.end_of(1, "E155"))
    life.enroll(0, leave=_Leave(life.timeline.begins(0), "N470"))


def _grade_update(life: _Life) -> None:
    life.years(2, 0, leave=_Leave(life.fall_day(30), "E150"))
    life.enroll(0, start=life.fall_day(30) + timedelta(days=1)).grade += 1


def _graduate(life: _Life) -> None:
    life.years(2, 1, leave=life.end_of(1, "E230", "100"))


def _graduate_before(life: _Life) -> None:
    life.enroll(2, leave=life.end_of(2, "E230", "100"))


def _certificate(life: _Life) -> None:
    """Came from another school, and left with a certificate of completion."""
    district, school = life.elsewhere(2)
    life.enroll(2, district=district, school=school, leave=life.end_of(2))
    life.enroll(1, leave=life.end_of(1, "E230", "120"))


def _two_years(life: _Life) -> None:
    life.years(1, 0)


def _this_year(life: _Life) -> None:
    life.enroll(0)


def _preschool_exit(life: _Life) -> None:
    life.student.grade += 1  # a year later he would be in transitional kindergarten
    life.enroll(1, leave=_Leave(date(life.timeline.current, 3, 20), "E450"))


def _left_and_returned(life: _Life) -> None:
    life.enroll(2, leave=_Leave(date(life.timeline.current - 1, 3, 14), "T200"))
    life.years(1, 0)


def _expelled(life: _Life) -> None:
    life.years(2, 1, leave=_Leave(date(life.timeline.current, 2, 20), "E300"))


def _discipline_transfer(life: _Life) -> None:
    district, school = life.elsewhere(1)
    day = date(life.timeline.current, 2, 12)
    life.years(2, 1, leave=_Leave(day, "T165", receiver=school))
    life.enroll(1, district=district, school=school, start=day + timedelta(days=5), leave=life.end_of(1))
    life.enroll(0)


def _leaves_by(reason: str) -> Callable[[_Life], None]:
    def leaves(life: _Life) -> None:
        life.years(max(0, min(2, life.student.grade - _YOUNGEST_GRADE)), 0, leave=_Leave(life.fall_day(18), reason))

    return leaves


_CASES: dict[str, Callable[[_Life], None]] = {
    "moved": _moved,
    "moved between years": _moved_between_years,
    "nps": _nps,
    "nps moved": _nps_moved,
    "private": _private,
    "nps completer": _nps_completer,
    "class of 2015 nps": _class_of_2015_nps,
    "class of 2015": _class_of_2015,
    "class of 2019": _class_of_2019,
    "changed school": _changed_school,
    "secondary": _secondary,
    "short-term": _short_term,
    "retired": _retired,
    "future": _future,
    "no show": _no_show,
    "grade update": _grade_update,
    "graduate": _graduate,
    "graduate before": _graduate_before,
    "certificate": _certificate,
    "adult": _two_years,
    "transition": _two_years,
    "preschool": _this_year,
    "infant": _this_year,
    "preschool exit": _preschool_exit,
    "left and returned": _left_and_returned,
    "expelled": _expelled,
    "discipline transfer": _discipline_transfer,
} | {reason: _leaves_by(reason) for reason in ("T180", "T200", "T240", "E140", "E400", "T260", "E125", "T167", "T280")}

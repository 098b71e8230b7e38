"""Who sits in which section: SCSE and SCSC. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from ods.demo.courses import COURSES, Course, courses_of, section_of
from ods.demo.districts import NPS, PRIVATE, School
from ods.demo.people import identity, pick
from ods.demo.program_records import pathway
from ods.demo.section_records import COMPLETED, COMPLETED_FROM, ENROLLED, HIGH_SCHOOL, Collected, post, section_fields
from ods.demo.students import OLDEST_GRADE, Enrollment, Student
from ods.demo.timeline import Round
from ods.demo.world import World
from ods.writer import Value

_OUTSIDE = "9999999999"
"""SEID of a teacher who works for nobody in the LEA."""

_MARKS = ("A", "A-", "B+", "B", "B-", "C+", "C", "D", "F")
_SINGLE_COURSE = next(course for course in COURSES if course.id == "SPAN1")


def student_section_records(student: Student, world: World) -> None:
    """SCSE and SCSC: the sections a student sits in on census day, and those of the terms he stayed for.

    A nonpublic school's sections are reported with its students, one section (CRSE, CRSC) for each.
    """
    random = student.stream("SCSE")
    for entry in student.enrollments:
        if entry.reason[:2] == "N4" or not -1 <= entry.grade <= OLDEST_GRADE or entry.school == PRIVATE:
            continue
        if entry.school == NPS:
            course = next((c for c in courses_of(entry.grade, "", False) if c.id[:3] in ("ENG", "MTH")), None)
            if course and course.low >= COMPLETED_FROM:
                _Seat(student, entry, course, f"N{student.number:07d}", world, random).report()
            continue
        school = next(school for school in entry.district.schools if school.code == entry.school)
        for course in _taken(student, entry, school):
            _Seat(student, entry, course, section_of(school, course, student.number), world, random).report()


def _taken(student: Student, entry: Enrollment, school: School) -> list[Course]:
    if entry.status == "20":  # comes for one course
        return [_SINGLE_COURSE]
    if school.level == "adult":
        return []
    learner = student.family.language != "eng" and student.number % 3 > 0
    return courses_of(entry.grade, "" if school.level == "alternative" else pathway(student), learner)


@dataclass(slots=True)
class _Seat:
    """A student's seat in a section of a year."""

    student: Student
    entry: Enrollment
    course: Course
    section: str
    world: World
    random: Random

    def report(self) -> None:
        timeline, high = self.world.timeline, self.course.low >= HIGH_SCHOOL
        for collected in ENROLLED:
            if self._sits(collected, self.world.timeline.census(collected.ago)):
                self._post("SCSE", collected, "S1" if high else "FY")
        for collected in COMPLETED if self.course.low >= COMPLETED_FROM else ():
            if high and self._sits(collected, timeline.census(collected.ago)):
                self._post("SCSC", collected, "S1")
            if self._sits(collected, timeline.spring(collected.ago)):
                self._post("SCSC", collected, "S2" if high else "FY")

    def _sits(self, collected: Collected, day: date) -> bool:
        return self.entry.ago == collected.ago and self.entry.on(day)

    def _post(self, record_type: str, collected: Collected, term: str) -> None:
        entry = self.entry
        where: dict[str, Value] = {
            "reporting_lea": entry.district.code,
            "school_of_course_delivery": entry.school,
            "academic_year_id": self.world.timeline.year(entry.ago),
            "academic_term_code": term,
        }
        row = where | {
            "local_record_id": f"N{self.student.number}-{self.course.id}-{term}{entry.ago}",
            "ssid": entry.ssid,
            "local_student_id": entry.local_id,
            **identity(self.student.person),
            "local_course_id": self.course.id,
            "course_section_id": self.section,
        }
        if record_type == "SCSC":
            row |= self._completion(term)
        if collected.share is not None and entry.start > self.world.timeline.posted(collected.turn):
            collected = Collected(collected.ago, Round(collected.turn + 1), None)
        post(self.world, record_type, collected, row, random=self.random)
        if entry.school == NPS:
            section = where | section_fields(self.course, self.section)
            section |= {"local_record_id": f"C{self.section}{term}", "seid": _OUTSIDE, "local_staff_id": "NPS"}
            post(self.world, "CRSE" if record_type == "SCSE" else "CRSC", collected, section, random=self.random)

    def _completion(self, term: str) -> dict[str, Value]:
        high = self.course.low >= HIGH_SCHOOL
        mark = pick(self.random, _MARKS)
        return {
            "course_final_grade": mark,
            "marking_period_code": term,
            "credits_attempted": "5.00" if high else "0.00",
            "credits_earned": "5.00" if high and mark != "F" else "0.00",
            "uc_csu_admission_requirement_code": self.course.requirement,
        }

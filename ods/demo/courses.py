"""Courses, sections, and who sits in them: CRSE, CRSC, SCSE, SCSC. Pure, no Django.

A school offers each course in as many sections as its pupils fill; students and teachers are put into sections by
arithmetic, so that no section is named that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import ceil

from ods.demo.districts import School

_SECTION_SIZE = 27
_SECTIONS_OF_A_TEACHER = 5


@dataclass(frozen=True, slots=True)
class Course:
    """A local course: for which grades, which state course it is, and what its records must say with it.

    `share` is the part of a grade's pupils that takes it.
    """

    id: str
    state: str
    name: str
    low: int
    high: int
    standards: str
    share: float = 1.0
    subcategory: str = ""
    requirement: str = ""
    pathway: str = ""


def _self_contained() -> tuple[Course, ...]:
    names = {-1: ("TK", "Transitional Kindergarten"), 0: ("KN", "Kindergarten")}
    names |= {grade: (f"0{grade}", f"Grade {grade}") for grade in range(1, 6)}
    return tuple(
        Course(f"SC{code}", "1000", name, grade, grade, "MID" if grade == 5 else "ELM")
        for grade, (code, name) in names.items()
    )


COURSES: tuple[Course, ...] = (
    *_self_contained(),
    *(Course(f"ENG{g}", "9100", f"English {g}", g, g, "MID") for g in (6, 7, 8)),
    *(Course(f"MTH{g}", "9240", f"Mathematics {g}", g, g, "MID") for g in (6, 7, 8)),
    Course("ART6", "9000", "Art", 6, 8, "MID", 0.6, "VART-01"),
    Course("ELD6", "9104", "English Language Development", 6, 8, "MID", 0.4),
    Course("ENG9", "9105", "English 9", 9, 9, "SEC", requirement="B"),
    Course("ENG10", "9106", "English 10", 10, 10, "SEC", requirement="B"),
    Course("ENG11", "9107", "English 11", 11, 11, "SEC", requirement="B"),
    Course("ENG12", "9108", "English 12", 12, 12, "SEC", requirement="B"),
    Course("ALG1", "9249", "Algebra I", 9, 9, "SEC", requirement="C"),
    Course("GEOM", "9255", "Geometry", 10, 10, "SEC", requirement="C"),
    Course("ALG2", "9252", "Algebra II", 11, 11, "SEC", requirement="C"),
    Course("CALCAB", "9268", "AP Calculus AB", 12, 12, "SEC", requirement="C"),
    Course("SPAN1", "9130", "Español I", 9, 12, "SEC", 0.67, "LANG-01", requirement="E"),
    Course("CTE174-1", "8130", "Systems Programming", 9, 10, "SEC", 0.12, pathway="174"),
    Course("CTE174-2", "8131", "Systems Programming, Concentrator", 11, 11, "SEC", 0.12, pathway="174"),
    Course("CTE174-3", "8132", "Systems Programming, Capstone", 12, 12, "SEC", 0.12, pathway="174"),
    Course("CTE198-1", "7920", "Patient Care", 9, 10, "SEC", 0.12, pathway="198"),
    Course("CTE198-2", "7921", "Patient Care, Concentrator", 11, 11, "SEC", 0.12, pathway="198"),
    Course("CTE198-3", "7922", "Patient Care, Capstone", 12, 12, "SEC", 0.12, pathway="198"),
    Course("CTE103-1", "7140", "Animal Science", 9, 10, "SEC", 0.12, pathway="103"),
    Course("CTE103-2", "7141", "Animal Science, Concentrator", 11, 11, "SEC", 0.12, pathway="103"),
    Course("CTE103-3", "7142", "Animal Science, Capstone", 12, 12, "SEC", 0.12, pathway="103"),
)

_GRADES = {
    "elementary": (-1, 5), "middle": (6, 8), "high": (9, 12), "alternative": (9, 12), "adult": (0, -1),
    "charter": (-1, 12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a course at a school; `number` counts from 1, `teacher` is a place among the school's teachers."""

    course: Course
    number: int
    teacher: int

    @property
    def id(self) -> str:
        return f"S{self.number:03d}"


def offered(school: School) -> list[tuple[Course, int]]:
    """The courses of a school and the number of their sections; continuation schools have no career pathways."""
    low, high = _GRADES[school.level]
    return [
        (course, _sections(school, course))
        for course in COURSES
        if course.low >= low and course.high <= high and not (course.pathway and school.level == "alternative")
    ]


def sections(school: School) -> Iterator[Section]:
    """All sections of a school."""
    place = 0
    teachers = teachers_needed(school)
    for course, count in offered(school):
        for number in range(1, count + 1):
            yield Section(course, number, place // _SECTIONS_OF_A_TEACHER % teachers)
            place += 1


@cache
def teachers_needed(school: School) -> int:
    """How many teachers the sections of a school take; never fewer than two."""
    return max(2, ceil(sum(count for _, count in offered(school)) / _SECTIONS_OF_A_TEACHER))


def section_of(school: School, course: Course, salt: int) -> str:
    """The section of a course a student sits in."""
    return f"S{salt % _sections(school, course) + 1:03d}"


def courses_of(grade: int, pathway: str, english_learner: bool) -> list[Course]:
    """What a student of a grade takes."""
    taken = []
    for course in COURSES:
        if not course.low <= grade <= course.high:
            continue
        if course.pathway:
            wanted = course.pathway == pathway and grade > 9
        elif course.id == "SPAN1":
            wanted = not (pathway and grade > 9)
        elif course.id in ("ART6", "ELD6"):
            wanted = english_learner == (course.id == "ELD6")
        else:
            wanted = True
        if wanted:
            taken.append(course)
    return taken


def _sections(school: School, course: Course) -> int:
    grades = course.high - course.low + 1
    return max(1, ceil(school.pupils * grades * course.share / _SECTION_SIZE))

"""Making students: who they are, decided by the seed and their number alone. Pure, no Django.

A million of them are made one at a time, in any order, always the same.
"""

from __future__ import annotations

from random import Random

from ods.demo.districts import ADULT, District
from ods.demo.lives import live
from ods.demo.people import birth_date, make_family, make_person
from ods.demo.students import CASES, OLDEST_GRADE, Student, identifier
from ods.demo.timeline import Timeline
from ods.demo.world import World

CYCLE = 240
"""Special cases recur in every so many students of an LEA."""

_GRADE_OF_CASE = {
    "transitional kindergarten": -1, "preschool": -2, "preschool exit": -2, "infant": -4, "graduate": 13,
    "graduate before": 14, "certificate": 13, "nps completer": 13, "adult": ADULT, "old language": 12,
    "transition": 12, "private": 12, "nps": 10, "nps moved": 9, "moved": 9, "moved between years": 8,
    "grade update": 7, "secondary": 11, "short-term": 11, "expelled": 10, "discipline transfer": 11, "E140": 11,
    "T260": 12, "E125": 12, "T280": 12, "T167": 10, "retired": 11, "academy": 11, "parenting": 12,
    "opportunity": 10, "sibling": 3, "class of 2015": 12, "class of 2019": 12, "class of 2015 nps": 12,
    "left and returned": 6, "address mistake": 5, "no show": 8, "not eligible": 5, "not participating": 6,
    "pending": 3, "future": 7, "gifted": 7, "newcomer": 6, "dual immersion": 2, "transitional bilingual": 1,
    "bilingual": 3, "migrant": 9,
}  # fmt: skip
_SPEAKS_SPANISH = {
    "moved between years",
    "migrant",
    "newcomer",
    "dual immersion",
    "bilingual",
    "transitional bilingual",
}
_DISABLED = {
    "moved", "nps", "nps moved", "private", "nps completer", "not eligible", "not participating", "certificate",
    "preschool", "infant", "transition", "preschool exit", "E125",
}  # fmt: skip


def make_student(world: World, home: District, position: int) -> Student:
    """The student at a position of an LEA's list, with all his enrolments."""
    number = home.first + position
    turn = position % CYCLE
    case = CASES[turn] if turn < len(CASES) else ""
    if case == "adult" and not home.levels["adult"]:
        case = "old language"
    kin = number - 1 if turn in (1, 3) or (not case and turn % 8 == 7) else number
    ours, own = world.chance("family", kin), world.chance(number)
    family = make_family(ours)
    while case in _SPEAKS_SPANISH and family.language != "spa":
        family = make_family(ours)
    shared = ours if case == "twin" else own  # twins have their grade and birthday from the family
    grade = _grade(shared, case, home, turn)
    age = _age_of(own, case, grade, world.timeline)
    born = birth_date(shared, current_year=world.timeline.current, grade=age)
    student = Student(
        number=number,
        seed=world.seed,
        case=case,
        home=home,
        family=family,
        person=make_person(own, family, birth_date=born, case=case),
        grade=grade,
        disabled=case in _DISABLED or (not case and own.random() < 0.12),
        ssid=identifier("99", 2 * number),
        retired_ssid=identifier("99", 2 * number + 1) if case == "retired" else "",
    )
    live(student, state=world.state, timeline=world.timeline, random=own)
    return student


def _grade(random: Random, case: str, home: District, turn: int) -> int:
    if case == "sibling":
        return 3 + 4 * (turn % 2)
    if case == "changed school":
        return 4 if len(home.levels["elementary"]) > 1 else 10
    if case in _GRADE_OF_CASE:
        return _GRADE_OF_CASE[case]
    grade = int(random.random() * 16) - 1
    return grade - 8 if case and grade > OLDEST_GRADE else grade


def _age_of(random: Random, case: str, grade: int, timeline: Timeline) -> int:
    """The grade that goes with the student's age."""
    if grade == ADULT:
        return 14 + int(random.random() * 25)
    if case.startswith("class of"):
        return OLDEST_GRADE + timeline.current - int(case.split()[2]) + 1
    return grade + 2 if case == "transition" else grade

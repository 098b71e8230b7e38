"""Who works in an LEA, and the staff records: demographics (SDEM) and assignments (SASS). Pure, no Django.

Staff are numbered school by school; a number is enough to know the SEID, so nothing is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ods.demo.courses import teachers_needed
from ods.demo.districts import PRIVATE, District, School
from ods.demo.people import identity, make_family, make_person, pick, race_and_ethnicity
from ods.demo.students import identifier
from ods.demo.timeline import Round, Timeline
from ods.demo.world import World
from ods.writer import Value

LEADERS = 2
"""Numbers of a school that are kept for its principal and its counselor; teachers come after."""

LEAVERS = NEWCOMERS = 1
"""After the teachers of a school comes one who left two years ago, then one who came this year."""

_TEACHERS = ("12", "26", "27")
_DEGREES = ("B", "C", "F", "M", "M", "V", "D")
_OFFICE = (("10", "0100"), ("25", "0137"), ("10", "0161"), ("11", "0211"), ("11", "0206"), ("11", "0202"))
"""Superintendent, business officer, program coordinator, speech pathologist, nurse, psychologist."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person on the staff: where, as what, from when and, if he left, until when."""

    number: int
    school: str
    job: str
    assignment: str
    since: date
    until: date | None = None


def seid(district: District, number: int) -> str:
    return identifier("98", district.position * 40_000 + number)


def local_staff_id(number: int) -> str:
    return f"T{number:05d}"


def first_number(district: District, school: School) -> int:
    """The number of the first member of a school's staff; the district office has those before."""
    number = len(_OFFICE) + 1
    for other in district.schools:
        if other is school:
            break
        number += LEADERS + teachers_needed(other) + LEAVERS + NEWCOMERS
    return number


def staff(district: District, timeline: Timeline) -> Iterator[StaffMember]:
    """Everybody who works, or lately worked, in an LEA."""
    office = _OFFICE[:3] if district.charter else _OFFICE
    for number, (job, assignment) in enumerate(office):
        yield StaffMember(number, district.code, job, assignment, _since(number, timeline))
    if not district.charter:
        yield StaffMember(len(_OFFICE), PRIVATE, "27", "", _since(len(_OFFICE), timeline))
    for school in district.schools:
        first = first_number(district, school)
        head = "0160" if district.charter else "0301"
        yield StaffMember(first, school.code, "10", head, _since(first, timeline))
        yield StaffMember(first + 1, school.code, "11", "0400", _since(first + 1, timeline))
        teachers = first + LEADERS
        last = teachers + teachers_needed(school)
        for number in range(teachers, last):
            job = "26" if district.charter and number % 7 == 0 else "12"
            mentor = "6010" if number % 11 == 0 else "6018" if number % 17 == 0 else ""
            yield StaffMember(number, school.code, job, mentor, _since(number, timeline))
        yield StaffMember(last, school.code, "12", "", _since(last, timeline), timeline.ends(2))
        yield StaffMember(last + 1, school.code, "12", "", timeline.begins(0) - timedelta(days=7))


def _since(number: int, timeline: Timeline) -> date:
    return date(timeline.current - 3 - number % 18, 8, 1 + number % 9)


def staff_records(district: District, world: World) -> None:
    """SDEM and SASS of an LEA."""
    for member in staff(district, world.timeline):
        random = world.chance("staff", district.position, member.number)
        family = make_family(random)
        born = date(member.since.year - 24 - int(random.random() * 20), 1 + member.number % 12, 1 + member.number % 28)
        case = "nonbinary" if member.number % 41 == 7 else "alias" if member.number % 23 == 5 else ""
        person = make_person(random, family, birth_date=born, case=case)
        row: dict[str, Value] = {
            "local_record_id": f"D{district.position}-{member.number}",
            "reporting_lea": district.code,
            "seid": seid(district, member.number),
            "local_staff_id": local_staff_id(member.number),
            **identity(person),
            "legal_middle_name": person.middle,
        }
        if person.alias[0]:
            row["alias_first_name"], row["alias_last_name"] = person.alias[0], person.alias[2]
        _assignments(member, row, world, random)
        _demographics(member, row | race_and_ethnicity(person), world, random)


def _demographics(member: StaffMember, row: dict[str, Value], world: World, random: Random) -> None:
    """A version since the oldest year, for many a newer one; those who left get their last day."""
    timeline = world.timeline
    ago = 0 if member.since >= timeline.begins(0) - timedelta(days=60) else 2
    degree = int(random.random() * 5)
    years = max(1, timeline.current - ago - member.since.year)
    row |= {
        "effective_start_date": max(member.since, date(timeline.current - 2, 7, 1)),
        "academic_year_id": timeline.year(ago),
        "highest_degree_code": _DEGREES[degree],
        "employment_status_code": ("1", "1", "2", "3")[member.number % 4] if member.job in _TEACHERS else "",
        "employment_start_date": member.since,
        "service_years_lea": min(years, 40),
        "service_years_total": min(years + int(random.random() * 4), 44),
    }
    if ago == 0:
        world.out.add("SDEM", Round.START, row)
        return
    world.out.add("SDEM", Round.FALL_TWO_AGO, row)
    if member.until:
        gone = {**row, "employment_end_date": member.until}
        if random.random() < 0.5:
            gone["effective_end_date"] = member.until
        world.out.add("SDEM", Round.END_TWO_AGO, gone, transaction_type="R")
    elif random.random() < 0.45:  # a new degree, and another year of service
        newer = 1 if random.random() < 0.6 else 0
        later: dict[str, Value] = {
            **row,
            "effective_start_date": date(timeline.current - newer, 7, 1),
            "academic_year_id": timeline.year(newer),
            "highest_degree_code": _DEGREES[degree + 1],
            "service_years_lea": min(years + 2 - newer, 40),
            "service_years_total": min(years + 6 - newer, 46),
        }
        world.out.add("SDEM", Round.FALL_ONE_AGO if newer else Round.START, later)


def _assignments(member: StaffMember, row: dict[str, Value], world: World, random: Random) -> None:
    """SASS of this year and the two before; one record for each person."""
    for ago, turn in ((2, Round.END_TWO_AGO), (1, Round.END_ONE_AGO), (0, Round.FALL)):
        census = world.timeline.census(ago)
        if member.since > census or (member.until and member.until < census):
            continue
        assigned: dict[str, Value] = {
            **row,
            "local_record_id": f"{row['local_record_id']}-{ago}",
            "school_of_assignment": member.school,
            "academic_year_id": world.timeline.year(ago),
            "job_classification_code": member.job,
            "job_classification_fte_percentage": pick(random, ("100.0", "100.0", "100.0", "80.0", "62.5")),
            "non_classroom_based_job_assignment_code_1": member.assignment,
        }
        world.out.revise("SASS", turn, assigned, random=random, share=0.4, whole=True)

"""The records of sections and of those who teach them: CRSE and CRSC. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ods.demo.courses import Course, Section, sections, teachers_needed
from ods.demo.districts import District, School
from ods.demo.staffing import LEADERS, first_number, local_staff_id, seid
from ods.demo.timeline import Round
from ods.demo.world import World
from ods.writer import Value

HIGH_SCHOOL = 9
"""From this grade on courses are of semesters; below they are of the full year."""

COMPLETED_FROM = 7
"""The state collects completed courses from this grade on."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A year's collection: how many years ago, when it is first posted, and the share corrected in the next posting.

    `share` None: it is not posted again.
    """

    ago: int
    turn: Round
    share: float | None


ENROLLED = (Collected(1, Round.FALL_ONE_AGO, None), Collected(0, Round.START, 0.5))
COMPLETED = (Collected(2, Round.END_TWO_AGO, 0.5), Collected(1, Round.END_ONE_AGO, None))


def section_records(district: District, world: World) -> None:
    """CRSE and CRSC of an LEA: one record for each section, term and teacher."""
    for school in district.schools:
        if school.level == "adult":
            continue
        random = world.chance("sections", school.code)
        for section in sections(school):
            for collected in ENROLLED:
                for row in _rows(district, school, section, collected, world):
                    if row["academic_term_code"] != "S2":
                        post(world, "CRSE", collected, row, random=random)
            for collected in COMPLETED if section.course.low >= COMPLETED_FROM else ():
                for row in _rows(district, school, section, collected, world):
                    post(world, "CRSC", collected, row, random=random)


def post(world: World, record_type: str, collected: Collected, row: dict[str, Value], *, random: Random) -> None:
    """Post a record of a collection, and again where the collection is corrected."""
    if collected.share is None:
        world.out.add(record_type, collected.turn, row)
    else:
        world.out.revise(record_type, collected.turn, row, random=random, share=collected.share, whole=True)


def _rows(
    district: District, school: School, section: Section, collected: Collected, world: World
) -> list[dict[str, Value]]:
    rows = []
    for term in ("S1", "S2") if section.course.low >= HIGH_SCHOOL else ("FY",):
        row = {
            **section_fields(section.course, section.id),
            "reporting_lea": district.code,
            "school_of_course_delivery": school.code,
            "academic_year_id": world.timeline.year(collected.ago),
            "academic_term_code": term,
        }
        teachers = [section.teacher]
        if section.number == 1 and (section.course.id.startswith("ENG") or section.course.id == "SCKN"):
            newcomer = teachers_needed(school) + 1  # after the teachers and the one who left
            teachers.append(newcomer if collected.ago == 0 else (section.teacher + 1) % teachers_needed(school))
            row["multiple_teacher_code"] = "2" if section.course.id == "SCKN" else "1"
        for teacher in teachers:
            number = first_number(district, school) + LEADERS + teacher
            rows.append(
                {
                    **row,
                    "local_record_id": f"C{row['class_id']}-{term}{teacher}",
                    "seid": seid(district, number),
                    "local_staff_id": local_staff_id(number),
                }
            )
    return rows


def section_fields(course: Course, section: str) -> dict[str, Value]:
    """What the records of a section say of its course; the same wherever it is taught."""
    row: dict[str, Value] = {
        "state_course_code": course.state,
        "local_course_id": course.id,
        "course_name": course.name,
        "uc_csu_approved_indicator": "Y" if course.requirement else "N",
        "course_section_id": section,
        "class_id": f"{course.id}-{section}",
        "education_service_code": "2" if course.id == "ELD6" else "4",
        "independent_study_indicator": "N",
        "distance_learning_indicator": "N",
        "course_content_area_subcategory_code": course.subcategory,
        "departmentalized_course_standards_grade_level_range_code": course.standards,
        "content_standards_alignment_code": "1",
    }
    if course.standards == "MID":
        row["middle_school_core_course_indicator"] = "Y" if course.state in ("9100", "9240") else "N"
    if course.pathway:
        row["cte_course_section_provider_code"] = "1" if course.pathway == "198" else "2"
        row["high_quality_cte_course_indicator"] = "Y" if course.low > 10 else "N"
        row["cte_postsecondary_articulated_course_indicator"] = "Y" if course.low == 12 else "N"
    if section == "S001":
        row |= _OF_FIRST_SECTIONS.get(course.id, {})
    return row


_OF_FIRST_SECTIONS: dict[str, dict[str, Value]] = {
    "SC01": {"education_service_code": "1", "language_of_instruction_code": "spa"},
    "ALG1": {"course_section_instructional_level_code": "14"},
    "ART6": {"local_assignment_option_code": "17"},
    "SPAN1": {"distance_learning_indicator": "Y", "online_course_instruction_type_code": "1"},
    "CTE174-2": {"education_program_funding_source_code": "113"},
}
"""Rarer fields: a bilingual class, an honors section, a local assignment, an online section, a partnership academy."""

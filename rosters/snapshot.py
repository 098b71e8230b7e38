"""Schools as selection sees them, read from the posted records and from what rosters keep beside them.

A school takes the same number of queries whatever its size; what belongs to the LEA is read once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cached_property

from ods.calendar import AcademicYear
from ods.models import (
    CourseSectionEnrollment,
    Organization,
    StaffDemographics,
    StudentCourseSectionEnrollment,
    StudentEnrollment,
)
from rosters.models import (
    ExcludedEnrollment,
    ExcludedStudent,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    StaffLogin,
)
from rosters.selection import Enrollment, School, Seat, Section, Span
from rosters.teachers import Assignment, Role

WHOLE_YEAR = ("FY", "")
"""Terms that are the school year itself."""
_BY_MULTIPLE = {"1": Role.CO_TEACHER, "2": Role.JOB_SHARE}
"""CRSE Multiple Teacher Code: team teaching, job sharing."""

Name = tuple[str, str]


def section_id(course: str, number: str, term: str) -> str:
    """What names a section in its school and year."""
    return f"{course}/{number}/{term}"


def natural_id(lea: Organization, school: str, setting: SchoolSetting | None) -> str:
    """The School Natural ID: as set, else the LEA's code and the school's.

    A charter is an LEA and a school under one code, which says nothing of its county: '' until it is set.
    """
    if setting and setting.natural_id:
        return setting.natural_id
    return "" if lea.code == school else f"{lea.code}{school}"


class Snapshot:
    """Reads the schools of an LEA for one school year (the calendar year it ends in)."""

    def __init__(self, lea: Organization, year: int) -> None:
        self.lea = lea
        self.year = year
        self._academic = AcademicYear(year - 1)

    @cached_property
    def staff(self) -> dict[str, Name]:
        """SEID to last and first name, as last posted."""
        found = StaffDemographics.objects.filter(reporting_lea=self.lea.code)
        rows = found.order_by("seid", "effective_start_date", "pk")
        return {
            seid: (last, first) for seid, last, first in rows.values_list("seid", "legal_last_name", "legal_first_name")
        }

    @cached_property
    def logins(self) -> dict[str, str]:
        return dict(StaffLogin.objects.filter(lea=self.lea).values_list("seid", "email"))

    @cached_property
    def settings(self) -> dict[str, SchoolSetting]:
        return {setting.school: setting for setting in SchoolSetting.objects.filter(lea=self.lea)}

    @cached_property
    def _excluded_students(self) -> frozenset[str]:
        return frozenset(ExcludedStudent.objects.filter(lea=self.lea).values_list("ssid", flat=True))

    def schools(self, organizations: Sequence[Organization]) -> Iterator[School]:
        """The schools one after the other, so that a large district is never in memory as a whole."""
        for organization in organizations:
            yield self.school(organization)

    def school(self, organization: Organization) -> School:
        code = organization.code
        setting = self.settings.get(code)
        return School(
            code=code,
            cds=natural_id(self.lea, code, setting),
            name=organization.name,
            year=self.year,
            sections=tuple(self._sections(code)),
            enrollments=self._enrollments(code),
            excluded_students=self._excluded_students,
            excluded=bool(setting and setting.excluded),
        )

    def _sections(self, school: str) -> Iterator[Section]:
        at = {"lea": self.lea, "school": school, "year": self.year}
        settings = {setting.section: setting for setting in SectionSetting.objects.filter(**at)}
        stated: dict[str, dict[str, SectionTeacher]] = defaultdict(dict)
        for teacher in SectionTeacher.objects.filter(**at):
            stated[teacher.section][teacher.seid] = teacher
        seats = self._seats(school, at)
        posted: dict[str, list[tuple[str, str]]] = defaultdict(list)
        facts: dict[str, tuple[str, str, str, str]] = {}
        rows = CourseSectionEnrollment.objects.filter(
            reporting_lea=self.lea.code, school_of_course_delivery=school, academic_year_id=str(self._academic)
        ).order_by("posting_id", "posting_line")
        for course, number, term, title, seid, multiple in rows.values_list(
            "local_course_id", "course_section_id", "academic_term_code", "course_name", "seid", "multiple_teacher_code"
        ):
            own = section_id(course, number, term)
            facts[own] = (course, number, term, title)
            posted[own].append((seid, multiple))
        for own in sorted(facts):
            course, number, term, title = facts[own]
            setting = settings.get(own)
            yield Section(
                id=own,
                course=course,
                number=number,
                term=term,
                title=title,
                subject=setting.subject if setting else "",
                expression=setting.expression if setting else "",
                span=self._span(setting, term),
                teachers=tuple(self._teachers(posted[own], stated.get(own, {}))),
                seats=tuple(seats.get(own, ())),
            )

    def _span(self, setting: SectionSetting | None, term: str) -> Span | None:
        whole = Span(self._academic.first_day, self._academic.last_day + timedelta(days=1))
        if setting and (setting.start or setting.end):
            return Span(setting.start or whole.start, setting.end or whole.end)
        return whole if term in WHOLE_YEAR else None

    def _teachers(self, posted: list[tuple[str, str]], stated: dict[str, SectionTeacher]) -> Iterator[Assignment]:
        """Those posted with the section and those stated for it.

        Who is its only teacher leads it. Of several the stated roles count, for others CRSE's Multiple Teacher Code.
        """
        multiple = dict(posted)
        everybody = {**dict.fromkeys(multiple), **dict.fromkeys(stated)}
        for seid in everybody:
            said = stated.get(seid)
            last, first = self.staff.get(seid, ("", ""))
            if said is not None:
                role = Role(said.role)
            elif len(everybody) == 1:
                role = Role.LEAD
            else:
                role = _BY_MULTIPLE.get(multiple.get(seid, ""), Role.OTHER)
            yield Assignment(
                staff_id=seid,
                last_name=last,
                first_name=first,
                email=self.logins.get(seid, ""),
                role=role,
                start=said.start if said else None,
                end=said.end if said else None,
            )

    def _seats(self, school: str, at: dict[str, object]) -> dict[str, list[Seat]]:
        """Who sits where: the posted SCSE, and the seats of rosters, which add days and whoever came since."""
        found: dict[str, dict[tuple[str, str], Seat]] = defaultdict(dict)
        rows = StudentCourseSectionEnrollment.objects.filter(
            reporting_lea=self.lea.code, school_of_course_delivery=school, academic_year_id=str(self._academic)
        ).order_by()
        for ssid, local, course, number, term in rows.values_list(
            "current_ssid", "local_student_id", "local_course_id", "course_section_id", "academic_term_code"
        ):
            found[section_id(course, number, term)][ssid, ""] = Seat(ssid, local)
        for seat in SectionSeat.objects.filter(**at):
            key = (seat.ssid, "" if seat.ssid else seat.local_student_id)
            known = found[seat.section].get(key)
            local = known.local_id if known else seat.local_student_id
            found[seat.section][key] = Seat(seat.ssid, local, Span(seat.start, seat.end))
        return {own: [seats[key] for key in sorted(seats)] for own, seats in found.items()}

    def _enrollments(self, school: str) -> dict[str, tuple[Enrollment, ...]]:
        excluded = set(
            ExcludedEnrollment.objects.filter(lea=self.lea, school=school).values_list("ssid", "start")
        )  # fmt: skip
        found: dict[str, list[Enrollment]] = defaultdict(list)
        rows = StudentEnrollment.objects.filter(
            reporting_lea=self.lea.code,
            school_of_attendance=school,
            enrollment_start_date__lte=self._academic.last_day,
        ).order_by()
        for ssid, start, left, status in rows.values_list(
            "current_ssid", "enrollment_start_date", "enrollment_exit_date", "enrollment_status_code"
        ):
            out = (ssid, start) in excluded or (ssid, None) in excluded
            found[ssid].append(Enrollment(start, left, status, out))
        return {ssid: tuple(rows) for ssid, rows in found.items()}

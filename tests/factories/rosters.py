"""Schools, sections and teachers as the pure part of rosters knows them; the same in the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from ods.models import (
    CourseSectionEnrollment,
    Organization,
    Posting,
    StaffDemographics,
    StudentCourseSectionEnrollment,
    StudentEnrollment,
)
from rosters.models import SectionSetting, SectionTeacher, StaffLogin
from rosters.selection import Enrollment, School, Seat, Section, Span
from rosters.teachers import Assignment, Role

DAY = date(2025, 10, 1)
YEAR = 2026
ACADEMIC_YEAR = "2025-2026"
HIGH = "1930924"
CDS = "19647331930924"


def ssids(count: int, *, first: int = 1) -> list[str]:
    return [f"99{number:08d}" for number in range(first, first + count)]


def teacher(staff_id: str = "9800000001", role: Role = Role.LEAD, **values: Any) -> Assignment:
    given = {"last_name": "Ng", "first_name": "Amy", "email": f"t{staff_id[-3:]}@example.org", **values}
    return Assignment(staff_id=staff_id, role=role, **given)


def section(
    number: str = "2",
    *,
    students: list[str] | None = None,
    teachers: tuple[Assignment, ...] | None = None,
    **given: Any,
) -> Section:
    course, term = given.pop("course", "ELA7"), given.pop("term", "FY")
    values: dict[str, Any] = {
        "id": f"{course}/{number}/{term}",
        "course": course,
        "number": number,
        "term": term,
        "title": "English 7",
        "subject": "ELA",
        "expression": "3(A)",
        "span": Span(date(2025, 8, 12), date(2026, 6, 6)),
        "teachers": (teacher(),) if teachers is None else teachers,
        "seats": tuple(Seat(ssid, ssid[-4:]) for ssid in (ssids(3) if students is None else students)),
        **given,
    }
    return Section(**values)


def school(*sections: Section, **values: Any) -> School:
    """A school at which every student of its sections is enrolled, primary, since August."""
    seated = {seat.ssid for section in sections for seat in section.seats if seat.ssid}
    enrolled = {ssid: (Enrollment(date(2025, 8, 12), None, "10"),) for ssid in seated}
    enrolled |= values.pop("enrollments", {})
    return School(
        **{"code": HIGH, "cds": CDS, "name": "Alder High", "year": YEAR, **values},
        sections=sections,
        enrollments=enrolled,
    )


class Office:
    """The classes of an LEA in the database: posted records, and what rosters keep beside them."""

    def __init__(self, lea: Organization, *, school: str = HIGH, year: int = YEAR, subject: str = "ELA") -> None:
        self.lea, self.school, self.year, self.subject = lea, school, year, subject
        self.academic_year = f"{year - 1}-{year}"
        self.line = 0

    def _posted(self, record_type: str) -> dict[str, Any]:
        self.line += 1
        posting, _ = Posting.objects.get_or_create(
            record_type=record_type, posted_on=date(2025, 9, 1), posted_by="t", file_name="f"
        )
        return {
            "reporting_lea": self.lea.code,
            "academic_year_id": self.academic_year,
            "upload_date": date(2025, 9, 1),
            "last_updated": date(2025, 9, 1),
            "posting": posting,
            "posting_line": self.line,
        }

    def teacher(self, seid: str, last: str = "Ng", first: str = "Amy", *, email: str | None = None) -> str:
        StaffDemographics.objects.create(
            **self._posted("SDEM"),
            seid=seid,
            local_staff_id=f"T{seid[-4:]}",
            legal_last_name=last,
            legal_first_name=first,
            birth_date=date(1980, 1, 1),
            effective_start_date=date(2020, 7, 1),
            employment_start_date=date(2020, 7, 1),
            service_years_lea=1,
            service_years_total=1,
        )
        if email != "":
            StaffLogin.objects.create(lea=self.lea, seid=seid, email=email or f"{last.lower()}{seid[-2:]}@example.org")
        return seid

    def section(
        self,
        number: str,
        *teachers: str,
        course: str = "ELA7",
        term: str = "FY",
        roles: tuple[str, ...] = (),
        **given: Any,
    ) -> str:
        """CRSE for each teacher, and the section's subject, expression and roles; gives its id."""
        own = f"{course}/{number}/{term}"
        for seid in teachers:
            CourseSectionEnrollment.objects.create(
                **self._posted("CRSE"),
                school_of_course_delivery=self.school,
                local_course_id=course,
                course_name="English 7",
                course_section_id=number,
                academic_term_code=term,
                seid=seid,
                class_id=f"{course}-{number}",
                multiple_teacher_code=given.get("multiple", ""),
            )
        given.pop("multiple", None)
        at = {"lea": self.lea, "school": self.school, "year": self.year, "section": own}
        if given.pop("setting", True):
            SectionSetting.objects.create(**at, **{"subject": self.subject, "expression": "3(A)", **given})
        for seid, role in zip(teachers, roles, strict=False):
            SectionTeacher.objects.create(**at, seid=seid, role=role)
        return own

    def student(self, ssid: str, *sections: str, status: str = "10", exit: date | None = None, **given: Any) -> str:
        """SENR, and SCSE for each section."""
        person = {"legal_first_name": "Ana", "legal_last_name": "Ruiz", "birth_date": date(2012, 4, 12)}
        StudentEnrollment.objects.create(
            **self._posted("SENR"),
            **person,
            ssid=ssid,
            current_ssid=ssid,
            local_student_id=f"L{ssid[-6:]}",
            school_of_attendance=given.get("school", self.school),
            enrollment_start_date=given.get("since", date(2025, 8, 12)),
            enrollment_exit_date=exit,
            enrollment_status_code=status,
        )
        for own in sections:
            self.seat(ssid, own)
        return ssid

    def seat(self, ssid: str, own: str) -> None:
        course, number, term = own.split("/")
        StudentCourseSectionEnrollment.objects.create(
            **self._posted("SCSE"),
            legal_first_name="Ana",
            legal_last_name="Ruiz",
            birth_date=date(2012, 4, 12),
            ssid=ssid,
            current_ssid=ssid,
            local_student_id=f"L{ssid[-6:]}",
            school_of_course_delivery=self.school,
            local_course_id=course,
            course_section_id=number,
            academic_term_code=term,
        )

"""Which students of which sections are sent, and why the others are not (spec rosters, sections 2 and 7.2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from rosters.roster_file import SUBJECTS
from rosters.teachers import Assignment

PRIMARY = "10"
"""SENR enrollment status: Primary."""


class Reason(Enum):
    """Why a student or a section is not sent. The first eight are the rules, in their order."""

    STUDENT_EXCLUDED = "Student excluded from state reporting"
    ENROLLMENT_EXCLUDED = "School enrollment excluded from state reporting"
    SCHOOL_EXCLUDED = "School excluded from state reporting"
    NO_SSID = "No SSID"
    NOT_PRIMARY = "Enrollment status is not 10 (Primary)"
    NOT_ENROLLED = "Not actively enrolled in the section and the school on this day"
    NO_SUBJECT = "No valid CAASPP Subject Area"
    NOT_ACTIVE = "Section not active on this day"
    NO_DATES = "Dates of the section's term are not known"
    NOT_CHOSEN = "Section not chosen"
    NO_STUDENTS = "No students left in the section"
    NO_LEAD = "No lead teacher"
    NO_LOGIN = "No teacher with an e-mail address"

    @property
    def advice(self) -> str:
        """What to do about it."""
        return _ADVICE.get(self, "")


_ADVICE = {
    Reason.STUDENT_EXCLUDED: "Take the SSID out of the list on the page Exclusions if that is wrong.",
    Reason.ENROLLMENT_EXCLUDED: "Take the enrollment out of the list on the page Exclusions if that is wrong.",
    Reason.SCHOOL_EXCLUDED: "Untick the school on the page Exclusions if that is wrong.",
    Reason.NO_SSID: "Get an SSID for the student and post his SENR.",
    Reason.NOT_PRIMARY: "His primary school sends him. Correct SENR 1.23 if this school is it.",
    Reason.NOT_ENROLLED: "Check the enrollment dates in SENR and the student's dates in the section.",
    Reason.NO_SUBJECT: "Set Math, ELA or ALL on the page Sections if the section is to be sent.",
    Reason.NOT_ACTIVE: "Check the section's dates on the page Sections.",
    Reason.NO_DATES: "Give the section its dates on the page Sections, or import OneRoster.",
    Reason.NO_STUDENTS: "See the students left out of it.",
    Reason.NO_LEAD: "Say on the page Sections who leads the section.",
    Reason.NO_LOGIN: "Give the teachers' e-mail addresses on the page Teachers.",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to before `end`; an open side is None."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A school enrollment (SENR) at the school: its exit date is the last day."""

    start: date
    exit: date | None
    status: str
    excluded: bool = False

    def active(self, day: date) -> bool:
        return self.start <= day and (self.exit is None or day <= self.exit)


@dataclass(frozen=True, slots=True)
class Seat:
    """A student in a section. `ssid` may be blank, then `local_id` names him."""

    ssid: str
    local_id: str
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the school in the year. `span` None: its dates are not known."""

    id: str
    course: str
    number: str
    term: str
    title: str
    subject: str
    expression: str
    span: Span | None
    teachers: tuple[Assignment, ...] = ()
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class School:
    """All that selection knows of one school. `enrollments` and `excluded` (students) are by SSID."""

    code: str
    cds: str
    name: str
    year: int
    sections: tuple[Section, ...] = ()
    enrollments: dict[str, tuple[Enrollment, ...]] = field(default_factory=dict)
    excluded_students: frozenset[str] = frozenset()
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class DroppedStudent:
    """A student who is not sent with a section."""

    section: Section
    seat: Seat
    reason: Reason


@dataclass(frozen=True, slots=True)
class DroppedSection:
    """A section that is not sent."""

    section: Section
    reason: Reason


@dataclass(slots=True)
class Selection:
    """What is sent of a school, and everything that is not, each with its reason."""

    sections: list[tuple[Section, tuple[str, ...]]] = field(default_factory=list)
    dropped_students: list[DroppedStudent] = field(default_factory=list)
    dropped_sections: list[DroppedSection] = field(default_factory=list)


def select(school: School, *, day: date, chosen: Iterable[str] = ()) -> Selection:
    """Apply the eight rules on a day. `chosen` are ids of sections; none means all (seed, View).

    The students of a section are distinct and in the order of their SSIDs.
    """
    found = Selection()
    wanted = frozenset(chosen)
    for section in school.sections:
        why = _why_not(section, day)
        if wanted and section.id not in wanted and why is None:
            why = Reason.NOT_CHOSEN
        if why is not None:
            # A section that does not qualify names no students: most classes of a school have no CAASPP subject.
            found.dropped_sections.append(DroppedSection(section, why))
            continue
        students: set[str] = set()
        for seat in section.seats:
            reason = _why_not_student(school, seat, day)
            if reason is None:
                students.add(seat.ssid)
            else:
                found.dropped_students.append(DroppedStudent(section, seat, reason))
        if students:
            found.sections.append((section, tuple(sorted(students))))
        else:
            found.dropped_sections.append(
                DroppedSection(section, Reason.SCHOOL_EXCLUDED if school.excluded else Reason.NO_STUDENTS)
            )
    return found


def _why_not(section: Section, day: date) -> Reason | None:
    if section.subject not in SUBJECTS:
        return Reason.NO_SUBJECT
    if section.span is None:
        return Reason.NO_DATES
    return None if section.span.holds(day) else Reason.NOT_ACTIVE


def _why_not_student(school: School, seat: Seat, day: date) -> Reason | None:
    """The first rule, in the order of the spec, that keeps a student out of a qualifying section."""
    known = school.enrollments.get(seat.ssid, ()) if seat.ssid else ()
    active = [enrollment for enrollment in known if enrollment.active(day)]
    # Without an active enrollment the rules 2 and 5 look at the others: the reason is the first rule that fails.
    looked_at = active or known
    if seat.ssid and seat.ssid in school.excluded_students:
        return Reason.STUDENT_EXCLUDED
    if looked_at and all(enrollment.excluded for enrollment in looked_at):
        return Reason.ENROLLMENT_EXCLUDED
    if school.excluded:
        return Reason.SCHOOL_EXCLUDED
    if not seat.ssid:
        return Reason.NO_SSID
    counted = [enrollment for enrollment in looked_at if not enrollment.excluded]
    if counted and not any(enrollment.status == PRIMARY for enrollment in counted):
        return Reason.NOT_PRIMARY
    return None if active and seat.span.holds(day) else Reason.NOT_ENROLLED

"""The parts of a student's and of a staff member's history: which record types each shows, under the wire's names.

The parts are those of wire contract 3, in its order. A part is open to whoever holds a role that unlocks the extract
of one of its record types.
"""

from __future__ import annotations

from dataclasses import dataclass

from ods.layout import Field, layout


@dataclass(frozen=True)
class Part:
    """One part. `only` names the fields it shows (all, if empty), `without` those it leaves to another part."""

    key: str
    label: str
    record_types: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def fields(self, record_type: str) -> list[Field]:
        """The fields it shows of a record type, in the order of the file."""
        return [
            field
            for field in layout(record_type).stored
            if (not self.only or field.field in self.only) and field.field not in self.without
        ]


_ADDRESS = frozenset(
    {
        f"{kind}address_{name}"
        for kind in ("", "mailing_")
        for name in ("line_1", "line_2", "city_name", "state_province_code", "zip_code")
    }
)
_WHOSE = frozenset({"effective_start_date", "effective_end_date", "reporting_lea", "school_of_attendance", "ssid"})

_STUDENT_PARTS = (
    Part("Enrollment", "Enrollment", ("SENR",)),
    Part("Demographics", "Demographics", ("SINF",), without=_ADDRESS),
    Part("Address", "Address", ("SINF",), only=_ADDRESS | _WHOSE),
    Part("EnglishLanguageAcquisition", "English Language Acquisition", ("SELA",)),
    Part("Program", "Programs", ("SPRG",)),
    Part("StudentCourseSection", "Course Sections", ("SCSE", "SCSC")),
    Part("CareerTechnicalEducation", "Career Technical Education", ("SCTE",)),
    Part("StudentAbsenceSummary", "Absence Summary", ("STAS",)),
    Part("StudentIncidentResult", "Incident Results", ("SIRS",)),
    Part("Offense", "Offenses", ("SOFF",)),
    Part("Assessment", "Assessment"),
    Part("SPED", "SPED"),
    Part("SSRV", "SSRV"),
    Part("PSTS", "Postsecondary Status", ("PSTS",)),
    Part("SWDS", "Disability Status", ("SWDS",)),
    Part("MEET", "Meetings", ("MEET",)),
    Part("PLAN", "Plans", ("PLAN",)),
    Part("SERV", "Services", ("SERV",)),
)
_STAFF_PARTS = (
    Part("StaffDemographics", "Demographics", ("SDEM",)),
    Part("StaffAssignments", "Assignments", ("SASS",)),
    Part("StaffCourses", "Courses", ("CRSE", "CRSC")),
)

STUDENT_PARTS: dict[str, Part] = {part.key: part for part in _STUDENT_PARTS}
STAFF_PARTS: dict[str, Part] = {part.key: part for part in _STAFF_PARTS}

NEWEST_BY: dict[str, tuple[str, ...]] = {
    "SENR": ("enrollment_start_date",),
    "SINF": ("effective_start_date",),
    "SELA": ("english_language_acquisition_status_start_date",),
    "SPRG": ("education_program_membership_start_date",),
    "SWDS": ("special_education_status_effective_start_date",),
    "MEET": ("special_education_meeting_date", "pending_as_of_date"),
    "PLAN": ("special_education_plan_effective_start_date",),
    "SERV": ("plan_effective_start_date",),
    "SDEM": ("effective_start_date",),
}
"""By which date the newest record of a type stands first; all others by Academic Year."""


def part_named(parts: dict[str, Part], name: str) -> Part:
    """The part of that name, in any case.

    Raises:
        KeyError: no such part.
    """
    return {key.casefold(): part for key, part in parts.items()}[name.casefold()]

"""What a run has to say beside its files: errors and warnings in words, each with what to do. Pure, no Django.

Lines name schools, sections and days, never a student.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

LINES_KEPT = 2000
"""Lines kept of a run; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    severity: Literal["error", "warning"]
    words: str
    school: str = ""
    section: str = ""
    day: date | None = None


@dataclass
class Report:
    """The lines of a run, and how many there were."""

    lines: list[Line] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def error(self, words: str, *, school: str = "", section: str = "", day: date | None = None) -> None:
        self.errors += 1
        self._keep(Line("error", words, school, section, day))

    def warn(self, words: str, *, school: str = "", section: str = "", day: date | None = None) -> None:
        self.warnings += 1
        self._keep(Line("warning", words, school, section, day))

    def _keep(self, line: Line) -> None:
        if len(self.lines) < LINES_KEPT:
            self.lines.append(line)


def students(count: int) -> str:
    return f"{count:,} student" if count == 1 else f"{count:,} students"


NO_TEACHER = (
    "This section has no teacher, so SECTION_ID_1 is blank. Enter the teacher in sections.csv (where sections have "
    "staff: its primary staff) and send the data again."
)
NO_PERIOD = (
    "This section has no period, so its minutes cannot be worked out and are 0. Enter period, or periods, in "
    "sections.csv."
)
NO_BELLS = (
    "The bell schedule of this day does not have every period of this section. Those periods count 0 minutes. Add them "
    "to bell_schedules.csv, or correct the day's schedule in calendar_days.csv."
)
CAPPED = "More minutes were recorded than scheduled, for {students}. They count up to the scheduled minutes."
NO_DAY = "No school day of this school lies in the date range, so all its minutes are 0. Check calendar_days.csv."
NO_TRACK = (
    "The track of {students} has no calendar, so that minutes are 0. Add the track to calendar_days.csv, or correct it "
    "in students.csv."
)
NOT_IN_ODS = (
    "For {students} of this section there is no enrollment (SENR) under the Local Student ID in this LEA: left out. "
    "Post SENR records, or correct section_enrollments.csv."
)
NO_INFORMATION = (
    "For {students} there is no Student Information (SINF) record: address, race and ethnicity are blank. Post SINF "
    "records."
)
IN_FUTURE = (
    "The date range ends after today. Where attendance is negative, days to come count as attended until a code is "
    "entered."
)

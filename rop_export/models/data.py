"""The data the ROP extract needs beside the ODS (spec rop, section 8a): one model for each file of the ZIP.

Names in capitals are Aeries' tables, where each comes from. Columns, types, keys and meanings stand in
`rop_export/layouts/import.csv`; a system check holds the models against it. `school` is a 7-digit code, or `0` for the
district itself; text is never NULL. Everything is replaced as a whole, LEA by LEA (`rop_export.importing`).
"""

from typing import ClassVar

from django.db import models

from ods.models import Organization
from rop_export.enums import Attendance, CodeKind, Scheduling


class RopRecord(models.Model):
    """A record of an LEA's ROP data."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


def _key(name: str, *fields: str) -> list[models.BaseConstraint]:
    return [models.UniqueConstraint(fields=["lea", *fields], name=f"rop_{name}_key")]


class SchoolOptions(RopRecord):
    """LOC: a school, or the district as school 0. `cds` is county, district and school number, 14 digits."""

    school = models.CharField()
    cds = models.CharField()
    tag = models.CharField(blank=True, default="", help_text="Blank: the school is active")
    scheduling = models.CharField(choices=Scheduling.choices, default=Scheduling.TRADITIONAL)
    section_staff = models.BooleanField(default=False, help_text="Use Staff in Sections")
    attendance = models.CharField(choices=Attendance.choices, default=Attendance.NEGATIVE)
    bell_schedule = models.CharField(blank=True, default="", help_text="The bell schedule of an ordinary day")

    class Meta:
        constraints: ClassVar = _key("school", "school")

    @property
    def flex(self) -> bool:
        return self.scheduling == Scheduling.FLEX

    @property
    def uses_staff(self) -> bool:
        """Teachers come from staff: on its own flag, and with flex (spec, section 8)."""
        return self.section_staff or self.flex


class Calendar(RopRecord):
    """A school's (or for school 0 the district's) calendar, by track."""

    school = models.CharField()
    track = models.CharField(blank=True, default="")
    start = models.DateField()
    end = models.DateField()

    class Meta:
        constraints: ClassVar = _key("calendar", "school", "track")


class CalendarDay(RopRecord):
    """DAY: a school day. `bell_schedule` (DAY.BS) replaces the school's on that day."""

    school = models.CharField()
    track = models.CharField(blank=True, default="")
    day = models.DateField()
    bell_schedule = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("calendar_day", "school", "track", "day")


class BellPeriod(RopRecord):
    """A period of a bell schedule (flex: FTT)."""

    school = models.CharField()
    bell_schedule = models.CharField()
    period = models.CharField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints: ClassVar = _key("bell_period", "school", "bell_schedule", "period")


class BlockDay(RopRecord):
    """Block calendar: on this day only these periods meet. A day without one has all periods."""

    school = models.CharField()
    day = models.DateField()
    periods = models.CharField(blank=True, default="", help_text="Separated by blanks")

    class Meta:
        constraints: ClassVar = _key("block_day", "school", "day")


class Course(RopRecord):
    """CRS: a course. `course_type` is CRS.TY."""

    course = models.CharField()
    title = models.CharField(blank=True, default="")
    course_type = models.CharField(blank=True, default="")
    user_1 = models.CharField(blank=True, default="")
    user_2 = models.CharField(blank=True, default="")
    user_3 = models.CharField(blank=True, default="")
    user_4 = models.CharField(blank=True, default="")
    user_5 = models.CharField(blank=True, default="")
    user_6 = models.CharField(blank=True, default="")
    user_7 = models.CharField(blank=True, default="")
    user_8 = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("course", "course")


USER_FIELDS = tuple(f"user_{number}" for number in range(1, 9))
"""The user fields of a course, any of which may hold the code that leaves it out."""


class Teacher(RopRecord):
    """TCH: a teacher of a school."""

    school = models.CharField()
    teacher = models.CharField()
    last_name = models.CharField()
    first_name = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("teacher", "school", "teacher")


class StaffMember(RopRecord):
    """STF: somebody on the district's staff."""

    staff = models.CharField()
    last_name = models.CharField()
    first_name = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("staff", "staff")


class Section(RopRecord):
    """MST: a section. `staff` is its primary staff (SSE), `flex_period` FTF.STI, `program` MST.PR.

    `periods` are those of the bell schedule in which it meets, in order, separated by blanks; blank means `period`.
    """

    school = models.CharField()
    section = models.CharField(help_text="Padded to four digits")
    course = models.CharField()
    period = models.CharField(blank=True, default="")
    program = models.CharField(blank=True, default="")
    teacher = models.CharField(blank=True, default="")
    staff = models.CharField(blank=True, default="")
    flex_period = models.CharField(blank=True, default="")
    periods = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("section", "school", "section")


class ClassDay(RopRecord):
    """A day on which a section of a flex school meets. A section without any meets on every school day."""

    school = models.CharField()
    section = models.CharField()
    day = models.DateField()

    class Meta:
        constraints: ClassVar = _key("class_day", "school", "section", "day")


class SectionEnrollment(RopRecord):
    """SEC: a student in a section, from a day to a day, both included; open while `end` is empty."""

    school = models.CharField()
    local_student_id = models.CharField()
    section = models.CharField()
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        # In the order of the extract's rows, which this index delivers.
        constraints: ClassVar = _key("section_enrollment", "school", "local_student_id", "section", "start")


class StudentOptions(RopRecord):
    """What the ODS does not hold of a student: home phone (STU.TL) and track."""

    local_student_id = models.CharField()
    home_phone = models.CharField(blank=True, default="")
    track = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("student", "local_student_id")


class Contact(RopRecord):
    """CON: a contact of a student; the one of the lowest order is the emergency contact."""

    local_student_id = models.CharField()
    contact_order = models.IntegerField()
    name = models.CharField(blank=True, default="")
    last_name = models.CharField(blank=True, default="")
    first_name = models.CharField(blank=True, default="")
    telephone = models.CharField(blank=True, default="")
    work_phone = models.CharField(blank=True, default="")
    work_extension = models.CharField(blank=True, default="")
    cell_phone = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("contact", "local_student_id", "contact_order")


class AttendanceCode(RopRecord):
    """ABS: an attendance code of a school, and whether it means absence or presence."""

    school = models.CharField()
    code = models.CharField()
    kind = models.CharField(choices=CodeKind.choices)
    title = models.CharField(blank=True, default="")

    class Meta:
        constraints: ClassVar = _key("attendance_code", "school", "code")


class DayAttendance(RopRecord):
    """An all-day attendance code."""

    school = models.CharField()
    local_student_id = models.CharField()
    day = models.DateField()
    code = models.CharField()

    class Meta:
        constraints: ClassVar = _key("day_attendance", "school", "local_student_id", "day")


class PeriodAttendance(RopRecord):
    """ATT: attendance of a student in a period; minutes where positive attendance records them."""

    school = models.CharField()
    local_student_id = models.CharField()
    day = models.DateField()
    period = models.CharField()
    code = models.CharField(blank=True, default="")
    minutes = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = _key("period_attendance", "school", "local_student_id", "day", "period")


class ClassAttendance(RopRecord):
    """CAT: attendance of a student in a class of a flex school."""

    school = models.CharField()
    local_student_id = models.CharField()
    section = models.CharField()
    day = models.DateField()
    code = models.CharField(blank=True, default="")
    minutes = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = _key("class_attendance", "school", "local_student_id", "section", "day")


class Grade(RopRecord):
    """GRD: a mark, with the day it was entered.

    Matched by course and period in an ordinary school, by section where sections have staff (spec, section 8).
    """

    school = models.CharField()
    local_student_id = models.CharField()
    course = models.CharField(blank=True, default="")
    period = models.CharField(blank=True, default="")
    section = models.CharField(blank=True, default="")
    entered = models.DateField()
    mark = models.CharField()

    class Meta:
        constraints: ClassVar = _key("grade", "school", "local_student_id", "course", "period", "section", "entered")

"""What CRSE, SCSE, SDEM and SENR do not carry of sections, teachers and students (issue text, number 1).

Rows stand beside the posted records and name them by their keys, because a posting replaces those. `section` is the
section's whole id in its school and year: local course id, section id and term, joined by `/`.
"""

from typing import ClassVar

from django.db import models

from ods.models import Organization
from rosters.enums import Subject, TeacherRole


class ClassDatum(models.Model):
    """Something an LEA says of its classes."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class SchoolSetting(ClassDatum):
    """A school: excluded from state reporting, and its School Natural ID where county-district-school is not it."""

    school = models.CharField()
    natural_id = models.CharField(blank=True, default="", help_text="14 digits; blank: LEA code and school code")
    excluded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lea", "school"], name="rosters_school_key")]


class ExcludedStudent(ClassDatum):
    """A student excluded from state reporting, by the SSID he has now."""

    ssid = models.CharField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lea", "ssid"], name="rosters_excluded_student_key")]


class ExcludedEnrollment(ClassDatum):
    """A school enrollment (SENR) excluded from state reporting; without `start` all of the student's at the school."""

    school = models.CharField()
    ssid = models.CharField()
    start = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "school", "ssid", "start"], name="rosters_excluded_key")
        ]


class StaffLogin(ClassDatum):
    """The e-mail address a teacher signs in to TOMS and CERS with."""

    seid = models.CharField()
    email = models.CharField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lea", "seid"], name="rosters_login_key")]


class SectionSetting(ClassDatum):
    """A section: CAASPP Subject Area, class expression, and the days from `start` to before `end`."""

    school = models.CharField()
    year = models.PositiveSmallIntegerField(help_text="The calendar year the school year ends in")
    section = models.CharField()
    subject = models.CharField(choices=Subject.choices, blank=True, default="")
    expression = models.CharField(blank=True, default="")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True, help_text="The day after the last")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "school", "year", "section"], name="rosters_section_key")
        ]


class SectionTeacher(ClassDatum):
    """A teacher's role in a section, from `start` to before `end`."""

    school = models.CharField()
    year = models.PositiveSmallIntegerField()
    section = models.CharField()
    seid = models.CharField()
    role = models.CharField(choices=TeacherRole.choices)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True, help_text="The day after the last")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "school", "year", "section", "seid"], name="rosters_teacher_key")
        ]


class SectionSeat(ClassDatum):
    """A student's days in a section, from `start` to before `end`; `ssid` is blank where none is known yet."""

    school = models.CharField()
    year = models.PositiveSmallIntegerField()
    section = models.CharField()
    ssid = models.CharField(blank=True, default="")
    local_student_id = models.CharField(blank=True, default="")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True, help_text="The day after the last")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lea", "school", "year", "section", "ssid", "local_student_id"], name="rosters_seat_key"
            )
        ]

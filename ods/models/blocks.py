"""Blocks of fields that several record types share.

Lengths, code sets and what is required stand in the layouts (`ods/layouts/`) and nowhere else; a system check
(`ods.checks`) holds every model against its layout. Text is never NULL: a blank field is the empty string.
"""

from datetime import date

from django.db import models
from django.db.models import Value

from ods.models.posting import Posting

NO_DATE = Value(date(1, 1, 1))
"""Stands for a blank date in keys and orders: unique constraints take two NULLs for different values, and the engines
do not agree on where NULLs come."""


class PostedRecord(models.Model):
    """A record the portal holds: what was reported, which posting brought it in, and the two dates extracts add.

    `upload_date` is the day the record was first posted, `last_updated` the day its extracted line last changed
    (spec ods-extracts 6.1, 10.2.4); both are Pacific calendar dates. `posting` and `posting_line` name the file and
    line that last changed it: the later of two records is the one with the higher pair. Each type adds `extract_line`,
    its line as an extract gives it, which the database makes (`ods.caret_line`).
    """

    local_record_id = models.CharField(blank=True, default="")
    reporting_lea = models.CharField()
    academic_year_id = models.CharField(blank=True, default="")
    upload_date = models.DateField()
    last_updated = models.DateField()
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+", db_index=False)
    posting_line = models.PositiveIntegerField()

    class Meta:
        abstract = True


class StudentRecord(PostedRecord):
    """A record of a student.

    `ssid` stays as it was posted (it is part of keys); `current_ssid` is the SSID the student has now, different only
    after a retirement (spec ods-extracts 10.1.8). Joins, order and output use `current_ssid`.
    """

    ssid = models.CharField()
    current_ssid = models.CharField()

    class Meta:
        abstract = True


class EffectiveDated(models.Model):
    """Effective dates of SINF and SDEM.

    `effective_end_date` is the end shown: the earlier of the end that was sent and the day before the next record of
    the same LEA and person starts. `effective_end_sent` keeps what was sent (spec ods-extracts 10.2.3).
    """

    effective_start_date = models.DateField()
    effective_end_date = models.DateField(null=True, blank=True)
    effective_end_sent = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class PersonRecord(models.Model):
    """Who the person is: the four fields by which the state checks a person against SSID or SEID."""

    legal_first_name = models.CharField(blank=True, default="")
    legal_last_name = models.CharField(blank=True, default="")
    birth_date = models.DateField()
    gender_code = models.CharField(blank=True, default="")

    class Meta:
        abstract = True


class OtherNames(models.Model):
    """The rest of the legal name, and the alias."""

    legal_middle_name = models.CharField(blank=True, default="")
    legal_name_suffix = models.CharField(blank=True, default="")
    alias_first_name = models.CharField(blank=True, default="")
    alias_middle_name = models.CharField(blank=True, default="")
    alias_last_name = models.CharField(blank=True, default="")

    class Meta:
        abstract = True


class Birthplace(models.Model):
    """Where the student was born."""

    birth_city = models.CharField(blank=True, default="")
    birth_state_province_code = models.CharField(blank=True, default="")
    birth_country_code = models.CharField(blank=True, default="")

    class Meta:
        abstract = True


class RaceAndEthnicity(models.Model):
    """Race and ethnicity, each with its "missing on purpose" indicator."""

    hispanic_ethnicity_indicator = models.CharField(blank=True, default="")
    ethnicity_missing_indicator = models.CharField(blank=True, default="")
    race_1_code = models.CharField(blank=True, default="")
    race_2_code = models.CharField(blank=True, default="")
    race_3_code = models.CharField(blank=True, default="")
    race_4_code = models.CharField(blank=True, default="")
    race_5_code = models.CharField(blank=True, default="")
    race_missing_indicator = models.CharField(blank=True, default="")

    class Meta:
        abstract = True


class SpecialEducationRecord(StudentRecord):
    """What the special education types have in common."""

    local_student_id = models.CharField(blank=True, default="")
    local_special_education_student_id = models.CharField(blank=True, default="")
    reporting_selpa = models.CharField(blank=True, default="")

    class Meta:
        abstract = True

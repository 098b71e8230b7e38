"""What a district sets up once (spec siras, sections 9 and 9.2)."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ods.models import Organization
from siras_export import code_maps
from siras_export.fields import default_columns
from siras_export.recipes import FILE_TYPES, FILTERS

EVERY_DAY = "0123456"


class Profile(models.Model):
    """A district's way of sending: where to, what, in which form, when, and what SIRAS was asked to do with it.

    A draft until somebody records that SIRAS approved the sample file; only approved ones are scheduled, in the name of
    who approved them. Credentials are sealed (accounts.sealing). `host_key` is the pinned key, `offered_key` the one a
    check of the connection met, both as `type base64`. `days` are weekdays, Monday 0. Summer: the first night without
    import and the first with it, as MMDD.
    """

    lea = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="siras_profile")
    host = models.CharField(blank=True)
    port = models.PositiveIntegerField(default=7472, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    username = models.CharField(blank=True)
    sealed_password = models.TextField(blank=True)
    sealed_key = models.TextField(blank=True)
    sealed_passphrase = models.TextField(blank=True)
    host_key = models.TextField(blank=True)
    offered_key = models.TextField(blank=True)
    folder = models.CharField(blank=True)

    file_type = models.CharField(choices=list(FILE_TYPES.items()), default="csv")
    file_name = models.CharField()
    separate_504 = models.BooleanField(default=False)
    file_name_504 = models.CharField(blank=True)
    header_style = models.CharField(choices=[("labels", "labels"), ("short", "short")], default="labels")
    columns = models.JSONField(default=default_columns, help_text="Keys of siras_export.fields, in order")
    student_filter = models.CharField(choices=list(FILTERS.items()), default="sped")
    with_sst = models.BooleanField(default=False)
    ethnicity_codes = models.CharField(choices=list(code_maps.ETHNICITY_CODES.items()), default="yn")
    language_codes = models.CharField(choices=list(code_maps.LANGUAGE_CODES.items()), default="iso")
    residence_codes = models.CharField(choices=list(code_maps.RESIDENCE_CODES.items()), default="mapped")

    at = models.TimeField(default=time(0, 15))
    days = models.CharField(default=EVERY_DAY)
    summer_from = models.CharField(default="0608")
    summer_until = models.CharField(default="0801")
    send_unchanged = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    alarm_mails = models.TextField(blank=True, help_text="One address a line")

    siras_creates = models.BooleanField(default=False)
    siras_creates_504 = models.BooleanField(default=False)
    siras_identifying = models.BooleanField(default=False)
    siras_by_name = models.BooleanField(default=False)
    siras_sst = models.BooleanField(default=False)
    siras_grades = models.JSONField(default=dict, blank=True, help_text="A grade in the file to SIRAS' grade")
    siras_headers = models.JSONField(default=dict, blank=True, help_text="A header in the file to a field's key")

    approved_on = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"SIRAS profile of {self.lea_id}"

    @property
    def approved(self) -> bool:
        return self.approved_on is not None

    @property
    def scheduled(self) -> bool:
        return self.approved and not self.paused


class SchoolCode(models.Model):
    """What SIRAS knows a school (or a non-public school, or a group of placements) by."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="schools")
    source = models.CharField(help_text="The code in SENR 1.05 or 1.06")
    code = models.CharField(blank=True)
    site_code = models.CharField(blank=True)
    school_type = models.CharField(blank=True)
    school_of_residence = models.CharField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["profile", "source"], name="siras_school_key")]

    def __str__(self) -> str:
        return f"school {self.source} for SIRAS"


class CodeMapping(models.Model):
    """A district's own entry of a code map; a blank value is sent as blank."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(choices=list(code_maps.KINDS.items()))
    source = models.CharField()
    value = models.CharField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "kind", "source"], name="siras_mapping_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} for SIRAS"


class SstStudent(models.Model):
    """A student of the Student Study Team, by SSID or Local Student ID: CALPADS has no record of that program."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="sst_students")
    student_id = models.CharField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["profile", "student_id"], name="siras_sst_key")]

    def __str__(self) -> str:
        return f"SST student {self.pk}"

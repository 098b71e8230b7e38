"""What people do with the ROP page: their options, their Keep/Skip, the data they bring in, the runs' reports."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobs.models import Job
from ods.models import Organization
from rop_export.enums import Severity


class SavedOptions(models.Model):
    """The options one user saved last for a school, or for the district (`place` 0)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    place = models.CharField()
    options = models.JSONField(help_text="rop_export.criteria.Options")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "lea", "place"], name="rop_saved_options_key")]

    def __str__(self) -> str:
        return f"options of {self.user} for {self.place}"


class KeepSkip(models.Model):
    """A statement of a user's Keep/Skip, in force in one LEA until it is reset; they apply in the order of `pk`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    statement = models.JSONField(help_text="rop_export.criteria.Statement")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "lea"], name="rop_keep_skip_of_user")]

    def __str__(self) -> str:
        return f"Keep/Skip {self.pk}"


class DataImport(models.Model):
    """A ZIP of ROP data that somebody sent in, and what became of it.

    `content` is kept while it is waited for and while it is the LEA's current data; a later one that is loaded lets
    go of the older. `errors` holds the first of them as [file, line, field, words]; `error_count` counts all.
    """

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField()
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField()
    content = models.BinaryField(null=True, blank=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="rop_import")
    loaded_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, help_text="File to number of records")
    errors = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["lea", "-uploaded_at"], name="rop_import_newest")]

    def __str__(self) -> str:
        return f"ROP data {self.pk} of {self.lea}"


class RunReport(models.Model):
    """What a run has to say beside its files. Counts are of all lines; the lines themselves are kept up to a limit."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="rop_report")
    records = models.PositiveBigIntegerField(help_text="Of the ROP Extract")
    minute_records = models.PositiveBigIntegerField(null=True, help_text="Of Minutes Per Class Per Day")
    left_out = models.PositiveIntegerField(default=0, help_text="Students left out by Keep/Skip")
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"report of job {self.job_id}"


class RunLine(models.Model):
    """One line of a run's report. It names schools, sections and days, never a student."""

    report = models.ForeignKey(RunReport, on_delete=models.CASCADE, related_name="lines")
    severity = models.CharField(choices=Severity.choices)
    school = models.CharField(blank=True)
    section = models.CharField(blank=True)
    day = models.DateField(null=True)
    words = models.CharField()

    def __str__(self) -> str:
        return f"{self.severity} of report {self.report_id}"

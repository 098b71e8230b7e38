"""Files that came in: the submission, what was found in it, and the records concerned."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from jobs.models import Job
from ods.models import Organization, Posting


class Submission(models.Model):
    """One file submitted for one organisation, under review until it is posted or discarded.

    Its state is no column: it follows from the jobs that validate and post it, `posting`, and `discarded_at`
    (`submissions.queries.with_status`), so that a worker's death cannot leave the two apart. Counts are records;
    `errors` are findings, warnings included. `to_insert` and the like say what posting would have changed at the time
    of validation. `refused` says why nothing of the file can be posted, or is ''. `by_rule` lists findings by rule:
    code, severity, title, field number, field name, count.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="submissions")
    record_type = models.CharField()
    job_name = models.CharField(blank=True, default="")
    file_name = models.CharField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    submitted_at = models.DateTimeField()
    validation_job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="submission")
    posting_job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions_posted"
    )
    posting = models.OneToOneField(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="submission")
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refused = models.TextField(blank=True, default="")
    notices = models.JSONField(default=list)
    by_rule = models.JSONField(default=list)
    records = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    to_insert = models.PositiveIntegerField(default=0)
    to_update = models.PositiveIntegerField(default=0)
    to_remove = models.PositiveIntegerField(default=0)
    to_delete = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    expired_at = models.DateTimeField(null=True, blank=True, help_text="When its errors and records were removed")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "-id"], name="submission_newest")]

    def __str__(self) -> str:
        return f"submission {self.pk} ({self.record_type})"


class Found(models.Model):
    """One breach of one rule by one record. `line` counts from 1 in the submitted file; it holds no value."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="found", db_index=False)
    line = models.PositiveIntegerField()
    code = models.CharField()
    severity = models.CharField()
    field_number = models.CharField(blank=True)
    field_name = models.CharField(blank=True)
    words = models.CharField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["submission", "line", "id"], name="submission_found_line"),
            models.Index(fields=["submission", "code", "line", "id"], name="submission_found_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in line {self.line} of submission {self.submission_id}"


class FaultyRecord(models.Model):
    """A record something was found in, as caret text. `school` is the record's own, '' where the type has none."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="faulty", db_index=False)
    line = models.PositiveIntegerField()
    record = models.TextField()
    rejected = models.BooleanField()
    school = models.CharField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["submission", "line"], name="submission_faulty_line")]

    def __str__(self) -> str:
        return f"line {self.line} of submission {self.submission_id}"

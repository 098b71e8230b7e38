"""One execution of background work, the files it published, and the signs of life of those who work.

The table is the truth; the broker only carries ids. Every change of state goes through `jobs.transitions`.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.enums import ACTIVE, FailureKind, Status, Trigger
from ods.models import Organization


class Job(models.Model):
    """One execution of one kind of work, for one organisation, with the authority it was asked with.

    `organization` is the working organisation the job is listed under: an LEA or a SELPA. `authority_*` is what a
    viewer must cover to see the job (`jobs.queries`). A job is never deleted; its files expire.
    """

    kind = models.CharField(help_text="Name of a registered kind (jobs.registry)")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="jobs")
    record_type = models.CharField(blank=True, help_text="SENR, SINF …; blank where a kind has none")
    label = models.CharField(help_text="The type as people read it")
    download_name = models.CharField(blank=True)

    authority_role = models.CharField(help_text="Codename of the role the job was asked with")
    authority_limit = models.CharField(blank=True, help_text="Narrows the rows: '' = all, 'sped' = participation 30")
    authority_whole = models.BooleanField(help_text="All schools of the LEA; otherwise the schools of JobSchool only")
    authority_lea = models.CharField(help_text="Code of the LEA whose records were asked for")

    criteria = models.JSONField(default=dict, help_text="Typed criteria of the kind, versioned by it")
    criteria_words = models.TextField(blank=True, help_text="The criteria as shown to people")
    layout_year = models.CharField(blank=True, help_text="The layout in force, such as 2025-26")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    trigger = models.CharField(choices=Trigger.choices)
    form_key = models.CharField(
        null=True,  # not '': a unique constraint lets NULL stand many times
        blank=True,
        unique=True,
        help_text="Digest of the one-time form token and the request; stops a double click",
    )

    status = models.CharField(choices=Status.choices, default=Status.QUEUED)
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True, help_text="Start of the latest attempt")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When the final state was reached")
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    send_at = models.DateTimeField(null=True, blank=True, help_text="While queued: when to send its message (again)")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="While running: given up for dead after this")
    rows_so_far = models.PositiveBigIntegerField(default=0)
    failure_kind = models.CharField(choices=FailureKind.choices, blank=True)
    message = models.TextField(blank=True, help_text="What happened and what to do; safe to show")
    reference = models.CharField(blank=True, help_text="Finds an unexpected failure in the log")

    class Meta:
        indexes: ClassVar = [
            # The list of an organisation, newest first; the second for viewers whose rights cover few of its types.
            models.Index(fields=["organization", "-requested_at", "-id"], name="job_newest"),
            models.Index(fields=["organization", "record_type", "-requested_at", "-id"], name="job_newest_of_type"),
            # What waits or runs: a handful among many finished ones.
            models.Index(fields=["organization", "status"], condition=Q(status__in=ACTIVE), name="job_active"),
            models.Index(fields=["requested_by"], condition=Q(status__in=ACTIVE), name="job_active_of_user"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="job_times_fit_status",
                condition=Q(status=Status.QUEUED, lease_until__isnull=True, finished_at__isnull=True)
                | Q(status=Status.RUNNING, lease_until__isnull=False, finished_at__isnull=True)
                | (~Q(status__in=ACTIVE) & Q(lease_until__isnull=True, finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Job {self.pk} ({self.kind} {self.record_type})"

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


class JobSchool(models.Model):
    """A school whose records a job covers that does not cover the whole LEA. Codes: placements have no school row."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="schools")
    code = models.CharField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "code"], name="job_school_key")]
        indexes: ClassVar = [models.Index(fields=["code", "job"], name="job_school_code")]

    def __str__(self) -> str:
        return f"{self.code} of job {self.job_id}"


class JobFile(models.Model):
    """A published file of a job. `path` is random and relative to FILES_DIR; `removed_at` says the bytes are gone."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(help_text="What the file is to its job: extract, …")
    download_name = models.CharField()
    path = models.CharField(unique=True)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(help_text="64 lower-case hexadecimal digits")
    rows = models.PositiveBigIntegerField(help_text="Records, each ended by CR LF")
    expires_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "role"], name="job_file_key")]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(removed_at__isnull=True), name="job_file_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of job {self.job_id}"

    @property
    def gone(self) -> bool:
        """Expired or removed: not to be had any more, whether or not the bytes still lie on the disk."""
        return self.removed_at is not None or self.expires_at <= timezone.now()


class Heartbeat(models.Model):
    """When somebody last showed life (`worker`, `beat`), or last took a turn (`tidy`)."""

    name = models.CharField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S %Z}"

"""What was sent to CERS and what became of it: connection, runs, files, the ledger of groups, schedules."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.models import Job
from ods.models import Organization
from rosters.enums import UNDER_WAY, Frequency, Purpose, UploadState


class Connection(models.Model):
    """An LEA's credentials for CERS, and how they were last tried. The secret is sealed (`accounts.sealing`).

    `busy_until` and `busy_token` are the lease of whoever sends for the LEA: its files go one by one.
    """

    lea = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="cers_connection")
    user_name = models.CharField()
    sealed_secret = models.TextField()
    expires_on = models.DateField(null=True, blank=True, help_text="The last day of the pair")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    tried_well = models.BooleanField(default=False)
    tried_words = models.CharField(blank=True, default="")
    busy_until = models.DateTimeField(null=True, blank=True)
    busy_token = models.CharField(blank=True, default="")

    def __str__(self) -> str:
        return f"CERS connection of {self.lea}"


class Run(models.Model):
    """One making of files: which schools and sections, for which year and day, and to what end."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="roster_run")
    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(choices=Purpose.choices)
    year = models.PositiveSmallIntegerField(help_text="The calendar year the school year ends in")
    day = models.DateField(help_text="The day of generation, in Pacific time")

    def __str__(self) -> str:
        return f"{self.purpose} run {self.pk}"


class SchoolFile(models.Model):
    """A school's file of a run, and for an upload its way to CERS. The bytes are the job's file in role `school`.

    `server_*` is what CERS says: its import id, status and message, the latter with all of its lines. `attempts`
    counts calls that failed for the time being; `post_begun_at` is set before the file goes out, so that a call whose
    answer was lost is looked up and not made again.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="files")
    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    school = models.CharField()
    school_name = models.CharField()
    natural_id = models.CharField()
    file_name = models.CharField()
    digest = models.CharField(help_text="MD5 in upper case, CERS's own key of a file")
    complete = models.BooleanField(help_text="All sections of the school were chosen")
    groups = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    students = models.PositiveIntegerField(default=0)
    cleared = models.JSONField(default=list, help_text="Names of the groups its clear rows empty")
    counts = models.JSONField(default=dict, help_text="Reason to number of sections and students left out")
    findings = models.JSONField(default=list, help_text="[error, row, group, field, words] of the prechecks")
    changes = models.JSONField(default=list, help_text="[group, kind, students in, out, users in, out]")
    stale = models.JSONField(default=list, help_text="Names of groups that drop out")
    share = models.FloatField(default=0.0, help_text="rosters.difference.Difference.share")

    state = models.CharField(choices=UploadState.choices, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    post_begun_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    server_id = models.CharField(blank=True, default="")
    server_status = models.CharField(blank=True, default="")
    message = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "school"], name="rosters_file_key")]
        indexes: ClassVar = [
            models.Index(fields=["lea", "school", "-id"], name="rosters_file_newest"),
            models.Index(fields=["next_at"], condition=Q(state__in=UNDER_WAY), name="rosters_file_due"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk} of run {self.run_id}"

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


class SentGroup(models.Model):
    """The ledger: a name given to a section and lead teacher in a school and year, and what CERS holds under it.

    `students` and `users` are those of the last file that was processed; both empty while none was, or since a clear
    row emptied the group. `stale_since` is the day from which the school's files no longer name it.
    """

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    school = models.CharField()
    year = models.PositiveSmallIntegerField()
    section = models.CharField()
    lead = models.CharField(help_text="SEID of the teacher the group is named after")
    name = models.CharField()
    key = models.CharField(help_text="rosters.names.key_of(name)")
    subject = models.CharField(blank=True, default="")
    students = models.JSONField(default=list)
    users = models.JSONField(default=list)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_file = models.ForeignKey(SchoolFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stale_since = models.DateField(null=True, blank=True)
    clear_asked = models.BooleanField(default=False)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "school", "year", "key"], name="rosters_group_name"),
            models.UniqueConstraint(fields=["lea", "school", "year", "section", "lead"], name="rosters_group_section"),
        ]

    def __str__(self) -> str:
        return f"group {self.pk}"


class Schedule(models.Model):
    """An upload that is asked for again and again, with the rights its owner has then."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frequency = models.CharField(choices=Frequency.choices)
    weekday = models.PositiveSmallIntegerField(default=6, help_text="Weekly: 0 Monday to 6 Sunday")
    hour = models.PositiveSmallIntegerField(default=2, help_text="Pacific time")
    schools = models.JSONField(default=list, help_text="School codes; empty: all the owner may send")
    next_at = models.DateTimeField()
    active = models.BooleanField(default=True)
    last_job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_at = models.DateTimeField(null=True, blank=True)
    last_words = models.CharField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(active=True), name="rosters_schedule_due")]

    def __str__(self) -> str:
        return f"schedule {self.pk} of {self.lea}"


class ClassImport(models.Model):
    """A OneRoster ZIP that somebody sent in. `content` is kept until it is loaded or refused."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField()
    size = models.PositiveBigIntegerField(help_text="Bytes")
    content = models.BinaryField(null=True, blank=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="roster_import")
    loaded_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    errors = models.JSONField(default=list, help_text="[file, line, field, words]")
    error_count = models.PositiveIntegerField(default=0)
    unknown = models.JSONField(
        default=list, help_text="[file, line, sourcedId, words] of what the portal does not know"
    )
    unknown_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["lea", "-uploaded_at"], name="rosters_import_newest")]

    def __str__(self) -> str:
        return f"OneRoster import {self.pk} of {self.lea}"


def expires_in_days(connection: Connection, today: date) -> int | None:
    """Days until the pair's last day; negative when it is over, None if that day is not known."""
    return None if connection.expires_on is None else (connection.expires_on - today).days

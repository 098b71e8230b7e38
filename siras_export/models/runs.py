"""Files that were made, nights and sendings, their logs, and alarms."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.models import Job
from siras_export.enums import OPEN_STATES, STATE_MARKS, Purpose, RunState
from siras_export.models.profile import Profile


class Build(models.Model):
    """A file (or two) made from the ODS as of a day; the bytes are files of `job`.

    `content` is a hash of names, headers and rows, the same for the same content in every file type. Counts are
    students; those of the difference are against the file sent last, None where there is none to compare with.
    """

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="siras_build")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="builds")
    purpose = models.CharField(choices=Purpose.choices)
    as_of = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    content = models.CharField()
    students = models.PositiveIntegerField(default=0, help_text="In any of the files")
    counts = models.JSONField(default=dict, help_text="role or role:designation to number of rows")
    findings = models.JSONField(default=dict, help_text="rows.FINDINGS to number, kept one by one or not")
    not_sent = models.PositiveIntegerField(default=0)
    unmapped = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(null=True)
    removed = models.PositiveIntegerField(null=True)
    changed = models.PositiveIntegerField(null=True)
    unmapped_codes = models.JSONField(default=list, help_text="[field, code, students]")
    before = models.PositiveIntegerField(null=True, help_text="Students of the file compared with")
    outcomes = models.JSONField(default=dict, help_text="Preview: outcome to number of students")
    notes = models.JSONField(default=list, help_text="Preview: what SIRAS would say of the file as a whole")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["profile", "purpose", "-id"], name="siras_build_newest")]

    def __str__(self) -> str:
        return f"SIRAS file {self.pk}"

    @property
    def programs(self) -> list[tuple[str, int]]:
        """Rows by Designation over both files; '' for students of no program."""
        found: dict[str, int] = {}
        for name, number in self.counts.items():
            _, colon, program = name.partition(":")
            if colon:
                found[program] = found.get(program, 0) + number
        return sorted(found.items())


class BuildLine(models.Model):
    """A finding of a build (a student not sent, a code in no map) or, in a preview, what SIRAS does with a student."""

    build = models.ForeignKey(Build, on_delete=models.CASCADE, related_name="lines")
    section = models.CharField(help_text="finding or outcome")
    kind = models.CharField(help_text="rows.FINDINGS or importing.Outcome")
    ssid = models.CharField(blank=True)
    local_id = models.CharField(blank=True)
    name = models.CharField(blank=True)
    role = models.CharField(blank=True)
    field = models.CharField(blank=True)
    value = models.CharField(blank=True)
    reason = models.CharField(blank=True)
    changes = models.JSONField(default=list, help_text="[field, old, new]")
    problems = models.JSONField(default=list, help_text="[field, words]")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["build", "section", "kind", "id"], name="siras_line_order")]

    def __str__(self) -> str:
        return f"line {self.pk} of SIRAS file {self.build_id}"


class Run(models.Model):
    """One sending: of a night (`night` is its business date, once for each district), or asked for (`night` empty).

    The file is made by `build_job`; what is sent are that job's bytes, tried by one `send_job` after the other.
    """

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="runs")
    night = models.DateField(null=True, blank=True)
    business_date = models.DateField()
    state = models.CharField(choices=RunState.choices, default=RunState.BUILDING)
    reason = models.TextField(blank=True, help_text="What keeps it, in words without student data")
    build_job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    send_job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="At sending")
    try_again_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    tried_with = models.CharField(blank=True, help_text="profiles.connection_mark at the last attempt")
    first_tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the file had its final name")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "night"], name="siras_one_run_a_night"),
            models.CheckConstraint(
                name="siras_sent_has_time", condition=~Q(state=RunState.SENT) | Q(sent_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["profile", "-started_at"], name="siras_run_newest"),
            models.Index(fields=["state"], condition=Q(state__in=OPEN_STATES), name="siras_run_open"),
        ]

    def __str__(self) -> str:
        return f"SIRAS run {self.pk}"

    @property
    def mark(self) -> tuple[str, str]:
        """Tone and icon of the state."""
        return STATE_MARKS[self.state]

    @property
    def seconds(self) -> int | None:
        """How long it took, from its start to its end."""
        return round((self.finished_at - self.started_at).total_seconds()) if self.finished_at else None


class RunEvent(models.Model):
    """A line of a run's log. It never holds student data."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    words = models.TextField()

    def __str__(self) -> str:
        return f"event {self.pk} of SIRAS run {self.run_id}"


class Alarm(models.Model):
    """Something did not arrive. One for each district and business date, on the home page until it is seen."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="alarms")
    business_date = models.DateField()
    words = models.TextField()
    raised_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["profile", "business_date"], name="siras_alarm_key")]

    def __str__(self) -> str:
        return f"SIRAS alarm {self.pk}"

"""Files that were matched: the run, its records, and the candidates found for each."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from jobs.models import Job
from ods.models import Organization
from ssid_matching.enums import Category, Decision


class MatchRun(models.Model):
    """One file sent to the SSID Matching Tool by an organisation; its job is what people know it by.

    `errors` are the first of a file that was refused, as [line, field number, field name, value, reason];
    `error_count` counts all. `settings` (`parameters.MatchSettings`) and `frequencies` (`frequencies.Frequencies`,
    packed) are what the results can be reproduced with. Counts are records.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="match_runs")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="match_run")
    file_name = models.CharField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="match_runs")
    submitted_at = models.DateTimeField()
    errors = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    frequencies = models.BinaryField(null=True)
    records = models.PositiveIntegerField(default=0)
    no_match = models.PositiveIntegerField(default=0)
    single = models.PositiveIntegerField(default=0)
    multiple = models.PositiveIntegerField(default=0)
    capped = models.PositiveIntegerField(default=0, help_text="Records with more candidates than are listed")
    bulk_accepts = models.PositiveIntegerField(default=0, help_text="How often single matches were accepted in bulk")
    expired_at = models.DateTimeField(null=True, blank=True, help_text="When its records were removed")

    def __str__(self) -> str:
        return f"match run {self.pk}"


class MatchRecord(models.Model):
    """A submitted record. `record` is its caret line as submitted; `score` and `likelihood` are its best candidate's.

    `likelihood` counts candidates told of below the cut-off too. `twin` and `nobody` are the probabilities that it is
    the twin of a candidate, or nobody known. `bulk` is the number of the bulk acceptance that decided it, if one did.
    """

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="match_records", db_index=False)
    line = models.PositiveIntegerField()
    record = models.TextField()
    category = models.CharField(choices=Category.choices)
    score = models.PositiveSmallIntegerField(null=True)
    likelihood = models.FloatField(default=0)
    twin = models.FloatField(default=0)
    nobody = models.FloatField(default=1)
    reached = models.PositiveIntegerField(default=0, help_text="Candidates that reached the cut-off, listed or not")
    decision = models.CharField(choices=Decision.choices, default=Decision.UNDECIDED, blank=True)
    chosen = models.ForeignKey("MatchCandidate", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    bulk = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "line"], name="match_record_line"),
            models.CheckConstraint(
                name="match_record_decision",
                condition=models.Q(decision="student", chosen__isnull=False)
                | models.Q(decision__in=["", "new"], chosen__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "category", "line"], name="match_record_category"),
            models.Index(fields=["run", "decision", "line"], name="match_record_decided"),
            models.Index(fields=["run", "-score", "line"], name="match_record_score"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of match run {self.run_id}"


class MatchCandidate(models.Model):
    """A student a record may be, as he was when it was matched: the results' columns and nothing more.

    `values` are columns 19 to 36 of the results file, joined by carets. `listed` candidates stand in the file; the
    others are likely below the cut-off. `double`: another candidate of the record has the same names and birth date.
    """

    record = models.ForeignKey(MatchRecord, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="On screen: by score, likelihood, SSID")
    ssid = models.CharField()
    created_on = models.DateField()
    score = models.SmallIntegerField()
    likelihood = models.FloatField()
    listed = models.BooleanField()
    double = models.BooleanField(default=False)
    values = models.TextField()
    reasons = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "place"], name="match_candidate_place")]

    def __str__(self) -> str:
        return f"candidate {self.place} of match record {self.record_id}"

"""The emulated SIRAS: its schools, its students, and the logs of its imports (spec siras, sections 5 to 8)."""

from typing import ClassVar

from django.db import models

from ods.models import Organization
from siras_export.enums import LogSource


class SirasEntity(models.Model):
    """A school or program as SIRAS has it. Several may share a code; one of those may be the default."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    code = models.CharField()
    site_code = models.CharField(blank=True)
    name = models.CharField()
    default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "code", "site_code", "name"], name="siras_entity_key"),
            models.UniqueConstraint(
                fields=["lea", "code"], condition=models.Q(default=True), name="siras_entity_one_default"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class SirasStudent(models.Model):
    """A student as SIRAS has him: `values` by the keys of siras_export.fields; `entity` is where he attends.

    `inactive` is the reason he was made inactive for; '' while he is active.
    """

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    ssid = models.CharField()
    values = models.JSONField(default=dict)
    entity = models.ForeignKey(SirasEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    inactive = models.CharField(blank=True)
    last_import_at = models.DateTimeField(null=True, blank=True)
    import_id = models.CharField(blank=True, help_text="SIRAS' Import Identifier: the name of the file")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lea", "ssid"], name="siras_student_key")]

    def __str__(self) -> str:
        return f"SIRAS student {self.pk}"


class SirasLog(models.Model):
    """A log of an import. `opened_at` is when SIRAS opened the file: what the gate compares with (spec, 9.3)."""

    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="siras_logs")
    source = models.CharField(choices=LogSource.choices)
    file_name = models.CharField()
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    modified_at = models.DateTimeField(null=True, blank=True, help_text="Of the file that was imported")
    refused = models.TextField(blank=True, help_text="Why the file as a whole was refused")
    counts = models.JSONField(default=dict)
    text = models.TextField(help_text="The log itself")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lea", "file_name", "opened_at"], name="siras_log_key")
        ]
        indexes: ClassVar = [models.Index(fields=["lea", "-opened_at"], name="siras_log_newest")]

    def __str__(self) -> str:
        return f"SIRAS log {self.pk}"


class SirasLogLine(models.Model):
    """What a log says of one row of the file: its outcome, a change, or a problem."""

    log = models.ForeignKey(SirasLog, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField(null=True, blank=True)
    ssid = models.CharField(blank=True)
    kind = models.CharField(help_text="receiving.logs.KINDS")
    field = models.CharField(blank=True)
    old = models.CharField(blank=True)
    new = models.CharField(blank=True)
    words = models.CharField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["log", "kind", "id"], name="siras_log_line_order")]

    def __str__(self) -> str:
        return f"line {self.pk} of SIRAS log {self.log_id}"

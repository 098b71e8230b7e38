"""The student identity (SSID) table: one row per SSID ever issued or seen."""

from typing import ClassVar

from django.db import models


class StudentIdentity(models.Model):
    """An SSID, the Pacific date it was created on, and the SSID that replaced it if it was retired.

    Kept up to date by the posting of SENR and SINF (`ods.identities`); retired and restored by
    `manage.py retire_ssid` (spec ods-extracts 10.1.8).
    """

    ssid = models.CharField()
    created_on = models.DateField()
    retired_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retired_identities", db_index=False
    )
    retired_on = models.DateField(null=True, blank=True)
    # The end of the chain of retirements: whom the student's records show now. Empty while this SSID is not retired.
    survivor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "student identities"
        # Not `unique=True`, which would bring a second index for LIKE that nobody uses.
        constraints: ClassVar = [models.UniqueConstraint(fields=["ssid"], name="student_identity_ssid")]
        # Retirements are few among millions of identities.
        indexes: ClassVar = [
            models.Index(
                fields=["retired_by"], name="student_identity_retired", condition=models.Q(retired_by__isnull=False)
            )
        ]

    def __str__(self) -> str:
        # Never the SSID itself: this text may reach a log.
        return f"student identity {self.pk}"

"""The words of a submission."""

from django.db import models


class Status(models.TextChoices):
    """What people and programs read. The first five are the wire's (contract 3)."""

    PROCESSING = "Processing"
    READY = "Ready for Review"
    POSTED = "Posted"
    REJECTED = "Rejected"
    FAILED = "Failed"
    DISCARDED = "Discarded"


class Severity(models.TextChoices):
    """Of a finding, as the rules have it; a fatal error rejects its record."""

    ERROR = "error", "Fatal"
    WARNING = "warning", "Warning"

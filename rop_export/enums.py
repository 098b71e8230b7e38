"""The words of ROP data and of its extract."""

from django.db import models


class Scheduling(models.TextChoices):
    """LOC.E: how a school schedules its classes."""

    TRADITIONAL = "T", "Traditional"
    FLEX = "F", "Flex"


class Attendance(models.TextChoices):
    """How a school takes attendance; the values are those of `rop_export.minutes.Mode`."""

    NEGATIVE = "N", "Negative: present unless coded"
    POSITIVE = "P", "Positive: only recorded presence counts"


class CodeKind(models.TextChoices):
    """What an attendance code means."""

    ABSENCE = "A", "Absence"
    PRESENCE = "P", "Presence"


class Severity(models.TextChoices):
    """Of a line of the run report."""

    ERROR = "error", "Error"
    WARNING = "warning", "Warning"

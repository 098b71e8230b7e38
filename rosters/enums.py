"""The words of rosters in the database."""

from django.db import models


class Subject(models.TextChoices):
    """CAASPP Subject Area of a section; without one it is not sent (spec rosters, section 2)."""

    MATH = "Math", "Math"
    ELA = "ELA", "ELA"
    ALL = "ALL", "ALL"


class TeacherRole(models.TextChoices):
    """A teacher's role in a section; the values are those of `rosters.teachers.Role`."""

    LEAD = "lead", "Lead teacher"
    CO_TEACHER = "co-teacher", "Co-teacher"
    JOB_SHARE = "job-share", "Job-share"
    OTHER = "other", "Other (not sent)"


class Purpose(models.TextChoices):
    """What files are made for."""

    DOWNLOAD = "download", "Download"
    UPLOAD = "upload", "Upload"


class UploadState(models.TextChoices):
    """Where a school's file is on its way to CERS. CERS's own status stands beside it."""

    REFUSED = "refused", "Stopped by prechecks"
    EMPTY = "empty", "Not sent: no section qualifies"
    UNCHANGED = "unchanged", "Not sent: nothing changed"
    HELD = "held", "Held: confirm first"
    WAITING = "waiting", "Waiting to be sent"
    SENT = "sent", "Sent, being processed"
    PROCESSED = "processed", "Processed"
    REJECTED = "rejected", "Refused by CERS"
    FAILED = "failed", "Not sent"
    DISCARDED = "discarded", "Discarded"


UNDER_WAY = (UploadState.WAITING, UploadState.SENT)
"""States that change by themselves."""


class Frequency(models.TextChoices):
    NIGHTLY = "nightly", "Every night"
    WEEKLY = "weekly", "Once a week"

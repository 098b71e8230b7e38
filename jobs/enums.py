"""The words of a job: its states, what set it off, and why it failed."""

from django.db import models


class Status(models.TextChoices):
    """A job's state. The labels are the words people read (spec ods-extracts 10, "Words for states")."""

    QUEUED = "QUEUED", "In Queue"
    RUNNING = "RUNNING", "Processing"
    SUCCEEDED = "SUCCEEDED", "Complete"
    REFUSED = "REFUSED", "Refused"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


ACTIVE = (Status.QUEUED, Status.RUNNING)
"""The states a job leaves again; all others are final."""


class Trigger(models.TextChoices):
    WEB = "web", "Web page"
    WIRE = "wire", "Program"
    SCHEDULE = "schedule", "Schedule"
    COMMAND = "command", "Command"


class FailureKind(models.TextChoices):
    """Why a job was refused or failed. The sentence for people is the job's message."""

    RIGHT_LOST = "right_lost", "The right was lost after the request"
    INVALID = "invalid", "The request or its data cannot be worked with"
    UNWRITABLE = "unwritable", "A value cannot be written to the file"
    INCOMPLETE = "incomplete", "The file came out incomplete"
    STORAGE_FULL = "storage_full", "Storage full"
    TOO_LONG = "too_long", "Took too long"
    UNAVAILABLE = "unavailable", "A server was not available"
    WORKER_LOST = "worker_lost", "The worker died"
    UNEXPECTED = "unexpected", "Unexpected error"

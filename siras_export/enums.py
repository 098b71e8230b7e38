"""The words of nights, alarms and of what SIRAS does with a student."""

from django.db import models


class RunState(models.TextChoices):
    """What became of one sending. The labels are the words people read."""

    BUILDING = "building", "Making the file"
    SENDING = "sending", "Sending"
    WAITING = "waiting", "Waiting to try again"
    HELD = "held", "Held"
    SENT = "sent", "Sent"
    NOTHING = "nothing", "Nothing to send"
    SUMMER = "summer", "Summer pause"
    FAILED = "failed", "Not sent"
    MISSED = "missed", "Missed"
    DISCARDED = "discarded", "Discarded"


OPEN_STATES = (RunState.BUILDING, RunState.SENDING, RunState.WAITING)
"""The states the schedule moves on by itself; a held run waits for a person."""

STATE_MARKS: dict[str, tuple[str, str]] = {
    RunState.BUILDING: ("active", "turning"),
    RunState.SENDING: ("active", "turning"),
    RunState.WAITING: ("warning", "waiting"),
    RunState.HELD: ("warning", "pause"),
    RunState.SENT: ("good", "complete"),
    RunState.NOTHING: ("quiet", "complete"),
    RunState.SUMMER: ("quiet", "waiting"),
    RunState.FAILED: ("bad", "failed"),
    RunState.MISSED: ("bad", "failed"),
    RunState.DISCARDED: ("quiet", "cancelled"),
}
"""State to tone of portal.css and icon of icons.svg."""


class Purpose(models.TextChoices):
    """What a file was made for."""

    PREVIEW = "preview", "Preview"
    SAMPLE = "sample", "Sample file"
    RUN = "run", "To be sent"


class LogSource(models.TextChoices):
    UPLOADED = "uploaded", "Downloaded from SIRAS and uploaded here"
    EMULATED = "emulated", "Written by the emulated SIRAS"

"""What goes wrong with a job, in words that are safe to show: they never carry student data."""

from jobs.enums import FailureKind


class JobError(Exception):
    """Carries `words`: what is wrong and what to do, for people."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Refused(JobError):
    """An expected no: the right is missing, or the data asked for cannot be worked with. Not worth a retry."""

    def __init__(self, words: str, kind: FailureKind = FailureKind.INVALID) -> None:
        super().__init__(words)
        self.kind = kind


class LimitReached(Refused):
    """Too many requests are waiting or running already."""


class Failed(JobError):
    """The work cannot be finished, and trying again by itself would not help."""

    def __init__(self, words: str, kind: FailureKind = FailureKind.UNEXPECTED) -> None:
        super().__init__(words)
        self.kind = kind


class Unavailable(JobError):
    """The job is there, its file is not (yet, or any more)."""


class Stopped(Exception):
    """Not an error: ends an execution that was cancelled, or that another attempt has taken over.

    `Execution.progress` raises it, and a kind lets it pass.
    """

"""The log of the ROP page: who ran what, when, with how many records (spec rop, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from jobs.enums import ACTIVE, Status
from jobs.models import Job, JobFile
from jobs.queries import job_for, jobs_for
from ods.calendar import PACIFIC
from ods.models import Organization
from rop_export.models import DataImport, RunReport
from rop_export.requesting import EXTRACT, KIND, LABELS

PAGE = 25
"""Runs on a page of the log."""


@dataclass(frozen=True)
class LogLine:
    """One line of the log: a file of a run, or a run that has no file (yet)."""

    job: Job
    file: JobFile | None
    report: RunReport | None
    own: bool
    first: bool

    @property
    def key(self) -> str:
        return f"{self.job.pk}-{self.file.role if self.file else 'run'}"

    @property
    def type(self) -> str:
        return LABELS[self.file.role if self.file else EXTRACT]

    @property
    def name(self) -> str:
        return self.file.download_name if self.file else self.job.download_name

    @property
    def at(self) -> datetime:
        """When it was made; when it was asked for, if nothing was."""
        return (self.job.finished_at if self.file and self.job.finished_at else self.job.requested_at).astimezone(
            PACIFIC
        )

    @property
    def records(self) -> int | None:
        """Records of the file; its header line is none."""
        return self.file.rows - 1 if self.file else None

    @property
    def status(self) -> str:
        return "Expired" if self.file and self.file.gone else Status(self.job.status).label

    @property
    def downloadable(self) -> bool:
        """Only whoever ran it gets the file."""
        return self.own and self.file is not None and not self.file.gone

    @property
    def cancellable(self) -> bool:
        return self.own and self.job.active and self.job.cancel_asked_at is None

    @property
    def findings(self) -> int:
        return self.report.errors + self.report.warnings if self.report else 0


def log_lines(*, user: User | AnonymousUser, organization: Organization, page: int = 1) -> tuple[list[LogLine], bool]:
    """The lines of a page of the log, newest first, and whether there is another page."""
    jobs = jobs_for(user, organization).filter(kind=KIND).select_related("requested_by", "rop_report")
    runs = list(jobs.prefetch_related("files")[(page - 1) * PAGE : page * PAGE + 1])
    return [line for job in runs[:PAGE] for line in lines_of(job, user)], len(runs) > PAGE


def lines_of(job: Job, user: User | AnonymousUser) -> list[LogLine]:
    report = getattr(job, "rop_report", None)
    found = sorted(job.files.all(), key=lambda file: file.role != EXTRACT)
    files: list[JobFile | None] = [*found] or [None]
    own = job.requested_by_id == user.pk
    return [LogLine(job, file, report, own, first=place == 0) for place, file in enumerate(files)]


def run_of(*, user: User | AnonymousUser, job_id: int) -> Job:
    """A run a user may see.

    Raises:
        Job.DoesNotExist: none such, or his role does not cover it.
    """
    job = job_for(user, job_id)
    if job.kind != KIND:
        raise Job.DoesNotExist
    return job


def any_active(lines: list[LogLine]) -> bool:
    return any(line.job.status in ACTIVE for line in lines)


def imports_of(lea: Organization) -> list[DataImport]:
    """The newest imports of an LEA."""
    found = DataImport.objects.filter(lea=lea).select_related("uploaded_by", "job").defer("content")
    return list(found.order_by("-uploaded_at", "-pk")[:10])

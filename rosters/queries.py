"""Upload Status and the files of runs, for those whose role covers their schools (spec rosters, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet

from accounts.models import User
from jobs.models import Job
from jobs.queries import job_for, jobs_for
from ods.models import Organization
from rosters.enums import Purpose, UploadState
from rosters.models import SchoolFile
from rosters.requesting import KIND

PAGE = 50
"""Files on a page of Upload Status."""
GREEN = ("ACCEPTED", "PROCESSED")
"""CERS shows these as good."""


def files_for(user: User | AnonymousUser, lea: Organization, codes: Iterable[str]) -> QuerySet[SchoolFile]:
    """The files of an LEA's runs a user may see, newest first: those of his schools, whoever asked for them."""
    found = SchoolFile.objects.filter(lea=lea, school__in=list(codes))
    return found.select_related("run__job__requested_by", "confirmed_by").order_by("-pk")


def uploads(files: QuerySet[SchoolFile]) -> QuerySet[SchoolFile]:
    return files.filter(run__purpose=Purpose.UPLOAD)


def runs_at_work(user: User | AnonymousUser, lea: Organization) -> list[Job]:
    """Runs whose files are not all there: they wait, work, or came to nothing lately."""
    jobs = jobs_for(user, lea).filter(kind=KIND).select_related("requested_by")
    return [job for job in jobs[:20] if job.status != "SUCCEEDED"]


def run_of(user: User | AnonymousUser, job_id: int) -> Job:
    """A run a user may see whole.

    Raises:
        Job.DoesNotExist: none such, or his role does not cover all of its schools.
    """
    job = job_for(user, job_id)
    if job.kind != KIND:
        raise Job.DoesNotExist
    return job


def latest_uploads(lea: Organization, codes: Iterable[str]) -> dict[str, SchoolFile]:
    """School to its newest upload."""
    newest = (
        SchoolFile.objects.filter(lea=lea, school__in=list(codes), run__purpose=Purpose.UPLOAD)
        .values("school")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    return {file.school: file for file in SchoolFile.objects.filter(pk__in=newest)}


@dataclass(frozen=True)
class StatusLine:
    """A line of Upload Status."""

    file: SchoolFile

    @property
    def status(self) -> str:
        """The words for its state; CERS's own stand beside them."""
        return UploadState(self.file.state).label

    @property
    def lines(self) -> int:
        return self.file.message.count("\n") + 1 if self.file.message else 0

    @property
    def first_line(self) -> str:
        return self.file.message.partition("\n")[0]

    def to_json(self) -> dict[str, object]:
        """As `Status?format=JSON` gives it; times in ISO 8601."""
        file, run = self.file, self.file.run
        return {
            "UploadID": file.pk,
            "School": file.school,
            "SchoolName": file.school_name,
            "SchoolNaturalID": file.natural_id,
            "SchoolYear": run.year,
            "FileName": file.file_name,
            "Groups": file.groups,
            "Rows": file.rows,
            "Students": file.students,
            "RequestedBy": run.job.requested_by.get_username(),
            "RequestedAt": run.job.requested_at.isoformat(),
            "SentAt": file.sent_at.isoformat() if file.sent_at else None,
            "State": file.state,
            "StateWords": self.status,
            "ServerID": file.server_id or None,
            "ServerStatus": file.server_status or None,
            "Attempts": file.attempts,
            "NextAt": file.next_at.isoformat() if file.next_at else None,
            "Message": file.message,
            "LeftOut": file.counts,
            "Prechecks": [
                {"Error": error, "Row": row, "Group": group, "Field": name, "Words": words}
                for error, row, group, name, words in file.findings
            ],
            "Changes": [
                dict(zip(("Group", "Kind", "StudentsIn", "StudentsOut", "UsersIn", "UsersOut"), change, strict=True))
                for change in file.changes
            ],
            "StaleGroups": file.stale,
        }

"""Submitted Extracts: the requests of an organisation as its users may see them (spec section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.permissions import Reach
from extracts.definitions import DEFINITIONS
from extracts.kinds import listed_kinds
from extracts.requesting import KIND
from jobs.enums import Status
from jobs.models import Job, JobFile
from jobs.queries import jobs_within
from ods.calendar import PACIFIC
from ods.models import Organization

PAGE = 25
SORTS = {
    "newest": "-pk",
    "oldest": "pk",
    "type": "record_type",
    "status": "status",
    "name": "download_name",
    "requester": "requested_by__username",
}
EXPIRED = "EXPIRED"
STATUSES = {**{status.value: status.label for status in Status}, EXPIRED: "Expired"}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to and how it is sorted. Unknown values are treated as not given."""

    record_type: str = ""
    status: str = ""
    mine: bool = False
    sort: str = "newest"

    def cleaned(self) -> Filters:
        return Filters(
            record_type=self.record_type if self.record_type in DEFINITIONS else "",
            status=self.status if self.status in STATUSES else "",
            mine=self.mine,
            sort=self.sort if self.sort in SORTS else "newest",
        )


@dataclass(frozen=True)
class Submitted:
    """One row of Submitted Extracts."""

    job: Job
    file: JobFile | None

    @property
    def status(self) -> str:
        """The word of the state; Expired once the file is gone (section 10)."""
        return "Expired" if self.expired else Status(self.job.status).label

    @property
    def expired(self) -> bool:
        return self.file is not None and self.file.gone

    @property
    def downloadable(self) -> bool:
        return self.job.status == Status.SUCCEEDED and self.file is not None and not self.file.gone

    @property
    def active(self) -> bool:
        return self.job.active

    @property
    def empty(self) -> bool:
        return self.job.status == Status.SUCCEEDED and self.file is not None and self.file.rows == 0

    @property
    def again(self) -> bool:
        """Whether the same criteria can be asked again from here."""
        return not self.job.active and self.job.kind == KIND

    @property
    def spreadsheet(self) -> bool:
        """Whether the same rows come down as CSV with a header row."""
        return self.downloadable and self.job.kind == KIND

    @property
    def request_address(self) -> str:
        """Where the same extract is asked for again; a query that `Again` can follow."""
        return DEFINITIONS[self.job.record_type].address

    @property
    def requested_at(self) -> datetime:
        return self.job.requested_at.astimezone(PACIFIC)

    @property
    def date_requested(self) -> str:
        """`MM/DD/YYYY hh:mm AM`, Pacific time: the form of the original grid (section 7)."""
        return f"{self.requested_at:%m/%d/%Y %I:%M %p}"

    def as_grid_row(self) -> dict[str, object]:
        """The row as programs read it; every value becomes text (wire contract 5)."""
        file = self.file
        return {
            "ExtractRequestID": self.job.pk,
            "ExtractType": self.job.label,
            "ExtractStatus": self.status,
            "RecordType": self.job.record_type,
            "FileName": file.download_name if file else self.job.download_name,
            "DateRequested": self.date_requested,
            "RequestedBy": self.job.requested_by.get_username(),
            "Criteria": self.job.criteria_words,
            "Rows": file.rows if file else "",
            "Size": file.size if file else "",
            "SHA256": file.sha256 if file else "",
            "ExpirationDate": f"{file.expires_at.astimezone(PACIFIC):%m/%d/%Y %I:%M %p}" if file else "",
            "Message": self.job.message,
        }


def submitted_jobs(
    *,
    organization: Organization,
    held: Mapping[str, Reach],
    filters: Filters = Filters(),
    viewer: int | None = None,
    now: datetime | None = None,
) -> QuerySet[Job]:
    """The extract requests that roles held in an organisation cover, filtered and sorted.

    `viewer`: the key of the user whose requests `filters.mine` means. `now`: when files are judged to be there or
    gone; this moment if not given.
    """
    filters = filters.cleaned()
    jobs = jobs_within(held, organization).filter(kind__in=listed_kinds())
    if filters.record_type:
        jobs = jobs.filter(record_type=filters.record_type)
    if filters.status:
        gone = Q(files__removed_at__isnull=False) | Q(files__expires_at__lte=now or timezone.now())
        if filters.status == EXPIRED:
            jobs = jobs.filter(gone, status=Status.SUCCEEDED)
        elif filters.status == Status.SUCCEEDED:
            jobs = jobs.filter(~gone, status=Status.SUCCEEDED)
        else:
            jobs = jobs.filter(status=filters.status)
    if filters.mine:
        jobs = jobs.filter(requested_by=viewer)
    order = SORTS[filters.sort]
    return jobs.order_by(order) if order in ("pk", "-pk") else jobs.order_by(order, "-pk")


def rows_of(found: QuerySet[Job]) -> list[Submitted]:
    """Jobs as rows of the list, each with its first file. Two queries."""
    jobs = list(found.select_related("requested_by"))
    files: dict[int, JobFile] = {}
    # Not prefetched: Django would make a query set for each of the jobs.
    for file in JobFile.objects.filter(job__in=[job.pk for job in jobs]).order_by("pk"):
        files.setdefault(file.job_id, file)
    return [Submitted(job, files.get(job.pk)) for job in jobs]


def any_active(rows: list[Submitted]) -> bool:
    """Whether something on the page still moves, so that it is worth looking again."""
    return any(row.active for row in rows)

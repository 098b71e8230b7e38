"""Submissions as people and programs may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Q, QuerySet, Value, When

from accounts.models import User
from jobs.enums import ACTIVE
from jobs.enums import Status as JobStatus
from jobs.queries import jobs_for
from ods.calendar import PACIFIC
from ods.layout import RECORD_TYPES, layout
from ods.models import Organization
from submissions.enums import Status
from submissions.models import FaultyRecord, Found, Submission
from wire.query import whole_number

PAGE = 25
SORTS = {
    "newest": "-pk",
    "oldest": "pk",
    "type": "record_type",
    "status": "status",
    "name": "file_name",
    "rejected": "-rejected",
}


def with_status(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """The submissions with their state as `status`, drawn from what happened to them and to their jobs."""
    return submissions.annotate(
        status=Case(
            When(posting__isnull=False, then=Value(Status.POSTED.value)),
            When(discarded_at__isnull=False, then=Value(Status.DISCARDED.value)),
            When(
                Q(validation_job__status__in=ACTIVE) | Q(posting_job__status__in=ACTIVE),
                then=Value(Status.PROCESSING.value),
            ),
            When(~Q(validation_job__status=JobStatus.SUCCEEDED), then=Value(Status.FAILED.value)),
            When(accepted=0, then=Value(Status.REJECTED.value)),
            When(posting_job__isnull=False, then=Value(Status.FAILED.value)),
            default=Value(Status.READY.value),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to and how it is sorted. Unknown values are treated as not given."""

    record_type: str = ""
    status: str = ""
    mine: bool = False
    sort: str = "newest"

    def cleaned(self) -> Filters:
        return Filters(
            record_type=self.record_type if self.record_type in RECORD_TYPES else "",
            status=self.status if self.status in Status.values else "",
            mine=self.mine,
            sort=self.sort if self.sort in SORTS else "newest",
        )


def submissions_for(
    user: User | AnonymousUser, organization: Organization, filters: Filters = Filters()
) -> QuerySet[Submission]:
    """The submissions of an organisation that a user's rights cover now, newest first unless sorted otherwise."""
    filters = filters.cleaned()
    jobs = jobs_for(user, organization).order_by()
    found = with_status(Submission.objects.filter(organization=organization, validation_job__in=jobs))
    found = found.select_related(
        "submitted_by", "validation_job", "posting_job", "posting", "posted_by", "discarded_by"
    )
    if filters.record_type:
        found = found.filter(record_type=filters.record_type)
    if filters.status:
        found = found.filter(Q(status=filters.status))
    if filters.mine:
        found = found.filter(submitted_by=user.pk)
    order = SORTS[filters.sort]
    return found.order_by(order) if order in ("pk", "-pk") else found.order_by(order, "-pk")


def submission_for(user: User | AnonymousUser, submission_id: int) -> Submission:
    """A submission by its id, whichever of his organisations it belongs to.

    Raises:
        Submission.DoesNotExist: there is none, or his rights do not cover it.
    """
    organization = Organization.objects.filter(submissions=submission_id).first()
    if organization is None:
        raise Submission.DoesNotExist
    return submissions_for(user, organization).select_related("organization").get(pk=submission_id)


def postings_of(organization: Organization, job_id: str) -> set[int] | None:
    """The postings a submission of the organisation made, by its job id as typed; None if it has none of that id."""
    number = whole_number(job_id)
    if not number:
        return None
    found = Submission.objects.filter(organization=organization, pk=number).values_list("posting_id", flat=True)
    return {posting for posting in found if posting is not None} if found else None


@dataclass(frozen=True)
class Row:
    """One submission as a row of the list."""

    submission: Submission

    @property
    def status(self) -> str:
        words: str = self.submission.status  # type: ignore[attr-defined]  # annotated
        return words

    @property
    def active(self) -> bool:
        return self.status == Status.PROCESSING

    @property
    def label(self) -> str:
        return layout(self.submission.record_type).label

    @property
    def so_far(self) -> int:
        """Records done while a job runs."""
        job = self.submission.posting_job or self.submission.validation_job
        return job.rows_so_far

    @property
    def message(self) -> str:
        """What a person should know of it."""
        found = self.submission
        if found.refused:
            return found.refused
        if self.status == Status.FAILED and found.posting_job:
            return f"Posting did not succeed, nothing was posted. {found.posting_job.message}".strip()
        return found.validation_job.message if self.status == Status.FAILED else ""

    @property
    def postable(self) -> bool:
        found = self.submission
        if found.expired_at is not None:
            return False
        return self.status == Status.READY or (
            self.status == Status.FAILED and found.posting_job is not None and found.accepted > 0
        )

    @property
    def submitted_at(self) -> str:
        return _shown(self.submission.submitted_at)

    @property
    def posted_at(self) -> str:
        return _shown(self.submission.posting.posted_at) if self.submission.posting else ""

    def as_grid_row(self) -> dict[str, object]:
        """The row as programs read it (wire contract 3); a discarded file reads Rejected there, the wire's own word."""
        found = self.submission
        return {
            "JobID": found.pk,
            "SubmissionStatus": Status.REJECTED if self.status == Status.DISCARDED else self.status,
            "Rejected": found.rejected,
            "FileTypeCode": found.record_type,
            "FileType": self.label,
            "FileName": found.file_name,
            "JobName": found.job_name,
            "Records": found.records,
            "Accepted": found.accepted,
            "Warnings": found.warnings,
            "Errors": found.errors,
            "SubmittedBy": found.submitted_by.get_username(),
            "DateSubmitted": self.submitted_at,
            "DatePosted": self.posted_at,
            "Message": self.message,
        }


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(PACIFIC):%m/%d/%Y %I:%M %p}"


def findings_of(submission: Submission, *, code: str = "", severity: str = "") -> QuerySet[Found]:
    """What was found, in the order of the file."""
    found = Found.objects.filter(submission=submission)
    if code:
        found = found.filter(code=code)
    if severity:
        found = found.filter(severity=severity)
    return found.order_by("line", "pk")


def records_by_line(submission: Submission, lines: set[int]) -> dict[int, FaultyRecord]:
    return {each.line: each for each in FaultyRecord.objects.filter(submission=submission, line__in=lines)}


def error_rows(submission: Submission, found: list[Found]) -> list[dict[str, Any]]:
    """Findings as programs read them, each with its record (wire contract 6)."""
    records = records_by_line(submission, {each.line for each in found})
    return [
        {
            "ErrorCode": each.code,
            "ErrorSeverity": "Fatal" if each.severity == "error" else "Warning",
            "ErrorDescription": each.words,
            "Line": each.line,
            "FieldNumber": each.field_number,
            "FieldName": each.field_name,
            "FieldValue": value_of(submission.record_type, records, each),
            "Record": records[each.line].record if each.line in records else "",
        }
        for each in found
    ]


def value_of(record_type: str, records: dict[int, FaultyRecord], found: Found) -> str:
    """The value of the field a finding is about, '' where the whole record is meant."""
    position = position_of(record_type, found.field_number)
    values = records[found.line].record.split("^") if found.line in records else []
    return values[position - 1] if 0 < position <= len(values) else ""


@cache
def position_of(record_type: str, number: str) -> int:
    """The position of a field by its number, from 1; 0 if there is none."""
    return next((field.position for field in layout(record_type).fields if field.number == number), 0)

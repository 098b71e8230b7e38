"""Post All and Discard: a person decides, a job posts, once whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from jobs import storage
from jobs.enums import Trigger
from jobs.errors import Failed, Refused
from jobs.execution import Execution
from jobs.requesting import request_job
from ods.calendar import pacific_today
from ods.layout import LAYOUT_YEAR
from ods.models import Posting
from ods.posting.reviewed import NotPostable, post_reviewed
from ods.posting.shape import shape
from submissions.access import authority_of
from submissions.enums import Status
from submissions.models import FaultyRecord, Submission
from submissions.queries import with_status
from submissions.receiving import ORIGINAL, STAGED

KIND = "posting"
_CHUNK = 1 << 20


class NotReady(Exception):
    """The submission cannot be posted or discarded now; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


_WORDS = {
    Status.PROCESSING: "This submission is being worked on. Look again in a moment.",
    Status.POSTED: "This submission is posted already.",
    Status.REJECTED: "No record of this submission was accepted, so there is nothing to post.",
    Status.FAILED: "This submission could not be validated. Submit the file again.",
    Status.DISCARDED: "This submission was discarded.",
}


def request_posting(*, user: User, submission: Submission, trigger: Trigger) -> Submission:
    """Ask for the accepted records to be posted. Of two people at once one is first; the other is told.

    Raises:
        NotReady: it is posted, being posted, discarded, or was never ready.
        jobs.errors.Refused: the user's rights do not cover it.
    """
    with transaction.atomic():
        current = _locked(submission, for_posting=True)
        job = current.validation_job
        current.posting_job = request_job(
            kind=KIND,
            organization=current.organization,
            record_type=current.record_type,
            label=job.label,
            authority=authority_of(job),
            criteria={"version": 1, "submission": current.pk},
            criteria_words=f"Post All of submission {current.pk}",
            requested_by=user,
            trigger=trigger,
            layout_year=LAYOUT_YEAR,
        )
        current.posted_by = user
        current.save(update_fields=["posting_job", "posted_by"])
    return current


def discard(*, user: User, submission: Submission) -> None:
    """Put a submission aside: it can never be posted. Its errors stay readable until it expires.

    Raises:
        NotReady: it is posted, being posted, or discarded already.
    """
    with transaction.atomic():
        current = _locked(submission, for_posting=False)
        current.discarded_at, current.discarded_by = timezone.now(), user
        current.save(update_fields=["discarded_at", "discarded_by"])
        audit.record(
            action=AuditAction.SUBMISSION_DISCARDED,
            actor=user,
            organization=current.organization,
            subject=f"submission:{current.pk}",
        )


def _locked(submission: Submission, *, for_posting: bool) -> Submission:
    """The submission as it is now, held until the transaction ends; on SQLite one transaction writes at a time."""
    Submission.objects.select_for_update().get(pk=submission.pk)
    current: Submission = with_status(Submission.objects.all()).get(pk=submission.pk)
    status = Status(current.status)  # type: ignore[attr-defined]  # annotated
    if for_posting and (status not in (Status.READY, Status.FAILED) or not current.accepted):
        raise NotReady(_WORDS[status])
    if status in (Status.PROCESSING, Status.POSTED, Status.DISCARDED):
        raise NotReady(_WORDS[status])
    if for_posting and current.expired_at is not None:
        raise NotReady("The accepted records are gone: they are kept for a limited time. Submit the file again.")
    return current


def run(execution: Execution) -> None:
    """Post what validation accepted, in one transaction that also says so. A second attempt finds it done.

    Raises:
        jobs.errors.Failed: the staged file is gone.
        jobs.errors.Refused: the posted data have changed so that the records have no one meaning any more.
    """
    job = execution.job
    submission = Submission.objects.select_related("validation_job", "posted_by").get(posting_job=job)
    if submission.posting_id is not None:
        return
    files = {file.role: file for file in submission.validation_job.files.all()}
    staged = files.get(STAGED)
    if staged is None or staged.gone:
        raise Failed("The accepted records are gone: they are kept for a limited time. Submit the file again.")

    def claim() -> bool:
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        return current.posting_id is None and current.posting_job_id == job.pk and current.discarded_at is None

    def settle(posting: Posting) -> None:
        Submission.objects.filter(pk=submission.pk).update(posting=posting)
        audit.record(
            action=AuditAction.SUBMISSION_POSTED,
            actor=job.requested_by,
            organization=submission.organization,
            subject=f"submission:{submission.pk}",
            details={
                "posting": posting.pk,
                "record_type": posting.record_type,
                **{name: getattr(posting, name) for name in ("inserted", "updated", "unchanged", "removed", "deleted")},
            },
        )

    with storage.open_file(staged.path) as stream:
        try:
            post_reviewed(
                shape=shape(submission.record_type),
                chunks=_chunks(stream),
                rejected=(
                    f"SELECT line FROM {FaultyRecord._meta.db_table} WHERE submission_id = %s AND rejected",  # noqa: S608
                    (submission.pk,),
                ),
                read=submission.records,
                warnings=submission.warnings,
                posted_on=pacific_today(),
                posted_by=job.requested_by.get_username(),
                file_name=submission.file_name,
                sha256=files[ORIGINAL].sha256,
                claim=claim,
                settle=settle,
                ready=lambda: execution.progress(submission.accepted),
            )
        except NotPostable as changed:
            raise Refused(f"{changed.words}. Nothing was posted. Submit the file again to see which.") from None


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk

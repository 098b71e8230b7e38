"""The arrows between a job's states, one function each.

Every arrow is one compare-and-set UPDATE on the old status (and, for a worker, its attempt): zero rows means that
somebody else was first, and the function says so by returning False or None. Each leaves an audit row in the same
transaction. `request_job` makes the row; nothing else changes `status`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from jobs import conf
from jobs.enums import FailureKind, Status
from jobs.models import Job, JobFile


def claim(*, job_id: int) -> Job | None:
    """QUEUED → RUNNING as a further attempt under a lease. None: it is not waiting (any more)."""
    job = Job.objects.select_related("organization", "requested_by").filter(pk=job_id, status=Status.QUEUED).first()
    if job is None:
        return None
    now = timezone.now()
    values: dict[str, Any] = {
        "attempts": job.attempts + 1,
        "started_at": now,
        "lease_until": now + conf.seconds("JOBS_LEASE_SECONDS"),
        "send_at": None,
        "rows_so_far": 0,
        "message": "",
        "failure_kind": "",
    }
    details = {"attempt": job.attempts + 1}
    if not _move(job, old=Status.QUEUED, new=Status.RUNNING, action=AuditAction.JOB_STARTED, details=details, **values):
        return None
    for name, value in {"status": Status.RUNNING, **values}.items():
        setattr(job, name, value)
    return job


def succeed(*, job: Job, files: Sequence[JobFile], file_days: int | None = None) -> bool:
    """RUNNING → SUCCEEDED, and its files (unsaved, already in their place on disk) with it: both or neither.

    The files expire after `file_days`, by default JOBS_FILE_DAYS.

    Not where cancelling was asked for: who was told that the job stops never finds its file.
    """
    now = timezone.now()
    days = conf.number("JOBS_FILE_DAYS") if file_days is None else file_days
    rows = sum(file.rows for file in files)
    with transaction.atomic():
        if not _finish(
            job,
            Status.SUCCEEDED,
            AuditAction.JOB_SUCCEEDED,
            where=Q(cancel_asked_at__isnull=True),
            details={"files": [{"role": f.role, "rows": f.rows, "size": f.size, "sha256": f.sha256} for f in files]},
            rows_so_far=rows,
            message="",
        ):
            return False
        for file in files:
            file.job = job
            file.expires_at = now + timedelta(days=days)
            file.save(force_insert=True)
    return True


def refuse(*, job: Job, words: str, kind: FailureKind) -> bool:
    """RUNNING → REFUSED: an expected no."""
    return _finish(job, Status.REFUSED, AuditAction.JOB_REFUSED, message=words, failure_kind=kind)


def fail(*, job: Job, words: str, kind: FailureKind, reference: str = "") -> bool:
    """RUNNING → FAILED."""
    return _finish(job, Status.FAILED, AuditAction.JOB_FAILED, message=words, failure_kind=kind, reference=reference)


def stop(*, job: Job) -> bool:
    """RUNNING → CANCELLED, by the worker (or the sweep), after somebody asked for it."""
    return _finish(job, Status.CANCELLED, AuditAction.JOB_CANCELLED, where=Q(cancel_asked_at__isnull=False))


def try_again(*, job: Job, words: str, kind: FailureKind, after: timedelta, where: Q | None = None) -> bool:
    """RUNNING → QUEUED while attempts are left, else FAILED with these words; CANCELLED where that was asked for."""
    where = where or Q()
    if stop(job=job):
        return True
    if job.attempts >= conf.number("JOBS_ATTEMPTS"):
        return _finish(job, Status.FAILED, AuditAction.JOB_FAILED, where=where, message=words, failure_kind=kind)
    return _move(
        job,
        old=Status.RUNNING,
        new=Status.QUEUED,
        action=AuditAction.JOB_QUEUED_AGAIN,
        details={"failure_kind": kind},
        where=where & Q(cancel_asked_at__isnull=True),
        lease_until=None,
        send_at=timezone.now() + after,
        rows_so_far=0,
    )


def cancel(*, job: Job, user: User) -> bool:
    """QUEUED → CANCELLED at once; a running job is asked to stop at its next sign of progress. False: it is final.

    The state may change between the two looks, in either direction: hence the few rounds.
    """
    now = timezone.now()
    for _ in range(5):
        waiting = Job.objects.filter(pk=job.pk, status=Status.QUEUED)
        running = Job.objects.filter(pk=job.pk, status=Status.RUNNING)
        with transaction.atomic():
            if waiting.update(status=Status.CANCELLED, cancel_asked_at=now, finished_at=now, send_at=None):
                _audit(job, AuditAction.JOB_CANCELLED, {}, actor=user)
                return True
            if running.update(cancel_asked_at=now):
                _audit(job, AuditAction.JOB_CANCEL_ASKED, {}, actor=user)
                return True
        if Job.objects.exclude(status__in=[Status.QUEUED, Status.RUNNING]).filter(pk=job.pk).exists():
            return False
    return False


def _finish(
    job: Job,
    new: Status,
    action: AuditAction,
    *,
    where: Q | None = None,
    details: dict[str, Any] | None = None,
    **values: Any,
) -> bool:
    """From RUNNING to a final state."""
    noted = {name: values[name] for name in ("failure_kind", "reference") if values.get(name)}
    return _move(
        job,
        old=Status.RUNNING,
        new=new,
        action=action,
        where=where,
        details={**noted, **(details or {})},
        finished_at=timezone.now(),
        lease_until=None,
        send_at=None,
        **values,
    )


def _move(
    job: Job,
    *,
    old: Status,
    new: Status,
    action: AuditAction,
    details: dict[str, Any],
    where: Q | None = None,
    **values: Any,
) -> bool:
    same = Job.objects.filter(where or Q(), pk=job.pk, status=old, attempts=job.attempts)
    with transaction.atomic():
        moved = same.update(status=new, **values) == 1
        if moved:
            _audit(job, action, {"attempt": job.attempts, **details})
    return moved


def _audit(job: Job, action: AuditAction, details: dict[str, Any], actor: User | None = None) -> None:
    audit.record(action=action, actor=actor, organization=job.organization, subject=f"job:{job.pk}", details=details)

"""The sweep: the one path by which jobs are recovered, messages sent again, and files expired."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from jobs import conf, heartbeats, storage, transitions
from jobs.enums import FailureKind, Status
from jobs.models import Job, JobFile
from jobs.sending import send

logger = logging.getLogger(__name__)

MOST_MESSAGES = 200
MOST_FILES = 500
TIDY_EVERY = timedelta(hours=1)
LEFT_BEHIND_SECONDS = 3600

WORKER_LOST_WORDS = (
    "The work broke off every time it was tried, so it was given up. Nothing was published. Request fewer schools or a "
    "shorter range; if that fails too, tell your administrator."
)


@dataclass(frozen=True)
class Swept:
    """What one sweep did, in numbers."""

    recovered: int
    sent: int
    expired: int
    tidied: int


def sweep() -> Swept:
    """Give jobs of dead workers back, send what was not sent, expire files, remove what nobody refers to.

    Any number of sweeps may run at once: each step is a compare-and-set.
    """
    return Swept(recovered=_recover(), sent=_send(), expired=_expire(), tidied=_tidy())


def _recover() -> int:
    dead = Q(lease_until__lt=timezone.now())
    recovered = 0
    for job in Job.objects.select_related("organization").filter(dead, status=Status.RUNNING):
        logger.warning("job %s: the lease of attempt %s ran out", job.pk, job.attempts)
        recovered += transitions.try_again(
            job=job, words=WORKER_LOST_WORDS, kind=FailureKind.WORKER_LOST, after=timedelta(), where=dead
        )
    return recovered


def _send() -> int:
    """Oldest first and never more than MOST_MESSAGES: behind a long queue messages would only pile up."""
    now = timezone.now()
    due = Job.objects.filter(status=Status.QUEUED, send_at__lte=now).order_by("pk").values_list("pk", "send_at")
    sent = 0
    for job_id, send_at in due[:MOST_MESSAGES]:
        mine = Job.objects.filter(pk=job_id, status=Status.QUEUED, send_at=send_at)
        if not mine.update(send_at=now + conf.seconds("JOBS_RESEND_SECONDS")):
            continue
        if not send(job_id=job_id):
            break  # each further try would wait for the same broker
        sent += 1
    return sent


def _expire() -> int:
    now = timezone.now()
    expired = 0
    due = JobFile.objects.filter(removed_at__isnull=True, expires_at__lte=now).select_related("job__organization")
    for file in due.order_by("expires_at")[:MOST_FILES]:
        try:
            storage.remove(file.path)
        except OSError as error:
            logger.error("job %s: an expired file could not be removed (%s)", file.job_id, error.strerror)
            continue
        if JobFile.objects.filter(pk=file.pk, removed_at__isnull=True).update(removed_at=now):
            expired += 1
            audit.record(
                action=AuditAction.JOB_FILE_EXPIRED,
                organization=file.job.organization,
                subject=f"job:{file.job_id}",
                details={"role": file.role, "sha256": file.sha256},
            )
    return expired


def _tidy() -> int:
    """Once an hour: remove files an hour old that no live row refers to (a worker died, or lost its publication)."""
    now = timezone.now()
    if not heartbeats.take_turn("tidy", every=TIDY_EVERY, now=now):
        return 0
    return remove_left_behind(now)


def remove_left_behind(now: datetime) -> int:
    """Remove unfinished and unreferenced files last written an hour before `now`; returns how many."""
    old = storage.files_older_than(now.timestamp() - LEFT_BEHIND_SECONDS)
    referenced: set[str] = set()
    for start in range(0, len(old), 500):
        rows = JobFile.objects.filter(path__in=old[start : start + 500], removed_at__isnull=True)
        referenced.update(rows.values_list("path", flat=True))
    left = [path for path in old if path not in referenced]
    for path in left:
        storage.remove(path)
    return len(left)

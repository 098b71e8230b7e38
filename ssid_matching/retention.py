"""Results are kept as long as the files of jobs, and then removed; the run and its counts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from jobs import conf
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun

_MOST = 100


def expire(now: datetime | None = None) -> int:
    """Remove records, candidates and errors of runs past their days; returns how many runs expired.

    The uploaded files expire with their jobs (`jobs.recovery`). May run anywhere, any number at once.
    """
    now = now or timezone.now()
    due = MatchRun.objects.filter(
        expired_at__isnull=True, submitted_at__lte=now - timedelta(days=conf.number("JOBS_FILE_DAYS"))
    )
    return sum(_expire(run, now) for run in due.select_related("organization").order_by("pk")[:_MOST])


def _expire(run: MatchRun, now: datetime) -> bool:
    with transaction.atomic():
        still = MatchRun.objects.filter(pk=run.pk, expired_at__isnull=True)
        if not still.update(expired_at=now, errors=[], frequencies=None):
            return False
        records = MatchRecord.objects.filter(run=run)
        records.update(decision="", chosen=None)
        MatchCandidate.objects.filter(record__in=records)._raw_delete("default")
        records._raw_delete("default")
        audit.record(action=AuditAction.MATCHES_EXPIRED, organization=run.organization, subject=f"match_run:{run.pk}")
    return True

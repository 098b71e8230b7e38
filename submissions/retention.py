"""What a submission holds of students is kept as long as its file, and then removed; the row and its counts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from jobs import conf
from submissions.models import FaultyRecord, Found, Submission

_MOST = 100


def expire(now: datetime | None = None) -> int:
    """Remove errors and records of submissions past their days; returns how many submissions expired.

    The files expire with their jobs (`jobs.recovery`). May run anywhere, any number at once.
    """
    now = now or timezone.now()
    due = Submission.objects.filter(
        expired_at__isnull=True, submitted_at__lte=now - timedelta(days=conf.number("JOBS_FILE_DAYS"))
    )
    return sum(_expire(submission, now) for submission in due.select_related("organization").order_by("pk")[:_MOST])


def _expire(submission: Submission, now: datetime) -> bool:
    with transaction.atomic():
        if not Submission.objects.filter(pk=submission.pk, expired_at__isnull=True).update(expired_at=now, by_rule=[]):
            return False
        with connection.cursor() as cursor:
            for model in (Found, FaultyRecord):
                sql = f"DELETE FROM {model._meta.db_table} WHERE submission_id = %s"  # noqa: S608 - our own table
                cursor.execute(sql, [submission.pk])
        audit.record(
            action=AuditAction.SUBMISSION_EXPIRED,
            organization=submission.organization,
            subject=f"submission:{submission.pk}",
        )
    return True

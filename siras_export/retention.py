"""Student data beside the files of jobs go when those files go; counts and events stay."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jobs import conf
from siras_export.models import BuildLine, SirasLog, SirasLogLine


def expire() -> None:
    """Remove findings, outcomes and logs that are older than JOBS_FILE_DAYS."""
    before = timezone.now() - timedelta(days=conf.number("JOBS_FILE_DAYS"))
    BuildLine.objects.filter(build__made_at__lt=before).delete()
    SirasLogLine.objects.filter(log__added_at__lt=before).delete()
    SirasLog.objects.filter(added_at__lt=before).exclude(text="").update(text="")

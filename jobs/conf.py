"""The settings of jobs, each with its default (docs/jobs.md lists them)."""

from datetime import timedelta

from django.conf import settings

DEFAULTS: dict[str, int] = {
    "JOBS_ACTIVE_PER_USER": 20,
    "JOBS_ACTIVE_PER_ORGANIZATION": 60,
    "JOBS_FILE_DAYS": 60,
    "JOBS_ATTEMPTS": 3,
    "JOBS_LEASE_SECONDS": 30,
    "JOBS_RENEW_SECONDS": 2,
    "JOBS_RESEND_SECONDS": 30,
    "JOBS_RETRY_SECONDS": 5,
}


def number(name: str) -> int:
    """The setting of that name, or its default."""
    return int(getattr(settings, name, DEFAULTS[name]))


def seconds(name: str) -> timedelta:
    """The same for a setting in seconds."""
    return timedelta(seconds=getattr(settings, name, DEFAULTS[name]))

"""The schedule (Celery beat), with a sign of life."""

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's scheduler."""

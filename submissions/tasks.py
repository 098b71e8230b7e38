"""What the schedule calls."""

from celery import shared_task

from submissions import retention


@shared_task(name="submissions.expire", ignore_result=True, expires=3600)
def expire() -> None:
    retention.expire()

"""What the schedule calls."""

from celery import shared_task

from siras_export import nights, retention


@shared_task(name="siras.tick", ignore_result=True, expires=30)
def tick() -> None:
    nights.tick()


@shared_task(name="siras.expire", ignore_result=True, expires=3600)
def expire() -> None:
    retention.expire()

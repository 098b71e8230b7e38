"""What the schedule calls."""

from celery import shared_task

from jobs.worker import UPKEEP_QUEUE
from ssid_matching import retention


@shared_task(name="ssid_matching.expire", ignore_result=True, queue=UPKEEP_QUEUE, expires=3600)
def expire() -> None:
    retention.expire()

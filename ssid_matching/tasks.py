"""What the schedule calls."""

from celery import shared_task

from ods.matching_lines import catch_up
from ssid_matching import retention


@shared_task(name="ssid_matching.catch_up", ignore_result=True, expires=30)
def follow_postings() -> None:
    """Make what is searched of students that postings have changed: a run then finds little left to do."""
    catch_up()


@shared_task(name="ssid_matching.expire", ignore_result=True, expires=3600)
def expire() -> None:
    retention.expire()

"""What the schedule calls."""

from celery import shared_task

from rosters import scheduling, sending


@shared_task(name="rosters.work", ignore_result=True, expires=15)
def work() -> None:
    """Files on their way to CERS. Calls may take minutes: on the ordinary queue, not on that of the upkeep."""
    sending.work()


@shared_task(name="rosters.schedules", ignore_result=True, expires=60)
def schedules() -> None:
    scheduling.run_due()

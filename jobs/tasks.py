"""What the broker carries: ids in, one function called. The names are stable; messages outlive a deployment."""

from celery import shared_task

from jobs import recovery, running, sending


@shared_task(name=sending.RUN_TASK, ignore_result=True)
def run(*, job_id: int) -> None:
    running.run_job(job_id=job_id)


@shared_task(name="jobs.sweep", ignore_result=True, expires=60)
def sweep() -> None:
    recovery.sweep()

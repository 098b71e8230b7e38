"""Putting a job's id on the broker. A message is a hint: the sweep sends a lost one again, one too many is harmless."""

import logging

from celery import current_app
from django.utils import timezone

from jobs.enums import Status
from jobs.models import Job

RUN_TASK = "jobs.run"

logger = logging.getLogger(__name__)


def send(*, job_id: int) -> bool:
    """Send the message of a queued job; False if the broker did not take it. Then the next sweep tries again."""
    try:
        current_app.send_task(RUN_TASK, kwargs={"job_id": job_id}, retry=False)
    except Exception as error:  # whatever a broker may raise, the request stands and must be answered
        logger.warning("job %s: the broker took no message (%s); the sweep will send it", job_id, type(error).__name__)
        Job.objects.filter(pk=job_id, status=Status.QUEUED).update(send_at=timezone.now())
        return False
    return True

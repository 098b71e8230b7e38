"""Cancelling a request."""

from accounts.models import User
from jobs import queries, transitions


def cancel_job(*, user: User, job_id: int) -> bool:
    """Cancel a job that waits, or ask a running one to stop. Whoever may see a job may cancel it.

    Returns False when it had reached its end already.

    Raises:
        Job.DoesNotExist: no such job, or not one his rights cover.
    """
    return transitions.cancel(job=queries.job_for(user, job_id), user=user)

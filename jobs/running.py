"""Running one attempt at a job, in the worker: claim, check, work, check again, publish."""

import logging
import secrets
import time
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError

from jobs import conf, queries, storage, transitions
from jobs.enums import FailureKind
from jobs.errors import Failed, Refused, Stopped
from jobs.execution import Execution
from jobs.lease import Lease
from jobs.models import Job
from jobs.registry import kind_named
from wire import logcontext

logger = logging.getLogger(__name__)

TRANSIENT = (OperationalError, InterfaceError, BrokerError)
"""A server was away: worth another attempt. Everything else would fail again."""

RIGHT_LOST_WORDS = (
    "The right to this request was taken away before it was finished, so nothing was made. "
    "Ask your administrator if you still need it."
)
UNAVAILABLE_WORDS = (
    "A server was not available, again and again, so the work was given up. Nothing was published. "
    "Request it again later."
)
TOO_LONG_WORDS = (
    "The work took longer than is allowed, so it was stopped. Nothing was published. "
    "Request fewer schools or a shorter range."
)


def run_job(*, job_id: int) -> None:
    """Run one attempt at a waiting job. Does nothing if it is not waiting: a message may come twice or late.

    Every outcome is written to the job, and nothing is raised for it. Where the outcome cannot be written because
    the database is away, the lease runs out and the sweep goes on from there.
    """
    job = transitions.claim(job_id=job_id)
    if job is None:
        return
    noted = logcontext.job_id.set(str(job.pk))
    began = time.monotonic()
    logger.info("attempt %s at %s %s begins", job.attempts, job.kind, job.record_type)
    try:
        with Lease(job) as lease:
            execution = Execution(job=job, lease=lease)
            try:
                _attempt(execution, lease)
            finally:
                for file in execution.files:
                    file.discard()
    finally:
        logger.info("attempt %s ended after %.1f s", job.attempts, time.monotonic() - began)
        logcontext.job_id.reset(noted)


def _attempt(execution: Execution, lease: Lease) -> None:
    job = execution.job
    try:
        try:
            _work(execution, lease)
        except Stopped:
            transitions.stop(job=job)  # unless another attempt took over: then there is nothing to say
        except Refused as refused:
            transitions.refuse(job=job, words=refused.words, kind=refused.kind)
        except Failed as failed:
            transitions.fail(job=job, words=failed.words, kind=failed.kind)
        except SoftTimeLimitExceeded:
            transitions.fail(job=job, words=TOO_LONG_WORDS, kind=FailureKind.TOO_LONG)
        except TRANSIENT as error:
            logger.warning("a server was not available: the job is tried again, if attempts are left", exc_info=error)
            _reconnect()
            transitions.try_again(
                job=job, words=UNAVAILABLE_WORDS, kind=FailureKind.UNAVAILABLE, after=_pause(job.attempts)
            )
        except Exception as error:  # a defect: the user gets a reference, the log what happened
            _reconnect()
            _fail_unexpectedly(job, error)
    except TRANSIENT as error:
        logger.warning("the outcome could not be written; the lease runs out", exc_info=error)


def _work(execution: Execution, lease: Lease) -> None:
    job = execution.job
    _check_right(job)
    storage.check_free_space()
    kind = kind_named(job.kind)
    kind.work(execution)
    for file in execution.files:
        file.seal()
    lease.check()
    _check_right(job)
    files = [file.publish() for file in execution.files]
    # If this raises, the commit may still have happened. Then the files belong to a complete job: they stay, and if
    # no row refers to them the sweep takes them away later.
    if not transitions.succeed(job=job, files=files, file_days=kind.file_days()):
        for published in files:
            storage.remove(published.path)
        raise Stopped


def _check_right(job: Job) -> None:
    if not queries.covers(user=job.requested_by, job=job):
        raise Refused(RIGHT_LOST_WORDS, FailureKind.RIGHT_LOST)


def _pause(attempts: int) -> timedelta:
    """5 s after the first attempt, 20 s after the second."""
    pause: timedelta = conf.seconds("JOBS_RETRY_SECONDS") * 4 ** (attempts - 1)
    return pause


def _reconnect() -> None:
    """Drop a broken connection, so that the outcome can be written over a new one."""
    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _fail_unexpectedly(job: Job, error: Exception) -> None:
    # The words of an exception may quote student data: they are for the log's formatter to leave out, never ours.
    reference = secrets.token_hex(4).upper()
    logger.error("an unexpected failure, reference %s", reference, exc_info=error)
    words = (
        "Something went wrong on our side while the file was made. Nothing was published. Request it again; "
        f"if that fails too, give your administrator the reference {reference}."
    )
    transitions.fail(job=job, words=words, kind=FailureKind.UNEXPECTED, reference=reference)

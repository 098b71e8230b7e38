"""The lease of a running job: while its worker lives, a thread renews it and carries progress and cancelling."""

import logging
import threading
from types import TracebackType

from django.db import Error, connection
from django.utils import timezone

from jobs import conf
from jobs.enums import Status
from jobs.errors import Stopped
from jobs.models import Job

logger = logging.getLogger(__name__)


class Lease:
    """Renews the lease of a claimed job every JOBS_RENEW_SECONDS while the `with` block runs.

    A thread with a connection of its own: the worker's own connection is busy with a COPY, or inside a transaction
    whose changes nobody would see. The same UPDATE writes the rows so far, and finds out when the job was cancelled
    or taken over. A database that does not answer is tried again; what counts in the end is the compare-and-set.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.rows = 0
        self.lost = False
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-of-job-{job.pk}", daemon=True)

    def check(self) -> None:
        """Raise Stopped once the job is no longer ours to finish."""
        if self.lost:
            raise Stopped

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join(timeout=10)

    def _keep(self) -> None:
        try:
            while not self.lost and not self._done.wait(conf.seconds("JOBS_RENEW_SECONDS").total_seconds()):
                try:
                    self._renew()
                except Error as error:
                    logger.warning("job %s: the lease could not be renewed (%s)", self.job.pk, type(error).__name__)
                    connection.close()
        finally:
            connection.close()

    def _renew(self) -> None:
        mine = Job.objects.filter(pk=self.job.pk, status=Status.RUNNING, attempts=self.job.attempts)
        until = timezone.now() + conf.seconds("JOBS_LEASE_SECONDS")
        renewed = mine.filter(cancel_asked_at__isnull=True).update(lease_until=until, rows_so_far=self.rows)
        # A row that cannot be seen at all is in somebody's open transaction (a test's): that says nothing.
        if not renewed and Job.objects.filter(pk=self.job.pk).exists():
            self.lost = True

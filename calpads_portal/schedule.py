"""The schedule's process (Celery beat), with a sign of life of its own."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error, connection

from jobs import heartbeats

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's scheduler. Shows life straight to the database: a message would wait behind busy workers."""

    _shown_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self._shown_at >= heartbeats.PULSE_SECONDS:
            self._show_life()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _show_life(self) -> None:
        try:
            heartbeats.beat(heartbeats.BEAT)
            self._shown_at = time.monotonic()
        except Error:
            logger.warning("the schedule's heartbeat could not be written", exc_info=True)
        finally:
            connection.close()

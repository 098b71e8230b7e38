"""Signs of life, so that a page can say that processing is paused, and the turn-taking of hourly work."""

import logging
import os
import threading
from datetime import datetime, timedelta

from django.db import Error, connection
from django.utils import timezone

from jobs.models import Heartbeat

WORKER = "worker"
BEAT = "beat"
PULSE_SECONDS = 15
LATE_AFTER = timedelta(seconds=60)

logger = logging.getLogger(__name__)

_speaking = threading.Lock()
"""Held while the pulse speaks with the database. No process is forked meanwhile: its copy of the database's library
would have locks that nobody opens again, and the child could never write (docs/decisions/0077-forks-wait.md)."""
os.register_at_fork(before=_speaking.acquire, after_in_parent=_speaking.release, after_in_child=_speaking.release)


def beat(name: str) -> None:
    """Note that `name` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def age(name: str) -> timedelta | None:
    """How long ago `name` last showed life; None: never."""
    last = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return None if last is None else timezone.now() - last


def is_late(name: str) -> bool:
    """Whether `name` has shown no life for LATE_AFTER."""
    silent = age(name)
    return silent is None or silent > LATE_AFTER


def take_turn(name: str, *, every: timedelta, now: datetime) -> bool:
    """Whether the caller may do what is done at most once in `every`: True for one of those who ask at once."""
    _, first = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
    return first or bool(Heartbeat.objects.filter(name=name, at__lte=now - every).update(at=now))


class Pulse(threading.Thread):
    """Beats for a worker's main process as long as it lives, also while all of its children are busy for minutes."""

    def __init__(self) -> None:
        super().__init__(name="pulse", daemon=True)
        self._done = threading.Event()

    def run(self) -> None:
        while True:
            with _speaking:
                try:
                    beat(WORKER)
                except Error as error:
                    logger.warning("the worker's heartbeat could not be written (%s)", type(error).__name__)
                finally:
                    # Never kept open: the main process forks children at any time.
                    connection.close()
            if self._done.wait(PULSE_SECONDS):
                return

    def stop(self) -> None:
        self._done.set()

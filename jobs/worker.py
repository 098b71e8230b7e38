"""What a Celery worker does besides its tasks: it hears the upkeep queue, shows life, and sweeps when it starts."""

from typing import Any

from celery import current_app, signals

from jobs.heartbeats import Pulse

UPKEEP_QUEUE = "upkeep"
"""A queue of its own: upkeep must not wait behind hundreds of jobs."""


@signals.celeryd_init.connect
def hear_upkeep(instance: Any, **_: Any) -> None:
    """A worker started without `-Q` takes work from both queues, in turn."""
    instance.app.amqp.queues.select_add(UPKEEP_QUEUE)


@signals.worker_ready.connect
def show_life(**_: Any) -> None:
    """Runs in the worker's main process, so that life is shown while every child is busy for minutes."""
    Pulse().start()


@signals.worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """What died with an earlier worker is found at once, not at the schedule's next turn."""
    current_app.send_task("jobs.sweep", queue=UPKEEP_QUEUE)

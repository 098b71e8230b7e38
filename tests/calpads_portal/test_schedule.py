"""What the schedule sends exists, and upkeep goes to the queue that never waits behind long work."""

import pytest

from calpads_portal.celery import app
from jobs.worker import UPKEEP_QUEUE

UPKEEP = {
    "jobs.sweep",
    "siras.expire",
    "siras.tick",
    "ssid_matching.catch_up",
    "ssid_matching.expire",
    "submissions.expire",
}


@pytest.fixture(autouse=True)
def tasks() -> None:
    app.loader.import_default_modules()


def test_every_entry_of_the_schedule_is_a_task() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert (scheduled - app.tasks.keys(), UPKEEP - scheduled) == (set(), set())


def test_upkeep_is_routed_to_its_queue() -> None:
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in app.tasks}
    assert {name for name, queue in queues.items() if queue == UPKEEP_QUEUE} == UPKEEP

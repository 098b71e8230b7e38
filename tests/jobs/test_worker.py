"""Jobs through a real Celery worker: JSON on the broker, the message after the commit, both queues heard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import checker
from tests.faults.kind import expected
from tests.faults.portal import Portal, wait_until
from tests.faults.users import Users
from tests.migrated import cluster
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer


@pytest.fixture
def over_redis(tmp_path: Path, log_folder: Path) -> Iterator[Portal]:
    postgres, redis = Postgres(log_folder, copy_of=cluster()), RedisServer(log_folder)
    portal = Portal(tmp_path, log_folder, database_url=postgres.url, redis_url=redis.url, quick=False)
    try:
        postgres.start()
        redis.start()
        yield portal
    finally:
        portal.stop()
        redis.stop()
        postgres.remove()


@pytest.fixture
def over_folder(tmp_path: Path, log_folder: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path, log_folder, quick=False)
    try:
        yield portal
    finally:
        portal.stop()


@pytest.mark.parametrize("broker", ["over_redis", "over_folder"])
def test_a_request_becomes_a_file_through_a_real_worker(
    request: pytest.FixtureRequest, broker: str, tmp_path: Path, log_folder: Path
) -> None:
    """There is no schedule here: a message sent before its commit would find no job, and nobody would send another."""
    portal: Portal = request.getfixturevalue(broker)
    users = Users(portal, tmp_path)
    portal.start_worker()
    users.say('one {"hold": 2}')
    users.say('one {"rows": 0}')
    assert users.say("calm 60")["open"] == 0
    history, final = users.end()
    assert checker.violations(history, final, expected=expected) == []
    assert [(job["status"], job["attempts"], job["rows_so_far"]) for job in final["jobs"]] == [
        ("SUCCEEDED", 1, 1000),
        ("SUCCEEDED", 1, 0),
    ]
    assert final["alive"], "the worker has shown no life"
    # The sweep a worker begins with comes over the queue of its own.
    wait_until(
        lambda: "Task jobs.sweep" in (log_folder / "worker.log").read_text(), what="the worker has swept at its start"
    )

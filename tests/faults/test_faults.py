"""The portal is killed, cut off and filled up while people use it; then the record of what they saw is checked.

`make test` runs a short form with short leases; `FAULTS=full` (`make faults`) the whole with the times of production,
and writes what it counted to benchmarks/results/faults.json.
"""

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.faults import checker
from tests.faults.kind import expected
from tests.faults.portal import REPOSITORY, Portal
from tests.faults.users import Users
from tests.migrated import cluster
from tests.services.postgres import Postgres
from tests.services.redis import RedisServer

pytestmark = pytest.mark.faults

FULL = os.environ.get("FAULTS") == "full"
RECOVERED_WITHIN = 90
"""Seconds from the return of what was away until every accepted request has ended."""
RESULTS = REPOSITORY / "benchmarks" / "results" / "faults.json"
KILLS = ("parent", "child", "group")


@dataclass
class Stack:
    """A portal under load, and everything that can be taken away from it."""

    portal: Portal
    users: Users
    postgres: Postgres | None = None
    redis: RedisServer | None = None
    measured: list[tuple[str, float, str]] = field(default_factory=list)

    def kills(self, count: int) -> None:
        """SIGKILL at a random moment of somebody's job; the worker comes back as a supervisor would bring it back."""
        self._begin()
        for number in range(count):
            self._somebody_is_served()
            self.portal.pause(random.uniform(0, 2))
            how = KILLS[number % len(KILLS)]
            self.portal.kill_worker(how)
            if how != "child":
                self.portal.start_worker()
        self._recovered("worker kills", count)

    def idle_kills(self, count: int) -> None:
        """SIGKILL to everybody who waits for work: what they held while they waited must keep nobody else from it."""
        for _ in range(count):
            self._recovered("what was asked before", 1)
            self.portal.kill_worker("children")
            self._begin()
        self._recovered("kills of idle children", count)

    def deployments(self, count: int) -> None:
        """SIGTERM: the worker finishes what it runs, and a new one takes its place."""
        self._begin()
        for _ in range(count):
            self._somebody_is_served()
            self.portal.kill_worker("term")
            self.portal.start_worker()
        self._recovered("deployments", count)

    def broker_stops(self, count: int) -> None:
        """SIGKILL, a few seconds of nothing, and back; every third time without a single message it had."""
        assert self.redis is not None
        self._begin()
        for number in range(count):
            self.portal.pause(random.uniform(2, 4))
            self.redis.kill()
            self.portal.pause(random.uniform(2, 5))
            self.redis.start()
            if number % 3 == 0:
                with redis.Redis.from_url(self.redis.url) as client:
                    client.flushall()
        self._recovered("broker stops", count)

    def database_stops(self, count: int) -> None:
        assert self.postgres is not None
        self._begin()
        for _ in range(count):
            self.portal.pause(random.uniform(2, 4))
            self.postgres.stop("immediate")
            self.portal.pause(random.uniform(2, 5))
            self.postgres.start()
        self._recovered("database stops", count)

    def full_disk(self, count: int) -> None:
        """The kernel lets the job's file grow to 100 kB and no further."""
        for _ in range(count):
            self.users.say('one {"most_bytes": 100000, "rows": 60000}')
        self._recovered("jobs on a full disk", count)

    def poison(self, count: int) -> None:
        """A job that kills its worker each time, beside jobs that do not."""
        self._begin()
        for _ in range(count):
            self.users.say('one {"poison": true}')
        self.portal.pause(10)
        # Three leases have to run out, each found by the next sweep.
        self._recovered("poison jobs", count, within=3 * RECOVERED_WITHIN)

    def _begin(self) -> None:
        self.users.say("ask")
        self._somebody_is_served()

    def _somebody_is_served(self) -> None:
        assert self.users.say("running")["running"], "no job is being processed although people ask for some"

    def _recovered(self, what: str, count: int, *, within: int = RECOVERED_WITHIN) -> None:
        answer = self.users.say(f"calm {within}")
        assert answer["open"] == 0, f"after {what}: {answer['open']} requests without an end after {within} s"
        self.measured += [(what, count, "times"), (f"all ended after {what}", answer["seconds"], "s")]

    def check(self, name: str) -> None:
        """Every promise kept; in the full form what was counted is shown and kept."""
        history, final = self.users.end()
        broken = checker.violations(history, final, expected=expected)
        counted = [(case, float(value), "") for case, value in checker.counts(history, final).items()]
        answers = sorted(event["seconds"] for event in history if event["op"] == "accepted")
        more = [
            ("slowest answer to a request", answers[-1], "s"),
            ("processes that gave up by themselves and were started again", self.portal.ended_by_themselves, "times"),
            ("broken promises", len(broken), ""),
        ]
        rows = [
            {"case": f"{name}: {case}", "value": round(value, 1), "unit": unit, "against": None, "ratio": None}
            for case, value, unit in [*self.measured, *counted, *more]
        ]
        if FULL:
            _keep(name, rows)
        for row in rows:
            print(f"{row['case']:<70} {row['value']:>8} {row['unit']}")
        assert broken == []


def _keep(name: str, rows: list[dict[str, Any]]) -> None:
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    kept = [row for row in kept if not row["case"].startswith(f"{name}: ")]
    RESULTS.write_text(json.dumps([*kept, *rows], indent=1) + "\n")


@pytest.fixture
def production(tmp_path: Path, log_folder: Path) -> Iterator[Stack]:
    """PostgreSQL, Redis, worker and schedule, and people at work."""
    postgres, server = Postgres(log_folder, copy_of=cluster()), RedisServer(log_folder)
    portal = Portal(tmp_path, log_folder, database_url=postgres.url, redis_url=server.url, quick=not FULL)
    try:
        postgres.start()
        server.start()
        yield _at_work(Stack(portal, Users(portal, tmp_path), postgres, server))
    finally:
        portal.stop()
        server.stop()
        postgres.remove()


@pytest.fixture
def embedded(tmp_path: Path, log_folder: Path) -> Iterator[Stack]:
    """SQLite and the broker on the file system, worker and schedule, and people at work."""
    portal = Portal(tmp_path, log_folder, quick=not FULL)
    try:
        yield _at_work(Stack(portal, Users(portal, tmp_path)))
    finally:
        portal.stop()


def _at_work(stack: Stack) -> Stack:
    stack.portal.start_worker()
    stack.portal.start_beat()
    return stack


def test_production_under_faults(production: Stack) -> None:
    production.kills(100 if FULL else 3)
    production.idle_kills(5 if FULL else 1)
    production.deployments(5 if FULL else 1)
    production.broker_stops(20 if FULL else 1)
    production.database_stops(20 if FULL else 1)
    production.full_disk(5 if FULL else 1)
    production.poison(3 if FULL else 1)
    production.check("PostgreSQL and Redis")


def test_the_embedded_portal_under_faults(embedded: Stack) -> None:
    embedded.kills(20 if FULL else 2)
    embedded.idle_kills(5 if FULL else 1)
    embedded.full_disk(1)
    embedded.check("SQLite and folder")

"""A production portal on real servers: the commands of docker-compose.yml, run one by one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.calpads_portal.conftest import READY_SECONDS, REPOSITORY, Start, parts_that_fail, wait_until
from tests.migrated import cluster
from tests.services.postgres import PRODUCTION, Postgres
from tests.services.redis import LASTING, RedisServer
from tests.services.server import free_port

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def command_of(service: str) -> list[str]:
    """What the service runs, without the word `python` it begins with."""
    python, *words = COMPOSE["services"][service]["command"]
    assert python == "python"
    return words


@dataclass
class Production:
    postgres: Postgres
    redis: RedisServer
    environment: dict[str, str]
    port: int


@pytest.fixture
def production(tmp_path: Path, log_folder: Path) -> Iterator[Production]:
    yield from _production(Postgres(log_folder), tmp_path, log_folder)


@pytest.fixture
def migrated_production(tmp_path: Path, log_folder: Path) -> Iterator[Production]:
    yield from _production(Postgres(log_folder, copy_of=cluster()), tmp_path, log_folder)


def _production(postgres: Postgres, tmp_path: Path, log_folder: Path) -> Iterator[Production]:
    """PostgreSQL and Redis of a test's own, and the environment that makes a portal use them."""
    redis = RedisServer(log_folder)
    port = free_port()
    for name in ("postgres_password", "secret_key"):
        (tmp_path / name).write_text(name * 10)
    environment = {
        "DATABASE_URL": postgres.url,
        "DATABASE_PASSWORD_FILE": str(tmp_path / "postgres_password"),
        "REDIS_URL": redis.url,
        "SECRET_KEY_FILE": str(tmp_path / "secret_key"),
        "VAR_DIR": str(tmp_path / "var"),
        "HTTPS": "1",
        "TRUSTED_PROXY": "1",
        "PORT": str(port),
    }
    try:
        postgres.start()
        redis.start()
        yield Production(postgres, redis, environment, port)
    finally:
        redis.stop()
        postgres.remove()


def test_a_production_portal_starts_says_what_fails_and_comes_back(
    start: Start, production: Production, log_folder: Path
) -> None:
    environment, port = production.environment, production.port
    migrating = start(*command_of("migrate"), name="migrate", environment=environment)
    assert migrating.wait(timeout=READY_SECONDS) == 0
    web, worker, beat = (
        start(*command_of(name), name=name, environment=environment) for name in ("web", "worker", "beat")
    )
    wait_until(lambda: parts_that_fail(port) == set(), what="the portal is ready")

    # The health checks of compose, as they are written there.
    for name in ("web", "beat"):
        kind, python, *words = COMPOSE["services"][name]["healthcheck"]["test"]
        words = [word.replace(":8000", f":{port}") for word in words]
        assert (kind, python) == ("CMD", "python")
        assert start(*words, name=f"{name}-health", environment=environment).wait(timeout=READY_SECONDS) == 0
    kind, line = COMPOSE["services"]["worker"]["healthcheck"]["test"]
    line = line.replace("python", f'"{sys.executable}"', 1).replace("$$HOSTNAME", "$(hostname)")
    assert kind == "CMD-SHELL"
    assert (
        subprocess.run(
            ["sh", "-c", line], env={"PATH": os.environ["PATH"], **environment}, cwd=REPOSITORY, check=False
        ).returncode
        == 0
    )

    # A part that is away is named, and found again when it is back.
    production.redis.stop()
    wait_until(lambda: parts_that_fail(port) == {"broker"}, what="the broker is missed")
    production.redis.start()
    wait_until(lambda: parts_that_fail(port) == set(), what="the broker is found again")
    production.postgres.stop("immediate")
    # Heartbeats are rows of the database.
    wait_until(lambda: parts_that_fail(port) == {"database", "worker", "beat"}, what="the database is missed")
    status = start("manage.py", "status", name="status", environment=environment)
    assert status.wait(timeout=READY_SECONDS) == 1
    assert "BAD  database  does not answer (OperationalError)" in (log_folder / "status.log").read_text()
    production.postgres.start()
    wait_until(lambda: parts_that_fail(port) == set(), what="the database is found again")

    # A deployment: everything ends by itself when asked.
    for process in (web, worker, beat):
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=READY_SECONDS) for process in (web, worker, beat)] == [0, 0, 0]
    assert _lines_that_are_no_json(log_folder / "web.log") == []


def test_worker_and_schedule_that_were_never_started_are_named(start: Start, migrated_production: Production) -> None:
    start(*command_of("web"), name="web", environment=migrated_production.environment)
    wait_until(
        lambda: parts_that_fail(migrated_production.port) == {"worker", "beat"}, what="worker and schedule are missed"
    )


def test_compose_gives_the_servers_the_settings_the_tests_run_with() -> None:
    postgres = COMPOSE["services"]["postgres"]
    assert postgres["command"] == [
        "postgres",
        *(word for item in PRODUCTION.items() for word in ("-c", "=".join(item))),
    ]
    assert postgres["environment"]["POSTGRES_INITDB_ARGS"] == "--locale=C --encoding=UTF8"
    redis = COMPOSE["services"]["redis"]["command"]
    assert redis == ["redis-server", *(word for name, value in LASTING.items() for word in (f"--{name}", value))]


def _lines_that_are_no_json(log: Path) -> list[str]:
    found = []
    for line in log.read_text().splitlines():
        try:
            json.loads(line)
        except ValueError:
            found.append(line)
    return found

"""`manage.py serve`: the embedded portal as `make run` starts it."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.calpads_portal.conftest import READY_SECONDS, Start, parts_that_fail, wait_until
from tests.migrated import SQLITE, sqlite_into
from tests.services.server import free_port


def processes_of(var: Path) -> dict[int, str]:
    """Process id and command of every process that works on this VAR_DIR."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"VAR_DIR={var}\0".encode() in (folder / "environ").read_bytes() + b"\0":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has just ended
    return {pid: command for pid, command in found.items() if command}


def ask(var: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a statement on the portal's database, carried out from outside."""
    with closing(sqlite3.connect(var / "portal.sqlite3", timeout=20)) as database, database:
        return database.execute(sql).fetchall()


def is_served(port: int) -> bool:
    return parts_that_fail(port) == set()


@pytest.fixture
def var(tmp_path: Path, log_folder: Path) -> Iterator[Path]:
    """A VAR_DIR whose logs are searched for student data with all others."""
    folder = tmp_path / "a folder with spaces"
    yield folder
    if (folder / "logs").exists():
        shutil.copytree(folder / "logs", log_folder / "portal")


def test_it_starts_everything_keeps_it_running_and_leaves_nothing_behind(
    start: Start, var: Path, log_folder: Path
) -> None:
    port = free_port()
    environment = {"VAR_DIR": str(var), "PORT": str(port)}
    said = log_folder / "serve.log"

    portal = start("manage.py", "serve", "--no-demo", name="serve", environment=environment)
    wait_until(lambda: is_served(port), what="database, broker, disk, worker and schedule work")
    assert f"The portal is at http://127.0.0.1:{port}/" in said.read_text()
    assert (var.stat().st_mode & 0o777, (var / "secret_key").stat().st_mode & 0o777) == (0o700, 0o600)
    key = (var / "secret_key").read_text()

    # A second portal on the same folder, and one on the same port.
    second = start("manage.py", "serve", "--no-demo", name="second", environment=environment)
    assert second.wait(timeout=READY_SECONDS) == 1
    assert f"A portal runs already on {var}." in (log_folder / "second.log").read_text()
    third = start(
        "manage.py", "serve", "--no-demo", name="third", environment={**environment, "VAR_DIR": str(var / "other")}
    )
    assert third.wait(timeout=READY_SECONDS) == 1
    assert f"Port {port} cannot be used" in (log_folder / "third.log").read_text()

    # A process that is killed comes back.
    (beat,) = (pid for pid, command in processes_of(var).items() if " beat " in command)
    os.kill(beat, signal.SIGKILL)
    wait_until(
        lambda: [pid for pid, command in processes_of(var).items() if " beat " in command and pid != beat],
        what="the schedule runs again",
    )
    assert "beat ended with status -9" in said.read_text()

    # Somebody's work, to be found again after the next start.
    ask(var, "INSERT INTO django_session VALUES ('kept', '', '2099-01-01')")
    portal.send_signal(signal.SIGINT)
    assert portal.wait(timeout=READY_SECONDS) == 0
    assert processes_of(var) == {}

    # With data of its own it takes no demo data.
    ask(var, "INSERT INTO ods_organization (kind, code, name) VALUES ('LEA', '1234567', 'Our Own Unified')")
    portal = start("manage.py", "serve", name="serve-again", environment=environment)
    said = log_folder / "serve-again.log"
    wait_until(lambda: "Ready: " in said.read_text(), what="the portal is ready again")
    assert "The database holds data already; no demo data are loaded." in said.read_text()
    assert ask(var, "SELECT name FROM ods_organization") == [("Our Own Unified",)]
    assert ask(var, "SELECT session_key FROM django_session") == [("kept",)]
    assert (var / "secret_key").read_text() == key

    # Killed itself, it still leaves no process behind.
    portal.kill()
    portal.wait()
    wait_until(lambda: processes_of(var) == {}, what="the processes have ended with their parent")


def test_demo_data_are_loaded_once_and_the_sign_ins_said_at_every_start(
    start: Start, var: Path, log_folder: Path
) -> None:
    sqlite_into(var / SQLITE)
    port = free_port()
    environment = {"VAR_DIR": str(var), "PORT": str(port)}
    times = []
    for number in (1, 2):
        name = f"serve{number}"
        portal = start("manage.py", "serve", name=name, environment=environment)
        said = log_folder / f"{name}.log"
        wait_until(lambda said=said: "Ready: " in said.read_text(), what="the demo data stand")
        assert "lea.user" in said.read_text()
        assert "calpads-demo" in said.read_text()
        portal.terminate()
        assert portal.wait(timeout=READY_SECONDS) == 0
        (counts,) = ask(var, "SELECT (SELECT count(*) FROM ods_posting), (SELECT count(*) FROM accounts_user)")
        times.append(counts)
    assert times[0] == times[1]
    assert all(count > 5 for count in times[0])


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_it_refuses_the_settings_of_a_production_portal(
    start: Start, var: Path, log_folder: Path, variable: str
) -> None:
    url = {"DATABASE_URL": "postgresql://127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9"}[variable]
    refused = start("manage.py", "serve", name="serve", environment={"VAR_DIR": str(var), variable: url})
    assert refused.wait(timeout=READY_SECONDS) == 1
    assert "DATABASE_URL or REDIS_URL is set" in (log_folder / "serve.log").read_text()


def test_a_port_that_is_none_is_refused(start: Start, var: Path, log_folder: Path) -> None:
    refused = start("manage.py", "serve", name="serve", environment={"VAR_DIR": str(var), "PORT": "http"})
    assert refused.wait(timeout=READY_SECONDS) == 1
    assert "PORT must be a whole number of at least 1, not 'http'." in (log_folder / "serve.log").read_text()


def test_it_can_be_stopped_while_it_loads_and_loads_again_at_the_next_start(
    start: Start, var: Path, log_folder: Path
) -> None:
    sqlite_into(var / SQLITE)
    environment = {"VAR_DIR": str(var), "PORT": str(free_port())}
    portal = start("manage.py", "serve", name="serve", environment=environment)
    wait_until(
        lambda: [pid for pid, command in processes_of(var).items() if "demo_data" in command], what="the loader runs"
    )
    portal.terminate()
    assert portal.wait(timeout=READY_SECONDS) == 0
    assert processes_of(var) == {}
    assert not (var / "demo-data.txt").exists()

"""Portals as their users start them: real processes, on folders and servers of their own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
READY_SECONDS = 300
"""A last resort: a loaded machine takes minutes to start a portal and load its demo."""
T = TypeVar("T")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(log_folder: Path) -> Iterator[Start]:
    """Starts `python WORDS...` with an environment in which only `environment` says where databases are.

    Output goes to `<name>.log` in the log folder. Whatever still runs at the end of the test is killed.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start_one(*words: str, name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        clean = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL", "VAR_DIR"}}
        with (log_folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=REPOSITORY,
                env=clean | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start_one
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def get_json(port: int, path: str) -> tuple[int, dict[str, object]]:
    """Status and JSON of a page; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except (urllib.error.URLError, OSError):
        return 0, {}


def wait_until(ask: Callable[[], T], *, seconds: float = READY_SECONDS, what: str) -> T:
    """The first true answer; fails the test when there is none in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds: {what}")


def parts_that_fail(port: int) -> set[str] | None:
    """The names of the parts /readyz finds wanting; None when it does not answer."""
    status, answer = get_json(port, "/readyz")
    if not status:
        return None
    failing = {name for name, part in answer["parts"].items() if not part["ok"]}  # type: ignore[attr-defined]
    assert (status, answer["ready"]) == (503 if failing else 200, not failing)
    return failing

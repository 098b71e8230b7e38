"""The portal's processes as production starts and supervises them, and the ways in which they die."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from calpads_portal.processes import BEAT, WORKER
from tests.migrated import SQLITE, sqlite_into
from tests.services.server import die_with_parent

REPOSITORY = Path(__file__).resolve().parents[2]
APPLICATION = "tests.faults.worker"
COMMANDS = {"worker": WORKER, "beat": BEAT}


def wait_until(true: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.05)


class Portal:
    """Worker and schedule over a migrated database and a broker; without URLs the embedded ones, under `folder`."""

    def __init__(
        self, folder: Path, logs: Path, *, database_url: str = "", redis_url: str = "", quick: bool = True
    ) -> None:
        self.logs = logs
        ours = {
            "VAR_DIR": str(folder / "var"),
            "FILES_DIR": str(folder / "files"),
            "LEAST_FREE_DISK_MB": "0",
            "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **({"FAULTS_QUICK": "1"} if quick else {}),
        }
        theirs = {"DATABASE_URL", "REDIS_URL", "VAR_DIR", "FILES_DIR", "FAULTS_QUICK"}
        self.environment = {name: value for name, value in os.environ.items() if name not in theirs} | ours
        self.files = folder / "files"
        if not database_url:
            sqlite_into(folder / "var" / SQLITE)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.ended_by_themselves = 0
        self._started: list[subprocess.Popen[bytes]] = []

    def start_worker(self) -> None:
        """Start a worker, and return when it takes work."""
        log = self.logs / "worker.log"
        before = _count(log, b" ready.")
        worker = self._launch("worker")
        wait_until(lambda: _count(log, b" ready.") > before or worker.poll() is not None, what="the worker is ready")
        assert worker.poll() is None, f"the worker has ended:\n{log.read_text()[-2000:]}"

    def start_beat(self) -> None:
        self._launch("beat")

    def _launch(self, name: str) -> subprocess.Popen[bytes]:
        process = self.start(name, *_ours(COMMANDS[name]), stdin=subprocess.DEVNULL)
        self._running[name] = process
        return process

    def watch(self) -> None:
        """Start again what has ended, as the supervisor does in production (docker-compose: `restart`).

        Celery's worker gives up at some broker stops, depending on the moment (docs/decisions/0046).
        """
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.ended_by_themselves += 1
                self._launch(name)

    def pause(self, seconds: float) -> None:
        """Let time pass under supervision."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.watch()
            time.sleep(min(left, 0.25))

    def start(self, name: str, *words: str, stdin: int, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """`python WORDS...` in a process group of its own, with its output in `<name>.log`."""
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=stdin,
                stdout=log if stdout is None else stdout,
                stderr=log,
                start_new_session=True,
                # Safe here: the function makes one system call.
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
        self._started.append(process)
        return process

    def kill_worker(self, how: str) -> None:
        """SIGKILL the `parent` alone, one `child` or all `children` (they get successors), or the whole `group`.

        `term` is SIGTERM.
        """
        worker = self._running["worker"]
        match how:
            case "child":
                if children := children_of(worker.pid):
                    _kill(random.choice(children))
                return
            case "children":
                for child in children_of(worker.pid):
                    _kill(child)
                return
            case "parent":
                _kill(worker.pid)
            case "term":
                worker.terminate()
            case "group":
                _kill_group(worker.pid)
        worker.wait(timeout=30)

    def stop(self) -> None:
        """End everything this portal started, orphans of killed parents included."""
        for process in self._started:
            _kill_group(process.pid)
            process.wait(timeout=30)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


def children_of(pid: int) -> list[int]:
    """The processes that any thread of `pid` has forked, by number."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += [int(child) for child in thread.read_text().split()]
    return sorted(found)


def _ours(command: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(APPLICATION if word == "calpads_portal" else word for word in command)


def _count(log: Path, words: bytes) -> int:
    return log.read_bytes().count(words) if log.exists() else 0


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)

"""Child processes: started, watched, started again when they end, and never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# Having run this long, a process that ends is a new case and not a failing start.
SETTLED_AFTER = 60.0
SECONDS_TO_END = 20.0
LARGEST_LOG = 10 * 1024 * 1024


def die_with_parent(number: int) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends the child this signal when we end, however we end.

    Linux only. It watches the thread that starts the child, so from any other than the main thread there is no guard.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)

    return prepare


class Child:
    """One process that ought to run all the time. Its output goes to a log file of its own."""

    def __init__(self, *, name: str, command: Sequence[str], log: Path, folder: Path) -> None:
        self.name = name
        self._command = list(command)
        self._log = log
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._pause = FIRST_PAUSE

    def _start(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal must reach us alone; we end the children in good order.
                start_new_session=True,
                # Safe here: the function makes one system call.
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
        self._started_at = time.monotonic()

    def watch(self) -> str | None:
        """Start the process again when it has ended and its pause is over. Words for the person watching, or None."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._start_at:
                self._start()
            return None
        status = self._process.poll()
        if status is None:
            return None
        self._process = None
        if now - self._started_at > SETTLED_AFTER:
            self._pause = FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        self._start_at = now + pause
        return f"{self.name} ended with status {status} (see {self._log}); it starts again in {pause:g} s."

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_for_end(self, *, until: float) -> None:
        """Wait until that moment (monotonic seconds), then kill the process and its children."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


class Household:
    """Children that live and end together."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None]) -> None:
        self._children = children
        self._say = say
        self._ending = threading.Event()

    def run_until_signal(self) -> None:
        """Watch the children until SIGINT or SIGTERM."""
        while not self._ending.wait(0.5):
            self.watch()

    def watch(self) -> None:
        """Start every child that does not run and may."""
        for child in self._children:
            if words := child.watch():
                self._say(words)

    def end_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._ending.set())

    @property
    def ending(self) -> bool:
        return self._ending.is_set()

    def end(self) -> None:
        """Ask all to end, give them SECONDS_TO_END together, then kill."""
        until = time.monotonic() + SECONDS_TO_END
        for child in self._children:
            child.ask_to_end()
        for child in self._children:
            child.wait_for_end(until=until)

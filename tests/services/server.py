"""What the servers have in common: a child process on a fixed port that does not outlive us."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from calpads_portal.supervision import die_with_parent

READY_SECONDS = 30


class ServerError(Exception):
    """A server did not come up; the message ends with the end of its log."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    """One server process. The port is chosen once, so that clients find the server again after a restart."""

    def __init__(self, *, name: str, log: Path, death_signal: int) -> None:
        self.name = name
        self.log = log
        self.port = free_port()
        self._death_signal = death_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _launch(self, command: Sequence[str | Path], *, user: str | None = None, folder: Path) -> None:
        """Start the process; returns at once."""
        assert not self.running, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                user=user,
                group=_group_of(user),
                extra_groups=[] if user else None,
                start_new_session=True,
                # Safe here: the function makes one system call.
                preexec_fn=die_with_parent(self._death_signal),  # noqa: PLW1509
            )

    def _wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for `ready()`. Raises ServerError when the process ended or READY_SECONDS have passed."""
        until = time.monotonic() + READY_SECONDS
        while not ready():
            if not self.running or time.monotonic() > until:
                raise ServerError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def _end(self, number: int) -> None:
        """Send the signal and wait for the end. Nothing happens when the process has ended already."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait(timeout=60)
        self._process = None

    def kill(self) -> None:
        """SIGKILL: the server has no chance to tidy up."""
        self._end(signal.SIGKILL)


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd  # noqa: PLC0415 - not on every platform, needed only as root

    return pwd.getpwnam(user).pw_gid

"""The people at work, as seen from the test: commands go in, what they saw comes out."""

import json
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.faults.portal import Portal

PATIENCE = 400
"""Seconds the driver may take over a command; the longest wait it is told to do is shorter."""


class Users:
    """The driver's process (`tests.faults.driver`)."""

    def __init__(self, portal: Portal, folder: Path) -> None:
        self._portal = portal
        self._history = folder / "history.jsonl"
        self._final = folder / "final.json"
        self._process = portal.start(
            "driver", "-m", "tests.faults.driver", str(self._history), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def say(self, command: str) -> dict[str, Any]:
        """Give a command, and return its answer once it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\n".encode())
        self._process.stdin.flush()
        until = time.monotonic() + PATIENCE
        while not (ready := select.select([self._process.stdout], [], [], 0.25)[0]) and time.monotonic() < until:
            self._portal.watch()
        line = self._process.stdout.readline() if ready else b""
        assert line, f"the driver has ended, or hangs at {command!r}; see its log"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Send everybody home; returns the history and the final state."""
        self.say(f"end {self._final}")
        self._process.kill()
        history = [json.loads(line) for line in self._history.read_text().splitlines()]
        return history, json.loads(self._final.read_text())

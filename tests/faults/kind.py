"""A kind of work whose file anybody can compute from its criteria, written as slowly as they say."""

import os
import resource
import signal
import time
from typing import TYPE_CHECKING, Any

from jobs.registry import JobKind, register

if TYPE_CHECKING:  # it leads to models, and the worker reads this before Django is set up
    from jobs.execution import Execution

NAME = "slow_file"
ROLE = "senr_edit"
CHUNKS = 20


def lines(token: str, start: int, stop: int) -> bytes:
    return b"".join(f"{token}^{number:07d}^{'x' * (number % 61)}\r\n".encode() for number in range(start, stop))


def expected(criteria: dict[str, Any]) -> bytes:
    """The one right content of a job's file."""
    return lines(criteria["token"], 0, criteria["rows"])


def run(execution: "Execution") -> None:
    """Write the file in CHUNKS pieces over `seconds`. `poison`: die. `most_bytes`: the disk takes no more."""
    criteria = execution.job.criteria
    rows = criteria["rows"]
    with _LargestFile(criteria.get("most_bytes")):
        file = execution.open_file(role="extract", download_name="slow.txt")
        for chunk in range(CHUNKS):
            start, stop = chunk * rows // CHUNKS, (chunk + 1) * rows // CHUNKS
            file.write(lines(criteria["token"], start, stop))
            execution.progress(stop)
            if criteria.get("poison"):
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(criteria["seconds"] / CHUNKS)
        file.rows = rows


class _LargestFile:
    """The kernel refuses to let files of this process grow past a size, as a full disk would."""

    def __init__(self, size: int | None) -> None:
        self._size = size
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def __enter__(self) -> None:
        if self._size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


register(JobKind(name=NAME, run=run, covering_roles=lambda: {("SENR", ""): frozenset({ROLE})}))

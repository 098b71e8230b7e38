"""The embedded broker: messages are files in a folder, for one machine and no server.

kombu's own `filesystem` transport loses messages and kills workers (kombu issue 1551): a reader can take a file
before its writer has filled it, and a binding table is truncated before it is locked. Here a message, like a binding
table, comes into being by rename, and one rename decides which reader has it.

A message in a reader's hands when its process is killed is gone; the jobs' sweep sends it again.
"""

import contextlib
import fcntl
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "folder"
TRANSPORT_ALIASES[SCHEME] = "calpads_portal.broker:Transport"
POLLING_SECONDS = 0.1


def options(folder: Path) -> dict[str, object]:
    """The transport options for a broker in this folder; makes its folders, closed to everybody else."""
    messages, taken, control = folder / "messages", folder / "taken", folder / "control"
    for path in (folder, messages, taken, control):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "processed_folder": str(taken),
        "control_folder": str(control),
        "store_processed": True,
        "polling_interval": POLLING_SECONDS,
    }


class Channel(filesystem.Channel):
    """A channel whose files appear whole. Overrides three methods of kombu 5.7 (a test pins their source)."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # as kombu's
        # Wall-clock nanoseconds: kombu's monotonic clock starts anew with the machine and would turn the order round.
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out, name), payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(path.name for path in Path(self.data_folder_in).iterdir()):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder, name)
            try:
                Path(self.data_folder_in, name).rename(taken)
            except FileNotFoundError:
                continue  # another reader was first
            payload = taken.read_bytes()
            taken.unlink()
            return loads(payload)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with Path(self.control_folder, ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if binding not in table:
                _write(self._exchange_file(exchange), [binding, *table])  # type: ignore[attr-defined]  # newer than the stubs


class Transport(filesystem.Transport):
    """Looked at by a timer of the worker's event loop, as a broker with sockets is read by that loop.

    A worker without an event loop gives its children one pipe for all, with a lock on it: a child that is killed
    while it waits for work keeps that lock, and no other ever gets any (docs/decisions/0077).
    """

    Channel = Channel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        loop.call_repeatedly(POLLING_SECONDS, self._drain, connection)

    def _drain(self, connection: Any) -> None:
        with contextlib.suppress(TimeoutError):
            while True:  # one message at a time, until there is none or the worker has its fill
                self.drain_events(connection, timeout=0)

    def driver_version(self) -> str:
        return "folder"


def _write(path: Path, content: object) -> None:
    """Write beside, then rename. Readers skip names that begin with a dot."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4()}")
    with draft.open("wb") as file:
        file.write(dumps(content).encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

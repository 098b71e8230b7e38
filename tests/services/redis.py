"""A Redis of our own: append-only file, no eviction, a free port of 127.0.0.1."""

import signal
from pathlib import Path

import redis

from tests.services.programs import redis_program
from tests.services.server import Server

# Nothing accepted is forgotten over a restart or for lack of room. docker-compose.yml sets the same.
LASTING = {"appendonly": "yes", "save": "", "maxmemory-policy": "noeviction"}


class RedisServer(Server):
    """A Redis server whose log and data lie in `folder`. `url` stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="Redis", log=folder / "redis.log", death_signal=signal.SIGTERM)
        self._program = redis_program()
        self._folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and return when it answers (a restarted server has read its append-only file by then)."""
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self._folder),
            **LASTING,
            "daemonize": "no",
        }
        command = [self._program]
        for name, value in options.items():
            command += [f"--{name}", value]
        self._launch(command, folder=self._folder)
        self._wait_until(self._answers)

    def stop(self) -> None:
        """A calm stop: everything accepted is on disk."""
        self._end(signal.SIGTERM)

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_connect_timeout=2, socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

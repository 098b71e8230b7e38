"""A PostgreSQL of our own: C locale, throw-away data, a free port of 127.0.0.1."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Literal

import psycopg

from tests.services.programs import postgres_programs
from tests.services.server import Server, ServerError

# PostgreSQL refuses to run as root.
USER_INSTEAD_OF_ROOT = "nobody"
STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # Safe against a killed server, not against a killed machine; test data need no more.
    "fsync": "off",
    "full_page_writes": "off",
}
# As docker-compose.yml sets it. A failed statement and its DETAIL quote records: neither belongs in a log. The buffers:
# PostgreSQL's default of 128 MB holds one large LEA's records and nothing beside them.
PRODUCTION = {
    "shared_buffers": "1GB",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


class Postgres(Server):
    """A PostgreSQL server. `folder` takes its log; its data lie in a folder of their own under the temp folder, and are
    those of `copy_of` (a folder `data` of a server that was stopped) or new.

    `url` names the database `portal` and stays the same over restarts. `stop("immediate")` and `kill()` are crashes:
    the next `start()` recovers. `remove()` stops it and deletes the data.
    """

    def __init__(self, folder: Path, *, copy_of: Path | None = None) -> None:
        super().__init__(name="PostgreSQL", log=folder / "postgres.log", death_signal=signal.SIGQUIT)
        self.programs = postgres_programs()
        self.url = f"postgresql://portal@127.0.0.1:{self.port}/portal"
        self._user = USER_INSTEAD_OF_ROOT if os.geteuid() == 0 else None
        # pytest's folders are closed to others than root, so the data cannot lie in them when we are root.
        self._home = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
        if self._user:
            shutil.chown(self._home, self._user)
            self.programs = _reachable(self.programs, self._home)
        self.data = self._home / "data"
        self._copy_of = copy_of

    def start(self) -> None:
        """Start, and return when connections are accepted; the first time it makes the database cluster first."""
        first = not self.data.exists()
        if first and self._copy_of:
            self._take_over(self._copy_of)
        elif first:
            self._initdb()
        command = [self.programs / "postgres", "-D", self.data, "-p", str(self.port)]
        for name, value in (OPTIONS | PRODUCTION).items():
            command += ["-c", f"{name}={value}"]
        for attempt in range(20):
            self._launch(command, user=self._user, folder=self._home)
            try:
                self._wait_until(self._accepts)
                break
            except ServerError:
                # After kill() the orphaned back ends hold the shared memory for a moment longer.
                if self.running or attempt == 19:
                    raise
                time.sleep(0.25)
        if first and not self._copy_of:
            with psycopg.connect(self._maintenance_url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE portal")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """The three ways of `pg_ctl stop`: `immediate` breaks every connection and writes nothing more."""
        self._end(STOP_SIGNALS[mode])

    def remove(self) -> None:
        """Stop without ceremony and delete the data."""
        self.stop("immediate")
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _maintenance_url(self) -> str:
        return self.url.removesuffix("/portal") + "/postgres"

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self._maintenance_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _take_over(self, data: Path) -> None:
        shutil.copytree(data, self.data)
        self.data.chmod(0o700)
        if self._user:
            for folder, _, files in os.walk(self.data):
                for path in (Path(folder), *(Path(folder, name) for name in files)):
                    shutil.chown(path, self._user)

    def _initdb(self) -> None:
        done = subprocess.run(
            [
                *(self.programs / "initdb", "-D", self.data, "--username=portal", "--auth=trust"),
                *("--locale=C", "--encoding=UTF8", "--no-sync"),
            ],
            cwd=self._home,
            user=self._user,
            extra_groups=[] if self._user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerError(f"initdb failed:\n{done.stderr}")


def _reachable(programs: Path, home: Path) -> Path:
    """The programs' folder, copied when the user instead of root cannot run it (a clone under /root, say)."""
    probe = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$0"', programs / "postgres"],
        user=USER_INSTEAD_OF_ROOT,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    if probe.returncode == 0:
        return programs
    copy = home / "programs"
    shutil.copytree(programs.parent, copy, symlinks=True)
    copy.chmod(0o755)
    return copy / programs.name

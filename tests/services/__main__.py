"""`python -m tests.services -- COMMAND ...`: run a command with the real servers, and stop them whatever happens.

The command gets DATABASE_URL, REDIS_URL, CHROMIUM (when there is a browser), SSHD (when there is OpenSSH's server),
VAR_DIR (a folder that goes with the servers), a folder for what tests make once and copy (tests.copies), and
PostgreSQL's programs first on its PATH. The exit status is the command's.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services import COPIES, LENT
from tests.services.postgres import Postgres
from tests.services.programs import MissingProgram, chromium_program, sshd_program
from tests.services.redis import RedisServer


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.services -- COMMAND ...", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="portal-services-") as folder:
            return _run(command, Path(folder))
    except MissingProgram as missing:
        print(missing, file=sys.stderr)
        return 1


def _run(command: list[str], folder: Path) -> int:
    chromium, sshd = chromium_program(), sshd_program()
    postgres, redis = Postgres(folder), RedisServer(folder)
    try:
        postgres.start()
        redis.start()
        (folder / "copies").mkdir()
        (folder / "copies" / LENT).touch()
        environment = {
            **os.environ,
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "VAR_DIR": str(folder / "var"),
            COPIES: str(folder / "copies"),
            "PATH": f"{postgres.programs}{os.pathsep}{os.environ['PATH']}",
        }
        if chromium:
            environment["CHROMIUM"] = str(chromium)
        if sshd:
            environment["SSHD"] = str(sshd)
        return _call(command, environment)
    finally:
        redis.stop()
        postgres.remove()


def _call(command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=environment)
    # Ctrl-C reaches the command too; let it end first, then the servers. A SIGTERM is handed on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    status = process.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

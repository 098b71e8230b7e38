"""The embedded portal in one command: database, demo data, web, worker and schedule."""

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from calpads_portal import env
from calpads_portal.processes import BEAT, CERS, PYTHON, WEB, WORKER
from calpads_portal.supervision import Child, Household, die_with_parent
from ods.matching_lines import keys_are_current
from ods.models import Organization

SECONDS_TO_ANSWER = 60.0
CERS_PORT_ABOVE = 790
"""The emulated receiving end of student groups listens so far above the portal, unless CERS_PORT is set."""


class Command(BaseCommand):
    """Migrate, start everything, load the demo data once, and stay until Ctrl-C."""

    help = "Start the embedded portal (SQLite, no other servers) on 127.0.0.1; PORT= chooses the port."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start with an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASE_URL or settings.REDIS_URL:
            raise CommandError(
                "`serve` starts the embedded portal, and DATABASE_URL or REDIS_URL is set. For a production portal"
                " start its processes one by one (docs/operations.md)."
            )
        self._port = env.integer("PORT", 8000, least=1)
        os.environ["BIND_HOST"] = "127.0.0.1"
        if not settings.CERS_EMULATED:
            self.stdout.write(f"Student groups go to {settings.CERS_URL}.")
        else:
            # Two portals on one machine each have a receiving end of their own.
            os.environ.setdefault("CERS_PORT", str(min(65535, self._port + CERS_PORT_ABOVE)))
        lock = _only_one_here()
        _port_is_free(self._port)
        call_command("migrate", interactive=False, verbosity=0)
        if not keys_are_current():
            self.stdout.write("The SSID Matching Tool's keys are of an earlier release; making them anew ...")
            call_command("rebuild_matching_keys")
        self._household = Household(self._children(), say=self._say)
        self._household.end_on_signals()
        try:
            self._run(demo=not options["no_demo"])
        finally:
            self._say("Stopping ...")
            self._household.end()
            lock.close()

    def _children(self) -> list[Child]:
        logs = settings.VAR_DIR / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        commands = {"web": WEB, "worker": WORKER, "beat": BEAT}
        if settings.CERS_EMULATED:
            commands["cers"] = CERS
        return [
            Child(name=name, command=[PYTHON, *words], log=logs / f"{name}.log", folder=settings.BASE_DIR)
            for name, words in commands.items()
        ]

    def _run(self, *, demo: bool) -> None:
        self._household.watch()
        if not self._answers():
            return
        address = f"http://127.0.0.1:{self._port}/"
        self._say(f"\nThe portal is at {address}  (logs: {settings.VAR_DIR / 'logs'})")
        if demo:
            self._demo_data()
        if not self._household.ending:
            self._say(f"\nReady: {address}  Ctrl-C stops the portal; the data stay.")
            self._household.run_until_signal()

    def _answers(self) -> bool:
        """Whether the web process answers before it is time to give up or somebody ends us."""
        until = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < until and not self._household.ending:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2).close()
            except (urllib.error.URLError, OSError):
                self._household.watch()
                time.sleep(0.1)
            else:
                return True
        if not self._household.ending:
            raise CommandError(f"The web process does not answer; see {settings.VAR_DIR / 'logs' / 'web.log'}.")
        return False

    def _demo_data(self) -> None:
        """Load the demo data into an empty database, and keep what the loader says (the sign-ins) for later starts."""
        said = settings.VAR_DIR / "demo-data.txt"
        saying = said.with_suffix(".part")
        if said.exists():
            self._say(said.read_text().rstrip())
            return
        # What was begun and not ended is in `saying`; the loader goes on where it stopped.
        if Organization.objects.exists() and not saying.exists():
            self._say("The database holds data already; no demo data are loaded.")
            return
        self._say("Loading the demo data, half a minute or so. Sign in when the accounts are named.")
        with saying.open("w") as output, saying.open() as words:
            loader = subprocess.Popen(
                [PYTHON, "manage.py", "demo_data"],
                cwd=settings.BASE_DIR,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call
            )
            while loader.poll() is None:
                if self._household.ending:
                    loader.terminate()
                self._household.watch()
                self._say_more(words)
                time.sleep(0.2)
            self._say_more(words)
        if self._household.ending:
            return
        if loader.returncode != 0:
            raise CommandError("The demo data could not be loaded (see above). The next start tries again.")
        saying.replace(said)

    def _say_more(self, words: IO[str]) -> None:
        if more := words.read().rstrip():
            self._say(more)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _only_one_here() -> IO[str]:
    """The lock of VAR_DIR, held while the file is open. Raises CommandError when another portal holds it."""
    lock = (settings.VAR_DIR / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(f"A portal runs already on {settings.VAR_DIR}. Stop it, or set VAR_DIR.") from None
    os.set_inheritable(lock.fileno(), False)
    return lock


def _port_is_free(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn does: a port that was just given up counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
            ) from None

"""`manage.py emulate_siras`: an SFTP server with a directory for each district, and the nightly import behind it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ods.models import Organization, OrganizationKind
from siras_export.demo import EMULATOR_PASSWORD, EMULATOR_PORT
from siras_export.models import Profile, SirasLog
from siras_export.receiving.headers import FileRefused
from siras_export.receiving.nightly import folder_of, nightly
from siras_export.receiving.reading import read_rows
from siras_export.receiving.records import load_records
from siras_export.receiving.server import Server, host_key_in

_PAUSE = 30.0


class Command(BaseCommand):
    """Runs until Ctrl-C; with --import-now it looks at the files once, whatever the hour, and ends."""

    help = "Emulates SIRAS: takes the districts' files by SFTP and imports them at night, as its published rules say."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen; default %(default)s")
        parser.add_argument("--port", type=int, default=EMULATOR_PORT, help="default %(default)s")
        parser.add_argument("--root", type=Path, default=settings.VAR_DIR / "siras", help="default VAR_DIR/siras")
        parser.add_argument("--import-now", action="store_true", help="import what is new, whatever the hour, and end")
        parser.add_argument("--records", type=Path, metavar="FILE", help="take SIRAS' students from it, and end")
        parser.add_argument("--lea", metavar="CODE", help="the district of --records")

    def handle(self, *, host: str, port: int, root: Path, import_now: bool, **options: Any) -> None:
        if options["records"]:
            self._load(options["records"], options["lea"])
            return
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if import_now:
            self._say(nightly(root, clock=False))
            return
        key = host_key_in(root / "host_key")
        districts = [profile.lea for profile in Profile.objects.select_related("lea")]
        for lea in districts:
            folder_of(root, lea).mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            server = Server(
                root=root / "districts",
                host_key=key,
                passwords={lea.code: EMULATOR_PASSWORD for lea in districts},
                host=host,
                port=port,
            )
        except OSError as error:
            raise CommandError(f"{host} port {port} cannot be listened on: {error.strerror}") from error
        self.stdout.write(f"Emulated SIRAS at {host} port {server.port}, host key {key.get_name()} {key.fingerprint}")
        self.stdout.write(f"User names: the district codes; password: {EMULATOR_PASSWORD}. Ctrl-C ends it.")
        try:
            while True:
                self._say(nightly(root), quietly=True)
                connection.close()
                time.sleep(_PAUSE)
        except KeyboardInterrupt:
            pass
        finally:
            server.close()

    def _load(self, path: Path, code: str | None) -> None:
        lea = Organization.objects.filter(kind=OrganizationKind.LEA, code=code or "").first()
        if lea is None:
            raise CommandError("Name the district with --lea and its 7-digit code.")
        try:
            with path.open("rb") as file:
                students = load_records(lea=lea, rows=read_rows(file))
        except (OSError, FileRefused) as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self.stdout.write(f"The emulated SIRAS knows {students:,} students of {lea.name}.")

    def _say(self, logs: list[SirasLog], *, quietly: bool = False) -> None:
        for log in logs:
            self.stdout.write(f"{log.file_name}: {log.counts.get('read', 0)} rows read, log {log.pk}")
        if not logs and not quietly:
            self.stdout.write("No file is new; no log was written.")

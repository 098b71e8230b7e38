"""`manage.py emulate_cers`: the receiving end of student groups, for the demo, for tests, for other vendors."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ods.calendar import academic_year_of, pacific_today
from ods.directory import schools_of
from ods.models import Organization, OrganizationKind
from rosters.cers.accounts import DEMO_SECRET, DEMO_USER, Account, accounts_of
from rosters.cers.server import Config, Server
from rosters.models import SchoolSetting
from rosters.snapshot import natural_id


class Command(BaseCommand):
    """Answers until Ctrl-C. Everything it is given is kept in memory and gone afterwards."""

    help = "Emulates the group import of CERS (Smarter Balanced RDW) on 127.0.0.1; docs/cers-emulator.md says how."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.CERS_PORT, help="0: any that is free")
        parser.add_argument("--mode", choices=("rdw", "ets"), default="rdw", help="ets: failures without row texts")
        parser.add_argument("--accounts", type=Path, metavar="FILE", help="JSON list; default: one demo account")
        parser.add_argument("--schools", metavar="any|FILE", help="every 14 digits, or a list; default: the directory")
        parser.add_argument("--years", help="school years known, such as 2026,2027; default: the current and earlier")
        parser.add_argument("--subjects", default="Math,ELA,ELPAC")
        parser.add_argument("--process-after", type=float, default=2.0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            config = _config(options)
            server = Server((options["host"], options["port"]), config)
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise CommandError(f"The emulator cannot start: {error}") from error
        # `shutdown` waits for the loop this thread is in.
        before = signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        self.stdout.write(f"CERS emulator ({options['mode']}) at {server.base}")
        for account in config.accounts:
            self.stdout.write(f"  user name {account.user_name}, secret key {account.secret}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)
            server.server_close()


def _config(options: dict[str, Any]) -> Config:
    accounts = [Account(DEMO_USER, DEMO_SECRET)]
    if options["accounts"]:
        accounts = accounts_of(options["accounts"].read_text(encoding="utf-8"))
    this_year = academic_year_of(pacific_today()).begins_in + 1
    years = list(range(2015, this_year + 1))
    if options["years"]:
        years = [int(year) for year in options["years"].split(",")]
    return Config(
        accounts=accounts,
        years=years,
        school_exists=_schools(options["schools"]),
        subjects=options["subjects"].split(","),
        mode=options["mode"],
        client_id=settings.CERS_CLIENT_ID,
        client_secret=settings.CERS_CLIENT_SECRET,
        process_after=options["process_after"],
    )


def _schools(given: str | None) -> Any:
    if given == "any":
        return lambda school: len(school) == 14 and school.isascii() and school.isdecimal()
    if given:
        known = frozenset(Path(given).read_text(encoding="utf-8").split())
        return lambda school: school in known
    return _in_directory


def _in_directory(school: str) -> bool:
    try:
        return in_directory(school)
    finally:
        # Each call has a thread of its own, and would leave its connection open.
        connection.close()


def in_directory(school: str) -> bool:
    """Whether the portal's own directory has the school, under its code or a School Natural ID of its own."""
    if SchoolSetting.objects.filter(natural_id=school).exists():
        return True
    own = school[7:]
    lea = Organization.objects.filter(kind=OrganizationKind.LEA, code=school[:7]).first()
    if lea is None or not schools_of(lea).filter(code=own).exists():
        return False
    return natural_id(lea, own, SchoolSetting.objects.filter(lea=lea, school=own).first()) == school

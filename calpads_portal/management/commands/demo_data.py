"""`manage.py demo_data`: synthetic LEAs, students and staff, and people who can sign in."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.administrators import make_administrator
from accounts.assigning import change_roles
from accounts.models import User
from accounts.permissions import roles_of
from ods.calendar import academic_year_of
from ods.demo.certification import result_lines
from ods.demo.districts import FOOTHILLS, district_code
from ods.demo.generator import LEAS, SEED, STUDENTS, DemoData, generate
from ods.demo.loading import DemoRefused, Loaded, load
from ods.demo.timeline import AS_OF
from ods.direct_certification import load_results
from ods.models import Organization, OrganizationKind, StudentEnrollment
from rop_export.demo import load_demo as load_rop_demo
from rosters.demo import connect_demo
from rosters.demo import load_demo as load_rosters_demo
from siras_export.demo import load_demo as load_siras_demo

PASSWORD = "calpads-demo"  # noqa: S105  # of synthetic people, printed at every start
"""The password of every demo account."""

ADMINISTRATOR = "admin"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody who can sign in: which roles he holds on which organisations, and how to say so."""

    username: str
    words: str
    organizations: tuple[Organization, ...]
    roles: tuple[str, ...]


class Command(BaseCommand):
    help = (
        "Generates synthetic CALPADS files of all record types and loads them through the ordinary loader, with "
        "accounts to sign in. A second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--leas", type=int, default=LEAS, metavar="N", help=f"default {LEAS}")
        parser.add_argument("--students", type=int, default=STUDENTS, metavar="N", help=f"of all LEAs; {STUDENTS}")
        parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="other people; default %(default)s")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, default=AS_OF, metavar="DATE", help=f"the demo's today; {AS_OF}"
        )
        parser.add_argument("--write-only", type=Path, metavar="FOLDER", help="write the files there, load nothing")
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="make the demo accounts on a portal served over HTTPS too: everybody knows their password",
        )

    def handle(self, *, write_only: Path | None, accounts: bool, **options: Any) -> None:
        sizes = {name: options[name] for name in ("leas", "students", "seed", "as_of")}
        if write_only:
            data = self._generate(write_only, sizes)
            self.stdout.write(f"{len(data.files)} files and {data.directory.name} written to {write_only}")
            return
        with tempfile.TemporaryDirectory(prefix="demo-data-") as folder:
            self._say(self._load(self._generate(Path(folder, "files"), sizes)))
        _load_certifications(sizes["as_of"])
        if loaded := load_rop_demo(as_of=sizes["as_of"]):
            self.stdout.write(f"ROP data of {len(loaded)} LEAs loaded.")
        if load_siras_demo(as_of=sizes["as_of"], code=district_code(0)):
            self.stdout.write("A SIRAS profile and an emulated SIRAS were set up (manage.py emulate_siras).")
        if classes := load_rosters_demo(as_of=sizes["as_of"]):
            self.stdout.write(f"Class data for student groups of {len(classes)} LEAs loaded.")
        if settings.SESSION_COOKIE_SECURE and not accounts:
            self.stdout.write("No demo accounts were made: this portal is served over HTTPS (see --accounts).")
            return
        made = [make_account(account) for account in demo_accounts()]
        if settings.CERS_EMULATED:
            connect_demo(
                users={
                    district_code(place): User.objects.get(username=name)
                    for place, name in enumerate(("lea.user", "lea2.user"))
                }
            )
        self.stdout.write(f"Sign in with the password {PASSWORD}" + (":" if any(made) else " (accounts as before):"))
        self.stdout.write(f"  {ADMINISTRATOR:<12} assigns roles in Django admin")
        for account in demo_accounts():
            self.stdout.write(f"  {account.username:<12} {account.words}")

    def _generate(self, folder: Path, sizes: dict[str, Any]) -> DemoData:
        try:
            return generate(folder, **sizes)
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    def _load(self, data: DemoData) -> Loaded:
        try:
            return load(data)
        except DemoRefused as refused:
            raise CommandError(str(refused)) from refused

    def _say(self, loaded: Loaded) -> None:
        if loaded.files:
            self.stdout.write(f"{loaded.records:,} records of {loaded.files} demo files loaded.")
        else:
            self.stdout.write("The demo data is loaded already; nothing was changed.")


def _load_certifications(as_of: date) -> None:
    """Direct Certification results of the demo's school year; they belong to no record type and no round."""
    ssids = StudentEnrollment.objects.filter(enrollment_exit_date__isnull=True).values_list("ssid", flat=True)
    load_results(lines=result_lines(ssids=set(ssids), year=academic_year_of(as_of)))


def demo_accounts() -> list[DemoAccount]:
    """Who can sign in, besides the administrator; made for the first two LEAs of the demo and their SELPA."""
    leas = Organization.objects.filter(kind=OrganizationKind.LEA)
    first, second = (leas.get(code=district_code(position)) for position in (0, 1))
    high = first.schools.get(name=f"{first.name.removesuffix(' Unified')} High")
    selpa = Organization.objects.get(kind=OrganizationKind.SELPA, code=FOOTHILLS)
    everything = tuple(roles_of(OrganizationKind.LEA))
    edit = tuple(role for role in everything if role.endswith("_edit"))
    return [
        DemoAccount("lea.user", f"all roles at {first.name}", (first,), everything),
        DemoAccount("lea2.user", f"all roles at {second.name}", (second,), everything),
        DemoAccount("county.user", f"all roles at {first.name} and {second.name}", (first, second), everything),
        DemoAccount("school.user", f"the edit roles at {high.name} only", (high,), edit),
        DemoAccount("selpa.user", f"SELPA Reports at {selpa.name}", (selpa,), ("selpa_reports",)),
        DemoAccount("rop.user", f"ROP Administer at {first.name}, nothing else", (first,), ("rop_administer",)),
        DemoAccount("rosters.user", f"Rosters Manage at {first.name}, nothing else", (first,), ("rosters_manage",)),
        DemoAccount("one.role", f"SENR Edit at {first.name}, nothing else", (first,), ("senr_edit",)),
    ]


@transaction.atomic
def make_account(account: DemoAccount) -> bool:
    """Make an account with its roles, granted by the demo's administrator; False if there is one of that name.

    An account that is there is left as it is: somebody may have taken roles away on purpose.
    """
    administrator = _administrator()
    if User.objects.filter(username=account.username).exists():
        return False
    user = _make_user(account.username)
    grant = [(organization.pk, role) for organization in account.organizations for role in account.roles]
    change_roles(holder=user, grant=grant, by=administrator)
    return True


def _administrator() -> User:
    found = User.objects.filter(username=ADMINISTRATOR).first()
    if found is None:
        found = _make_user(ADMINISTRATOR)
        make_administrator(found)
    return found


def _make_user(username: str) -> User:
    return User.objects.create(username=username, email=f"{username}@example.org", password=make_password(PASSWORD))

"""One small LEA for checks that need no demo: its school, its clerk, its files."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.records import line
from tests.golden.portal import SUCCESS, Page, Portal, request_form
from tests.reference.asking import way_of, wire_of
from tests.reference.selecting import Asked


@pytest.fixture
def school() -> Organization:
    """Alder High of Alder Unified, where `clerk` may ask for SENR, SPRG and SDEM."""
    lea = make_lea("9900001", "Alder Unified")
    school = make_school(lea, "0100011", "Alder High")
    make_school(lea, "0100012", "Alder Middle")
    clerk = make_user("clerk")
    for role in ("senr_edit", "sprg_edit", "sdem_edit"):
        grant(clerk, role, lea)
    return school


@pytest.fixture
def clerk(school: Organization) -> Portal:
    return portal_of("clerk")


def portal_of(username: str) -> Portal:
    portal = Portal()
    portal.already_signed_in(User.objects.get(username=username))
    return portal


def senr(number: int, start: str, end: str = "", **values: str) -> str:
    return line(
        "SENR",
        **{
            "reporting_lea": "9900001",
            "school_of_attendance": "0100011",
            "ssid": f"99000000{number:02}",
            "enrollment_start_date": start,
            "enrollment_exit_date": end,
            **values,
        },
    )


def load(folder: Path, *lines: str, on: str = "2025-09-02", **options: bool | str) -> None:
    path = folder / f"{on}.txt"
    path.write_text("".join(f"{each}\r\n" for each in lines), encoding="utf-8", newline="")
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items() if isinstance(value, str)]
    flags += [f"--{name.replace('_', '-')}" for name, value in options.items() if value is True]
    call_command("load_ods", str(path), f"--posted-on={on}", *flags, stdout=StringIO(), stderr=StringIO())


def ask(portal: Portal, asked: Asked) -> Page:
    form = request_form(portal.request_page(asked.record_type), way_of(asked))
    assert form is not None
    return portal.request(form, wire_of(asked))


def finished(portal: Portal, asked: Asked) -> bytes:
    assert ask(portal, asked).first_paragraph == SUCCESS
    job = Job.objects.latest("pk")
    run_job(job_id=job.pk)
    return portal.download(str(job.pk)).body


def ssids(content: bytes) -> list[str]:
    return [row.split("^")[7] for row in content.decode().split("\r\n")[:-1]]


HERE = frozenset({"0100011"})
ACTIVE = Asked("SENR", "9900001", schools=HERE, active=True)

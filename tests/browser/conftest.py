"""A portal with people and records, a worker that works when it is told to, and browsers of every sort."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.permissions import ROLES
from jobs import running, sending
from ods.models import Organization
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import grant, make_user
from tests.factories.records import file, line

DESKTOP = 1280
PHONE = 320
HEIGHT = 900
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
# Debian's browser phones home on its own; as root it has no sandbox.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
# A last resort: on a busy machine a page may take long, and no test waits for this.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the run. Where there is none the tests are skipped, and in CI they fail."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium was not found, and with CI set browser tests may not be left out.")
        pytest.skip("Chromium was not found")
    with playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    # Playwright's synchronous interface runs an event loop in this thread, in which Django refuses its ORM.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


class Worker:
    """Takes the messages and works on them when a test says so."""

    def __init__(self) -> None:
        self.job_ids: list[int] = []

    def send_task(self, name: str, kwargs: dict[str, int], **_: Any) -> None:
        self.job_ids.append(kwargs["job_id"])

    def run_all(self) -> None:
        while self.job_ids:
            running.run_job(job_id=self.job_ids.pop(0))


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    worker = Worker()
    monkeypatch.setattr(sending, "current_app", worker)
    return worker


@dataclass
class World:
    """Two LEAs and a SELPA. Rosa holds every role at the first LEA and one at the second; Sam holds none."""

    lea: Organization
    other_lea: Organization
    selpa: Organization
    rosa: User
    selma: User
    sam: User
    senr: list[str] = field(default_factory=list)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, settings: Any) -> World:
    settings.FILES_DIR = tmp_path / "files"
    settings.LEAST_FREE_DISK = 0
    lea = make_lea("1964733", "Alder Unified")
    other_lea = make_lea("3768338", "Birch Unified")
    make_school(lea, "1930924", "Alder High")
    make_school(lea, "6015234", "Alder Elementary")
    make_school(other_lea, "3730033", "Birch High")
    selpa = make_selpa("1901", "Alder SELPA", members=(lea, other_lea))
    rosa = make_user("rosa", first_name="Rosa", last_name="Delgado")
    for role in ROLES:
        if role != "selpa_reports":
            grant(rosa, role, lea)
    grant(rosa, "senr_edit", other_lea)
    selma = make_user("selma")
    grant(selma, "selpa_reports", selpa)
    senr = [
        line("SENR", ssid="9900000001", local_student_id="A1"),
        line("SENR", ssid="9900000002", local_student_id="A2", school_of_attendance="6015234"),
    ]
    posted = tmp_path / "senr.txt"
    posted.write_bytes(file(*senr))
    call_command("load_ods", str(posted), posted_on=date(2026, 11, 20), verbosity=0)
    return World(lea=lea, other_lea=other_lea, selpa=selpa, rosa=rosa, selma=selma, sam=make_user("sam"), senr=senr)


@dataclass
class Visitor:
    """Somebody at a browser. `faults` are errors of scripts, of the security policy, and failed requests."""

    page: Page
    base: str
    faults: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, worker: Worker) -> Iterator[Visit]:
    """`visit(user=None, javascript=True, width=1280)`: a browser, signed in as the user if given."""
    visitors: list[tuple[BrowserContext, Visitor]] = []

    def arrive(user: User | None = None, *, javascript: bool = True, width: int = DESKTOP) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": HEIGHT}, java_script_enabled=javascript)
        context.set_default_timeout(60_000)  # a last resort: the first page after a cold start is slow
        if user is not None:
            context.add_cookies([_session_of(user, live_server.url)])
        page = context.new_page()
        visitor = Visitor(page, live_server.url, [])
        page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        page.on("console", lambda message: _note(visitor.faults, message))
        visitors.append((context, visitor))
        return visitor

    yield arrive
    faults = [fault for _, visitor in visitors for fault in visitor.faults]
    for context, _ in visitors:
        context.close()
    assert faults == []


def _note(faults: list[str], message: ConsoleMessage) -> None:
    # An answer of 403, 404 or 410 is a page that tests look at, not a fault.
    if message.type == "error" and not re.search(r"(status of|Status Error Code) 4(03|04|10)", message.text):
        faults.append(message.text)


def _session_of(user: User, base: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": base}

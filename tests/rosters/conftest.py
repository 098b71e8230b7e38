"""An LEA with a high school, somebody with the role, the receiving end over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import User
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization
from rosters import sending
from rosters.cers.accounts import DEMO_SECRET, DEMO_USER, Account
from rosters.cers.server import Config, Server
from rosters.connecting import save_connection
from rosters.models import SchoolFile
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.rosters import HIGH, Office

PAGE = "/SpecialFunctions/StudentAssessmentRosters"
NOON = "2025-10-01 19:00:00+00:00"


@pytest.fixture
def lea(db: None, settings: Any, tmp_path: Any) -> Organization:
    settings.FILES_DIR = tmp_path / "files"
    settings.LEAST_FREE_DISK = 0
    lea = make_lea("1964733", "Alder Unified")
    make_school(lea, HIGH, "Alder High")
    return lea


@pytest.fixture
def user(lea: Organization) -> User:
    user = make_user("ada")
    grant(user, "rosters_manage", lea)
    return user


@pytest.fixture
def office(lea: Organization) -> Office:
    return Office(lea)


@pytest.fixture
def october(time_machine: Any) -> None:
    """1 October 2025 in California."""
    time_machine.move_to(NOON, tick=True)


class Desk:
    """Somebody at the pages."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, page: str = "", **query: Any) -> Any:
        return self.client.get(PAGE + page, query)

    def page(self, page: str = "", **query: Any) -> html.HtmlElement:
        answer = self.get(page, **query)
        assert answer.status_code == 200, answer.content[:500]
        return html.document_fromstring(answer.content)

    def post(self, page: str = "", **given: Any) -> Any:
        return self.client.post(PAGE + page, given)

    def press(self, command: str, *schools: str, **given: Any) -> Job:
        """Tick schools, press the button, and let the worker make the files."""
        answer = self.post(command=command, schools=list(schools or (HIGH,)), year="2026", **given)
        assert answer.status_code == 302, answer.content.decode()
        job = Job.objects.latest("pk")
        run_job(job_id=job.pk)
        job.refresh_from_db()
        return job

    def upload(self, *schools: str, **given: Any) -> list[SchoolFile]:
        """Upload, and send until nothing is under way."""
        job = self.press("upload", *schools, **given)
        assert job.status == "SUCCEEDED", job.message
        finish()
        return list(SchoolFile.objects.filter(run__job=job).order_by("school"))


def finish(*, steps: int = 20) -> None:
    """Take every step until nothing is under way, whatever the pauses."""
    for _ in range(steps):
        SchoolFile.objects.filter(next_at__isnull=False).update(next_at=timezone.now() - timedelta(seconds=1))
        if not sending.work():
            return


@pytest.fixture
def desk(user: User) -> Desk:
    return Desk(user)


Start = Callable[..., Server]


@pytest.fixture
def start_cers(settings: Any) -> Iterator[Start]:
    """`start_cers(mode="ets", schools=...)`: the emulator on a port of its own, and the portal set to it."""
    servers: list[tuple[Server, threading.Thread]] = []

    def start(schools: tuple[str, ...] = ("",), **options: Any) -> Server:
        config = Config(
            accounts=[Account(DEMO_USER, DEMO_SECRET, schools=schools)],
            **{"years": range(2020, 2027), "school_exists": lambda school: len(school) == 14, **options},
        )
        server = Server(("127.0.0.1", 0), config)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        servers.append((server, thread))
        settings.CERS_URL = server.base
        settings.CERS_TOKEN_URL = f"{server.base}/auth/oauth2/access_token"
        settings.CERS_CLIENT_ID, settings.CERS_CLIENT_SECRET = config.client_id, config.client_secret
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)


@pytest.fixture
def cers(start_cers: Start) -> Server:
    return start_cers()


@pytest.fixture
def connected(lea: Organization, user: User) -> None:
    save_connection(lea=lea, user_name=DEMO_USER, secret=DEMO_SECRET, expires_on=date(2026, 9, 1), by=user)

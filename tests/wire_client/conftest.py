"""A live portal with the small demo and a worker, for the whole module."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from jobs import sending
from jobs.running import run_job
from ods.demo.generator import DemoData
from ods.models import Organization
from tests.emptying import empty_database
from tests.factories.people import PASSWORD, grant, make_user
from tests.reference.asking import ROLES
from tests.reference.fixtures import demo_data, demo_ods, demo_store
from tests.wire_client.client import WireClient

__all__ = ["demo_data", "demo_ods", "demo_store"]


@pytest.fixture
def _django_db_helper(django_db_setup: None) -> None:
    """The mark `django_db` makes pytest-django set up the test database, and here no more than that.

    Its own fixture would hold a transaction open around each test, which on SQLite locks the server out, or empty the
    database after each.
    """


class Worker(threading.Thread):
    """Works on every message as it comes, beside the server."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.messages: queue.Queue[int | None] = queue.Queue()

    def send_task(self, name: str, kwargs: dict[str, int], **_: Any) -> None:
        self.messages.put(kwargs["job_id"])

    def run(self) -> None:
        while (job_id := self.messages.get()) is not None:
            try:
                run_job(job_id=job_id)
            finally:
                self.messages.task_done()
        connection.close()

    def rest(self) -> None:
        """Wait until all messages are worked on: clients that look meanwhile would only take the processor from it."""
        with self.messages.all_tasks_done:
            self.messages.all_tasks_done.wait_for(lambda: not self.messages.unfinished_tasks, timeout=10)
        time.sleep(0.01)

    def stop(self) -> None:
        self.messages.put(None)
        self.join()


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker()


@pytest.fixture(scope="module")
def portal(
    demo_ods: DemoData, worker: Worker, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a portal over the demo; `clerk` holds every edit role at every LEA, `selma` reports of a SELPA."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "current_app", worker)
        patch.setattr(settings, "FILES_DIR", tmp_path_factory.mktemp("files"))
        clerk = make_user("clerk")
        for lea in Organization.objects.filter(kind="LEA"):
            for role in {*ROLES.values(), "direct_certification"}:
                grant(clerk, role, lea)
        for selpa in Organization.objects.filter(kind="SELPA"):
            grant(make_user(f"selma{selpa.code}"), "selpa_reports", selpa)
        worker.start()
        server = LiveServer("localhost")
        yield server.url + "/"
        server.stop()
        worker.stop()
        empty_database()


@pytest.fixture
def connect(portal: str, worker: Worker) -> Iterator[Callable[..., WireClient]]:
    """Makes clients that are not signed in. One left open would keep a thread of the server and its connection."""
    with ExitStack() as opened:

        def new(**options: bool) -> WireClient:
            return opened.enter_context(closing(WireClient(portal, pause=worker.rest, **options)))

        yield new


@pytest.fixture(params=[False, True], ids=["as written", "in another case"])
def client(request: pytest.FixtureRequest, portal: str, connect: Callable[..., WireClient]) -> WireClient:
    """Signed in as the clerk."""
    client = connect(shout=request.param)
    assert client.log_in("clerk", PASSWORD).url == portal
    return client

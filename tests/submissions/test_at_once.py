"""Two people press Post All at once, and a worker dies while it posts: once or not at all (PostgreSQL)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs import recovery
from jobs.models import Job
from jobs.running import run_job
from ods.models import Posting, StudentEnrollment
from submissions.enums import Status
from submissions.models import Submission
from tests.factories.people import grant, make_user
from tests.factories.records import SSID, line
from tests.submissions.conftest import current, know, state

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"),
]


def senr(number: int) -> str:
    return line("SENR", ssid=f"{int(SSID) + number}", birth_country_code="US", grade_level_code="05")


@pytest.fixture
def ready(submit) -> Submission:
    know(*(str(int(SSID) + number) for number in range(300)))
    return submit(*[senr(number) for number in range(300)])


def at_once(*works: Callable[[], Any]) -> None:
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_two_people_at_once_make_one_posting(lea, client, ready: Submission) -> None:
    colleague = make_user("colleague")
    grant(colleague, "senr_edit", lea)
    people = [client, client_of(colleague), client, client_of(colleague)]
    at_once(
        *[
            lambda person=person: person.post("/FileSubmission/Post", {"JobID": ready.pk, "command": "Post All"})
            for person in people
        ]
    )
    (job,) = Job.objects.filter(kind="posting")
    run_job(job_id=job.pk)
    assert (Posting.objects.count(), StudentEnrollment.objects.count()) == (1, 300)
    assert state(current(ready))[0] == Status.POSTED


def test_two_attempts_at_once_post_once(client, ready: Submission) -> None:
    """A worker that was taken for dead goes on while another takes over."""
    client.post("/FileSubmission/Post", {"JobID": ready.pk, "command": "Post All"})
    ready.refresh_from_db()

    def attempt() -> None:
        Job.objects.filter(pk=ready.posting_job_id).update(status="QUEUED", lease_until=None, finished_at=None)
        run_job(job_id=ready.posting_job_id)

    at_once(attempt, attempt)
    assert (Posting.objects.count(), StudentEnrollment.objects.count()) == (1, 300)


def test_discarding_and_posting_at_once_is_one_of_the_two(client, ready: Submission) -> None:
    at_once(
        lambda: client.post("/FileSubmission/Post", {"JobID": ready.pk, "command": "Post All"}),
        lambda: client.post("/FileSubmission/Discard", {"JobID": ready.pk}),
    )
    for job in Job.objects.filter(kind="posting"):
        run_job(job_id=job.pk)
    status = state(current(ready))[0]
    assert (status, Posting.objects.count()) in {(Status.POSTED, 1), (Status.DISCARDED, 0)}


WORKER = """
    import django; django.setup()
    from pathlib import Path
    from django.conf import settings
    settings.FILES_DIR = Path({files!r})
    settings.DATABASES["default"]["NAME"] = {database!r}
    from django.db import connection
    connection.settings_dict["NAME"] = {database!r}
    import time
    from ods.posting import apply, hooks, files
    from jobs.running import run_job
    carry_out, run_hooks = files.carry_out, hooks.run
    def pause(name):
        print(name, flush=True)
        time.sleep(30)
    def slow_carry_out(*args, **given):
        if {where!r} == "before the changes": pause({where!r})
        carry_out(*args, **given)
    def slow_hooks(changes):
        run_hooks(changes)
        if {where!r} == "before the commit": pause({where!r})
    files.carry_out, hooks.run = slow_carry_out, slow_hooks
    run_job(job_id={job})
    pause("after the commit")
"""


@pytest.mark.parametrize("where", ["before the changes", "before the commit", "after the commit"])
def test_a_worker_killed_while_posting_posts_once(client, ready: Submission, settings, where: str) -> None:
    client.post("/FileSubmission/Post", {"JobID": ready.pk, "command": "Post All"})
    ready.refresh_from_db()
    code = textwrap.dedent(
        WORKER.format(
            files=str(settings.FILES_DIR),
            database=connection.settings_dict["NAME"],
            where=where,
            job=ready.posting_job_id,
        )
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=django_settings.BASE_DIR
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == where
    assert StudentEnrollment.objects.count() == (300 if where == "after the commit" else 0)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    if where != "after the commit":
        time.sleep(0.5)  # the server notices
        Job.objects.filter(pk=ready.posting_job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
        recovery.sweep()
        assert run_job(job_id=ready.posting_job_id) is None
    assert (Posting.objects.count(), StudentEnrollment.objects.count()) == (1, 300)
    assert state(current(ready))[0] == Status.POSTED

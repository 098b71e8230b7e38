"""kill -9 in the middle of matching: nothing of the run is there, and the next attempt does all of it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jobs import sending
from jobs.enums import Status
from jobs.models import Job
from jobs.recovery import sweep
from jobs.running import run_job
from ssid_matching.models import MatchRecord, MatchRun
from tests.factories.records import file
from tests.ssid_matching.conftest import TOOL, wanted
from tests.ssid_matching.test_flow import ods_digest

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WORKER = """
import sys, time, django
django.setup()
from jobs.running import run_job
from ssid_matching import running
real = running.match
def slow(*given, **options):
    found = real(*given, **options)
    list(found.answers)
    print("matching", flush=True)
    time.sleep(300)
running.match = slow
run_job(job_id=int(sys.argv[1]))
"""


class _Nobody:
    """Takes messages; nobody works on them."""

    def send_task(self, *_: Any, **__: Any) -> None:
        pass


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a second process shares the server's test database")
def test_a_worker_killed_while_matching_leaves_nothing_and_the_next_does_all(
    client: Client, students: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "current_app", _Nobody())
    upload = io.BytesIO(file(wanted("Ana", "Ruiz"), wanted("Marisol", "Vega", birth_date="20110305")))
    upload.name = "senr.txt"
    client.post(TOOL, {"file": upload})
    run = MatchRun.objects.get()
    before = ods_digest()
    there = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "calpads_portal.settings",
        "DATABASE_URL": f"postgresql://{there['USER']}@{there['HOST']}:{there['PORT']}/{there['NAME']}",
        "FILES_DIR": str(settings.FILES_DIR),
        "VAR_DIR": str(tmp_path / "var"),
        "LEAST_FREE_DISK_MB": "0",
    }
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.job_id)], env=environment, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    ) as worker:  # fmt: skip
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "matching\n"
        finally:
            worker.send_signal(signal.SIGKILL)
    assert Job.objects.get(pk=run.job_id).status == Status.RUNNING
    assert MatchRecord.objects.count() == 0
    # Its lease runs out; the sweep gives the job back, and another worker takes it.
    Job.objects.filter(pk=run.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    assert Job.objects.get(pk=run.job_id).status == Status.QUEUED
    run_job(job_id=run.job_id)
    run.refresh_from_db()
    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.attempts, run.single, run.multiple) == (Status.SUCCEEDED, 2, 1, 1)
    assert MatchRecord.objects.filter(run=run).count() == 2
    assert ods_digest() == before

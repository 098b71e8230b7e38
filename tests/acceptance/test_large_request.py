"""Acceptance check 10 of ods-extracts.md section 9."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from jobs.models import Job
from jobs.running import run_job
from tests.acceptance.alder import ACTIVE, ask, load, senr
from tests.golden.portal import SUCCESS, Portal

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]

ROWS = 100_000
REASONABLE_SECONDS = 120
PAGE_SECONDS = 10


def test_10_a_large_request_finishes_and_other_pages_answer_meanwhile(clerk: Portal, tmp_path: Path) -> None:
    large = (senr(0, "20250811", ssid=f"99{number:08}") for number in range(ROWS))
    load(tmp_path, *large)
    assert ask(clerk, ACTIVE).first_paragraph == SUCCESS
    job = Job.objects.get()
    worker = threading.Thread(target=_work, args=(job.pk,))
    began = time.monotonic()
    worker.start()
    slowest, pages = 0.0, 0
    while worker.is_alive():
        asked = time.monotonic()
        (row,) = clerk.list("9900001")
        slowest, pages = max(slowest, time.monotonic() - asked), pages + 1
    worker.join()
    took = time.monotonic() - began
    (row,) = clerk.list("9900001")
    assert row["ExtractStatus"] == "Complete"
    assert clerk.download(str(job.pk)).body.count(b"\r\n") == ROWS
    assert pages > 1
    assert slowest < PAGE_SECONDS
    assert took < REASONABLE_SECONDS


def _work(job_id: int) -> None:
    try:
        run_job(job_id=job_id)
    finally:
        connection.close()

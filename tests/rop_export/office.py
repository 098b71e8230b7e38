"""Somebody with the role at the ROP page, and what he finds there."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.test import Client
from lxml import html

from jobs.models import Job
from jobs.running import run_job
from tests.factories.rop import HIGH, Packet, add_section, packet, seat, student

PAGE = "/Pages/ROP"
RANGE = {"minutes": "on", "start": "09/14/2026", "end": "09/18/2026"}


class Office:
    """Somebody with the role at the page."""

    def __init__(self, user: AbstractUser) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def page(self, query: str = "") -> html.HtmlElement:
        return html.document_fromstring(self.client.get(PAGE + query).content)

    def press(self, command: str = "Run", **given: Any) -> Any:
        data = {"school": "0", "schools": [HIGH], "course_types": ["32"], "command": command, **given}
        return self.client.post(PAGE, {name: value for name, value in data.items() if value is not None})

    def run(self, **given: Any) -> Job:
        answer = self.press(**given)
        assert answer.status_code == 302, errors_on(answer)
        job = Job.objects.get(pk=re.search(r"requested=(\d+)", answer["Location"])[1])
        run_job(job_id=job.pk)
        job.refresh_from_db()
        assert (job.status, job.message) == ("SUCCEEDED", "")
        return job

    def file(self, job: Job, role: str = "rop") -> list[dict[str, str]]:
        answer = self.client.get(f"{PAGE}/Download?Run={job.pk}&File={role}")
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))

    def rows(self, **given: Any) -> list[dict[str, str]]:
        return self.file(self.run(**given))


def errors_on(answer: Any) -> list[str]:
    tree = html.document_fromstring(answer.content)
    return [" ".join(found.text_content().split()) for found in tree.xpath("//*[contains(@class, 'alert-danger')]//li")]


def one_student(lea, found: Packet | None = None, **values: Any) -> Packet:
    student(lea, "123456", **values)
    return seat(add_section(found or packet(), "101"), "123456", "101")

"""A district with its SIRAS profile, the server it sends to, the emulated SIRAS behind it, and a clock to move."""

from __future__ import annotations

import csv
import io
import os
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import time_machine
from django.test import Client
from lxml import html

from accounts.models import User
from accounts.sealing import sealed
from jobs.models import Job
from jobs.running import run_job
from jobs.storage import open_file
from ods.calendar import PACIFIC
from ods.models import Organization
from siras_export import nights
from siras_export.models import Alarm, Profile, Run, SirasLog, SirasStudent
from siras_export.profiles import new_profile
from siras_export.receiving.nightly import nightly
from siras_export.watch import Watch, watch
from tests.siras_export.sftp import PASSWORD, SftpServer

PAGE = "/Pages/SIRAS"


def pacific(text: str) -> datetime:
    """`2026-10-06 00:20`"""
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC).astimezone(UTC)


@contextmanager
def clock(text: str):
    with time_machine.travel(pacific(text), tick=True):
        yield


class District:
    """The profile is approved and complete; `server` None: it points to nowhere."""

    def __init__(self, lea: Organization, user: User, root: Path, server: SftpServer | None = None) -> None:
        self.lea, self.user, self.root, self.server = lea, user, root, server
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        profile = new_profile(lea)
        profile.host, profile.port = "127.0.0.1", server.port if server else 1
        profile.host_key = server.host_key if server else "ssh-ed25519 AAAA"
        profile.sealed_password = sealed(PASSWORD)
        profile.alarm_mails = "it@example.org"
        profile.approved_on, profile.approved_by = date(2026, 9, 1), user
        with clock("2026-09-01 12:00"):
            profile.save()
        self.profile = profile

    def change(self, **values: Any) -> None:
        with clock("2026-09-02 12:00"):
            for name, value in values.items():
                setattr(self.profile, name, value)
            self.profile.save()

    @property
    def file(self) -> Path:
        return self.root / "districts" / self.lea.code / self.profile.file_name

    def work(self) -> None:
        """What workers would do."""
        while job := Job.objects.filter(status="QUEUED").order_by("pk").first():
            run_job(job_id=job.pk)

    def at(self, text: str) -> Run | None:
        """The schedule and its workers at a time, until nothing more is to be done; the newest run."""
        with clock(text):
            for _ in range(5):  # made, decided, sent, and noted
                nights.tick(pacific(text))  # to the second: pauses between attempts end then
                self.work()
            self._touch(text)
        return Run.objects.order_by("-pk").first()

    def _touch(self, text: str) -> None:
        """The server's clock is the machine's: a file that came now gets the moved time."""
        moment = pacific(text).timestamp()
        for path in (self.root / "districts").rglob("*"):
            if path.is_file() and path.stat().st_mtime > datetime(2026, 11, 1, tzinfo=PACIFIC).timestamp():
                os.utime(path, (moment, moment))

    def siras(self, text: str = "") -> list[SirasLog]:
        """SIRAS' own scheduled task at a time."""
        return nightly(self.root, now=pacific(text))

    def night(self, day: str, at: str = "00:20") -> SirasLog | None:
        """Sent at night, imported at two; SIRAS' log, if there is one."""
        self.at(f"{day} {at}")
        return next(iter(self.siras(f"{day} 02:05")), None)

    def sftp_names(self) -> list[str]:
        """The final names the server has seen, each time one came to be."""
        assert self.server is not None
        return self.server.written

    def watch(self, text: str) -> Watch:
        return watch(Profile.objects.get(pk=self.profile.pk), pacific(text))

    def known(self, ssid: str) -> SirasStudent | None:
        return SirasStudent.objects.filter(lea=self.lea, ssid=ssid).first()

    def alarms(self) -> list[str]:
        return list(Alarm.objects.order_by("pk").values_list("words", flat=True))

    def page(self, path: str = "") -> html.HtmlElement:
        answer = self.client.get(PAGE + path)
        assert answer.status_code == 200, answer.status_code
        return html.document_fromstring(answer.content)

    def text(self, path: str = "") -> str:
        return " ".join(self.page(path).xpath("//main")[0].text_content().split())

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(f"{PAGE}/{path}", given, follow=True)


def words(answer: Any) -> str:
    return " ".join(html.document_fromstring(answer.content).xpath("//main")[0].text_content().split())


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(), newline="")))


def kept_rows(run: Run, role: str = "main") -> list[dict[str, str]]:
    with open_file(run.build_job.files.get(role=role).path) as stored:
        return list(csv.DictReader(io.StringIO(stored.read().decode(), newline="")))

"""An LEA with a clerk who holds every edit role, and files that go the whole way."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions import ROLES
from jobs.running import run_job
from ods.models import Organization, StudentIdentity
from submissions.models import Submission
from submissions.queries import Row, with_status
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import grant, make_user
from tests.factories.records import LEA, SCHOOL, file
from tests.ods.posting.filing import FIRST, OTHER_LEA, OTHER_LEAS_SCHOOL, SECOND_SCHOOL

EDITS = [role for role in ROLES if role.endswith("_edit") and role != "psts_for_sped_students_edit"]
ADDRESS = "/FileSubmission/FileUpload"


@pytest.fixture(autouse=True)
def lea(db: None, settings: Any, tmp_path: Any) -> Organization:
    """Two LEAs, the first with two schools, and a SELPA; job files go to the test's own folder."""
    settings.FILES_DIR = tmp_path / "files"
    lea, other = make_lea(LEA), make_lea(OTHER_LEA)
    make_school(lea, SCHOOL)
    make_school(lea, SECOND_SCHOOL)
    make_school(other, OTHER_LEAS_SCHOOL)
    make_selpa("1901", members=(lea, other))
    return lea


@pytest.fixture
def clerk(lea: Organization) -> User:
    user = make_user("clerk")
    for role in EDITS:
        grant(user, role, lea)
    return user


@pytest.fixture
def client(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def submit(client: Client) -> Callable[..., Submission]:
    """Upload bytes or lines as the clerk, and validate them; the submission with its status."""

    def send(*lines: str, code: str = "SENR", content: bytes | None = None, name: str = "test.txt") -> Submission:
        return submitted(client, *lines, code=code, content=content, name=name)

    return send


def a_file(content: bytes, name: str = "test.txt") -> io.BytesIO:
    """Something a form can send."""
    upload = io.BytesIO(content)
    upload.name = name
    return upload


def submitted(
    client: Client, *lines: str, code: str = "SENR", content: bytes | None = None, name: str = "test.txt"
) -> Submission:
    upload = a_file(file(*lines) if content is None else content, name)
    answer = client.post(
        ADDRESS,
        {"FilesUploaded[0].FileType": code, "FilesUploaded[0].JobName": "a job", "FilesUploaded[0].FileName": upload},
    )
    assert answer.status_code == 302, answer.content.decode()
    submission = Submission.objects.latest("pk")
    run_job(job_id=submission.validation_job_id)
    return current(submission)


def post_all(client: Client, submission: Submission) -> Submission:
    """Press Post All, and let the worker post."""
    client.post("/FileSubmission/Post", {"JobID": submission.pk, "command": "Post All"})
    submission.refresh_from_db()
    if submission.posting_job_id:
        run_job(job_id=submission.posting_job_id)
    return current(submission)


def current(submission: Submission) -> Submission:
    return with_status(Submission.objects.select_related("validation_job", "posting_job", "posting")).get(
        pk=submission.pk
    )


def state(submission: Submission) -> tuple[str, int, int, int]:
    """Status, records, accepted, rejected."""
    return Row(submission).status, submission.records, submission.accepted, submission.rejected


def places(submission: Submission) -> list[tuple[int, str, str]]:
    """Line, code and field number of each finding, in the order of the file."""
    return list(submission.found.order_by("line", "pk").values_list("line", "code", "field_number"))


def know(*ssids: str) -> None:
    """Students the state knows."""
    StudentIdentity.objects.bulk_create(StudentIdentity(ssid=ssid, created_on=FIRST) for ssid in ssids)

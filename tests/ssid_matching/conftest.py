"""An LEA with a clerk who holds SENR Edit, students of two LEAs, and files that go through the tool."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import html

from accounts.models import User
from jobs.running import run_job
from ods.matching_lines import catch_up
from ods.models import Organization
from ssid_matching.models import MatchRun
from ssid_matching.population import forget_population
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.records import LEA, SCHOOL, file, line
from tests.ods.posting.filing import OTHER_LEA, OTHER_LEAS_SCHOOL, SECOND_SCHOOL, filed

TOOL = "/SSIDMatching"


@pytest.fixture(autouse=True)
def _no_population() -> Iterator[None]:
    forget_population()
    yield
    forget_population()


@pytest.fixture
def lea(db: None, settings: Any, tmp_path: Any) -> Organization:
    settings.FILES_DIR = tmp_path / "files"
    settings.LEAST_FREE_DISK = 0
    lea, other = make_lea(LEA, "Alder Unified"), make_lea(OTHER_LEA, "Birch Unified")
    make_school(lea, SCHOOL)
    make_school(lea, SECOND_SCHOOL)
    make_school(other, OTHER_LEAS_SCHOOL)
    return lea


@pytest.fixture
def clerk(lea: Organization) -> User:
    user = make_user("clerk")
    grant(user, "senr_edit", lea)
    return user


@pytest.fixture
def client(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def students(lea: Organization) -> None:
    """Ana at the other LEA; the twins Marisol and Marisa at the own one; Ben twice, under two SSIDs."""
    away = {"reporting_lea": OTHER_LEA, "school_of_attendance": OTHER_LEAS_SCHOOL}
    found = filed(
        student("9900000001", "Ana", "Ruiz", local_student_id="AWAY1", birth_city="Fresno", **away),
        student("9900000002", "Marisol", "Vega", birth_date="20110305"),
        student("9900000003", "Marisa", "Vega", birth_date="20110305"),
        student("9900000004", "Ben", "Ortiz", birth_date="20120711", gender_code="M"),
        student("9900000005", "Ben", "Ortiz", birth_date="20120711", gender_code="M", **away),
    )
    assert found.outcome.refused == ""
    catch_up()  # as the schedule does after a posting


BORN = {"birth_country_code": "US", "birth_state_province_code": "US-CA", "gender_code": "F"}


def student(ssid: str, first: str, last: str, **given: str) -> str:
    """A posted enrolment."""
    return line("SENR", **{"ssid": ssid, "legal_first_name": first, "legal_last_name": last, **BORN, **given})


def wanted(first: str, last: str, **given: str) -> str:
    """A submitted record, SSID blank."""
    return student(given.pop("ssid", ""), first, last, **given)


def send(client: Client, *lines: str, content: bytes | None = None, name: str = "senr.txt", **form: str) -> MatchRun:
    """Upload, and let the worker match."""
    upload = io.BytesIO(file(*lines) if content is None else content)
    upload.name = name
    answer = client.post(TOOL, {"file": upload, **form})
    assert answer.status_code == 302, answer.content.decode()
    run = MatchRun.objects.latest("pk")
    run_job(job_id=run.job_id)
    run.refresh_from_db()
    run.job.refresh_from_db()
    return run


def text_of(client: Client, address: str, status: int = 200) -> str:
    """A page's own words, blanks squeezed."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return " ".join(" ".join(html.fromstring(answer.content).xpath("//main")[0].itertext()).split())


def downloaded(client: Client, run: MatchRun, what: str, kind: str = "txt") -> bytes:
    answer = client.get(f"{TOOL}/Download/{run.job_id}?what={what}&format={kind}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)

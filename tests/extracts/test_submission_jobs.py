"""The SSID Extract of one submission: the door through which file submission says what it posted."""

import io
from datetime import date

import pytest
from django.test import Client
from lxml import html

from extracts import submission_jobs
from extracts.building import build
from extracts.criteria import Criteria
from jobs.models import Job
from ods.models import Posting, StudentEnrollment
from tests.factories.people import Cast, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def cast(settings, tmp_path) -> Cast:
    settings.FILES_DIR = tmp_path
    return make_cast()


@pytest.fixture
def submission(cast, monkeypatch):
    """Submission 17 of the LEA, which posted one of two students."""
    postings = [
        Posting.objects.create(record_type="SENR", posted_on=date(2025, 9, 1), posted_by="t", file_name="f")
        for _ in range(2)
    ]
    for number, posting in enumerate(postings, start=1):
        StudentEnrollment.objects.create(
            reporting_lea=cast.lea.code,
            school_of_attendance=cast.school.code,
            ssid=f"990000000{number}",
            current_ssid=f"990000000{number}",
            birth_date=date(2010, 4, 12),
            enrollment_start_date=date(2025, 8, 18),
            upload_date=date(2025, 9, 1),
            last_updated=date(2025, 9, 1),
            posting=posting,
            posting_line=1,
        )
    monkeypatch.setattr(submission_jobs, "_registered", [])
    submission_jobs.register(
        lambda organization, job_id: [postings[1].pk] if (organization, job_id) == (cast.lea, "17") else None
    )


def ask(cast: Cast, **fields: str):
    client = Client()
    client.force_login(cast.requester)
    data = {"ReportingLEA": cast.lea.code, "School": cast.school.code, "GradeLevel": "All", **fields}
    return client.post("/Extract/SSIDExtract", data)


def asked() -> Criteria:
    return Criteria.from_json(Job.objects.get().criteria)


def built(criteria: Criteria) -> list[str]:
    out = io.BytesIO()
    build(criteria=criteria, sink=out)
    return [line.split("^")[2] for line in out.getvalue().decode().splitlines()]


def test_a_job_id_narrows_the_file_to_what_it_posted(cast, submission):
    assert ask(cast, JobID="17", Submitter="somebody@example.org").status_code == 302
    assert built(asked()) == ["9900000002"]
    assert "Submission 17" in Job.objects.get().criteria_words


def test_a_portal_with_submissions_shows_the_fields(cast, submission):
    client = Client()
    client.force_login(cast.requester)
    names = html.fromstring(client.get("/Extract/SSIDExtract").content).xpath("//form//@name")
    assert {"JobID", "Submitter"} <= set(names)


def test_without_a_job_id_everybody_enrolled_comes_out(cast, submission):
    assert ask(cast, JobID="", Submitter="").status_code == 302
    assert built(asked()) == ["9900000001", "9900000002"]


@pytest.mark.parametrize("job_id", ["18", "everything"])
def test_an_unknown_job_id_is_refused_by_name(cast, submission, job_id):
    page = html.fromstring(ask(cast, JobID=job_id).content)
    assert f"There is no submission {job_id} of this LEA." in page.xpath("string(//*[contains(@class,'alert-danger')])")
    assert Job.objects.count() == 0


def test_a_portal_without_submissions_does_not_show_the_fields_and_refuses_them(cast, monkeypatch):
    monkeypatch.setattr(submission_jobs, "_registered", [])
    assert not submission_jobs.are_known()
    client = Client()
    client.force_login(cast.requester)
    names = html.fromstring(client.get("/Extract/SSIDExtract").content).xpath("//form//@name")
    assert {"JobID", "Submitter"} & set(names) == set()
    assert ask(cast, JobID="17").status_code == 200
    assert Job.objects.count() == 0


def test_a_submission_that_posted_nothing_gives_an_empty_file(cast, submission):
    kept = Criteria(
        record_type="SSID", way="active", reporting_lea=cast.lea.code, schools=(cast.school.code,), postings=()
    )
    assert built(Criteria.from_json(kept.to_json())) == []

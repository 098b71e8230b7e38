"""What File Submission shows elsewhere: on the home page, and in the SSID Extract of one submission."""

from __future__ import annotations

import pytest
from lxml import html

from extracts.requesting import KIND
from jobs.models import Job
from jobs.running import run_job
from ods.models import StudentEnrollment
from tests.factories.people import grant, make_user
from tests.factories.records import LEA, SCHOOL, SSID, line
from tests.submissions.conftest import know, post_all

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

FILES = "//*[@id='files']//tbody/tr"


def test_the_home_page_shows_the_newest_files_and_what_became_of_them(client, submit) -> None:
    assert html.fromstring(client.get("/").content).xpath(FILES) == []
    know(SSID)
    posted = post_all(client, submit(line("SENR", birth_country_code="US", grade_level_code="05"), name="b.txt"))
    rejected = submit(line("SENR", gender_code="Q"), name="c.txt")
    rows = html.fromstring(client.get("/").content).xpath(FILES)
    assert [(row.get("data-row"), row.get("data-state")) for row in rows] == [
        (str(rejected.pk), "Rejected"),
        (str(posted.pk), "Posted"),
    ]
    for number in range(5):
        submit(line("SENR", gender_code="Q"), name=f"{number}.txt")
    assert len(html.fromstring(client.get("/").content).xpath(FILES)) == 5


def test_who_may_send_no_file_sees_none(client, submit, lea) -> None:
    submit(line("SENR", gender_code="Q"))
    other = make_user("other")
    grant(other, "rosters_manage", lea)
    client.force_login(other)
    assert html.fromstring(client.get("/").content).xpath("//*[@id='files']") == []


def test_the_ssid_extract_of_a_submission_gives_the_ssids_it_was_given(client, submit) -> None:
    """Spec ods-extracts 8.1: how an LEA learns the new SSIDs of the file it has just posted."""
    know(SSID)
    asked = {"birth_country_code": "US", "grade_level_code": "05", "enrollment_start_date": "20250818"}
    post_all(client, submit(line("SENR", ssid=SSID, local_student_id="OLD", **asked)))
    new = post_all(
        client,
        submit(
            line("SENR", ssid="", local_student_id="N1", legal_first_name="Nova", **asked),
            line("SENR", ssid="", local_student_id="N2", legal_first_name="Rio", **asked),
        ),
    )
    form = {"ReportingLEA": LEA, "School": SCHOOL, "GradeLevel": "All", "JobID": str(new.pk), "Submitter": ""}
    assert client.post("/Extract/SSIDExtract", form).status_code == 302
    job = Job.objects.filter(kind=KIND).latest("pk")
    run_job(job_id=job.pk)
    given = StudentEnrollment.objects.filter(posting=new.posting).order_by("ssid")
    content = b"".join(client.get("/Extract/DownloadLink", {"ExtractRequestID": job.pk}).streaming_content)
    lines = [each.split("^") for each in content.decode().splitlines()]
    assert sorted((each[2], each[3]) for each in lines) == sorted((each.ssid, each.local_student_id) for each in given)
    assert len(lines) == 2

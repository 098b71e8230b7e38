"""Who sees a submission, and who may post: by the cast, exact sets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from calpads_portal.celery import app
from calpads_portal.schedule import Scheduler
from jobs.running import run_job
from ods.models import Posting
from submissions.access import menu
from submissions.models import FaultyRecord, Found, Submission
from submissions.retention import expire
from tests.factories.people import grant, make_cast, make_user, revoke
from tests.factories.records import SSID, line
from tests.submissions.conftest import current, know, places, post_all, state, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture(autouse=True)
def lea(db, settings, tmp_path):
    """The cast brings its own places."""
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def cast():
    return make_cast()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def senr(**given: str) -> str:
    return line("SENR", **{"birth_country_code": "US", "grade_level_code": "05", **given})


SEEING = {
    "requester": {"of the LEA", "of the school"},
    "colleague": {"of the LEA", "of the school"},
    "colleague_without_role": set(),
    "school_user": {"of the school"},
    "selpa_user": set(),
    "stranger": set(),
    "administrator": set(),
}


@pytest.fixture
def submissions(cast) -> dict[str, Submission]:
    know(SSID)
    return {
        "of the LEA": submitted(client_of(cast.requester), senr(gender_code="Q"), senr()),
        "of the school": submitted(client_of(cast.school_user), senr(local_student_id="2")),
    }


@pytest.mark.parametrize("person", SEEING)
def test_a_stranger_gets_404_and_an_empty_list(cast, submissions, person: str) -> None:
    client = client_of(cast.people[person])
    for address in ("/FileSubmission/?format=json", "/HomepageSubmissions?format=json"):
        rows = client.get(address).json()["Data"]
        ids = {int(row["JobID"]) for row in rows}
        assert {name for name, each in submissions.items() if each.pk in ids} == SEEING[person], address
    for name, submission in submissions.items():
        expected = 200 if name in SEEING[person] else 404
        for path in ("", "/Errors", "/Errors?format=json"):
            assert client.get(f"/FileSubmission/Detail/{submission.pk}{path}").status_code == expected
        answer = client.post("/FileSubmission/Post", {"JobID": submission.pk, "command": "Post All"})
        assert answer.status_code == (302 if expected == 200 else 404)


def test_the_type_of_a_hand_made_upload_must_be_his(cast) -> None:
    client = client_of(cast.colleague_without_role)
    with pytest.raises(AssertionError, match="is no file type you may submit here"):
        submitted(client, senr())
    assert Submission.objects.count() == 0


def test_a_right_lost_before_posting_posts_nothing(cast, submissions) -> None:
    submission = submissions["of the LEA"]
    client_of(cast.requester).post("/FileSubmission/Post", {"JobID": submission.pk, "command": "Post All"})
    revoke(cast.requester, "senr_edit", cast.lea)
    submission.refresh_from_db()
    run_job(job_id=submission.posting_job_id)
    assert (Posting.objects.count(), state(current(submission))[0]) == (0, "Failed")
    posted = post_all(client_of(cast.colleague), submission)
    assert (state(posted)[0], Posting.objects.count()) == ("Posted", 1)


def test_a_selpa_user_submits_nothing(cast) -> None:
    assert menu(held={"selpa_reports": None}, organization=cast.selpa) == []  # type: ignore[dict-item]


def test_school_users_are_not_offered_types_that_touch_the_whole_lea(cast) -> None:
    user = make_user()
    for role in ("senr_edit", "psts_edit", "sdem_edit", "sped_edit", "stas_edit"):
        grant(user, role, cast.school)
    page = client_of(user).get("/FileSubmission/FileUpload").content.decode()
    offered = {code for code in ("SENR", "PSTS", "SDEM", "SWDS", "STAS") if f'value="{code}"' in page}
    assert offered == {"SENR", "STAS"}


def test_psts_for_sped_students_takes_their_records_only(cast) -> None:
    know(SSID)
    user = make_user()
    grant(user, "psts_for_sped_students_edit", cast.lea)
    submission = submitted(
        client_of(user),
        line("PSTS", education_program_participation_type_code="20", academic_year_id="2025-2026"),
        code="PSTS",
    )
    assert (1, "GERR0010", "17.11") in places(submission)


def test_errors_and_records_go_after_their_days_and_the_row_stays(cast, submissions) -> None:
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=59))
    assert (expire(), Found.objects.count()) == (0, 1)
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=60))
    assert (expire(), expire()) == (2, 0)
    assert (Found.objects.count(), FaultyRecord.objects.count(), Submission.objects.count()) == (0, 0, 2)
    assert current(submissions["of the LEA"]).rejected == 1
    page = client_of(cast.requester).get(f"/FileSubmission/Detail/{submissions['of the LEA'].pk}").content.decode()
    assert ("expired on" in page, "Post All" in page) == (True, False)


def test_the_schedule_of_the_portal_expires_them_each_hour(submissions, tmp_path) -> None:
    """The scheduler as beat starts it, with the entries it is configured with; the task runs where it is sent."""
    app.loader.import_default_modules()
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "beat"))
    entry = scheduler.schedule["expire-submissions"]
    assert entry.schedule.run_every == timedelta(hours=1)
    Submission.objects.update(submitted_at=timezone.now() - timedelta(days=60))
    app.conf.task_always_eager = True
    try:
        scheduler.apply_entry(entry)
    finally:
        app.conf.task_always_eager = False
        scheduler.close()
    assert (Found.objects.count(), Submission.objects.filter(expired_at=None).count()) == (0, 0)

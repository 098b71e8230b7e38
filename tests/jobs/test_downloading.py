"""A file goes out: only to whom it may, only whole, and on record."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import AuditEntry
from jobs import downloading
from jobs.cancelling import cancel_job
from jobs.downloading import open_for_download
from jobs.enums import Status
from jobs.errors import Unavailable
from jobs.models import Job, JobFile
from jobs.running import run_job
from jobs.views import download_response
from tests.factories.jobs import ask, job_kind, make_job, write_lines
from tests.factories.people import Cast, revoke

pytestmark = pytest.mark.engines


@pytest.fixture
def job(cast: Cast) -> Job:
    """A complete job over the whole LEA."""
    with job_kind(lambda execution: write_lines(execution, "ä", "two")):
        job = ask(cast.requester, cast.lea, download_name='Año "1"/2.txt')
        run_job(job_id=job.pk)
        yield job


def bytes_of(user: Any, job: Job) -> bytes:
    with open_for_download(user=user, job_id=job.pk).stream as stream:
        return stream.read()


def test_the_requester_gets_the_exact_bytes(cast, job) -> None:
    assert bytes_of(cast.requester, job) == "ä\r\ntwo\r\n".encode()


@pytest.mark.parametrize(
    "person",
    ["colleague_without_role", "school_user", "selpa_user", "stranger", "deactivated", "administrator"],
)
def test_whose_rights_do_not_cover_the_job_gets_nothing_and_leaves_no_disclosure(cast, job, person) -> None:
    with pytest.raises(Job.DoesNotExist):
        open_for_download(user=cast.people[person], job_id=job.pk)
    assert not AuditEntry.objects.filter(action="job.downloaded").exists()


def test_a_colleague_with_the_role_gets_the_file(cast, job) -> None:
    assert bytes_of(cast.colleague, job) == bytes_of(cast.requester, job)


def test_nobody_signed_in_gets_nothing(job) -> None:
    with pytest.raises(Job.DoesNotExist):
        open_for_download(user=AnonymousUser(), job_id=job.pk)


def test_a_right_that_was_taken_away_gives_no_bytes_to_the_requester_himself(cast, job) -> None:
    revoke(cast.requester, "senr_edit", cast.lea)
    with pytest.raises(Job.DoesNotExist):
        open_for_download(user=cast.requester, job_id=job.pk)


def test_each_download_is_a_disclosure_on_record(cast, job) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    for _ in range(2):
        open_for_download(user=cast.colleague, job_id=job.pk, request=request).stream.close()
    file = JobFile.objects.get()
    rows = AuditEntry.objects.filter(action="job.downloaded")
    expected = (
        cast.colleague.pk,
        "1964733",
        f"job:{job.pk}",
        "192.0.2.7",
        {
            "record_type": "SENR",
            "criteria": "Active students",
            "file": "Año _1__2.txt",
            "role": "extract",
            "rows": 2,
            "size": 9,
            "sha256": file.sha256,
        },
    )
    assert [(r.actor_id, r.organization_code, r.subject, r.address, r.details) for r in rows] == [expected] * 2


@pytest.mark.parametrize("status", set(Status) - {Status.SUCCEEDED})
def test_a_job_that_is_not_complete_says_so(cast, status) -> None:
    with job_kind():
        job = make_job(cast.requester, cast.lea, status=status, message="Because.")
        with pytest.raises(Unavailable) as answer:
            open_for_download(user=cast.requester, job_id=job.pk)
    words = downloading.NOT_COMPLETE_WORDS[status]
    assert answer.value.words == (words + "Because." if words.endswith(" ") else words)


@pytest.mark.parametrize("changes", [{"expires_at": timezone.now()}, {"removed_at": timezone.now()}])
def test_an_expired_file_is_refused_even_while_it_lies_on_the_disk(cast, job, files: Path, changes) -> None:
    JobFile.objects.update(**changes)
    assert (files / JobFile.objects.get().path).exists()
    with pytest.raises(Unavailable) as answer:
        open_for_download(user=cast.requester, job_id=job.pk)
    assert answer.value.words == downloading.EXPIRED_WORDS


@pytest.mark.parametrize("damage", ["gone", "cut", "longer"])
def test_a_file_that_is_not_what_was_published_is_not_given_out(cast, job, files: Path, damage, caplog) -> None:
    path = files / JobFile.objects.get().path
    match damage:
        case "gone":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:-1])
        case "longer":
            path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(Unavailable) as answer:
        open_for_download(user=cast.requester, job_id=job.pk)
    assert answer.value.words == downloading.DAMAGED_WORDS.format(job=job.pk)
    assert [record.levelname for record in caplog.records if record.name == "jobs.downloading"] == ["ERROR"]
    assert not AuditEntry.objects.filter(action="job.downloaded").exists()


def test_a_role_the_job_has_no_file_in_is_refused(cast, job) -> None:
    with pytest.raises(Unavailable):
        open_for_download(user=cast.requester, job_id=job.pk, role="other")


def test_without_its_disclosure_there_are_no_bytes(cast, job, monkeypatch) -> None:
    def no_trail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(downloading.audit, "record", no_trail)
    with pytest.raises(RuntimeError):
        open_for_download(user=cast.requester, job_id=job.pk)


def test_the_answer_is_an_attachment_that_nobody_keeps(cast, job, rf) -> None:
    request = rf.get("/")
    request.user = cast.requester
    response = download_response(request, job_id=job.pk)
    with response.file_to_stream:
        assert b"".join(response.streaming_content) == "ä\r\ntwo\r\n".encode()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''A%C3%B1o%20_1__2.txt"
    assert response["Content-Length"] == "9"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_to_a_stranger_the_job_does_not_exist(cast, job, rf) -> None:
    request = rf.get("/")
    request.user = cast.stranger
    with pytest.raises(Http404):
        download_response(request, job_id=job.pk)


# --- Cancelling ------------------------------------------------------------------------------------------------------


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(cast, files) -> None:
    with job_kind():
        job = ask(cast.requester, cast.lea)
        assert cancel_job(user=cast.requester, job_id=job.pk)
        run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts, files.exists()) == (Status.CANCELLED, 0, False)


def test_a_job_that_has_ended_cannot_be_cancelled(cast, job) -> None:
    assert not cancel_job(user=cast.requester, job_id=job.pk)
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED


def test_a_stranger_cannot_cancel(cast) -> None:
    with job_kind():
        job = ask(cast.requester, cast.lea)
        for person in (cast.stranger, cast.school_user, cast.colleague_without_role):
            with pytest.raises(Job.DoesNotExist):
                cancel_job(user=person, job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.cancel_asked_at) == (Status.QUEUED, None)

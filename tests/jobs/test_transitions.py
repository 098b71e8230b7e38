"""The arrows between a job's states: each from every state, raced, and on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from jobs import transitions
from jobs.enums import FailureKind, Status
from jobs.models import Job, JobFile
from tests.factories.jobs import make_job
from tests.factories.people import Cast, make_user
from tests.jobs.races import at_once

AT_ONCE = timedelta()


def new_file(role: str = "extract") -> JobFile:
    return JobFile(role=role, download_name="SENR.txt", path=f"aa/{role}", size=5, sha256="0" * 64, rows=1)


def again(job: Job) -> bool:
    return transitions.try_again(job=job, words="w", kind=FailureKind.UNAVAILABLE, after=AT_ONCE)


ARROWS: dict[str, Callable[[Job], Any]] = {
    "claim": lambda job: transitions.claim(job_id=job.pk) is not None,
    "succeed": lambda job: transitions.succeed(job=job, files=[new_file()]),
    "refuse": lambda job: transitions.refuse(job=job, words="w", kind=FailureKind.RIGHT_LOST),
    "fail": lambda job: transitions.fail(job=job, words="w", kind=FailureKind.UNEXPECTED),
    "try_again": again,
    "cancel": lambda job: transitions.cancel(job=job, user=job.requested_by),
}

WHERE_TO: dict[tuple[str, str], tuple[Status, str]] = {
    ("claim", "QUEUED"): (Status.RUNNING, "job.started"),
    ("succeed", "RUNNING"): (Status.SUCCEEDED, "job.succeeded"),
    ("refuse", "RUNNING"): (Status.REFUSED, "job.refused"),
    ("fail", "RUNNING"): (Status.FAILED, "job.failed"),
    ("try_again", "RUNNING"): (Status.QUEUED, "job.queued_again"),
    ("cancel", "QUEUED"): (Status.CANCELLED, "job.cancelled"),
    ("cancel", "RUNNING"): (Status.RUNNING, "job.cancel_asked"),
}
"""(arrow, state before) to the state after and the audit row; every other pair changes nothing and says so."""


@pytest.mark.engines
@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("arrow", ARROWS)
def test_every_arrow_from_every_state(cast, audited, arrow: str, status: str) -> None:
    job = make_job(cast.requester, cast.lea, status=Status(status))
    before = Job.objects.values().get()
    moved = ARROWS[arrow](job)
    after = Job.objects.values().get()
    if (arrow, status) in WHERE_TO:
        expected, action = WHERE_TO[arrow, status]
        assert (moved, after["status"]) == (True, expected)
        assert [(row["action"], row["subject"]) for row in audited] == [(action, f"job:{job.pk}")]
        assert JobFile.objects.count() == (expected == Status.SUCCEEDED)
    else:
        assert (moved, after, audited, JobFile.objects.count()) == (False, before, [], 0)


@pytest.mark.engines
@pytest.mark.parametrize("arrow", ["succeed", "refuse", "fail", "try_again"])
def test_an_attempt_that_was_taken_over_changes_nothing(cast, audited, arrow: str) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    Job.objects.update(attempts=2)
    before = Job.objects.values().get()
    assert ARROWS[arrow](job) is False
    assert (Job.objects.values().get(), audited, JobFile.objects.count()) == (before, [], 0)


@pytest.mark.engines
@pytest.mark.parametrize(("arrow", "status"), [pair for pair in WHERE_TO if pair[0] != "cancel"])
def test_without_its_audit_row_there_is_no_change(cast, monkeypatch, arrow: str, status: str) -> None:
    job = make_job(cast.requester, cast.lea, status=Status(status))
    before = Job.objects.values().get()

    def no_trail(**_: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(audit, "record", no_trail)
    with pytest.raises(IntegrityError), transaction.atomic():
        ARROWS[arrow](job)
    assert (Job.objects.values().get(), JobFile.objects.count()) == (before, 0)


@pytest.mark.engines
def test_a_claim_is_a_further_attempt_under_a_lease(cast, settings) -> None:
    settings.JOBS_LEASE_SECONDS = 30
    make_job(cast.requester, cast.lea, attempts=1, rows_so_far=7)
    earliest = timezone.now()
    job = transitions.claim(job_id=Job.objects.get().pk)
    assert job is not None
    stored = Job.objects.get()
    assert (stored.status, stored.attempts, stored.rows_so_far, stored.send_at) == (Status.RUNNING, 2, 0, None)
    assert stored.started_at is not None
    assert earliest <= stored.started_at <= timezone.now()
    assert stored.lease_until == stored.started_at + timedelta(seconds=30)
    assert (job.status, job.attempts, job.lease_until) == (stored.status, 2, stored.lease_until)


@pytest.mark.engines
def test_a_job_that_does_not_exist_cannot_be_claimed(db) -> None:
    assert transitions.claim(job_id=1) is None


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_that_claim_at_once_one_has_the_job(cast) -> None:
    job = make_job(cast.requester, cast.lea)
    claims = at_once(8, lambda: transitions.claim(job_id=job.pk) is not None)
    assert sorted(claims, key=bool) == [False] * 7 + [True]
    assert Job.objects.get().attempts == 1


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_of_eight_that_finish_at_once_one_publishes(cast) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    numbers = iter("abcdefgh")

    def finish() -> bool:
        file = new_file()
        file.path = f"aa/{next(numbers)}"
        return transitions.succeed(job=job, files=[file])

    assert sorted(at_once(8, finish), key=bool) == [False] * 7 + [True]
    assert JobFile.objects.count() == 1


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_cancelling_while_it_is_claimed_and_finished_ends_in_one_final_state(cast) -> None:
    for _ in range(10):
        job = make_job(cast.requester, cast.lea)

        def work(job: Job = job) -> bool:
            mine = transitions.claim(job_id=job.pk)
            # As a worker does: what may not be published because somebody cancels is stopped.
            return mine is not None and (transitions.succeed(job=mine, files=[]) or transitions.stop(job=mine))

        turns = iter([work, lambda job=job: transitions.cancel(job=job, user=cast.requester)])
        at_once(2, lambda turns=turns: next(turns)())
        job.refresh_from_db()
        assert job.status in (Status.SUCCEEDED, Status.CANCELLED)


@pytest.mark.engines
def test_success_publishes_the_files_for_sixty_days(cast) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    assert transitions.succeed(job=job, files=[new_file("extract"), new_file("second")])
    job.refresh_from_db()
    assert (job.status, job.rows_so_far, job.lease_until) == (Status.SUCCEEDED, 2, None)
    assert [file.role for file in job.files.order_by("role")] == ["extract", "second"]
    assert job.finished_at is not None
    assert {file.expires_at - job.finished_at < timedelta(days=60, seconds=1) for file in job.files.all()} == {True}
    assert {file.expires_at > timezone.now() + timedelta(days=59) for file in job.files.all()} == {True}


@pytest.mark.engines
def test_success_without_the_row_of_a_file_is_no_success(cast) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        transitions.succeed(job=job, files=[new_file(), new_file()])
    job.refresh_from_db()
    assert (job.status, job.files.count()) == (Status.RUNNING, 0)


@pytest.mark.engines
def test_there_are_three_attempts_and_no_fourth(cast, audited) -> None:
    job = make_job(cast.requester, cast.lea)
    for attempt in (1, 2, 3):
        mine = transitions.claim(job_id=job.pk)
        assert mine is not None
        assert mine.attempts == attempt
        assert again(mine)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.message, job.failure_kind) == (
        Status.FAILED,
        3,
        "w",
        FailureKind.UNAVAILABLE,
    )
    assert [row["action"] for row in audited] == [
        *["job.started", "job.queued_again"] * 2,
        "job.started",
        "job.failed",
    ]


@pytest.mark.engines
def test_a_job_that_was_to_be_cancelled_is_not_tried_again(cast) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    assert transitions.cancel(job=job, user=cast.requester)
    assert again(job)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Status.CANCELLED, 1)


@pytest.mark.engines
def test_a_running_job_stops_only_where_that_was_asked_for(cast) -> None:
    job = make_job(cast.requester, cast.lea, status=Status.RUNNING)
    assert not transitions.stop(job=job)
    assert transitions.cancel(job=job, user=cast.requester)
    assert transitions.stop(job=job)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


@pytest.mark.engines
def test_the_one_who_cancels_is_on_record(cast, audited) -> None:
    colleague = make_user()
    job = make_job(cast.requester, cast.lea)
    assert transitions.cancel(job=job, user=colleague)
    assert [(row["action"], row["actor"]) for row in audited] == [("job.cancelled", colleague)]
    job.refresh_from_db()
    assert job.finished_at == job.cancel_asked_at


@pytest.mark.engines
@pytest.mark.parametrize(
    "broken",
    [
        {"status": Status.RUNNING, "lease_until": None},
        {"status": Status.SUCCEEDED, "finished_at": None},
        {"status": Status.QUEUED, "finished_at": timezone.now()},
        {"status": Status.FAILED, "lease_until": timezone.now()},
    ],
)
def test_the_database_refuses_times_that_do_not_fit_the_state(cast: Cast, broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(cast.requester, cast.lea, **broken)

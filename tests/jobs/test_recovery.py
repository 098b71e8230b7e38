"""The sweep: what died, what was not sent, what has expired, what was left behind."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEntry
from jobs import recovery, transitions
from jobs.enums import FailureKind, Status
from jobs.models import Heartbeat, Job, JobFile
from jobs.recovery import Swept, sweep
from jobs.running import run_job
from tests.factories.jobs import ask, make_job
from tests.factories.people import Cast
from tests.jobs.races import at_once

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("kind")]

PAST = timedelta(seconds=-1)


def dead(cast: Cast, **fields: Any) -> Job:
    """A job whose worker has not renewed its lease in time."""
    return make_job(cast.requester, cast.lea, status=Status.RUNNING, **{"lease_until": timezone.now() + PAST, **fields})


def everything(files: Path) -> list[str]:
    return sorted(str(path.relative_to(files)) for path in files.rglob("*") if path.is_file())


def made_old(path: Path, hours: float) -> None:
    then = timezone.now().timestamp() - hours * 3600
    os.utime(path, (then, then))


# --- Dead workers ----------------------------------------------------------------------------------------------------


def test_a_job_whose_lease_ran_out_is_queued_again_and_sent(cast, broker) -> None:
    job = dead(cast)
    assert sweep() == Swept(recovered=1, sent=1, expired=0, tidied=0)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.lease_until, broker.job_ids) == (Status.QUEUED, 1, None, [job.pk])
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Status.SUCCEEDED, 2)


def test_a_job_under_a_lease_is_left_alone(cast, broker) -> None:
    job = dead(cast, lease_until=timezone.now() + timedelta(seconds=2))
    assert sweep() == Swept(recovered=0, sent=0, expired=0, tidied=0)
    job.refresh_from_db()
    assert (job.status, broker.job_ids) == (Status.RUNNING, [])


def test_a_lease_renewed_while_the_sweep_looks_saves_the_job(cast, monkeypatch) -> None:
    job = dead(cast)
    try_again = transitions.try_again

    def renewed_first(**arguments: Any) -> bool:
        Job.objects.update(lease_until=timezone.now() + timedelta(seconds=30))
        return try_again(**arguments)

    monkeypatch.setattr(transitions, "try_again", renewed_first)
    assert sweep().recovered == 0
    job.refresh_from_db()
    assert job.status == Status.RUNNING


def test_a_job_that_killed_three_workers_has_failed(cast, broker) -> None:
    job = make_job(cast.requester, cast.lea)
    for _ in range(3):
        assert transitions.claim(job_id=job.pk)
        Job.objects.update(lease_until=timezone.now() + PAST)
        sweep()
    job.refresh_from_db()
    assert (job.status, job.attempts, job.failure_kind) == (Status.FAILED, 3, FailureKind.WORKER_LOST)
    assert job.message == recovery.WORKER_LOST_WORDS
    assert broker.job_ids == [job.pk] * 2


def test_a_dead_job_that_was_to_be_cancelled_is_cancelled(cast, broker) -> None:
    job = dead(cast, cancel_asked_at=timezone.now())
    sweep()
    job.refresh_from_db()
    assert (job.status, broker.job_ids) == (Status.CANCELLED, [])


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_six_sweeps_at_once_recover_and_send_each_job_once(cast, broker) -> None:
    jobs = [dead(cast) for _ in range(10)]
    results = at_once(6, sweep)
    assert sum(result.recovered for result in results) == 10
    assert sorted(broker.job_ids) == [job.pk for job in jobs]
    assert set(Job.objects.values_list("status", "attempts")) == {(Status.QUEUED, 1)}


# --- Messages --------------------------------------------------------------------------------------------------------


def test_a_message_that_led_to_nothing_is_sent_again_after_half_a_minute(cast, broker) -> None:
    with time_machine.travel("2026-11-21 12:00:00-08:00", tick=False) as clock:
        job = ask(cast.requester, cast.lea)
        clock.shift(29)
        assert sweep().sent == 0
        clock.shift(1)
        assert sweep().sent == 1
        clock.shift(29)
        assert sweep().sent == 0
        clock.shift(1)
        assert sweep().sent == 1
    assert broker.job_ids == [job.pk, job.pk]


def test_a_sweep_sends_the_oldest_and_no_flood(cast, broker, monkeypatch) -> None:
    monkeypatch.setattr(recovery, "MOST_MESSAGES", 2)
    jobs = [make_job(cast.requester, cast.lea, send_at=timezone.now() + PAST) for _ in range(5)]
    assert [sweep().sent for _ in range(4)] == [2, 2, 1, 0]
    assert broker.job_ids == [job.pk for job in jobs]


def test_a_broker_that_is_down_is_asked_once_in_a_sweep_and_nothing_is_lost(cast, broker) -> None:
    jobs = [make_job(cast.requester, cast.lea, send_at=timezone.now() + PAST) for _ in range(3)]
    broker.down = True
    assert sweep().sent == 0
    broker.down = False
    assert sweep().sent == 3
    assert sorted(broker.job_ids) == [job.pk for job in jobs]


def test_jobs_that_run_or_have_ended_are_not_sent(cast, broker) -> None:
    for status in set(Status) - {Status.QUEUED}:
        make_job(cast.requester, cast.lea, status=status)
    assert sweep().sent == 0


# --- Files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_removed_after_sixty_days_and_its_row_stays(cast, files, audited) -> None:
    with time_machine.travel("2026-11-21 12:00:00-08:00", tick=False) as clock:
        job = ask(cast.requester, cast.lea)
        run_job(job_id=job.pk)
        clock.shift(timedelta(days=60, seconds=-1))
        assert (sweep().expired, len(everything(files))) == (0, 1)
        clock.shift(1)
        assert (sweep().expired, everything(files)) == (1, [])
        file = JobFile.objects.get()
        assert (file.removed_at, file.rows, file.size) == (timezone.now(), 2, 10)
        assert sweep().expired == 0
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    assert [(row["action"], row["subject"]) for row in audited[-1:]] == [("job.file_expired", f"job:{job.pk}")]


def test_the_lifetime_of_files_is_a_setting(cast, settings) -> None:
    settings.JOBS_FILE_DAYS = 7
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    lifetime = JobFile.objects.get().expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < lifetime <= timedelta(days=7)


def test_a_file_that_is_gone_already_expires_like_any_other(cast, files) -> None:
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    file = JobFile.objects.get()
    (files / file.path).unlink()
    JobFile.objects.update(expires_at=timezone.now())
    assert sweep().expired == 1


def test_a_file_that_cannot_be_removed_is_tried_again(cast, files) -> None:
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    path = files / JobFile.objects.get().path
    path.unlink()
    path.mkdir()  # cannot be unlinked, even by root
    JobFile.objects.update(expires_at=timezone.now())
    assert sweep().expired == 0
    assert JobFile.objects.get().removed_at is None
    path.rmdir()
    assert sweep().expired == 1


def test_what_nobody_refers_to_is_removed_after_an_hour(cast, files) -> None:
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    kept = JobFile.objects.get().path
    folder = (files / kept).parent
    for name in ("old", "old.part", "young", "young.part"):
        (folder / name).write_bytes(b"x")
    for name in ("old", "old.part", Path(kept).name):
        made_old(folder / name, hours=1.1)
    assert sweep().tidied == 2
    assert everything(files) == sorted([kept, f"{folder.name}/young", f"{folder.name}/young.part"])


def test_the_disk_is_searched_once_an_hour(cast, files) -> None:
    assert sweep().tidied == 0
    folder = files / "aa"
    folder.mkdir(parents=True)
    (folder / "old").write_bytes(b"x")
    made_old(folder / "old", hours=2)
    assert sweep().tidied == 0
    Heartbeat.objects.filter(name="tidy").update(at=timezone.now() - timedelta(minutes=61))
    assert sweep().tidied == 1


def test_a_sweep_over_nothing_does_nothing(db, files) -> None:
    assert sweep() == Swept(recovered=0, sent=0, expired=0, tidied=0)
    assert not AuditEntry.objects.exists()

"""One attempt at a job, in the worker."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from calpads_portal.logs import JsonFormatter
from jobs import running, storage, transitions
from jobs.enums import FailureKind, Status
from jobs.errors import Failed, Refused
from jobs.execution import Execution
from jobs.models import Job, JobFile
from jobs.running import run_job
from jobs.storage import OutputFile
from ods.models import SelpaMembership
from tests.factories.jobs import ask, job_kind, make_job, write_lines
from tests.factories.people import Cast, make_user, revoke


class Work:
    """A kind of work whose doing each test says."""

    def __init__(self) -> None:
        self.do: Callable[[Execution], object] = lambda execution: write_lines(execution, "one", "two")
        self.times = 0

    def __call__(self, execution: Execution) -> None:
        self.times += 1
        self.do(execution)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    with job_kind(work):
        yield work


def on_disk(files: Path) -> list[str]:
    return sorted(str(path.relative_to(files)) for path in files.rglob("*") if path.is_file())


def outcome(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.status, job.failure_kind


def raising(error: BaseException) -> Callable[[Execution], None]:
    """Work that writes half of its file and breaks off."""

    def do(execution: Execution) -> None:
        execution.open_file(role="extract", download_name="x.txt").write(b"half a li")
        raise error

    return do


@pytest.mark.engines
def test_a_job_is_worked_off_and_its_file_published(cast, work, files) -> None:
    job = ask(cast.requester, cast.lea, download_name="SENR_1964733.txt")
    run_job(job_id=job.pk)
    assert outcome(job) == (Status.SUCCEEDED, "")
    assert (job.attempts, job.rows_so_far, work.times) == (1, 2, 1)
    file = JobFile.objects.get()
    assert (file.job, file.role, file.download_name) == (job, "extract", "SENR_1964733.txt")
    assert (file.rows, file.size) == (2, 10)
    assert on_disk(files) == [file.path]
    assert (files / file.path).read_bytes() == b"one\r\ntwo\r\n"


@pytest.mark.engines
def test_a_message_that_comes_again_does_nothing(cast, work, files) -> None:
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    before = Job.objects.values().get()
    run_job(job_id=job.pk)
    assert (Job.objects.values().get(), work.times, len(on_disk(files))) == (before, 1, 1)


@pytest.mark.engines
def test_a_message_of_a_job_that_is_not_there_does_nothing(db, work) -> None:
    run_job(job_id=404)
    assert work.times == 0


@pytest.mark.engines
def test_a_job_may_have_several_files_or_none(cast, work, files) -> None:
    def two(execution: Execution) -> None:
        for role in ("students", "attendance"):
            file = execution.open_file(role=role, download_name=f"{role}.csv")
            file.write(role.encode() + b"\r\n")
            file.rows = 1

    work.do = two
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    contents = {file.role: (files / file.path).read_bytes() for file in job.files.all()}
    assert contents == {"students": b"students\r\n", "attendance": b"attendance\r\n"}
    work.do = lambda execution: None
    other = ask(cast.requester, cast.lea)
    run_job(job_id=other.pk)
    assert (outcome(other), other.files.count()) == ((Status.SUCCEEDED, ""), 0)


@pytest.mark.engines
def test_two_files_in_one_role_are_a_defect_that_publishes_neither(cast, work, files) -> None:
    def same_role(execution: Execution) -> None:
        write_lines(execution, "one")
        write_lines(execution, "two")

    work.do = same_role
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.FAILED, FailureKind.UNEXPECTED), [])


# --- Rights ----------------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_a_right_lost_while_waiting_means_nothing_is_made(cast, work, files) -> None:
    job = ask(cast.requester, cast.lea)
    revoke(cast.requester, "senr_edit", cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), work.times, on_disk(files)) == ((Status.REFUSED, FailureKind.RIGHT_LOST), 0, [])
    assert job.message == running.RIGHT_LOST_WORDS


@pytest.mark.engines
def test_a_right_lost_while_running_means_nothing_is_published(cast, work, files) -> None:
    def lose(execution: Execution) -> None:
        write_lines(execution, "one")
        revoke(cast.requester, "senr_edit", cast.lea)

    work.do = lose
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.REFUSED, FailureKind.RIGHT_LOST), [])
    assert not JobFile.objects.exists()


@pytest.mark.engines
def test_a_requester_who_is_deactivated_while_his_job_waits_gets_nothing(cast, work) -> None:
    job = ask(cast.requester, cast.lea)
    cast.requester.is_active = False
    cast.requester.save()
    run_job(job_id=job.pk)
    assert (outcome(job), work.times) == ((Status.REFUSED, FailureKind.RIGHT_LOST), 0)


@pytest.mark.engines
def test_a_selpa_membership_that_ends_while_the_job_waits_takes_the_right_away(cast, work) -> None:
    job = ask(cast.selpa_user, cast.selpa, record_type="SWDS", role="selpa_reports", lea=cast.lea.code)
    SelpaMembership.objects.update(until=timezone.localdate() - timezone.timedelta(days=1))
    run_job(job_id=job.pk)
    assert (outcome(job), work.times) == ((Status.REFUSED, FailureKind.RIGHT_LOST), 0)


# --- Expected ends ---------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_a_kind_may_refuse_in_its_own_words(cast, work, files) -> None:
    work.do = raising(Refused("Line 3 has no SSID column. Correct the file and request again."))
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.REFUSED, FailureKind.INVALID), [])
    assert job.message == "Line 3 has no SSID column. Correct the file and request again."


@pytest.mark.engines
def test_a_kind_may_fail_in_its_own_words_and_is_not_tried_again(cast, work, files) -> None:
    work.do = raising(Failed("A posted value cannot be written.", FailureKind.UNWRITABLE))
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts, on_disk(files)) == ((Status.FAILED, FailureKind.UNWRITABLE), 1, [])
    assert job.message == "A posted value cannot be written."


@pytest.mark.engines
def test_a_builder_that_declares_other_rows_than_it_wrote_publishes_nothing(cast, work, files) -> None:
    def lie(execution: Execution) -> None:
        file = execution.open_file(role="extract", download_name="x")
        file.write(b"one\r\n")
        file.rows = 2

    work.do = lie
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.FAILED, FailureKind.INCOMPLETE), [])


@pytest.mark.engines
def test_a_disk_that_is_nearly_full_fails_the_job_before_it_starts(cast, work, settings) -> None:
    settings.LEAST_FREE_DISK = 1 << 60
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), work.times) == ((Status.FAILED, FailureKind.STORAGE_FULL), 0)
    assert job.message == storage.STORAGE_FULL_WORDS


@pytest.mark.engines
def test_a_job_that_runs_into_its_time_limit_says_so(cast, work, files) -> None:
    work.do = raising(SoftTimeLimitExceeded())
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.FAILED, FailureKind.TOO_LONG), [])


# --- Unexpected ends -------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_a_defect_gives_the_user_a_reference_and_the_log_no_data(cast, work, files, caplog) -> None:
    work.do = raising(ZeroDivisionError("Key (ssid)=(9990000001) of Maria Garcia"))
    job = ask(cast.requester, cast.lea)
    with caplog.at_level(logging.ERROR):
        run_job(job_id=job.pk)
    assert (outcome(job), job.attempts, on_disk(files)) == ((Status.FAILED, FailureKind.UNEXPECTED), 1, [])
    assert len(job.reference) == 8
    assert job.message.endswith(f"give your administrator the reference {job.reference}.")
    written = "".join(JsonFormatter().format(record) for record in caplog.records)
    for wanted in (f"reference {job.reference}", "ZeroDivisionError", "test_running.py"):
        assert wanted in written
    for data in ("9990000001", "Garcia"):
        assert data not in written + job.message


@pytest.mark.engines
def test_a_kind_that_is_not_known_here_is_a_defect(cast, work) -> None:
    job = ask(cast.requester, cast.lea)
    Job.objects.update(kind="gone")
    run_job(job_id=job.pk)
    # Nobody's rights cover a kind that no app declares.
    assert outcome(job) == (Status.REFUSED, FailureKind.RIGHT_LOST)


@pytest.mark.engines
@pytest.mark.parametrize(
    "error", [OperationalError("x"), InterfaceError("x"), BrokerError("x")], ids=["database", "connection", "broker"]
)
def test_a_server_that_is_away_means_another_attempt_later(cast, work, files, error) -> None:
    work.do = raising(error)
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts, on_disk(files)) == ((Status.QUEUED, ""), 1, [])
    assert 3 < (job.send_at - timezone.now()).total_seconds() <= 5
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert 17 < (job.send_at - timezone.now()).total_seconds() <= 20
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts) == ((Status.FAILED, FailureKind.UNAVAILABLE), 3)
    assert job.message == running.UNAVAILABLE_WORDS
    run_job(job_id=job.pk)
    assert work.times == 3


@pytest.mark.engines
def test_an_outcome_that_cannot_be_written_leaves_the_job_to_its_lease(cast, work, files, monkeypatch) -> None:
    def away(**_: Any) -> bool:
        raise OperationalError("connection refused")

    monkeypatch.setattr(transitions, "try_again", away)
    work.do = raising(OperationalError("server closed the connection"))
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.RUNNING, ""), [])


# --- Publishing ------------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_the_loser_of_two_attempts_removes_its_file(cast, work, files) -> None:
    def be_overtaken(execution: Execution) -> None:
        write_lines(execution, "late")
        Job.objects.update(attempts=2)

    work.do = be_overtaken
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts, on_disk(files)) == ((Status.RUNNING, ""), 2, [])
    assert not JobFile.objects.exists()


@pytest.mark.engines
def test_a_job_cancelled_at_the_last_moment_publishes_nothing(cast, work, files) -> None:
    def finish_too_late(execution: Execution) -> None:
        write_lines(execution, "one")
        Job.objects.update(status=Status.CANCELLED, finished_at=timezone.now(), lease_until=None)

    work.do = finish_too_late
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.CANCELLED, ""), [])


@pytest.mark.engines
def test_a_job_that_was_asked_to_stop_is_not_published_although_it_finished(cast, work, files) -> None:
    def finish_all_the_same(execution: Execution) -> None:
        write_lines(execution, "one")
        assert transitions.cancel(job=Job.objects.get(), user=cast.requester)

    work.do = finish_all_the_same
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.CANCELLED, ""), [])


@pytest.mark.engines
def test_when_the_answer_to_the_commit_is_lost_the_complete_job_keeps_its_file(cast, work, files, monkeypatch) -> None:
    succeed = transitions.succeed

    def lose_the_answer(**arguments: Any) -> bool:
        assert succeed(**arguments)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(transitions, "succeed", lose_the_answer)
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert outcome(job) == (Status.SUCCEEDED, "")
    assert on_disk(files) == [job.files.get().path]


@pytest.mark.engines
def test_a_worker_told_to_exit_leaves_no_half_file(cast, work, files) -> None:
    work.do = raising(SystemExit())
    job = ask(cast.requester, cast.lea)
    with pytest.raises(SystemExit):
        run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.RUNNING, ""), [])


@pytest.mark.engines
def test_nothing_is_visible_while_the_file_is_being_written(cast, work, files) -> None:
    seen: list[Any] = []

    def look(execution: Execution) -> None:
        write_lines(execution, "one")
        seen.append((Job.objects.get().status, JobFile.objects.count(), [path[-5:] for path in on_disk(files)]))

    work.do = look
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    assert seen == [(Status.RUNNING, 0, [".part"])]


@pytest.mark.engines
def test_files_are_written_out_before_the_job_is_complete(cast, work, monkeypatch) -> None:
    order: list[str] = []
    for name in ("seal", "publish"):
        method = getattr(OutputFile, name)
        monkeypatch.setattr(OutputFile, name, lambda self, name=name, method=method: order.append(name) or method(self))
    succeed = transitions.succeed
    monkeypatch.setattr(transitions, "succeed", lambda **kw: order.append("succeed") or succeed(**kw))
    run_job(job_id=ask(cast.requester, cast.lea).pk)
    assert order == ["seal", "publish", "succeed"]


# --- The lease, over a connection of its own -------------------------------------------------------------------------


def elsewhere(work: Callable[[], object]) -> None:
    """Do something over another connection, as another process would."""

    def do() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()


def wait_until(true: Callable[[], object], execution: Execution | None = None, rows: int = 0) -> None:
    for _ in range(200):
        if true():
            return
        if execution:
            execution.progress(rows)
        threading.Event().wait(0.02)
    raise AssertionError("nothing happened within four seconds")


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_the_worker_is_inside_a_transaction(cast, work, settings) -> None:
    settings.JOBS_RENEW_SECONDS = 0.05
    seen: list[Job] = []

    def slow(execution: Execution) -> None:
        execution.progress(40)
        wait_until(lambda: Job.objects.get().rows_so_far == 40)
        seen.append(Job.objects.get())
        write_lines(execution, "one")

    work.do = slow
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert seen[0].status == Status.RUNNING
    assert seen[0].lease_until > seen[0].started_at + timezone.timedelta(seconds=30)
    assert (outcome(job), job.rows_so_far) == ((Status.SUCCEEDED, ""), 1)


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_a_running_job_that_is_cancelled_stops_at_its_next_progress(cast, work, files, settings) -> None:
    settings.JOBS_RENEW_SECONDS = 0.05

    def endless(execution: Execution) -> None:
        write_lines(execution, "one")
        elsewhere(lambda: transitions.cancel(job=Job.objects.get(), user=cast.requester))
        wait_until(lambda: False, execution)

    work.do = endless
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), on_disk(files)) == ((Status.CANCELLED, ""), [])


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_an_attempt_that_was_given_up_for_dead_stops_and_leaves_the_new_one_alone(cast, work, files, settings) -> None:
    settings.JOBS_RENEW_SECONDS = 0.05

    def overslept(execution: Execution) -> None:
        write_lines(execution, "old")
        if work.times == 1:
            elsewhere(
                lambda: transitions.try_again(
                    job=Job.objects.get(), words="", kind=FailureKind.WORKER_LOST, after=timezone.timedelta()
                )
            )
            elsewhere(lambda: run_job(job_id=execution.job.pk))
            wait_until(lambda: False, execution)

    work.do = overslept
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts, work.times) == ((Status.SUCCEEDED, ""), 2, 2)
    assert on_disk(files) == [job.files.get().path]


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_the_lease_outlives_a_connection_that_breaks(cast, work, settings) -> None:
    settings.JOBS_RENEW_SECONDS = 0.05

    def cut(execution: Execution) -> None:
        wait_until(lambda: Job.objects.get().lease_until > execution.job.lease_until)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        before = Job.objects.get().lease_until
        wait_until(lambda: Job.objects.get().lease_until > before)
        write_lines(execution, "one")

    work.do = cut
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert outcome(job) == (Status.SUCCEEDED, "")


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_an_attempt_whose_own_connection_breaks_is_tried_again(cast, work) -> None:
    def cut(execution: Execution) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    work.do = cut
    job = ask(cast.requester, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts) == ((Status.QUEUED, ""), 1)
    work.do = lambda execution: write_lines(execution, "one")
    run_job(job_id=job.pk)
    assert (outcome(job), job.attempts) == ((Status.SUCCEEDED, ""), 2)


@pytest.mark.engines
def test_an_old_message_of_another_users_job_runs_with_that_users_rights(cast: Cast, work: Work) -> None:
    """The worker knows no user but the one who asked."""
    nobody = make_user()
    job = make_job(nobody, cast.lea)
    run_job(job_id=job.pk)
    assert (outcome(job), work.times) == ((Status.REFUSED, FailureKind.RIGHT_LOST), 0)

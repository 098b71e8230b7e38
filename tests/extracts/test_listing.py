"""Submitted Extracts as many look at them: which requests, and that a row is never older than what it tells of."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from accounts.permissions import reach
from extracts import listing
from extracts.listing import Brief, Look, Written
from extracts.queries import EXPIRED, SORTS, STATUSES, Filters, Submitted, submitted_jobs
from jobs.enums import Status
from jobs.models import Job, JobFile
from tests.factories.jobs import make_job
from tests.factories.people import Cast, grant, make_cast

pytestmark = pytest.mark.engines

DAY = timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def ask(cast: Cast, *, file_ends: timedelta | None = None, **fields: Any) -> Job:
    """A request of the list; with a file that expires that much later than now if it is told."""
    status = fields.setdefault("status", Status.SUCCEEDED)
    job = make_job(fields.pop("by", cast.requester), cast.lea, kind="ods_extract", **fields)
    if status == Status.SUCCEEDED:
        JobFile.objects.create(
            job=job, role="extract", download_name="SENR.txt", path=f"x/{job.pk}", size=9, sha256="a" * 64, rows=1,
            expires_at=timezone.now() + (file_ends or 60 * DAY),
        )  # fmt: skip
    return job


def look(cast: Cast, *, first: int = 0, stop: int = 25, **more: Any) -> Look:
    return Look(cast.lea, tuple(reach(cast.requester, cast.lea).items()), first=first, stop=stop, **more)


class Pen:
    """Writes a row as its number and state, and knows what it wrote."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.rows = Written(self._write)

    def _write(self, row: Submitted, marked: bool) -> str:
        self.written.append(row.job.pk)
        return f"{row.job.pk} {row.status} {row.job.requested_by.username}{' *' * marked}"


@pytest.fixture
def asked(cast: Cast) -> dict[str, Job]:
    """Requests of every state, type and requester of the list."""
    grant(cast.requester, "sdem_edit", cast.lea)
    jobs = {status.value: ask(cast, status=status) for status in Status}
    jobs["expired"] = ask(cast, file_ends=-DAY)
    jobs["removed"] = ask(cast)
    JobFile.objects.filter(job=jobs["removed"]).update(removed_at=timezone.now())
    jobs["colleague"] = ask(cast, by=cast.colleague, download_name="A.txt")
    jobs["staff"] = ask(cast, record_type="SDEM")
    jobs["not extracts"] = make_job(cast.requester, cast.lea)
    jobs["other LEA"] = make_job(cast.stranger, cast.other_lea, kind="ods_extract")
    return jobs


def test_a_look_finds_the_requests_of_the_list(cast: Cast, asked: dict[str, Job]) -> None:
    held = reach(cast.requester, cast.lea)
    for record_type, status, mine, sort in product(("", "SDEM"), ("", *STATUSES), (False, True), SORTS):
        filters = Filters(record_type=record_type, status=status, mine=mine, sort=sort)
        viewer = cast.requester.pk if mine else None
        jobs = submitted_jobs(organization=cast.lea, held=held, filters=filters, viewer=viewer)
        here = look(cast, filters=filters, viewer=viewer)
        found = [brief.pk for brief in here.briefs()]
        assert (found, here.total()) == ([job.pk for job in jobs], len(found)), filters


def test_what_is_asked_for_is_there(cast: Cast, asked: dict[str, Job]) -> None:
    def names(**filters: Any) -> set[str]:
        pks = {brief.pk for brief in look(cast, filters=Filters(**filters)).briefs()}
        return {name for name, job in asked.items() if job.pk in pks}

    states = {status.value for status in Status}
    assert names() == states | {"expired", "removed", "colleague", "staff"}
    assert names(status=EXPIRED) == {"expired", "removed"}
    assert names(status=Status.SUCCEEDED) == {"SUCCEEDED", "colleague", "staff"}
    assert names(record_type="SDEM") == {"staff"}


def test_a_slice_of_the_list(cast: Cast) -> None:
    jobs = [ask(cast).pk for _ in range(5)]
    assert [brief.pk for brief in look(cast, first=1, stop=3).briefs()] == [jobs[3], jobs[2]]
    assert look(cast, first=1, stop=3).total() == 5
    ask(cast)
    assert look(cast, first=1, stop=3).total() == 6


def test_a_brief_says_what_can_still_change(cast: Cast) -> None:
    job = ask(cast, status=Status.RUNNING)
    (before,) = look(cast).briefs()
    assert before == Brief(job.pk, job.requested_at, Status.RUNNING, False, cast.requester.username)
    assert before.active
    ended = ask(cast)
    (brief, _) = look(cast).briefs()
    assert brief == Brief(ended.pk, ended.requested_at, Status.SUCCEEDED, False, cast.requester.username)
    assert not brief.active


def test_a_file_that_was_removed_is_gone_before_its_time(cast: Cast) -> None:
    ask(cast)
    JobFile.objects.update(removed_at=timezone.now())
    (brief,) = look(cast).briefs()
    assert brief.expired


def test_a_row_that_has_ended_is_written_once(cast: Cast) -> None:
    pen = Pen()
    jobs = [ask(cast).pk for _ in range(3)]
    first = pen.rows.of(look(cast).briefs())
    assert first == [f"{pk} Complete {cast.requester.username}" for pk in reversed(jobs)]
    assert pen.rows.of(look(cast).briefs()) == first
    assert sorted(pen.written) == jobs


def test_a_row_that_moves_is_written_each_time(cast: Cast) -> None:
    pen = Pen()
    job = ask(cast, status=Status.RUNNING).pk
    for _ in range(2):
        pen.rows.of(look(cast).briefs())
    assert pen.written == [job, job]


def test_a_row_changes_with_its_request(cast: Cast) -> None:
    pen = Pen()
    job = ask(cast, status=Status.RUNNING)

    def shown() -> str:
        (row,) = pen.rows.of(look(cast).briefs())
        return row.removeprefix(f"{job.pk} ")

    name = cast.requester.username
    assert shown() == f"Processing {name}"
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(status=Status.SUCCEEDED, lease_until=None, finished_at=now)
    file = JobFile.objects.create(
        job=job, role="extract", download_name="a", path="a", size=1, sha256="", rows=1, expires_at=now + DAY
    )
    assert shown() == f"Complete {name}"
    cast.requester.username = "renamed"
    cast.requester.save()
    assert shown() == "Complete renamed"
    JobFile.objects.filter(pk=file.pk).update(expires_at=timezone.now())
    assert shown() == "Expired renamed"


def test_the_marked_row_stands_out_for_whoever_asked_for_it_only(cast: Cast) -> None:
    pen = Pen()
    job = ask(cast).pk
    name = cast.requester.username
    assert pen.rows.of(look(cast).briefs(), marked=job) == [f"{job} Complete {name} *"]
    assert pen.rows.of(look(cast).briefs()) == [f"{job} Complete {name}"]
    assert pen.rows.of(look(cast).briefs(), marked=job) == [f"{job} Complete {name} *"]


def test_what_ended_between_the_two_queries_is_not_remembered_under_what_it_was(cast: Cast) -> None:
    pen = Pen()
    job = ask(cast)
    (brief,) = look(cast).briefs()
    JobFile.objects.update(expires_at=timezone.now())
    assert pen.rows.of([brief]) == [f"{job.pk} Expired {cast.requester.username}"]
    JobFile.objects.update(expires_at=timezone.now() + DAY)
    assert pen.rows.of(look(cast).briefs()) == [f"{job.pk} Complete {cast.requester.username}"]


def test_no_more_than_so_many_rows_are_remembered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_REMEMBERED", 2)
    pen = Pen()
    for _ in range(5):
        ask(cast)
    assert len(pen.rows.of(look(cast).briefs())) == 5
    assert len(pen.rows._remembered) <= 2


def test_a_page_of_ended_requests_takes_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    pen = Pen()
    for _ in range(30):
        ask(cast)
    here = look(cast)
    pen.rows.of(here.briefs())
    with django_assert_num_queries(1):
        assert len(pen.rows.of(here.briefs())) == 25

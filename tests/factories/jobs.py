"""Jobs, and a kind of work that needs nothing but what a test gives it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from jobs import registry
from jobs.enums import ACTIVE, Status, Trigger
from jobs.execution import Execution
from jobs.models import Job, JobSchool
from jobs.registry import JobKind
from jobs.requesting import Authority, request_job
from ods.models import Organization

COVERING = {
    ("SENR", ""): frozenset({"senr_edit"}),
    ("SDEM", ""): frozenset({"sdem_edit"}),
    ("SWDS", ""): frozenset({"sped_edit", "selpa_reports"}),
    ("PSTS", ""): frozenset({"psts_edit"}),
    ("PSTS", "sped"): frozenset({"psts_edit", "psts_for_sped_students_edit", "selpa_reports"}),
}
"""Some of the rules of spec ods-extracts 3: enough for every shape of right."""


def write_lines(execution: Execution, *lines: str) -> None:
    """A well-behaved builder: one file, each line ended by CR LF, its rows declared."""
    with_ends = "".join(f"{line}\r\n" for line in lines).encode()
    file = execution.open_file(role="extract", download_name=execution.job.download_name)
    file.write(with_ends)
    file.rows = len(lines)
    execution.progress(len(lines))


@contextmanager
def job_kind(
    run: Callable[[Execution], None] = lambda execution: write_lines(execution, "one", "two"), name: str = "test"
) -> Iterator[JobKind]:
    """A kind of work for as long as the block lasts."""
    kind = JobKind(name=name, run=run, covering_roles=lambda: COVERING)
    registry.register(kind)
    try:
        yield kind
    finally:
        registry.unregister(name)


def ask(user: User, organization: Organization, **changes: Any) -> Job:
    """Request a SENR job over the whole LEA, or what the changes say; `role`, `limit`, `schools`, `lea` included."""
    schools = tuple(changes.pop("schools", ()))
    values: dict[str, Any] = {
        "kind": "test",
        "organization": organization,
        "record_type": "SENR",
        "label": "SSID Enrollment",
        "authority": Authority(
            role=changes.pop("role", "senr_edit"),
            limit=changes.pop("limit", ""),
            whole=not schools,
            schools=schools,
            lea=changes.pop("lea", ""),
        ),
        "criteria": {"active": True},
        "criteria_words": "Active students",
        "requested_by": user,
        "trigger": Trigger.WEB,
        "download_name": "SENR.txt",
    }
    return request_job(**{**values, **changes})


def make_job(user: User, organization: Organization, *, schools: tuple[str, ...] = (), **fields: Any) -> Job:
    """A row in any state, put there without asking; by default a waiting SENR job over the whole LEA."""
    now = timezone.now()
    status = fields.get("status", Status.QUEUED)
    values: dict[str, Any] = {
        "kind": "test",
        "record_type": "SENR",
        "label": "SSID Enrollment",
        "authority_role": "senr_edit",
        "authority_whole": not schools,
        "authority_lea": organization.code,
        "criteria_words": "Active students",
        "download_name": "SENR.txt",
        "trigger": Trigger.WEB,
        "send_at": now + timedelta(seconds=30) if status == Status.QUEUED else None,
        "attempts": 0 if status == Status.QUEUED else 1,
        "lease_until": now + timedelta(seconds=30) if status == Status.RUNNING else None,
        "finished_at": None if status in ACTIVE else now,
    }
    job = Job.objects.create(requested_by=user, organization=organization, **{**values, **fields})
    JobSchool.objects.bulk_create(JobSchool(job=job, code=code) for code in schools)
    return job

"""Submitted Extracts in every state."""

from datetime import timedelta

from django.utils import timezone

from extracts.definitions import DEFINITIONS
from extracts.requesting import KIND
from jobs.enums import Status
from jobs.models import Job, JobFile
from tests.browser.conftest import World
from tests.factories.jobs import make_job

SHA256 = "9f2bc41d" * 8


def submit(world: World, record_type: str, status: Status, words: str, **fields: object) -> Job:
    """A request of Rosa's that stands in the list; it has no bytes on the disk. `rows` gives it a file."""
    definition = DEFINITIONS[record_type]
    rows, days = fields.pop("rows", None), fields.pop("days", 60)
    way = definition.ways[0].key
    criteria = {"version": 1, "record_type": record_type, "way": way, "reporting_lea": world.lea.code}
    job = make_job(
        world.rosa,
        world.lea,
        kind=KIND,
        record_type=record_type,
        label=definition.label,
        status=status,
        criteria=criteria,
        criteria_words=f"{words}; Reporting LEA {world.lea.code}",
        download_name=f"{record_type}_{world.lea.code}_20261121114012.txt",
        authority_role=definition.unlocks[0].role,
        **fields,
    )
    if rows is not None:
        JobFile.objects.create(
            job=job,
            role="extract",
            download_name=job.download_name,
            path=f"none/{job.pk}",
            size=rows * 181,
            sha256=SHA256,
            rows=rows,
            expires_at=timezone.now() + timedelta(days=days),
        )
    return job


def submit_one_of_each(world: World) -> None:
    """A request in each state there is, and an empty result."""
    all_schools = "all 4 schools"
    submit(world, "CRSC", Status.CANCELLED, "Academic Year 2025-2026; school 1930924")
    submit(world, "SDEM", Status.SUCCEEDED, "Active staff", rows=401, days=-2)
    submit(
        world,
        "PSTS",
        Status.REFUSED,
        f"Academic Year 2024-2025; {all_schools}",
        message="The right to this request was taken away before it was finished, so nothing was made.",
    )
    submit(
        world,
        "STAS",
        Status.FAILED,
        f"Academic Year 2025-2026; {all_schools}",
        message="The file storage is full. Nothing was published. Request it again in a few minutes.",
    )
    submit(world, "SWDS", Status.SUCCEEDED, "Active students; Most Recent Only; schools 1930924", rows=0)
    submit(world, "SELA", Status.SUCCEEDED, f"Enrollment 08/15/2025 to 06/12/2026; {all_schools}", rows=12873)
    submit(world, "SPRG", Status.QUEUED, "Academic Year 2026-2027; Program 122; school 1930924")
    submit(world, "SENR", Status.RUNNING, f"Active students; {all_schools}", rows_so_far=42000)

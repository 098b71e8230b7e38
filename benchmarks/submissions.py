"""Validating and posting a submitted SENR file, against plain COPY to a stage and INSERT from there.

Both fill the same empty table with its key and indexes, from the same file. A submission is validated (every rule of
submission, the identity table asked for every SSID) and posted by two jobs, as in the portal; receiving the bytes is
not counted, nor the time a person takes to decide. The peer checks nothing, compares nothing and keeps no identities.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files import File
from django.core.management import call_command
from django.db import connection

from accounts.models import User, UserRole
from benchmarks.loading import LEA, POSTER, copy_and_insert, directory, empty, result, timed, write_file
from jobs.enums import Trigger
from jobs.models import Job
from jobs.running import run_job
from ods.directory import load_directory
from ods.models import Organization, Posting
from submissions.access import Access
from submissions.models import Submission
from submissions.posting import request_posting
from submissions.receiving import receive

SCALES = {"small": 50_000, "full": 1_000_000}
TURNS = 3
HOSTILE_BYTES = 200 << 20
HOSTILE = {
    "lines that are no records": b"SENR^\r\n" * 10_000,
    "records with 30 errors each": (b"SENR^Q" + b"^\xc3\xa9" * 33 + b"\r\n") * 2_000,
    "one line": b"SENR^" + b"x" * (1 << 20),
}


def run(scale: str) -> list[dict[str, object]]:
    """Rows of the result table: rows per second of both, the ratio, and the largest memory of each job.

    Empties the record tables of the database; refuses one that holds anything but benchmarks.
    """
    call_command("migrate", verbosity=0)
    if Posting.objects.exclude(posted_by=POSTER).exists():
        sys.exit("This database holds postings: the benchmark wants an empty one of its own.")
    empty()
    load_directory(lines=directory())
    rows = SCALES[scale]
    with tempfile.TemporaryDirectory() as folder:
        settings.FILES_DIR = Path(folder) / "files"
        path = Path(folder) / "senr.txt"
        write_file(path, rows)
        plain, validating, posting, again = [], [], [], []
        for _ in range(TURNS):
            empty()
            plain.append(timed(lambda: copy_and_insert(path)))
            empty()
            know_students(path)
            took = submitted(path)
            validating.append(took[0])
            posting.append(took[1])
            took = submitted(path, inserted=0)
            again.append(sum(took))
        empty()
        know_students(path)
        peaks = [peak_of(path, folder, step) for step in ("validate", "post")]
        for content in HOSTILE.values():
            bad = Path(folder) / "bad.txt"
            with bad.open("wb") as file:
                for _ in range(HOSTILE_BYTES // len(content)):
                    file.write(content)
            peaks.append(peak_of(bad, folder, "validate"))
        empty()
    both = [sum(pair) for pair in zip(validating, posting, strict=True)]
    peer = "COPY to a stage + INSERT"
    base = rows / statistics.median(plain)

    def rate(case: str, times: list[float]) -> dict[str, object]:
        found = rows / statistics.median(times)
        return result(f"{case} {rows:,} SENR", round(found), "rows/s", peer, found / base)

    return [
        result(f"{peer}, {rows:,} SENR", round(base), "rows/s", None, None),
        rate("validate and post", both),
        rate("validate", validating),
        rate("post", posting),
        rate("validate and post again, nothing changes,", again),
        result(f"peak memory while validating {rows:,} SENR", peaks[0], "MB", None, None),
        result(f"peak memory while posting {rows:,} SENR", peaks[1], "MB", None, None),
        *(
            result(f"peak memory while validating {HOSTILE_BYTES >> 20} MB of {name}", peak, "MB", None, None)
            for name, peak in zip(HOSTILE, peaks[2:], strict=True)
        ),
    ]


def submitted(path: Path, *, inserted: int | None = None) -> tuple[float, float]:
    """Submit a file; the seconds its two jobs took."""
    submission = received(path)
    validating = timed(lambda: run_job(job_id=submission.validation_job_id))
    submission.refresh_from_db()
    assert (submission.accepted, submission.errors) == (submission.records, 0), submission.by_rule or submission.refused
    asked = request_posting(user=clerk(), submission=submission, trigger=Trigger.COMMAND)
    assert asked.posting_job is not None
    job_id = asked.posting_job.pk
    posting = timed(lambda: run_job(job_id=job_id))
    submission.refresh_from_db()
    posted = submission.posting
    assert posted is not None
    assert posted.inserted == (submission.records if inserted is None else inserted)
    return validating, posting


def received(path: Path) -> Submission:
    with path.open("rb") as source:
        return receive(
            user=clerk(),
            organization=Organization.objects.get(kind="LEA", code=LEA),
            access=Access("SENR", "senr_edit", whole=True),
            upload=File(source, name=path.name),
            trigger=Trigger.COMMAND,
        )


def clerk() -> User:
    user, made = User.objects.get_or_create(username=POSTER)
    if made:
        lea = Organization.objects.get(kind="LEA", code=LEA)
        UserRole.objects.create(user=user, permission=Permission.objects.get(codename="senr_edit"), content_object=lea)
    return user


def know_students(path: Path) -> None:
    """The state knows every student of the file."""
    with connection.cursor() as cursor, path.open() as lines:
        with cursor.copy("COPY ods_studentidentity (ssid, created_on) FROM STDIN") as copy:
            for line in lines:
                copy.write_row((line.split("^", 8)[7], date(2025, 7, 1)))
        cursor.execute("ANALYZE ods_studentidentity")


def peak_of(path: Path, folder: str, step: str) -> float:
    """The largest resident memory, in MB, of a fresh process that does one of the two jobs."""
    code = (
        "import django; django.setup()\n"
        "from pathlib import Path; from django.conf import settings; from benchmarks import submissions\n"
        f"settings.FILES_DIR = Path({folder!r}) / 'files'\n"
        f"submissions.one_step(Path({str(path)!r}), {step!r})\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return round(int(done.stdout.strip().splitlines()[-1]) / 1024, 1)


def one_step(path: Path, step: str) -> None:
    """`validate`: submit and validate. `post`: post the newest submission."""
    if step == "validate":
        job_id = received(path).validation_job_id
    else:
        newest = Submission.objects.latest("pk")
        asked = request_posting(user=clerk(), submission=newest, trigger=Trigger.COMMAND)
        assert asked.posting_job is not None
        job_id = asked.posting_job.pk
    run_job(job_id=job_id)
    assert Job.objects.get(pk=job_id).status == "SUCCEEDED"

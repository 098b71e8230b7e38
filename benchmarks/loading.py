"""Loading SENR with all validation and the identity table, against plain COPY to a stage and INSERT from there.

Both fill the same empty table with its key and indexes, from the same file. The peer checks nothing, compares nothing
and keeps no identities.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from ods.codesets import code_set
from ods.directory import load_directory
from ods.layout import layout
from ods.models import Posting, StudentEnrollment, StudentIdentity
from ods.posting import Outcome, post
from ods.writer import line

SCALES = {"small": 50_000, "full": 1_000_000}
TURNS = 3
LEA = "1999901"
SCHOOLS = tuple(f"99{n:05}" for n in range(1, 41))
POSTED_ON = date(2025, 9, 1)
POSTER = "benchmark"
CHUNK = 1 << 20


def run(scale: str) -> list[dict[str, object]]:
    """Rows of the result table: rows per second of both, the ratio, and the loader's memory.

    Empties the record tables of the database; refuses one that holds anything but benchmarks.
    """
    call_command("migrate", verbosity=0)
    if Posting.objects.exclude(posted_by=POSTER).exists():
        sys.exit("This database holds postings: the loading benchmark wants an empty one of its own.")
    empty()
    load_directory(lines=directory())
    rows = SCALES[scale]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "senr.txt"
        write_file(path, rows)
        plain, loading, again = [], [], []
        for _ in range(TURNS):
            empty()
            plain.append(timed(lambda: copy_and_insert(path)))
            empty()
            loading.append(timed(lambda: load(path, inserted=rows)))
            again.append(timed(lambda: load(path, inserted=0)))
        empty()
        peak = peak_of_a_load(path, rows)
        empty()
    rate = {name: rows / statistics.median(times) for name, times in (("plain", plain), ("post", loading))}
    peer = "COPY to a stage + INSERT"
    return [
        result(f"{peer}, {rows:,} SENR", round(rate["plain"]), "rows/s", None, None),
        result(f"validate and post {rows:,} SENR", round(rate["post"]), "rows/s", peer, rate["post"] / rate["plain"]),
        result(
            f"post the same {rows:,} SENR again, nothing changes",
            round(rows / statistics.median(again)),
            "rows/s",
            peer,
            rows / statistics.median(again) / rate["plain"],
        ),
        result(f"peak memory while posting {rows:,} SENR", peak, "MB", None, None),
    ]


def result(case: str, value: float, unit: str, against: str | None, ratio: float | None) -> dict[str, object]:
    return {
        "case": case,
        "value": value,
        "unit": unit,
        "against": against,
        "ratio": None if ratio is None else round(ratio, 3),
    }


def directory() -> list[str]:
    schools = [f"SCHOOL,{school},Benchmark School {school},{LEA},," for school in SCHOOLS]
    return ["kind,code,name,parent,since,until", f"LEA,{LEA},Benchmark Unified,,,", *schools]


def write_file(path: Path, rows: int) -> None:
    """Synthetic enrolments: every SSID its own, names and places repeat as they do in a district."""
    chance = random.Random(2)
    senr = layout("SENR")
    given = [f"Given{n}" for n in range(5_000)]
    surnames = [f"Surname{n}" for n in range(20_000)]
    born = [date(2008, 1, 1) + timedelta(days=n) for n in range(4_000)]
    grades = [grade for grade in code_set("grade_level").codes if grade.isdigit()]
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(rows):
            left = number % 4 == 0
            file.write(
                line(
                    {
                        "local_record_id": f"R{number}",
                        "reporting_lea": LEA,
                        "school_of_attendance": SCHOOLS[number % len(SCHOOLS)],
                        "academic_year_id": "2025-2026",
                        "ssid": str(9_900_000_000 + (number * 7919) % 99_999_989),
                        "local_student_id": f"L{number}",
                        "legal_first_name": chance.choice(given),
                        "legal_middle_name": chance.choice("ABCDEFGHIJ"),
                        "legal_last_name": chance.choice(surnames),
                        "birth_date": chance.choice(born),
                        "gender_code": chance.choice("FMX"),
                        "birth_city": f"City {number % 400}",
                        "birth_state_province_code": "US-CA",
                        "birth_country_code": "US",
                        "enrollment_start_date": date(2025, 8, 11) + timedelta(days=number % 200),
                        "enrollment_status_code": "10",
                        "grade_level_code": chance.choice(grades),
                        "enrollment_exit_date": date(2026, 6, 5) if left else None,
                        "exit_reason_code": "E155" if left else "",
                    },
                    senr,
                )
            )


def copy_and_insert(path: Path) -> None:
    fields = [field.field for field in layout("SENR").stored]
    types = {name: StudentEnrollment._meta.get_field(name).db_type(connection) for name in fields}
    texts = ", ".join(name for name, kind in types.items() if kind != "date")
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        cursor.execute(
            f"CREATE TEMPORARY TABLE plain (record_type text, transaction_type text, {columns}) ON COMMIT DROP"
        )
        copying = f"COPY plain FROM STDIN (FORMAT csv, DELIMITER '^', QUOTE E'\\x01', FORCE_NOT_NULL ({texts}))"
        with path.open("rb") as file, cursor.copy(copying) as copy:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
        posting = Posting.objects.create(
            record_type="SENR", posted_on=POSTED_ON, posted_by=POSTER, file_name=path.name
        ).pk
        names = ", ".join(fields)
        cursor.execute(
            f"INSERT INTO ods_senr ({names}, current_ssid, upload_date, last_updated, posting_id, posting_line)"
            f" SELECT {names}, ssid, %s, %s, %s, 1 FROM plain",
            [POSTED_ON, POSTED_ON, posting],
        )


def load(path: Path, *, inserted: int) -> None:
    with path.open("rb") as source:
        outcome: Outcome = post(source=source, file_name=path.name, posted_on=POSTED_ON, posted_by=POSTER)
    assert (outcome.refused, outcome.counts.inserted) == ("", inserted), outcome
    assert StudentIdentity.objects.count() == outcome.counts.read


def peak_of_a_load(path: Path, rows: int) -> float:
    """The largest resident memory, in MB, of a fresh process that loads once."""
    code = (
        "import django; django.setup()\n"
        "from pathlib import Path; from benchmarks import loading\n"
        f"loading.load(Path({str(path)!r}), inserted={rows})\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return round(int(done.stdout.strip().splitlines()[-1]) / 1024, 1)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ods_senr, ods_posting, ods_studentidentity CASCADE")


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

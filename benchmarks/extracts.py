"""Building an SENR extract against `psql \\copy` of the same ordered SELECT of raw columns, and against Django's way.

The whole build is timed: criteria to finished, flushed, hashed file. Peers and build take turns, and the ratio is of
medians. The table is filled in SQL: what is measured is reading.
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from extracts.building import build
from extracts.criteria import Criteria
from extracts.lines import record_line
from extracts.selection import enrollments, in_file_order
from jobs.storage import OutputFile, remove
from ods.layout import layout

SCALES = {"small": (20_000,), "full": (100_000, 1_000_000, 5_000_000)}
LEA = "1999901"
SCHOOLS = tuple(f"99{n:05}" for n in range(1, 41))


def run(scale: str) -> list[dict[str, object]]:
    call_command("migrate", verbosity=0)
    results: list[dict[str, object]] = []
    costs = {}
    for rows in SCALES[scale]:
        fill(rows)
        repeats = 5 if rows <= 1_000_000 else 3
        ours: list[float] = []
        psql: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            for _ in range(repeats):
                psql.append(timed(partial(copy_with_psql, path)))
                path.unlink()
                ours.append(timed(partial(build_extract, rows)))
            django = timed(partial(copy_with_django, path)) if rows <= 1_000_000 else None
        speed = round(rows / statistics.median(ours))
        ratio = statistics.median(psql) / statistics.median(ours)
        costs[rows] = statistics.median(ours) / rows
        case = f"build of {rows:,} SENR"
        results.append(result(case, speed, "rows/s", "psql \\copy, ordered", ratio))
        if django:
            slower = django / statistics.median(ours)
            results.append(result(case, speed, "rows/s", "values_list().iterator() and csv", slower))
        results.append(result(f"peak memory after {rows:,} rows", peak_of_a_build(rows), "MB", None, None))
    smallest, largest = min(costs), max(costs)
    results.append(
        result(
            f"cost per row at {largest:,}",
            round(costs[largest] * 1e6, 2),
            "µs",
            f"cost per row at {smallest:,}",
            costs[largest] / costs[smallest],
        )
    )
    return results


def result(case: str, value: float, unit: str, against: str | None, ratio: float | None) -> dict[str, object]:
    return {
        "case": case,
        "value": value,
        "unit": unit,
        "against": against,
        "ratio": None if ratio is None else round(ratio, 3),
    }


def fill(rows: int) -> None:
    """SENR rows over forty schools as eight files bring them in: each posted in the order of its keys."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ods_senr, ods_posting CASCADE")
        cursor.execute(
            "INSERT INTO ods_posting (id, record_type, posted_at, posted_on, posted_by, file_name, file_sha256, read,"
            " inserted, updated, unchanged, removed, deleted, rejected, warnings)"
            " VALUES (1, 'SENR', now(), '2025-09-01', 'benchmark', 'benchmark', '', 0, 0, 0, 0, 0, 0, 0, 0)"
        )
        columns = {
            "local_record_id": "'R' || i",
            "reporting_lea": f"'{LEA}'",
            "school_of_attendance": "'99' || lpad((1 + i % 40)::text, 5, '0')",
            "academic_year_id": "'2025-2026'",
            "ssid": "(9900000000 + (i::bigint * 7919) % 99999989)::text",
            "current_ssid": "(9900000000 + (i::bigint * 7919) % 99999989)::text",
            "local_student_id": "'L' || i",
            "legal_first_name": "'Given' || i % 5000",
            "legal_middle_name": "'M' || i % 26",
            "legal_last_name": "'Surname' || i % 20000",
            "birth_date": "date '2008-01-01' + i % 4000",
            "gender_code": "substr('FMX', 1 + i % 3, 1)",
            "birth_city": "'City ' || i % 400",
            "birth_state_province_code": "'US-CA'",
            "birth_country_code": "'US'",
            "enrollment_start_date": "date '2024-08-10' + i % 200",
            "enrollment_status_code": "'10'",
            "grade_level_code": "lpad((1 + i % 12)::text, 2, '0')",
            "enrollment_exit_date": "CASE WHEN i % 4 = 0 THEN date '2025-06-05' END",
            "exit_reason_code": "CASE WHEN i % 4 = 0 THEN 'E155' ELSE '' END",
            "upload_date": "date '2024-09-01'",
            "last_updated": "date '2024-09-01' + i % 300",
            "posting_id": "1",
            "posting_line": "i",
        }
        model = enrollments(criteria()).model
        for field in model._meta.concrete_fields:
            columns.setdefault(field.column, "''")
        del columns["id"], columns["extract_line"]
        in_key_order = ", ".join(columns[name] for name in layout("SENR").key if name != "reporting_lea")
        cursor.execute(
            f"INSERT INTO ods_senr ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
            f" FROM generate_series(1, {rows}) AS i ORDER BY hashint4(i) & 7, {in_key_order}"
        )
        cursor.execute("VACUUM (ANALYZE) ods_senr")


def criteria() -> Criteria:
    return Criteria(
        record_type="SENR",
        way="date_range",
        reporting_lea=LEA,
        schools=SCHOOLS,
        start=date(2024, 7, 1),
        end=date(2026, 6, 30),
    )


def build_extract(rows: int) -> None:
    """Criteria to a finished file, through the file a job writes: hashed, counted, flushed to disk, put in place."""
    file = OutputFile(role="extract", download_name="SENR.txt")
    try:
        file.rows = build(criteria=criteria(), sink=file)
        file.seal()
        published = file.publish()
    finally:
        file.discard()
    assert published.rows == rows
    remove(published.path)


def ordered_select() -> str:
    """The same rows in the same order, columns as they are stored."""
    names = record_line("SENR").sources
    rows = in_file_order(enrollments(criteria()), "SENR").values_list(*names)
    sql, parameters = rows.query.sql_with_params()
    return sql % tuple(f"'{value}'" for value in parameters)


def copy_with_psql(path: Path) -> None:
    subprocess.run(
        ["psql", "-qX", "-d", os.environ["DATABASE_URL"], "-c", f"\\copy ({ordered_select()}) TO '{path}' CSV"],
        check=True,
    )


def copy_with_django(path: Path) -> None:
    """The same file the plain Django way."""
    names = record_line("SENR").sources
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="^", lineterminator="\r\n", quoting=csv.QUOTE_NONE, quotechar=None)
        for row in in_file_order(enrollments(criteria()), "SENR").values_list(*names).iterator(chunk_size=5000):
            values = [value.isoformat().replace("-", "") if isinstance(value, date) else value for value in row]
            writer.writerow(["SENR-R", "", *values])


def peak_of_a_build(rows: int) -> float:
    """The largest resident memory, in MB, of a fresh process that builds once."""
    # Read from /proc: getrusage's peak would begin with what this process had when it forked.
    code = (
        "import django; django.setup()\n"
        f"from benchmarks import extracts; extracts.build_extract({rows})\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return round(int(done.stdout.strip().splitlines()[-1]) / 1024, 1)


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

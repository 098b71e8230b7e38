"""Preparing the student groups of a whole district in one pass, against `psql \\copy` of the finished rows as they lie.

Schools, sections, staff and students are filled in SQL; each section has 25 students, every second a co-teacher. What
is measured is the preparation: selection with reasons, names and ledger, rows, prechecks, differences, bytes. Beside
the rate stand the queries a school takes (least and most), and the memory of the pass.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.extracts import result, timed
from ods.models import Organization, Posting
from rosters.models import SentGroup
from rosters.preparing import prepare
from rosters.roster_file import to_bytes

SCALES = {"small": (20, 50), "full": (400, 50)}
"""Schools, and sections in each."""
STUDENTS = 25
LEA = "1999902"
YEAR = 2026
DAY = date(2025, 10, 1)
TABLE = "rosters_finished"

_COMMON = "'{reporting}', '2025-2026', '2025-09-01', '2025-09-01', {posting}, "
_SQL = {
    "ods_sdem": (
        "reporting_lea, academic_year_id, upload_date, last_updated, posting_id, posting_line, seid, legal_last_name, "
        "legal_first_name, birth_date, effective_start_date, employment_start_date, service_years_lea, "
        "service_years_total",
        _COMMON + "n, (9800000000 + n)::text, 'Surname' || n, 'Given', '1980-01-01', '2020-07-01', '2020-07-01', 1, 1 "
        "FROM generate_series(0, {sections} * 2 - 1) n",
    ),
    "ods_crse": (
        "reporting_lea, academic_year_id, upload_date, last_updated, posting_id, posting_line, "
        "school_of_course_delivery, local_course_id, course_name, course_section_id, academic_term_code, seid",
        _COMMON + "n, (1000000 + n / {each} / 2)::text, 'ENG' || n / 2 % 7, 'English', (n / 2 % {each} + 1)::text, "
        "'FY', (9800000000 + n)::text FROM generate_series(0, {sections} * 2 - 1) n WHERE n % 4 < 3",
    ),
    "ods_scse": (
        "reporting_lea, academic_year_id, upload_date, last_updated, posting_id, posting_line, "
        "school_of_course_delivery, local_course_id, course_section_id, academic_term_code, ssid, current_ssid, "
        "local_student_id, birth_date",
        _COMMON + "n, (1000000 + n / {students} / {each})::text, 'ENG' || n / {students} % 7, "
        "(n / {students} % {each} + 1)::text, 'FY', (9900000000 + n)::text, (9900000000 + n)::text, 'L' || n, "
        "'2010-01-01' FROM generate_series(0, {sections} * {students} - 1) n",
    ),
    "ods_senr": (
        "reporting_lea, academic_year_id, upload_date, last_updated, posting_id, posting_line, school_of_attendance, "
        "ssid, current_ssid, local_student_id, birth_date, enrollment_start_date, enrollment_status_code",
        _COMMON + "n, (1000000 + n / {students} / {each})::text, (9900000000 + n)::text, (9900000000 + n)::text, "
        "'L' || n, '2010-01-01', '2025-08-12', CASE WHEN n % 50 = 0 THEN '20' ELSE '10' END "
        "FROM generate_series(0, {sections} * {students} - 1) n",
    ),
}  # fmt: skip

_SECTION = "(1000000 + n / {each})::text, {year}, 'ENG' || n % 7 || '/' || n % {each} + 1 || '/FY'"
_CLASS_DATA = {
    "rosters_sectionsetting": "(lea_id, school, year, section, subject, expression) "
    f"SELECT {{lea}}, {_SECTION}, 'ELA', '3(A)' FROM generate_series(0, {{sections}} - 1) n",
    "rosters_sectionteacher": "(lea_id, school, year, section, seid, role) "
    f"SELECT {{lea}}, {_SECTION}, (9800000000 + 2 * n + t)::text, CASE t WHEN 0 THEN 'lead' ELSE 'co-teacher' END "
    "FROM generate_series(0, {sections} - 1) n, generate_series(0, 1) t WHERE t = 0 OR n % 2 = 0",
    "rosters_stafflogin": "(lea_id, seid, email) SELECT {lea}, (9800000000 + n)::text, 't' || n || '@example.org' "
    "FROM generate_series(0, {sections} * 2 - 1) n",
}


def run(scale: str) -> list[dict[str, object]]:
    """Rows of the result table. Wants a database of its own: it empties the tables it fills."""
    call_command("migrate", verbosity=0)
    schools, each = SCALES[scale]
    lea, organizations = fill(schools=schools, each=each)
    ours: list[float] = []
    peer: list[float] = []
    rows, queries = counted_pass(lea, organizations)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(2):
            SentGroup.objects.filter(lea=lea).delete()
            ours.append(timed(partial(one_pass, lea, organizations)))
            peer.append(timed(partial(copy_with_psql, Path(folder) / f"file{turn}")))
    seconds = statistics.median(ours)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    case = f"{schools} schools, {schools * each:,} sections: {rows:,} rows"
    return [
        result(case, round(rows / seconds), "rows/s", "psql \\copy of the rows", statistics.median(peer) / seconds),
        result(f"{case}, one pass", round(seconds, 1), "s", None, None),
        result("queries a school takes, least", min(queries), "queries", None, None),
        result("queries a school takes, most", max(queries), "queries", None, None),
        result("memory of the process", memory, "MB", None, None),
    ]


def one_pass(lea: Organization, organizations: list[Organization]) -> None:
    """Prepare every school to its bytes."""
    for prepared in prepare(lea=lea, schools=organizations, year=YEAR, day=DAY, remember=True):
        to_bytes(prepared.rows)


def counted_pass(lea: Organization, organizations: list[Organization]) -> tuple[int, list[int]]:
    """The rows, and the queries of each school after the first, which reads what belongs to the LEA too.

    The finished rows become a table for the peer.
    """
    SentGroup.objects.filter(lea=lea).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (a text, b text, c text, d text, e text, f text)")
    rows = 0
    counts: list[int] = []
    passing = prepare(lea=lea, schools=organizations, year=YEAR, day=DAY, remember=True)
    while True:
        with CaptureQueriesContext(connection) as seen:
            prepared = next(passing, None)
        if prepared is None:
            return rows, counts[1:]
        assert not prepared.stops
        rows += len(prepared.rows)
        counts.append(len(seen))
        with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(to_bytes(prepared.rows))


def fill(*, schools: int, each: int) -> tuple[Organization, list[Organization]]:
    lea, _ = Organization.objects.get_or_create(kind="LEA", code=LEA, defaults={"name": "Benchmark Unified"})
    posting, _ = Posting.objects.get_or_create(
        record_type="SCSE", posted_on=DAY, posted_by="benchmark", file_name="benchmark"
    )
    Organization.objects.bulk_create(
        (
            Organization(kind="SCHOOL", code=str(1_000_000 + n), name=f"School {n:03d}", parent=lea)
            for n in range(schools)
        ),
        ignore_conflicts=True,
    )
    values = {"reporting": LEA, "posting": posting.pk, "sections": schools * each, "each": each, "students": STUDENTS}
    with connection.cursor() as cursor:
        for table, (columns, select) in _SQL.items():
            cursor.execute(f"DELETE FROM {table} WHERE reporting_lea = '{LEA}'")
            blanks = _blanks(cursor, table, columns)
            names = ", ".join([columns, *blanks])
            body, _, source = select.format(**values).partition(" FROM ")
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {', '.join([body, *blanks.values()])} FROM {source}")
            cursor.execute(f"ANALYZE {table}")
    with connection.cursor() as cursor:
        for table, select in _CLASS_DATA.items():
            cursor.execute(f"DELETE FROM {table} WHERE lea_id = {lea.pk}")
            cursor.execute(f"INSERT INTO {table} {select.format(lea=lea.pk, year=YEAR, **values)}")
            cursor.execute(f"ANALYZE {table}")
    return lea, list(Organization.objects.filter(parent=lea).order_by("code")[:schools])


def _blanks(cursor: object, table: str, columns: str) -> dict[str, str]:
    """The table's other columns that must not be NULL, with a blank for each."""
    cursor.execute(  # type: ignore[attr-defined]  # Django's cursor has no public type
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
        "AND column_name <> 'id'",
        [table],
    )
    given = {name.strip() for name in columns.split(",")}
    rows = cursor.fetchall()  # type: ignore[attr-defined]  # the same
    return {name: "''" if kind in ("text", "character varying") else "0" for name, kind in rows if name not in given}


def copy_with_psql(path: Path) -> None:
    command = ["psql", "--quiet", "--command", f"\\copy {TABLE} TO '{path}' CSV", os.environ["DATABASE_URL"]]
    subprocess.run(command, check=True)

"""Building the ROP extract with its daily file against `psql \\copy` of the finished rows, unordered as they lie.

Schools, students, sections and attendance are filled in SQL: what is measured is the build, from criteria to finished,
flushed, hashed files. A tenth of the schools records presence day by day, a tenth is flex; of the others one day in
twenty has a code. The peer copies a table of the daily file's finished rows. Peers and build take turns.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from benchmarks.extracts import result, timed
from jobs.storage import OutputFile, remove
from ods.models import Organization, StudentEnrollment, StudentInformation
from rop_export.building import build
from rop_export.criteria import Criteria, Options
from rop_export.models import DATA_MODELS, CalendarDay, SchoolOptions

SCALES = {"small": (10, 500, 180), "full": (200, 30_000, 180)}
"""Schools, students, days."""
LEA = "1999901"
FIRST = date(2025, 8, 18)
TABLE = "rop_finished"
COLUMNS = ("row_id", "district", "site", "student", "day", "minutes", "code")


def run(scale: str) -> list[dict[str, object]]:
    call_command("migrate", verbosity=0)
    results: list[dict[str, object]] = []
    costs: dict[int, float] = {}
    peers: dict[int, float] = {}
    largest = SCALES[scale]
    # The tenth part first: the time per row must not grow with the rows.
    for schools, students, days in ((max(1, largest[0] // 10), max(1, largest[1] // 10), largest[2]), largest):
        fill(schools=schools, students=students, days=days)
        rows = finish()
        ours: list[float] = []
        peer: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            for _ in range(3):
                peer.append(timed(partial(copy_with_psql, path)))
                path.unlink()
                ours.append(timed(build_again))
        seconds = statistics.median(ours)
        costs[rows] = seconds / rows
        peers[rows] = statistics.median(peer) / rows
        case = f"{schools} schools, {students:,} students, {days} days: {rows:,} student-days"
        results.append(
            result(case, round(rows / seconds), "rows/s", "psql \\copy of the rows", statistics.median(peer) / seconds)
        )
        results.append(result(f"peak memory after {rows:,} student-days", peak_of_a_build(), "MB", None, None))
    small, large = min(costs), max(costs)
    results.append(
        result(
            f"time per row at {large:,}",
            round(costs[large] * 1e6, 3),
            "µs",
            f"time per row at {small:,}",
            costs[large] / costs[small],
        )
    )
    # On a machine that others use both grow slower together: what is left is our own growth.
    own_growth = costs[large] / costs[small] / (peers[large] / peers[small])
    results.append(result("the same, psql's own growth taken out", round(own_growth, 3), "", "psql \\copy", own_growth))
    return results


def fill(*, schools: int, students: int, days: int) -> None:
    """An LEA of so many schools, students in one section each, on so many school days."""
    tables = [model._meta.db_table for model in DATA_MODELS.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)}, ods_senr, ods_sinf, ods_sela, ods_posting CASCADE")
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    lea, _ = Organization.objects.get_or_create(kind="LEA", code=LEA, defaults={"name": "Benchmark Unified"})
    last, began, period = school_days(days)[-1], f"date '{FIRST}'", f"(i / {schools})::text"
    school = f"'99' || lpad((i % {schools})::text, 5, '0')"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ods_posting (id, record_type, posted_at, posted_on, posted_by, file_name, file_sha256, read,"
            " inserted, updated, unchanged, removed, deleted, rejected, warnings)"
            " VALUES (1, 'SENR', now(), '2025-09-01', 'benchmark', 'benchmark', '', 0, 0, 0, 0, 0, 0, 0, 0)"
        )

        def insert(model: type, count: int, columns: dict[str, str]) -> None:
            filled = {field.column: "''" for field in model._meta.concrete_fields if field.null is False}  # type: ignore[attr-defined]  # a model's
            filled |= columns
            del filled["id"]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(map(connection.ops.quote_name, filled))})"  # type: ignore[attr-defined]  # the same
                f" SELECT {', '.join(filled.values())} FROM generate_series(0, {count - 1}) AS i"
            )

        def rop(file: str, count: int, columns: dict[str, str]) -> None:
            insert(DATA_MODELS[file], count, {"lea_id": str(lea.pk), **columns})

        options = {"scheduling": "CASE WHEN i % 10 = 1 THEN 'F' ELSE 'T' END",
                   "attendance": "CASE WHEN i % 10 = 2 THEN 'P' ELSE 'N' END"}  # fmt: skip
        rop("schools", schools, {"school": school, "cds": f"'{LEA}' || {school}", "bell_schedule": "'REG'",
                                 "section_staff": "false", **options})  # fmt: skip
        rop("schools", 1, {"school": "'0'", "cds": f"'{LEA}0000000'", "scheduling": "'T'", "attendance": "'N'",
                           "section_staff": "false"})  # fmt: skip
        rop("calendars", 1, {"school": "'0'", "start": f"date '{FIRST}'", "end": f"date '{last}'"})
        for bell, ends in (("REG", "08:50"), ("MIN", "08:35")):
            rop("bell_schedules", schools * 6, {"school": school, "bell_schedule": f"'{bell}'", "period": period,
                                                "starts": "time '08:00'", "ends": f"time '{ends}'"})  # fmt: skip
        for number, day in enumerate(school_days(days)):
            bell = "'MIN'" if number % 5 == 4 else "''"
            rop("calendar_days", schools, {"school": school, "day": f"date '{day}'", "bell_schedule": bell})
        rop("courses", 5, {"course": "'C' || i", "title": "'Course ' || i", "course_type": "'32'"})
        rop("teachers", schools, {"school": school, "teacher": "'1'", "last_name": "'Rivera'"})
        rop("staff", 1, {"staff": "'1'", "last_name": "'Ochoa'"})
        rop("sections", schools * 5, {"school": school, "section": f"lpad((1 + i / {schools})::text, 4, '0')",
                                      "course": f"'C' || i / {schools}", "period": f"(i / {schools})::text",
                                      "teacher": "'1'", "staff": "'1'"})  # fmt: skip
        for code, kind in (("A", "A"), ("T", "P"), ("P", "P")):
            rop("attendance_codes", schools, {"school": school, "code": f"'{code}'", "kind": f"'{kind}'"})
        section = f"lpad((1 + i / {schools} % 5)::text, 4, '0')"
        rop("section_enrollments", students, {"school": school, "local_student_id": "(100000 + i)::text",
                                              "section": section, "start": began, "end": "NULL"})  # fmt: skip
        rop("students", students, {"local_student_id": "(100000 + i)::text", "home_phone": "'707-555-0100'"})
        rop("contacts", students, {"local_student_id": "(100000 + i)::text", "contact_order": "1",
                                   "name": "'Ruiz, Eva'", "cell_phone": "'707-555-0101'"})  # fmt: skip
        _attendance(cursor, lea.pk, schools=schools, students=students, days=school_days(days))
        person = {
            "reporting_lea": f"'{LEA}'", "school_of_attendance": school, "academic_year_id": "'2025-2026'",
            "ssid": "(9900000000 + i)::text", "current_ssid": "(9900000000 + i)::text",
            "local_student_id": "(100000 + i)::text", "legal_first_name": "'Given' || i % 5000",
            "legal_last_name": "'Surname' || i % 20000", "birth_date": "date '2008-01-01' + i % 900",
            "gender_code": "'F'", "upload_date": "date '2025-09-01'", "last_updated": "date '2025-09-01'",
            "posting_id": "1", "posting_line": "i", "birth_city": "'Eagle Point'",
        }  # fmt: skip
        insert(StudentEnrollment, students, {**person, "enrollment_start_date": f"date '{FIRST}'",
                                             "grade_level_code": "'11'"})  # fmt: skip
        insert(StudentInformation, students, {**person, "effective_start_date": f"date '{FIRST}'",
                                              "address_line_1": "i || ' Example St.'"})  # fmt: skip
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}, ods_senr, ods_sinf")


def _attendance(cursor: object, lea: int, *, schools: int, students: int, days: list[date]) -> None:
    """Schools 2 of 10: presence of every day. Schools 1 of 10: codes of classes. The others: codes of periods."""
    listed = ", ".join(f"({number}, date '{day}')" for number, day in enumerate(days))
    seats = (
        f"SELECT {lea}, '99' || lpad((i % {schools})::text, 5, '0'), (100000 + i)::text, {{what}}, d.day,"
        f" {{code}}, NULL::integer FROM generate_series(0, {students - 1}) AS i, (VALUES {listed}) AS d(n, day)"
        " WHERE {where}"
    )
    coded = "CASE WHEN (i * 7 + d.n) % 40 = 0 THEN 'A' ELSE 'T' END"
    period, section = f"(i / {schools} % 5)::text", f"lpad((1 + i / {schools} % 5)::text, 4, '0')"
    for table, what, code, where in (
        ("rop_export_periodattendance", period, "'P'", f"i % {schools} % 10 = 2"),
        ("rop_export_periodattendance", period, coded, f"i % {schools} % 10 NOT IN (1, 2) AND (i * 7 + d.n) % 20 = 0"),
        ("rop_export_classattendance", section, coded, f"i % {schools} % 10 = 1 AND (i * 7 + d.n) % 20 = 0"),
    ):
        of = "period" if table.endswith("periodattendance") else "section"
        cursor.execute(  # type: ignore[attr-defined]  # a cursor
            f"INSERT INTO {table} (lea_id, school, local_student_id, {of}, day, code, minutes) "
            + seats.format(what=what, code=code, where=where)
        )


def school_days(count: int) -> list[date]:
    weekdays = (FIRST + timedelta(days=n) for n in range(count * 2))
    return [day for day in weekdays if day.weekday() < 5][:count]


def criteria() -> Criteria:
    schools = SchoolOptions.objects.exclude(school="0").values_list("school", flat=True)
    days = CalendarDay.objects.order_by("day").values_list("day", flat=True)
    options = Options(
        schools=tuple(sorted(schools)),
        course_types=("32",),
        clean=True,
        minutes=True,
        start=days.first(),
        end=days.last(),
    )
    return Criteria(lea=LEA, place="0", options=options)


def build_files(table: str = "") -> int:
    """Criteria to two finished files, through the files a job writes; the rows of the daily file.

    With a `table` the daily file's rows are put into it, for the peer.
    """
    lea = Organization.objects.get(kind="LEA", code=LEA)
    extract = OutputFile(role="rop", download_name="ROP.csv")
    daily = OutputFile(role="minutes", download_name="ROP_MINUTES.csv")
    try:
        outcome = build(criteria=criteria(), lea=lea, today=date(2026, 11, 21), extract=extract, daily=daily)
        extract.rows, daily.rows = outcome.records + 1, outcome.minute_records + 1
        for file in (extract, daily):
            file.seal()
        published = [file.publish() for file in (extract, daily)]
    finally:
        for file in (extract, daily):
            file.discard()
    if table:
        psql(f"\\copy {table} FROM '{settings.FILES_DIR / published[1].path}' CSV HEADER")
    for done in published:
        remove(done.path)
    return outcome.minute_records


def build_again() -> None:
    build_files()


def finish() -> int:
    """A build whose daily rows lie finished in a table; how many they are."""
    columns = ", ".join(f"{name} text NOT NULL" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}; CREATE TABLE {TABLE} ({columns})")
    # psql reads an empty field of CSV as NULL.
    psql(f"ALTER TABLE {TABLE} ALTER code DROP NOT NULL")
    rows = build_files(TABLE)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {TABLE}")
        cursor.execute(f"SELECT count(*), sum(minutes::int) FROM {TABLE}")
        found, minutes = cursor.fetchone()
    assert found == rows, f"{rows} rows were said, {found} were there"
    assert minutes > 0
    return rows


def copy_with_psql(path: Path) -> None:
    psql(f"\\copy {TABLE} TO '{path}' CSV")


def psql(command: str) -> None:
    subprocess.run(["psql", "-qX", "-d", os.environ["DATABASE_URL"], "-c", command], check=True)


def peak_of_a_build() -> float:
    """The largest resident memory, in MB, of a fresh process that builds once."""
    # Read from /proc: getrusage's peak would begin with what this process had when it forked.
    code = (
        "import django; django.setup()\n"
        "from benchmarks import rop; rop.build_files()\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return round(int(done.stdout.strip().splitlines()[-1]) / 1024, 1)

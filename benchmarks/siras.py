"""Making the SIRAS file of a large district against `psql \\copy` of the finished rows, and the memory it takes.

Students are filled in SQL, all in Special Ed or with a 504 plan, with demographics, language and programs. What is
measured is the build, from the ODS to the finished, flushed, hashed file with its copy for comparison. The peer copies
a table of the same rows. The time per student must not grow with their number, nor the memory.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User, UserRole
from benchmarks.extracts import result, timed
from jobs.enums import Trigger
from jobs.running import run_job
from jobs.storage import OutputFile, remove
from ods.models import (
    DisabilityStatus,
    EnglishLanguageAcquisition,
    Organization,
    StudentEnrollment,
    StudentInformation,
    StudentProgram,
)
from siras_export.access import ROLE
from siras_export.building import CONTENT, build
from siras_export.code_maps import maps_of
from siras_export.enums import Purpose
from siras_export.fields import default_columns
from siras_export.files import MOST_OF_XLS
from siras_export.models import Build
from siras_export.profiles import new_profile, profile_of
from siras_export.recipes import MAIN, Recipe
from siras_export.requesting import request_build

SCALES = {"small": 10_000, "full": 100_000}
"""Students."""
LEA = "1999902"
NIGHT = date(2026, 10, 6)
TABLE = "siras_finished"
TABLES = ("ods_senr", "ods_sinf", "ods_sela", "ods_sprg", "ods_swds", "ods_meet", "ods_plan")


def run(scale: str) -> list[dict[str, object]]:
    call_command("migrate", verbosity=0)
    results: list[dict[str, object]] = []
    costs: dict[int, float] = {}
    for students in (SCALES[scale] // 10, SCALES[scale]):
        fill(students)
        assert build_file(table=TABLE) == students
        ours: list[float] = []
        peer: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(3):
                peer.append(timed(partial(psql, f"\\copy {TABLE} TO '{Path(folder) / 'file'}' CSV")))
                ours.append(timed(build_again))
        seconds = statistics.median(ours)
        costs[students] = seconds / students
        case = f"{students:,} students, CSV"
        results.append(
            result(
                case, round(students / seconds), "rows/s", "psql \\copy of the rows", statistics.median(peer) / seconds
            )
        )
        results.append(result(f"peak memory, {case}", peak("csv"), "MB", None, None))
    results.append(result(f"peak memory, {students:,} students, XLSX", peak("xlsx"), "MB", None, None))
    results += previews(students)
    small, large = min(costs), max(costs)
    results.append(
        result(
            f"time per student at {large:,}",
            round(costs[large] * 1e6, 3),
            "µs",
            f"at {small:,}",
            costs[large] / costs[small],
        )
    )
    return results


def fill(students: int) -> None:
    """An LEA of so many students: every second in Special Ed, the others with a 504 plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}, ods_posting CASCADE")
    Organization.objects.get_or_create(kind="LEA", code=LEA, defaults={"name": "Benchmark Unified"})
    ssid = "(9900000000 + i)::text"
    common = {
        "reporting_lea": f"'{LEA}'", "academic_year_id": "'2026-2027'", "ssid": ssid, "current_ssid": ssid,
        "upload_date": "date '2026-09-01'", "last_updated": "date '2026-09-01'", "posting_id": "1", "posting_line": "i",
    }  # fmt: skip
    person = {
        "local_student_id": "(100000 + i)::text", "legal_first_name": "'Given' || i % 5000",
        "legal_last_name": "'Surname' || i % 20000", "birth_date": "date '2010-01-01' + i % 2900",
        "gender_code": "'F'", "school_of_attendance": "'99' || lpad((i % 100)::text, 5, '0')",
    }  # fmt: skip
    began = "date '2026-08-17'"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ods_posting (id, record_type, posted_at, posted_on, posted_by, file_name, file_sha256, read,"
            " inserted, updated, unchanged, removed, deleted, rejected, warnings)"
            " VALUES (1, 'SENR', now(), '2026-09-01', 'benchmark', 'benchmark', '', 0, 0, 0, 0, 0, 0, 0, 0)"
        )

        def insert(model: type, columns: dict[str, str], where: str = "true") -> None:
            names = {field.column for field in model._meta.concrete_fields}  # type: ignore[attr-defined]  # a model's
            written = [field for field in model._meta.concrete_fields if not field.generated]  # type: ignore[attr-defined]  # the same
            filled = {field.column: "''" for field in written if not field.null}
            filled |= {name: value for name, value in columns.items() if name in names}
            del filled["id"]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(filled)})"  # type: ignore[attr-defined]  # the same
                f" SELECT {', '.join(filled.values())} FROM generate_series(0, {students - 1}) AS i WHERE {where}"
            )

        insert(StudentEnrollment, {**common, **person, "enrollment_start_date": began, "grade_level_code": "'08'",
                                   "enrollment_status_code": "'10'"})  # fmt: skip
        insert(StudentInformation, {**common, **person, "effective_start_date": began, "race_1_code": "'700'",
                                    "hispanic_ethnicity_indicator": "'N'"})  # fmt: skip
        insert(EnglishLanguageAcquisition, {
            **common, **person, "english_language_acquisition_status_code": "'EL'", "primary_language_code": "'spa'",
            "english_language_acquisition_status_start_date": began,
        })  # fmt: skip
        insert(DisabilityStatus, {**common, "reporting_selpa": "'1901'", "special_education_status_code": "'1'",
                                  "special_education_status_effective_start_date": began}, "i % 2 = 0")  # fmt: skip
        insert(StudentProgram, {**common, **person, "education_program_code": "'101'",
                                "education_program_membership_start_date": began}, "i % 2 = 1")  # fmt: skip
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


def previews(students: int) -> list[dict[str, object]]:
    """Preview, from the request to the outcome of each student, and its last page; XLS up to what XLS holds."""
    results: list[dict[str, object]] = []
    if students > MOST_OF_XLS:
        sizes = {"csv": students, "xlsx": students, "xls": MOST_OF_XLS}
    else:
        sizes = dict.fromkeys(("csv", "xlsx", "xls"), students)
    for file_type, size in sizes.items():
        if size != students:
            fill(size)
        known(size)
        said = fresh(f"siras.preview({file_type!r}, {size})")
        case = f"Preview of {size:,} students, {file_type.upper()}"
        results.append(result(case, round(float(said[-3])), "s", None, None))
        results.append(result(f"{case}, its last page", round(float(said[-2]) * 1000), "ms", None, None))
        results.append(result(f"{case}, peak memory", round(int(said[-1]) / 1024, 1), "MB", None, None))
    return results


def known(students: int) -> None:
    """Everybody is known to the emulated SIRAS: every second with another grade, and the first hundred inactive."""
    lea = Organization.objects.get(kind="LEA", code=LEA)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM siras_export_sirasstudent WHERE lea_id = {lea.pk}")
        cursor.execute(
            "INSERT INTO siras_export_sirasstudent (lea_id, ssid, values, inactive, import_id)"
            f" SELECT {lea.pk}, (9900000000 + i)::text, jsonb_build_object('last_name', 'Surname' || i % 20000,"
            " 'first_name', 'Given' || i % 5000, 'birthdate', to_char(date '2010-01-01' + i % 2900, 'YYYYMMDD'),"
            " 'grade', CASE i % 2 WHEN 0 THEN '08' ELSE '07' END), CASE WHEN i < 100 THEN 'Exited' ELSE '' END, ''"
            f" FROM generate_series(0, {students - 1}) AS i"
        )
        cursor.execute("VACUUM (ANALYZE) siras_export_sirasstudent")


def preview(file_type: str, students: int) -> None:
    """Ask for a preview and work it off as a worker does; prints its seconds and those of its last page."""
    lea = Organization.objects.get(kind="LEA", code=LEA)
    user, _ = User.objects.get_or_create(username="benchmark")
    UserRole.objects.get_or_create(user=user, permission=Permission.objects.get(codename=ROLE), content_object=lea)
    profile = profile_of(lea) or new_profile(lea)
    profile.student_filter, profile.file_type, profile.file_name = "combined", file_type, f"a.{file_type}"
    profile.save()
    job = request_build(user=user, profile=profile, purpose=Purpose.PREVIEW, as_of=NIGHT, trigger=Trigger.COMMAND)
    seconds = timed(lambda: run_job(job_id=job.pk))
    made = Build.objects.get(job=job)
    assert sum(made.outcomes.values()) == students
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for number in ("1", "1000000"):  # the first request of a process loads the templates
        began = time.monotonic()
        assert client.get("/Pages/SIRAS/Preview", {"page": number}).status_code == 200
        page = time.monotonic() - began
    print(seconds, page)


def recipe(file_type: str) -> Recipe:
    return Recipe(
        student_filter="combined", columns=default_columns(), file_name=f"a.{file_type}",
        file_type=file_type,  # type: ignore[arg-type]  # csv or xlsx
    )  # fmt: skip


def build_file(*, file_type: str = "csv", table: str = "") -> int:
    """From the ODS to a finished file, through the files a job writes; its students. They are put into a `table`."""
    lea = Organization.objects.get(kind="LEA", code=LEA)
    main = OutputFile(role=MAIN, download_name="a", counted=file_type == "csv")
    content = OutputFile(role=CONTENT, download_name="b")
    try:
        built = build(
            lea=lea, on=NIGHT, recipe=recipe(file_type), sst=frozenset(),
            maps=maps_of(styles={"language": "iso"}, mapped={}, schools={}),
            files={MAIN: main}, content=content,
        )  # fmt: skip
        for file in (main, content):
            file.rows = file.lines
            file.seal()
        published = [file.publish() for file in (main, content)]
    finally:
        for file in (main, content):
            file.discard()
    if table:
        columns = ", ".join(f"{key} text" for key in default_columns())
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns})")
        psql(f"\\copy {table} FROM '{settings.FILES_DIR / published[0].path}' CSV HEADER")
    for done in published:
        remove(done.path)
    return built.students


def build_again() -> None:
    build_file()


def psql(command: str) -> None:
    subprocess.run(["psql", "-qX", "-d", os.environ["DATABASE_URL"], "-c", command], check=True)


def peak(file_type: str) -> float:
    """The largest resident memory, in MB, of a fresh process that builds once."""
    return round(int(fresh(f"siras.build_file(file_type={file_type!r})")[-1]) / 1024, 1)


def fresh(call: str) -> list[str]:
    """The words a fresh process prints that makes one call; the last is its largest resident memory in KB."""
    code = (
        "import django; django.setup()\n"
        f"from benchmarks import siras; {call}\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    return subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout.split()

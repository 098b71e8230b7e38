"""The SSID Matching Tool on labelled people: quality, speed and memory beside tuned splink 5 and recordlinkage.

Ours is measured on PostgreSQL as the tool runs it: keys in the database, records from a file, results stored. splink
runs on DuckDB with both cores on the same people in the same run, its data already loaded and its model trained; what
it would cost to pull the students out of PostgreSQL is told apart. Who is right is known only to this file.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import islice

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection

from benchmarks import ssid_peers
from benchmarks.extracts import result
from benchmarks.ssid_people import Person, Record, population, records
from ods.matching_keys import keys_of, line_of
from ods.matching_lines import rebuild
from ods.models import IdentityKey, IdentityLine, Organization, Posting, StudentEnrollment, StudentIdentity
from ods.posting import post
from ssid_matching.matching import Answer, forget_population, match, population_now
from ssid_matching.parameters import settings_of

SIZES = {"small": (20_000, 100_000), "full": (100_000, 1_000_000, 6_000_000)}
LEA, SCHOOL = "1999901", "9900001"
BATCH = {"small": 2_000, "full": 10_000}
_CHUNK = 50_000
DEV, TEST = 11, 12
"""Seeds: learning and thresholds are settled on the first batch, told of the second."""


def run(scale: str) -> list[dict[str, object]]:
    call_command("migrate", verbosity=0)
    sizes = tuple(int(size) for size in os.environ.get("SSID_SIZES", "").split()) or SIZES[scale]
    results: list[dict[str, object]] = []
    times: dict[int, float] = {}
    for size in sizes:
        known = fill(size)
        results += _posting(size) if size == sizes[0] else []
        people, numbers = [person for person, _ in known], [number for _, number in known]
        submitted = records(people, numbers, BATCH[scale], seed=TEST)
        trained_on = records(people, numbers, BATCH[scale], seed=DEV)
        seconds, answers = _matched(submitted)
        times[size] = seconds
        peer = ssid_peers.splink(submitted, trained_on, partial(population, size))
        results += _speed(size, len(submitted), seconds, peer)
        results += _quality(size, submitted, answers, peer)
        results.append(_whole(size, submitted))
        results.append(_interactive(size, submitted))
    if len(times) > 1:
        small, large = sorted(times)[-2:]
        results.append(
            result(f"time at {large:,} students", round(times[large], 2), "s", f"time at {small:,}",
                   times[large] / times[small])
        )  # fmt: skip
    results += ssid_peers.febrl()
    return results


def fill(students: int) -> list[tuple[Person, int]]:
    """An ODS of so many students, in bulk; some of them, with their numbers, for records to be about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE ods_senr, ods_studentidentity, ods_posting, ods_identityline, ods_identitykey RESTART IDENTITY"
            " CASCADE"
        )
        Organization.objects.get_or_create(kind="LEA", code=LEA, defaults={"name": "Benchmark Unified"})
        lea = Organization.objects.get(kind="LEA", code=LEA)
        Organization.objects.get_or_create(kind="SCHOOL", code=SCHOOL, defaults={"name": "School", "parent": lea})
        posting = Posting.objects.create(
            record_type="SENR", posted_on=date(2025, 9, 1), posted_by="benchmark", file_name="benchmark"
        )
        names = [
            field.column
            for field in StudentEnrollment._meta.concrete_fields
            if field.column and not field.generated and field.column != "id"
        ]
        blank = dict.fromkeys(names, "")
        fixed = {**blank, "reporting_lea": LEA, "school_of_attendance": SCHOOL, "enrollment_start_date": "2025-08-18",
                 "upload_date": "2025-09-01", "last_updated": "2025-09-01", "posting_id": str(posting.pk),
                 "posting_line": "1", "enrollment_exit_date": "\\N"}  # fmt: skip
        kept: list[tuple[Person, int]] = []
        every = max(1, students // 12_000)
        with cursor.copy(f"COPY ods_senr ({', '.join(names)}) FROM STDIN") as copy:
            for number, person in enumerate(population(students)):
                ssid = f"{9_900_000_000 + number}"
                values = {**fixed, "ssid": ssid, "current_ssid": ssid, **_columns(person)}
                copy.write("\t".join(values[name] for name in names) + "\n")
                if number % every == 0:
                    kept.append((person, number))
        cursor.execute(
            "INSERT INTO ods_studentidentity (ssid, created_on) SELECT ssid, '2025-09-01' FROM ods_senr ORDER BY id"
        )
        cursor.execute("ANALYZE ods_senr; ANALYZE ods_studentidentity")
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ods_identityline, ods_identitykey")
    forget_population()
    return kept


def _columns(person: Person) -> dict[str, str]:
    born = person.born
    return {
        "legal_first_name": person.first,
        "legal_middle_name": person.middle,
        "legal_last_name": person.last,
        "alias_first_name": person.alias_first,
        "alias_last_name": person.alias_last,
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "gender_code": person.gender,
        "birth_country_code": person.country,
        "birth_state_province_code": person.state,
    }


def fill_lines(lines: Sequence[str]) -> None:
    """Students of these lines alone, numbered from 1."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ods_identityline, ods_identitykey")
    IdentityLine.objects.bulk_create(IdentityLine(pk=pk, enrollment=0, line=each) for pk, each in enumerate(lines, 1))
    IdentityKey.objects.bulk_create(
        IdentityKey(key=key, identity=pk) for pk, each in enumerate(lines, 1) for key in keys_of(each)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ods_identityline; ANALYZE ods_identitykey")
    forget_population()


def line(person: Person) -> str:
    return line_of([person.first, person.middle, person.last, person.alias_first, person.alias_last, person.born,
                    person.gender, person.country, person.state])  # fmt: skip


def _matched(submitted: Sequence[Record]) -> tuple[float, list[Answer]]:
    """The matching step: from records to answers; the population's names are in memory, as in a worker that lives."""
    population_now()
    seconds, answers = [], []
    for _ in range(3):
        began = time.perf_counter()
        lines = [line(each.person) for each in submitted]
        answers = list(match(lines, settings_of("2022")).answers)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), answers


def _numbers() -> dict[int, int]:
    """Row number of an identity to the student's number."""
    return {pk: int(ssid) - 9_900_000_000 for pk, ssid in StudentIdentity.objects.values_list("pk", "ssid").iterator()}


def _speed(size: int, batch: int, seconds: float, peer: ssid_peers.Peer | None) -> list[dict[str, object]]:
    case = f"matching {batch:,} records with {size:,} students"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [
        result(case, round(seconds, 2), "s", "splink 5's predict", seconds / peer.seconds if peer else None),
        result(f"{case}: splink 5", round(peer.seconds, 2) if peer else 0.0, "s", None, None),
        result(f"{case}: peak memory of this process, splink's data in it", memory, "MB", None, None),
        result("load of the machine (one minute)", round(os.getloadavg()[0], 2), "", None, None),
    ]


def _quality(
    size: int, submitted: Sequence[Record], answers: Sequence[Answer], peer: ssid_peers.Peer | None
) -> list[dict[str, object]]:
    numbers = _numbers()
    by_likelihood = [
        (numbers[best.identity], best.likelihood)
        if (best := max(answer.candidates, key=lambda each: each.likelihood, default=None))
        else (-1, 0.0)
        for answer in answers
    ]
    by_score = [(numbers[answer.listed[0].identity], 1.0) if answer.listed else (-1, 0.0) for answer in answers]
    at = f"at {size:,} students"
    ours, score = ssid_peers.f1(submitted, by_likelihood), ssid_peers.f1(submitted, by_score)
    theirs = ssid_peers.f1(submitted, peer.answers) if peer else None
    proposed = [
        (record.student, number)
        for record, (number, likelihood) in zip(submitted, by_likelihood, strict=True)
        if likelihood >= 0.9
    ]
    right = sum(student == number for student, number in proposed) / max(len(proposed), 1)
    strangers = [place for place, record in enumerate(submitted) if record.student < 0]
    wrongly = sum(by_likelihood[place][1] >= 0.9 for place in strangers) / len(strangers)
    reached = [
        record.student in {numbers[each.identity] for each in answer.candidates}
        for record, answer in zip(submitted, answers, strict=True)
        if record.student >= 0
    ]
    return [
        result(f"F1 of the likelihood at p > .5 {at}", round(ours, 4), "", "splink 5 (difference)",
               ours - theirs if theirs is not None else None),
        result(f"F1 of tuned splink 5 at p > .5 {at}", round(theirs or 0.0, 4), "", None, None),
        result(f"F1 of the state's score at 90 {at}", round(score, 4), "", None, None),
        result(f"proposed at p >= .9 {at}", round(len(proposed) / len(submitted), 4), "of records", None, None),
        result(f"of these right {at}", round(right, 5), "", None, None),
        result(f"new students wrongly proposed {at}", round(wrongly, 5), "", None, None),
        result(f"true students among the told candidates {at}", round(sum(reached) / len(reached), 5), "", None, None),
    ]  # fmt: skip


def _whole(size: int, submitted: Sequence[Record]) -> dict[str, object]:
    """The tool's whole run in a worker, from the file to stored results."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - of this alone

    from accounts.models import User, UserRole  # noqa: PLC0415 - the same
    from accounts.permissions import Reach  # noqa: PLC0415 - the same
    from jobs.running import run_job  # noqa: PLC0415 - the same
    from ssid_matching.receiving import receive  # noqa: PLC0415 - the same
    from tests.factories.records import line as senr  # noqa: PLC0415 - the same

    settings.LEAST_FREE_DISK = 0
    lea = Organization.objects.get(kind="LEA", code=LEA)
    user = User.objects.create(username=f"benchmark{size}{time.time_ns()}")
    role = Permission.objects.get(codename="senr_edit", content_type__model="organization")
    UserRole.objects.create(user=user, permission=role, content_object=lea)
    lines = (
        senr("SENR", ssid="", reporting_lea=LEA, school_of_attendance=SCHOOL,
             **{**_columns(each.person), "birth_date": each.person.born,
                "birth_country_code": each.person.country or "UU"})
        for each in submitted
    )  # fmt: skip
    content = "".join(text + "\r\n" for text in lines).encode()
    began = time.perf_counter()
    run = receive(user=user, organization=lea, held={"senr_edit": Reach(whole=True)},
                  upload=SimpleUploadedFile("senr.txt", content))  # fmt: skip
    assert not run.error_count, run.errors[:3]
    run_job(job_id=run.job_id)
    seconds = time.perf_counter() - began
    run.job.refresh_from_db()
    assert run.job.status == "SUCCEEDED", run.job.message
    return result(f"whole run, {len(submitted):,} records with {size:,} students, file to stored results",
                  round(seconds, 2), "s", None, None)  # fmt: skip


def _interactive(size: int, submitted: Sequence[Record]) -> dict[str, object]:
    """One record at a time."""
    took = []
    for each in submitted[:300]:
        began = time.perf_counter()
        list(match([line(each.person)], settings_of("2022")).answers)
        took.append((time.perf_counter() - began) * 1000)
    return result(f"one record with {size:,} students, 95 of 100 within", round(sorted(took)[284], 1), "ms", None, None)


def _posting(size: int) -> list[dict[str, object]]:
    """What keys cost a posted record: noting who changed, within the posting, and making the keys after it."""
    from ods.matching_lines import catch_up, follow_posting  # noqa: PLC0415 - of this alone
    from ods.posting import hooks  # noqa: PLC0415 - the same
    from tests.factories.records import line as senr  # noqa: PLC0415 - the same

    people = list(islice(population(40_000, seed=5), 40_000))
    took = {}
    catch_up()
    for with_keys in (True, False):
        start = 9_950_000_000 + 100_000 * with_keys
        content = "".join(
            senr("SENR", ssid=f"{start + number}", reporting_lea=LEA, school_of_attendance=SCHOOL,
                 **{**_columns(person), "birth_date": person.born}) + "\r\n"
            for number, person in enumerate(people)
        ).encode()  # fmt: skip
        registered = hooks._hooks["SENR"]
        if not with_keys:
            registered.remove(follow_posting)
        began = time.perf_counter()
        outcome = post(source=io.BytesIO(content), file_name="b", posted_on=date(2025, 9, 2), posted_by="b",
                       accept_valid=True)  # fmt: skip
        took[with_keys] = time.perf_counter() - began
        assert outcome.counts.inserted == len(people), outcome
        if not with_keys:
            registered.append(follow_posting)
        else:
            began = time.perf_counter()
            assert catch_up() == len(people)
            making = time.perf_counter() - began
    noting = (took[True] - took[False]) / len(people) * 1e6
    fill(size)
    return [
        result("noting a posted new record", round(noting, 1), "µs", "posting without it", took[True] / took[False]),
        result("making its keys afterwards", round(making / len(people) * 1e6, 1), "µs", None, None),
    ]  # fmt: skip

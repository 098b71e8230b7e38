"""An ODS of labelled people for the benchmark of matching, filled in bulk."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count, islice
from zlib import crc32

from django.db import connection, transaction

from benchmarks.ssid_people import Person, population
from ods import matching_keys
from ods.matching_keys import keys_of, line_of
from ods.matching_lines import rebuild
from ods.models import IdentityKey, IdentityLine, Organization, Posting, StudentEnrollment
from ssid_matching.population import forget_population

LEA, SCHOOL = "1999901", "9900001"
Known = list[tuple[Person, int]]
_FETCHED = 50_000
_KEPT = 100_000


def fill(students: int, *, seed: int) -> Known:
    """An ODS of so many students, in bulk; some of them, with their numbers, for records to be about.

    One that is there from an earlier run is kept, if nothing was posted to it since and keys are made as they were.
    """
    keys = crc32(inspect.getsource(matching_keys).encode())
    name = f"{students} students of seed {seed}, keys {keys:08x}"
    every = max(1, students // _KEPT)
    if list(Posting.objects.values_list("file_name", flat=True)) == [name] and IdentityLine.objects.count() == students:
        forget_population()
        return list(islice(zip(population(students, seed=seed), count(), strict=False), 0, None, every))
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE ods_senr, ods_studentidentity, ods_posting, ods_identityline, ods_identitykey RESTART IDENTITY"
            " CASCADE"
        )
        Organization.objects.get_or_create(kind="LEA", code=LEA, defaults={"name": "Benchmark Unified"})
        lea = Organization.objects.get(kind="LEA", code=LEA)
        Organization.objects.get_or_create(kind="SCHOOL", code=SCHOOL, defaults={"name": "School", "parent": lea})
        posting = Posting.objects.create(
            record_type="SENR", posted_on=date(2025, 9, 1), posted_by="benchmark", file_name=""
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
        kept: Known = []
        with cursor.copy(f"COPY ods_senr ({', '.join(names)}) FROM STDIN") as copy:
            for number, person in enumerate(population(students, seed=seed)):
                ssid = f"{9_900_000_000 + number}"
                values = {**fixed, "ssid": ssid, "current_ssid": ssid, **columns_of(person)}
                copy.write("\t".join(values[name] for name in names) + "\n")
                if number % every == 0:
                    kept.append((person, number))
        cursor.execute(
            "INSERT INTO ods_studentidentity (ssid, created_on) SELECT ssid, '2025-09-01' FROM ods_senr ORDER BY id"
        )
        cursor.execute("ANALYZE ods_senr; ANALYZE ods_studentidentity")
    rebuild()
    with connection.cursor() as cursor:
        # All of it now: autovacuum and the next checkpoint would do it while something is measured.
        cursor.execute("VACUUM (ANALYZE) ods_senr, ods_studentidentity, ods_identityline, ods_identitykey")
        cursor.execute("CHECKPOINT")
    Posting.objects.update(file_name=name)
    forget_population()
    return kept


def columns_of(person: Person) -> dict[str, str]:
    """The values of a person by column of SENR."""
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


def everybody() -> Iterator[Person]:
    """The students of the ODS in the order of their numbers, as a peer takes them over."""
    columns = list(columns_of(Person("", "", "", "", "", "", "", "", "")))
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM ods_senr ORDER BY id")
        while rows := cursor.fetchmany(_FETCHED):
            for first, middle, last, alias_first, alias_last, born, gender, country, state in rows:
                yield Person(
                    first, middle, last, alias_first, alias_last, f"{born:%Y%m%d}", gender, country, state or ""
                )


def line(person: Person) -> str:
    """The line of a person, as the tool makes it of a submitted record."""
    return line_of([person.first, person.middle, person.last, person.alias_first, person.alias_last, person.born,
                    person.gender, person.country, person.state])  # fmt: skip


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

"""Keeps the lines and keys of students as their SENR records are, set-based.

A posting only notes whose records it has changed, inside its transaction: making keys costs more than posting does, and
all other postings would wait. `catch_up` makes them; the schedule calls it, and nobody searches before it is done.
The old keys of a student are made again from the old line, so that no index by student is needed to remove them.
"""

# ruff: noqa: S608 - the names put into SQL come from our models, the values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction

from ods.matching_keys import LINE_FIELDS, keys_of, line_of
from ods.models import ChangedStudent, IdentityKey, IdentityLine, StudentEnrollment, StudentIdentity
from ods.posting.hooks import Changes
from ods.posting.stage import (
    SURVIVOR,
    analyze,
    execute,
    is_postgres,
    lock,
    lock_identities,
    lock_new_identities,
    number,
)

_LINES = IdentityLine._meta.db_table
_KEYS = IdentityKey._meta.db_table
_IDENTITIES = StudentIdentity._meta.db_table
_SENR = StudentEnrollment._meta.db_table
_CHANGED = ChangedStudent._meta.db_table
_CONCERNED = "ods_line_students"
_LATEST = "ods_line_latest"
_NEW_LINES = "ods_line_new"
_NEW_KEYS = "ods_key_new"
_OLD_KEYS = "ods_key_old"
_BATCH = 10_000
_LOOKED_AT = 50
_STEP = 10_000
"""Students brought up to date in one transaction: about a second, which postings may have to wait."""


def follow_posting(changes: Changes) -> None:
    """Note the students whose SENR records a posting changes. `ods.identities` holds the lock that orders postings."""
    execute(
        f"""
        INSERT INTO {_CHANGED} (ssid)
        SELECT DISTINCT COALESCE(r.current_ssid, s.ssid)
        FROM {changes.diff} d JOIN {changes.stage} s ON s.line = d.line LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid
        """
    )


def catch_up(progress: Callable[[int], object] = lambda students: None) -> int:
    """Make the lines and keys of all students that postings have changed; returns how many there were.

    Some thousands at a time, each in a transaction of its own. It waits for postings that are being written, and they
    for one such step. `progress` is called after each, and may raise to stop: what is done stays done.
    """
    done = 0
    while ChangedStudent.objects.exists():
        with transaction.atomic():
            # The locks of a posting: whatever is noted by now is seen, and nobody retires an SSID meanwhile.
            lock("SENR", [])
            lock_new_identities()
            last = number(
                f"SELECT COALESCE(MAX(id), 0) FROM (SELECT id FROM {_CHANGED} ORDER BY id LIMIT {_STEP}) AS step"
            )
            _take(f"SELECT DISTINCT ssid FROM {_CHANGED} WHERE id <= %s", [last])
            done += ChangedStudent.objects.filter(pk__lte=last).delete()[0]
        progress(done)
    return done


def refresh_lines(ssids: Iterable[str]) -> None:
    """Lines and keys of these SSIDs, after they were retired or restored."""
    with transaction.atomic():
        identities = list(StudentIdentity.objects.filter(ssid__in=list(ssids)).values_list("ssid", flat=True))
        for start in range(0, len(identities), 500):
            some = identities[start : start + 500]
            places = ", ".join(["(%s)"] * len(some))
            _take(f"SELECT ssid FROM (VALUES {places}) AS v (ssid)" if is_postgres() else f"VALUES {places}", some)


def rebuild() -> int:
    """Make all lines and keys anew; returns the number of students."""
    with transaction.atomic():
        lock_identities()
        execute(f"DELETE FROM {_KEYS}")
        execute(f"DELETE FROM {_LINES}")
        execute(f"DELETE FROM {_CHANGED}")
        _take(f"SELECT DISTINCT current_ssid FROM {_SENR}")
    return IdentityLine.objects.count()


def keys_are_current() -> bool:
    """Whether students are kept by the keys that are made now: those of an earlier release lead to fewer of them."""
    some = list(IdentityLine.objects.order_by("pk").values_list("pk", "line")[:_LOOKED_AT])
    wanted = {(key, identity) for identity, line in some for key in keys_of(line)}
    there = IdentityKey.objects.filter(key__in={key for key, _ in wanted}).values_list("key", "identity")
    return wanted <= set(there)


def _take(ssids: str, parameters: Iterable[Any] = ()) -> None:
    """Bring the students that a query names up to date."""
    _drop()
    execute(f"CREATE TEMPORARY TABLE {_CONCERNED} (ssid varchar NOT NULL)")
    execute(f"INSERT INTO {_CONCERNED} {ssids}", tuple(parameters))
    analyze(_CONCERNED)
    values = " || '^' || ".join(f"REPLACE(CAST(t.{name} AS varchar), '^', ' ')" for name in LINE_FIELDS)
    execute(f"""
        CREATE TEMPORARY TABLE {_LATEST} AS
        SELECT i.id AS identity, l.line AS old, l.enrollment AS old_enrollment, x.id AS enrollment, x.raw
        FROM {_CONCERNED} c
        JOIN {_IDENTITIES} i ON i.ssid = c.ssid
        LEFT JOIN {_LINES} l ON l.identity = i.id
        LEFT JOIN (
            SELECT t.current_ssid, t.id, {values} AS raw, ROW_NUMBER() OVER (
                PARTITION BY t.current_ssid
                ORDER BY t.enrollment_start_date DESC, t.posting_id DESC, t.posting_line DESC
            ) AS place
            FROM {_SENR} t JOIN {_CONCERNED} c ON c.ssid = t.current_ssid
        ) x ON x.current_ssid = c.ssid AND x.place = 1
        WHERE l.identity IS NOT NULL OR x.id IS NOT NULL
    """)
    execute(f"CREATE TEMPORARY TABLE {_NEW_LINES} (identity integer NOT NULL, enrollment bigint, line text)")
    for table in (_NEW_KEYS, _OLD_KEYS):
        execute(f"CREATE TEMPORARY TABLE {table} (key integer NOT NULL, identity integer NOT NULL)")
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT identity, old, old_enrollment, enrollment, raw FROM {_LATEST}")
        while fetched := cursor.fetchmany(_BATCH):
            _work_out(fetched)
    _carry_out()
    _drop()


def _work_out(students: Iterable[tuple[Any, ...]]) -> None:
    lines: list[tuple[Any, ...]] = []
    old_keys: list[tuple[int, int]] = []
    new_keys: list[tuple[int, int]] = []
    for identity, old, old_enrollment, enrollment, raw in students:
        line = None
        if raw is not None:
            values = raw.split("^")
            values[5] = values[5].replace("-", "")
            line = line_of(values)
        if line == old and enrollment == old_enrollment:
            continue
        lines.append((identity, enrollment, line))
        before = keys_of(old) if old is not None else set()
        after = keys_of(line) if line is not None else set()
        old_keys += [(key, identity) for key in before - after]
        new_keys += [(key, identity) for key in after - before]
    _write(_NEW_LINES, lines)
    _write(_OLD_KEYS, old_keys)
    _write(_NEW_KEYS, new_keys)


def _write(table: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgres():
            # No value holds a tab, a backslash or a line end: lines are made of letters, digits, blanks and carets.
            texts = ("\t".join("\\N" if value is None else str(value) for value in row) for row in rows)
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for chunk in _joined(texts):
                    copy.write(chunk)
        else:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def _joined(texts: Iterator[str]) -> Iterator[str]:
    while chunk := list(islice(texts, 5_000)):
        yield "\n".join(chunk) + "\n"


def _carry_out() -> None:
    """Sorted, because an index filled in order is filled faster."""
    analyze(_NEW_LINES, _OLD_KEYS)
    if is_postgres():
        execute(f"DELETE FROM {_KEYS} k USING {_OLD_KEYS} o WHERE o.key = k.key AND o.identity = k.identity")
    else:
        execute(f"DELETE FROM {_KEYS} WHERE (key, identity) IN (SELECT key, identity FROM {_OLD_KEYS})")
    execute(f"DELETE FROM {_LINES} WHERE identity IN (SELECT identity FROM {_NEW_LINES} WHERE line IS NULL)")
    execute(f"""
        INSERT INTO {_LINES} (identity, enrollment, line)
        SELECT identity, enrollment, line FROM {_NEW_LINES} WHERE line IS NOT NULL ORDER BY identity
        ON CONFLICT (identity) DO UPDATE SET enrollment = excluded.enrollment, line = excluded.line
    """)
    execute(f"INSERT INTO {_KEYS} (key, identity) SELECT key, identity FROM {_NEW_KEYS} ORDER BY key, identity")


def _drop() -> None:
    for table in (_CONCERNED, _LATEST, _NEW_LINES, _NEW_KEYS, _OLD_KEYS):
        execute(f"DROP TABLE IF EXISTS {'pg_temp' if is_postgres() else 'temp'}.{table}")

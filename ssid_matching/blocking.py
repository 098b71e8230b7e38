"""Which students a submitted record is compared with: those who share a key, found in the database for a whole batch.

One function per question, one query per engine. On PostgreSQL answers come as one text and keys go in sorted: rows
would cost more than the search itself.
"""

# ruff: noqa: S608 - the names put into SQL come from our models, the values are parameters

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from django.db import connection

from ods.models import IdentityKey, IdentityLine
from ssid_matching.columns import Ints
from ssid_matching.postgres import asked, integers

_KEYS = IdentityKey._meta.db_table
_LINES = IdentityLine._meta.db_table
_FEW = 30_000
"""In a population up to this size records that nobody fits are compared with everybody."""
_COUNTED = 40_000
"""More students are not counted: each record asked for alone would wait for it."""
_ASKED = "(SELECT %s::int[])::int[]"
"""An array whose length the planner cannot see: it walks the index entry by entry then, which is right for few entries
and for the many sorted ones of a batch."""
_SAMPLE = 300_000


def pairs(keys: Iterable[Iterable[int]], places: Sequence[int]) -> tuple[Ints, Ints]:
    """Places of records and row numbers of identities that share a key, in the order of the places.

    `keys` are those of each record, unsigned; `places` are the records' own.
    """
    of_records = [list(each) for each in keys]
    wanted = np.fromiter(chain.from_iterable(of_records), dtype=np.uint32).view(np.int32)
    by_key = np.repeat(np.array(places, dtype=np.int64), [len(each) for each in of_records])
    # Sorted, the keys of one page of the index come one after another.
    order = np.argsort(wanted)
    wanted, by_key = wanted[order], by_key[order]
    key, identity = _having(wanted)
    first = np.searchsorted(wanted, key)
    records = np.searchsorted(wanted, key, side="right") - first
    # Each key found, once for each record that has it.
    before = np.cumsum(records) - records
    found = np.repeat(first - before, records) + np.arange(records.sum())
    both = np.unique(by_key[found] << 32 | np.repeat(identity, records))
    return (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)


def _having(keys: Ints) -> tuple[Ints, Ints]:
    """Those of some keys (sorted) that identities have, and the identity of each."""
    if connection.vendor == "postgresql":
        key, identity = asked(
            f"SELECT {integers('key')}, {integers('identity')} FROM {_KEYS} WHERE key = ANY({_ASKED})", _once(keys)
        )
        return key, identity
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT k.key, k.identity FROM json_each(%s) AS q JOIN {_KEYS} k ON k.key = q.value",
            [json.dumps(_once(keys).tolist())],
        )
        found = np.array(cursor.fetchall(), dtype=np.int32).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _once(ordered: Ints) -> Ints:
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def lines_of(identities: Ints) -> tuple[Ints, list[str]]:
    """The lines of students (row numbers, sorted, each once), and their row numbers in the order of the lines."""
    if connection.vendor == "postgresql":
        numbers, lines = asked(
            f"SELECT {integers('identity')}, string_agg(line, E'\\n') FROM {_LINES} WHERE identity = ANY({_ASKED})",
            identities,
        )
        return numbers, (lines or "").split("\n")[: len(numbers)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.identity, l.line FROM json_each(%s) AS q JOIN {_LINES} l ON l.identity = q.value",
            [json.dumps(identities.tolist())],
        )
        rows = cursor.fetchall()
    return np.array([row[0] for row in rows], dtype=np.int32), [row[1] for row in rows]


def everybody() -> tuple[Ints, list[str]]:
    """All row numbers and lines; for small populations."""
    if connection.vendor == "postgresql":
        numbers, lines = asked(f"SELECT {integers('identity')}, string_agg(line, E'\\n') FROM {_LINES}")
        return numbers, (lines or "").split("\n")[: len(numbers)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT identity, line FROM {_LINES}")
        rows = cursor.fetchall()
    return np.array([row[0] for row in rows], dtype=np.int32), [row[1] for row in rows]


def number_of_students() -> int:
    """How many students can be found; of millions nearly."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [_LINES])
            (known,) = cursor.fetchone()
            if known > _COUNTED:
                return int(known)
        cursor.execute(f"SELECT COUNT(*) FROM {_LINES}")
        return int(cursor.fetchone()[0])


def small(population: int) -> bool:
    """Whether a record that nobody fits is compared with everybody."""
    return population <= _FEW


def sample(population: int) -> list[str]:
    """Lines of some three hundred thousand students, the same ones as long as the data are the same."""
    every = max(1, population // _SAMPLE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            percent = min(100.0, 100.0 * _SAMPLE / max(population, 1))
            cursor.execute(
                f"SELECT string_agg(line, E'\\n') FROM {_LINES} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)", [percent]
            )
            return (cursor.fetchone()[0] or "").split("\n")
        cursor.execute(f"SELECT line FROM {_LINES} WHERE identity %% %s = 0", [every])
        return [row[0] for row in cursor.fetchall()]

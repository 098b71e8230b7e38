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
from numpy.typing import NDArray

from ods.models import IdentityKey, IdentityLine
from ssid_matching.columns import Ints

_KEYS = IdentityKey._meta.db_table
_LINES = IdentityLine._meta.db_table
_FEW = 30_000
"""In a population up to this size records that nobody fits are compared with everybody."""
_COUNTED = 40_000
"""More students are not counted: each record asked for alone would wait for it."""
_ASKED = "(SELECT %s::int[])"
"""An array whose length the planner cannot see: it walks the index entry by entry then, which is right for few entries
and for the many sorted ones of a batch."""
_SAMPLE = 300_000


def pairs(keys: Iterable[Iterable[int]], places: Sequence[int]) -> tuple[Ints, Ints]:
    """Places of records and row numbers of identities that share a key, in the order of the places.

    `keys` are those of each record, unsigned; `places` are the records' own.
    """
    of_records = [list(each) for each in keys]
    wanted = np.fromiter(chain.from_iterable(of_records), dtype=np.uint32).view(np.int32)
    if not len(wanted):
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    by_key = np.repeat(np.array(places, dtype=np.int32), [len(each) for each in of_records])
    # Sorted, the keys of one page of the index come one after another.
    order = np.argsort(wanted)
    wanted, by_key = wanted[order], by_key[order]
    if connection.vendor == "postgresql":
        found = _text(
            f"""
            SELECT string_agg(place || ' ' || identity, ' ')
            FROM unnest({_ASKED}, {_ASKED}) AS q (key, place) JOIN {_KEYS} k ON k.key = q.key
            """,
            _array(wanted.tolist()),
            _array(by_key.tolist()),
        )
        numbers = _numbers(found).reshape(-1, 2)
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT json_extract(q.value, '$[1]'), k.identity
                FROM json_each(%s) AS q JOIN {_KEYS} k ON k.key = json_extract(q.value, '$[0]')
                """,
                [json.dumps(list(zip(wanted.tolist(), by_key.tolist(), strict=True)))],
            )
            numbers = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
    both = np.unique(numbers[:, 0] << 32 | numbers[:, 1])
    return (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)


def _numbers(text: str) -> NDArray[np.int64]:
    """Numbers parted by blanks."""
    return np.fromstring(text, dtype=np.int64, sep=" ")


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL reads an array; psycopg would look at each number."""
    return f"{{{','.join(map(str, numbers))}}}"


def lines_of(identities: Ints) -> tuple[Ints, list[str]]:
    """The lines of students (row numbers, sorted, each once), and their row numbers in the order of the lines."""
    wanted = identities.tolist()
    if not wanted:
        return np.empty(0, dtype=np.int32), []
    if connection.vendor == "postgresql":
        numbers, lines = _texts(
            f"""
            SELECT string_agg(l.identity::text, ' '), string_agg(l.line, E'\\n')
            FROM unnest({_ASKED}) AS q (identity) JOIN {_LINES} l ON l.identity = q.identity
            """,
            _array(wanted),
        )
        return _numbers(numbers).astype(np.int32), lines.split("\n") if numbers else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.identity, l.line FROM json_each(%s) AS q JOIN {_LINES} l ON l.identity = q.value",
            [json.dumps(wanted)],
        )
        rows = cursor.fetchall()
    return np.array([row[0] for row in rows], dtype=np.int32), [row[1] for row in rows]


def everybody() -> tuple[Ints, list[str]]:
    """All row numbers and lines; for small populations."""
    if connection.vendor == "postgresql":
        numbers, lines = _texts(
            f"SELECT string_agg(identity::text, ' '), string_agg(line, E'\\n') FROM"
            f" (SELECT identity, line FROM {_LINES} ORDER BY identity) AS everybody"
        )
        return _numbers(numbers).astype(np.int32), lines.split("\n") if numbers else []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT identity, line FROM {_LINES} ORDER BY identity")
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
            return _text(
                f"SELECT string_agg(line, E'\\n') FROM {_LINES} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)", percent
            ).split("\n")
        cursor.execute(f"SELECT line FROM {_LINES} WHERE identity %% %s = 0", [every])
        return [row[0] for row in cursor.fetchall()]


def _text(query: str, *parameters: str | float) -> str:
    return _texts(query, *parameters)[0]


def _texts(query: str, *parameters: str | float) -> tuple[str, ...]:
    """The one row of texts a query gives; NULL as ''."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return tuple(value or "" for value in cursor.fetchone())

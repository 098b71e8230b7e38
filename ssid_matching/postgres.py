"""Questions put to PostgreSQL with thousands of numbers at once.

Arrays go and come as it keeps them, bytes that numpy reads: as text, asking would cost more than searching.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection
from psycopg import Cursor
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from ssid_matching.columns import Ints

_INTEGER, _INTEGERS = 23, 1007
"""PostgreSQL's numbers of the types `integer` and `integer[]`."""
_HEADER = 5
"""Numbers before the elements of an array: dimensions, whether any is NULL, the elements' type, how many, the first."""


class _Array(bytes):
    """An `integer[]` as PostgreSQL sends and receives it: the header, then the size of each number, and the number."""


class _ArrayDumper(Dumper):
    format = Format.BINARY
    oid = _INTEGERS

    def dump(self, obj: bytes) -> Buffer:
        return obj


def integers(column: str) -> str:
    """All integers of a column, in SQL, as `asked` reads them."""
    return f"array_send(coalesce(array_agg({column}), '{{}}'))"


def asked(query: str, *parameters: Ints | str) -> tuple[Any, ...]:
    """The one row a query gives: `integers` as an array, all else as psycopg reads it.

    Its parameters are arrays of integers, and what psycopg knows.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        # Django's own cursors write values into the query, and read text.
        cursor.adapters.register_dumper(_Array, _ArrayDumper)
        values = [_sent(each) if isinstance(each, np.ndarray) else each for each in parameters]
        row = cursor.execute(query, values, binary=True).fetchone()
    return tuple(_received(value) if isinstance(value, bytes) else value for value in row or ())


def _sent(numbers: Ints) -> _Array:
    header = np.array([1, 0, _INTEGER, len(numbers), 1], dtype=">i4")
    elements = np.empty((len(numbers), 2), dtype=">i4")
    elements[:, 0], elements[:, 1] = elements.itemsize, numbers
    return _Array(header.tobytes() + elements.tobytes())


def _received(array: bytes) -> Ints:
    return np.frombuffer(array, dtype=">i4")[_HEADER + 1 :: 2].astype(np.int32)

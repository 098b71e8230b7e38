"""Building on SQLite: a cursor over a read-only connection of its own.

Its own connection, because the portal's begin every transaction IMMEDIATE: a long build on one of those would hold
the write lock over everybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from extracts.lines import Line, UnwritableValue

ROWS_A_CHUNK = 4000
_CONTROL = b"\x01\x08\x0b\x0c"
"""What PostgreSQL's COPY escapes besides line ends and the legal tab and backslash: refused here as there."""


def chunks(texts: QuerySet[Any, Any], line: Line) -> Iterator[tuple[bytes, int]]:
    """The lines of the extract, CR LF ended, with their number, in one snapshot. `texts` is their one column.

    Raises:
        EmptyResultSet: the criteria can select nothing.
        UnwritableValue: a value would break its line.
    """
    sql, parameters = texts.query.sql_with_params()
    between = f"\r\n{line.start}"
    with _reading() as cursor:
        cursor.execute(sql.replace("%s", "?").replace("%%", "%"), parameters)
        while found := cursor.fetchmany(ROWS_A_CHUNK):
            chunk = (line.start + between.join([text for (text,) in found]) + "\r\n").encode()
            if len(chunk.translate(None, _CONTROL)) != len(chunk) or chunk.count(b"\r") != len(found):
                raise UnwritableValue(line.code)
            yield chunk, len(found)


@contextmanager
def _reading() -> Iterator[sqlite3.Cursor]:
    """A cursor that sees one state of the database.

    Inside a transaction that is the transaction's own state: what it has written must be seen, and only its own
    connection sees it.
    """
    if connection.in_atomic_block:
        with closing(connection.connection.cursor()) as cursor:
            yield cursor
        return
    path = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as own:
        own.execute("BEGIN")
        yield own.cursor()

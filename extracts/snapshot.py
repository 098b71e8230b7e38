"""One state of the database, read as ordered streams of tuples, several at once, with little memory.

On PostgreSQL a repeatable-read transaction with cursors on the server. On SQLite a read-only connection of its own,
because the portal's begin every transaction IMMEDIATE: a long run on one of those would hold the write lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date, time
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, DateField, F, QuerySet, TimeField

ROWS_A_CHUNK = 4000

Rows = Callable[..., Generator[tuple[Any, ...], None, None]]
"""`rows(queryset, "field", ...)`: the tuples of these fields, in the queryset's order."""


@contextmanager
def snapshot() -> Iterator[Rows]:
    """All that is read through the function given out is of one state of the database."""
    if connection.vendor == "postgresql":
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _on_postgresql
    elif connection.in_atomic_block:
        # Its own state: what the transaction has written only its own connection sees.
        yield lambda rows, *names: _on_sqlite(connection.connection, rows, *names)
    else:
        path = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as own:
            own.execute("BEGIN")
            yield lambda rows, *names: _on_sqlite(own, rows, *names)


def _on_postgresql(rows: QuerySet[Any], *names: str) -> Generator[tuple[Any, ...], None, None]:
    yield from rows.values_list(*names).iterator(chunk_size=ROWS_A_CHUNK)


def _on_sqlite(own: sqlite3.Connection, rows: QuerySet[Any], *names: str) -> Generator[tuple[Any, ...], None, None]:
    fields = [rows.model._meta.get_field(name) for name in names]
    converters = [(place, of_text) for place, field in enumerate(fields) if (of_text := _converter(field))]
    try:
        sql, parameters = rows.values_list(*(F(name) for name in names)).query.sql_with_params()
    except EmptyResultSet:
        return
    with closing(own.cursor()) as cursor:
        cursor.execute(sql.replace("%s", "?").replace("%%", "%"), parameters)
        while found := cursor.fetchmany(ROWS_A_CHUNK):
            for row in found:
                if converters:
                    values = list(row)
                    for place, convert in converters:
                        if values[place] is not None:
                            values[place] = convert(values[place])
                    yield tuple(values)
                else:
                    yield tuple(row)


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, DateField):
        return lambda value: value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(field, TimeField):
        return lambda value: value if isinstance(value, time) else time.fromisoformat(value)
    return bool if isinstance(field, BooleanField) else None

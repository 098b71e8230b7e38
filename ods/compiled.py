"""Queries of the ORM whose SQL is made once: where they stand before every page, making it costs more than asking."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

SOMEBODY = -1
"""Stands in a query for the key of a user who is told when it is asked."""

SOME_TEXT = "\N{WHITE SQUARE}"
"""Stands in a query for a text that is told when it is asked."""

SOME_TIME = datetime(1, 1, 1, tzinfo=UTC)
"""Stands in a query for a moment that is told when it is asked."""

_prepared: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()
"""Connection to PostgreSQL to the names of the queries that it has planned."""


class Compiled:
    """A query of columns (`values_list`) in which marks stand for values told when it is asked.

    `name`: a connection to PostgreSQL plans it once, under this name, and keeps the plan until it is closed. That is
    for the few queries of every page whose plan takes longer than their answer.
    """

    def __init__(self, query: QuerySet[Any, Any], *marks: Any, name: str = "") -> None:
        compiler = query.query.get_compiler(connection=connection)
        self._sql, self._parameters = compiler.as_sql()
        self._converters = compiler.get_converters([column for column, _, _ in compiler.select])
        self._compiler = compiler
        self._marks, self._name = [_as_stored(mark) for mark in marks], name

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """What the query finds with these values for its marks, in their order."""
        told = dict(zip(self._marks, map(_as_stored, values), strict=True))
        with connection.cursor() as cursor:
            if self._name and connection.vendor == "postgresql":
                known = _prepared.setdefault(connection.connection, set())
                if self._name not in known:
                    self._prepare(cursor)
                    known.add(self._name)
                cursor.execute(f"EXECUTE {self._name} ({', '.join(['%s'] * len(told))})", list(told.values()))
            else:
                cursor.execute(self._sql, [told.get(each, each) for each in self._parameters])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if self._converters:
            found = list(map(tuple, self._compiler.apply_converters(found, self._converters)))
        return found

    def _prepare(self, cursor: Any) -> None:
        numbers = {mark: f"${number}" for number, mark in enumerate(self._marks, start=1)}
        parts = self._sql.split("%s")
        places = [numbers.get(each, "%s") for each in self._parameters]
        sql = "".join(part + place for part, place in zip(parts, [*places, ""], strict=True))
        cursor.execute(f"PREPARE {self._name} AS {sql}", [each for each in self._parameters if each not in numbers])


def _as_stored(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value

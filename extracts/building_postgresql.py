"""Building on PostgreSQL: one `COPY (SELECT …) TO STDOUT`, its output passed through some thousand rows at a time.

`COPY` in text format escapes with a backslash whatever would break a line: a chunk without a backslash is clean, and
the only escape that stands for a legal value is the doubled backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import DateField, F, Func, QuerySet, TextField, Value

from extracts.lines import UnwritableValue, output_names
from ods.layout import Layout

ROWS_A_CHUNK = 4000
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


class CompactDate(Func):
    """A date as CCYYMMDD. Half the cost of to_char, and right because the session's DateStyle is ISO."""

    template = "REPLACE(%(expressions)s::text, '-', '')"
    output_field = TextField()


def chunks(rows: QuerySet[Any], definition: Layout) -> Iterator[bytes]:
    """The lines of the extract, CR LF ended, in one snapshot.

    Raises:
        EmptyResultSet: the criteria can select nothing.
        UnwritableValue: a value would break its line.
    """
    sql, parameters = _selected(rows, definition).query.sql_with_params()
    copied = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        with cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT text, DELIMITER '^', NULL '')", parameters) as blocks:
            gathered: list[bytes] = []
            for block in blocks:
                gathered.append(block)
                if len(gathered) == ROWS_A_CHUNK:
                    chunk = _finished(b"".join(gathered), definition)
                    gathered.clear()
                    copied += chunk.count(b"\n")
                    yield chunk
            if gathered:
                chunk = _finished(b"".join(gathered), definition)
                copied += chunk.count(b"\n")
                yield chunk
        assert cursor.cursor.rowcount == copied, f"COPY counts {cursor.cursor.rowcount} rows, {copied} arrived"


def _selected(rows: QuerySet[Any], definition: Layout) -> QuerySet[Any]:
    columns: list[Any] = [Value(f"{definition.record_type}-R"), Value("")]
    for name in output_names(definition):
        is_date = isinstance(rows.model._meta.get_field(name), DateField)
        columns.append(CompactDate(F(name)) if is_date else F(name))
    return rows.values_list(*columns)


def _finished(block: bytes, definition: Layout) -> bytes:
    if b"\\" in block:
        if any(escape != b"\\" for escape in _ESCAPE.findall(block)):
            raise UnwritableValue(definition.record_type)
        block = block.replace(b"\\\\", b"\\")
    return block.replace(b"\n", b"\r\n")

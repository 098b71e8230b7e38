"""Building on PostgreSQL: one `COPY (SELECT …) TO STDOUT`, its output passed through some thousand rows at a time.

`COPY` in text format escapes with a backslash whatever would break a line: a chunk without a backslash is clean. The
escapes that stand for legal values are the doubled backslash and the tab; any other is a value that may not be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg.pq import ExecStatus

from extracts.lines import Line, UnwritableValue

ROWS_A_CHUNK = 1000
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_LEGAL = {b"\\": b"\\", b"t": b"\t"}


def chunks(texts: QuerySet[Any, Any], line: Line) -> Iterator[tuple[bytes, int]]:
    """The lines of the extract, CR LF ended, with their number, in one snapshot. `texts` is their one column.

    Raises:
        EmptyResultSet: the criteria can select nothing.
        UnwritableValue: a value would break its line.
    """
    sql, parameters = texts.query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute("SET LOCAL jit = off")
        # The lines bring their own carets: what COPY would delimit its one column with may not be one.
        statement = f"COPY ({sql}) TO STDOUT (FORMAT text, DELIMITER E'\\x01')"
        for lines in _copied(cursor.connection, psycopg.ClientCursor(cursor.connection).mogrify(statement, parameters)):
            yield _finished(b"".join(lines), line), len(lines)


def _copied(session: psycopg.Connection[Any], statement: str) -> Iterator[list[memoryview]]:
    """What a COPY gives out, a message a row, in lists of up to `ROWS_A_CHUNK`.

    psycopg's own `copy()` goes through a generator for each row, which is half of this side's work at a million rows
    (docs/decisions/0075). Waiting lets other threads run: the job's lease is renewed by one.
    """
    server = session.pgconn
    result = server.exec_(statement.encode())
    if result.status != ExecStatus.COPY_OUT:
        raise psycopg.errors.error_from_result(result)
    gathered: list[memoryview] = []
    copied = 0
    with DefaultSelector() as selector:
        selector.register(server.socket, EVENT_READ)
        try:
            while True:
                size, row = server.get_copy_data(1)
                if size > 0:
                    gathered.append(row)
                    if len(gathered) == ROWS_A_CHUNK:
                        copied += ROWS_A_CHUNK
                        yield gathered
                        gathered = []
                elif size == 0:
                    selector.select()
                    server.consume_input()
                else:
                    break
        except BaseException:
            # Whoever reads has had enough, or is stopped: the connection is made fit for the ROLLBACK that follows.
            session.cancel_safe(timeout=5)
            while server.get_copy_data(0)[0] > 0:
                pass
            while server.get_result():
                pass
            raise
    ended = server.get_result()
    while server.get_result():
        pass
    if ended is None or ended.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(ended) if ended else psycopg.OperationalError("the server has gone")
    copied += len(gathered)
    assert ended.command_tuples == copied, f"COPY counts {ended.command_tuples} rows, {copied} arrived"
    if gathered:
        yield gathered


def _finished(block: bytes, line: Line) -> bytes:
    """Each line with its constants before it and CR LF behind it."""
    if b"\\" in block:
        try:
            block = _ESCAPE.sub(lambda escape: _LEGAL[escape[1]], block)
        except KeyError:
            raise UnwritableValue(line.code) from None
    start = line.start.encode()
    return start + block[:-1].replace(b"\n", b"\r\n" + start) + b"\r\n"

"""Building the file: the selected rows in the file's order, streamed to a sink as caret text (spec section 6).

One queryset of one column, the line as text, is compiled once; what runs it is the engine's business: `COPY (SELECT …)
TO STDOUT` on PostgreSQL, and a cursor over a read-only connection on SQLite. The bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from extracts import building_postgresql, building_sqlite
from extracts.criteria import Criteria
from extracts.definitions import DEFINITIONS
from extracts.lines import Line, UnwritableValue
from ods.caret_line import CaretLine


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


def build(*, criteria: Criteria, sink: Sink, progress: Callable[[int], object] = lambda rows: None) -> int:
    """Write the extract to the sink and return the number of records.

    `progress` is called with the records written so far every few thousand, and may raise to stop.

    Raises:
        UnwritableValue: a posted value cannot be written; nothing of its chunk was.
    """
    definition = DEFINITIONS[criteria.record_type]
    return build_rows(rows=definition.rows(criteria), line=definition.line, sink=sink, progress=progress)


def build_rows(
    *,
    rows: QuerySet[Any],
    line: Line,
    sink: Sink,
    progress: Callable[[int], object] = lambda rows: None,
) -> int:
    """Write ordered rows as lines of one kind; see `build`."""
    engine = building_postgresql if connection.vendor == "postgresql" else building_sqlite
    texts = rows.values_list(F(line.stored) if line.stored else CaretLine(*line.sources))
    written = 0
    try:
        for chunk, lines in engine.chunks(texts, line):
            # The engine has refused what escapes or ends a line; a caret too many is seen here.
            if (chunk.count(b"\n"), chunk.count(b"^")) != (lines, lines * line.carets):
                raise UnwritableValue(line.code)
            sink.write(chunk)
            written += lines
            progress(written)
    except EmptyResultSet:
        pass  # the criteria can select nothing: a complete file of zero bytes
    return written

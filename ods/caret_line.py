"""The caret line of a record, made by the database: the text an extract gives out, without its two constants.

Every record carries it in a generated column (`extract_line`), so that a file of a million records is read and not
made: twice as fast as sending the columns one by one (docs/decisions/0076). The database keeps it right; nothing
else ever writes it. A date is CCYYMMDD, a number has its column's decimals, a blank is nothing (spec 6.1, 10.2.7).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler
from django.utils.deconstruct import deconstructible

from ods.layout import layout


@deconstructible
class CaretLine(models.Func):
    """The named attributes or annotations of a row with carets between them, as text; never NULL."""

    output_field = models.TextField()

    def as_sql(  # type: ignore[override]  # Func takes templates here, and nothing gives any
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any]]:
        parts: list[str] = []
        parameters: list[Any] = []
        for source in self.get_source_expressions():
            sql, given = compiler.compile(source)
            text = _text(sql, source, connection.vendor)
            parts.append(text)
            parameters += [*given] * text.count(sql)
        return _joined(parts), parameters


def extract_line(record_type: str) -> models.GeneratedField:
    """The column that holds each record's line as its extract gives it (`Layout.extracted`).

    Raises:
        KeyError: no such record type.
    """
    return models.GeneratedField(
        expression=CaretLine(*layout(record_type).extracted), output_field=models.TextField(), db_persist=True
    )


def _text(sql: str, source: Expression, vendor: str) -> str:
    """One value as it stands in a line.

    What a generated column computes may depend on no setting of a session: PostgreSQL has no such function that
    writes a date, so its parts are put together.
    """
    field = source.output_field
    if isinstance(field, models.DateField):
        if vendor == "postgresql":
            parts = f"date_part('year', {sql}) * 10000 + date_part('month', {sql}) * 100 + date_part('day', {sql})"
            return f"coalesce(lpad(({parts})::int::text, 8, '0'), '')"
        return f"coalesce(replace({sql}, '-', ''), '')"
    if isinstance(field, models.DecimalField):
        if vendor == "postgresql":
            return f"coalesce({sql}::text, '')"
        # char(37) is the per cent sign, which Django doubles in some statements and not in others.
        return f"CASE WHEN {sql} IS NULL THEN '' ELSE printf(char(37) || '.{field.decimal_places}f', {sql}) END"
    return f"coalesce({sql}, '')"


def _joined(parts: list[str]) -> str:
    """Joined in halves: the longer what is joined already, the less often it is copied."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle])} || '^' || {_joined(parts[middle:])})"

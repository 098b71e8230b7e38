"""What posting needs to know of a record type, drawn from its layout and its model: one SQL text for both engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from ods.layout import Layout, layout
from ods.models import RECORD_MODELS, PostedRecord

# The date that stands for "none" in keys, the same as in the models' constraints.
_NO_DATE = "0001-01-01"
END = "effective_end_date"
SENT = "effective_end_sent"
START = "effective_start_date"


@dataclass(frozen=True, slots=True)
class Shape:
    """A record type as tables and columns. Column names are model field names are layout field names.

    `columns` are the layout's stored fields in order, `key` and `scope` as in `types.csv`. `compared` are the columns
    that tell a changed record from an equal one of the same key; the effective end is compared apart.
    """

    layout: Layout
    model: type[PostedRecord]
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    scope: tuple[str, ...]
    compared: tuple[str, ...]
    nullable_key: frozenset[str]

    @property
    def is_effective(self) -> bool:
        return self.layout.processing == "effective"

    @property
    def is_replacement(self) -> bool:
        return self.layout.processing == "replacement"

    @property
    def has_ssid(self) -> bool:
        return "ssid" in self.columns

    @property
    def person(self) -> str:
        """The column effective-dated chains run over, beside the LEA (spec ods-extracts 10.2.3)."""
        return "ssid" if self.has_ssid else "seid"

    def field(self, column: str) -> models.Field[Any, Any]:
        found = self.model._meta.get_field(column)
        assert isinstance(found, models.Field)
        return found

    def is_text(self, column: str) -> bool:
        """Whether blank is '' in this column, never NULL."""
        return self.layout[column].type in ("char", "yn")

    def key_of(self, alias: str, columns: Iterable[str] | None = None) -> list[str]:
        """The key's expressions, a missing date standing as one and the same date, as in the unique constraint."""
        return [
            f"COALESCE({alias}.{column}, '{_NO_DATE}')" if column in self.nullable_key else f"{alias}.{column}"
            for column in (self.key if columns is None else columns)
        ]

    def same_key(self, one: str, other: str, columns: Iterable[str] | None = None) -> str:
        """SQL: the two aliases have the same key (or the same `columns` of it)."""
        pairs = zip(self.key_of(one, columns), self.key_of(other, columns), strict=True)
        return " AND ".join(f"{left} = {right}" for left, right in pairs)

    def differs(self, one: str, other: str) -> str:
        """SQL: the two aliases differ in a compared column."""
        left = ", ".join(f"{one}.{column}" for column in self.compared)
        right = ", ".join(f"{other}.{column}" for column in self.compared)
        return f"({left}) IS DISTINCT FROM ({right})"


@cache
def shape(record_type: str) -> Shape:
    """The shape of a record type.

    Raises:
        KeyError: no such record type.
    """
    found, model = layout(record_type), RECORD_MODELS[record_type]
    columns = tuple(field.field for field in found.stored)
    return Shape(
        layout=found,
        model=model,
        table=model._meta.db_table,
        columns=columns,
        key=found.key,
        scope=found.scope,
        compared=tuple(column for column in columns if column not in (*found.key, END)),
        nullable_key=frozenset(column for column in found.key if model._meta.get_field(column).null),
    )

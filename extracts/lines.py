"""What a line of an extract is: which values, in which order, and what may never stand in it (spec 6.1 and 8).

Pure: no Django. A line is made of constants, then of columns; each column is an attribute of the selected rows.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ods.layout import FieldType, Layout, Provenance, layout

FILE_LAYOUTS = Path(__file__).parent / "file_layouts"
"""The layouts of the extracts that are no record types; those of the record types stand in `ods/layouts`."""


class UnwritableValue(Exception):
    """A value holds a caret or a line break: it would break its line. The words name the type, never the value."""

    def __init__(self, record_type: str) -> None:
        super().__init__(
            f"A posted {record_type} record holds a caret, a line break or a control character in one of its values. "
            "The file was not made, because the line would be broken."
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a line. `source` is the attribute or annotation of the selected rows; `decimals` as in layouts."""

    name: str
    source: str
    type: FieldType
    max_length: int
    provenance: Provenance
    decimals: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one kind of extract: `constants` as (name, value), then `columns`. `code` names it in errors.

    `stored` names the attribute of the selected rows in which the database keeps the columns as text, if it does.
    """

    code: str
    constants: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    stored: str = ""

    @property
    def start(self) -> str:
        """The constants with their carets, as every line begins."""
        return "".join(f"{value}^" for _, value in self.constants)

    @property
    def sources(self) -> list[str]:
        return [column.source for column in self.columns]

    @property
    def names(self) -> list[str]:
        """The field names, as the layout has them."""
        return [*(name for name, _ in self.constants), *(column.name for column in self.columns)]

    @property
    def carets(self) -> int:
        return len(self.constants) + len(self.columns) - 1


@cache
def record_line(record_type: str) -> Line:
    """The line of an ODS extract: the input record with `-R`, and two dates at its end (spec section 6.1).

    The database keeps it with each record (`ods.caret_line`).

    Raises:
        KeyError: no such record type.
    """
    return _posted_line(layout(record_type), f"{record_type}-R", stored="extract_line")


@cache
def cumulative_line() -> Line:
    """The line of Cumulative Enrollment: SENR's fields, those its own layout adds, and the two dates (spec 8.2)."""
    posted = _posted_line(layout("SENR"), "CENR-R")
    *enrollment, uploaded, updated = posted.columns
    return Line("CENR", posted.constants, (*enrollment, *_read("CENR"), uploaded, updated))


@cache
def file_line(code: str) -> Line:
    """The line of an extract that is no record type, from `extracts/file_layouts/<code>.csv`.

    Raises:
        FileNotFoundError: it has no such layout.
    """
    return Line(code, (), _read(code))


def _posted_line(definition: Layout, record_type: str, stored: str = "") -> Line:
    first, second = definition.fields[:2]
    added = [Column(name, "", "date", 8, "verified") for name in ("Upload Date", "Last Updated Date")]
    columns = [
        *(
            Column(field.name, "", field.type, field.max_length, field.provenance, field.decimals)
            for field in definition.stored
        ),
        *added,
    ]
    placed = (replace(column, source=source) for column, source in zip(columns, definition.extracted, strict=True))
    return Line(definition.record_type, ((first.name, record_type), (second.name, "")), tuple(placed), stored)


def _read(code: str) -> tuple[Column, ...]:
    with (FILE_LAYOUTS / f"{code}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Column(
                name=row["name"],
                source=row["source"],
                type=row["type"],  # type: ignore[arg-type]  # held to the words by tests/extracts/test_lines.py
                max_length=int(row["max_length"]),
                provenance=row["provenance"],  # type: ignore[arg-type]  # the same
                note=row["note"],
            )
            for row in csv.DictReader(lines)
        )

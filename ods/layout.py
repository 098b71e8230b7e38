"""Record layouts: what fields each record type has, in what order, of what type and length.

Pure data, no Django. The layouts stand as CSV files in `ods/layouts/<school year>/`; this module only reads them.
Reader, validator, writer, extract SQL, comparison and the record-layout pages all read these objects: nobody keeps a
second list of columns. One layout is in force for every file, whatever year its records are of.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LAYOUT_YEAR = "2025-26"
LAYOUTS = Path(__file__).parent / "layouts"

FieldType = Literal["char", "date", "numeric", "yn"]
Provenance = Literal["verified", "vendor", "inferred"]
Processing = Literal["transaction", "effective", "replacement"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    `number` is the state's field number (`1.04`), or one of our own where no source gives it (`24.x10`, `x.04`);
    `position` counts from 1. `name` is the state's name, `field` the model's attribute, empty for the two fields that
    are not stored: Record Type Code and Transaction Type Code. `max_length` is in characters; `decimals` is the exact
    number of decimals a numeric value is written with, None for other types. `code_set` names a set of
    `ods/codesets/`, or is empty.
    """

    position: int
    number: str
    name: str
    field: str
    type: FieldType
    max_length: int
    decimals: int | None
    required: Literal["Y", "N", "C"]
    code_set: str
    provenance: Provenance
    note: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A record type: its fields, and how a file of it is posted.

    `key`, `scope` and `row_order` hold model field names. `scope` (replacement types only) is what a file replaces.
    An entry of `row_order` is a tuple of names where the first filled one counts (MEET), else a tuple of one.
    """

    record_type: str
    label: str
    processing: Processing
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    scope: tuple[str, ...]
    row_order: tuple[tuple[str, ...], ...]
    types_provenance: str

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields that have a model attribute: all but record type and transaction type."""
        return tuple(field for field in self.fields if field.field)

    @property
    def extracted(self) -> tuple[str, ...]:
        """The attributes that the line of an extract gives, from its third field on.

        They are the stored fields, with the SSID the student has now (spec ods-extracts 10.1.8), then the two dates
        that extracts add (6.1).
        """
        stored = ("current_ssid" if field.field == "ssid" else field.field for field in self.stored)
        return (*stored, "upload_date", "last_updated")

    def __getitem__(self, name: str) -> Field:
        """The field with that model attribute.

        Raises:
            KeyError: this record type has no such field.
        """
        for field in self.fields:
            if field.field == name:
                return field
        raise KeyError(name)

    def has(self, name: str) -> bool:
        return any(field.field == name for field in self.fields)

    @property
    def school_field(self) -> str:
        """The record's own school (of attendance, assignment or course delivery), or '' for types without one."""
        for name in ("school_of_attendance", "school_of_assignment", "school_of_course_delivery"):
            if self.has(name):
                return name
        return ""

    @property
    def person_field(self) -> str:
        """`ssid` or `seid`, whom the record is about; '' for course sections, which are about neither alone."""
        if self.has("ssid"):
            return "ssid"
        return "seid" if self.record_type in ("SDEM", "SASS") else ""


@cache
def layouts(year: str = LAYOUT_YEAR) -> dict[str, Layout]:
    """All layouts of a layout year, by record type, in the order of the state's table.

    Raises:
        FileNotFoundError: there is no such layout year.
    """
    folder = LAYOUTS / year
    return {row["type"]: _layout(folder, row) for row in _rows(folder / "types.csv")}


def layout(record_type: str) -> Layout:
    """The layout in force for a record type.

    Raises:
        KeyError: no such record type.
    """
    return layouts()[record_type]


def _layout(folder: Path, row: dict[str, str]) -> Layout:
    fields = tuple(
        Field(
            position=position,
            number=line["number"],
            name=line["name"],
            field=line["field"],
            type=line["type"],  # type: ignore[arg-type]  # held to the four words by tests/ods/test_layout.py
            max_length=int(line["max_length"]),
            decimals=int(line["decimals"]) if line["decimals"] else None,
            required=line["required"],  # type: ignore[arg-type]  # the same
            code_set=line["code_set"],
            provenance=line["provenance"],  # type: ignore[arg-type]  # the same
            note=line["note"],
        )
        for position, line in enumerate(_rows(folder / f"{row['type']}.csv"), start=1)
    )
    by_number = {field.number: field.field for field in fields}

    def names(numbers: str) -> tuple[str, ...]:
        return tuple(by_number[number] for number in numbers.split())

    return Layout(
        record_type=row["type"],
        label=row["label"],
        processing=row["processing"],  # type: ignore[arg-type]  # the same
        fields=fields,
        key=names(row["key"]),
        scope=names(row["replacement_scope"]),
        row_order=tuple(tuple(by_number[number] for number in entry.split("|")) for entry in row["row_order"].split()),
        types_provenance=row["provenance"],
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


RECORD_TYPES: tuple[str, ...] = tuple(row["type"] for row in _rows(LAYOUTS / LAYOUT_YEAR / "types.csv"))
"""The record types in force, in the order of the state's table."""

"""The layouts of the two files, as data: `rop_export/layouts/ROP.csv` and `ROP_MINUTES.csv`. Pure, no Django.

Much of them is unverified (spec rop, sections 4, 7 and 11): a correction is an edit of those files. A row is a column
of the file, in its order:

* `column`: its name in the header;
* `value`: what it holds, a word of `VALUES` (in the daily file of `DAY_VALUES` too), or `=text` for a constant;
* `source`: the Aeries field, for people;
* `cleaning`: `name`, `address` or blank (section 5);
* `condition`: `minutes` for a column that is there only with Attendance Instructional Minutes;
* `provenance`: `documented`, `inferred`, or `ours` where no source gives it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rop_export.cleaning import CLEANERS

FOLDER = Path(__file__).parent / "layouts"
ROP = "ROP"
MINUTES = "ROP_MINUTES"
PROVENANCES = {
    "documented": "Named by the documentation of the extract.",
    "inferred": "Documented in part: its name, but not its place or its rule.",
    "ours": "No source gives it: name and place are our own until a real file is at hand.",
}
VALUES = frozenset(
    {
        "row_id", "district_cds", "site_id", "ssid", "local_student_id", "last_name", "first_name",
        "middle_name", "birth_date", "birthplace", "gender", "is_hispanic", "race_codes", "language",
        "street", "city", "state", "zip", "home_phone", "contact_phone", "contact_extension", "contact_name",
        "grade_level", "entry_date", "exit_date", "course", "course_title", "teacher", "period", "mark",
        "total_minutes", "section", "school",
    }
)  # fmt: skip
"""What a column may hold: of a student in a section."""
DAY_VALUES = frozenset({"day", "minutes", "code"})
"""What a column of the daily file may hold besides: of a day."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file; see the module."""

    column: str
    value: str
    source: str
    cleaning: str
    condition: str
    provenance: str
    note: str


@cache
def columns(name: str) -> tuple[Column, ...]:
    """The columns of a layout, `ROP` or `ROP_MINUTES`, in the order of the file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Column(**row) for row in csv.DictReader(lines))


def columns_with(name: str, *, minutes: bool) -> tuple[Column, ...]:
    """The columns that a file has with, or without, Attendance Instructional Minutes."""
    return tuple(column for column in columns(name) if minutes or column.condition != "minutes")


def problems(name: str) -> list[str]:
    """What is wrong with a layout, in words; empty if nothing is."""
    known = VALUES | DAY_VALUES if name == MINUTES else VALUES
    found = []
    for column in columns(name):
        where = f"{name}.csv, column {column.column or '?'}"
        if not column.column:
            found.append(f"{where}: the name of the column is missing")
        if column.value not in known and not column.value.startswith("="):
            found.append(f"{where}: there is no value {column.value!r}")
        if column.cleaning not in CLEANERS:
            found.append(f"{where}: there is no cleaning {column.cleaning!r}")
        if column.condition not in ("", "minutes"):
            found.append(f"{where}: there is no condition {column.condition!r}")
        if column.provenance not in PROVENANCES:
            found.append(f"{where}: there is no provenance {column.provenance!r}")
    return found


def quoted(text: str) -> str:
    """A field as it stands in the file: in quotes if it holds a comma, a quote or a line end (spec 4.1)."""
    if "," in text or '"' in text or "\r" in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def line(fields: list[str]) -> str:
    """One line of a file with its CR LF."""
    plain = ",".join(fields)
    if plain.count(",") >= len(fields) or '"' in plain or "\r" in plain or "\n" in plain:
        plain = ",".join([quoted(field) for field in fields])
    return plain + "\r\n"

"""A ZIP of OneRoster 1.2 CSV files as records, with every error by file, line and field. Pure, no Django."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from ods.archive import open_archive
from ods.reader import FileRefused
from rosters.oneroster.columns import FILES, Column

MOST_ROWS = 3_000_000
"""Of one file."""
KEPT = 200
"""Problems that are kept; all are counted."""


class Problem(NamedTuple):
    """Something wrong: where (file, line from 1 or 0 for the whole, field), and what to do. Holds no name."""

    file: str
    line: int
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its line, and its values by the attribute names of `FILES`; what is blank is absent."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass
class Reading:
    """What a ZIP holds. Records that are to be deleted are left out."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in FILES})
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def complain(self, file: str, line: int, column: str, words: str) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(file, line, column, words))


def read(source: BinaryIO) -> Reading:
    """Read a ZIP. Everything wrong with it is in the reading; nothing is raised for it."""
    reading = Reading()
    try:
        archive = open_archive(source)
    except FileRefused as refused:
        reading.complain("", 0, "", f"{refused} Export OneRoster 1.2 CSV from your SIS and send that ZIP.")
        return reading
    with archive:
        entries = _entries(archive, reading)
        for name, columns in FILES.items():
            if name in entries:
                _file(archive, entries[name], name, columns, reading)
            else:
                reading.complain(f"{name}.csv", 0, "", "This file is missing from the ZIP. A bulk export has it.")
    return reading


def _entries(archive: zipfile.ZipFile, reading: Reading) -> dict[str, zipfile.ZipInfo]:
    names = {name.lower(): name for name in FILES}
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        base = PurePosixPath(entry.filename).name
        name = names.get(base.lower().removesuffix(".csv"))
        if entry.is_dir() or name is None or not base.lower().endswith(".csv"):
            continue  # OneRoster has other files (results, demographics, resources), which say nothing of groups
        if name in found:
            reading.complain(base, 0, "", "The ZIP has this file twice.")
        else:
            found[name] = entry
    return found


def _file(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, columns: tuple[Column, ...], reading: Reading
) -> None:
    shown = f"{name}.csv"
    line = 0
    try:
        with archive.open(entry) as packed:
            # What is not UTF-8 is found line by line; text is decoded in blocks, which would hide the line.
            text = io.TextIOWrapper(packed, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text, strict=True)
            places = _places(next(rows, []), columns, shown, reading)
            if places is None:
                return
            for line, cells in _numbered(rows):
                if not any(cells):
                    continue
                if len(reading.records[name]) >= MOST_ROWS:
                    reading.complain(shown, line, "", f"More than {MOST_ROWS:,} records.")
                    return
                _row(line, cells, places=places, name=name, reading=reading)
    except csv.Error:
        reading.complain(shown, line + 1, "", "This line cannot be read as CSV: a quotation mark is not closed.")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        reading.complain(shown, line + 1, "", "This file of the ZIP is damaged. Export it again.")


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    for cells in rows:
        yield rows.line_num, cells


Places = list[tuple[Column, int]]


def _places(header: list[str], columns: tuple[Column, ...], file: str, reading: Reading) -> Places | None:
    """Where each column stands; None when one that is needed is missing or one stands twice."""
    found = [cell.strip().lower() for cell in header]
    wrong = False
    places = []
    for column in columns:
        own = column.header.lower()
        if found.count(own) > 1:
            reading.complain(file, 1, column.header, "The header has this column twice.")
            wrong = True
        elif own in found:
            places.append((column, found.index(own)))
        elif column.required:
            reading.complain(file, 1, column.header, "The header lacks this column.")
            wrong = True
    return None if wrong else places


def _row(line: int, cells: list[str], *, places: Places, name: str, reading: Reading) -> None:
    file, into = f"{name}.csv", reading.records[name]
    before = reading.problem_count
    values: dict[str, Any] = {}
    for column, place in places:
        text = cells[place].strip() if place < len(cells) else ""
        if not text:
            if column.required:
                reading.complain(file, line, column.header, "This must be filled.")
            continue
        try:
            text.encode()
            values[column.name] = column.read(text)
        except UnicodeEncodeError:
            reading.complain(file, line, column.header, "This is not UTF-8 text. Export the files as UTF-8.")
        except ValueError as error:
            reading.complain(file, line, column.header, str(error))
    if reading.problem_count > before or values.get("status") == "tobedeleted":
        return
    if values["sourced_id"] in into:
        reading.complain(file, line, "sourcedId", "An earlier line has the same sourcedId. Take one out.")
        return
    into[values["sourced_id"]] = Record(line, values)

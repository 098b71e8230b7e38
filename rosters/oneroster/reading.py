"""A ZIP of OneRoster 1.2 CSV files as records, with every error by file, line and field. Pure, no Django."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from ods.archive import open_archive
from ods.reader import FileRefused
from ods.zipped_csv import LineUnreadable, Problems, csv_lines, is_utf8
from rosters.oneroster.columns import FILES, Column

MANIFEST = "manifest"
"""Says of each file whether it is there in bulk, as changes only (delta), or absent."""
MOST_ROWS = 3_000_000
"""Of one file."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its line, and its values by the attribute names of `FILES`; what is blank is absent."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass
class Reading(Problems):
    """What a ZIP holds. Records that are to be deleted are left out."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in FILES})


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
        if MANIFEST in entries:
            _manifest(archive, entries[MANIFEST], reading)
        for name, columns in FILES.items():
            if name in entries:
                _file(archive, entries[name], name, columns, reading)
            else:
                reading.complain(f"{name}.csv", 0, "", "This file is missing from the ZIP. A bulk export has it.")
    return reading


def _entries(archive: zipfile.ZipFile, reading: Reading) -> dict[str, zipfile.ZipInfo]:
    names = {name.lower(): name for name in (*FILES, MANIFEST)}
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
    lines = csv_lines(archive, entry)
    try:
        _, header = next(lines, (1, []))
        places = _places(header, columns, shown, reading)
        if places is None:
            return
        for line, cells in lines:
            if len(reading.records[name]) >= MOST_ROWS:
                reading.complain(shown, line, "", f"More than {MOST_ROWS:,} records.")
                return
            _row(line, cells, places=places, name=name, reading=reading)
    except LineUnreadable as unreadable:
        reading.complain(shown, unreadable.line, "", unreadable.words)


def _manifest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, reading: Reading) -> None:
    """A ZIP that holds only what has changed would take everybody else out of the sections it names."""
    try:
        for line, cells in csv_lines(archive, entry):
            values = [cell.strip().lower() for cell in cells]
            if values[0].removeprefix("file.") in map(str.lower, FILES) and "delta" in values[1:2]:
                words = "This ZIP holds changes only (delta). Export OneRoster in bulk, with all records."
                reading.complain(f"{MANIFEST}.csv", line, cells[0].strip(), words)
    except LineUnreadable as unreadable:
        reading.complain(f"{MANIFEST}.csv", unreadable.line, "", unreadable.words)


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
        if not is_utf8([text]):
            reading.complain(file, line, column.header, "This is not UTF-8 text. Export the files as UTF-8.")
            continue
        try:
            values[column.name] = column.read(text)
        except ValueError as error:
            reading.complain(file, line, column.header, str(error))
    if reading.problem_count > before or values.get("status") == "tobedeleted":
        return
    if values["sourced_id"] in into:
        reading.complain(file, line, "sourcedId", "An earlier line has the same sourcedId. Take one out.")
        return
    into[values["sourced_id"]] = Record(line, values)

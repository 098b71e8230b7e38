"""The files in which ROP data comes in: their columns as data (`layouts/import.csv`), and reading them.

Pure, no Django. One ZIP holds CSV files with a header; every error is found, with its file, line and field.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from ods.archive import open_archive
from ods.reader import FileRefused
from ods.zipped_csv import LineUnreadable, Problems, csv_lines, is_utf8
from rop_export.import_values import reader_of

PATH = Path(__file__).parent / "layouts" / "import.csv"
MOST_BYTES = 2_000_000_000
"""Of all files of a ZIP together, unpacked."""
MOST_ROWS = 2_000_000
"""Of one file."""


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of a file: its type, whether it must be filled, is part of the key, and what it refers to.

    `refers` is `file` or `file:field field`, the fields of this row that must stand together in that file.
    """

    file: str
    column: str
    type: str
    required: bool
    key: bool
    refers: str
    meaning: str

    @property
    def target(self) -> tuple[str, tuple[str, ...]] | None:
        """The file referred to, and the columns of this row that make the reference."""
        if not self.refers:
            return None
        file, _, names = self.refers.partition(":")
        return file, (*names.split()[:-1], self.column) if names else (self.column,)


@cache
def import_files() -> dict[str, tuple[ImportColumn, ...]]:
    """File (without `.csv`) to its columns, in the order in which files are read."""
    found: dict[str, list[ImportColumn]] = {}
    with PATH.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            column = ImportColumn(
                file=row["file"],
                column=row["column"],
                type=row["type"],
                required=row["required"] == "Y",
                key=row["key"] == "Y",
                refers=row["refers"],
                meaning=row["meaning"],
            )
            found.setdefault(column.file, []).append(column)
    return {name: tuple(columns) for name, columns in found.items()}


NEEDED = ("schools", "courses", "sections", "section_enrollments")
"""Files a ZIP must have; one of the others that is missing counts as empty."""


def template() -> bytes:
    """A ZIP with every file's header, and a page that says what each column means."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("README.txt"), _explanation())
        for name, columns in import_files().items():
            archive.writestr(_entry(f"{name}.csv"), ",".join(column.column for column in columns) + "\r\n")
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=(2026, 7, 1, 0, 0, 0))  # the same bytes on any day


def _explanation() -> str:
    lines = [
        "Data of the ROP extract: CSV files in one ZIP, UTF-8, with these headers.",
        "The ZIP replaces all ROP data of the LEA; if anything is wrong in it, nothing is changed.",
        f"Needed are {', '.join(f'{name}.csv' for name in NEEDED)}; a file that is left out counts as empty.",
        "Dates CCYY-MM-DD or CCYYMMDD, times HH:MM, flags Y or N. * must be filled, (key) may not repeat together.",
        "",
    ]
    for name, columns in import_files().items():
        lines.append(f"{name}.csv")
        for column in columns:
            marks = ("*" if column.required else "") + (" (key)" if column.key else "")
            refers = f" [in {column.refers.partition(':')[0]}.csv]" if column.refers else ""
            lines.append(f"  {column.column}{marks}: {column.type}{refers} {column.meaning}".rstrip())
        lines.append("")
    return "\r\n".join(lines)


@dataclass
class Reading(Problems):
    """One reading of a ZIP: what was wrong, and how many records each file had."""

    counts: dict[str, int] = field(default_factory=dict)
    _keys: dict[tuple[str, tuple[str, ...]], set[tuple[str, ...]]] = field(default_factory=dict)


def read(source: BinaryIO, *, schools: frozenset[str]) -> tuple[Reading, Iterator[tuple[str, dict[str, Any]]]]:
    """The rows of a ZIP as (file, values by column), in the order in which files refer to each other.

    `schools` are the codes of the LEA's schools. The rows are read while they are taken; when the last is, `Reading`
    says everything that is wrong. A row with a problem is not given out.
    """
    reading = Reading()
    return reading, _rows(source, reading, schools)


def _rows(source: BinaryIO, reading: Reading, schools: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        archive = open_archive(source)
    except FileRefused as refused:
        reading.complain("", 0, "", f"{refused} Pack the CSV files into one ZIP and send that.")
        return
    with archive:
        entries = _entries(archive, reading)
        for name in import_files():
            reading.counts[name] = 0
            if name in entries:
                yield from _file(archive, entries[name], name, reading, schools)
            elif name in NEEDED:
                reading.complain(f"{name}.csv", 0, "", "This file is missing from the ZIP. The template has it.")
            if name == "schools" and name in entries and ("0",) not in reading._keys.get(("schools", ("school",)), ()):
                reading.complain("schools.csv", 0, "school", "The row of school 0, the district itself, is missing.")


def _entries(archive: zipfile.ZipFile, reading: Reading) -> dict[str, zipfile.ZipInfo]:
    """The files of the ZIP that are ours; folders in it do not matter."""
    found: dict[str, zipfile.ZipInfo] = {}
    if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
        reading.complain("", 0, "", "The files of this ZIP are larger than 2 GB together. Send fewer days.")
        return found
    for entry in archive.infolist():
        base = Path(entry.filename).name
        name = base.removesuffix(".csv").lower()
        if entry.is_dir() or not base.lower().endswith(".csv") or base.startswith("."):
            continue
        if name not in import_files():
            reading.complain(base, 0, "", "There is no file of this name. The template shows the names.")
        elif name in found:
            reading.complain(base, 0, "", "The ZIP has this file twice.")
        else:
            found[name] = entry
    return found


def _file(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, reading: Reading, schools: frozenset[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = import_files()[name]
    shown = f"{name}.csv"
    lines = csv_lines(archive, entry)
    try:
        _, first = next(lines, (1, []))
        header = [cell.strip().lower() for cell in first]
        if not _header_fits(header, columns, shown, reading):
            return
        check = _Checker(columns, header, shown, reading, schools)
        for line, cells in lines:
            reading.counts[name] += 1
            if reading.counts[name] > MOST_ROWS:
                reading.complain(shown, line, "", f"More than {MOST_ROWS:,} records. Send fewer days.")
                return
            if not is_utf8(cells):
                reading.complain(shown, line, "", "This line is not UTF-8 text. Save the file as CSV UTF-8.")
            elif len(cells) != len(header):
                reading.complain(
                    shown, line, "", f"{len(cells)} values instead of {len(header)}. Is a comma not in quotes?"
                )
            elif (values := check.row(line, cells)) is not None:
                yield name, values
    except LineUnreadable as unreadable:
        reading.complain(shown, unreadable.line, "", unreadable.words)


def _header_fits(header: list[str], columns: tuple[ImportColumn, ...], file: str, reading: Reading) -> bool:
    known = {column.column for column in columns}
    before = reading.problem_count
    for column in columns:
        if column.column not in header and (column.required or column.key):
            reading.complain(file, 1, column.column, "The header lacks this column. The template has it.")
    for name in header:
        if name not in known:
            reading.complain(file, 1, name[:40], "The header has a column that does not belong here. Take it out.")
        elif header.count(name) > 1:
            reading.complain(file, 1, name, "The header has this column twice.")
    return reading.problem_count == before


class _Checker:
    """Checks the rows of one file: each value by its type, the key, and what is referred to."""

    def __init__(
        self,
        columns: tuple[ImportColumn, ...],
        header: list[str],
        file: str,
        reading: Reading,
        schools: frozenset[str],
    ) -> None:
        self._file = file
        self._reading = reading
        self._columns = [(column, header.index(column.column)) for column in columns if column.column in header]
        self._readers = {column.column: reader_of(column.type, schools=schools) for column, _ in self._columns}
        self._key = tuple(column.column for column in columns if column.key)
        self._seen: set[int] = set()  # hashes, for memory: at two million rows two meet in one of ten million files
        self._targets = [(column, target) for column in columns if (target := column.target)]
        name = file.removesuffix(".csv")
        self._named = {
            target: reading._keys.setdefault(target, set())
            for other in import_files().values()
            for column in other
            if (found := column.target) and found[0] == name
            for target in [(name, _own_names(name, found[1]))]
        }
        self._row = _ROW_CHECKS.get(name)

    def row(self, line: int, cells: list[str]) -> dict[str, Any] | None:
        """The row's values by column; None if something is wrong with it."""
        before = self._reading.problem_count
        values: dict[str, Any] = {}
        for column, position in self._columns:
            text = cells[position].strip()
            if not text:
                if column.required:
                    self._complain(line, column.column, "This must be filled.")
                continue
            try:
                values[column.column] = self._readers[column.column](text)
            except ValueError as error:
                self._complain(line, column.column, str(error))
        if self._reading.problem_count > before:
            return None
        self._check_key(line, values)
        for column, (file, names) in self._targets:
            if column.column in values:
                key = tuple(str(values.get(name, "")) for name in names)
                if key not in self._reading._keys.get((file, _own_names(file, names)), ()):
                    self._complain(line, column.column, f"{file}.csv has no such {' and '.join(names)}.")
        if self._row and (found := self._row(values)):
            self._complain(line, *found)
        if self._reading.problem_count > before:
            return None
        for (_, names), keys in self._named.items():
            keys.add(tuple(str(values.get(name, "")) for name in names))
        return values

    def _check_key(self, line: int, values: dict[str, Any]) -> None:
        key = tuple(str(values.get(name, "")) for name in self._key)
        if hash(key) in self._seen:
            self._complain(line, self._key[-1], f"An earlier line has the same {', '.join(self._key)}. Take one out.")
        self._seen.add(hash(key))

    def _complain(self, line: int, column: str, words: str) -> None:
        self._reading.complain(self._file, line, column, words)


def _own_names(file: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a file that a reference names: as they are called there."""
    own = {"schools": ("school",), "courses": ("course",), "staff": ("staff",)}
    return own.get(file, names)


def _period_order(values: dict[str, Any]) -> tuple[str, str] | None:
    if values["ends"] <= values["starts"]:
        return "ends", "The period ends before it starts. Times are HH:MM of a 24-hour day."
    return None


def _span_order(values: dict[str, Any]) -> tuple[str, str] | None:
    if values.get("end") and values["end"] < values["start"]:
        return "end", "The last day is before the first."
    return None


def _something_entered(values: dict[str, Any]) -> tuple[str, str] | None:
    if "code" not in values and "minutes" not in values:
        return "code", "Give a code, or minutes, or both."
    return None


def _cds_of_school(values: dict[str, Any]) -> tuple[str, str] | None:
    if values["school"] != "0" and values["cds"][7:] != values["school"]:
        return "cds", "The last seven digits are not the school's code."
    return None


_ROW_CHECKS: dict[str, Callable[[dict[str, Any]], tuple[str, str] | None]] = {
    "schools": _cds_of_school,
    "calendars": _span_order,
    "bell_schedules": _period_order,
    "section_enrollments": _span_order,
    "period_attendance": _something_entered,
    "class_attendance": _something_entered,
}

"""CSV files that people send in one ZIP: their lines, and what is wrong with them by file, line and field.

Pure, no Django. `ods.archive.open_archive` opens the ZIP within its limits.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

KEPT = 200
"""Problems that are kept; all are counted."""


class Problem(NamedTuple):
    """Something wrong: where (file, line from 1 or 0 for the whole, field), and what to do. Holds no value."""

    file: str
    line: int
    field: str
    words: str


@dataclass
class Problems:
    """What was wrong with a ZIP: the first problems one by one, and how many there are."""

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def complain(self, file: str, line: int, column: str, words: str) -> None:
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(file, line, column, words))


class LineUnreadable(Exception):
    """A file cannot be read on: the line where, and why, for people."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line, self.words = line, words


def csv_lines(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file with their numbers, the header among them; blank ones are passed over.

    What is not UTF-8 is let through, for `is_utf8` to find it line by line: text is decoded in blocks, and an error
    there would not know its line.

    Raises:
        LineUnreadable: while the lines are taken.
    """
    line = 0
    try:
        with archive.open(entry) as packed:
            text = io.TextIOWrapper(packed, encoding="utf-8-sig", errors="surrogateescape", newline="")
            rows = csv.reader(text, strict=True)
            for cells in rows:
                line = rows.line_num
                if any(cells):
                    yield line, cells
    except csv.Error:
        raise LineUnreadable(line + 1, "This line cannot be read as CSV: a quotation mark is not closed.") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        raise LineUnreadable(line + 1, "This file of the ZIP is damaged. Make the ZIP again.") from None


def is_utf8(cells: Iterable[str]) -> bool:
    """Whether a line of `csv_lines` was UTF-8."""
    try:
        for cell in cells:
            if not cell.isascii():
                cell.encode()
    except UnicodeEncodeError:
        return False
    return True

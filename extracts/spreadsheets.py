"""The spreadsheet copy of an extract: the same rows as CSV with a header row, safe to open (issue: user pains E3, E4).

The caret file is the authentic one and is never changed; this is made from its bytes while it is sent. Spreadsheet
programs drop leading zeros, turn long digits into powers of ten and run what looks like a formula. So a value of
digits that would change is written `="0123"`, a constant the program shows as text; and a value that begins like a
formula gets an apostrophe in front. Reason and alternatives: docs/decisions/0070-spreadsheet-copy.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

_WOULD_CHANGE = re.compile(r"0[0-9]+|[0-9]{12,}|[0-9]+E[0-9]+", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t")
LINES_A_CHUNK = 2000
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheet programs read UTF-8 as the old Windows encoding, and accents break."""


class CsvCopy:
    """The CSV copy of a caret file under its field names, some thousand lines at a time; whoever sends it closes it."""

    def __init__(self, file: BinaryIO, names: Sequence[str]) -> None:
        self._lines = io.TextIOWrapper(file, encoding="utf-8", newline="\r\n")
        self._names = names

    def __iter__(self) -> Iterator[bytes]:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        out.write(BYTE_ORDER_MARK)
        writer.writerow(self._names)
        for number, line in enumerate(self._lines, start=1):
            writer.writerow([safe(value) for value in line.removesuffix("\r\n").split("^")])
            if number % LINES_A_CHUNK == 0:
                yield _taken(out)
        yield _taken(out)

    def close(self) -> None:
        self._lines.close()


def safe(value: str) -> str:
    """A value a spreadsheet program shows as it is."""
    if _WOULD_CHANGE.fullmatch(value):
        return f'="{value}"'
    return f"'{value}" if value.startswith(_FORMULA) else value


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data

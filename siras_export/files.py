"""Writing the demographics file: CSV, XLSX or XLS, header first, every cell text (spec siras, section 2).

Pure, no Django. Text keeps the leading zeros of codes; the formats' writers are well-kept libraries.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from typing import Any, Protocol

import xlsxwriter
import xlwt

MOST_OF_XLS = 65_535
"""Students a sheet of the old Excel format takes, beside the header."""
SHEET = "Demographics"
TOO_MANY_FOR_XLS = (
    f"XLS takes {MOST_OF_XLS:,} students and there are more. Choose XLSX or CSV in the profile, and tell SIRAS."
)
_BUFFER = 1 << 16


class Out(Protocol):
    def write(self, data: bytes, /) -> object: ...


class TooManyRows(Exception):
    """The format cannot hold so many students."""


class Sheet(Protocol):
    """A file being written: a row after the other, then `close`, which writes what is still kept, or `discard`."""

    def write(self, values: list[str]) -> None: ...
    def close(self) -> None: ...
    def discard(self) -> None: ...


class CsvSheet:
    """UTF-8, comma, RFC 4180, CR LF."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")

    def write(self, values: list[str]) -> None:
        self._writer.writerow(values)
        if self._text.tell() > _BUFFER:
            self._flush()

    def close(self) -> None:
        self._flush()

    def discard(self) -> None:
        self._text.close()

    def _flush(self) -> None:
        self._out.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


class XlsxSheet:
    """One sheet, rows written to a temporary file as they come; a zip cannot be streamed."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True})
        self._sheet = self._book.add_worksheet(SHEET)
        self._text = self._book.add_format({"num_format": "@"})
        self._rows = 0

    def write(self, values: list[str]) -> None:
        for column, value in enumerate(values):
            self._sheet.write_string(self._rows, column, value, self._text)
        self._rows += 1

    def close(self) -> None:
        self._book.close()
        self._file.seek(0)
        shutil.copyfileobj(self._file, _Writer(self._out), 1 << 20)
        self._file.close()

    def discard(self) -> None:
        self._book.close()
        self._file.close()


class XlsSheet:
    """One sheet of the old format; it is kept in memory, which its limit bounds.

    Raises:
        TooManyRows: at the first row that does not fit.
    """

    def __init__(self, out: Out) -> None:
        self._out = out
        self._book: Any = xlwt.Workbook(encoding="utf-8")
        self._sheet = self._book.add_sheet(SHEET)
        self._text = xlwt.easyxf(num_format_str="@")
        self._rows = 0

    def write(self, values: list[str]) -> None:
        if self._rows > MOST_OF_XLS:
            raise TooManyRows(TOO_MANY_FOR_XLS)
        for column, value in enumerate(values):
            self._sheet.write(self._rows, column, value, self._text)
        self._rows += 1
        if self._rows % 1000 == 0:
            self._sheet.flush_row_data()

    def close(self) -> None:
        self._book.save(_Writer(self._out))
        self.discard()

    def discard(self) -> None:
        if self._sheet.row_tempfile is not None:
            self._sheet.row_tempfile.close()


class _Writer:
    """As much of a file as the libraries ask for."""

    def __init__(self, out: Out) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.write(data)
        return len(data)

    def flush(self) -> None:
        return None


def open_sheet(file_type: str, out: Out) -> Sheet:
    """The writer of a file type, `csv`, `xlsx` or `xls`."""
    kinds: dict[str, type[CsvSheet | XlsxSheet | XlsSheet]] = {"csv": CsvSheet, "xlsx": XlsxSheet, "xls": XlsSheet}
    return kinds[file_type](out)

"""Reading a demographics file row by row: CSV, XLSX (first sheet) or XLS (spec siras, section 2). Pure, no Django."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, BinaryIO

import xlrd

from siras_export.receiving.headers import FileRefused

Cell = str | int | float
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DAMAGED = "The file is damaged or cut off."


def read_rows(source: BinaryIO) -> Iterator[list[Cell]]:
    """The rows, the header too. What kind of file it is its first bytes tell, whatever its name. Dates become YYYYMMDD.

    Raises:
        FileRefused: it cannot be read.
    """
    start = source.read(4)
    source.seek(0)
    if not start:
        raise FileRefused("The file is empty.")
    return _xlsx(source) if start == _ZIP else _xls(source) if start == _OLE else _csv(source)


def _csv(source: BinaryIO) -> Iterator[list[Cell]]:
    text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    try:
        for row in csv.reader(text, strict=True):
            if any(row):
                yield [*row]
    except (csv.Error, UnicodeDecodeError):
        raise FileRefused("The file is not readable as comma separated UTF-8 text.") from None
    finally:
        with suppress(ValueError):  # the source may be closed already
            text.detach()


def _xlsx(source: BinaryIO) -> Iterator[list[Cell]]:
    # Only here, as few processes read workbooks: with all it imports it takes 21 MB.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles openpyxl does not know
            book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()
                for row in sheet.iter_rows(values_only=True):
                    if any(value not in (None, "") for value in row):
                        yield [_cell(value) for value in row]
            finally:
                book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        SyntaxError,
        TypeError,
    ):
        raise FileRefused(DAMAGED) from None  # openpyxl raises whatever its parsing meets


def _xls(source: BinaryIO) -> Iterator[list[Cell]]:
    try:
        book = xlrd.open_workbook(file_contents=source.read(), logfile=io.StringIO())
        sheet = book.sheet_by_index(0)
    except (xlrd.XLRDError, IndexError, ValueError, AssertionError, EOFError):
        raise FileRefused(DAMAGED) from None
    for number in range(sheet.nrows):
        row = sheet.row(number)
        if any(cell.value != "" for cell in row):
            yield [
                _cell(xlrd.xldate_as_datetime(cell.value, book.datemode))
                if cell.ctype == xlrd.XL_CELL_DATE
                else _cell(cell.value)
                for cell in row
            ]


def _cell(value: Any) -> Cell:
    if isinstance(value, (datetime, date)):
        return f"{value:%Y%m%d}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value or "")


def text_of(cell: Cell, kind: str) -> str:
    """A cell as text. A number in a field of ten (SSID) or seven (code) digits gets back the zeros Excel took."""
    if isinstance(cell, str):
        return cell.strip()
    digits = {"ssid": 10, "code7": 7, "grade": 2}.get(kind, 0)
    return str(cell).zfill(digits) if isinstance(cell, int) and cell >= 0 else str(cell)

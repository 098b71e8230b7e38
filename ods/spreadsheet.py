"""XLSX workbooks as records: the first sheet, with or without a header row, one record a row.

Pure, no Django, and streaming: rows are read as they come, formulas are not computed. Values come as the cells show
them: whole numbers without a decimal point, dates as CCYYMMDD. Spreadsheets drop leading zeros of numbers, so a number
in a field of codes gets them back: to ten digits in SSID and SEID, to the field's length in codes of organisations, and
in code sets where only so it is a code (docs/decisions/0086).
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ods import rules
from ods.archive import MOST_SPREADSHEET, open_archive
from ods.codesets import code_set
from ods.layout import RECORD_TYPES, Field, layout
from ods.reader import FileRefused, Record, unwritable
from ods.rules import Finding, finding

DAMAGED = "The workbook is damaged or cut off and cannot be read. Save it again as XLSX."
_LONGEST_CELL = 32_767  # the most Excel itself lets stand in a cell
_MOST_STRINGS = 16 << 20
_MOST_OF_OTHERS = 4 << 20  # styles, themes and the like are parsed whole
_LONGEST_ROW = 1 << 20  # bytes of XML; a row, or a shared text, is parsed whole
_SHEET_COLUMNS = 300
_CHUNK = 1 << 16
_ROW = re.compile(rb"</?(?:\w+:)?(?:row|si)[\s>/]")


@dataclass(slots=True)
class Sheet:
    """What a workbook's first sheet is. `order` maps the layout's fields to columns where a header names them."""

    record_type: str
    has_header: bool
    order: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def inspect_spreadsheet(source: BinaryIO, *, expected: str) -> Sheet:
    """Find out what a workbook holds. `expected` is the type to take a header's names from.

    Raises:
        FileRefused: it is too large, damaged, empty, or its first row is neither a record nor a header.
    """
    with open_archive(source) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_SPREADSHEET:
            raise FileRefused(
                f"The workbook unpacks to more than {MOST_SPREADSHEET >> 20} MB (some 100,000 records). "
                "Export caret (^) or comma separated text instead."
            )
        for part in parts:
            _check_part(archive, part)
        sheets = [part.filename for part in parts if part.filename.startswith("xl/worksheets/sheet")]
    for _, cells in _rows(source):
        texts = ["" if value is None else str(value).strip() for value in cells]
        if not any(texts):
            continue
        found = _of_first_row(texts, expected)
        if len(sheets) > 1:
            found.notices.append("The workbook has several sheets; the first was read.")
        return found
    raise FileRefused("The workbook's first sheet is empty. Nothing was read.")


def spreadsheet_records(source: BinaryIO, sheet: Sheet) -> Iterator[Record | Finding]:
    """Each row's values as a file would have them, or what is wrong with the row. Rows are counted as Excel does."""
    fields = layout(sheet.record_type).fields
    first = True
    for number, cells in _rows(source):
        if all(value is None or value == "" for value in cells):
            continue
        if first and sheet.has_header:
            first = False
            continue
        first = False
        if sheet.order:
            values = [cells[column] if column < len(cells) else None for column in sheet.order]
            if any(value not in (None, "") for value in cells[max(sheet.order) + 1 :]):
                yield _count(number, len(cells), len(fields))
                continue
        else:
            values = list(cells)
            while len(values) > len(fields) and values[-1] in (None, ""):
                values.pop()
            values += [None] * (len(fields) - len(values))
        if len(values) != len(fields):
            yield _count(number, len(values), len(fields))
            continue
        yield _record(number, values, fields)


def _check_part(archive: ZipFile, part: ZipInfo) -> None:
    """Refuse what would grow in memory: parts that are parsed whole, rows without an end, entities.

    Raises:
        FileRefused: so is this part.
    """
    rows = part.filename.startswith("xl/worksheets/") or part.filename.endswith("sharedStrings.xml")
    most = MOST_SPREADSHEET if rows else _MOST_OF_OTHERS
    if part.filename.endswith("sharedStrings.xml"):
        most = _MOST_STRINGS
    if part.file_size > most:
        raise FileRefused("The workbook holds too much text. Export caret (^) or comma separated text instead.")
    since, tail = 0, b""
    try:
        with archive.open(part) as reading:
            while chunk := reading.read(_CHUNK):
                chunk = tail + chunk
                if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                    raise FileRefused("The workbook is no ordinary one (it defines entities). Save it again as XLSX.")
                ends = [found.end() for found in _ROW.finditer(chunk)]
                since = len(chunk) - ends[-1] if ends else since + len(chunk) - len(tail)
                if rows and since > _LONGEST_ROW:
                    raise FileRefused("A row of the workbook is longer than any record. Check the file.")
                tail = chunk[-16:] if not ends or ends[-1] <= len(chunk) - 16 else b""
    except (BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise FileRefused(DAMAGED) from None


def _count(number: int, found: int, expected: int) -> Finding:
    return finding(rules.FIELD_COUNT, number, found=found, expected=expected, hint="")


def _record(number: int, values: list[Any], fields: tuple[Field, ...]) -> Record | Finding:
    texts = []
    for position, (value, field_) in enumerate(zip(values, fields, strict=True), start=1):
        if isinstance(value, _Formula):
            return finding(rules.FORMULA, number, position=position)
        text = _text(value, field_)
        if what := unwritable(text):
            return finding(rules.CONTROL_CHARACTER, number, what=what, position=position)
        if "^" in text:
            return finding(rules.CARET_IN_VALUE, number, position=position)
        texts.append(text)
    if texts[0] != fields[0].note.rpartition(" ")[2] and texts[0] not in RECORD_TYPES:
        return finding(rules.OTHER_RECORD_TYPE, number, expected=fields[0].note.rpartition(" ")[2])
    return number, texts


class _Formula:
    """Stands for a cell with a formula."""


def _text(value: Any, field_: Field) -> str:
    """A cell's value as a file would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, (datetime, date)):
        return f"{value:%Y%m%d}"
    if isinstance(value, (int, float)):
        whole = int(value) if float(value).is_integer() else None
        text = str(whole) if whole is not None else repr(value)
        return _with_zeros(text, field_) if whole is not None and whole >= 0 else text
    return str(value)[: _LONGEST_CELL + 1]


def _with_zeros(text: str, field_: Field) -> str:
    if field_.field in ("ssid", "seid"):
        return text.zfill(10)
    if not field_.code_set:
        return text
    known = code_set(field_.code_set)
    if known.kind == "directory":
        return text.zfill(field_.max_length)
    if known.kind == "codes" and text not in known.codes:
        for length in range(len(text) + 1, field_.max_length + 1):
            if text.zfill(length) in known.codes:
                return text.zfill(length)
    return text


def _rows(source: BinaryIO) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet with their numbers; a formula as `_Formula`."""
    # Only here, as few processes read workbooks: with all it imports it takes 21 MB.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    source.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions openpyxl does not know
            book = load_workbook(source, read_only=True, data_only=False, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # what the file says of its size may be wrong
                for number, row in enumerate(sheet.iter_rows(max_col=_SHEET_COLUMNS), start=1):
                    yield number, [_Formula() if cell.data_type == "f" else cell.value for cell in row]
            finally:
                with suppress(Exception):
                    book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, EOFError, SyntaxError, TypeError):
        # openpyxl raises whatever its parsing meets; the words of it are of no use to a person.
        raise FileRefused(DAMAGED) from None


def _of_first_row(texts: list[str], expected: str) -> Sheet:
    code = texts[0].upper()
    if code in RECORD_TYPES:
        return Sheet(code, has_header=False)
    if code.endswith(("-R", "-E")) and code[:4] in RECORD_TYPES:
        raise FileRefused(
            f"The workbook holds an extract ({code}). Take {code[4:]} off the record type and remove the added columns."
        )
    if texts[0].startswith("Submitted_SENR_"):
        raise FileRefused(
            "This is an SSID Match Results file; it holds no records to submit. Enter the SSIDs you accept in the SIS, "
            "or take the SENR file of the decided students from the SSID Matching Tool."
        )
    names = {
        _squeezed(name): field_.position - 1
        for field_ in layout(expected).fields
        for name in (field_.name, field_.field)
        if name
    }
    names |= {"recordtype": 0, "recordtypecode": 0, "transactiontype": 1}
    known = [names.get(_squeezed(text)) for text in texts]
    if sum(place is not None for place in known) < 3:
        raise FileRefused(
            "The first row is neither a record (its first cell is no record type such as SENR) nor a header with the "
            f"field names of {expected}. Check the file type chosen, and the first sheet of the workbook."
        )
    unknown = [text for text, place in zip(texts, known, strict=True) if place is None and text]
    missing = [f"{each.number} {each.name}" for each in layout(expected).fields if each.position - 1 not in known]
    if unknown or missing:
        what = f"no field of {expected}: {', '.join(unknown[:5])}" if unknown else f"missing: {', '.join(missing[:5])}"
        raise FileRefused(f"The header row does not fit {expected}; {what}. Use the names of the record layout page.")
    return Sheet(expected, has_header=True, order=[known.index(place) for place in range(len(layout(expected).fields))])


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())

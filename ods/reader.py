"""Reading CALPADS input files: caret or comma separated, one record a line, one record type a file, no header.

Pure, no Django, and streaming: a file is read twice (`inspect`, then `records`), never held. What makes a file no input
file at all raises `FileRefused`; what is wrong with one line is a `Problem` and the rest is read on.
(spec ods-extracts 6.1; File Upload page)
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from ods import rules
from ods.layout import RECORD_TYPES, layouts
from ods.rules import Finding, finding

Record = tuple[int, list[str]]
"""Line number from 1, and the line's values as they stand in the file."""

_CHUNK = 1 << 16
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Control characters but the tab, and the two line separators of Unicode that other programs would break a line at.
_UNWRITABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_FIRST_CODE = re.compile(r'"?([A-Z]{4})"?([\^,])')
_EXTRACT_CODE = re.compile(r'"?([A-Z]{4})-([RE])"?[\^,]')
_MATCH_CATEGORIES = {"No Match", "Single Match", "Multiple Match"}
_MATCH_CATEGORY = 9  # column 10 of the SSID Match Results layout (spec ssid-matching 6.2)


class FileRefused(Exception):
    """The file cannot be read as an input file. The message tells a user why and what to do."""


@dataclass(slots=True)
class Inspection:
    """What a file is. `notices` are things a user should know that are no errors."""

    record_type: str
    delimiter: Literal["^", ","]
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"]
    sha256: str
    size: int
    notices: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Scan:
    """One pass over the bytes: hash, encoding, line ends."""

    size: int = 0
    lines: int = 0
    crlf: int = 0
    last: bytes = b""
    bad_utf8: int = 0
    bad_cp1252: int = 0


def inspect(source: BinaryIO) -> Inspection:
    """Find out what a file is: record type, delimiter, encoding, hash. `source` is seekable and left at its start.

    Raises:
        FileRefused: empty, UTF-16, a spreadsheet, a header line, an extract, an unknown record type, text that is
            neither UTF-8 nor Windows-1252, or a line longer than any record.
    """
    head = source.read(_CHUNK)
    _refuse_other_formats(head)
    source.seek(0)
    digest = hashlib.sha256()
    scan = _scan(source, digest)
    source.seek(0)
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"]
    encoding = "cp1252" if scan.bad_utf8 else "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    if scan.bad_utf8 and scan.bad_cp1252:
        raise FileRefused(
            f"Line {scan.bad_utf8} is not UTF-8 text and line {scan.bad_cp1252} is not Windows-1252 text either. "
            "Export the file again as UTF-8 text."
        )
    record_type, delimiter = _recognise(head, encoding)
    return Inspection(record_type, delimiter, encoding, digest.hexdigest(), scan.size, _notices(scan, encoding))


def _forget(line: int, text: str) -> None:
    pass


def records(
    source: BinaryIO, inspection: Inspection, unreadable: Callable[[int, str], None] = _forget
) -> Iterator[Record | Finding]:
    """Each line's values, or what is wrong with the line. Empty lines are passed over; lines are counted from 1.

    A quotation mark means something in comma separated files only. `source` is the file `inspect` saw. `unreadable`
    is told the text of each line that is no record, before its finding comes.
    """
    expected = len(layouts()[inspection.record_type].fields)
    code, delimiter, is_csv = inspection.record_type, inspection.delimiter, inspection.delimiter == ","
    text_lines = io.TextIOWrapper(source, encoding=inspection.encoding, newline="\n")
    try:
        for number, terminated in enumerate(text_lines, 1):
            text = terminated.removesuffix("\n").removesuffix("\r")
            if not text:
                continue
            if not text.isprintable() and _UNWRITABLE.search(text):
                unreadable(number, text)
                yield _control_character(number, text, delimiter)
                continue
            if is_csv and ('"' in text or "^" in text):
                parsed = _csv_values(number, text)
                if isinstance(parsed, Finding):
                    unreadable(number, text)
                    yield parsed
                    continue
                values = parsed
            else:
                values = text.split(delimiter)
            if values[0] != code:
                unreadable(number, text)
                yield finding(rules.OTHER_RECORD_TYPE, number, expected=code)
            elif len(values) != expected:
                unreadable(number, text)
                yield _field_count(number, len(values), expected, cut=not terminated.endswith("\n"))
            else:
                yield number, values
    finally:
        text_lines.detach()
        source.seek(0)


def record_type_of(head: bytes) -> str:
    """The record type of a text file, by its beginning.

    Raises:
        FileRefused: it is none (a spreadsheet, a header line, an extract ...).
    """
    _refuse_other_formats(head)
    return _recognise(head, "utf-8")[0]


def _refuse_other_formats(head: bytes) -> None:
    if not head:
        raise FileRefused("The file is empty (0 bytes). Nothing was read. Check the export.")
    if head.startswith(_UTF16_BOMS) or b"\0" in head[:2]:
        raise FileRefused("The file is UTF-16 text. Save it as UTF-8 text and load it again.")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileRefused("The file is a spreadsheet or an archive. Save it as caret (^) or comma separated text.")
    if not head.removeprefix(codecs.BOM_UTF8).strip(b"\r\n"):
        raise FileRefused("The file has no records, only empty lines. Check the export.")


def _scan(source: BinaryIO, digest: hashlib._Hash) -> _Scan:
    scan, decoder = _Scan(), codecs.getincrementaldecoder("utf-8")()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        newlines = chunk.count(b"\n")
        if not newlines and len(chunk) == _CHUNK:
            raise FileRefused(
                f"Line {scan.lines + 1} is longer than {_CHUNK:,} bytes; no record is. The line ends may be missing."
            )
        if not scan.bad_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # A sequence begun in the chunk before holds no line end, so counting in this one is enough.
                scan.bad_utf8 = scan.lines + 1 + bytes(error.object[: error.start]).count(b"\n")
        if not scan.bad_cp1252 and (bad := _NOT_CP1252.search(chunk)):
            scan.bad_cp1252 = scan.lines + 1 + chunk.count(b"\n", 0, bad.start())
        scan.crlf += chunk.count(b"\r\n") + (scan.last == b"\r" and chunk.startswith(b"\n"))
        scan.lines += newlines
        scan.size += len(chunk)
        scan.last = chunk[-1:]
    if not scan.bad_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            scan.bad_utf8 = scan.lines + 1
    return scan


def _notices(scan: _Scan, encoding: str) -> list[str]:
    notices = []
    if encoding == "cp1252":
        notices.append(
            f"Line {scan.bad_utf8} is not UTF-8, so the whole file was read as Windows-1252. Look at accented letters."
        )
    if scan.crlf not in (0, scan.lines):
        notices.append(f"{scan.crlf:,} lines end in CR LF and {scan.lines - scan.crlf:,} in LF alone; both were read.")
    if scan.last != b"\n":
        notices.append("The last line has no line end. Make sure the file is complete.")
    return notices


def _recognise(head: bytes, encoding: str) -> tuple[str, Literal["^", ","]]:
    """Record type and delimiter, from the first line that is not empty."""
    first = head.decode(encoding, errors="replace").lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    code = _FIRST_CODE.match(first)
    if code and code[1] in RECORD_TYPES:
        return code[1], "^" if code[2] == "^" else ","
    if extract := _EXTRACT_CODE.match(first):
        if extract[2] == "E":
            raise FileRefused(
                "This is a Rejected Records file. Correct the records in the SIS and load a new export of them."
            )
        raise FileRefused(
            f"This is an extract ({extract[1]}-R). To load it, take -R off the record type and remove the last two "
            "fields (Upload Date and Last Updated) of every line."
        )
    cells = [cell.strip(' "') for cell in re.split(r"[\^,\t]", first)]
    if cells[0].startswith("Submitted_SENR_") or _MATCH_CATEGORIES.intersection(cells[_MATCH_CATEGORY:][:1]):
        raise FileRefused(
            "This is an SSID Match Results file; it holds no records to load. Enter the SSIDs you accept in the SIS, "
            "export an SENR file there, and load that; or load the SENR file of the decided students, which the SSID "
            "Matching Tool makes."
        )
    if _is_header(cells):
        raise FileRefused("The first line is a header. CALPADS files have none: remove line 1 and load the file again.")
    if code:
        raise FileRefused(f"{code[1]} is not a record type known here. Known: {', '.join(RECORD_TYPES)}.")
    raise FileRefused(
        "The first line does not begin with a record type code (such as SENR) followed by a caret (^) or a comma. "
        "Check that this is a CALPADS file and that field 1 is filled."
    )


def _is_header(cells: list[str]) -> bool:
    names = {_squeezed(field.name) for layout in layouts().values() for field in layout.fields}
    names |= {"recordtype", "recordtypecode"}
    return _squeezed(cells[0]) in names or sum(_squeezed(cell) in names for cell in cells) >= 3


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _csv_values(number: int, text: str) -> list[str] | Finding:
    try:
        (values,) = csv.reader([text], strict=True)
    except csv.Error:
        return finding(rules.BAD_QUOTING, number)
    for position, value in enumerate(values, 1):
        if "^" in value:
            return finding(rules.CARET_IN_VALUE, number, position=position)
    return values


def unwritable(text: str) -> str:
    """What a text holds that no file can, in words; '' if nothing."""
    found = _UNWRITABLE.search(text)
    return {"\0": "NUL", "\r": "a carriage return"}.get(found[0], f"U+{ord(found[0]):04X}") if found else ""


def _control_character(number: int, text: str, delimiter: str) -> Finding:
    found = _UNWRITABLE.search(text)
    assert found is not None  # the caller saw it
    what = unwritable(text)
    return finding(rules.CONTROL_CHARACTER, number, what=what, position=text.count(delimiter, 0, found.start()) + 1)


def _field_count(number: int, found: int, expected: int, *, cut: bool) -> Finding:
    hint = ""
    if found == expected + 2:
        hint = " Two fields too many: an extract's last two (Upload Date and Last Updated) must be removed."
    elif cut and found < expected:
        hint = " The file ends inside this line: it may have been cut off."
    return finding(rules.FIELD_COUNT, number, found=found, expected=expected, hint=hint)

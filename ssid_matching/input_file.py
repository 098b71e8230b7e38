"""The file that is sent in: an SENR file without SSIDs, read and checked whole, every error at once.

Pure, no Django (spec ssid-matching 4, 5 and 10, "File"). The extension decides the container. It is a check of size
and shape of what is matched by, not of the rules of File Submission.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ods.archive import is_spreadsheet
from ods.codesets import code_set
from ods.layout import Field, layout
from ods.reader import FileRefused, unwritable
from ods.rules import Finding
from ods.spreadsheet import inspect_spreadsheet, spreadsheet_records

CONTAINERS = {".txt": "^", ".csv": ",", ".xlsx": ""}
TOLD = 1_000
"""Errors that are told one by one; the others are counted."""
PSEUDO_SCHOOLS = frozenset({"0000001", "0000002"})
_LONGEST_VALUE_TOLD = 60

Values = list[str]


@dataclass(frozen=True, slots=True)
class FileError:
    """What is wrong, where and why; `line` 0 and no field for the file as a whole. `value` is as the file has it."""

    line: int
    number: str
    name: str
    value: str
    reason: str


@dataclass(slots=True)
class Input:
    """What a file holds: its records with their lines, or why it is refused; never both."""

    records: list[tuple[int, Values]] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    error_count: int = 0

    def refuse(self, error: FileError) -> None:
        self.error_count += 1
        if len(self.errors) < TOLD:
            self.errors.append(error)


@dataclass(frozen=True, slots=True)
class Place:
    """From where a file is sent: the LEA's code, its schools, and which of them the sender's role reaches."""

    lea: str
    schools: frozenset[str]
    reached: frozenset[str] | None = None
    """None: all of them."""


def read(content: bytes, *, name: str, place: Place, today: date, most_records: int) -> Input:
    """Read and check a file. `today` is the Pacific day no birth date may be after."""
    found = Input()
    if not content:
        found.refuse(_of_file("The file is empty (0 bytes). Check the export."))
        return found
    extension = name[name.rfind(".") :].lower() if "." in name else ""
    if extension not in CONTAINERS:
        found.refuse(
            _of_file(f"{extension or 'A name without extension'} is not accepted. Send .txt (carets), .csv or .xlsx.")
        )
        return found
    checks = _checks(place, today)
    try:
        rows = _sheet(content) if extension == ".xlsx" else _text(content, CONTAINERS[extension])
        for count, (line, row) in enumerate(rows, start=1):
            if count > most_records:
                found.refuse(_of_file(f"The file has more than {most_records:,} records. Split it by school."))
                break
            if isinstance(row, FileError):
                found.refuse(row)
            else:
                _check(line, row, checks, found)
    except FileRefused as refused:
        found.refuse(_of_file(str(refused)))
    if not found.records and not found.errors:
        found.refuse(_of_file("The file has no records."))
    if found.error_count:
        found.records = []
    return found


def _of_file(reason: str) -> FileError:
    return FileError(0, "", "file", "", reason)


def _text(content: bytes, delimiter: str) -> Iterator[tuple[int, Values | FileError]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Line {wrong} is not UTF-8 text. Export the file again as UTF-8.") from None
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    expected = len(layout("SENR").fields)
    for number, terminated in enumerate(lines, start=1):
        line = terminated.removesuffix("\r")
        if what := unwritable(line):
            yield number, FileError(number, "", "record", "", f"The line holds {what}. Remove it.")
            continue
        if delimiter == "," and '"' in line:
            try:
                (values,) = csv.reader([line], strict=True)
            except csv.Error:
                yield number, FileError(number, "", "record", "", "A quotation mark is not closed or stands inside.")
                continue
        else:
            values = line.split(delimiter)
        if len(values) != expected:
            reason = f"The record has {len(values)} fields instead of {expected}."
            if number == 1 and "SSID" in line.upper() and "SENR" not in line:
                reason += " It looks like a header row: only an Excel workbook may have one."
            if number == 1 and values[0].startswith("Submitted_SENR_"):
                reason = "This is an SSID Match Results file. Send the SENR file it was made from, or a new one."
            yield number, FileError(number, "", "record", "", reason)
        else:
            yield number, values


def _sheet(content: bytes) -> Iterator[tuple[int, Values | FileError]]:
    source = io.BytesIO(content)
    if not is_spreadsheet(source):
        raise FileRefused("The file is no Excel workbook, though its name ends in .xlsx. Save it again as XLSX.")
    sheet = inspect_spreadsheet(source, expected="SENR")
    if sheet.record_type != "SENR":
        raise FileRefused(f"The workbook holds {sheet.record_type} records. Only SENR records can be matched.")
    for record in spreadsheet_records(source, sheet):
        if isinstance(record, Finding):
            yield (
                record.line,
                FileError(record.line, record.field_number, record.field_name or "record", "", record.words),
            )
        else:
            yield record


Check = tuple[int, Field, Callable[[str], str]]
"""Position in the record, the field, and what says why a value is wrong: '' if it is right."""


def _checks(place: Place, today: date) -> list[Check]:
    fields = {each.field or each.number: each for each in layout("SENR").fields}
    countries = code_set("country").codes.keys()

    def required(then: Callable[[str], str]) -> Callable[[str], str]:
        return lambda value: then(value) if value.strip() else "It is blank. It is required for matching."

    def code(what: str, known: Callable[[str], bool], otherwise: str) -> Callable[[str], str]:
        def say(value: str) -> str:
            if len(value) != 7 or not (value.isascii() and value.isdigit()):
                return f"{what} is not 7 digits."
            return "" if known(value) else otherwise

        return required(say)

    def school(value: str) -> str:
        if value not in place.schools and value not in PSEUDO_SCHOOLS:
            return f"There is no such school in LEA {place.lea}."
        if place.reached is not None and value not in place.reached:
            return "Your role does not reach this school. Send only records of your own school."
        return ""

    def at_most(length: int) -> Callable[[str], str]:
        return lambda value: "" if len(value) <= length else f"It has {len(value)} characters; at most {length}."

    def born(value: str) -> str:
        try:
            day = date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            day = None
        if day is None or len(value) != 8 or not (value.isascii() and value.isdigit()):
            return "It is no date in the form CCYYMMDD."
        return "" if day <= today else "It lies in the future."

    given: dict[str, Callable[[str], str]] = {
        "1.01": lambda value: "" if value == "SENR" else "The record type is not SENR.",
        "1.02": lambda value: (
            "" if value.strip() in ("", "A") else "Only records that add can be matched: leave it blank, or A."
        ),
        "reporting_lea": code("It", lambda value: value == place.lea, f"It is not your LEA, {place.lea}."),
        "school_of_attendance": required(
            lambda value: (
                school(value) if len(value) == 7 and value.isascii() and value.isdigit() else "It is not 7 digits."
            )
        ),
        "ssid": lambda value: (
            "" if not value.strip() else "It must be blank: the tool is for students whose SSID is not known."
        ),
        "local_student_id": at_most(15),
        "legal_first_name": required(at_most(30)),
        "legal_middle_name": at_most(30),
        "legal_last_name": required(at_most(50)),
        "alias_first_name": at_most(30),
        "alias_middle_name": at_most(30),
        "alias_last_name": at_most(50),
        "birth_date": required(born),
        "gender_code": required(lambda value: "" if value in ("M", "F", "X") else "It is not M, F or X."),
        "birth_country_code": required(
            lambda value: "" if value in countries else "It is no code of the country list (two letters, or UU)."
        ),
        "birth_state_province_code": at_most(6),
    }
    return [(fields[name].position - 1, fields[name], say) for name, say in given.items()]


def _check(line: int, values: Values, checks: list[Check], found: Input) -> None:
    wrong = False
    for position, field_, say in checks:
        value = values[position]
        reason = say(value)
        if reason:
            wrong = True
            found.refuse(FileError(line, field_.number, field_.name, value[:_LONGEST_VALUE_TOLD], reason))
    for position, value in enumerate(values):
        if "^" in value:
            wrong = True
            field_ = layout("SENR").fields[position]
            found.refuse(
                FileError(line, field_.number, field_.name, value[:_LONGEST_VALUE_TOLD], "It holds a caret (^).")
            )
    if not wrong and not found.error_count:
        found.records.append((line, values))

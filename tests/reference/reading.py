"""Files into records, one at a time, and what is wrong with each (ods-extracts 10.2.6)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from ods.codesets import code_set
from ods.layout import Field, Layout, layout

PSEUDO_SCHOOLS = ("0000001", "0000002")
# A record's own place: an unknown one is refused (10.2.6). Other organisations it names are not looked up.
OWN_SCHOOL = ("school_of_attendance", "school_of_assignment", "school_of_course_delivery")


@dataclass
class Directory:
    """Which LEAs there are, and which schools each has."""

    schools: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Directory:
        known = cls()
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for row in rows:
            if row["kind"] == "LEA":
                known.schools.setdefault(row["code"], set())
        for row in rows:
            if row["kind"] == "SCHOOL":
                known.schools[row["parent"]].add(row["code"])
        return known

    def has_school(self, code: str) -> bool:
        return code in PSEUDO_SCHOOLS or any(code in schools for schools in self.schools.values())


@dataclass
class Line:
    """One line of a file: its number, transaction type, values in canonical text by field name, and what is wrong.

    `errors` holds (rule, field number) pairs; a rule of '*' is one the spec does not name.
    """

    number: int
    transaction: str
    values: dict[str, str]
    errors: list[tuple[str, str]]


def read(data: bytes, *, directory: Directory, historical: bool = False) -> tuple[Layout, list[Line]]:
    """A file's record type and lines. Raises ValueError when the bytes make no lines at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    if text[4:5] == "^":
        rows = [line.removesuffix("\r").split("^") for line in text.removesuffix("\n").split("\n")]
    else:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    kind = layout(rows[0][0])
    return kind, [
        _line(number, row, kind, directory=directory, historical=historical) for number, row in enumerate(rows, start=1)
    ]


def _line(number: int, row: list[str], kind: Layout, *, directory: Directory, historical: bool) -> Line:
    if len(row) != len(kind.fields) or row[0] != kind.record_type:
        return Line(number, "", {}, [("*", "")])
    values: dict[str, str] = {}
    errors: list[tuple[str, str]] = []
    for each, raw in zip(kind.fields, row, strict=True):
        rule, value = _value(each, raw, kind, directory=directory, historical=historical)
        if rule:
            errors.append((rule, each.number))
        if each.field:
            values[each.field] = value
    if row[1] == "D" and kind.processing == "replacement":
        errors.append(("GERR0008", kind.fields[1].number))
    return Line(number, row[1], values, errors)


def _value(each: Field, raw: str, kind: Layout, *, directory: Directory, historical: bool) -> tuple[str, str]:
    """(rule broken or '', canonical text)."""
    rule, value = "", raw
    if each.position == 2:
        rule = "" if raw in ("", "A", "R", "D") else "GERR0008"
    elif raw == "":
        required = each.required == "Y" and not (historical and each.field == "academic_year_id")
        if kind.record_type == "SENR" and each.field == "ssid":
            rule = "*"
        elif required:
            rule = "GERR0001"
    elif len(raw) > each.max_length:
        rule = "FRMT0001"
    elif "^" in raw or "\r" in raw or "\n" in raw:
        rule = "*"
    elif each.type == "date":
        rule = "" if _is_date(raw) else "FRMT0002"
    elif each.type == "numeric":
        rule, value = _number(raw, each.decimals or 0)
    elif each.type == "yn":
        rule = "" if raw in ("Y", "N") else "GERR0002"
    elif each.code_set:
        rule = _code(each, raw, kind, directory)
    return rule, value


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{8}", text):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _number(text: str, decimals: int) -> tuple[str, str]:
    if not re.fullmatch(r"-?[0-9]*\.?[0-9]*", text) or not re.search(r"[0-9]", text):
        return "FRMT0004", text
    number = Decimal(text)
    exactly = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN)
    return ("*", text) if exactly != number else ("", f"{exactly:.{decimals}f}")


def _code(each: Field, raw: str, kind: Layout, directory: Directory) -> str:
    if each.field == "reporting_lea":
        return "" if raw in directory.schools else "*"
    if each.field in OWN_SCHOOL:
        office = kind.record_type == "SASS" and raw in directory.schools
        return "" if office or directory.has_school(raw) else "*"
    known = code_set(each.code_set)
    if known.kind == "format":
        years = re.fullmatch(r"([0-9]{4})-([0-9]{4})", raw)
        return "" if years and int(years[2]) == int(years[1]) + 1 else "*"
    return "GERR0002" if known.kind == "codes" and known.complete and raw not in known.codes else ""

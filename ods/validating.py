"""Holding every record of a file against its layout, the code sets and the directory.

Pure, no Django: the directory comes in as a `DirectorySnapshot`. All errors of a record are found at once. What is
checked here is what the loader enforces (spec ods-extracts 10.2.6); the notes of the layouts, fields marked `C` and
years of validity are rules of submission.

Spaces around a value are no part of it, and a value of spaces only is blank (docs/decisions/0021).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import getitem
from types import MappingProxyType

from ods import rules
from ods.calendar import academic_year
from ods.codesets import code_set
from ods.layout import Field, Layout
from ods.rules import Finding, Rule, finding

DELETE = "D"
UNREADABLE = "\x02"
"""Stands for a value that breaks a rule; no file can hold it (`ods.reader`)."""

_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]*))?|\.([0-9]+)", re.ASCII)
_MEMORY = 16_384  # values remembered per field; bounds the memory of fields whose values never repeat
_EARLIEST_YEAR = 1900
_IDENTIFIERS = ("ssid", "seid")
_IDENTIFIER_DIGITS = 10
# Fields the loader cannot do without although the layout leaves them to rules of submission.
_LOADER_REQUIRES = {("SENR", "ssid"): rules.SSID_REQUIRED}
OLD_BLANKS = {"SELA": ("academic_year_id",)}
"""Required fields that old records lack (spec ods-extracts 5, SELA). Posting looks at them, which knows what is posted
already; only `--historical` lets such records in."""
_CERTIFIED_BY_NOBODY = "9999999"  # School of Attendance NPS: a non-certified nonpublic school (SENR 1.06)


@dataclass(frozen=True, slots=True)
class DirectorySnapshot:
    """What the directory knows at the moment a file is validated: `schools` maps an LEA's code to its schools' codes,
    the pseudo-schools of placements included."""

    schools: Mapping[str, frozenset[str]]
    selpas: frozenset[str]

    def codes(self, kind: str) -> frozenset[str]:
        """The codes known of a directory code set; NPS schools and NPAs are in no directory the state publishes."""
        if kind == "lea":
            return frozenset(self.schools)
        if kind == "selpa":
            return self.selpas
        schools = frozenset[str]().union(*self.schools.values())
        return {"school": schools, "nps_school": frozenset({_CERTIFIED_BY_NOBODY})}.get(kind, frozenset())


class _Breach(Exception):
    """A value breaks a rule; `value` is what goes on where the breach is a warning."""

    def __init__(self, rule: Rule, value: str = UNREADABLE, **words: object) -> None:
        super().__init__(rule.code)
        self.rule, self.value, self.words = rule, value, words


class _Column:
    """The check of one field, for many values at a time. Remembers what it has seen: files repeat their values."""

    def __init__(self, check: FieldCheck) -> None:
        self._check = check
        self._right: set[str] = set()
        self.texts = _Texts(check)

    def is_right(self, values: tuple[str, ...]) -> bool:
        """Whether all values keep the rules and can be stored as they stand."""
        check = self._check
        if check.is_identifier:
            return set(map(len, values)) == {_IDENTIFIER_DIGITS} and _are_digits("".join(values))
        if check.is_free_text:
            text = f"^{'^'.join(values)}^"
            return (
                max(map(len, values)) <= check.field.max_length
                and "^ " not in text
                and " ^" not in text
                and not (check.is_required and "^^" in text)
            )
        new = set(values) - self._right
        if len(self._right) > _MEMORY:
            self._right.clear()
        for raw in new:
            if not self._check.stands(raw):
                return False
            self._right.add(raw)
        return True


class _Texts(dict[str, "str | None"]):
    """Maps a raw value to its canonical text, or to None if there is a finding. Keeps the first it sees."""

    def __init__(self, check: FieldCheck) -> None:
        super().__init__()
        self._check = check

    def __missing__(self, raw: str) -> str | None:
        try:
            text: str | None = self._check.text(raw)
        except _Breach:
            text = None
        if len(self) < _MEMORY:
            self[raw] = text
        return text


class FieldCheck:
    """What is asked of one field's values."""

    def __init__(
        self,
        field: Field,
        layout: Layout,
        directory: DirectorySnapshot,
        *,
        asks_for_ssids: bool = False,
        allowed: frozenset[str] | None = None,
    ) -> None:
        self.field = field
        self._layout = layout
        self._allowed = allowed
        place = (layout.record_type, field.field)
        self._required: Rule | None = None if asks_for_ssids else _LOADER_REQUIRES.get(place)
        if field.required == "Y" and field.field not in OLD_BLANKS.get(layout.record_type, ()):
            self._required = rules.REQUIRED
        self._set = code_set(field.code_set) if field.code_set else None
        self._directory = directory.codes(field.code_set) if self._set and self._set.kind == "directory" else None
        self.is_identifier = field.field in _IDENTIFIERS
        self.is_free_text = field.type == "char" and not field.code_set and not self.is_identifier
        self.is_required = self._required is not None

    def stands(self, raw: str) -> bool:
        """Whether a value keeps the rules and means to the database what its canonical text means."""
        try:
            return self.text(raw) == raw or self.field.type == "numeric" or self.field.code_set == "transaction_type"
        except _Breach:
            return False

    def text(self, raw: str) -> str:
        """The value's canonical text: dates CCYYMMDD, numbers with the layout's decimals, blanks ''.

        Raises:
            _Breach: the value breaks a rule.
        """
        value = raw.strip(" ")
        if self.field.code_set == "transaction_type":
            return self._transaction_type(value)
        if not value:
            if self._required:
                raise _Breach(self._required)
            return ""
        if len(value) > self.field.max_length:
            raise _Breach(rules.TOO_LONG)
        if self.field.type == "date":
            return _date(value)
        if self.field.type == "numeric":
            return self._number(value)
        if self.field.type == "yn":
            if value not in ("Y", "N"):
                raise _Breach(rules.NOT_YES_OR_NO)
            return value
        if self.is_identifier and not (len(value) == _IDENTIFIER_DIGITS and _are_digits(value)):
            raise _Breach(rules.BAD_IDENTIFIER)
        return self._code(value)

    def _transaction_type(self, value: str) -> str:
        """'' for A, R and blank, which mean the same (spec ods-extracts 10.2.2), or D."""
        if value not in ("", "A", "R", DELETE):
            raise _Breach(rules.BAD_TRANSACTION_TYPE)
        if value == DELETE and self._layout.processing == "replacement":
            raise _Breach(rules.NO_DELETE_IN_REPLACEMENT, record_type=self._layout.record_type)
        return value if value == DELETE else ""

    def _number(self, value: str) -> str:
        decimals = self.field.decimals or 0
        found = _NUMBER.fullmatch(value)
        fraction = ((found[2] or found[3] or "").rstrip("0")) if found else ""
        if not found or len(fraction) > decimals:
            raise _Breach(rules.BAD_NUMBER, decimals=["no decimals", "one decimal", "two decimals"][decimals])
        whole = (found[1] or "").lstrip("0") or "0"
        text = f"{whole}.{fraction:0<{decimals}}" if decimals else whole
        if len(text) > self.field.max_length:  # as an extract would write it
            raise _Breach(rules.TOO_LONG)
        return text

    def _code(self, value: str) -> str:
        if self._set is None:
            return value
        if self._set.kind == "codes" and value not in self._set.codes:
            if self._set.complete:
                raise _Breach(rules.UNKNOWN_CODE, code_set=self._set.label)
            raise _Breach(rules.UNLISTED_CODE, value, code_set=self._set.label)
        if self._set.kind == "format":
            try:
                academic_year(value)
            except ValueError:
                raise _Breach(rules.BAD_ACADEMIC_YEAR) from None
        if self._allowed is not None and value not in self._allowed:
            raise _Breach(rules.BEYOND_AUTHORITY)
        if self._directory is not None and not self._is_own() and value not in self._directory:
            raise _Breach(rules.UNKNOWN_ORGANIZATION, value, code_set=self._set.label)
        return value

    def _is_own(self) -> bool:
        """The Reporting LEA and the record's own school are judged together, by `Validator`."""
        return self.field.field in ("reporting_lea", self._layout.school_field)


class Validator:
    """Judges the records of one file."""

    def __init__(
        self,
        layout: Layout,
        directory: DirectorySnapshot,
        *,
        only_lea: str = "",
        asks_for_ssids: bool = False,
        allowed: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        """With `only_lea` rows of other LEAs are refused.

        `asks_for_ssids` lets a blank SSID stand in SENR, where it asks for a new one. `allowed` names fields (coded,
        required) and the values the submitter's rights reach: his schools, his participation type.
        """
        self._checks = [
            FieldCheck(
                field,
                layout,
                directory,
                asks_for_ssids=asks_for_ssids,
                allowed=allowed.get(field.field),
            )
            for field in layout.fields
        ]
        self._columns = [_Column(check) for check in self._checks]
        self._texts = [column.texts for column in self._columns]
        self._directory = directory
        self._only_lea = only_lea
        self._central_staff = layout.record_type == "SASS"  # assigned to the LEA's own code (spec ods-extracts 10.1.4)
        self._lea = layout["reporting_lea"]
        self._school = layout[layout.school_field] if layout.school_field else None
        self._lea_at = self._lea.position - 1
        self._school_at = self._school.position - 1 if self._school else self._lea_at
        self._positions = {field.number: field.position for field in layout.fields}
        self._own: dict[tuple[str | None, str | None], bool] = {}

    def are_right(self, raws: Iterable[list[str]]) -> bool:
        """Whether all of many records have no finding and can be stored as they stand. Much faster than judging."""
        columns = list(zip(*raws, strict=True))
        if not all(map(_Column.is_right, self._columns, columns)):
            return False
        return all(map(self._is_own, set(zip(columns[self._lea_at], columns[self._school_at], strict=True))))

    def judge(self, line: int, raw: list[str]) -> tuple[list[str], list[Finding]]:
        """A record's canonical texts (UNREADABLE where one breaks a rule), and all findings.

        The first two values are the Record Type Code and `D` or ''. A record with an error among its findings is
        rejected.
        """
        values = list(map(getitem, self._texts, raw))
        if None not in values and self._is_own((values[self._lea_at], values[self._school_at])):
            return values, []  # type: ignore[return-value]  # the test just made says so
        return self._judge_slowly(line, raw)

    def _is_own(self, lea_and_school: tuple[str | None, str | None]) -> bool:
        known = self._own.get(lea_and_school)
        if known is None:
            if len(self._own) >= _MEMORY:
                self._own.clear()
            known = self._own[lea_and_school] = not self._own_breaches(*lea_and_school)
        return known

    def _judge_slowly(self, line: int, raw: list[str]) -> tuple[list[str], list[Finding]]:
        values: list[str] = []
        findings: list[Finding] = []
        for check, text in zip(self._checks, raw, strict=True):
            try:
                values.append(check.text(text))
            except _Breach as breach:
                values.append(breach.value)
                findings.append(finding(breach.rule, line, check.field, **breach.words))
        for field, rule in self._own_breaches(values[self._lea_at], values[self._school_at]):
            findings.append(finding(rule, line, field, lea=values[self._lea_at], expected=self._only_lea))
            values[field.position - 1] = UNREADABLE
        findings.sort(key=lambda found: self._positions[found.field_number])
        return values, findings

    def _own_breaches(self, lea: str | None, school: str | None) -> list[tuple[Field, Rule]]:
        """Whether the Reporting LEA is known and the record's own school is its own; unreadable values say nothing."""
        if lea in (None, UNREADABLE):
            return []
        if self._only_lea and lea != self._only_lea:
            return [(self._lea, rules.OTHER_LEA)]
        schools = self._directory.schools.get(lea or "")
        if schools is None:
            return [(self._lea, rules.UNKNOWN_LEA)]
        if self._school is None or school in (None, UNREADABLE) or school in schools:
            return []
        if self._central_staff and school == lea:
            return []
        return [(self._school, rules.OTHER_SCHOOL)]


def _date(value: str) -> str:
    if len(value) == 8 and _are_digits(value) and int(value[:4]) >= _EARLIEST_YEAR:
        try:
            date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            pass
        else:
            return value
    raise _Breach(rules.BAD_DATE)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()

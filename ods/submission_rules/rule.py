"""What a rule of submission is: data, and a condition in SQL that both engines read.

Pure, no Django. A condition stands over the staged records (`ods.posting.stage`), so that a rule costs one expression in
one scan of a file, whatever its size. It names fields by their model names in braces:

* `{grade_level_code}` the column; `{grade_level_code:given}` and `:blank` whether it is filled, by the field's type
* `{enrollment_start_date:text}` a date as `CCYY-MM-DD` text; `:eve` the day before; `:next` the day after
* `{legal_first_name:odd}` whether a name holds a character that names may not hold
* `{before}` for SELA, the status before the record's; `{current_ssid}` the SSID the student has today; `{year_first}`, `{year_last}` the first and last day of the record's
  academic year, as text; `{today}`, `{in_30_days}`, `{in_six_months}` days as literals
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from ods.layout import Field, layout
from ods.rules import Rule

Engine = Literal["postgresql", "sqlite"]

NEW_SSID = "new:"
"""Begins what stands for a blank SSID in the stage: it asks for a new one, and no two lines ask for the same."""

OWNED = "ods_owned"
"""Temporary table: the enrolments of the file's LEAs. `reporting_lea`, `ssid` (the current one), `starts`, `ends`,
`school`, `status`, `local_student_id`, `birth_date`."""

HISTORY = "ods_history"
"""Temporary table: for SELA, what comes before each staged status: `line`, `status`, `starts`."""

MID_YEAR = "ods_mid_year"
"""Temporary table: for SENR, the posted enrolments of the file's LEAs that were exited by E150: `reporting_lea`, `school`,
`ssid` (the current one), `starts`, `ends`."""

RECOVERED = "ods_recovered"
"""Temporary table: for STAS, the Attendance Recovery Days of each student over the LEA as they would be after posting:
`reporting_lea`, `ssid` (the current one), `academic_year_id`, `days`."""

_ASKED = re.compile(r"\bs\.([a-z]\w*)")
_OF_THE_STAGE = frozenset({"line", "state"})


@dataclass(frozen=True, slots=True)
class RecordRule(Rule):
    """A rule of submission for one record type.

    `fields` are model field names; the first is the one marked in the record. `breach` is true of records that break
    the rule. A deletion is held to the rules that say so.
    """

    record_type: str = ""
    fields: tuple[str, ...] = ()
    breach: str = ""
    on_delete: bool = False

    @property
    def numbers(self) -> list[str]:
        found = layout(self.record_type)
        return [found[name].number for name in self.fields]

    def sql(self, engine: Engine, today: date) -> str:
        """The condition over alias `s` of the stage."""
        return self.breach.format_map(_Names(self.record_type, engine, today))

    @property
    def asked(self) -> frozenset[str]:
        """The fields the condition looks at. Of a record in which one of them is unreadable it says nothing."""
        return frozenset(_ASKED.findall(self.sql("postgresql", date(2000, 1, 1)))) - _OF_THE_STAGE


class _Column:
    """A field of the staged record, written as its format asks."""

    def __init__(self, field: Field, engine: Engine) -> None:
        self._field, self._engine = field, engine

    def __format__(self, how: str) -> str:
        column = f"s.{self._field.field}"
        text = self._field.type in ("char", "yn")
        if how == "blank":
            return f"({column} = '')" if text else f"({column} IS NULL)"
        if how == "given":
            return f"({column} <> '')" if text else f"({column} IS NOT NULL)"
        if how == "text":
            return f"CAST({column} AS text)"
        if how in ("eve", "next"):
            sign = "-" if how == "eve" else "+"
            return f"({column} {sign} 1)" if self._engine == "postgresql" else f"date({column}, '{sign}1 day')"
        if how == "odd":
            match = "~" if self._engine == "postgresql" else "REGEXP"
            return rf"({column} {match} '[^-A-Za-z0-9 .''\u0080-\uFFFF]')"
        if how:
            raise ValueError(f"{how!r} is no way to write a field")
        return column


class _Names(Mapping[str, object]):
    """Everything a condition may name."""

    def __init__(self, record_type: str, engine: Engine, today: date) -> None:
        self._layout, self._engine, self._today = layout(record_type), engine, today

    def __getitem__(self, name: str) -> object:
        if name == "current_ssid":
            return "COALESCE((SELECT r.current_ssid FROM ods_survivor r WHERE r.ssid = s.ssid), s.ssid)"
        if name == "before":
            return "COALESCE((SELECT h.status FROM ods_history h WHERE h.line = s.line), '')"
        if name == "year_first":
            return "(substr(s.academic_year_id, 1, 4) || '-07-01')"
        if name == "year_last":
            return "(substr(s.academic_year_id, 6, 4) || '-06-30')"
        days = {"today": 0, "in_30_days": 30, "in_six_months": 184}
        if name in days:
            return f"'{self._today + timedelta(days=days[name])}'"
        return _Column(self._layout[name], self._engine)

    def __iter__(self):  # type: ignore[no-untyped-def]  # `format_map` never asks
        return iter(())

    def __len__(self) -> int:
        return 0


def rule_of(
    record_type: str, code: str, fields: str, title: str, words: str, breach: str, *, source: str = "", **given: Any
) -> RecordRule:
    """A rule, written short: `fields` are names with blanks between them, the severity is error unless given."""
    return RecordRule(
        code=code,
        severity=given.pop("severity", "error"),
        title=title,
        words=words,
        source=source or f"layout {record_type}, notes",
        record_type=record_type,
        fields=tuple(fields.split()),
        breach=breach,
        **given,
    )

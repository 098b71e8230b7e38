"""From values to the lines of the two files, by their layouts. Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from rop_export.cleaning import CLEANERS
from rop_export.layout import DAY_VALUES, Column, line, quoted


class ExtractLine:
    """Makes lines of the ROP Extract; a value that is not there is blank."""

    def __init__(self, columns: Sequence[Column], *, clean: bool) -> None:
        self._names = [column.value for column in columns]
        self._constants = {column.value: column.value[1:] for column in columns if column.value.startswith("=")}
        self._cleaners = [
            (place, CLEANERS[column.cleaning]) for place, column in enumerate(columns) if clean and column.cleaning
        ]

    def __call__(self, values: Mapping[str, str]) -> str:
        fields = [values.get(name, "") for name in self._names]
        for place, cleaner in self._cleaners:
            fields[place] = cleaner(fields[place])
        if self._constants:
            fields = [self._constants.get(name, text) for name, text in zip(self._names, fields, strict=True)]
        return line(fields)


def field_of(column: Column, values: Mapping[str, str], *, clean: bool) -> str:
    if column.value.startswith("="):
        return column.value[1:]
    text = values.get(column.value, "")
    return CLEANERS[column.cleaning](text) if clean and column.cleaning else text


class DailyLines:
    """Lines of the daily file, cut in two: the lead, of the student in the section, and the tail, of the day.

    `shared`: the tails hold nothing of the student, so that those of a section's days serve all of its students. That
    is so while the day's columns stand last; a layout with another order is written too, only slower.
    """

    def __init__(self, columns: Sequence[Column], *, clean: bool) -> None:
        self._clean = clean
        self._known: dict[tuple[date, int, str], str] = {}
        first = next((place for place, column in enumerate(columns) if column.value in DAY_VALUES), len(columns))
        self._lead, self._tail = columns[:first], columns[first:]
        self.header = ",".join(column.column for column in columns) + "\r\n"
        self.shared = all(column.value in DAY_VALUES or column.value.startswith("=") for column in self._tail)

    def lead(self, values: Mapping[str, str]) -> str:
        return "".join(f"{quoted(field_of(column, values, clean=self._clean))}," for column in self._lead)

    def tail(self, day: date, minutes: int, code: str, values: Mapping[str, str]) -> str:
        if not self.shared:
            return self._made(day, minutes, code, values)
        key = (day, minutes, code)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._made(day, minutes, code, {})
        return found

    def _made(self, day: date, minutes: int, code: str, values: Mapping[str, str]) -> str:
        of_day = {"day": written(day), "minutes": str(minutes), "code": code}
        return line(
            [
                of_day[column.value] if column.value in of_day else field_of(column, values, clean=self._clean)
                for column in self._tail
            ]
        )


@cache
def written(day: date) -> str:
    """A date as the files write it."""
    return f"{day:%Y%m%d}"

"""What a stored file holds: caret or comma text, a spreadsheet, or an archive of one of them, as records."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from ods.archive import is_archive, is_spreadsheet, unpacked_into
from ods.reader import FileRefused, Record, inspect, records
from ods.rules import Finding
from ods.spreadsheet import inspect_spreadsheet, spreadsheet_records

Unreadable = Callable[[int, str], None]


@dataclass(frozen=True)
class Source:
    """A file that can be read as records, one pass."""

    record_type: str
    notices: list[str]
    records: Callable[[Unreadable], Iterator[Record | Finding]]


@contextmanager
def opened(stored: BinaryIO, *, expected: str) -> Iterator[Source]:
    """The records of a stored file, whose type should be `expected`.

    Raises:
        FileRefused: the file cannot be read, or is of another type; the words are for people.
    """
    with tempfile.TemporaryFile() as unpacked:
        content = stored
        notices: list[str] = []
        if is_archive(stored) and not is_spreadsheet(stored):
            name = unpacked_into(stored, unpacked)
            notices.append(f"The archive's only file, {name}, was read.")
            content = unpacked
        if is_spreadsheet(content):
            sheet = inspect_spreadsheet(content, expected=expected)
            _check(sheet.record_type, expected)
            yield Source(sheet.record_type, [*notices, *sheet.notices], lambda _: spreadsheet_records(content, sheet))
            return
        inspection = inspect(content)
        _check(inspection.record_type, expected)
        yield Source(
            inspection.record_type,
            [*notices, *inspection.notices],
            lambda unreadable: records(content, inspection, unreadable),
        )


def _check(found: str, expected: str) -> None:
    if found != expected:
        raise FileRefused(
            f"The file type chosen was {expected}, but the file holds {found} records. Submit it again as {found}."
        )

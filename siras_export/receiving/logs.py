"""The log of an import (spec siras, section 8): written by the emulated SIRAS, read again where one is uploaded.

SIRAS publishes no layout; this one is ours: CSV with the columns of `COLUMNS`. Pure, no Django.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from siras_export.receiving.importing import CREATED, SKIPPED, UPDATED, RowResult

COLUMNS = ("kind", "row", "ssid", "field", "old", "new", "words")
FILE, HEADER, COUNT, NOTE = "file", "header", "count", "note"
CHANGE, CREATE, SKIP, PROBLEM = "changed", "created", "skipped", "problem"
KINDS = (FILE, HEADER, COUNT, NOTE, CHANGE, CREATE, SKIP, PROBLEM)
OF_ROWS = (CHANGE, CREATE, SKIP, PROBLEM)


class LogUnreadable(Exception):
    """Not a log as it is known here; the words say what is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `row` is None for lines on the file as a whole."""

    kind: str
    row: int | None = None
    ssid: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    words: str = ""


@dataclass(slots=True)
class Log:
    """A log that was read."""

    file_name: str
    opened_at: datetime
    ended_at: datetime
    modified_at: datetime | None
    refused: str
    counts: dict[str, int]
    lines: list[Line] = field(default_factory=list)


def lines_of(result: RowResult) -> Iterator[Line]:
    """What a row leaves in the log; nothing if nothing happened."""
    if result.outcome == SKIPPED:
        yield Line(SKIP, result.row, result.ssid, field=result.reason, words=result.words)
    elif result.outcome == CREATED:
        yield Line(CREATE, result.row, result.ssid, new=result.values.get("designation", ""))
    elif result.outcome == UPDATED:
        for change in result.changes:
            yield Line(CHANGE, result.row, result.ssid, change.field, change.old, change.new)
    for name, words in result.problems:
        yield Line(PROBLEM, result.row, result.ssid, name, words=words)


def write_log(facts: Mapping[str, object], counts: Mapping[str, int], lines: Iterable[Line]) -> str:
    """The log as text. `facts`: file_name, size, modified_at, opened_at, ended_at, options, refused and the like."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for name, value in facts.items():
        shown = value.isoformat() if isinstance(value, datetime) else value
        writer.writerow((FILE, "", "", name, "", shown, ""))
    for name, number in counts.items():
        writer.writerow((COUNT, "", "", name, "", number, ""))
    for line in lines:
        writer.writerow((line.kind, line.row or "", line.ssid, line.field, line.old, line.new, line.words))
    return text.getvalue()


def read_log(text: str) -> Log:
    """Read a log.

    Raises:
        LogUnreadable: it is none of this layout.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    facts: dict[str, str] = {}
    counts: dict[str, int] = {}
    lines: list[Line] = []
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise LogUnreadable(f"The first line must be {','.join(COLUMNS)}.")
        for row in rows:
            if len(row) != len(COLUMNS) or row[0] not in KINDS:
                raise LogUnreadable(f"Line {rows.line_num} is no line of such a log.")
            line = Line(row[0], int(row[1]) if row[1] else None, *row[2:])
            if line.kind == FILE:
                facts[line.field] = line.new
            elif line.kind == COUNT:
                counts[line.field] = int(line.new)
            else:
                lines.append(line)
        modified = facts.get("modified_at", "")
        return Log(
            file_name=facts["file_name"],
            opened_at=_time(facts["opened_at"]),
            ended_at=_time(facts["ended_at"]),
            modified_at=_time(modified) if modified else None,
            refused=facts.get("refused", ""),
            counts=counts,
            lines=lines,
        )
    except KeyError as missing:
        raise LogUnreadable(f"The log does not say {missing.args[0]}.") from None
    except (csv.Error, ValueError):
        raise LogUnreadable(f"Line {rows.line_num} cannot be read.") from None


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without zone")
    return found

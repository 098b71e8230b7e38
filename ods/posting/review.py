"""Reviewing a file without posting it: every finding, what would be posted, and a staged file of canonical records.

A review is what a person sees before he decides; `ods.posting.reviewed` posts what it accepted. Reading, judging,
matching and the difference are those of `ods.posting.files`; what comes on top are the rules of submission. A record
equal to the posted one is recognised before these rules and held to none of them (spec ods-extracts 9.9).
"""

# ruff: noqa: S608 - the names put into SQL come from layouts, models and rules, the values are parameters

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Protocol

from django.db import connection, transaction

from ods import rules
from ods.layout import Layout
from ods.posting.looking import look
from ods.posting.outcome import Counts
from ods.posting.plan import (
    DELETE,
    INSERT,
    REMOVE,
    UPDATE,
)
from ods.posting.shape import Shape
from ods.posting.stage import (
    DIFF,
    FAULTY,
    FOUND,
    REJECTED,
    STAGE,
    analyze,
    execute,
    filling,
    is_postgres,
    number,
    rows,
    settle_in,
    stage,
)
from ods.reader import FileRefused, Record
from ods.rules import Finding, finding
from ods.submission_rules import NEW_SSID
from ods.validating import DELETE as DELETION
from ods.validating import UNREADABLE, Validator

MOST_REJECTED = 250_000
"""Rejected records after which reading stops: such a file has one fault in all its records, or is no input file."""
MOST_FOUND = 1_000_000
"""Fatal errors after which it stops too."""
_BATCH = 500
_FETCH = 2_000
_Value = int | str | bool
_AUTHORITY = (rules.OTHER_LEA, rules.BEYOND_AUTHORITY)


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Loading(Protocol):
    def load(self, chunks: Iterable[bytes]) -> None: ...


@dataclass(slots=True)
class Review:
    """What came of a review.

    `counts` are those of `ods.posting.Counts`, as posting would count them now. `errors` are findings. `refused` says
    why nothing of the file can be posted, or is ''. `staged` is the number of lines written to the sink.
    """

    counts: Counts = field(default_factory=Counts)
    errors: int = 0
    refused: str = ""
    staged: int = 0

    @property
    def accepted(self) -> int:
        return self.counts.read - self.counts.rejected


@contextmanager
def review(
    *,
    shape: Shape,
    records: Iterator[Record | Finding],
    unreadable: dict[int, str],
    validator: Validator,
    sink: IO[bytes] | Sink,
    today: date,
    schools: frozenset[str] | None = None,
    progress: Callable[[int], object] = lambda records: None,
) -> Iterator[Review]:
    """Review the records of a file. While the context lasts, two temporary tables hold what was found:

    `ods_found` (`line`, `code`, `severity`, `field_number`, `field_name`, `words`) and `ods_faulty` (`line`, `record`
    as caret text, `rejected`, `school`).

    The sink is given one line for each record that posting must know, in the form the stage takes: Record Type Code,
    state, the stored values, the line number; carets between them, CR LF. A rejected record stands in it too, with
    state X: the rules look at what of it can be read, and in a replacement it keeps the posted record of its key.

    `unreadable` is where the reader of `records` leaves the text of lines that are no records; it is emptied as they
    come. With `schools` a posted record of another school may not be changed.

    Raises:
        FileRefused: the file turned out unreadable on the way.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as spool, stage(shape):
        found = _Spool(spool)
        # The database works off the records while Python reads on.
        refused = None
        with filling(shape) as staged:
            try:
                reviewed = _read(shape, records, unreadable, validator, _Both(sink, staged), found, progress)
            except FileRefused as error:
                refused = error  # a COPY that is broken off would break the caller's transaction too
        if refused is not None:
            raise refused
        execute(f"""
            CREATE TEMPORARY TABLE {FOUND} (line integer NOT NULL, code varchar NOT NULL, severity varchar NOT NULL,
                field_number varchar NOT NULL, field_name varchar NOT NULL, words varchar NOT NULL)
        """)
        execute(f"""
            CREATE TEMPORARY TABLE {FAULTY} (line integer NOT NULL, record varchar NOT NULL,
                rejected boolean NOT NULL, school varchar NOT NULL)
        """)
        analyze(f"{STAGE} (line, state, {', '.join(shape.key)})")
        found.load()
        # On SQLite a transaction would keep everybody else from writing meanwhile.
        with transaction.atomic() if is_postgres() else nullcontext():
            settle_in()
            look(shape, take=found.take, today=today, schools=schools)
        found.load()
        _finish(shape, reviewed)
        yield reviewed


class _Both:
    """Where staged lines go: into the sink, and into the stage."""

    def __init__(self, sink: IO[bytes] | Sink, stage: Loading) -> None:
        self._sink, self._stage = sink, stage

    def write(self, block: bytes) -> None:
        self._sink.write(block)
        self._stage.load([block])


class _Spool:
    """Findings and faulty records on disk until the connection is free to take them."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._writer = csv.writer(file)
        self._errors = 0

    def too_many(self, review: Review) -> bool:
        return review.counts.rejected >= MOST_REJECTED or self._errors >= MOST_FOUND

    def take(self, found: Finding) -> None:
        rule = found.rule
        self._errors += found.is_error
        self._writer.writerow(
            ("f", found.line, rule.code, rule.severity, found.field_number, found.field_name, found.words)
        )

    def faulty(self, line: int, record: str, *, rejected: bool, school: str) -> None:
        # PostgreSQL takes no NUL.
        self._writer.writerow(("r", line, record.replace("\0", "\u2400"), rejected, school))

    def load(self) -> None:
        self._file.seek(0)
        founds: list[list[_Value]] = []
        faulties: list[list[_Value]] = []
        for row in csv.reader(self._file):
            if row[0] == "f":
                founds.append([int(row[1]), *row[2:]])
            else:
                faulties.append([int(row[1]), row[2], row[3] == "True", row[4]])
            if len(founds) + len(faulties) >= _FETCH:
                self._store(founds, faulties)
        self._store(founds, faulties)
        self._file.seek(0)
        self._file.truncate()

    @staticmethod
    def _store(founds: list[list[_Value]], faulties: list[list[_Value]]) -> None:
        for table, kept in ((FOUND, founds), (FAULTY, faulties)):
            if kept and is_postgres():
                with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in kept:
                        copy.write_row(row)
            elif kept:
                places = ", ".join(["%s"] * len(kept[0]))
                with connection.cursor() as cursor:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", kept)
            kept.clear()


def _read(  # noqa: PLR0917 - a step of `review`, with what that was given
    shape: Shape,
    records: Iterator[Record | Finding],
    unreadable: dict[int, str],
    validator: Validator,
    sink: _Both,
    found: _Spool,
    progress: Callable[[int], object],
) -> Review:
    """Judge every record by itself, and write what can be staged."""
    review, layout = Review(), shape.layout
    reader = _Judge(shape, validator, found, review)
    batch: list[Record] = []

    def flush() -> None:
        if batch:
            lines = reader.judge(batch)
            if lines:
                sink.write("".join(lines).encode())
            review.staged += len(lines)
            batch.clear()
            progress(review.counts.read)

    for record in records:
        review.counts.read += 1
        if isinstance(record, Finding):
            found.take(record)
            found.faulty(record.line, unreadable.pop(record.line, ""), rejected=True, school="")
            review.counts.rejected += 1
            reader.unknown_scope(record.line)
            if review.counts.rejected % _BATCH == 0:
                progress(review.counts.read)
            if found.too_many(review):
                break
            continue
        batch.append(record)
        if len(batch) == _BATCH:
            flush()
            if found.too_many(review):
                break
    flush()
    if review.counts.rejected and layout.scope:
        review.refused = reader.no_scope
    if found.too_many(review):
        review.refused = (
            f"Reading stopped after {review.counts.read:,} records, because {review.counts.rejected:,} of them were "
            "rejected already. Correct what they have in common, and submit the file again."
        )
    return review


class _Judge:
    """The loader's judgement of each record, with the SSIDs it asks for and the authority it was submitted with."""

    def __init__(self, shape: Shape, validator: Validator, found: _Spool, review: Review) -> None:
        self._shape, self._validator, self._found, self._review = shape, validator, found, review
        layout = shape.layout
        self.no_scope = ""
        self._school_at = layout[layout.school_field].position - 1 if layout.school_field else None
        self._ssid_at = layout["ssid"].position - 1 if layout.record_type == "SENR" else None
        self._scope_numbers = {layout[column].number for column in shape.scope}

    def judge(self, batch: list[Record]) -> list[str]:
        """The staged lines of a batch."""
        if self._validator.are_right(values for _, values in batch):
            return [f"{'^'.join(values)}^{line}\r\n" for line, values in batch]
        return [staged for line, raw in batch if (staged := self._judge(line, raw))]

    def _judge(self, line: int, raw: list[str]) -> str:
        values, findings = self._validator.judge(line, raw)
        if self._ssid_at is not None and values[self._ssid_at] == "":
            if raw[1].strip() in ("D", "R"):
                findings.append(finding(rules.SSID_NEEDED, line, self._shape.layout["ssid"]))
            values[self._ssid_at] = f"{NEW_SSID}{line}"
        for each in findings:
            self._found.take(each)
        if not any(each.is_error for each in findings):
            if findings:
                self._faulty(line, raw, rejected=False)
            return f"{'^'.join(values)}^{line}\r\n"
        self._faulty(line, raw, rejected=True)
        self._review.counts.rejected += 1
        if any(each.rule in _AUTHORITY for each in findings):
            return ""  # what nobody may submit is no part of what the file replaces
        if not self._shape.is_replacement:
            # Posting passes it over; the rules of submission look at what of it can be read. Of deletions they do not.
            return "" if values[1] in (DELETION, UNREADABLE) else self._as_rejected(values, line)
        if any(values[self._shape.layout[column].position - 1] == UNREADABLE for column in self._shape.scope):
            self.unknown_scope(line)
            return ""
        return self._as_rejected(values, line)

    def unknown_scope(self, line: int) -> None:
        layout = self._shape.layout
        if layout.scope and not self.no_scope:
            names = ", ".join(layout[column].name for column in layout.scope)
            self.no_scope = (
                f"The file replaces what it names by {names}, and these cannot be read in line {line}: what it would "
                "replace is unknown. Correct the line and submit the file again."
            )

    def _as_rejected(self, values: list[str], line: int) -> str:
        """A rejected record as it is staged: what is unreadable is blank where it cannot be text."""
        texts = (
            "" if value == UNREADABLE and not self._shape.is_text(column) else value
            for column, value in zip(self._shape.columns, values[2:], strict=True)
        )
        return f"{values[0]}^{REJECTED}^{'^'.join(texts)}^{line}\r\n"

    def _faulty(self, line: int, raw: list[str], *, rejected: bool) -> None:
        school = raw[self._school_at].strip() if self._school_at is not None else ""
        self._found.faulty(line, "^".join(raw), rejected=rejected, school=school)


def _finish(shape: Shape, review: Review) -> None:
    """Count, and note the records of findings that came from the stage."""
    counts = review.counts
    analyze(FOUND, FAULTY)
    execute(f"CREATE INDEX {FAULTY}_lines ON {FAULTY} (line)")
    execute(f"CREATE INDEX {FOUND}_lines ON {FOUND} (line)")
    bad = f"EXISTS (SELECT 1 FROM {FOUND} f WHERE f.line = {{}}.line AND f.severity = 'error')"
    school = f"s.{shape.layout.school_field}" if shape.layout.school_field else "''"
    execute(
        f"UPDATE {FAULTY} SET rejected = (1 = 1) WHERE rejected = (1 = 0) AND {bad.format(FAULTY)}".replace("%", "%%")
    )
    execute(
        f"""
        INSERT INTO {FAULTY}
        SELECT s.line, {record_text(shape.layout, "s")}, {bad.format("s")}, {school}
        FROM {STAGE} s
        WHERE s.line IN (SELECT line FROM {FOUND})
            AND NOT EXISTS (SELECT 1 FROM {FAULTY} k WHERE k.line = s.line)
        """.replace("%", "%%")
    )
    counts.rejected = number(f"SELECT COUNT(*) FROM {FAULTY} WHERE rejected")
    counts.warnings = number(f"SELECT COUNT(*) FROM {FAULTY} WHERE NOT rejected")
    review.errors = number(f"SELECT COUNT(*) FROM {FOUND}")
    found: dict[str, int] = dict(rows(f"SELECT action, COUNT(*) FROM {DIFF} GROUP BY action"))
    counts.inserted, counts.updated = found.get(INSERT, 0), found.get(UPDATE, 0)
    counts.removed, counts.deleted = found.get(REMOVE, 0), found.get(DELETE, 0)
    counts.unchanged = counts.read - counts.rejected - counts.inserted - counts.updated - counts.removed
    if counts.read and counts.rejected == counts.read and not review.refused:
        review.refused = "No record can be accepted. Correct the errors and submit the file again."


def record_text(layout: Layout, alias: str) -> str:
    """SQL: a staged record as caret text, as a file has it; a placeholder of a new SSID is blank again."""
    texts = [f"'{layout.record_type}'", f"CASE WHEN {alias}.state = 'D' THEN 'D' ELSE '' END"]
    for field_ in layout.stored:
        column = f"{alias}.{field_.field}"
        if field_.type == "date":
            texts.append(f"COALESCE(REPLACE(CAST({column} AS text), '-', ''), '')")
        elif field_.type == "numeric":
            texts.append(_decimal_text(column, field_.decimals or 0))
        elif field_.field == "ssid" and layout.record_type == "SENR":
            texts.append(f"CASE WHEN {column} LIKE '{NEW_SSID}%' THEN '' ELSE {column} END")
        else:
            texts.append(f"COALESCE({column}, '')")
    return " || '^' || ".join(texts)


def _decimal_text(column: str, decimals: int) -> str:
    text = f"CAST({column} AS text)" if is_postgres() else f"printf('%.{decimals}f', {column})"
    return f"CASE WHEN {column} IS NULL THEN '' ELSE {text} END"

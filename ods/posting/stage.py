"""The stage: a temporary table that holds a file's records while they are compared with the posted ones.

What differs between the engines stands here: how rows get in (COPY, or many INSERTs), locks, and settings of the
session. Temporary tables are seen by one connection only; their names are fixed.
"""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from django.db import connection

from ods.layout import RECORD_TYPES
from ods.posting.shape import Shape
from ods.reader import Record
from ods.submission_rules import HISTORY, MID_YEAR, OWNED, RECOVERED

STAGE = "ods_stage"
MATCH = "ods_match"
DIFF = "ods_diff"
SURVIVOR = "ods_survivor"
BAD = "ods_bad"
TOUCHED = "ods_touched"
REMOVED = "ods_removed"
SAME = "ods_same"
FOUND = "ods_found"
FAULTY = "ods_faulty"
BREACH = "ods_breach"
UNSOUND = "ods_unsound"
ISSUED = "ods_issued"
_TABLES = (
    *(STAGE, MATCH, DIFF, SURVIVOR, BAD, TOUCHED, REMOVED),
    *(SAME, FOUND, FAULTY, BREACH, UNSOUND, ISSUED, OWNED, HISTORY, MID_YEAR, RECOVERED),
)

REJECTED = "X"
"""State of a staged record that is not posted; the others have D (remove), or A, R or '' (insert or replace)."""

_BATCH = 500
_LOCKS = 0x0D5  # the two advisory lock spaces of posting: one per record type after this one, this one for identities
_QUOTE = "\x01"  # no file can hold it, so no value is ever quoted


class _Copy:
    """PostgreSQL: COPY, which the server works off while Python reads on."""

    def __init__(self, shape: Shape) -> None:
        self._rows: list[str] = []
        self._cursor = connection.cursor()
        texts = ", ".join(["record_type", "state", *(name for name in shape.columns if shape.is_text(name))])
        self._copying = self._cursor.copy(
            f"COPY {STAGE} FROM STDIN (FORMAT csv, DELIMITER '^', QUOTE '{_QUOTE}', FORCE_NOT_NULL ({texts}))"
        )

    def __enter__(self) -> _Copy:
        self._copy = self._copying.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._copying.__exit__(kind, error, trace)
        self._cursor.close()

    def add(self, line: int, values: list[str]) -> None:
        """One record: Record Type Code, state, stored values."""
        self._rows.append(f"{'^'.join(values)}^{line}\n")
        if len(self._rows) >= _BATCH:
            self._flush()

    def extend(self, records: list[Record]) -> None:
        """Many records, as `add` takes them."""
        self._rows += [f"{'^'.join(values)}^{line}\n" for line, values in records]
        self._flush()

    def load(self, chunks: Iterable[bytes]) -> None:
        """A staged file (`ods.posting.review`): it has the very form COPY takes."""
        for chunk in chunks:
            self._copy.write(chunk)

    def _flush(self) -> None:
        self._copy.write("".join(self._rows))
        self._rows.clear()


class _Inserts:
    """SQLite: many INSERTs in one transaction, which locks nothing but the connection's own temporary tables."""

    def __init__(self, shape: Shape) -> None:
        self._rows: list[list[Any]] = []
        places = enumerate(shape.columns, start=3)
        values = ", ".join(["?1", "?2", *(self._value(shape, name, f"?{place}") for place, name in places)])
        self._sql = f"INSERT INTO {STAGE} VALUES ({values}, ?{len(shape.columns) + 3})"
        self._own_transaction = not connection.in_atomic_block

    @staticmethod
    def _value(shape: Shape, name: str, text: str) -> str:
        if shape.is_text(name):
            return text
        if shape.layout[name].type == "date":
            day = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7)"
            return f"CASE WHEN {text} <> '' THEN {day} END"
        return f"NULLIF({text}, '')"

    def __enter__(self) -> _Inserts:
        if self._own_transaction:
            connection.cursor().execute("BEGIN DEFERRED")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._own_transaction:
            connection.cursor().execute("ROLLBACK" if kind else "COMMIT")

    def add(self, line: int, values: list[str]) -> None:
        """One record: Record Type Code, state, stored values."""
        self._rows.append([*values, line])
        if len(self._rows) >= _BATCH:
            self._flush()

    def extend(self, records: list[Record]) -> None:
        """Many records, as `add` takes them."""
        self._rows += [[*values, line] for line, values in records]
        self._flush()

    def load(self, chunks: Iterable[bytes]) -> None:
        """A staged file (`ods.posting.review`)."""
        rest = b""
        for chunk in chunks:
            *whole, rest = (rest + chunk).split(b"\r\n")
            self._rows += [text.decode().split("^") for text in whole]
            self._flush()

    def _flush(self) -> None:
        connection.ensure_connection()
        connection.connection.executemany(self._sql, self._rows)  # past Django, which would look at each value
        self._rows.clear()


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def stage(shape: Shape) -> Iterator[None]:
    """The empty stage of a record type, and its removal.

    Columns: `record_type`, `state`, the type's stored columns, typed as in its model but all nullable, and `line`. In a
    rejected record, a value that could not be read is UNREADABLE in a text column and NULL in the others.
    """
    columns = ["record_type varchar NOT NULL", "state varchar NOT NULL"]
    columns += [f"{column} {shape.field(column).db_type(connection)}" for column in shape.columns]
    columns.append("line integer NOT NULL" if is_postgres() else "line integer PRIMARY KEY")
    drop()
    execute(f"CREATE TEMPORARY TABLE {STAGE} ({', '.join(columns)})")
    try:
        yield
    finally:
        drop()


def filling(shape: Shape) -> _Copy | _Inserts:
    """A context that fills the stage. While it is open, the connection does nothing else."""
    return _Copy(shape) if is_postgres() else _Inserts(shape)


def drop() -> None:
    if is_postgres():
        execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in _TABLES)}")
    else:
        for table in _TABLES:
            execute(f"DROP TABLE IF EXISTS temp.{table}")


def analyze(*tables: str) -> None:
    """Let the planner know temporary tables; nothing else does."""
    if is_postgres():
        for table in tables:
            execute(f"ANALYZE {table}")


def execute(sql: str, parameters: tuple[Any, ...] = ()) -> int:
    """Run one statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def number(sql: str, parameters: tuple[Any, ...] = ()) -> int:
    """The one number a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])


def rows(sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def settle_in() -> None:
    """Settings of the posting transaction: sorts and hashes of a file's size stay in memory."""
    if is_postgres():
        execute("SET LOCAL work_mem = '256MB'")
        execute("SET LOCAL jit = off")


def lock(record_type: str, leas: list[str]) -> None:
    """One posting at a time for a record type of an LEA, and none while SSIDs are retired; held to the end of the
    transaction. SQLite lets one transaction write at a time anyway."""
    assert connection.in_atomic_block
    if is_postgres():
        execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", (_LOCKS,))
        for lea in sorted(leas):  # in one order: two files of several LEAs never wait for each other
            space = _LOCKS + 1 + RECORD_TYPES.index(record_type)
            execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (space, lea))


def lock_identities() -> None:
    """Keep all postings out while SSIDs are retired or restored."""
    assert connection.in_atomic_block
    if is_postgres():
        execute("SELECT pg_advisory_xact_lock(%s, 0)", (_LOCKS,))


def lock_new_identities() -> None:
    """One posting at a time adds identities; held to the end of the transaction, which is near."""
    if is_postgres():
        execute("SELECT pg_advisory_xact_lock(%s, 1)", (_LOCKS,))

"""What a staged file would change: matching its records to posted ones, the findings that need the whole file or the
posted data, and the difference (spec ods-extracts 10.2).

Every function reads and writes the temporary tables of `ods.posting.stage`, set-based; none changes a posted record.
"""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from ods import rules
from ods.layout import Field
from ods.models import Posting, StudentIdentity
from ods.posting.shape import END, SENT, Shape
from ods.posting.stage import BAD, DIFF, MATCH, REJECTED, STAGE, SURVIVOR, analyze, execute, number
from ods.rules import Finding, Rule, finding
from ods.validating import OLD_BLANKS, UNREADABLE

INSERT, UPDATE, REMOVE, DELETE = "I", "U", "R", "D"
"""Actions of the difference: a new record; a changed one; one removed by its line; one gone from its scope."""

_FETCH = 2_000


def find_survivors() -> None:
    """The SSID every retired SSID stands for now, at the end of its chain of retirements."""
    table = StudentIdentity._meta.db_table
    execute(f"CREATE TEMPORARY TABLE {SURVIVOR} (ssid varchar NOT NULL, current_ssid varchar NOT NULL)")
    execute(f"""
        WITH RECURSIVE chain (ssid, next_id) AS (
            SELECT ssid, retired_by_id FROM {table} WHERE retired_by_id IS NOT NULL
            UNION ALL
            SELECT chain.ssid, i.retired_by_id
            FROM chain JOIN {table} i ON i.id = chain.next_id
            WHERE i.retired_by_id IS NOT NULL
        )
        INSERT INTO {SURVIVOR}
        SELECT chain.ssid, i.ssid FROM chain JOIN {table} i ON i.id = chain.next_id WHERE i.retired_by_id IS NULL
    """)
    analyze(SURVIVOR)


def duplicates(shape: Shape) -> Iterator[Finding]:
    """Records of one key, IVR0116; they are rejected, all of them: which one is meant nobody knows."""
    keys = ", ".join(shape.key_of("s"))
    staged = f"{STAGE} s WHERE s.state <> '{REJECTED}'"
    if not number(f"SELECT COUNT(*) FROM (SELECT 1 FROM {staged} GROUP BY {keys} HAVING COUNT(*) > 1) AS twice"):
        return
    yield from _reject(
        shape,
        rules.DUPLICATE,
        f"""
        SELECT line, CASE WHEN line = first THEN next ELSE first END AS other
        FROM (
            SELECT s.line, MIN(s.line) OVER (PARTITION BY {keys}) AS first,
                LEAD(s.line) OVER (PARTITION BY {keys} ORDER BY s.line) AS next,
                COUNT(*) OVER (PARTITION BY {keys}) AS copies
            FROM {staged}
        ) AS d
        WHERE copies > 1
        """,
    )


def match(shape: Shape) -> Iterator[Finding]:
    """Find each staged record's posted one: by its key as stored; failing that, for a student whose SSID was retired
    or replaced another, by the key with the current SSID, where exactly one record fits that no other line has
    (docs/decisions/0022). Two lines that come to the same record are rejected."""
    execute(f"CREATE TEMPORARY TABLE {MATCH} (line integer NOT NULL, target_id bigint NOT NULL)")
    execute(f"""
        INSERT INTO {MATCH}
        SELECT s.line, t.id FROM {STAGE} s JOIN {shape.table} t ON {shape.same_key("s", "t")}
        WHERE s.state <> '{REJECTED}'
    """)
    analyze(MATCH)
    if not shape.has_ssid or not number(f"SELECT COUNT(*) FROM {SURVIVOR}"):
        return
    rest = [column for column in shape.key if column != "ssid"]
    execute(f"""
        INSERT INTO {MATCH}
        SELECT line, target_id FROM (
            SELECT s.line, t.id AS target_id, COUNT(*) OVER (PARTITION BY s.line) AS candidates
            FROM {STAGE} s
            LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid
            JOIN {shape.table} t
                ON t.current_ssid = COALESCE(r.current_ssid, s.ssid) AND t.ssid <> s.ssid
                AND {shape.same_key("s", "t", rest)}
            WHERE s.state <> '{REJECTED}'
                AND COALESCE(r.current_ssid, s.ssid) IN (SELECT current_ssid FROM {SURVIVOR})
                AND NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.line = s.line)
                AND NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.target_id = t.id)
        ) AS found
        WHERE candidates = 1
    """)
    yield from _reject(
        shape,
        rules.ONE_STUDENT_TWICE,
        f"""
        SELECT line, CASE WHEN line = first THEN next ELSE first END AS other
        FROM (
            SELECT line, MIN(line) OVER (PARTITION BY target_id) AS first,
                LEAD(line) OVER (PARTITION BY target_id ORDER BY line) AS next,
                COUNT(*) OVER (PARTITION BY target_id) AS copies
            FROM {MATCH}
        ) AS d
        WHERE copies > 1
        """,
    )


def missing_removals(shape: Shape) -> Iterator[Finding]:
    """Deletes of records that are not there; they are rejected."""
    yield from _reject(
        shape,
        rules.NOTHING_TO_DELETE,
        f"""
        SELECT s.line, 0 AS other FROM {STAGE} s
        WHERE s.state = 'D' AND NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.line = s.line)
        """,
    )


def difference(shape: Shape, *, emptied: tuple[str, ...] = ()) -> None:
    """The difference: one row per record to insert, change, remove or delete; equal records have none.

    For replacement types, `emptied` is one more scope to replace, beside those of the staged records.
    """
    changed = shape.differs("s", "t")
    if shape.is_effective:
        # Equal with the end that was sent or with the end that is shown (spec ods-extracts 10.2.3).
        changed += f" OR (s.{END} IS DISTINCT FROM t.{SENT} AND s.{END} IS DISTINCT FROM t.{END})"
    execute(f"CREATE TEMPORARY TABLE {DIFF} (line integer, target_id bigint, action varchar NOT NULL)")
    execute(f"""
        INSERT INTO {DIFF}
        SELECT s.line, t.id,
            CASE WHEN s.state = 'D' THEN '{REMOVE}' WHEN t.id IS NULL THEN '{INSERT}' ELSE '{UPDATE}' END
        FROM {STAGE} s
        LEFT JOIN {MATCH} m ON m.line = s.line
        LEFT JOIN {shape.table} t ON t.id = m.target_id
        WHERE s.state <> '{REJECTED}' AND (s.state = 'D' OR t.id IS NULL OR {changed})
    """)
    if shape.is_replacement:
        _deletions(shape, emptied)
    analyze(DIFF)


def old_blanks(shape: Shape) -> Iterator[Finding]:
    """Changes that would bring in a blank which only old records may have; they are rejected.

    Looked at after the difference: a record equal to the posted one is recognised first (spec ods-extracts 9.9).
    """
    for column in OLD_BLANKS.get(shape.layout.record_type, ()):
        yield from _reject(
            shape,
            rules.REQUIRED,
            f"""
            SELECT s.line, 0 AS other FROM {STAGE} s JOIN {DIFF} d ON d.line = s.line
            WHERE d.action IN ('{INSERT}', '{UPDATE}') AND s.{column} = ''
            """,
            shape.layout[column],
        )
        execute(f"DELETE FROM {DIFF} WHERE line IN (SELECT line FROM {STAGE} WHERE state = '{REJECTED}')")


def new_records(posting: Posting) -> str:
    """SQL: the staged records to insert, as `s`. Where all of a file are new, no join is needed to say which."""
    if posting.inserted == posting.read:
        return f"{STAGE} s"
    return f"(SELECT s.* FROM {DIFF} d JOIN {STAGE} s ON s.line = d.line WHERE d.action = '{INSERT}') AS s"


def _deletions(shape: Shape, emptied: tuple[str, ...]) -> None:
    """Posted records of the file's scopes that the file no longer has. A rejected record keeps the posted ones that
    have its key, as far as the key can be read."""
    scopes = f"SELECT {', '.join(shape.scope)} FROM {STAGE}"
    if emptied:
        scopes += " UNION SELECT " + ", ".join(f"CAST(%s AS varchar) AS {column}" for column in shape.scope)
    in_scope = " AND ".join(f"f.{column} = t.{column}" for column in shape.scope)
    kept = " AND ".join(_may_be(shape, column) for column in shape.key if column != "ssid")
    survivor = ""
    if shape.has_ssid:
        survivor = f"LEFT JOIN {SURVIVOR} r ON r.ssid = k.ssid"
        kept += (
            f" AND (k.ssid = '{UNREADABLE}' OR k.ssid = t.ssid OR COALESCE(r.current_ssid, k.ssid) = t.current_ssid)"
        )
    execute(
        f"""
        INSERT INTO {DIFF}
        SELECT NULL, t.id, '{DELETE}'
        FROM {shape.table} t JOIN (SELECT DISTINCT * FROM ({scopes}) AS every) AS f ON {in_scope}
        WHERE NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.target_id = t.id)
            AND NOT EXISTS (SELECT 1 FROM {STAGE} k {survivor} WHERE k.state = '{REJECTED}' AND {kept})
        """,
        emptied,
    )


def _may_be(shape: Shape, column: str) -> str:
    """SQL: a rejected record's value is the posted one's, or cannot be read. A scope can always be read."""
    if column in shape.scope:
        return f"k.{column} = t.{column}"
    unreadable = f"k.{column} = '{UNREADABLE}'" if shape.is_text(column) else f"k.{column} IS NULL"
    return f"({unreadable} OR k.{column} = t.{column})"


def _reject(shape: Shape, rule: Rule, lines_and_others: str, field: Field | None = None) -> Iterator[Finding]:
    """Reject the lines a query finds, each with another line it names, or for one of their fields."""
    execute(f"CREATE TEMPORARY TABLE {BAD} AS {lines_and_others}")
    key = ", ".join(shape.layout[column].number for column in shape.key)
    with connection.chunked_cursor() as cursor:  # a hostile file may have a million of them
        cursor.execute(f"SELECT line, other FROM {BAD} ORDER BY line")
        while fetched := cursor.fetchmany(_FETCH):
            for line, other in fetched:
                yield finding(rule, line, field, key=key, other=other)
    execute(f"UPDATE {STAGE} SET state = '{REJECTED}' WHERE line IN (SELECT line FROM {BAD})")
    execute(f"DROP TABLE {BAD}")

"""Carrying out a planned difference: removes, updates, inserts, and the chains of effective dates.

Dates: a new record's Upload Date and Last Updated are the posting's day; Last Updated moves exactly when the record's
extracted line is different afterwards, and never back; Upload Date never moves (spec ods-extracts 10.2.4).
"""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from datetime import date

from ods.models import Posting
from ods.posting.plan import DELETE, INSERT, REMOVE, UPDATE, new_records
from ods.posting.shape import END, SENT, START, Shape
from ods.posting.stage import DIFF, REMOVED, STAGE, SURVIVOR, TOUCHED, analyze, execute, is_postgres


def carry_out(shape: Shape, *, posting: Posting, posted_on: date) -> None:
    """Change the posted records as the difference says."""
    if shape.is_effective:
        _note_chains(shape)
    execute(f"""
        DELETE FROM {shape.table}
        WHERE id IN (SELECT target_id FROM {DIFF} WHERE action IN ('{REMOVE}', '{DELETE}'))
    """)
    _update(shape, posting, posted_on)
    _insert(shape, posting, posted_on)
    if shape.is_effective:
        _relink_chains(shape, posting, posted_on)


def _update(shape: Shape, posting: Posting, posted_on: date) -> None:
    sets = [f"{column} = s.{column}" for column in shape.compared]
    moved = _later("t.last_updated")
    if shape.is_effective:
        # The end shown is settled by the chain afterwards, and moves Last Updated then.
        sets.append(f"{SENT} = s.{END}")
        moved = f"CASE WHEN {shape.differs('s', 't')} THEN {moved} ELSE t.last_updated END"
    execute(
        f"""
        UPDATE {shape.table} AS t
        SET {", ".join(sets)}, last_updated = {moved}, posting_id = %s, posting_line = s.line
        FROM {DIFF} d JOIN {STAGE} s ON s.line = d.line
        WHERE d.action = '{UPDATE}' AND t.id = d.target_id
        """,
        (posted_on, posted_on, posting.pk),
    )


def _insert(shape: Shape, posting: Posting, posted_on: date) -> None:
    """In the order of the key, nearly that of extracts: indexes fill faster, and extracts find rows side by side."""
    columns = {column: f"s.{column}" for column in shape.columns}
    survivor = ""
    if shape.is_effective:
        columns[SENT] = f"s.{END}"
    if shape.has_ssid:
        columns["current_ssid"] = "COALESCE(r.current_ssid, s.ssid)"
        survivor = f"LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid"
    columns |= {"upload_date": "%s", "last_updated": "%s", "posting_id": "%s", "posting_line": "s.line"}
    execute(
        f"""
        INSERT INTO {shape.table} ({", ".join(columns)})
        SELECT {", ".join(columns.values())}
        FROM {new_records(posting)} {survivor}
        ORDER BY {", ".join(f"s.{column}" for column in shape.key)}
        """,
        (posted_on, posted_on, posting.pk),
    )


def _note_chains(shape: Shape) -> None:
    """Which chains the difference touches, and where it takes a record out. Before anything is changed."""
    chain = f"reporting_lea, {shape.person}"
    execute(f"""
        CREATE TEMPORARY TABLE {TOUCHED} AS
        SELECT t.reporting_lea, t.{shape.person} FROM {DIFF} d JOIN {shape.table} t ON t.id = d.target_id
        UNION
        SELECT s.reporting_lea, s.{shape.person} FROM {DIFF} d JOIN {STAGE} s ON s.line = d.line
        WHERE d.action = '{INSERT}'
    """)
    execute(f"""
        CREATE TEMPORARY TABLE {REMOVED} AS
        SELECT {chain}, {START}, d.line
        FROM {DIFF} d JOIN {shape.table} t ON t.id = d.target_id
        WHERE d.action = '{REMOVE}'
    """)
    analyze(TOUCHED, REMOVED)


def _relink_chains(shape: Shape, posting: Posting, posted_on: date) -> None:
    """The end shown, along the touched chains: the earlier of the end sent and the day before the next start.

    A neighbour that is closed or reopened takes as its line the one that did it.
    """
    person = shape.person
    day_before = "next - 1" if is_postgres() else "date(next, '-1 day')"
    execute(
        f"""
        UPDATE {shape.table} AS t
        SET {END} = x.shown,
            last_updated = {_later("t.last_updated")},
            posting_id = %s,
            posting_line = CASE WHEN t.posting_id = %s THEN t.posting_line ELSE x.cause END
        FROM (
            SELECT c.id,
                CASE WHEN next IS NULL OR c.{SENT} < next THEN c.{SENT} ELSE {day_before} END AS shown,
                COALESCE((
                    SELECT MIN(r.line) FROM {REMOVED} r
                    WHERE r.reporting_lea = c.reporting_lea AND r.{person} = c.{person}
                        AND r.{START} > c.{START} AND (next IS NULL OR r.{START} < next)
                ), next_line) AS cause
            FROM (
                SELECT o.id, o.reporting_lea, o.{person}, o.{START}, o.{SENT},
                    LEAD(o.{START}) OVER chain AS next, LEAD(o.posting_line) OVER chain AS next_line
                FROM {shape.table} o
                JOIN {TOUCHED} k ON k.reporting_lea = o.reporting_lea AND k.{person} = o.{person}
                WINDOW chain AS (PARTITION BY o.reporting_lea, o.{person} ORDER BY o.{START})
            ) AS c
        ) AS x
        WHERE t.id = x.id AND t.{END} IS DISTINCT FROM x.shown
        """,
        (posted_on, posted_on, posting.pk, posting.pk),
    )


def _later(column: str) -> str:
    """SQL with two parameters, both the posting's day: the later of a date and that day."""
    return f"CASE WHEN {column} > %s THEN {column} ELSE %s END"

"""What needs the whole file or the posted data: matching, the rules of submission, the difference. Part of a review."""

# ruff: noqa: S608 - the names put into SQL come from layouts, models and rules, the values are parameters

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ods import rules
from ods.posting.plan import difference, duplicates, find_survivors, match, missing_removals
from ods.posting.shape import END, SENT, Shape
from ods.posting.stage import (
    BREACH,
    FOUND,
    MATCH,
    REJECTED,
    SAME,
    STAGE,
    SURVIVOR,
    analyze,
    execute,
    is_postgres,
    number,
)
from ods.rules import Finding
from ods.submission_rules import HISTORY, NEEDS_ENROLLMENTS, NEW_SSID, OWNED, Engine, RecordRule, rules_for


def look(shape: Shape, *, take: Callable[[Finding], None], today: date, schools: frozenset[str] | None) -> None:
    """Match the staged records, hold them to the rules of submission, and plan the difference.

    What is found stands in `ods_found`, or is given to `take` where it is found one by one.
    """
    find_survivors()
    for check in (duplicates, match, missing_removals):
        for each in check(shape):
            take(each)
    if schools is not None:
        _hold_to_schools(shape, schools)
    _note_same(shape)
    _prepare(shape)
    _hold_to_rules(shape, rules_for(shape.layout.record_type), today)
    execute(f"""
        UPDATE {STAGE} SET state = '{REJECTED}'
        WHERE state <> '{REJECTED}' AND line IN (SELECT line FROM {FOUND} WHERE severity = 'error')
    """)
    difference(shape)


def _hold_to_schools(shape: Shape, schools: frozenset[str]) -> None:
    """A school's user may not change another school's posted record: keys of some types have no school."""
    school = shape.layout[shape.layout.school_field]
    rule = rules.BEYOND_AUTHORITY
    places = ", ".join(["%s"] * len(schools))
    execute(
        f"""
        INSERT INTO {FOUND}
        SELECT m.line, %s, %s, %s, %s, %s FROM {MATCH} m JOIN {shape.table} t ON t.id = m.target_id
        WHERE t.{school.field} NOT IN ({places})
        """,
        (rule.code, rule.severity, school.number, school.name, rule.words, *sorted(schools)),
    )


def _note_same(shape: Shape) -> None:
    """The staged records that are equal to their posted ones."""
    changed = shape.differs("s", "t")
    if shape.is_effective:
        changed += f" OR (s.{END} IS DISTINCT FROM t.{SENT} AND s.{END} IS DISTINCT FROM t.{END})"
    execute(f"""
        CREATE TEMPORARY TABLE {SAME} AS
        SELECT s.line FROM {STAGE} s JOIN {MATCH} m ON m.line = s.line JOIN {shape.table} t ON t.id = m.target_id
        WHERE s.state NOT IN ('{REJECTED}', 'D') AND NOT ({changed})
    """)
    analyze(SAME)


def _prepare(shape: Shape) -> None:
    """Tables that the rules of a record type ask."""
    record_type = shape.layout.record_type
    indexed = {"SENR": "ssid", "PLAN": "ssid", "PSTS": "ssid", "SASS": "seid", "CRSE": "class_id", "CRSC": "class_id"}
    if record_type in indexed:
        execute(f"CREATE INDEX {STAGE}_people ON {STAGE} ({indexed[record_type]})")
    asks_for_ssids = record_type == "SENR" and number(
        f"SELECT COUNT(*) FROM {STAGE} WHERE ssid LIKE '{NEW_SSID}%%'", ()
    )
    execute(f"""
        CREATE TEMPORARY TABLE {OWNED} (reporting_lea varchar, ssid varchar, starts date, ends date, school varchar,
            local_student_id varchar, birth_date date)
    """)
    if record_type in NEEDS_ENROLLMENTS and (record_type != "SENR" or asks_for_ssids):
        execute(f"""
            INSERT INTO {OWNED}
            SELECT reporting_lea, current_ssid, enrollment_start_date, enrollment_exit_date, school_of_attendance,
                local_student_id, birth_date
            FROM ods_senr
            WHERE reporting_lea IN (SELECT DISTINCT reporting_lea FROM {STAGE} WHERE state <> '{REJECTED}')
        """)
        column = "local_student_id" if asks_for_ssids else "ssid"
        execute(f"CREATE INDEX {OWNED}_people ON {OWNED} ({column})")
        analyze(OWNED)
    if record_type == "SELA":
        _note_history(shape)


def _note_history(shape: Shape) -> None:
    """For each staged language status the one before it, posted or of the file, and the newest posted one."""
    code, start = "english_language_acquisition_status_code", "english_language_acquisition_status_start_date"
    execute(f"""
        CREATE TEMPORARY TABLE {HISTORY} AS
        SELECT line, status, starts, newest, newest_status FROM (
            SELECT line, LAG(code) OVER chain AS status, LAG(starts) OVER chain AS starts,
                CASE WHEN FIRST_VALUE(staged) OVER latest = 0 THEN FIRST_VALUE(starts) OVER latest END AS newest,
                FIRST_VALUE(code) OVER latest AS newest_status
            FROM (
                SELECT s.line, COALESCE(r.current_ssid, s.ssid) AS ssid, s.{code} AS code, s.{start} AS starts,
                    1 AS staged
                FROM {STAGE} s LEFT JOIN {SURVIVOR} r ON r.ssid = s.ssid
                WHERE s.state NOT IN ('{REJECTED}', 'D')
                UNION ALL
                SELECT NULL, t.current_ssid, t.{code}, t.{start}, 0
                FROM {shape.table} t
                WHERE t.reporting_lea IN (SELECT DISTINCT reporting_lea FROM {STAGE})
                    AND NOT EXISTS (SELECT 1 FROM {MATCH} m WHERE m.target_id = t.id)
            ) AS statuses
            WINDOW chain AS (PARTITION BY ssid ORDER BY starts, staged),
                latest AS (PARTITION BY ssid ORDER BY staged, starts DESC)
        ) AS each_status
        WHERE line IS NOT NULL
    """)
    execute(f"CREATE INDEX {HISTORY}_lines ON {HISTORY} (line)")
    analyze(HISTORY)


def _hold_to_rules(shape: Shape, of_type: tuple[RecordRule, ...], today: date) -> None:
    """One finding for each rule a record breaks.

    Rules that look at the record alone share one scan, which notes what each record breaks. Rules that ask other tables
    have a query each: only so can the database join instead of asking for every record.
    """
    engine: Engine = "postgresql" if is_postgres() else "sqlite"
    conditions = {rule: rule.sql(engine, today).replace("%", "%%") for rule in of_type}
    alone = [rule for rule in of_type if "SELECT" not in conditions[rule]]
    held = f"s.state <> '{REJECTED}' AND NOT EXISTS (SELECT 1 FROM {SAME} e WHERE e.line = s.line)"
    broken = [f"({_applies(rule)}({conditions[rule]}))" for rule in alone]
    if broken:
        marks = " || ".join(f"CASE WHEN {condition} THEN 'x' ELSE '-' END" for condition in broken)
        execute(f"""
            CREATE TEMPORARY TABLE {BREACH} AS
            SELECT s.line, {marks} AS marks FROM {STAGE} s WHERE {held} AND ({" OR ".join(broken)})
        """)
        if number(f"SELECT COUNT(*) FROM {BREACH}"):
            for place, rule in enumerate(alone, start=1):
                _find(shape, rule, f"{BREACH} s", f"substr(s.marks, {place}, 1) = 'x'")
    for rule in of_type:
        if rule not in alone:
            _find(shape, rule, f"{STAGE} s", f"{held} AND {_applies(rule)}({conditions[rule]})")


def _applies(rule: RecordRule) -> str:
    return "" if rule.on_delete else "s.state <> 'D' AND "


def _find(shape: Shape, rule: RecordRule, table: str, where: str) -> None:
    marked = shape.layout[rule.fields[0]]
    execute(
        f"INSERT INTO {FOUND} SELECT s.line, %s, %s, %s, %s, %s FROM {table} WHERE {where}",
        (rule.code, rule.severity, marked.number, marked.name, rule.words),
    )

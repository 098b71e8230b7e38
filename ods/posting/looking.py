"""What needs the whole file or the posted data: matching, the rules of submission, the difference. Part of a review."""

# ruff: noqa: S608 - the names put into SQL come from layouts, models and rules, the values are parameters

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ods import rules
from ods.posting.plan import difference, duplicates, find_survivors, match, missing_removals
from ods.posting.rule_tables import prepare
from ods.posting.shape import END, SENT, Shape
from ods.posting.stage import (
    BREACH,
    FOUND,
    MATCH,
    REJECTED,
    SAME,
    STAGE,
    UNSOUND,
    analyze,
    execute,
    is_postgres,
    number,
)
from ods.rules import Finding
from ods.submission_rules import HISTORY, Engine, RecordRule, rules_for


def look(shape: Shape, *, take: Callable[[Finding], None], today: date, schools: frozenset[str] | None) -> None:
    """Match the staged records, hold them to the rules of submission, and plan the difference.

    What is found stands in `ods_found`, or is given to `take` where it is found one by one. What reading found stands
    there already: a rejected record is held to the rules whose fields are all sound, so that its errors come at once
    (docs/decisions/0110).
    """
    _note_unsound()
    find_survivors()
    for check in (duplicates, match, missing_removals):
        for each in check(shape):
            take(each)
    if schools is not None:
        _hold_to_schools(shape, schools)
    _note_same(shape)
    prepare(shape)
    _hold_to_rules(shape, rules_for(shape.layout.record_type), today)
    execute(f"""
        UPDATE {STAGE} SET state = '{REJECTED}'
        WHERE state <> '{REJECTED}' AND line IN (SELECT line FROM {FOUND} WHERE severity = 'error')
    """)
    difference(shape)


def _note_unsound() -> None:
    """What the rules say nothing of: fields in which reading found an error, and (field '') whole deletions."""
    execute(f"""
        CREATE TEMPORARY TABLE {UNSOUND} AS
        SELECT line, field_number FROM {FOUND} WHERE severity = 'error'
        UNION ALL
        SELECT line, '' FROM {STAGE} WHERE state = 'D'
    """)
    execute(f"CREATE INDEX {UNSOUND}_lines ON {UNSOUND} (line)")
    analyze(UNSOUND)


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


def _hold_to_rules(shape: Shape, of_type: tuple[RecordRule, ...], today: date) -> None:
    """One finding for each rule a record breaks.

    Rules that look at the record alone share one scan, which notes what each record breaks. Rules that ask other tables
    have a query each: only so can the database join instead of asking for every record.
    """
    engine: Engine = "postgresql" if is_postgres() else "sqlite"
    conditions = {rule: rule.sql(engine, today).replace("%", "%%") for rule in of_type}
    alone = [rule for rule in of_type if "SELECT" not in conditions[rule]]
    same = f"NOT EXISTS (SELECT 1 FROM {SAME} e WHERE e.line = s.line)"
    broken = [f"({_applies(rule)}({conditions[rule]}))" for rule in alone]
    if broken:
        marks = " || ".join(f"CASE WHEN {condition} THEN 'x' ELSE '-' END" for condition in broken)
        execute(f"""
            CREATE TEMPORARY TABLE {BREACH} AS
            SELECT s.line, s.state, {marks} AS marks FROM {STAGE} s WHERE {same} AND ({" OR ".join(broken)})
        """)
        if number(f"SELECT COUNT(*) FROM {BREACH}"):
            for place, rule in enumerate(alone, start=1):
                _find(shape, rule, f"{BREACH} s", f"substr(s.marks, {place}, 1) = 'x'")
    for rule in of_type:
        if rule not in alone:
            _find(shape, rule, f"{STAGE} s", f"{same} AND {_applies(rule)}({conditions[rule]})")


def _applies(rule: RecordRule) -> str:
    return "" if rule.on_delete else "s.state <> 'D' AND "


def _find(shape: Shape, rule: RecordRule, table: str, where: str) -> None:
    marked = shape.layout[rule.fields[0]]
    sound = f"s.state <> '{REJECTED}'"
    if HISTORY not in rule.breach and "{before}" not in rule.breach:  # rejected statuses have no place in the history
        numbers = ", ".join(["''", *(f"'{shape.layout[name].number}'" for name in sorted(rule.asked))])
        sound += f" OR NOT EXISTS (SELECT 1 FROM {UNSOUND} u WHERE u.line = s.line AND u.field_number IN ({numbers}))"
    execute(
        f"INSERT INTO {FOUND} SELECT s.line, %s, %s, %s, %s, %s FROM {table} WHERE {where} AND ({sound})",
        (rule.code, rule.severity, marked.number, marked.name, rule.words),
    )

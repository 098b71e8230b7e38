"""An empty database after a test with transactions of its own, in a tenth of the time Django's flush takes.

Django empties every table there is and lets every app fill in its permissions again. Here only tables with rows are
emptied, and what stands in every database from its migrations on (`STANDING`) stays, if it still is what it was.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

STANDING = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
"""Tables that migrations fill. Nothing but these holds rows in a new database."""
FEW = 1_000
"""Up to so many rows PostgreSQL deletes sooner than it makes a table anew."""
NEVER_DELETED = "accounts_auditentry"
"""PostgreSQL refuses to delete from it; in a database for tests it may be emptied as a whole (decision 0013)."""

_standing: dict[str, list[Any]] = {}


def remember_standing() -> None:
    """Note what a new database holds; called once, before anything else writes to it."""
    filled = {table for table, _ in _filled()}
    assert filled <= set(STANDING), f"migrations fill more tables than are known here: {filled - set(STANDING)}"
    _standing.update(_rows_standing())


def empty_database() -> None:
    """Leave the database as it was made. Sequences go on: no number is given twice in a run."""
    if _rows_standing() != _standing:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        _standing.update(_rows_standing())  # the same, under new numbers
        return
    filled = [(table, rows) for table, rows in _filled() if table not in STANDING]
    if connection.vendor == "sqlite":
        # SQLite would look for the children of every single row, and where a foreign key has no index for that it
        # takes minutes after 100,000 students.
        with connection.constraint_checks_disabled():
            _execute(f"DELETE FROM {connection.ops.quote_name(table)}" for table, _ in filled)
    elif any(rows > FEW for _, rows in filled):
        tables = connection.introspection.django_table_names()
        _execute([f"TRUNCATE {', '.join(connection.ops.quote_name(each) for each in tables if each not in STANDING)}"])
    else:
        _execute(
            f"{'TRUNCATE' if table == NEVER_DELETED else 'DELETE FROM'} {connection.ops.quote_name(table)}"
            for table, _ in filled
        )


def filled_tables() -> set[str]:
    return {table for table, _ in _filled()}


def instead_of_flush(_: TransactionTestCase) -> None:
    """Takes the place of TransactionTestCase._fixture_teardown."""
    empty_database()


def _execute(statements: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _filled() -> list[tuple[str, int]]:
    """The tables with rows, each with their number, counted to just beyond FEW."""
    some = "(SELECT 1 FROM {} LIMIT {})"
    counts = " UNION ALL ".join(
        f"SELECT '{table}', count(*) AS held FROM {some.format(connection.ops.quote_name(table), FEW + 1)} AS few"
        for table in connection.introspection.django_table_names()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({counts}) AS counts WHERE held > 0")
        return [(table, rows) for table, rows in cursor.fetchall()]


def _rows_standing() -> dict[str, list[Any]]:
    rows = {}
    with connection.cursor() as cursor:
        for table in STANDING:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows[table] = cursor.fetchall()
    return rows

"""A demo ODS for tests that want much coherent data: `demo_data` (its files) and `demo_ods` (loaded)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from pytest_django.plugin import DjangoDbBlocker

from ods.demo.generator import DemoData, generate
from ods.demo.loading import load
from tests.copies import made_once
from tests.emptying import STANDING, empty_database, filled_tables

STUDENTS = 120
WHOLE = "demo.sqlite3"


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> DemoData:
    """The files of a small demo: 120 students in three LEAs, of which the third is a charter."""
    return generate(tmp_path_factory.mktemp("demo") / "files", students=STUDENTS)


@pytest.fixture(scope="module")
def demo_ods(demo_data: DemoData, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoData]:
    """The small demo, loaded and committed, so that other connections and processes see it; gone after the module.

    The loader posts it once; each module gets a copy of what it posted, and not one for the whole session, because
    other modules count on empty tables. Tests of a module with this fixture may change the data inside the usual
    transaction (`db`); `transaction=True` would empty the database under the others.
    """

    def post(folder: Path) -> None:
        with transaction.atomic():  # one commit instead of one for each of some 300 files
            load(demo_data)
        _keep(folder)
        empty_database()

    with django_db_blocker.unblock():
        _bring_back(made_once(f"demo-{connection.vendor}", post))
        yield demo_data
        empty_database()


def _keep(folder: Path) -> None:
    """What the loader filled: on PostgreSQL a file for each table, on SQLite the database and their names."""
    folder.mkdir()
    filled = filled_tables() - {*STANDING}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in filled]
    assert {model._meta.db_table for model in models} == filled
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM INTO %s", [str(folder / WHOLE)])
        for model in models:
            with (folder / model._meta.label_lower).open("wb") as file:
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {_place(model)} TO STDOUT") as rows:
                        file.writelines(rows)


def _bring_back(folder: Path) -> None:
    kept = {apps.get_model(path.name): path for path in folder.iterdir() if path.name != WHOLE}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ATTACH %s AS kept", [str(folder / WHOLE)])
            with connection.constraint_checks_disabled(), transaction.atomic():
                for model in kept:
                    table, columns = model._meta.db_table, _columns(model)
                    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept.{table}")
            cursor.execute("DETACH kept")
        return
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        for model, path in kept.items():
            with cursor.copy(f"COPY {_place(model)} FROM STDIN") as rows:
                rows.write(path.read_bytes())
        for statement in connection.ops.sequence_reset_sql(no_style(), list(kept)):
            cursor.execute(statement)


def _place(model: type[Model]) -> str:
    return f"{model._meta.db_table} ({_columns(model)})"


def _columns(model: type[Model]) -> str:
    """All but those the database computes by itself."""
    return ", ".join(
        connection.ops.quote_name(field.column) for field in model._meta.local_concrete_fields if not field.generated
    )

"""A demo ODS for tests that want much coherent data: `demo_data` (its files) and `demo_ods` (loaded)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from ods.demo.generator import DemoData, generate
from ods.demo.loading import load

STUDENTS = 120


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> DemoData:
    """The files of a small demo: 120 students in three LEAs, of which the third is a charter."""
    return generate(tmp_path_factory.mktemp("demo") / "files", students=STUDENTS)


@pytest.fixture(scope="module")
def demo_ods(demo_data: DemoData, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoData]:
    """The small demo, loaded and committed, so that other connections and processes see it; gone after the module.

    Loaded once for each module and not for the whole session, because other modules count on empty tables. Tests of a
    module with this fixture may change the data inside the usual transaction (`db`); `transaction=True` would empty
    the database under the others.
    """
    with django_db_blocker.unblock():
        with transaction.atomic():  # one commit instead of one for each of some 300 files
            load(demo_data)
        yield demo_data
        tables = [model._meta.db_table for model in apps.get_app_config("ods").get_models()]
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
        connection.ops.execute_sql_flush(statements)

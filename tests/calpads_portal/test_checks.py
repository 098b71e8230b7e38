"""What `manage.py check` refuses."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.core.checks import Warning
from django.db import connection
from pytest_django import Settings

from calpads_portal.checks import postgresql_is_ours, secret_key_is_set


@pytest.mark.django_db
@pytest.mark.engines
def test_the_database_the_tests_run_on_is_fit() -> None:
    assert postgresql_is_ours(databases=["default"]) == []


@pytest.mark.django_db
def test_a_database_that_sorts_otherwise_is_refused() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a matter of PostgreSQL")
    server_url = os.environ["DATABASE_URL"].rpartition("/")[0]
    name = f"sorts_otherwise_{os.getpid()}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'")
        checked = subprocess.run(
            [sys.executable, "manage.py", "check", "--database", "default"],
            env={**os.environ, "DATABASE_URL": f"{server_url}/{name}"},
            capture_output=True,
            text=True,
            check=False,
        )
        server.execute(f"DROP DATABASE {name}")
    assert checked.returncode == 1
    assert "(portal.E002) The database sorts by C.UTF-8 in UTF8; the portal needs C order in UTF8." in checked.stderr


def test_a_key_that_only_this_machine_has_is_warned_of_before_deployment(settings: Settings) -> None:
    settings.SECRET_KEY_IS_LOCAL = True
    assert [(type(message), message.id) for message in secret_key_is_set()] == [(Warning, "portal.W001")]
    settings.SECRET_KEY_IS_LOCAL = False
    assert secret_key_is_set() == []

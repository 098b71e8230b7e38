"""What every test may use."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation
from django.test import TransactionTestCase, override_settings
from pytest_django.plugin import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.models import User
from accounts.permissions import grants_of
from tests.copies import lent
from tests.emptying import instead_of_flush, remember_standing
from tests.migrated import postgres_template, sqlite_into
from tests.services import COPIES

pytest_plugins = ["tests.leaks", "tests.factories.demo"]
OUR_COPIES = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    if COPIES not in os.environ:
        config.stash[OUR_COPIES] = Path(tempfile.mkdtemp(prefix="portal-copies-"))
        os.environ[COPIES] = str(config.stash[OUR_COPIES])


def pytest_unconfigure(config: pytest.Config) -> None:
    if OUR_COPIES in config.stash:
        shutil.rmtree(config.stash[OUR_COPIES], ignore_errors=True)
        del os.environ[COPIES]


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests sign in thousands of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_emptying() -> Iterator[None]:
    """What tests with transactions of their own leave behind is emptied table by table, not by Django's flush."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", instead_of_flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def static_files_listed_once() -> Iterator[None]:
    """Every test client has middleware of its own, and WhiteNoise's looks at each static file there is: a fifth of the
    processor time of a test that asks for a page. The files are the same all through a run."""
    listed: dict[str, Any] = {}
    plain = WhiteNoiseMiddleware.add_files_from_finders

    def once(self: WhiteNoiseMiddleware) -> None:
        if not listed:
            plain(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Databases for tests are copies of a migrated one (`tests.migrated`)."""
    if connection.vendor == "postgresql":
        if lent():
            connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template(settings.DATABASE_URL)
        yield
        return
    plain = DatabaseCreation._create_test_db

    def copied(self: DatabaseCreation, *given: Any, **more: Any) -> str:
        name = plain(self, *given, **more)
        sqlite_into(Path(name))
        return name

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_create_test_db", copied)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's own; a note of what a new database holds; and nobody at it any more when it is dropped.

    A thread of the live server keeps its connection as long as its client keeps the socket (CONN_MAX_AGE), and a
    browser may keep it until after the last test: PostgreSQL would not drop a database that somebody uses.
    """
    with django_db_blocker.unblock():
        remember_standing()
        yield
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A request of another test had the same number."""
    cache.clear()


@pytest.fixture
def planned(db: None) -> None:
    """The connection has planned what every page asks: a test that counts queries may be the first on a connection."""
    grants_of(User(pk=0))


@pytest.fixture
def postgresql_only() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: SQLite has one writer at a time, and one connection to a test.s database")

"""What every test may use."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings

pytest_plugins = ["tests.leaks", "tests.factories.demo"]


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests sign in thousands of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_emptying() -> Iterator[None]:
    """Tests with transactions of their own empty all tables. SQLite would look for the children of every single row,
    and where a foreign key has no index for that it takes minutes after 100,000 students."""
    plain = BaseDatabaseOperations.execute_sql_flush

    def without_keys(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with connection.constraint_checks_disabled() if connection.vendor == "sqlite" else nullcontext():
            plain(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_keys)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A request of another test had the same number."""
    cache.clear()


@pytest.fixture
def postgresql_only() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: SQLite has one writer at a time, and one connection to a test.s database")

"""What every test may use."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

pytest_plugins = ["tests.leaks", "tests.factories.demo"]


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests sign in thousands of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield

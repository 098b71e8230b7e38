"""Checks of the installation, at `manage.py check` and before `migrate`, `serve` and the deployment."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

LEAST_POSTGRESQL = 15


@register(Tags.database)
def postgresql_is_ours(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """PostgreSQL must be version 15 or later, and its database sort in C order.

    Another order would give extracts other bytes than SQLite, and other bytes after an upgrade of the C library.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, datcollate, pg_encoding_to_char(encoding)"
                " FROM pg_database WHERE datname = current_database()"
            )
            version, collation, encoding = cursor.fetchone()
        if version < LEAST_POSTGRESQL:
            found.append(
                Error(f"PostgreSQL {version} is too old; {LEAST_POSTGRESQL} or later is needed.", id="portal.E001")
            )
        if collation not in {"C", "POSIX"} or encoding != "UTF8":
            found.append(
                Error(
                    f"The database sorts by {collation} in {encoding}; the portal needs C order in UTF8.",
                    hint="createdb --template=template0 --locale=C --encoding=UTF8 NAME (docs/operations.md)",
                    id="portal.E002",
                )
            )
    return found


@register(Tags.security, deploy=True)
def secret_key_is_set(**kwargs: Any) -> list[CheckMessage]:
    """A key kept in VAR_DIR is another one on each machine, and people would be signed out at every turn."""
    if not settings.SECRET_KEY_IS_LOCAL:
        return []
    return [Warning("SECRET_KEY was made on this machine. Set SECRET_KEY or SECRET_KEY_FILE.", id="portal.W001")]

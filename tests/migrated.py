"""Databases with every migration applied. Migrating takes ten seconds of a processor: it is done once, then copied.

That the migrations work from nothing, with the commands of production, is shown by those who do not copy:
tests/calpads_portal/test_serve.py and test_production.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

from calpads_portal.processes import MIGRATE
from tests.copies import made_once
from tests.services.postgres import Postgres

REPOSITORY = Path(__file__).resolve().parents[1]
SQLITE = "portal.sqlite3"
TEMPLATE = "test_template"


def migrate(**environment: str) -> None:
    """The migrations of a portal, as its first start applies them."""
    others = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "VAR_DIR")}
    done = subprocess.run(
        [sys.executable, *MIGRATE], cwd=REPOSITORY, env=others | environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def sqlite_into(path: Path) -> None:
    """A migrated SQLite database at `path`; whatever was there is overwritten."""

    def make(made: Path) -> None:
        folder = made.with_name("migrating")
        migrate(VAR_DIR=str(folder))
        shutil.move(folder / SQLITE, made)
        shutil.rmtree(folder)

    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made_once(SQLITE, make), path)


def postgres_template(url: str) -> str:
    """The name of a migrated database on the server of `url`, to make others from (CREATE DATABASE ... TEMPLATE)."""
    server = url.rpartition("/")[0]

    def make(made: Path) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(DATABASE_URL=f"{server}/{TEMPLATE}", VAR_DIR=str(made))
        made.mkdir(exist_ok=True)

    made_once(TEMPLATE, make)
    return TEMPLATE


def cluster() -> Path:
    """The data of a PostgreSQL server that was stopped calmly; its database `portal` is migrated."""

    def make(made: Path) -> None:
        made.mkdir()
        postgres = Postgres(made)
        try:
            postgres.start()
            migrate(DATABASE_URL=postgres.url, VAR_DIR=str(made / "var"))
            postgres.stop()
            shutil.copytree(postgres.data, made / "data")
        finally:
            postgres.remove()

    return made_once("cluster", make) / "data"

"""Kinds of work. Each app registers its own when Django starts; `jobs` knows them by name, never by import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

from jobs import conf

if TYPE_CHECKING:
    from jobs.execution import Execution

Covering = Mapping[tuple[str, str], frozenset[str]]
"""(record type, limit) to the roles whose holders may see such a job and download its files."""


@dataclass(frozen=True)
class JobKind:
    """One kind of work.

    `run` does it in the worker: it reads `execution.job`, writes the files it opens, reports progress, and returns;
    or raises `jobs.errors.Refused` or `Failed`, whose words are shown to people. Given as a dotted path it is imported
    by the first job: a process that only asks, or works on other kinds, need not hold what this one works with.

    `covering_roles` says for each record type and limit which roles cover it. A job whose pair is absent is seen by
    nobody. For a SELPA's jobs only `selpa_reports` counts, so it stands among the roles of the types it unlocks.

    `file_days` is how long its files are kept.
    """

    name: str
    run: "str | Callable[[Execution], None]"
    covering_roles: Callable[[], Covering]
    file_days: Callable[[], int] = lambda: conf.number("JOBS_FILE_DAYS")

    @property
    def work(self) -> "Callable[[Execution], None]":
        """`run`, imported. Raises ImportError if its path leads nowhere."""
        if not isinstance(self.run, str):
            return self.run
        found: Callable[[Execution], None] = import_string(self.run)
        return found


_KINDS: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind known, from an app's `ready()`.

    Raises:
        ValueError: another kind has that name.
    """
    if _KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two job kinds are called {kind.name!r}")


def unregister(name: str) -> None:
    """Forget a kind (for tests, which bring their own)."""
    del _KINDS[name]


def kind_named(name: str) -> JobKind:
    """The kind of that name.

    Raises:
        KeyError: no such kind is registered in this process.
    """
    return _KINDS[name]


def kinds() -> list[JobKind]:
    return list(_KINDS.values())

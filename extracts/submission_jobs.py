"""Which postings belong to a submission. File submission stands above this app and registers how to find out."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ods.models import Organization

Resolve = Callable[[Organization, str], Collection[int] | None]
"""(organisation, job id as typed) to the ids of the postings it made; None: it has no such submission."""

_registered: list[Resolve] = []


def register(resolve: Resolve) -> None:
    """Say how submissions are looked up, from an app's `ready()`. The last one counts."""
    _registered[:] = [resolve]


def are_known() -> bool:
    """Whether this portal takes submissions at all."""
    return bool(_registered)


def postings_of(*, organization: Organization, job_id: str) -> tuple[int, ...] | None:
    """The postings of a submission of the organisation; None if it has none of that id."""
    found = _registered[0](organization, job_id) if _registered else None
    return None if found is None else tuple(sorted(found))

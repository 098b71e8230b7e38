"""Submitted Extracts as many look at them at once: asked in one query, each row written once (decision 0064)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, cast

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.permissions import Reach
from extracts.queries import Filters, Submitted, rows_of, submitted_jobs
from jobs.enums import ACTIVE
from jobs.models import Job, JobFile
from ods.calendar import pacific_today
from ods.compiled import SOME_TIME, Compiled
from ods.models import Organization

MOST_REMEMBERED = 5000
"""Rows that a process keeps written; each takes a few kilobytes."""


class Brief(NamedTuple):
    """What tells a request from all others, and all of it that can still change once it has ended.

    `requester`: a user's name, which an administrator may change.
    """

    pk: int
    requested_at: datetime
    status: str
    expired: bool
    requester: str

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


@dataclass(frozen=True)
class Look:
    """What somebody asks of the list: all that the answer depends on but the time.

    `held`: his roles there and how far they reach. `first`, `stop`: the slice of the list. `viewer`: whose requests
    `filters.mine` means.
    """

    organization: Organization
    held: tuple[tuple[str, Reach], ...]
    first: int
    stop: int
    filters: Filters = field(default_factory=Filters)
    viewer: int | None = None

    def briefs(self) -> list[Brief]:
        """The requests of the slice. One query."""
        return [Brief(*row) for row in _compiled(self, pacific_today(), connection.vendor).rows(timezone.now())]

    def total(self) -> int:
        """How many requests the list has in all.

        Requests are never removed, so that the same question has the same answer until there is a newer request: one
        count of 200,000 serves all who look.
        """
        newest = replace(self, first=0, stop=1, filters=replace(self.filters, sort="newest"))
        asked = hashlib.sha256(repr((self.organization.pk, newest, newest.briefs())).encode()).hexdigest()
        return cast(int, cache.get_or_set(f"requests-{asked}", lambda: _jobs(self, timezone.now()).count(), 600))


def _jobs(look: Look, now: datetime) -> QuerySet[Job]:
    return submitted_jobs(
        organization=look.organization, held=dict(look.held), filters=look.filters, viewer=look.viewer, now=now
    )


@lru_cache(maxsize=1000)
def _compiled(look: Look, _today: date, _vendor: str) -> Compiled:
    """The query of a look; which LEAs a SELPA has depends on the day."""
    gone = Q(removed_at__isnull=False) | Q(expires_at__lte=SOME_TIME)
    expired = Case(When(gone, then=Value(True)), default=Value(False))
    first_file = JobFile.objects.filter(job=OuterRef("pk")).order_by("pk").values_list(expired)
    jobs = _jobs(look, SOME_TIME)[look.first : look.stop]
    of_first_file = Coalesce(Subquery(first_file[:1]), Value(False))
    columns = ("pk", "requested_at", "status", of_first_file, "requested_by__username")
    return Compiled(jobs.values_list(*columns), SOME_TIME)


class Written:
    """What `write(row, marked)` makes of rows; what it made of a request that has ended is remembered."""

    def __init__(self, write: Callable[[Submitted, bool], str]) -> None:
        self._write = write
        self._remembered: dict[Brief, str] = {}

    def of(self, briefs: Sequence[Brief], *, marked: int = 0) -> list[str]:
        """The rows of these requests, in their order. Two queries at most, none if all are remembered.

        `marked`: the request that is to stand out.
        """
        texts = {
            brief.pk: text
            for brief in briefs
            if brief.pk != marked and (text := self._remembered.get(brief)) is not None
        }
        unknown = {brief.pk: brief for brief in briefs if brief.pk not in texts}
        if unknown:
            for row in rows_of(Job.objects.filter(pk__in=unknown)):
                brief = unknown[row.job.pk]
                text = texts[brief.pk] = self._write(row, brief.pk == marked)
                # It may have ended, or expired, since its brief was read.
                as_told = (row.job.status, row.expired, row.job.requested_by.username) == brief[2:]
                if as_told and not brief.active and brief.pk != marked:
                    if len(self._remembered) >= MOST_REMEMBERED:
                        self._remembered.clear()
                    self._remembered[brief] = text
        return [texts[brief.pk] for brief in briefs if brief.pk in texts]

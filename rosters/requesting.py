"""From the page to a job: which files to make, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from jobs.enums import Trigger
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.models import Organization
from rosters.access import TYPE
from rosters.enums import Purpose

KIND = "roster_files"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which files to make: for a school year (the calendar year it ends in), schools, and sections of some of them.

    `anew`: send a school's file also when nothing changed.
    """

    purpose: str
    year: int
    schools: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    anew: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "purpose": self.purpose,
            "year": self.year,
            "schools": list(self.schools),
            "sections": {school: list(ids) for school, ids in self.sections.items()},
            "anew": self.anew,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Criteria:
        return cls(
            purpose=given["purpose"],
            year=given["year"],
            schools=tuple(given["schools"]),
            sections={school: tuple(ids) for school, ids in given["sections"].items()},
            anew=given["anew"],
        )

    @property
    def words(self) -> str:
        count = len(self.schools)
        parts = [f"{self.year - 1}-{self.year}", f"{count} school{'' if count == 1 else 's'}"]
        if sections := sum(len(ids) for ids in self.sections.values()):
            parts.append(f"{sections} section{'' if sections == 1 else 's'} chosen")
        return ", ".join(parts)


def request_files(
    *, user: User, lea: Organization, authority: Authority, criteria: Criteria, trigger: Trigger, form_token: str = ""
) -> Job:
    """Ask for the files of schools, to download them or to send them to CERS.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user's role does not cover the schools.
    """
    return request_job(
        kind=KIND,
        organization=lea,
        record_type=TYPE,
        label=f"Student groups, {Purpose(criteria.purpose).label}",
        authority=authority,
        criteria=criteria.to_json(),
        criteria_words=criteria.words,
        requested_by=user,
        trigger=trigger,
        form_token=form_token,
    )


def covered_schools(codes: Sequence[str], allowed: Sequence[Organization]) -> tuple[str, ...]:
    """Of the codes asked for those that are allowed, in the order of the schools; no code means all."""
    wanted = set(codes)
    return tuple(school.code for school in allowed if not wanted or school.code in wanted)

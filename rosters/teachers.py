"""Whose logins a group gets (spec rosters, sections 3 and 7.2). Pure, no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

_EMAIL = re.compile(r"[^@\s,;\"<>]+@[^@\s,;\"<>.]+(\.[^@\s,;\"<>.]+)+")
LONGEST_LOGIN = 255


class Role(Enum):
    """A teacher's role in a section. The first three get rows, in this order; others do not."""

    LEAD = "lead"
    CO_TEACHER = "co-teacher"
    JOB_SHARE = "job-share"
    OTHER = "other"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A teacher of a section, from `start` to before `end`."""

    staff_id: str
    last_name: str
    first_name: str
    email: str
    role: Role
    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Team:
    """The teachers of a group: who gives it its name, who gets rows (in their order), who cannot be given any."""

    lead: Assignment | None
    sent: tuple[Assignment, ...]
    without_login: tuple[Assignment, ...]


def team(assignments: Iterable[Assignment], *, day: date) -> Team:
    """The teachers of a section on a day.

    Two leads: the earlier start, then the e-mail, names the group. E-mails compare without case; of two teachers with
    the same one the higher role stays.
    """
    counted = [found for found in assignments if found.role is not Role.OTHER and found.holds(day)]
    leads = sorted(
        (found for found in counted if found.role is Role.LEAD),
        key=lambda found: (found.start or date.min, found.email.casefold(), found.staff_id),
    )
    sent: dict[str, Assignment] = {}
    without = []
    for found in sorted(counted, key=lambda found: (found.role.rank, found.email.casefold(), found.staff_id)):
        if is_email(found.email):
            sent.setdefault(found.email.casefold(), found)
        else:
            without.append(found)
    lead = leads[0] if leads else None
    # The one the group is named after stands first among its leads.
    in_order = sorted(sent.values(), key=lambda found: (found.role.rank, found is not lead, found.email.casefold()))
    return Team(lead, tuple(in_order), tuple(without))


def is_email(text: str) -> bool:
    """Whether a login has the form of an e-mail address. Nobody can tell from here whether CERS knows it."""
    return len(text) <= LONGEST_LOGIN and bool(_EMAIL.fullmatch(text))

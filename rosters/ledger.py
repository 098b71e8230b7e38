"""The ledger of groups: names stay the same, and what CERS holds is known (spec rosters, section 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from ods.models import Organization
from rosters.difference import Members
from rosters.groups import Cleared, Roster
from rosters.models import SchoolFile, SentGroup
from rosters.names import key_of


class Ledger:
    """The groups of one school and year. One query."""

    def __init__(self, lea: Organization, school: str, year: int) -> None:
        self._at = {"lea": lea, "school": school, "year": year}
        self.groups = list(SentGroup.objects.filter(**self._at))

    @property
    def names(self) -> dict[tuple[str, str], str]:
        """(section, lead) to name."""
        return {(group.section, group.lead): group.name for group in self.groups}

    def held(self, named: Collection[str]) -> dict[str, Members]:
        """What CERS holds, by name: groups of files that were processed, without those that were emptied.

        Groups that are stale already are there only if they are `named` again.
        """
        return {
            group.name: Members(group.subject, frozenset(group.students), frozenset(group.users))
            for group in self.groups
            if (group.students or group.users) and (group.stale_since is None or group.name in named)
        }

    @property
    def to_clear(self) -> list[Cleared]:
        return [Cleared(group.name, group.subject) for group in self.groups if group.clear_asked]

    def remember(self, roster: Roster) -> None:
        """Keep the names a roster has and the ledger has not. One query at most."""
        known = self.names
        new = [
            SentGroup(
                **self._at,
                section=group.section.id,
                lead=group.lead.staff_id,
                name=group.name,
                key=key_of(group.name),
                subject=group.section.subject,
            )
            for group in roster.groups
            if (group.section.id, group.lead.staff_id) not in known
        ]
        if new:
            SentGroup.objects.bulk_create(new, ignore_conflicts=True)


def accept(file: SchoolFile, members: Mapping[str, Members], *, today: date) -> None:
    """Note that CERS has processed a file: its groups are exactly so now; what it should have named and did not, is
    stale from today."""
    keys = {key_of(name): found for name, found in members.items()}
    groups = {
        group.key: group for group in SentGroup.objects.filter(lea=file.lea, school=file.school, year=file.run.year)
    }
    now = timezone.now()
    changed = []
    for key, group in groups.items():
        found = keys.get(key)
        if found is not None:
            group.subject = found.subject
            group.students, group.users = sorted(found.students), sorted(found.users)
            group.accepted_at, group.accepted_file = now, file
            emptied = not (found.students or found.users)
            group.cleared_at = now if emptied else None
            group.stale_since = (group.stale_since or today) if emptied else None
            group.clear_asked = False
            changed.append(group)
    fields = [
        "subject",
        "students",
        "users",
        "accepted_at",
        "accepted_file",
        "cleared_at",
        "stale_since",
        "clear_asked",
    ]
    SentGroup.objects.bulk_update(changed, fields, batch_size=200)
    if file.complete:
        mark_stale(file, keys.keys(), today=today)


def mark_stale(file: SchoolFile, named: Collection[str], *, today: date) -> None:
    """Note which accepted groups of a school a complete file does not name any more; `named` are its names' keys."""
    groups = SentGroup.objects.filter(lea=file.lea, school=file.school, year=file.run.year, accepted_at__isnull=False)
    stale = [group.pk for group in groups.filter(stale_since__isnull=True) if group.key not in named]
    SentGroup.objects.filter(pk__in=stale).update(stale_since=today)


def stale_groups(lea: Organization, schools: Iterable[str]) -> QuerySet[SentGroup]:
    """Groups that no file names any more and that still show students to their users in CERS; emptied ones too."""
    found = SentGroup.objects.filter(lea=lea, school__in=list(schools), stale_since__isnull=False)
    return found.order_by("school", "-year", "name")


def ask_to_clear(*, lea: Organization, school: str, names: Iterable[str], clear: bool) -> int:
    """Have the next file of a school empty stale groups, or not any more; how many were changed."""
    return stale_groups(lea, [school]).filter(~Q(students=[], users=[]), name__in=list(names)).update(clear_asked=clear)

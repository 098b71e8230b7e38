"""Who may ask for which extract, of which LEA and schools, and the authority a request is made with.

Everything here follows from `accounts.permissions.reach` and the definitions' unlocks (spec ods-extracts 3 and 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Reach, member_leas, reach
from extracts.definition import ExtractDefinition, Unlock
from extracts.definitions import DEFINITIONS
from ods.directory import PSEUDO_SCHOOLS, schools_of
from ods.models import Organization, OrganizationKind


@dataclass(frozen=True)
class School:
    """A line of a modal's school list. `placement` marks the pseudo-schools of NPS and private placements."""

    code: str
    name: str
    placement: bool = False

    def __str__(self) -> str:
        return f"{self.name} - {self.code}"


@dataclass(frozen=True)
class Access:
    """What one user may ask of one extract in one working organisation: his unlocks, widest first."""

    definition: ExtractDefinition
    organization: Organization
    grants: tuple[tuple[Unlock, Reach], ...]

    @property
    def whole(self) -> bool:
        """Some unlock reaches the whole LEA (or, for a SELPA, the whole of each member LEA)."""
        return any(held.whole for _, held in self.grants)

    @property
    def limit(self) -> str:
        """The limit on rows that no unlock of this user is free of; '' if any is."""
        limits = {unlock.limit for unlock, _ in self.grants}
        return "" if "" in limits else limits.pop()

    def leas(self) -> list[Organization]:
        """The Reporting LEAs to choose from: the organisation itself, or a SELPA's members of today."""
        if self.organization.kind == OrganizationKind.SELPA:
            return list(member_leas(self.organization))
        return [self.organization]

    def schools(self, lea: Organization) -> list[School]:
        """The schools to choose from: own schools by name, then for whole-LEA users the placements.

        Staff may also be assigned to the LEA itself, "District Office" (10.1.4).
        """
        if not self.definition.asks_schools:
            return []
        found = [School(school.code, school.name) for school in schools_of(lea)]
        if not self.whole:
            reached = frozenset[str]().union(*(held.schools for _, held in self.grants))
            return [school for school in found if school.code in reached]
        if self.definition.code == "SASS" and lea.code not in {school.code for school in found}:
            found.insert(0, School(lea.code, "District Office"))
        return found + [School(code, name, placement=True) for code, name in PSEUDO_SCHOOLS.items()]

    def unlock_for(self, schools: Collection[str]) -> tuple[Unlock, bool] | None:
        """The first unlock that covers a request for these schools, and whether it takes a holder at the whole LEA.

        A request takes the whole LEA if it names no school, a placement or the LEA itself: no school user could
        make it. None: no unlock covers it.
        """
        own = {school for school in schools if school not in PSEUDO_SCHOOLS and school != self.organization.code}
        charter = self.organization.code in schools and self._is_school(self.organization.code)
        if charter:
            own.add(self.organization.code)
        takes_whole = not schools or own != set(schools) or self.organization.kind == OrganizationKind.SELPA
        for unlock, held in self.grants:
            if held.whole or (not takes_whole and own <= held.schools):
                return unlock, takes_whole
        return None

    def _is_school(self, code: str) -> bool:
        return schools_of(self.organization).filter(code=code).exists()


def access_to(
    *, user: User | AnonymousUser, organization: Organization, definition: ExtractDefinition
) -> Access | None:
    """What a user may ask of an extract in an organisation; None if no role of his unlocks it there."""
    return access_with(held=reach(user, organization), organization=organization, definition=definition)


def menu(*, held: Mapping[str, Reach], organization: Organization) -> list[Access]:
    """Every extract that roles held in an organisation (`accounts.permissions.reach`) unlock, in the menu's order."""
    return list(_opened(held, organization))


def anything_open(*, organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    """Whether roles held in an organisation unlock any extract there."""
    return organization is not None and any(_opened(held, organization))


def _opened(held: Mapping[str, Reach], organization: Organization) -> Iterator[Access]:
    for definition in DEFINITIONS.values():
        if access := access_with(held=held, organization=organization, definition=definition):
            yield access


def access_with(
    *, held: Mapping[str, Reach], organization: Organization, definition: ExtractDefinition
) -> Access | None:
    """What roles held in an organisation (`accounts.permissions.reach`) open of one extract; None: nothing."""
    grants = tuple(
        (unlock, _counted(unlock, held[unlock.role])) for unlock in definition.unlocks if unlock.role in held
    )
    grants = tuple((unlock, held_at) for unlock, held_at in grants if held_at.whole or held_at.schools)
    return Access(definition, organization, grants) if grants else None


def _counted(unlock: Unlock, held: Reach) -> Reach:
    return held if unlock.schools else Reach(whole=held.whole)

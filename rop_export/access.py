"""Who may use the ROP page, and from where (spec rop, section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.permissions import Reach
from jobs.registry import Covering
from ods.directory import schools_of
from ods.models import Organization, OrganizationKind
from rop_export.criteria import DISTRICT

ROLE = "rop_administer"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the extract can be run from: the district (school 0) or a school."""

    code: str
    name: str

    @property
    def district(self) -> bool:
        return self.code == DISTRICT


def open_to(organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    """Whether roles held in an organisation (`accounts.permissions.reach`) open the page there."""
    return organization is not None and organization.kind == OrganizationKind.LEA and ROLE in held


def places(lea: Organization, held: Mapping[str, Reach]) -> list[Place]:
    """The places a role holder may run the extract from: the district first, if the role is held there."""
    reach = held.get(ROLE, Reach())
    found = [Place(school.code, school.name) for school in schools_of(lea)]
    if reach.whole:
        return [Place(DISTRICT, lea.name), *found]
    return [place for place in found if place.code in reach.schools]


def covering_roles() -> Covering:
    """Who sees a ROP job: every holder of the role there. Its files go to nobody but who asked (`rop_export.views`)."""
    return {("ROP", ""): frozenset({ROLE})}

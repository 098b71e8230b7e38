"""Who may use the SSID Matching Tool: holders of SENR Edit, at an LEA or a school (spec ssid-matching 2)."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.permissions import Reach
from jobs.registry import Covering
from jobs.requesting import Authority
from ods.models import Organization, OrganizationKind

ROLE = "senr_edit"


def open_to(organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    """Whether roles held in an organisation (`accounts.permissions.reach`) open the tool there."""
    return organization is not None and organization.kind == OrganizationKind.LEA and ROLE in held


def authority_of(held: Mapping[str, Reach]) -> Authority:
    """What a file is sent with: the whole LEA, or the schools at which the role is held."""
    reach = held[ROLE]
    return Authority(role=ROLE, whole=reach.whole, schools=() if reach.whole else tuple(sorted(reach.schools)))


def covering_roles() -> Covering:
    return {("SENR", ""): frozenset({ROLE})}

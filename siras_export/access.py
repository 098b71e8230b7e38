"""Who may see and change a district's SIRAS profile: holders of the role at the LEA itself (spec siras, section 9)."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.permissions import Reach
from jobs.registry import Covering
from ods.models import Organization, OrganizationKind

ROLE = "siras_manage"
RECORD_TYPE = "SIRAS"


def open_to(organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    """Whether roles held in an organisation (`accounts.permissions.reach`) open the pages there.

    The file is the whole district's, so a role held at a school alone opens nothing.
    """
    return organization is not None and organization.kind == OrganizationKind.LEA and held.get(ROLE, Reach()).whole


def covering_roles() -> Covering:
    return {(RECORD_TYPE, ""): frozenset({ROLE})}

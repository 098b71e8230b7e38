"""Who may work with student groups, and for which schools (spec rosters, section 5; ARCHITECTURE, roles)."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from accounts.permissions import Reach, reach
from jobs.registry import Covering
from jobs.requesting import Authority
from ods.directory import schools_of
from ods.models import Organization, OrganizationKind

ROLE = "rosters_manage"
TYPE = "CERS"
"""What a job's `record_type` says."""


def open_to(organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    """Whether roles held in an organisation (`accounts.permissions.reach`) open the pages there."""
    return organization is not None and organization.kind == OrganizationKind.LEA and ROLE in held


def schools(lea: Organization, held: Mapping[str, Reach]) -> list[Organization]:
    """The schools whose groups a role holder may see and send, by name."""
    own = held.get(ROLE, Reach())
    found = schools_of(lea) if own.whole else schools_of(lea).filter(code__in=own.schools)
    return list(found.order_by("name", "code"))


def may_send(user: User, lea: Organization, school: str) -> bool:
    """Whether a user's role reaches a school now."""
    held = reach(user, lea)
    return open_to(lea, held) and any(one.code == school for one in schools(lea, held))


def whole(held: Mapping[str, Reach]) -> bool:
    """Whether the role is held at the LEA itself: for what belongs to all of its schools."""
    return held.get(ROLE, Reach()).whole


def hold(lea: Organization) -> None:
    """Let others who change an LEA's class data or name its groups wait until this transaction ends."""
    Organization.objects.select_for_update(no_key=True).filter(pk=lea.pk).values_list("pk").first()


def authority(held: Mapping[str, Reach], codes: tuple[str, ...]) -> Authority:
    """What a request about some schools is made with."""
    return Authority(role=ROLE, whole=False, schools=codes) if codes else Authority(role=ROLE, whole=whole(held))


def covering_roles() -> Covering:
    """Who sees such a job and gets its files: holders of the role for all of its schools."""
    return {(TYPE, ""): frozenset({ROLE})}

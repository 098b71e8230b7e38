"""Which organisations somebody may act on in a role. The only door to that question (docs/architecture.md).

A role held at an LEA reaches the LEA and its schools; one held at a school only that school; `selpa_reports` held at
a SELPA reaches the SELPA, the LEAs that are its members today, and their schools (spec ods-extracts 3 and 10). Any
other pairing of role and kind of organisation reaches nothing. Only grants on an organisation count: permissions of
the model, superuser status and inactive accounts open nothing. guardian's own questions (`has_perm`,
`get_objects_for_user`) know none of this and are used nowhere.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import GroupRole, User, UserRole
from ods.calendar import pacific_today
from ods.compiled import SOMEBODY, Compiled
from ods.models import Organization, OrganizationKind, SelpaMembership

ROLES: dict[str, str] = dict(Organization._meta.permissions)
"""Role codename to its name as people read it, in the state's order."""

SELPA_ROLES = frozenset({"selpa_reports"})
"""The roles that are held at a SELPA; all others are held at an LEA or a school."""


@dataclass(frozen=True)
class Reach:
    """How far a role reaches within one working organisation.

    `whole`: held at the LEA (or SELPA) itself. `schools`: codes of the schools at which it is held on its own; a role
    may be held in both ways.
    """

    whole: bool = False
    schools: frozenset[str] = field(default_factory=frozenset)


class Grant(NamedTuple):
    """A role on an organisation (its row number, kind, code and name) and, if that is a school, on which LEA's."""

    role: str
    place: int
    kind: str
    code: str
    name: str
    parent: int | None
    parent_code: str | None
    parent_name: str | None


def roles_of(kind: str) -> list[str]:
    """The roles that can be held at a kind of organisation (`OrganizationKind`), in the state's order."""
    return [role for role in ROLES if (role in SELPA_ROLES) == (kind == OrganizationKind.SELPA)]


def _grants(user: User, roles: Collection[str]) -> tuple[QuerySet[UserRole], QuerySet[GroupRole]]:
    """The grants of any of the roles to an active user: his own, and those of his groups."""
    grant = Q(
        permission__codename__in=roles,
        permission__content_type__app_label=Organization._meta.app_label,
        permission__content_type__model=Organization._meta.model_name,
    )
    return (
        UserRole.objects.filter(grant, user=user, user__is_active=True),
        GroupRole.objects.filter(grant, group__user=user, group__user__is_active=True),
    )


def held_at(user: User, roles: Collection[str]) -> QuerySet[Organization]:
    """The organisations on which one of the roles is granted, whatever their kind; not what the roles reach."""
    own, groups = _grants(user, roles)
    return Organization.objects.order_by().filter(
        Q(pk__in=own.values("content_object")) | Q(pk__in=groups.values("content_object"))
    )


def _in_force(on: date) -> Q:
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def member_leas(selpa: Organization, on: date | None = None) -> QuerySet[Organization]:
    """The LEAs that are members of a SELPA on a day (today, in Pacific time); first and last day included."""
    members = SelpaMembership.objects.filter(_in_force(on or pacific_today()), selpa=selpa)
    return Organization.objects.filter(pk__in=members.values("lea"))


def organizations_for(user: User | AnonymousUser, role: str) -> QuerySet[Organization]:
    """The organisations a user may act on in a role, as one query that can stand inside another.

    Raises:
        KeyError: no such role.
    """
    ROLES[role]
    if not isinstance(user, User):
        return Organization.objects.none()
    kinds = [kind for kind in OrganizationKind if role in roles_of(kind)]
    held = held_at(user, [role]).filter(kind__in=kinds).values("pk")
    if role not in SELPA_ROLES:
        return Organization.objects.filter(Q(pk__in=held) | Q(parent__in=held))
    members = SelpaMembership.objects.filter(_in_force(pacific_today()), selpa__in=held).values("lea")
    return Organization.objects.filter(Q(pk__in=held) | Q(pk__in=members) | Q(parent__in=members))


def may(user: User | AnonymousUser, role: str, organization: Organization) -> bool:
    """Whether a user may act in a role on one organisation."""
    return organizations_for(user, role).filter(pk=organization.pk).exists()


def grants_of(user: User | AnonymousUser) -> list[Grant]:
    """Every role granted to an active user, on his own or through his groups. One query."""
    if not isinstance(user, User):
        return []
    return [Grant(*row) for row in _every_grant(connection.vendor).rows(user.pk)]


@cache
def _every_grant(_vendor: str) -> Compiled:
    of_place = ("", "__kind", "__code", "__name", "__parent", "__parent__code", "__parent__name")
    columns = ["permission__codename", *(f"content_object{column}" for column in of_place)]
    own, groups = (grants.values_list(*columns) for grants in _grants(User(pk=SOMEBODY), ROLES))
    return Compiled(own.union(groups), SOMEBODY, name="every_grant")


def reach_of(grants: Iterable[Grant], organization: Organization) -> dict[str, Reach]:
    """What these grants reach within a working organisation (an LEA or a SELPA): each role, and how far."""
    whole: set[str] = set()
    schools: dict[str, set[str]] = {}
    for grant in grants:
        if grant.place == organization.pk:
            whole.add(grant.role)
        elif grant.parent == organization.pk:
            schools.setdefault(grant.role, set()).add(grant.code)
    held = whole | schools.keys()
    roles = roles_of(organization.kind)
    return {role: Reach(role in whole, frozenset(schools.get(role, ()))) for role in roles if role in held}


def reach(user: User | AnonymousUser, organization: Organization) -> dict[str, Reach]:
    """Each role a user holds within a working organisation, and how far it reaches. One query."""
    return reach_of(grants_of(user), organization)

"""Who holds what at an organisation, however he came by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import GroupRole, User, UserRole
from accounts.permissions import ROLES
from ods.calendar import pacific_today
from ods.models import Organization, OrganizationKind, SelpaMembership


@dataclass(frozen=True)
class Holding:
    """A person, the roles he holds at one place, and the group he has them through ('' if they are his own)."""

    user: User
    held_at: Organization
    roles: list[str]
    group: str


def holders_at(organization: Organization, *, role: str = "") -> list[Holding]:
    """Everybody whose roles reach an organisation or one of its schools, by user name; all roles, or one.

    Roles held at the organisation itself, at its schools, at the LEA a school belongs to, and at the SELPAs whose
    members of today those are. Inactive users are among them: their grants would count again.
    """
    lea = organization.parent_id if organization.kind == OrganizationKind.SCHOOL else organization.pk
    today = pacific_today()
    selpas = SelpaMembership.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), since__lte=today, lea=lea
    ).values("selpa")
    grant = Q(permission__codename__in=[role] if role else ROLES) & (
        Q(content_object=organization)
        | Q(content_object=organization.parent_id)
        | Q(content_object__parent=organization)
        | Q(content_object__in=selpas, permission__codename="selpa_reports")
    )
    found: dict[tuple[str, str, int], Holding] = {}
    for user, place, codename, group in _rows(grant):
        key = (user.get_username(), group, place.pk)
        found.setdefault(key, Holding(user, place, [], group)).roles.append(codename)
    order = list(ROLES)
    for holding in found.values():
        holding.roles[:] = [ROLES[codename] for codename in sorted(holding.roles, key=order.index)]
    return sorted(found.values(), key=lambda held: (held.user.get_username(), str(held.held_at), held.group))


def _rows(grant: Q) -> Iterator[tuple[User, Organization, str, str]]:
    for own in UserRole.objects.filter(grant).select_related("user", "content_object", "permission"):
        yield own.user, own.content_object, own.permission.codename, ""
    for row in (
        GroupRole.objects.filter(grant)
        .select_related("group", "content_object", "permission")
        .prefetch_related("group__user_set")
    ):
        for member in row.group.user_set.all():
            yield member, row.content_object, row.permission.codename, row.group.name

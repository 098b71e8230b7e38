"""Giving and taking roles: the one place where grants change, each with its audit row."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.administrators import may_administer
from accounts.enums import AuditAction
from accounts.models import AuditEntry, GroupRole, User, UserRole
from accounts.permissions import ROLES, roles_of
from ods.models import Organization

Pair = tuple[int, str]
"""Id of an organisation, and a role held on it."""


class NotAllowed(Exception):
    """The change may not be made; its words say why to whoever tried."""


@dataclass(frozen=True)
class Changed:
    """How many roles were granted and revoked; what was so already counts as neither."""

    granted: int
    revoked: int


def reason_not_to_assign(*, holder: User | Group, by: User) -> str:
    """Why somebody may not change the roles of a user or group; '' if he may."""
    if not may_administer(by):
        return "You may not administer roles."
    if isinstance(holder, Group):
        is_member = by.groups.filter(pk=holder.pk).exists()
        return "You are a member of this group, and nobody changes his own roles." if is_member else ""
    if holder.pk == by.pk:
        return "Nobody changes his own roles. Ask another administrator."
    if holder.is_superuser and not by.is_superuser:
        return "Only a superuser changes a superuser."
    return ""


def roles_held(holder: User | Group, organizations: Collection[Organization] | None = None) -> set[Pair]:
    """What is granted to a user or a group itself, everywhere or on some organisations. One query."""
    grants = _grants(holder).filter(permission__codename__in=ROLES)
    if organizations is not None:
        grants = grants.filter(content_object__in=organizations)
    return set(grants.values_list("content_object_id", "permission__codename"))


@transaction.atomic
def change_roles(
    *,
    holder: User | Group,
    grant: Collection[Pair] = (),
    revoke: Collection[Pair] = (),
    by: User,
    request: HttpRequest | None = None,
) -> Changed:
    """Grant and revoke roles of a user or a group, all of it or nothing; one audit row for each that changes.

    Raises:
        NotAllowed: `by` may not do this, or a role cannot be held at that kind of organisation.
    """
    if reason := reason_not_to_assign(holder=holder, by=by):
        raise NotAllowed(reason)
    # Two administrators at the same person queue up here.
    type(holder)._default_manager.select_for_update(no_key=True).filter(pk=holder.pk).first()
    places = Organization.objects.in_bulk({pk for pk, _ in (*grant, *revoke)})
    for pk, role in grant:
        if pk not in places or role not in roles_of(places[pk].kind):
            where = str(places[pk]) if pk in places else "an organization that does not exist"
            raise NotAllowed(f"{ROLES.get(role, role)} cannot be held at {where}.")
    held = roles_held(holder, list(places.values()))
    granted = sorted(set(grant) - held)
    revoked = sorted((set(revoke) & held) - set(grant))
    permissions = {permission.codename: permission for permission in _role_permissions()}
    if isinstance(holder, Group):
        GroupRole.objects.bulk_create(
            GroupRole(group=holder, permission=permissions[role], content_object=places[pk]) for pk, role in granted
        )
    else:
        UserRole.objects.bulk_create(
            UserRole(user=holder, permission=permissions[role], content_object=places[pk]) for pk, role in granted
        )
    for role, pairs in groupby(sorted(revoked, key=itemgetter(1)), key=itemgetter(1)):
        _grants(holder).filter(permission=permissions[role], content_object__in=[pk for pk, _ in pairs]).delete()
    subject = f"group:{holder.pk}" if isinstance(holder, Group) else f"user:{holder.pk}"
    name = holder.name if isinstance(holder, Group) else holder.get_username()
    AuditEntry.objects.bulk_create(
        audit.entry(
            action=action,
            actor=by,
            organization=places[pk],
            subject=subject,
            details={"holder": name, "role": role},
            request=request,
        )
        for action, pairs in ((AuditAction.ROLE_GRANTED, granted), (AuditAction.ROLE_REVOKED, revoked))
        for pk, role in pairs
    )
    return Changed(granted=len(granted), revoked=len(revoked))


def _grants(holder: User | Group) -> QuerySet[GroupRole] | QuerySet[UserRole]:
    return GroupRole.objects.filter(group=holder) if isinstance(holder, Group) else UserRole.objects.filter(user=holder)


def _role_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        codename__in=ROLES,
        content_type__app_label=Organization._meta.app_label,
        content_type__model=Organization._meta.model_name,
    )

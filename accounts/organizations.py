"""Where somebody works: the organisations to choose from, and the one chosen (wire contract 2)."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.permissions import ROLES, SELPA_ROLES, Reach, held_at, reach
from ods.models import Organization, OrganizationKind

SESSION_KEY = "organization"

T = TypeVar("T")


def working_organizations(user: User | AnonymousUser) -> QuerySet[Organization]:
    """The LEAs and SELPAs a user may choose as his current organisation, in the order of the selector.

    An LEA at which, or at one of whose schools, he holds any role; a SELPA at which he holds `selpa_reports`.
    A school user works in his LEA and sees only his schools there.
    """
    if not isinstance(user, User):
        return Organization.objects.none()
    lea_held = held_at(user, ROLES.keys() - SELPA_ROLES)
    selpa_held = held_at(user, SELPA_ROLES)
    # Only schools have a parent, and it is their LEA.
    leas = Q(kind=OrganizationKind.LEA) & (Q(pk__in=lea_held.values("pk")) | Q(pk__in=lea_held.values("parent")))
    return Organization.objects.filter(leas | Q(kind=OrganizationKind.SELPA, pk__in=selpa_held.values("pk")))


def organizations_at_hand(request: HttpRequest) -> list[Organization]:
    """`working_organizations` of the caller, read once for each request."""
    return _once(request, "_organizations_at_hand", lambda: list(working_organizations(request.user)))


def current_organization(request: HttpRequest) -> Organization | None:
    """The organisation chosen in this session; the first of the list if none was, or the right to it is lost."""
    at_hand = organizations_at_hand(request)
    chosen = request.session.get(SESSION_KEY)
    return next((organization for organization in at_hand if organization.pk == chosen), None) or next(
        iter(at_hand), None
    )


def current_reach(request: HttpRequest) -> dict[str, Reach]:
    """`reach` of the caller in his current organisation, read once for each request."""
    organization = current_organization(request)
    return _once(request, "_current_reach", lambda: reach(request.user, organization) if organization else {})


def choose_organization(*, request: HttpRequest, organization_id: int) -> Organization:
    """Make an organisation the current one of this session.

    Raises:
        Organization.DoesNotExist: the caller may not work there (or there is none); the choice stays as it was.
    """
    chosen = next((place for place in organizations_at_hand(request) if place.pk == organization_id), None)
    if chosen is None:
        subject = f"organization:{organization_id}"
        audit.record(action=AuditAction.ACCESS_REFUSED, subject=subject, request=request)
        raise Organization.DoesNotExist
    request.session[SESSION_KEY] = chosen.pk
    audit.record(action=AuditAction.ORGANIZATION_CHANGED, organization=chosen, request=request)
    return chosen


def _once(request: HttpRequest, name: str, read: Callable[[], T]) -> T:
    """A value kept on the request, so that it dies with it."""
    kept = vars(request)
    if name not in kept:
        kept[name] = read()
    return cast(T, kept[name])

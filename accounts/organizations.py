"""Where somebody works: the organisations to choose from, and the one chosen (wire contract 2)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import ROLES, SELPA_ROLES, held_at
from ods.models import Organization, OrganizationKind

SESSION_KEY = "organization"


def working_organizations(user: User | AnonymousUser) -> QuerySet[Organization]:
    """The LEAs and SELPAs a user may choose as his current organisation, in the order of the selector.

    An LEA at which, or at one of whose schools, he holds any role; a SELPA at which he holds `selpa_reports`.
    A school user works in his LEA and sees only his schools there.
    """
    if not isinstance(user, User):
        return Organization.objects.none()
    lea_held = held_at(user, ROLES.keys() - SELPA_ROLES)
    selpa_held = held_at(user, SELPA_ROLES)
    leas = Q(kind=OrganizationKind.LEA) & (
        Q(pk__in=lea_held.values("pk")) | Q(pk__in=lea_held.filter(kind=OrganizationKind.SCHOOL).values("parent"))
    )
    return Organization.objects.filter(leas | Q(kind=OrganizationKind.SELPA, pk__in=selpa_held.values("pk")))


def organizations_at_hand(request: HttpRequest) -> list[Organization]:
    """`working_organizations` of the caller, read once for each request."""
    found: list[Organization] | None = getattr(request, "_organizations_at_hand", None)
    if found is None:
        found = list(working_organizations(request.user))
        request._organizations_at_hand = found  # type: ignore[attr-defined]  # a cache that dies with the request
    return found


def current_organization(request: HttpRequest) -> Organization | None:
    """The organisation chosen in this session; the first of the list if none was, or the right to it is lost."""
    at_hand = organizations_at_hand(request)
    chosen = request.session.get(SESSION_KEY)
    return next((organization for organization in at_hand if organization.pk == chosen), None) or next(
        iter(at_hand), None
    )

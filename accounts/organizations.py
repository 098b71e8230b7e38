"""Where somebody works: the organisations to choose from, and the one chosen (wire contract 2)."""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.permissions import Grant, Reach, grants_of, reach_of, roles_of
from ods.models import Organization, OrganizationKind

SESSION_KEY = "organization"

T = TypeVar("T")


def working_organizations(user: User | AnonymousUser) -> QuerySet[Organization]:
    """The LEAs and SELPAs a user may choose as his current organisation, in the order of the selector.

    An LEA at which, or at one of whose schools, he holds any role; a SELPA at which he holds `selpa_reports`.
    A school user works in his LEA and sees only his schools there.
    """
    return Organization.objects.filter(pk__in=[place.pk for place in _places(grants_of(user))])


def _places(grants: Iterable[Grant]) -> list[Organization]:
    """The LEAs and SELPAs of these grants, as they stand in the database: no query is needed."""
    found: dict[int, tuple[object, ...]] = {}
    for grant in grants:
        if grant.role not in roles_of(grant.kind):
            continue
        # Only schools have a parent, and it is their LEA.
        if grant.parent:
            found[grant.parent] = (grant.parent, OrganizationKind.LEA, grant.parent_code, grant.parent_name, None)
        else:
            found[grant.place] = (grant.place, grant.kind, grant.code, grant.name, None)
    columns = ["id", "kind", "code", "name", "parent_id"]
    places = [Organization.from_db(connection.alias, columns, values) for values in found.values()]
    return sorted(places, key=lambda place: (place.name, place.code, place.kind))


def _grants_at_hand(request: HttpRequest) -> list[Grant]:
    return _once(request, "_grants_at_hand", lambda: grants_of(request.user))


def organizations_at_hand(request: HttpRequest) -> list[Organization]:
    """`working_organizations` of the caller, read once for each request."""
    return _once(request, "_organizations_at_hand", lambda: _places(_grants_at_hand(request)))


def current_organization(request: HttpRequest) -> Organization | None:
    """The organisation chosen in this session; the first of the list if none was, or the right to it is lost."""
    at_hand = organizations_at_hand(request)
    chosen = request.session.get(SESSION_KEY)
    return next((organization for organization in at_hand if organization.pk == chosen), None) or next(
        iter(at_hand), None
    )


def reach_at(request: HttpRequest, organization: Organization) -> dict[str, Reach]:
    """`reach` of the caller in an organisation; his grants are read once for each request."""
    return reach_of(_grants_at_hand(request), organization)


def current_reach(request: HttpRequest) -> dict[str, Reach]:
    """`reach` of the caller in his current organisation."""
    organization = current_organization(request)
    return reach_at(request, organization) if organization else {}


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

"""The lookups programs read: who works where, which schools, what the home page says (wire contract 3)."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.models import User
from accounts.organizations import current_organization, organizations_at_hand
from wire.json import Choice, choices, grid
from wire.query import query_of


def _caller(request: HttpRequest) -> User:
    # The sign-in middleware lets nobody else through.
    return cast(User, request.user)


@require_safe
def leas(request: HttpRequest) -> HttpResponse:
    """The organisations the caller may work in; the value is the code, which the other addresses take."""
    current = current_organization(request)
    return choices(
        Choice(str(organization), organization.code, selected=organization == current)
        for organization in organizations_at_hand(request)
    )


@require_safe
def school_listing_all(request: HttpRequest) -> HttpResponse:
    """The schools of an LEA within the caller's reach, the pseudo-schools last."""
    found = queries.schools_within_reach(user=_caller(request), lea_code=query_of(request).get("lea"))
    return choices(Choice(f"{name} - {code}", code) for code, name in found)


@require_safe
def submitter_names(request: HttpRequest) -> HttpResponse:
    """Who may submit for an LEA: e-mail address and user id."""
    found = queries.submitters(user=_caller(request), lea_code=query_of(request).get("leaCdsCode"))
    return choices(Choice(user.email or user.get_username(), str(user.pk)) for user in found)


@require_safe
def user_organizations(request: HttpRequest, email: str) -> HttpResponse:
    """Where a person works, as far as the caller works there himself."""
    found = queries.organizations_in_common(user=_caller(request), email=email)
    return grid(
        {
            "OrganizationID": organization.pk,
            "OrganizationCode": organization.code,
            "OrganizationName": organization.name,
            "OrganizationType": organization.kind,
        }
        for organization in found
    )


@require_safe
def important_messages(request: HttpRequest) -> HttpResponse:
    """The home page's messages of today."""
    return grid(
        {
            "Title": message.title,
            "Text": message.text,
            "ShownFrom": f"{message.shown_from:%m/%d/%Y}",
            "ShownUntil": f"{message.shown_until:%m/%d/%Y}" if message.shown_until else "",
        }
        for message in queries.current_messages()
    )


@require_safe
def anomaly_status(request: HttpRequest) -> HttpResponse:
    """Empty: the emulator has no anomalies, which belong to the state's certification."""
    return grid([])


@require_safe
def certification_status(request: HttpRequest) -> HttpResponse:
    """Empty: nothing is certified in the emulator."""
    return grid([])

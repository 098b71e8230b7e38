"""Who is at the page, and for which district."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization, current_reach
from ods.models import Organization
from siras_export.access import open_to
from siras_export.models import Profile
from siras_export.profiles import new_profile, profile_of


@dataclass(frozen=True)
class Desk:
    """Somebody with the role, his LEA, and its profile (a new one, not kept, where there is none)."""

    user: User
    lea: Organization
    profile: Profile

    @property
    def set_up(self) -> bool:
        return self.profile.pk is not None


def desk_of(request: HttpRequest) -> Desk | HttpResponse:
    """The caller's desk, or the page that says what is missing."""
    organization = current_organization(request)
    held = current_reach(request)
    if organization is None or not open_to(organization, held) or not isinstance(request.user, User):
        if request.method == "POST":
            audit.record(
                action=AuditAction.ACCESS_REFUSED,
                organization=organization,
                subject="page:SIRAS",
                details={"reason": "no role opens this page here"},
                request=request,
            )
        return render(request, "siras_export/no_role.html", {"organization": organization}, status=403)
    return Desk(request.user, organization, profile_of(organization) or new_profile(organization))


def note_look(request: HttpRequest, desk: Desk, subject: str) -> None:
    """Somebody looks at students by name or SSID: that is on record, unlike a list that renews itself."""
    if "X-Polling" not in request.headers:
        audit.record(
            action=AuditAction.RECORD_VIEWED,
            organization=desk.lea,
            subject=subject,
            details={"page": request.path},
            request=request,
        )

"""The audit trail: one function that writes it. Ids, criteria and counts go in, student data never."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.enums import AuditAction
from accounts.models import AuditEntry, User
from ods.models import Organization

LONGEST_USER_AGENT = 300


def entry(
    *,
    action: AuditAction | str,
    actor: User | None = None,
    organization: Organization | None = None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """A row of the trail, not yet written: for callers that write many at once.

    `subject` is what it happened to, as `kind:id`. `details` must be able to stand as JSON. With a `request`, address
    and browser are noted, and who is signed in there is the actor unless another is given.

    Raises:
        ValueError: no such action.
    """
    if actor is None and request is not None:
        # The sign-in page and commands may hand over requests that no user middleware has seen.
        user = getattr(request, "user", None)
        actor = user if isinstance(user, User) else None
    return AuditEntry(
        action=AuditAction(action),
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        organization_id=organization.pk if organization else None,
        organization_code=organization.code if organization else "",
        subject=subject,
        details=dict(details or {}),
        address=request.META.get("REMOTE_ADDR", "") if request else "",
        user_agent=request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT] if request else "",
    )


def record(
    *,
    action: AuditAction | str,
    actor: User | None = None,
    organization: Organization | None = None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Write one row of the trail (see `entry`). Inside the caller's transaction: what is undone leaves no row."""
    row = entry(
        action=action, actor=actor, organization=organization, subject=subject, details=details, request=request
    )
    row.save(force_insert=True)
    return row

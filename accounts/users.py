"""What administrators may do to accounts, and what follows from it."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import AuditEntry, User
from accounts.sessions import end_sessions


def may_edit(*, by: User, user: User) -> bool:
    """A superuser's account is edited by superusers only. Django's own permission is asked besides."""
    return by.is_superuser or not user.is_superuser


def may_set_password(*, by: User, user: User) -> bool:
    """A new password is a way in: only superusers set one for other staff."""
    return by.is_superuser or not (user.is_superuser or user.is_staff) or by.pk == user.pk


def fields_kept_from(*, by: User, user: User | None) -> set[str]:
    """The fields of an account somebody may look at but not change.

    Nobody changes his own flags or groups; only superusers make staff and superusers.
    """
    if user is not None and user.pk == by.pk:
        return {"is_active", "is_staff", "is_superuser", "groups"}
    return set() if by.is_superuser else {"is_staff", "is_superuser"}


@transaction.atomic
def follow_change(*, user: User, changed: Collection[str], request: HttpRequest) -> None:
    """After an administrator saved an account: sessions of a deactivated user end, and the audit trail has it."""
    subject = f"user:{user.pk}"
    if "is_active" in changed:
        if not user.is_active:
            end_sessions(user)
        action = AuditAction.USER_REACTIVATED if user.is_active else AuditAction.USER_DEACTIVATED
        audit.record(action=action, subject=subject, details={"user": user.get_username()}, request=request)
    if others := sorted(set(changed) - {"is_active", "groups"}):
        details = {"user": user.get_username(), "fields": others}
        audit.record(action=AuditAction.USER_CHANGED, subject=subject, details=details, request=request)


def record_added(user: User, *, request: HttpRequest) -> None:
    """A new account stands in the audit trail."""
    details = {"user": user.get_username()}
    audit.record(action=AuditAction.USER_ADDED, subject=f"user:{user.pk}", details=details, request=request)


def record_password_change(before: User, *, request: HttpRequest) -> None:
    """If the stored password is no longer what it was, the audit trail says so. Django ends the other sessions."""
    if User.objects.filter(pk=before.pk).exclude(password=before.password).exists():
        details = {"user": before.get_username()}
        subject = f"user:{before.pk}"
        audit.record(action=AuditAction.PASSWORD_CHANGED, subject=subject, details=details, request=request)


def record_memberships(*, user: User, before: set[Group], after: set[Group], request: HttpRequest) -> None:
    """Roles come and go with groups: one audit row for each joined or left."""
    AuditEntry.objects.bulk_create(
        audit.entry(
            action=action,
            subject=f"user:{user.pk}",
            details={"user": user.get_username(), "group": group.name, "group_id": group.pk},
            request=request,
        )
        for action, groups in ((AuditAction.GROUP_JOINED, after - before), (AuditAction.GROUP_LEFT, before - after))
        for group in sorted(groups, key=lambda group: group.name)
    )

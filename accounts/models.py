"""Users, the roles they hold on organisations (guardian grants with a real foreign key), and the audit trail."""

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.enums import audit_actions
from ods.models import Organization


class User(AbstractUser):
    """Somebody who signs in.

    Sessions begun at `sessions_ended_at` or before are over, whatever becomes of the account afterwards.
    """

    sessions_ended_at = models.DateTimeField(null=True, blank=True, editable=False)


class UserRole(UserObjectPermissionBase):
    """A role of one user on one organisation. A direct foreign key: generic grants would survive their object."""

    content_object = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="user_roles")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
        permissions: ClassVar = [("administer_roles", "Can administer users and their roles")]


class GroupRole(GroupObjectPermissionBase):
    """A role of one group on one organisation."""

    content_object = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="group_roles")

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()


class AppendOnlyError(TypeError):
    """Somebody tried to change or remove a row of the audit trail."""


class _AppendOnly(models.QuerySet["AuditEntry"]):
    def update(self, **values: Any) -> NoReturn:
        raise AppendOnlyError("the audit trail is only ever added to")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("the audit trail is only ever added to")


class AuditEntry(models.Model):
    """One thing that happened: who, what, when, where from. Written by `accounts.audit`, never changed.

    Ids, codes and names stand as values, without foreign keys: the row must outlive what it tells of. `subject` is
    what it happened to, as `kind:id` (`job:17`, `user:5`). `details` holds criteria, counts and hashes, never student
    data. On PostgreSQL a trigger refuses any change (docs/decisions/0013-append-only-audit.md).
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(choices=audit_actions)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(blank=True)
    organization_id = models.BigIntegerField(null=True)
    organization_code = models.CharField(blank=True)
    subject = models.CharField(blank=True)
    details = models.JSONField(default=dict)
    address = models.CharField(blank=True)
    user_agent = models.CharField(blank=True)

    objects = _AppendOnly.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        default_permissions = ("view",)
        verbose_name_plural = "audit trail"
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="audit_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_actor"),
            models.Index(fields=["organization_id", "at"], name="audit_organization"),
            models.Index(fields=["action", "at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError("the audit trail is only ever added to")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("the audit trail is only ever added to")


class SignInAttempt(models.Model):
    """One try at a password, counted by `accounts.throttling` and kept no longer than it counts.

    `account_key` is a keyed hash of the name as typed: people type passwords into that field, too.
    """

    account_key = models.CharField()
    address = models.CharField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["account_key", "address", "at"], name="sign_in_attempt_pair"),
            models.Index(fields=["address", "at"], name="sign_in_attempt_address"),
            models.Index(fields=["at"], name="sign_in_attempt_at"),
        ]

    def __str__(self) -> str:
        return f"sign-in attempt {self.pk}"


class ImportantMessage(models.Model):
    """A notice on the home page, from a day to a day (Pacific), both included; open while `shown_until` is empty."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    shown_from = models.DateField()
    shown_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-shown_from", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="important_message_dates",
                condition=models.Q(shown_until__isnull=True) | models.Q(shown_until__gte=models.F("shown_from")),
                violation_error_message="The last day must not be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

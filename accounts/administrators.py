"""Who may administer people, roles and the directory: staff in one group that every database has.

The group is kept by code: it may change what `CHANGES` lists and look at whatever is in Django admin. Its members see
no student data by it (roles alone do that) and cannot change their own roles (`accounts.assigning`).
"""

from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission

from accounts.models import User

GROUP_NAME = "Role administrators"

CHANGES = (
    "accounts.administer_roles",
    "accounts.add_user",
    "accounts.change_user",
    "accounts.add_importantmessage",
    "accounts.change_importantmessage",
    "accounts.delete_importantmessage",
    "auth.add_group",
    "auth.change_group",
    "ods.add_organization",
    "ods.change_organization",
    "ods.add_selpamembership",
    "ods.change_selpamembership",
)


def keep_group(app_config: AppConfig, **kwargs: Any) -> None:
    """After migrating an app: the group has its permissions on that app's models."""
    wanted = [name.partition(".")[2] for name in CHANGES if name.startswith(f"{app_config.label}.")]
    wanted += [
        get_permission_codename("view", model._meta)
        for model in admin.site._registry
        if model._meta.app_label == app_config.label
    ]
    if wanted:
        group, _ = Group.objects.get_or_create(name=GROUP_NAME)
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app_config.label, codename__in=wanted))


def make_administrator(user: User) -> None:
    """Let a user into Django admin as a role administrator."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(Group.objects.get(name=GROUP_NAME))


def may_administer(user: User) -> bool:
    """Whether a user may assign roles to other people at all."""
    return user.is_active and user.is_staff and user.has_perm("accounts.administer_roles")

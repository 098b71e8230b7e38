"""Users, and the roles they hold on organisations (guardian grants with a real foreign key)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from ods.models import Organization


class User(AbstractUser):
    """Somebody who signs in."""


class UserRole(UserObjectPermissionBase):
    """A role of one user on one organisation. A direct foreign key: generic grants would survive their object."""

    content_object = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="user_roles")


class GroupRole(GroupObjectPermissionBase):
    """A role of one group on one organisation."""

    content_object = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="group_roles")

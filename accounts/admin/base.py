"""What our admin pages have in common."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from ods.models import Organization, SelpaMembership

if TYPE_CHECKING:
    # Only the stubs know that these are generic.
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    OrganizationModelForm = forms.ModelForm[Organization]
    MembershipModelForm = forms.ModelForm[SelpaMembership]
    UserChangeForm = auth_forms.UserChangeForm[User]
    DjangoUserAdmin = auth_admin.UserAdmin[User]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    OrganizationModelForm = MembershipModelForm = forms.ModelForm
    UserChangeForm = auth_forms.UserChangeForm
    DjangoUserAdmin = auth_admin.UserAdmin


class NoDeleteAdmin(ModelAdmin):
    """Nothing is removed here: what rights and records refer to stays."""

    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(NoDeleteAdmin):
    """To look at, not to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def staff(request: HttpRequest) -> User:
    """Who is at an admin page: the admin site lets nobody else through."""
    return cast(User, request.user)

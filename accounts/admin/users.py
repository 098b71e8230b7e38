"""Accounts in Django admin: names, activity, groups; roles on a page of their own; no raw permissions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from accounts import users
from accounts.admin.base import DjangoUserAdmin, NoDeleteAdmin, UserChangeForm, staff
from accounts.admin.role_pages import roles_page
from accounts.administrators import may_administer
from accounts.models import User


class AccountForm(UserChangeForm):
    """An account. Groups that were not offered stay as they are."""

    def clean_groups(self) -> list[Group]:
        offered = self.fields["groups"].queryset  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        kept = self.instance.groups.exclude(pk__in=offered.values("pk"))
        return [*self.cleaned_data["groups"], *kept]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, NoDeleteAdmin):
    form = AccountForm
    change_form_template = "admin/accounts/change_form.html"
    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "first_name", "last_name", "email")}),
        ("Access", {"fields": ("is_active", "groups", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "first_name", "last_name", "email", "usable_password", "password1", "password2")},
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or users.may_edit(by=staff(request), user=obj)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        kept = users.fields_kept_from(by=staff(request), user=obj)
        if not may_administer(staff(request)):
            kept = kept | {"groups"}
        return [*self.readonly_fields, *sorted(kept)]

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        """Groups to tick; those that carry permissions of Django admin only for superusers."""
        if db_field.name == "groups":
            offered: QuerySet[Group] = Group.objects.order_by("name")
            if not staff(request).is_superuser:
                offered = offered.filter(permissions__isnull=True)
            kwargs |= {"queryset": offered, "widget": forms.CheckboxSelectMultiple}
            return db_field.formfield(**kwargs)  # type: ignore[no-any-return]  # without the admin's plus sign
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            users.follow_change(user=obj, changed=form.changed_data, request=request)
        else:
            users.record_added(obj, request=request)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = set(form.instance.groups.all())
        super().save_related(request, form, formsets, change)
        after = set(form.instance.groups.all())
        users.record_memberships(user=form.instance, before=before, after=after, request=request)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        user = get_object_or_404(User, pk=unquote(id))
        if not users.may_set_password(by=staff(request), user=user):
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        users.record_password_change(user, request=request)
        return response

    def get_urls(self) -> list[URLPattern]:
        roles = self.admin_site.admin_view(self.roles_view)
        return [path("<int:pk>/roles/", roles, name="accounts_user_roles"), *super().get_urls()]

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Organisations and roles of one user."""
        return roles_page(request, holder=get_object_or_404(User, pk=pk))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = [("Roles", reverse("admin:accounts_user_roles", args=[object_id]))] if object_id.isdecimal() else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "links": links})

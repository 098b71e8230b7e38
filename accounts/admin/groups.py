"""Groups in Django admin: a name and roles; their members are ticked at the members' own accounts."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from accounts.admin.base import NoDeleteAdmin, staff
from accounts.admin.role_pages import roles_page

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(NoDeleteAdmin):
    change_form_template = "admin/accounts/change_form.html"
    fields = ("name",)
    list_display = ("name", "members")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return Group.objects.annotate(members=Count("user"))

    @admin.display(ordering="members")
    def members(self, group: Any) -> int:
        """How many users belong to the group."""
        return int(group.members)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A group that carries permissions of Django admin is the superusers'."""
        return super().has_change_permission(request, obj) and (
            not isinstance(obj, Group) or staff(request).is_superuser or not obj.permissions.exists()
        )

    def get_urls(self) -> list[URLPattern]:
        roles = self.admin_site.admin_view(self.roles_view)
        return [path("<int:pk>/roles/", roles, name="auth_group_roles"), *super().get_urls()]

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Organisations and roles of one group."""
        return roles_page(request, holder=get_object_or_404(Group, pk=pk))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = []
        if object_id.isdecimal():
            members = f"{reverse('admin:accounts_user_changelist')}?groups__id__exact={object_id}"
            links = [("Roles", reverse("admin:auth_group_roles", args=[object_id])), ("Members", members)]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "links": links})

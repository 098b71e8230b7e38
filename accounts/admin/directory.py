"""The directory in Django admin: LEAs, schools, SELPAs and their members; and who holds roles where."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse

from accounts import audit
from accounts.admin.base import MembershipModelForm, NoDeleteAdmin, OrganizationModelForm, TabularInline, staff
from accounts.administrators import may_administer
from accounts.enums import AuditAction
from accounts.holders import holders_at
from accounts.permissions import ROLES
from ods.models import Organization, OrganizationKind, SelpaMembership

LINES_ON_A_PAGE = 200


class OrganizationForm(OrganizationModelForm):
    """An LEA, a school or a SELPA: what the database's constraints ask for, in words."""

    code = forms.RegexField(
        regex=r"\A([0-9]{7}|[0-9]{4})\Z",
        help_text="Seven digits for an LEA or a school, four for a SELPA.",
        error_messages={"invalid": "Give seven digits (LEA, school) or four (SELPA)."},
    )
    name = forms.CharField()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind", self.instance.kind)
        code = values.get("code", self.instance.code)
        parent = values.get("parent")
        if code and len(code) != (4 if kind == OrganizationKind.SELPA else 7):
            self.add_error("code" if "code" in self.fields else None, "The code is too long or short for this kind.")
        if kind == OrganizationKind.SCHOOL and (parent is None or parent.kind != OrganizationKind.LEA):
            self.add_error("parent", "Choose the LEA the school belongs to.")
        if kind != OrganizationKind.SCHOOL and parent is not None:
            self.add_error("parent", "Only a school belongs to an LEA. Leave this empty.")
        return values


class MembershipForm(MembershipModelForm):
    """An LEA's membership in the SELPA at hand."""

    def clean_lea(self) -> Organization:
        lea: Organization = self.cleaned_data["lea"]
        if lea.kind != OrganizationKind.LEA:
            raise forms.ValidationError("Only an LEA can be a member.")
        return lea


class MembershipInline(TabularInline):
    model = SelpaMembership
    form = MembershipForm
    fk_name = "selpa"
    autocomplete_fields = ("lea",)
    extra = 0
    verbose_name_plural = "member LEAs"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # A membership that ended has a last day; the past stays.
        return False


@admin.register(Organization)
class OrganizationAdmin(NoDeleteAdmin):
    form = OrganizationForm
    change_form_template = "admin/accounts/change_form.html"
    fields = ("kind", "code", "name", "parent")
    autocomplete_fields = ("parent",)
    list_display = ("name", "code", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "^code")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # Roles and records were given to what it is.
        return ("kind", "code") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type[MembershipInline]]:  # type: ignore[override]
        return [MembershipInline] if obj is not None and obj.kind == OrganizationKind.SELPA else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        audit.record(
            action=AuditAction.DIRECTORY_CHANGED,
            organization=form.instance,
            subject=f"organization:{form.instance.pk}",
            details={"changed": self.construct_change_message(request, form, formsets, add=not change)},
            request=request,
        )

    def get_urls(self) -> list[URLPattern]:
        holders = self.admin_site.admin_view(self.holders_view)
        return [path("<int:pk>/holders/", holders, name="ods_organization_holders"), *super().get_urls()]

    def holders_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who holds which roles here."""
        if not may_administer(staff(request)):
            raise PermissionDenied
        organization = get_object_or_404(Organization.objects.select_related("parent"), pk=pk)
        role = request.GET.get("role", "")
        held = holders_at(organization, role=role if role in ROLES else "")
        context = {
            **admin.site.each_context(request),
            "title": f"Who holds roles at {organization}",
            "opts": self.opts,
            "organization": organization,
            "roles": ROLES.items(),
            "role": role,
            "page": Paginator(held, LINES_ON_A_PAGE).get_page(request.GET.get("page")),
        }
        return render(request, "admin/accounts/holders.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        links = []
        if object_id.isdecimal():
            links = [("Who holds roles here", reverse("admin:ods_organization_holders", args=[object_id]))]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "links": links})

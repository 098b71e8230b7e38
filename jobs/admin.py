"""Jobs in Django admin: staff see how they fare, never a file, and change nothing."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from jobs.models import Heartbeat, Job

if TYPE_CHECKING:
    # Only the stubs know that it is generic.
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("id", "status", "label", "organization", "requested_by", "requested_at", "finished_at", "attempts")
    list_filter = ("status", "failure_kind", "trigger", "kind")
    list_select_related = ("organization", "requested_by")
    search_fields = ("=id", "=reference")
    ordering = ("-id",)
    show_full_result_count = False
    list_per_page = 50
    fields = (
        "kind",
        "organization",
        "record_type",
        "label",
        "authority_role",
        "authority_limit",
        "authority_whole",
        "authority_lea",
        "criteria_words",
        "requested_by",
        "trigger",
        "status",
        "requested_at",
        "started_at",
        "finished_at",
        "cancel_asked_at",
        "attempts",
        "lease_until",
        "rows_so_far",
        "failure_kind",
        "message",
        "reference",
    )


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at")

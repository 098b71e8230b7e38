"""Jobs in Django admin: staff see how they fare, never a file, and change nothing."""

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from jobs.models import Heartbeat, Job


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

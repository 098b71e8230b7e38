"""The audit trail in Django admin: to read and to filter."""

from django.contrib import admin

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "actor_name", "organization_code", "subject", "address")
    list_filter = ("action", "at")
    search_fields = ("=actor_name", "=organization_code", "=subject", "=address")
    search_help_text = "User name, organization code, subject (job:17, user:5) or address, in full"
    show_full_result_count = False
    list_per_page = 100

"""The home page's messages in Django admin."""

from django.contrib import admin

from accounts.admin.base import ModelAdmin
from accounts.models import ImportantMessage


@admin.register(ImportantMessage)
class ImportantMessageAdmin(ModelAdmin):
    list_display = ("title", "shown_from", "shown_until")
    search_fields = ("title",)

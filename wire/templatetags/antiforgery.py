"""`{% csrf_token %}` under the wire's name, for every template including Django admin's (a template built-in)."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wire.antiforgery import FIELD_NAME

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """The hidden anti-forgery field; once in every form that posts."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD_NAME, context["csrf_token"])

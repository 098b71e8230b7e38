"""What pages ask about a layout."""

from django import template

from ods.provenance import mostly_inferred

register = template.Library()
register.filter("mostly_inferred", mostly_inferred)

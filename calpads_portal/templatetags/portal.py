"""Icons and states as markup without any blank around it: programs compare the text of a cell (wire contract 5).

And the menu, whose markup is made once for each set of entries."""

from functools import cache, lru_cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.navigation import MenuSection
from ods.layout import Provenance

register = template.Library()

# word -> (tone of portal.css, icon of icons.svg)
STATES: dict[str, tuple[str, str]] = {
    "In Queue": ("quiet", "waiting"),
    "Processing": ("active", "turning"),
    "Complete": ("good", "complete"),
    "Expired": ("quiet", "expired"),
    "Refused": ("bad", "refused"),
    "Failed": ("bad", "failed"),
    "Cancelled": ("quiet", "cancelled"),
    "Ready for Review": ("warning", "waiting"),
    "Posted": ("good", "complete"),
    "Rejected": ("bad", "refused"),
    "Discarded": ("quiet", "cancelled"),
    "Stopped by prechecks": ("bad", "refused"),
    "Not sent: no section qualifies": ("quiet", "cancelled"),
    "Not sent: nothing changed": ("quiet", "complete"),
    "Held: confirm first": ("warning", "waiting"),
    "Waiting to be sent": ("quiet", "waiting"),
    "Sent, being processed": ("active", "turning"),
    "Processed": ("good", "complete"),
    "Refused by CERS": ("bad", "refused"),
    "Not sent": ("bad", "failed"),
}
SURENESS: dict[Provenance, str] = {"verified": "good", "vendor": "quiet", "inferred": "warning"}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of `static/icons.svg`. It says nothing by itself: a word stands beside it, or a label."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        static("icons.svg"),
        name,
    )


@register.simple_tag
@cache
def status(words: str) -> SafeString:
    """A job's state, by its word (spec ods-extracts 10), as icon and word.

    Raises:
        KeyError: no such state.
    """
    tone, name = STATES[words]
    return _status(tone, name, words)


@register.simple_tag
@cache
def sureness(provenance: Provenance) -> SafeString:
    """How sure a row of a layout is, as icon and word."""
    return _status(SURENESS[provenance], provenance, provenance.capitalize())


@register.simple_tag(takes_context=True)
def navigation_list(context: Context, place: str) -> SafeString:
    """The menu's entries as a list. It stands twice in a page: `place` keeps the ids apart."""
    return _navigation_list(tuple(context["navigation"]), place)


@lru_cache(maxsize=1000)
def _navigation_list(sections: tuple[MenuSection, ...], place: str) -> SafeString:
    return render_to_string("components/navigation.html", {"navigation": sections, "place": place})


def _status(tone: str, name: str, words: str) -> SafeString:
    return format_html('<span class="status status-{}">{}{}</span>', tone, icon(name), words)

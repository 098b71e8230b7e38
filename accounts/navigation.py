"""The menu: a registry that every app fills when Django starts (`AppConfig.ready`), and what a user sees of it.

The sections and their order: docs/architecture.md, Navigation. An entry is there only for those who can use it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Reach
from ods.models import Organization


class Section(Enum):
    """A section of the menu, in the order shown: its label, and the name of its icon."""

    HOME = ("Home", "home")
    ONLINE_MAINTENANCE = ("Online Maintenance", "maintenance")
    FILE_SUBMISSION = ("File Submission", "submission")
    EXTRACTS = ("Extracts", "extract")
    SPECIAL_FUNCTIONS = ("Special Functions", "functions")
    PAGES = ("Pages", "pages")
    ADMIN = ("Admin", "admin")

    def __init__(self, label: str, icon: str) -> None:
        self.label = label
        self.icon = icon


Visible = Callable[[User, Organization | None, Mapping[str, Reach]], bool]


@dataclass(frozen=True)
class Entry:
    """A page of the menu. `visible(user, organization, reach)`: whether it is there for him where he works now.

    An entry that bears its section's label is the section's own page. `order` sorts within the section.
    """

    section: Section
    label: str
    url_name: str
    visible: Visible
    order: int = 0


@dataclass(frozen=True)
class Link:
    """An entry as one user sees it on one page. `current`: this is the page he is on."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class MenuSection:
    """A section as one user sees it; `url` is '' if it has no page of its own."""

    label: str
    icon: str
    url: str
    current: bool
    children: tuple[Link, ...]


_entries: dict[tuple[Section, str], Entry] = {}


def register(entry: Entry) -> None:
    """Put a page into the menu.

    Raises:
        ValueError: the section has an entry of this label already.
    """
    if (entry.section, entry.label) in _entries:
        raise ValueError(f"the menu has {entry.section.label}: {entry.label} already")
    _entries[entry.section, entry.label] = entry


def registered_entries() -> list[Entry]:
    """Every entry, in the order of the menu."""
    sections = list(Section)
    return sorted(_entries.values(), key=lambda entry: (sections.index(entry.section), entry.order, entry.label))


def menu(
    *,
    user: User | AnonymousUser,
    organization: Organization | None,
    held: Mapping[str, Reach],
    view_name: str = "",
) -> tuple[MenuSection, ...]:
    """The menu of one user on the page `view_name`, without the entries he cannot use and without empty sections."""
    if not isinstance(user, User):
        return ()
    return _sections(
        tuple(entry for entry in registered_entries() if entry.visible(user, organization, held)), view_name
    )


@lru_cache(maxsize=1000)
def _sections(seen: tuple[Entry, ...], view_name: str) -> tuple[MenuSection, ...]:
    found = []
    for section in Section:
        links = [
            Link(entry.label, reverse(entry.url_name), entry.url_name == view_name)
            for entry in seen
            if entry.section is section
        ]
        own = next((link for link in links if link.label == section.label), None)
        if links:
            found.append(
                MenuSection(
                    label=section.label,
                    icon=section.icon,
                    url=own.url if own else "",
                    current=own.current if own else False,
                    children=tuple(link for link in links if link is not own),
                )
            )
    return tuple(found)

"""The menu: what is registered, and what each user sees of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts import navigation
from accounts.models import User
from accounts.navigation import Entry, Link, MenuSection, Section, menu, register, registered_entries
from accounts.permissions import Reach, reach
from ods.models import Organization
from tests.factories.people import make_cast, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})


def _needs(role: str) -> navigation.Visible:
    def visible(user: User, organization: Organization | None, held: Mapping[str, Reach]) -> bool:
        return role in held

    return visible


def _everybody(user: User, organization: Organization | None, held: Mapping[str, Reach]) -> bool:
    return True


@pytest.mark.usefixtures("empty_menu")
def test_entries_stand_in_the_order_of_sections_and_their_own() -> None:
    register(Entry(Section.PAGES, "B", "leas", _everybody, order=2))
    register(Entry(Section.PAGES, "A", "leas", _everybody, order=2))
    register(Entry(Section.PAGES, "C", "leas", _everybody, order=1))
    register(Entry(Section.EXTRACTS, "Record Layouts", "leas", _everybody))
    register(Entry(Section.EXTRACTS, "Extracts", "log_in", _everybody))
    register(Entry(Section.HOME, "Home", "log_in", _everybody))
    user = make_user()
    assert menu(user=user, organization=None, held={}, view_name="leas") == (
        MenuSection("Home", "home", "/Account/Login", False, ()),
        MenuSection("Extracts", "extract", "/Account/Login", False, (Link("Record Layouts", "/Leas", True),)),
        MenuSection(
            "Pages", "pages", "", False, (Link("C", "/Leas", True), Link("A", "/Leas", True), Link("B", "/Leas", True))
        ),
    )


@pytest.mark.usefixtures("empty_menu")
def test_an_entry_is_there_only_for_those_who_can_use_it() -> None:
    cast = make_cast("senr_edit", other_role="sdem_edit")
    register(Entry(Section.EXTRACTS, "Extracts", "leas", _needs("senr_edit")))
    register(Entry(Section.PAGES, "Staff", "leas", _needs("sdem_edit")))
    seen = {
        name: [
            section.label
            for section in menu(user=person, organization=cast.lea, held=reach(person, cast.lea), view_name="")
        ]
        for name, person in cast.people.items()
    }
    assert seen == {
        "requester": ["Extracts"],
        "colleague": ["Extracts"],
        "colleague_without_role": ["Pages"],
        "school_user": ["Extracts"],
        "selpa_user": [],
        "stranger": [],
        "deactivated": [],
        "administrator": [],
    }
    assert menu(user=AnonymousUser(), organization=None, held={}) == ()


@pytest.mark.usefixtures("empty_menu")
def test_the_same_entry_twice_is_a_mistake() -> None:
    entry = Entry(Section.HOME, "Home", "leas", _everybody)
    register(entry)
    with pytest.raises(ValueError, match="the menu has Home: Home already"):
        register(replace(entry, url_name="log_in"))


def test_every_registered_entry_leads_somewhere() -> None:
    entries = registered_entries()
    assert entries
    for entry in entries:
        assert reverse(entry.url_name).startswith("/")


def test_the_admin_is_in_the_menu_of_staff_only() -> None:
    for user, expected in ((make_user(), []), (make_user(is_staff=True), ["/admin/"])):
        browser = Client()
        browser.force_login(user)
        navigation_shown = browser.get("/Account/Login").context["navigation"]
        assert [section.url for section in navigation_shown if section.label == "Admin"] == expected

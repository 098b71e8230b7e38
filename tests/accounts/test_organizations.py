"""The current organisation: what may be chosen, and what the choice is (wire contract 2)."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from lxml import html

from accounts.models import AuditEntry, User
from accounts.organizations import SESSION_KEY, current_organization, current_reach, working_organizations
from accounts.permissions import Reach
from ods.models import Organization
from tests.factories.organizations import make_lea, make_membership, make_school, make_selpa
from tests.factories.people import grant, make_cast, make_group, make_user, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def codes(user: User | AnonymousUser) -> list[str]:
    return list(working_organizations(user).values_list("code", flat=True))


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def current(browser: Client, user: User) -> Organization | None:
    request = RequestFactory().get("/")
    request.user = user
    request.session = browser.session
    return current_organization(request)


def test_everybody_works_where_he_holds_a_role() -> None:
    cast = make_cast()
    assert {name: codes(person) for name, person in cast.people.items()} == {
        "requester": ["1964733"],
        "colleague": ["1964733"],
        "colleague_without_role": ["1964733"],
        "school_user": ["1964733"],
        "selpa_user": ["1901"],
        "stranger": ["3768338"],
        "deactivated": [],
        "administrator": [],
    }
    assert codes(AnonymousUser()) == []


def test_organizations_are_listed_once_by_name() -> None:
    birch, alder, cedar = make_lea("3", "Birch"), make_lea("4", "Alder"), make_lea("5", "Cedar")
    user = make_user()
    for role in ("senr_edit", "sela_edit"):
        grant(user, role, birch)
        grant(user, role, make_school(birch, f"school{role}"))
    grant(make_group("clerks", user), "senr_edit", make_school(alder, "s"))
    grant(user, "selpa_reports", make_selpa("1901", "Aspen", members=(cedar,)))
    assert codes(user) == ["4", "1901", "3"]


def test_the_wrong_role_for_the_kind_of_place_lets_nobody_work_there() -> None:
    lea, selpa = make_lea(), make_selpa()
    user = make_user()
    grant(user, "selpa_reports", lea)
    grant(user, "selpa_reports", make_school(lea))
    grant(user, "senr_edit", selpa)
    assert codes(user) == []


def test_superusers_work_nowhere() -> None:
    make_cast()
    assert codes(make_user("root", is_superuser=True)) == []


def test_a_selpa_is_there_while_the_role_is_even_without_members_today() -> None:
    selpa, lea = make_selpa(), make_lea()
    make_membership(selpa, lea, until=date(2025, 6, 30))
    user = make_user()
    grant(user, "selpa_reports", selpa)
    with time_machine.travel("2026-11-21T12:00:00-08:00"):
        assert codes(user) == ["1901"]


def test_the_first_of_the_list_is_current_until_another_is_chosen() -> None:
    birch, alder = make_lea("3768338", "Birch"), make_lea("1964733", "Alder")
    user = make_user()
    grant(user, "senr_edit", birch)
    grant(user, "sela_edit", alder)
    browser = signed_in(user)
    assert current(browser, user) == alder
    response = browser.post("/userorgchange", {"selectedItem": birch.pk})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert current(browser, user) == birch
    assert list(
        AuditEntry.objects.filter(action="user.organization_changed").values_list("actor_id", "organization_code")
    ) == [(user.pk, "3768338")]


def test_a_lost_right_takes_the_choice_back_to_the_first() -> None:
    birch, alder = make_lea("3768338", "Birch"), make_lea("1964733", "Alder")
    user = make_user()
    grant(user, "senr_edit", birch)
    grant(user, "senr_edit", alder)
    browser = signed_in(user)
    browser.post("/UserOrgChange", {"selectedItem": birch.pk})
    revoke(user, "senr_edit", birch)
    assert current(browser, user) == alder
    revoke(user, "senr_edit", alder)
    assert current(browser, user) is None


@pytest.mark.parametrize(
    "choose",
    [
        lambda cast: str(cast.other_lea.pk),
        lambda cast: str(cast.selpa.pk),
        lambda cast: str(cast.school.pk),
        lambda cast: cast.other_lea.code,
        lambda cast: "999999",
        lambda cast: "-1",
        lambda cast: "9" * 400,
        lambda cast: "",
        lambda cast: "1 OR 1=1",
        lambda cast: "\x00",
        lambda cast: "<script>",
    ],
)
def test_where_one_may_not_work_one_cannot_go(choose: Any) -> None:
    cast = make_cast()
    browser = signed_in(cast.requester)
    assert browser.post("/UserOrgChange", {"selectedItem": choose(cast)}).status_code == 403
    assert SESSION_KEY not in browser.session
    assert current(browser, cast.requester) == cast.lea
    assert not AuditEntry.objects.filter(action="user.organization_changed").exists()


def test_the_attempt_to_go_elsewhere_is_recorded() -> None:
    cast = make_cast()
    signed_in(cast.requester).post("/UserOrgChange", {"selectedItem": cast.other_lea.pk})
    assert list(AuditEntry.objects.values_list("action", "actor_id", "subject")) == [
        ("access.refused", cast.requester.pk, f"organization:{cast.other_lea.pk}")
    ]


def test_a_change_takes_a_post_with_its_token() -> None:
    cast = make_cast()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.requester)
    assert browser.get("/UserOrgChange").status_code == 405
    assert browser.post("/UserOrgChange", {"selectedItem": cast.lea.pk}).status_code == 403
    page = browser.get("/Account/Login").content.decode()
    form = html.document_fromstring(page).forms[0]
    fields = {**dict(form.form_values()), "selectedItem": str(cast.lea.pk)}
    assert sorted(fields) == ["__RequestVerificationToken", "selectedItem"]
    assert browser.post(form.action, fields).status_code == 302


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        ("http://testserver/Leas?format=JSON", "/Leas"),
        ("http://testserver/leas", "/leas"),
        ("http://testserver/GetUserOrgs/a@example.org", "/"),
        ("http://testserver/no/such/page", "/"),
        ("http://testserver//evil.example/", "/"),
        ("https://evil.example/Leas", "/"),
        ("//evil.example/Leas", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_afterwards_one_is_back_on_the_list_one_came_from(referer: str, target: str) -> None:
    cast = make_cast()
    headers = {"Referer": referer} if referer else {}
    response = signed_in(cast.requester).post("/UserOrgChange", {"selectedItem": cast.lea.pk}, headers=headers)
    assert response["Location"] == target


def test_the_form_stands_first_on_the_page_with_the_current_choice() -> None:
    birch, alder = make_lea("3768338", "Birch <b>"), make_lea("1964733", "Alder")
    selpa = make_selpa("1901", "Cedar SELPA")
    user = make_user()
    grant(user, "senr_edit", birch)
    grant(user, "senr_edit", alder)
    grant(user, "selpa_reports", selpa)
    browser = signed_in(user)
    browser.post("/UserOrgChange", {"selectedItem": birch.pk})
    form = html.document_fromstring(browser.get("/Account/Login").content.decode()).forms[0]
    assert "UserOrgChange" in form.action
    assert "Extract" not in form.action
    (select,) = form.xpath(".//select[@id='org-select' and @name='selectedItem']")
    assert [(option.get("value"), option.text, option.get("selected")) for option in select] == [
        (str(alder.pk), "Alder - 1964733", None),
        (str(birch.pk), "Birch <b> - 3768338", "selected"),
        (str(selpa.pk), "Cedar SELPA - 1901", None),
    ]
    assert all(re.fullmatch(r".+ - ([0-9]{7}|[0-9]{4})", option.text) for option in select)


def test_reach_is_that_of_the_current_organization() -> None:
    birch, alder = make_lea("3768338", "Birch"), make_lea("1964733", "Alder")
    user = make_user()
    grant(user, "senr_edit", alder)
    grant(user, "sela_edit", make_school(birch, "3730033"))
    request = RequestFactory().get("/")
    request.user = user
    request.session = {SESSION_KEY: birch.pk}
    assert current_reach(request) == {"sela_edit": Reach(schools=frozenset({"3730033"}))}


def test_all_of_it_is_read_once_for_a_request(django_assert_num_queries: Any) -> None:
    cast = make_cast()
    request = RequestFactory().get("/")
    request.user = cast.requester
    request.session = {}
    with django_assert_num_queries(1):
        for _ in range(3):
            assert current_organization(request) == cast.lea
            assert current_reach(request) == {"senr_edit": Reach(whole=True)}


def test_a_page_takes_as_many_queries_with_three_organizations_as_with_one() -> None:
    user = make_user()
    counts = []
    for code in ("1964733", "3768338", "0123456"):
        lea = make_lea(code)
        grant(user, "senr_edit", lea)
        grant(user, "senr_edit", make_school(lea, f"9{code[1:]}"))
        with CaptureQueriesContext(connection) as queries:
            signed_in(user).get("/Account/Login")
        counts.append(len(queries))
    assert len(set(counts)) == 1

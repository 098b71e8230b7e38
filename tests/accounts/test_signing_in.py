"""Sign-in as programs and people meet it (wire contract 1)."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from lxml import html

from accounts.models import AuditEntry, SignInAttempt, User
from accounts.throttling import MOST_PER_ACCOUNT_AND_ADDRESS, MOST_PER_ADDRESS, WINDOW, Throttled, begin_attempt
from tests.factories.people import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LOGIN = "/Account/Login"


def client(address: str = "192.0.2.1", **kwargs: Any) -> Client:
    return Client(enforce_csrf_checks=True, REMOTE_ADDR=address, **kwargs)


def document(response: HttpResponse) -> html.HtmlElement:
    return html.document_fromstring(response.content.decode())


def token_on(response: HttpResponse) -> str:
    return document(response).xpath("//main//form//input[@name='__RequestVerificationToken']/@value")[0]


def sign_in(browser: Client, username: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """As a plain client does it: the page, then its fields and nothing else."""
    page = browser.get(LOGIN, secure=extra.get("secure", False))
    fields = {
        "Username": username,
        "Password": password,
        "__RequestVerificationToken": token_on(page),
        "ReturnUrl": "/",
        "AgreementConfirmed": "True",
    }
    return browser.post(LOGIN, {**fields, **extra.pop("fields", {})}, **extra)


def alert(response: HttpResponse) -> str:
    """The words of the one element whose class contains `alert`; '' if there is none."""
    found = document(response).xpath("//*[contains(concat(' ', @class, ' '), ' alert ')]")
    return " ".join(found[0].text_content().split()) if found else ""


def test_the_root_leads_to_the_sign_in_page() -> None:
    response = client().get("/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [("/Account/Login?ReturnUrl=%2F", 302)]
    assert response.request["PATH_INFO"] == LOGIN


def test_the_sign_in_page_holds_what_programs_look_for() -> None:
    response = client().get(f"{LOGIN}?returnurl=/Extract%3FSelectedLEA%3D1964733")
    page = document(response)
    assert "CALPADS" in page.findtext(".//title")
    assert {
        name: page.xpath(f"//input[@{attribute}='{name}']/@type")
        for attribute, name in [
            ("name", "__RequestVerificationToken"),
            ("id", "ReturnUrl"),
            ("id", "Username"),
            ("id", "Password"),
            ("id", "AgreementConfirmed"),
        ]
    } == {
        "__RequestVerificationToken": ["hidden"],
        "ReturnUrl": ["hidden"],
        "Username": ["text"],
        "Password": ["password"],
        "AgreementConfirmed": ["checkbox"],
    }
    assert page.xpath("//input[@id='ReturnUrl']/@value") == ["/Extract?SelectedLEA=1964733"]
    assert len(token_on(response)) == 64
    assert len(page.xpath("//form//button[@type='submit' and @class='btn btn-primary']")) == 1
    # The form goes to the very address it stands at.
    assert page.xpath("//form/@action") == []
    assert page.xpath("//form//*[@name]/@name") == [
        "__RequestVerificationToken",
        "ReturnUrl",
        "Username",
        "Password",
        "AgreementConfirmed",
        "AgreementConfirmed",
    ]
    assert alert(response) == ""


def test_the_get_sets_no_cookie_but_the_anti_forgery_one() -> None:
    response = client().get(LOGIN)
    assert list(response.cookies) == ["csrftoken"]
    assert document(response).xpath("//input[@id='ReturnUrl']/@value") == ["/"]


@pytest.mark.parametrize("secure", [False, True])
def test_a_plain_client_signs_in(secure: bool) -> None:
    user = make_user("ada")
    browser = client()
    response = sign_in(browser, "ada", secure=secure)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert list(AuditEntry.objects.values_list("action", "actor_id", "subject", "address")) == [
        ("user.signed_in", user.pk, f"user:{user.pk}", "192.0.2.1")
    ]


def test_signing_in_ends_at_the_home_page() -> None:
    make_user("ada")
    response = sign_in(client(), "ada", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [("/", 302)]


def test_a_client_may_put_the_sign_in_page_s_cookies_back_afterwards() -> None:
    make_user("ada")
    browser = client()
    cookies = {name: morsel.value for name, morsel in browser.get(LOGIN).cookies.items()}
    sign_in(browser, "ada")
    for name, value in cookies.items():
        browser.cookies[name] = value
    assert browser.get("/Leas").status_code == 200


def test_the_session_gets_a_new_key() -> None:
    make_user("ada")
    browser = client()
    sign_in(browser, "ada")
    first = browser.session.session_key
    sign_in(browser, "ada")
    second = browser.session.session_key
    assert first
    assert second != first
    planted = client()
    planted.cookies["sessionid"] = "a" * 32
    sign_in(planted, "ada")
    assert planted.session.session_key != "a" * 32
    old = client()
    old.cookies["sessionid"] = first
    assert old.get("/Leas").status_code == 302


@pytest.mark.parametrize(
    ("return_url", "target"),
    [
        ("/", "/"),
        ("/Extract?SelectedLEA=1964733", "/Extract?SelectedLEA=1964733"),
        ("http://testserver/Extract", "http://testserver/Extract"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:evil.example", "/"),
        (" //evil.example", "/"),
        ("\x08//evil.example", "/"),
    ],
)
def test_afterwards_only_addresses_of_the_portal_are_followed(return_url: str, target: str) -> None:
    make_user("ada")
    assert sign_in(client(), "ada", fields={"ReturnUrl": return_url})["Location"] == target


def test_a_get_keeps_no_foreign_return_address_either() -> None:
    page = document(client().get(f"{LOGIN}?ReturnUrl=https://evil.example/"))
    assert page.xpath("//input[@id='ReturnUrl']/@value") == ["/"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("ada", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("ADA", PASSWORD), ("ada", PASSWORD + " ")],
)
def test_whatever_is_wrong_the_answer_is_the_same(username: str, password: str) -> None:
    make_user("ada")
    make_user("gone", is_active=False)
    browser = client()
    response = sign_in(browser, username, password)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == LOGIN
    assert alert(response) == (
        "The user name or the password is not right, or the account is not active. Check both and try again."
    )
    page = document(response)
    assert page.xpath("//input[@id='Username']/@value") == [username]
    assert page.xpath("//input[@id='Password']/@value") == []
    assert page.xpath("//input[@id='AgreementConfirmed']/@checked") == ["checked"]
    assert "sessionid" not in browser.cookies


@pytest.mark.parametrize("confirmed", ["False", "false", "", None])
def test_the_terms_must_be_agreed_to(confirmed: str | None) -> None:
    make_user("ada")
    browser = client()
    fields = {
        "Username": "ada",
        "Password": PASSWORD,
        "__RequestVerificationToken": token_on(browser.get(LOGIN)),
        "ReturnUrl": "/",
    }
    response = browser.post(LOGIN, fields if confirmed is None else {**fields, "AgreementConfirmed": confirmed})
    assert response.status_code == 200
    assert alert(response) == (
        "Tick the box to agree to the terms of use: without it nobody is signed in, because the files hold "
        "confidential student data."
    )
    assert not SignInAttempt.objects.exists()
    assert "sessionid" not in browser.cookies


@pytest.mark.parametrize(
    "fields",
    [
        {"Username": "", "Password": ""},
        {"Username": "a\x00da"},
        {"Username": "a" * 151},
        {"Password": "a" * 1001},
        {"Username": "<script>alert(1)</script>"},
        {"Username": "'; DROP TABLE accounts_user; --"},
        {"Username": "\u202eada\ud7ff"},
    ],
)
def test_hostile_fields_are_refused_on_the_page(fields: dict[str, str]) -> None:
    make_user("ada")
    response = sign_in(client(), "ada", fields=fields)
    assert response.status_code == 200
    assert alert(response)
    assert b"<script>alert(1)" not in response.content


def test_a_form_without_its_token_or_cookie_is_refused() -> None:
    make_user("ada")
    assert sign_in(client(), "ada", fields={"__RequestVerificationToken": "x"}).status_code == 403


def test_a_failure_is_recorded_with_the_account_but_never_with_what_was_typed() -> None:
    user = make_user("ada")
    sign_in(client(), "ada", "wrong-password")
    sign_in(client(), "my-own-password-by-mistake", "x")
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor_id", "actor_name", "subject")) == [
        ("user.sign_in_failed", None, "", f"user:{user.pk}"),
        ("user.sign_in_failed", None, "", ""),
    ]
    stored = [*AuditEntry.objects.values_list(), *SignInAttempt.objects.values_list()]
    assert "by-mistake" not in repr(stored)
    assert "wrong-password" not in repr(stored)


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How often a password was hashed; with the real hasher."""
    done: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: object, *args: object, _real: Any = real, _name: str = name) -> object:
            done.append(_name)
            return _real(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        yield done


def test_the_work_does_not_tell_whether_an_account_exists(hashings: list[str]) -> None:
    make_user("ada", password=make_password(PASSWORD))
    make_user("gone", password=make_password(PASSWORD), is_active=False)
    work = []
    for username, password in [("ada", "wrong"), ("gone", PASSWORD), ("gone", "wrong"), ("nobody", PASSWORD)]:
        browser = client(f"192.0.2.{len(work) + 1}")
        token = token_on(browser.get(LOGIN))
        hashings.clear()
        fields = {"Username": username, "Password": password, "__RequestVerificationToken": token}
        with CaptureQueriesContext(connection) as queries:
            browser.post(LOGIN, {**fields, "AgreementConfirmed": "True"})
        work.append((len(hashings), len(queries)))
    assert len(set(work)) == 1
    assert work[0][0] == 1


class TestThrottling:
    def fail(self, browser: Client, username: str, times: int) -> HttpResponse:
        token = token_on(browser.get(LOGIN))
        fields = {"Password": "wrong", "__RequestVerificationToken": token, "AgreementConfirmed": "True"}
        for _ in range(times):
            response = browser.post(LOGIN, {**fields, "Username": username})
        return response

    def test_two_hundred_posts_lock_out_neither_another_address_nor_another_account(self) -> None:
        make_user("ada")
        make_user("bob")
        with time_machine.travel("2026-11-21T12:00:00-08:00", tick=False):
            response = self.fail(client("192.0.2.1"), "ada", 200)
            assert response.status_code == 200
            assert alert(response) == (
                "For this user name there were too many tries from your network. Try again in 15 minutes, after "
                "12:15:00 PM Pacific time."
            )
            # The right password does not help from here, but from elsewhere, and others get in from here.
            assert sign_in(client("192.0.2.1"), "ada").status_code == 200
            assert sign_in(client("192.0.2.2"), "ada").status_code == 302
            assert sign_in(client("192.0.2.1"), "bob").status_code == 302
        assert AuditEntry.objects.filter(action="user.sign_in_failed").count() == MOST_PER_ACCOUNT_AND_ADDRESS

    def test_one_may_try_again_exactly_when_told(self) -> None:
        make_user("ada")
        with time_machine.travel("2026-11-21T12:00:00-08:00", tick=False) as clock:
            self.fail(client(), "ada", MOST_PER_ACCOUNT_AND_ADDRESS)
            clock.shift(timedelta(minutes=5))
            assert "Try again in 10 minutes, after 12:15:00 PM" in alert(sign_in(client(), "ada"))
            clock.shift(timedelta(minutes=10) - timedelta(seconds=1))
            assert "Try again in 1 minute, after 12:15:00 PM" in alert(sign_in(client(), "ada"))
            clock.shift(timedelta(seconds=1))
            assert sign_in(client(), "ada").status_code == 302

    def test_refused_posts_do_not_prolong_the_wait(self) -> None:
        make_user("ada")
        with time_machine.travel("2026-11-21T12:00:00-08:00", tick=False) as clock:
            self.fail(client(), "ada", MOST_PER_ACCOUNT_AND_ADDRESS)
            clock.shift(timedelta(minutes=14))
            self.fail(client(), "ada", 50)
            clock.shift(timedelta(minutes=1))
            assert sign_in(client(), "ada").status_code == 302

    def test_the_last_allowed_try_still_counts(self) -> None:
        make_user("ada")
        self.fail(client(), "ada", MOST_PER_ACCOUNT_AND_ADDRESS - 1)
        assert sign_in(client(), "ada").status_code == 302

    def test_success_forgets_the_failures_of_this_account_here_only(self) -> None:
        make_user("ada")
        self.fail(client("192.0.2.1"), "ada", 3)
        self.fail(client("192.0.2.2"), "ada", 2)
        self.fail(client("192.0.2.1"), "bob", 1)
        sign_in(client("192.0.2.1"), "ada")
        assert sorted(SignInAttempt.objects.values_list("address", flat=True)) == [
            "192.0.2.1",
            "192.0.2.2",
            "192.0.2.2",
        ]

    def test_other_ways_to_write_a_name_are_the_same_name(self) -> None:
        make_user("ada")
        for username in ("ada", "ADA", " ada ", "\uff41\uff44\uff41", "Ada"):
            self.fail(client(), username, 2)
        assert "For this user name there were too many tries" in alert(sign_in(client(), "ada"))

    def test_one_address_cannot_try_account_after_account(self) -> None:
        make_user("ada")
        browser = client("192.0.2.1")
        for number in range(MOST_PER_ADDRESS):
            assert "not right" in alert(self.fail(browser, f"user{number}", 1))
        refused = sign_in(client("192.0.2.1"), "ada")
        assert alert(refused).startswith("There were too many tries from your network. Try again in 15 minutes")
        assert sign_in(client("192.0.2.2"), "ada").status_code == 302

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("2001:db8::1", "2001:db8::ffff:2", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("192.0.2.1", "::ffff:192.0.2.1", True),
            ("192.0.2.1", "192.0.2.2", False),
            ("", "not an address", True),
        ],
    )
    def test_addresses_are_counted_as_one_subscriber_has_them(self, one: str, other: str, same: bool) -> None:
        self.fail(client(one), "ada", 1)
        self.fail(client(other), "ada", 1)
        assert SignInAttempt.objects.values("address").distinct().count() == (1 if same else 2)

    def test_tries_that_count_no_longer_are_removed(self) -> None:
        with time_machine.travel("2026-11-21T12:00:00-08:00", tick=False) as clock:
            self.fail(client("192.0.2.1"), "ada", 3)
            clock.shift(WINDOW)
            self.fail(client("192.0.2.2"), "bob", 1)
            assert list(SignInAttempt.objects.values_list("address", flat=True)) == ["192.0.2.2"]


def test_signing_off_by_post_only() -> None:
    user = make_user("ada")
    browser = client()
    sign_in(browser, "ada")
    key = browser.session.session_key
    assert browser.get("/Account/LogOff").status_code == 302
    assert browser.get("/Leas").status_code == 200
    token = token_on(browser.get(LOGIN))
    assert browser.post("/account/logoff").status_code == 403
    assert browser.post("/account/logoff", {"__RequestVerificationToken": token}).status_code == 302
    assert browser.get("/Leas").status_code == 302
    browser.cookies["sessionid"] = key
    assert browser.get("/Leas").status_code == 302
    assert AuditEntry.objects.filter(action="user.signed_out", actor_id=user.pk).count() == 1


def test_signing_off_twice_is_harmless() -> None:
    browser = Client()
    assert browser.post("/Account/LogOff").status_code == 302
    assert not AuditEntry.objects.exists()


def test_nobody_is_made_by_signing_in() -> None:
    sign_in(client(), "nobody")
    assert not User.objects.exists()
    assert re.fullmatch("[0-9a-f]{64}", SignInAttempt.objects.get().account_key)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's writers queue up one after the other")
@pytest.mark.django_db(transaction=True)
def test_tries_made_at_the_same_time_do_not_slip_through_together() -> None:
    def attempt(_: int) -> bool:
        try:
            begin_attempt(account="ada", address="192.0.2.1")
        except Throttled:
            return False
        finally:
            connection.close()
        return True

    for _ in range(MOST_PER_ACCOUNT_AND_ADDRESS - 2):
        begin_attempt(account="ada", address="192.0.2.1")
    with ThreadPoolExecutor(8) as threads:
        allowed = sum(threads.map(attempt, range(40)))
    assert allowed <= 2
    assert SignInAttempt.objects.count() == MOST_PER_ACCOUNT_AND_ADDRESS - 2 + allowed

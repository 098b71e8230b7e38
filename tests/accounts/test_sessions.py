"""How long a session lasts, and what ends it at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from tests.factories.organizations import make_lea
from tests.factories.people import PASSWORD, grant, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

PAGE = "/Leas"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 1800
    settings.SESSION_ABSOLUTE_SECONDS = 43200


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21T12:00:00-08:00", tick=False) as travelling:
        yield travelling


def signed_in(user: User | None = None) -> Client:
    browser = Client()
    browser.force_login(user or make_user())
    return browser


def is_open(browser: Client, **headers: str) -> bool:
    status = browser.get(PAGE, headers=headers).status_code
    assert status in {200, 302}
    return status == 200


def test_a_session_ends_when_it_is_idle(clock: Any) -> None:
    browser = signed_in()
    clock.shift(timedelta(seconds=1799))
    assert is_open(browser)
    clock.shift(timedelta(seconds=1799))
    assert is_open(browser)
    clock.shift(timedelta(seconds=1800))
    assert not is_open(browser)


def test_asking_for_progress_does_not_renew(clock: Any) -> None:
    browser = signed_in()
    for _ in range(29):
        clock.shift(timedelta(minutes=1))
        assert is_open(browser, **{"X-Polling": "1"})
    clock.shift(timedelta(minutes=1))
    assert not is_open(browser, **{"X-Polling": "1"})


def test_nothing_prolongs_the_absolute_limit(clock: Any) -> None:
    browser = signed_in()
    for _ in range(12 * 4 - 1):
        clock.shift(timedelta(minutes=15))
        assert is_open(browser)
        assert browser.post("/Account/KeepAlive").status_code == 200
    clock.shift(timedelta(minutes=15) - timedelta(seconds=1))
    assert is_open(browser)
    clock.shift(timedelta(seconds=1))
    assert not is_open(browser)


def test_a_change_to_the_session_near_its_end_does_not_prolong_it_either(clock: Any) -> None:
    lea = make_lea()
    user = make_user()
    grant(user, "senr_edit", lea)
    browser = signed_in(user)
    for _ in range(47):
        clock.shift(timedelta(minutes=15))
        browser.get(PAGE)
    clock.shift(timedelta(minutes=14))
    assert browser.post("/UserOrgChange", {"selectedItem": lea.pk}).status_code == 302
    clock.shift(timedelta(minutes=1))
    assert not is_open(browser)


def test_the_page_can_tell_when_the_session_will_end(clock: Any) -> None:
    browser = signed_in()
    clock.shift(timedelta(minutes=10))
    expires = browser.get("/Account/Login").context["session_expires_at"]
    assert expires == datetime(2026, 11, 21, 20, 40, tzinfo=UTC)
    clock.shift(timedelta(minutes=5))
    polled = browser.get("/Account/Login", headers={"X-Polling": "1"}).context["session_expires_at"]
    assert polled == expires
    kept = browser.post("/account/keepalive").json()
    assert kept == {"expires_at": "2026-11-21T20:45:00Z"}


def test_what_is_shown_as_the_end_is_the_absolute_limit_when_that_comes_first(clock: Any) -> None:
    browser = signed_in()
    for _ in range(12 * 4 - 1):
        clock.shift(timedelta(minutes=15))
        browser.get(PAGE)
    assert browser.post("/Account/KeepAlive").json() == {"expires_at": "2026-11-22T08:00:00Z"}


def test_keeping_alive_takes_a_post_and_a_session() -> None:
    assert signed_in().get("/Account/KeepAlive").status_code == 405
    assert Client().post("/Account/KeepAlive")["Location"] == "/Account/Login?ReturnUrl=%2F"


def test_a_renewal_is_written_once_a_minute_at_most(clock: Any) -> None:
    browser = signed_in()
    browser.get(PAGE)

    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        return sum("UPDATE" in query["sql"] for query in queries)

    clock.shift(timedelta(seconds=60))
    assert writes() == 0
    clock.shift(timedelta(seconds=1))
    assert writes() == 1
    assert writes() == 0


def test_a_renewal_leaves_alone_what_another_request_wrote(clock: Any) -> None:
    lea, other = make_lea("1964733", "A"), make_lea("3768338", "B")
    user = make_user()
    grant(user, "senr_edit", lea)
    grant(user, "senr_edit", other)
    browser = signed_in(user)
    clock.shift(timedelta(minutes=5))
    before = Session.objects.get().session_data
    browser.get(PAGE)
    after = Session.objects.get()
    assert after.session_data == before
    assert after.expire_date == timezone.now() + timedelta(minutes=30)


def test_the_session_cookie_ends_with_the_browser() -> None:
    make_user("ada")
    browser = Client()
    fields = {"Username": "ada", "Password": PASSWORD, "AgreementConfirmed": "True"}
    cookie = browser.post("/Account/Login", fields).cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")


def test_deactivation_ends_sessions_at_once() -> None:
    user = make_user()
    browser = signed_in(user)
    assert is_open(browser)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_open(browser)


def test_ended_sessions_stay_ended_when_the_account_comes_back() -> None:
    user = make_user()
    one, other = signed_in(user), signed_in(user)
    stranger = signed_in()
    sessions.end_sessions(user)
    assert [is_open(browser) for browser in (one, other, stranger)] == [False, False, True]
    assert is_open(signed_in(user))


def test_a_new_password_ends_sessions_at_once() -> None:
    user = make_user()
    browser = signed_in(user)
    user.set_password("another long password")
    user.save()
    assert not is_open(browser)


def test_sessions_that_are_over_are_removed_at_the_next_sign_in(clock: Any) -> None:
    make_user("ada")
    fields = {"Username": "ada", "Password": PASSWORD, "AgreementConfirmed": "True"}
    signed_in()
    clock.shift(timedelta(minutes=20))
    signed_in()
    clock.shift(timedelta(minutes=20))
    assert Session.objects.count() == 2
    Client().post("/Account/Login", fields)
    assert Session.objects.count() == 2
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()


def test_a_session_without_its_beginning_is_over() -> None:
    browser = signed_in()
    session = browser.session
    del session[sessions.SIGNED_IN_AT]
    session.save()
    assert not is_open(browser)


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_back() -> None:
    browser = Client()
    assert browser.get("/Leas?format=JSON")["Location"] == "/Account/Login?ReturnUrl=%2FLeas%3Fformat%3DJSON"
    # What a form was to change is lost: back to the start.
    assert browser.post("/UserOrgChange", {"selectedItem": "1"})["Location"] == "/Account/Login?ReturnUrl=%2F"


def test_whoever_had_a_session_is_told_that_it_ended(clock: Any) -> None:
    browser = signed_in()
    clock.shift(timedelta(hours=1))
    ended = browser.get("/Leas")
    assert ended["Location"] == "/Account/Login?ReturnUrl=%2FLeas&Ended=1"
    assert "Your session has ended. Sign in again to go on where you were." in browser.get(ended["Location"]).text
    # Its cookie was taken back with the redirect: somebody who only comes later is told nothing.
    again = browser.get("/Leas")
    assert again["Location"] == "/Account/Login?ReturnUrl=%2FLeas"
    assert "has ended" not in browser.get(again["Location"]).text


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/Extract?page=2#row"}
    response = Client().get(PAGE, headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (200, "/Account/Login?ReturnUrl=%2FExtract%3Fpage%3D2")
    assert response.content == b""
    bare = Client().get(PAGE, headers={"HX-Request": "true"})
    assert bare["HX-Redirect"] == "/Account/Login?ReturnUrl=%2F"

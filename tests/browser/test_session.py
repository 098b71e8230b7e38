"""The warning before a session ends."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.conftest import Visit, World

pytestmark = pytest.mark.browser


def test_one_key_keeps_the_session(visit: Visit, world: World, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 100
    page = visit(world.rosa).open("/")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 1800
    before = Session.objects.get().expire_date
    page.keyboard.press("Enter")
    expect(page.locator("#session-dialog")).to_be_hidden()
    assert (Session.objects.get().expire_date - before).total_seconds() > 1600


def test_a_session_that_ran_out_leads_to_the_sign_in_page(visit: Visit, world: World, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 4
    page = visit(world.rosa).open("/Extract")
    expect(page).to_have_title("CALPADS | Log In", timeout=15_000)
    assert "ReturnUrl=%2FExtract" in page.url


def test_there_is_no_warning_long_before_the_end(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/")
    page.wait_for_timeout(500)
    expect(page.locator("#session-dialog")).to_be_hidden()

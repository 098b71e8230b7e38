"""The dialog, when what it asks for does not come."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from jobs.models import Job
from tests.browser.conftest import Visit, World
from tests.factories.people import revoke

pytestmark = pytest.mark.browser


def _open(page: Page, code: str) -> None:
    page.locator("summary", has_text="ODS Extracts").click()
    page.locator(f".dropdown-panel a[href$='RecordType={code}']").click()


def test_a_right_lost_meanwhile_leads_to_the_page_that_says_so(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    revoke(world.rosa, "stas_edit", world.lea)
    _open(page, "STAS")
    expect(page.get_by_role("heading", name="STAS is not open to you here")).to_be_visible()


def test_a_session_that_ended_leads_to_the_sign_in_page_and_back(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    Session.objects.all().delete()
    _open(page, "STAS")
    expect(page).to_have_title("CALPADS | Log In")
    assert "ReturnUrl=%2FExtract" in page.url


def test_a_request_without_an_answer_says_what_to_do(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa)
    page = visitor.open("/Extract")
    _open(page, "STAS")
    expect(page.get_by_label("Available (4)")).to_be_visible()
    page.route("**/Extract/ODSExtract", lambda route: route.abort())
    page.get_by_role("button", name="Request all 4 schools").click()
    alert = page.locator("#request-dialog .alert-danger")
    expect(alert).to_contain_text("The portal did not answer. Look in Submitted Extracts")
    assert Job.objects.count() == 0
    visitor.faults.clear()  # the console's word on the connection that was cut


def test_placed_students_left_out_are_warned_of(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    _open(page, "STAS")
    warning = page.get_by_text("Students placed in a nonpublic or private school are left out")
    available = page.locator("select#bootstrap-duallistbox-nonselected-list_School")
    expect(available).to_be_visible()
    expect(warning).to_be_hidden()
    available.select_option("1930924")
    page.get_by_role("button", name="Move selected", exact=True).click()
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Move all", exact=True).click()
    expect(warning).to_be_hidden()

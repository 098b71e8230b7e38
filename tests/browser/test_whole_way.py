"""From signing in to the file in hand, as a person goes it."""

import re

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Job
from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor, Worker, World
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.browser

SUCCESS = "Extract request made successfully.  Please check back later for download."


def _sign_in(visitor: Visitor, username: str) -> Page:
    page = visitor.open("/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I agree to the terms of use").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("Home"))
    return page


def _choose_organization(page: Page, name: str, *, javascript: bool) -> None:
    page.locator("#org-select").select_option(label=name)
    if not javascript:
        page.get_by_role("button", name="Change").click()
    expect(page.locator("#org-select option:checked")).to_have_text(name)


def _go_to_extracts(page: Page, *, width: int) -> None:
    if width == PHONE:
        page.locator(".menu summary").click()
    menu = page.get_by_role("navigation").locator("visible=true")
    menu.get_by_role("link", name="Extracts", exact=True).click()
    expect(page).to_have_title("CALPADS | Extract Home")


def _choose_type(page: Page, code: str) -> None:
    page.locator("summary", has_text="ODS Extracts").click()
    page.locator(f".dropdown-panel a[href$='RecordType={code}']").click()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_request_is_made_built_and_downloaded(
    visit: Visit, world: World, worker: Worker, *, javascript: bool, width: int
) -> None:
    page = _sign_in(visit(javascript=javascript, width=width), "rosa")
    _choose_organization(page, "Birch Unified - 3768338", javascript=javascript)
    _choose_organization(page, "Alder Unified - 1964733", javascript=javascript)
    _go_to_extracts(page, width=width)
    _choose_type(page, "SENR")
    form = page.locator("#request-active")
    form.locator("[name=ActiveStudent][type=checkbox]").check()
    if javascript:
        page.get_by_role("button", name="Move all", exact=True).click()
    else:
        form.locator("select[name=School]").select_option(["1930924", "6015234"])
    form.locator("[name=ExtractFileName]").fill("census day")
    form.get_by_role("button", name="Request File").click()

    assert page.locator("p").first.text_content() == SUCCESS
    expect(page.locator(".alert-success")).to_be_visible()
    row = page.locator("#ExtractRequestGrid tbody tr").first
    expect(row.locator("td").nth(4)).to_have_text("In Queue")
    expect(row.locator("a.btn")).to_have_count(0)

    worker.run_all()
    if not javascript:
        page.reload()
    expect(row.locator("td").nth(4)).to_have_text("Complete")
    assert row.locator("td").nth(2).text_content() == "SSID Enrollment ODS Download"
    with page.expect_download() as downloading:
        row.locator("td").first.locator("a.btn").click()
    download = downloading.value
    assert download.suggested_filename == "census day.txt"
    expected = [f"SENR-R^{text.split('^', 1)[1]}^20261120^20261120\r\n" for text in world.senr]
    assert download.path().read_bytes() == "".join(expected).encode()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_all_schools_are_asked_for_in_one_press(visit: Visit, world: World, *, javascript: bool) -> None:
    page = visit(world.rosa, javascript=javascript).open("/Extract/ODSExtract?RecordType=STAS")
    page.get_by_role("button", name="Request all 4 schools").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert Job.objects.get().criteria["schools"] == ["0000001", "0000002", "1930924", "6015234"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_refused_request_says_what_is_wrong_and_keeps_what_was_typed(
    visit: Visit, world: World, *, javascript: bool
) -> None:
    page = visit(world.rosa, javascript=javascript).open("/Extract")
    _choose_type(page, "SENR")
    if javascript:
        page.get_by_role("tab", name="Date Range").click()
    form = page.locator("#request-date_range")
    form.locator("[name=EnrollmentStartDate]").fill("08/15/2025")
    form.locator("[name=EnrollmentEndDate]").fill("08/01/2025")
    form.get_by_role("button", name="Request File").click()

    ends = form.locator("[name=EnrollmentEndDate]")
    expect(ends).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[name=EnrollmentStartDate]")).to_have_value("08/15/2025")
    described = ends.get_attribute("aria-describedby") or ""
    words = [page.locator(f"#{name}").inner_text() for name in described.split()]
    assert "The Enrollment End Date is before the Enrollment Start Date." in words
    expect(page.locator("#panel-request-date_range .alert-danger")).to_be_visible()
    assert Job.objects.count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_request_waiting_is_cancelled(visit: Visit, world: World, *, javascript: bool) -> None:
    page = visit(world.rosa, javascript=javascript).open("/Extract/ODSExtract?RecordType=CRSE")
    page.get_by_role("button", name="Request all 4 schools").click()
    page.get_by_role("button", name="Cancel request").click()
    expect(page.locator("#ExtractRequestGrid tbody td").nth(4)).to_have_text("Cancelled")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_request_is_repeated_with_the_same_criteria(
    visit: Visit, world: World, worker: Worker, *, javascript: bool
) -> None:
    page = visit(world.rosa, javascript=javascript).open("/Extract/ODSExtract?RecordType=SENR")
    if javascript:
        page.get_by_role("tab", name="Date Range").click()
    form = page.locator("#request-date_range")
    form.locator("[name=EnrollmentStartDate]").fill("08/15/2025")
    form.locator("[name=EnrollmentEndDate]").fill("06/15/2026")
    if javascript:
        page.locator("select#bootstrap-duallistbox-nonselected-list_School").select_option("6015234")
        page.get_by_role("button", name="Move selected", exact=True).click()
    else:
        form.locator("select[name=School]").select_option("6015234")
    form.get_by_role("button", name="Request File").click()
    expect(page.locator(".alert-success")).to_be_visible()
    worker.run_all()
    page.reload()
    page.get_by_role("link", name="Request again").click()
    form.get_by_role("button", name="Request File").click()
    expect(page.locator(".alert-success")).to_be_visible()
    first, second = Job.objects.order_by("pk")
    assert first.criteria == second.criteria


def test_a_selpa_user_chooses_among_the_member_leas(visit: Visit, world: World) -> None:
    page = visit(world.selma).open("/Extract")
    _choose_type(page, "SWDS")
    page.locator("#panel-request-active summary", has_text="Choose another LEA").click()
    page.get_by_role("link", name="Birch Unified - 3768338").locator("visible=true").click()
    expect(page.locator("#request-active [name=ReportingLEA]")).to_have_value("3768338")
    page.locator("#request-active [name=ActiveStudent][type=checkbox]").check()
    page.get_by_role("button", name="Move all", exact=True).click()
    page.locator("#request-active").get_by_role("button", name="Request File").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert Job.objects.get().authority_lea == "3768338"

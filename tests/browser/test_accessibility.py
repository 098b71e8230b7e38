"""Nothing axe finds against WCAG 2.2 AA, on every page and in every state, in three sorts of window.

The states are reached on a phone, where controls lie closest; what people do at a desk the other files here show, or
the walk is gone at both widths.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.administrators import make_administrator
from accounts.models import ImportantMessage
from extracts import views
from extracts.definitions import DEFINITIONS
from ods.calendar import pacific_today
from tests.browser.conftest import DESKTOP, PHONE, Visit, World
from tests.browser.findings import WCAG, Findings
from tests.browser.lists import submit_one_of_each
from tests.factories.people import make_user

pytestmark = pytest.mark.browser
at_both_widths = pytest.mark.parametrize("width", [DESKTOP, PHONE])


def test_sign_in(visit: Visit, world: World) -> None:
    visitor = visit(width=PHONE)
    page = visitor.open("/")
    findings = Findings(page)
    findings.look("sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("sign-in refused")
    assert findings.found == {}


def test_home_and_extracts_without_a_role(visit: Visit, world: World) -> None:
    visitor = visit(world.sam, width=PHONE)
    findings = Findings(visitor.page)
    for path in ("/", "/Extract"):
        visitor.open(path)
        findings.look(path)
    assert findings.found == {}


@at_both_widths
def test_home_and_the_list(visit: Visit, world: World, width: int) -> None:
    visitor = visit(world.rosa, width=width)
    page = visitor.page
    findings = Findings(page, at=width)
    for path in ("/", "/Extract"):
        visitor.open(path)
        findings.look(f"{path} empty")
    submit_one_of_each(world)
    ImportantMessage.objects.create(title="Layouts", text="New layouts.\nRead them.", shown_from=pacific_today())
    visitor.open("/")
    findings.look("home, full")
    page.locator(".account summary").click()
    findings.look("account menu")
    visitor.open("/Extract")
    findings.look("list, full and active")
    page.get_by_role("button", name="Pause updates").click()
    findings.look("list, paused")
    page.locator("summary", has_text="SHA-256").first.click()
    findings.look("list, hash open")
    page.locator("summary", has_text="Status:").click()
    findings.look("filter open")
    page.get_by_role("link", name="Refused").click()
    findings.look("filtered")
    page.locator("summary", has_text="ODS Extracts").click()
    findings.look("file types")
    page.get_by_label("Find a file type").fill("ssrv")
    findings.look("file types searched")
    page.get_by_label("Find a file type").fill("zzz")
    findings.look("file types, none found")
    for path in ("/Extract?type=CRSE", "/Extract?page=9"):
        visitor.open(path)
        findings.look(path)
    if width == PHONE:
        page.locator(".menu summary").click()
        findings.look("menu")
    assert findings.found == {}


def test_asking_in_the_dialog(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.open("/Extract")
    findings = Findings(page)
    for code in ("SPRG", "MEET"):
        page.locator("summary", has_text="ODS Extracts").click()
        page.locator(f".dropdown-panel a[href$='RecordType={code}']").click()
        expect(page.locator("#request-dialog h1")).to_have_text(DEFINITIONS[code].label)
        expect(page.get_by_role("tab", selected=True)).to_be_visible()
        for tab in page.get_by_role("tab").all():
            tab.click()
            findings.look(f"{code}, {tab.inner_text()}")
        page.get_by_role("button", name="Move all", exact=True).click()
        findings.look(f"{code}, all schools moved")
        page.get_by_role("button", name="Request File").locator("visible=true").click()
        expect(page.locator("dialog .alert-danger")).to_be_visible()
        findings.look(f"{code}, refused")
        page.get_by_role("button", name="Close").click()
    visitor.open("/Extract/ODSExtract?RecordType=STAS")
    page.get_by_role("button", name="Request all 4 schools").click()
    expect(page.locator(".alert-success")).to_be_visible()
    findings.look("success")
    assert findings.found == {}


def test_asking_on_a_page_of_its_own(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa, width=PHONE)
    findings = Findings(visitor.page)
    for code in DEFINITIONS:
        visitor.open(DEFINITIONS[code].address)
        findings.look(code)
        if DEFINITIONS[code].missing:
            visitor.page.locator("summary", has_text="What the file holds").click()
            findings.look(f"{code}, its fields")
    assert findings.found == {}


@at_both_widths
def test_student_and_staff_data(visit: Visit, world: World, width: int) -> None:
    visitor = visit(world.rosa, width=width)
    page = visitor.page
    findings = Findings(page, at=width)
    search = page.locator("main").get_by_role("button", name="Search")
    for path in ("/StudentSearch/SSID", "/StudentSearch/Demographics", "/StudentSearch/Enrollment", "/StaffSearch"):
        visitor.open(path)
        findings.look(path)
        search.click()
        expect(page.locator(".alert-danger")).to_be_visible()
        findings.look(f"{path}, refused")
    visitor.open("/StudentSearch/Demographics")
    page.get_by_label("Last name").fill("nobody")
    search.click()
    expect(page.get_by_role("heading", name="Nobody fits")).to_be_visible()
    findings.look("nobody fits")
    page.get_by_label("Last name").fill("r*")
    search.click()
    expect(page.get_by_role("heading", name="2 students")).to_be_visible()
    findings.look("students found")
    page.get_by_role("link", name="9900000001").click()
    expect(page.get_by_role("heading", level=1, name="Ruiz, Ana")).to_be_visible()
    findings.look("student")
    page.get_by_role("link", name="Services").click()
    findings.look("a part without records")
    visitor.open("/Student/9900000009")
    findings.look("unknown student")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings.found == {}


@at_both_widths
def test_combining_two_ssids(visit: Visit, world: World, width: int) -> None:
    visitor = visit(world.rosa, width=width)
    page = visitor.open("/CombineSSIDs")
    findings = Findings(page, at=width)
    findings.look("none combined")
    page.get_by_label("SSID to retire").fill("9900000002")
    page.get_by_label("SSID that stays").fill("9900000001")
    page.get_by_role("button", name="Compare both").click()
    expect(page.get_by_role("heading", name="Is this one student?")).to_be_visible()
    findings.look("both compared")
    page.get_by_role("button", name="Combine them").click()
    expect(page.locator(".alert-success")).to_be_visible()
    expect(page.get_by_role("cell", name="9900000001")).to_be_visible()
    findings.look("combined")
    page.get_by_role("button", name="Undo the retirement of 9900000002").click()
    expect(page.get_by_role("heading", name="None yet")).to_be_visible()
    findings.look("undone")
    page.get_by_role("button", name="Compare both").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("refused")
    assert findings.found == {}


def test_the_menu_of_other_extracts(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.open("/Extract")
    findings = Findings(page)
    page.locator("summary", has_text="Other Extracts").click()
    findings.look("other extracts")
    page.locator(".dropdown-panel a[href*='ReplacementSSID']").click()
    expect(page.locator("#request-dialog h1")).to_have_text("Replacement SSID Extract")
    findings.look("in the dialog")
    page.get_by_role("button", name="Request all 4 schools").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert findings.found == {}


def test_asking_without_scripts(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa)
    # axe is a script itself: the browser runs scripts, and the portal's are empty.
    visitor.page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    findings = Findings(visitor.page)
    for code in ("SENR", "SPRG", "SDEM", "SWDS"):
        page = visitor.open(f"/Extract/ODSExtract?RecordType={code}")
        findings.look(code)
        page.get_by_role("button", name="Request File").last.click()
        findings.look(f"{code}, answered")
    assert findings.found == {}


def test_a_selpa_user_asking(visit: Visit, world: World) -> None:
    visitor = visit(world.selma, width=PHONE)
    page = visitor.open("/Extract/ODSExtract?RecordType=PSTS")
    findings = Findings(page)
    findings.look("member LEAs")
    page.locator("summary", has_text="Choose another LEA").locator("visible=true").click()
    findings.look("member LEAs open")
    assert findings.found == {}


def test_record_layouts(visit: Visit, world: World) -> None:
    visitor = visit(world.rosa, width=PHONE)
    findings = Findings(visitor.page)
    for path in ("", "/SENR", "/SWAV", "/MEET", "/CodeSets/grade_level", "/CodeSets/education_program"):
        visitor.open(f"/RecordLayouts{path}")
        findings.look(f"layouts{path}")
    assert findings.found == {}


def test_pages_that_say_no(visit: Visit, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)
    for path in (
        "/nowhere",
        "/Extract/ODSExtract?RecordType=SPED",
        "/Extract/ODSExtract?RecordType=NONE",
        "/Extract/DSEAExtract",
    ):
        visitor.open(path)
        findings.look(path)
    visitor.open("/")
    page.locator("#log-off [name=__RequestVerificationToken]").evaluate("field => { field.value = 'stale' }")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Log off").click()
    expect(page).to_have_title("CALPADS | Form Out of Date")
    findings.look("form out of date")
    other = visit(world.selma, width=PHONE)
    other.open("/Extract/ODSExtract?RecordType=SENR")
    refused = Findings(other.page)
    refused.look("no role")
    with _a_fault(monkeypatch):
        visitor.open("/Extract")
        expect(page).to_have_title("CALPADS | Error")
        findings.look("server error")
    visitor.faults.clear()
    assert findings.found | refused.found == {}


@contextmanager
def _a_fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(views, "Look", break_down)
        yield


def test_the_session_warning(visit: Visit, world: World, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE = 60
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.open("/")
    expect(page.locator("#session-dialog")).to_be_visible()
    findings = Findings(page)
    findings.look("session warning")
    assert findings.found == {}


def test_administration(visit: Visit, world: World) -> None:
    administrator = make_user("administrator", is_staff=True)
    make_administrator(administrator)
    visitor = visit(administrator, width=PHONE)
    # Django's own change lists break rules of good practice that WCAG does not have.
    findings = Findings(visitor.page, tags=WCAG)
    for path in (
        "",
        "accounts/user/",
        f"accounts/user/{world.rosa.pk}/change/",
        f"accounts/user/{world.rosa.pk}/roles/?q=Alder",
        f"ods/organization/{world.lea.pk}/holders/",
        "accounts/auditentry/",
        "jobs/job/",
    ):
        visitor.open(f"/admin/{path}")
        findings.look(path)
    assert findings.found == {}

"""The portal by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, World

pytestmark = pytest.mark.browser


def _focused(page: Page) -> str:
    """What has the focus, as people would name it."""
    words: str = page.evaluate(
        """() => {
            const it = document.activeElement;
            return (it.getAttribute("aria-label") || it.labels?.[0]?.textContent || it.textContent).trim();
        }"""
    )
    return " ".join(words.split())


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if _focused(page).startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_the_first_tab_stop_skips_to_the_content(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    _press(page, "Tab")
    assert _focused(page) == "Skip to content"
    expect(page.locator(".skip-link")).to_be_in_viewport()
    _press(page, "Enter", "Tab")
    assert _focused(page) == "ODS Extracts"


def test_the_whole_request_by_keyboard(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    _tab_to(page, "ODS Extracts")
    _press(page, "Enter")
    expect(page.get_by_label("Find a file type")).to_be_focused()
    page.keyboard.type("special status")
    _press(page, "Tab", "Enter")
    expect(page.locator("#request-dialog h1")).to_be_focused()

    _tab_to(page, "Active Student(s)")
    _press(page, "ArrowRight")
    assert _focused(page) == "Date Range"
    _tab_to(page, "Enrollment Start Date")
    page.keyboard.type("08/15/2025")
    _tab_to(page, "Enrollment End Date")
    page.keyboard.type("06/15/2026")
    _tab_to(page, "Available (4)")
    _press(page, "ArrowDown", "Enter")
    expect(page.get_by_label("Selected (1)")).to_be_visible()
    _tab_to(page, "Move all")
    _press(page, "Enter")
    expect(page.get_by_label("Selected (4)")).to_be_visible()
    _tab_to(page, "Request File")
    _press(page, "Enter")
    expect(page.locator(".alert-success")).to_be_visible()


def test_focus_stays_in_the_dialog_and_comes_back_when_it_closes(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    page.locator("summary", has_text="ODS Extracts").click()
    page.locator("a[href$='RecordType=CRSE']").press("Enter")
    expect(page.locator("#request-dialog h1")).to_be_focused()
    for _ in range(20):
        _press(page, "Tab")
        inside = page.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
        assert inside
    _press(page, "Escape")
    expect(page.locator("#request-dialog")).to_be_hidden()
    assert _focused(page).startswith("CRSE")


def test_errors_take_the_focus_and_lead_to_their_fields(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    page.locator("summary", has_text="ODS Extracts").click()
    page.locator("a[href$='RecordType=STAS']").click()
    page.get_by_role("button", name="Request File").click()
    expect(page.locator("dialog .alert-danger")).to_be_focused()
    _press(page, "Tab", "Enter")
    assert _focused(page).startswith("Available")


def test_escape_closes_a_menu_and_gives_the_focus_back(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/Extract")
    page.locator("summary", has_text="ODS Extracts").click()
    _press(page, "Escape")
    expect(page.get_by_label("Find a file type")).to_be_hidden()
    assert _focused(page) == "ODS Extracts"

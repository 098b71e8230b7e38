"""Each sort of window is looked at: a fault that only one of them shows is found, in that one."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import HEIGHT, PHONE
from tests.browser.findings import Findings

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>Faults</title><style>
p {{ color: black; background: white; }} div {{ height: 1px; }} {style}
</style></head><body><main><h1>Faults</h1><div></div><p>Words to read</p></main></body></html>"""


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("", {}),
        ("@media (prefers-color-scheme: dark) { p { color: #eee; } }", {"state, dark": "color-contrast"}),
        ("@media (max-width: 400px) { p { color: #eee; } }", {"state, phone": "color-contrast"}),
        ("div { width: 400px; }", {"state, phone": "scrolls sideways by"}),
        (
            "@media (min-width: 1000px) { p { color: #eee; } }",
            {"state, desktop": "color-contrast", "state, dark": "color-contrast"},
        ),
    ],
)
def test_a_fault_is_found_in_the_windows_that_show_it(browser: Browser, style: str, found: dict[str, str]) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": HEIGHT})
    try:
        page.set_content(PAGE.format(style=style))
        findings = Findings(page)
        findings.look("state")
    finally:
        page.close()
    assert {state: wrong[0][: len(found[state])] for state, wrong in findings.found.items()} == found
    assert page.viewport_size == {"width": PHONE, "height": HEIGHT}

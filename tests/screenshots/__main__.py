"""Starts the embedded portal with demo data as a newcomer does, walks through it and takes the README's pictures.

Everything happens in a folder that goes with the run; only `docs/screenshots/*.png` stay.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from calpads_portal.management.commands.demo_data import PASSWORD
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE

HERE = Path(__file__).resolve().parent.parent.parent
PICTURES = HERE / "docs" / "screenshots"
USER = "lea.user"
SECONDS = 300


def main() -> None:
    if CHROMIUM is None:
        sys.exit("Chromium was not found.")
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="portal-screenshots-") as folder,
        portal(Path(folder)) as base,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS) as browser,
    ):
        desktop(browser, base)
        rop(browser, base)
        siras(browser, base)
        rosters(browser, base)
        phone(browser, base)


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """The embedded portal, with its demo data loaded; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"VAR_DIR": str(folder / "var"), "PORT": str(port)}
    said = folder / "said.txt"
    with said.open("w") as output:
        command = [sys.executable, "manage.py", "serve"]
        process = subprocess.Popen(command, cwd=HERE, env=environment, stdout=output, stderr=output)
        try:
            until = time.monotonic() + SECONDS
            while "Ready:" not in said.read_text():
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(said.read_text())
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def desktop(browser: Browser, base: str) -> None:
    page = _page(browser, base, width=DESKTOP, height=860)
    _picture(page, "sign-in")
    _sign_in(page)
    for code in ("SENR", "SELA", "SPRG"):
        page.goto(f"{base}/Extract/ODSExtract?RecordType={code}")
        if code == "SPRG":
            page.locator("#request-academic_year [name=EducationProgramCode]").select_option("All")
        else:
            page.locator("#request-active [name=ActiveStudent][type=checkbox]").check()
        page.get_by_role("button", name="Request all").locator("visible=true").click()
        expect(page.locator(".alert-success")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(3, timeout=SECONDS * 1000)
    page.goto(f"{base}/")
    _picture(page, "home")
    page.goto(f"{base}/Extract")
    _picture(page, "submitted-extracts")
    page.locator("summary", has_text="ODS Extracts").click()
    _picture(page, "file-types")
    page.locator(".dropdown-panel a[href$='RecordType=SENR']").click()
    expect(page.locator("#dialog-title")).to_be_visible()
    page.get_by_role("button", name="Move all", exact=True).click()
    _picture(page, "request")
    page.goto(f"{base}/RecordLayouts/SENR")
    _picture(page, "record-layout")


def rop(browser: Browser, base: str) -> None:
    page = _page(browser, base, width=DESKTOP, height=860)
    _sign_in(page, "rop.user")
    page.goto(f"{base}/Pages/ROP")
    page.get_by_label("Remove Invalid Characters from Text Fields").check()
    page.get_by_label("Extract Attendance Instructional Minutes").check()
    page.get_by_label("Start Date").fill("08/12/2026")
    page.get_by_label("End Date").fill("10/30/2026")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".alert-success")).to_be_visible(timeout=SECONDS * 1000)
    page.get_by_role("group", name="Other Options").evaluate("part => part.scrollIntoView()")
    _picture(page, "rop")


def siras(browser: Browser, base: str) -> None:
    page = _page(browser, base, width=DESKTOP, height=860)
    _sign_in(page)
    page.goto(f"{base}/Pages/SIRAS")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("link", name="Updated")).to_be_visible(timeout=SECONDS * 1000)
    page.get_by_role("heading", name="What SIRAS would do").evaluate("part => part.scrollIntoView()")
    _picture(page, "siras")


def rosters(browser: Browser, base: str) -> None:
    page = _page(browser, base, width=DESKTOP, height=760)
    _sign_in(page, "rosters.user")
    page.goto(f"{base}/SpecialFunctions/StudentAssessmentRosters")
    page.get_by_role("button", name="Tick all", exact=True).click()
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#roster-uploads")).to_contain_text("Processed", timeout=SECONDS * 1000)
    expect(page.locator("#roster-uploads")).not_to_contain_text("Sent, being processed", timeout=SECONDS * 1000)
    _picture(page, "rosters")


def phone(browser: Browser, base: str) -> None:
    page = _page(browser, base, width=PHONE, height=720)
    _sign_in(page)
    page.goto(f"{base}/Extract")
    _picture(page, "phone")


def _page(browser: Browser, base: str, *, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(f"{base}/")
    return page


def _sign_in(page: Page, user: str = USER) -> None:
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I agree to the terms of use").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def _picture(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()

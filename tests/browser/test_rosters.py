"""Student groups as a person goes it: choose, View, Download, Upload, follow the status to CERS's own words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from rosters import sending
from rosters.cers.accounts import DEMO_SECRET, DEMO_USER, Account
from rosters.cers.server import Config, Server
from rosters.connecting import save_connection
from rosters.models import ClassImport, SchoolFile, SectionTeacher
from rosters.roster_file import from_bytes
from tests.browser.conftest import DESKTOP, PHONE, Visit, Worker, World
from tests.browser.findings import Findings
from tests.factories.oneroster import OneRoster
from tests.factories.rosters import HIGH, Office, ssids

pytestmark = pytest.mark.browser
BASE = "/SpecialFunctions/StudentAssessmentRosters"
LEAD, CO = "9800000001", "9800000002"


@pytest.fixture
def cers(settings: Any) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Config(accounts=[Account(DEMO_USER, DEMO_SECRET)], years=range(2020, 2030)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.CERS_URL, settings.CERS_TOKEN_URL = server.base, f"{server.base}/auth/oauth2/access_token"
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=60)


@pytest.fixture
def classes(world: World) -> Office:
    """Two sections of the current school year at Alder High: the second without a subject."""
    today = date.today()
    year = today.year + (today.month >= 7)
    office = Office(world.lea, school=HIGH, year=year)
    office.teacher(LEAD)
    office.teacher(CO, "Smith", "John", email="")
    office.section("1", LEAD, CO, roles=("lead", "co-teacher"))
    office.section("2", LEAD, setting=False)
    for place, ssid in enumerate(ssids(6, first=700)):
        office.student(ssid, f"ELA7/{place % 2 + 1}/FY", since=date(2025, 7, 1))
    return office


def settle(worker: Worker) -> None:
    """The worker makes the files, and they go out until nothing is under way."""
    worker.run_all()
    for _ in range(6):
        SchoolFile.objects.filter(next_at__isnull=False).update(next_at=timezone.now() - timedelta(seconds=1))
        if not sending.work():
            return


def connect(world: World) -> None:
    save_connection(lea=world.lea, user_name=DEMO_USER, secret=DEMO_SECRET, expires_on=None, by=world.rosa)


def enter_credentials(page: Page) -> None:
    page.get_by_label("User name").fill(DEMO_USER)
    page.get_by_label("Secret key").fill(DEMO_SECRET)
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("CERS accepts the user name and secret key.")).to_be_visible()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_the_menu_to_cers_and_its_answer(
    visit: Visit, world: World, worker: Worker, classes: Office, cers: Server, tmp_path: Path, *, width: int
) -> None:
    page = visit(world.rosa, width=width).open("/")
    if width == PHONE:
        page.locator(".menu summary").click()
    page.get_by_role("link", name="Student Assessment Rosters").locator("visible=true").click()
    page.get_by_role("link", name="Enter them on the page Connection").click()
    enter_credentials(page)
    page.get_by_role("link", name="Schools", exact=True).click()
    page.get_by_role("link", name="View Alder High").click()
    expect(page.get_by_role("table", name="Rows of the file").locator("tbody tr")).to_have_count(3)
    page.get_by_label("Tick ELA7 1 FY").check()
    page.get_by_role("button", name="View the ticked").click()
    expect(page.get_by_label("Tick ELA7 1 FY")).to_be_checked()
    page.get_by_role("button", name="Download").click()
    worker.run_all()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file of Alder High").click()
    assert len(from_bytes(download.value.path().read_bytes())) == 3
    page.get_by_role("link", name="Schools", exact=True).click()
    page.get_by_label("Tick Alder High").check()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Upload Status")).to_be_visible()
    worker.run_all()
    expect(page.locator("#roster-uploads")).to_contain_text("Waiting to be sent")
    settle(worker)
    expect(page.locator("#roster-uploads")).to_contain_text("Processed")
    expect(page.locator("[data-live-voice=roster-uploads]")).to_contain_text("Processed")
    page.get_by_role("link", name="Details of upload").click()
    expect(page.locator(".rosters-message")).to_have_text("1 group accepted for 19647331930924.")
    assert len(cers.store.groups_of()) == 1


def test_without_scripts(visit: Visit, world: World, worker: Worker, classes: Office, cers: Server) -> None:
    connect(world)
    cers.config.subjects = ["Math"]
    page = visit(world.rosa, javascript=False).open(BASE)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Tick at least one school.")).to_be_visible()
    page.get_by_label("Tick Alder High").check()
    page.get_by_role("button", name="Upload").click()
    settle(worker)
    page.reload()
    expect(page.get_by_text("Row: 1 Failure: Invalid subject: ELA")).to_be_visible()
    page.get_by_role("link", name="Sections", exact=True).click()
    page.get_by_label("Tick ELA7 2 FY").check()
    page.get_by_label("Subject of the ticked sections").select_option("Math")
    page.get_by_role("button", name="Set for the ticked").click()
    expect(page.get_by_text("1 section changed.")).to_be_visible()
    expect(page.get_by_label("Subject of ELA7 2")).to_have_value("Math")


def test_nothing_axe_finds(visit: Visit, world: World, worker: Worker, classes: Office, cers: Server) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)

    def look(path: str, state: str = "") -> None:
        visitor.open(BASE + path)
        findings.look(f"{path} {state}")

    for path in ("/UploadStatus", "/StaleGroups", "/Connection", "/Exclusions"):
        look(path, "at first")
    connect(world)
    for path in (
        "",
        f"/View?school={HIGH}",
        f"/Sections?school={HIGH}",
        f"/Teachers?school={HIGH}",
        "/Students?school=1930924&section=ELA7/1/FY",
    ):
        look(path)
    visitor.open(f"{BASE}/View?school={HIGH}")
    page.get_by_role("button", name="Upload").click()
    findings.look("uploading")
    settle(worker)
    SectionTeacher.objects.filter(seid=LEAD).update(role="job-share")
    SectionTeacher.objects.filter(seid=CO).update(role="lead")
    look(f"/View?school={HIGH}", "with changes")
    for _ in range(2):
        visitor.open(BASE)
        page.get_by_label("Tick Alder High").check()
        page.get_by_role("button", name="Upload").click()
        settle(worker)
    look("/UploadStatus", "held")
    page.get_by_role("link", name="Details of upload").first.click()
    findings.look("held, details")
    page.get_by_role("button", name="Send it").click()
    settle(worker)
    page.reload()
    findings.look("processed, details")
    look("/StaleGroups", "one")
    visitor.open(f"{BASE}/Sections?school={HIGH}")
    page.get_by_label("First day of ELA7 1").fill("soon")
    page.get_by_role("button", name="Save this page").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("sections refused")
    visitor.open(f"{BASE}/Connection")
    enter_credentials(page)
    findings.look("tested")
    visitor.open(f"{BASE}/Schedules")
    page.get_by_role("button", name="Add").click()
    findings.look("a schedule")
    ClassImport.objects.create(
        lea=world.lea, file_name="wrong.zip", size=1, errors=[["users.csv", 3, "email", "Wrong."]], error_count=7,
        unknown=[["classes.csv", 2, "c1", "Not there."]], unknown_count=1,
    )  # fmt: skip
    look("/OneRoster", "with errors")
    page.locator("summary", has_text="unknown sourcedId").click()
    findings.look("unknown open")
    visitor.open(BASE)
    page.get_by_label("Tick Alder High").check()
    page.get_by_role("button", name="Download").click()
    worker.run_all()
    page.reload()
    findings.look("files")
    nobody = visit(world.sam, width=PHONE)
    closed = Findings(nobody.page)
    nobody.open(BASE)
    closed.look("no role")
    assert findings.found | closed.found == {}


def test_a_oneroster_zip_from_the_page(
    visit: Visit, world: World, worker: Worker, classes: Office, tmp_path: Path
) -> None:
    packed = tmp_path / "oneroster.zip"
    found = OneRoster(year=classes.year).a_class("ELA7-2", metadata__caasppSubjectArea="Math")
    packed.write_bytes(found.zip())
    page = visit(world.rosa).open(f"{BASE}/OneRoster")
    page.get_by_label("OneRoster ZIP").set_input_files(packed)
    page.get_by_role("button", name="Send", exact=True).click()
    worker.run_all()
    expect(page.get_by_text("1 sections")).to_be_visible()

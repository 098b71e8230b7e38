"""The ROP extract as a person goes it: find the page, send data, run, read the number of records, download."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rop_export.models import DataImport
from tests.browser.conftest import DESKTOP, PHONE, Visit, Worker, World
from tests.browser.findings import Findings
from tests.factories.people import grant, make_user
from tests.factories.rop import Packet, add_section, loaded, packet, seat, student

pytestmark = pytest.mark.browser
SCHOOL = "1930924"
CLOSED = "6015234"


def data() -> Packet:
    """Two sections, one without a teacher; a second school that is inactive."""
    found = packet(SCHOOL, CLOSED)
    found.files["schools"][2]["tag"] = "I"
    add_section(found, "101", school=SCHOOL, user_1="NO")
    add_section(found, "102", school=SCHOOL, teacher="", period="9")
    for local_id, section in (("R1", "101"), ("R1", "102"), ("R2", "101")):
        seat(found, local_id, section, school=SCHOOL)
    return found


@pytest.fixture
def rop(world: World) -> World:
    for local_id, grade in (("R1", "11"), ("R2", "12")):
        student(world.lea, local_id, school=SCHOOL, grade=grade)
    return world


def run(page: Page) -> None:
    page.get_by_label("Extract Attendance Instructional Minutes").check()
    page.get_by_label("Start Date").fill("09/14/2026")
    page.get_by_label("End Date").fill("09/18/2026")
    page.get_by_role("button", name="Run", exact=True).click()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_the_menu_to_the_files(visit: Visit, rop: World, worker: Worker, tmp_path: Path, *, width: int) -> None:
    page = visit(rop.rosa, width=width).open("/")
    if width == PHONE:
        page.locator(".menu summary").click()
    box = page.get_by_label("Filter the pages").locator("visible=true")
    box.fill("ROP")
    shown = page.locator(".navigation ul ul[id$=pages] li").locator("visible=true")
    expect(shown).to_have_text(["ROP Extract"])
    box.press("Enter")
    expect(page).to_have_title("CALPADS | ROP Extract")
    page.get_by_role("link", name="Send them in on the page ROP Data").click()
    packed = tmp_path / "rop.zip"
    packed.write_bytes(data().zip())
    page.get_by_label("ZIP file").set_input_files(packed)
    page.get_by_role("button", name="Send", exact=True).click()
    worker.run_all()
    expect(page.get_by_text("These are the data in force")).to_be_visible()
    page.get_by_role("link", name="ROP Extract").locator("visible=true").last.click()
    run(page)
    expect(page.get_by_text("The extract has been started.")).to_be_visible()
    worker.run_all()
    expect(page.locator(".alert-success")).to_contain_text("Total number of records: 3")
    expect(page.locator("[data-live-voice=rop-log]")).to_contain_text("3 records")
    for name, rows in (("_ROP.csv", 3), ("_ROP_MINUTES.csv", 15)):
        with page.expect_download() as download:
            page.locator(".alert-success a", has_text=name).click()
        with download.value.path().open(encoding="utf-8", newline="") as lines:
            assert len(list(csv.DictReader(lines))) == rows


def test_without_scripts(visit: Visit, rop: World, worker: Worker) -> None:
    loaded(rop.lea, data())
    page = visit(rop.rosa, javascript=False).open("/Pages/ROP")
    page.get_by_role("link", name="Show 1 inactive school too").click()
    expect(page.get_by_label("(inactive)")).to_have_count(1)
    page.get_by_text("Keep or skip some students").click()
    page.get_by_label("are in grade").fill("12")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Records are being skipped: 1 student left out")).to_be_visible()
    run(page)
    worker.run_all()
    page.reload()
    expect(page.locator(".alert-success")).to_contain_text("Total number of records: 1")
    page.get_by_role("button", name="Reset Keep/Skip").click()
    expect(page.get_by_text("Records are being skipped")).to_have_count(0)


def test_nothing_axe_finds(visit: Visit, rop: World, worker: Worker) -> None:
    visitor = visit(rop.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)
    for path in ("", "/Data", "/Layout"):
        visitor.open(f"/Pages/ROP{path}")
        findings.look(f"{path} without data")
    loaded(rop.lea, data())
    visitor.open("/Pages/ROP")
    findings.look("options")
    page.get_by_text("Keep or skip some students").click()
    findings.look("Keep/Skip open")
    page.get_by_label("are in grade").fill("12 !")
    page.get_by_role("button", name="Put in force").click()
    findings.look("Keep/Skip refused")
    page.get_by_label("are in grade").fill("12")
    page.get_by_role("button", name="Put in force").click()
    findings.look("Keep/Skip in force")
    page.get_by_role("button", name="Reset Keep/Skip").click()
    page.locator("summary", has_text="Run from another place").click()
    findings.look("places")
    page.get_by_label("Extract Attendance Instructional Minutes").check()
    page.get_by_label("End Date").fill("09/18/2025")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("refused")
    run(page)
    expect(page.get_by_text("The extract has been started.")).to_be_visible()
    findings.look("running")
    worker.run_all()
    expect(page.locator(".alert-success")).to_be_visible()
    findings.look("finished")
    page.locator(".alert-success a", has_text="error").click()
    findings.look("report")
    ben = make_user("ben")
    grant(ben, "rop_administer", rop.lea)
    other = visit(ben, width=PHONE)
    look = Findings(other.page)
    other.open("/Pages/ROP")
    look.look("another's line")
    other.open("/Pages/ROP/Download?Run=1&File=rop")
    look.look("not yours")
    refused = DataImport.objects.create(
        lea=rop.lea, file_name="wrong.zip", size=1, sha256="", errors=[["sections.csv", 3, "course", "Not there."]],
        error_count=7,
    )  # fmt: skip
    visitor.open("/Pages/ROP/Data")
    expect(page.get_by_text(refused.file_name)).to_be_visible()
    page.locator("summary", has_text="schools.csv").click()
    findings.look("data with errors")
    nobody = visit(rop.sam, width=PHONE)
    closed = Findings(nobody.page)
    nobody.open("/Pages/ROP")
    closed.look("no role")
    assert findings.found | look.found | closed.found == {}

"""A file goes in as a person sends it, with and without JavaScript; what axe says of the pages on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ods.models import StudentEnrollment
from tests.browser.conftest import PHONE, Visit, Worker, World
from tests.browser.findings import Findings
from tests.factories.records import file, line

pytestmark = pytest.mark.browser

GOOD = {"birth_country_code": "US", "grade_level_code": "05"}


def senr(**given: str) -> str:
    return line("SENR", **{**GOOD, **given})


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Two records to accept, one with a wrong code and three rules broken beside it, one line that is no record."""
    path = tmp_path / "SENR new.txt"
    path.write_bytes(
        file(
            senr(ssid="", local_student_id="N1"),
            senr(ssid="9900000001", local_record_id="changed"),
            senr(ssid="", local_student_id="N2", gender_code="Q", school_completion_status="100"),
            "SENR^^short",
        )
    )
    return path


def send(page: Page, path: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_label("Job name").fill("first of the year")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".alert-success")).to_contain_text("Received SENR new.txt")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_upload_to_posted(visit: Visit, world: World, worker: Worker, mixed: Path, javascript: bool) -> None:
    visitor = visit(world.rosa, javascript=javascript)
    page = visitor.open("/FileSubmission")
    page.locator("main").get_by_role("link", name="Upload files").first.click()
    send(page, mixed)
    row = page.locator("#FileSubmissionSearchResults tbody tr").first
    expect(row).to_contain_text("Processing")
    worker.run_all()
    if not javascript:
        page.reload()
    expect(row).to_contain_text("Ready for Review")
    row.get_by_role("link").click()
    expect(page.locator("main h1")).to_contain_text("SENR SSID Enrollment")
    page.get_by_role("link", name="Records with GERR0002").click()
    expect(page.locator("mark")).to_have_text(["Q"])
    page.go_back()
    page.get_by_role("button", name="Post All 2 accepted").click()
    expect(page.locator(".alert-success")).to_contain_text("is being posted")
    worker.run_all()
    if not javascript:
        page.reload()
    expect(page.locator("#submission tbody tr").first).to_contain_text("Posted")
    expect(page.get_by_role("heading", name="What was posted")).to_be_visible()
    expect(page.get_by_role("button", name="Post All")).to_have_count(0)
    assert StudentEnrollment.objects.count() == 3
    page.get_by_role("link", name="Rejected Records").click()
    page.get_by_role("button", name="Request File").click()
    expect(page.locator(".alert-success")).to_contain_text("Extract request made successfully.")
    worker.run_all()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download SENR").click()
    lines = Path(download.value.path()).read_bytes().split(b"\r\n")[:-1]
    assert sorted(each.split(b"^")[35] for each in lines) == [
        b"FILE0001",
        b"GERR0002",
        b"SENR0022",
        b"SENRX09",
        b"SENRX10",
    ]


def test_dropped_files_are_taken(visit: Visit, world: World) -> None:
    page = visit(world.rosa).open("/FileSubmission/FileUpload")
    expect(page.get_by_text("Or drop files here.")).to_be_visible()
    transfer = page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File(['SENR^'], 'dropped.txt')); return held; }"
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    expect(page.locator("[data-chosen-files]")).to_contain_text("dropped.txt")


def test_the_pages_of_file_submission(visit: Visit, world: World, worker: Worker, mixed: Path) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)
    visitor.open("/FileSubmission")
    findings.look("list, empty")
    visitor.open("/FileSubmission/FileUpload")
    findings.look("upload")
    page.evaluate("document.querySelector('#upload-file').removeAttribute('required')")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("upload, refused")
    visitor.open("/FileSubmission/FileUpload")
    send(page, mixed)
    findings.look("list, processing")
    worker.run_all()
    visitor.open("/FileSubmission")
    page.locator("summary", has_text="Status:").click()
    findings.look("list, filter open")
    visitor.open("/FileSubmission?status=Ready+for+Review&sort=rejected")
    page.locator("#FileSubmissionSearchResults tbody a").first.click()
    findings.look("details, ready")
    page.get_by_role("link", name="Errors by record").click()
    findings.look("errors by record")
    visitor.open("/FileSubmission/Rules?type=SENR")
    findings.look("rules")
    visitor.open("/Extract/RejectedRecords")
    findings.look("rejected records")
    page.get_by_role("button", name="Request File").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    findings.look("rejected records, refused")
    assert findings.found == {}

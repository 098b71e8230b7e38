"""The seed's steps of the SSID Matching Tool, as a person goes them; with the keyboard alone; and what axe finds."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from ssid_matching.population import forget_population
from tests.browser.conftest import PHONE, Visit, Worker, World
from tests.browser.findings import Findings
from tests.factories.records import file
from tests.ssid_matching.conftest import student, wanted

pytestmark = pytest.mark.browser
AWAY = {"reporting_lea": "3768338", "school_of_attendance": "3730033"}


@pytest.fixture
def matching(world: World, tmp_path: Path) -> World:
    forget_population()
    posted = tmp_path / "students.txt"
    posted.write_bytes(
        file(
            student("9900000011", "Ximena", "Vega", birth_date="20110305", **AWAY),
            student("9900000012", "Marisol", "Soto", birth_date="20120711"),
            student("9900000013", "Marisa", "Soto", birth_date="20120711"),
        )
    )
    call_command("load_ods", str(posted), verbosity=0)
    return world


def a_file(folder: Path, *lines: str, name: str = "new_students.txt") -> Path:
    path = folder / name
    path.write_bytes(file(*lines))
    return path


def right_file(folder: Path) -> Path:
    return a_file(
        folder,
        wanted("Ximena", "Vega", birth_date="20110305", local_student_id="N1"),
        wanted("Marisol", "Soto", birth_date="20120711", local_student_id="N2"),
        wanted("Nobody", "Such", birth_date="20140101", local_student_id="N3"),
    )


def upload(page: Page, path: Path) -> None:
    page.get_by_label("SENR file with blank SSIDs").set_input_files(path)
    page.get_by_role("button", name="Upload").click()


def test_the_steps_of_the_announcement(visit: Visit, matching: World, worker: Worker, tmp_path: Path) -> None:
    page = visit(matching.rosa).open("/")
    # 3: the tool is found where it is announced.
    page.get_by_role("link", name="SSID Matching Tool").locator("visible=true").click()
    expect(page).to_have_title("CALPADS | SSID Matching Tool")
    expect(page.get_by_role("navigation", name="Student Data").get_by_role("link")).to_have_text(
        ["Search by SSID", "Search by Demographics", "Search by Enrollment", "SSID Matching Tool"]
    )
    # 2, 5 and 6: one wrong record fails the file, every error is told; it is corrected and sent again.
    upload(page, a_file(tmp_path, wanted("Ximena", "Vega"), wanted("", "Soto", gender_code="?"), name="wrong.txt"))
    expect(page.get_by_role("heading", name="The file was not matched")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("It is not M, F or X.")
    page.get_by_role("link", name="Send a file").click()
    expect(page.locator("#match-jobs")).to_contain_text("Failed")
    # 4: a right one is accepted under a Job ID.
    upload(page, right_file(tmp_path))
    expect(page.locator(".alert-success")).to_contain_text("Job ID")
    # 7 and 8: the page follows the job, and the results open.
    worker.run_all()
    expect(page.locator("#match-jobs tbody tr").first).to_contain_text("Complete")
    page.get_by_role("link", name="Open the results of job").first.click()
    expect(page.locator(".tiles")).to_contain_text("Single Match1")
    expect(page.get_by_role("table", name="Records").locator("tbody tr")).to_have_count(3)
    # 9: category, score, and what to verify it by.
    page.get_by_role("link", name="Vega, Ximena").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("SSID 9900000011")
    expect(page.locator("#choice-1")).to_be_focused()
    page.get_by_text("Why score 100%").click()
    expect(page.locator(".why").first).to_contain_text("24 of 24")
    # Next steps: choose with the keyboard alone; then download.
    page.locator("#choice-1").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".alert-success")).to_contain_text("Line 1 has its SSID. Here is the next.")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Such, Nobody")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Soto, Marisol")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Such, Nobody")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-success")).to_contain_text("It was the last of this list.")
    page.get_by_role("link", name="Soto, Marisol").click()
    page.get_by_role("button", name="Undo this decision").click()
    expect(page.locator(".alert-success")).to_contain_text("Line 2 is undecided again.")
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Job").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="SENR with SSIDs, caret text").click()
    ready = student("9900000011", "Ximena", "Vega", birth_date="20110305", local_student_id="N1")
    assert download.value.path().read_bytes() == file(ready)
    with page.expect_download() as download:
        page.get_by_role("link", name="SSID Match Results with your choices, Excel").click()
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == ["X", None, None, None]


def test_without_scripts_on_a_phone(visit: Visit, matching: World, worker: Worker, tmp_path: Path) -> None:
    page = visit(matching.rosa, javascript=False, width=PHONE).open("/SSIDMatching")
    upload(page, right_file(tmp_path))
    worker.run_all()
    page.reload()
    page.get_by_role("link", name="Open the results of job").click()
    page.get_by_label("Category").select_option("Multiple Match")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("table", name="Records").locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Show all records").click()
    page.get_by_label("Likelihood at least").fill("0")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".alert-success")).to_contain_text("Single matches accepted: 1.")
    page.get_by_role("button", name="Undo the last acceptance").click()
    expect(page.locator(".alert-success")).to_contain_text("Records undecided again: 1.")
    page.get_by_role("table", name="Records").get_by_role("link").first.click()
    values = page.locator(".compare td:not(:empty) .anywhere")
    expect(values.first).to_be_visible()
    # A value has the width of the screen beside its label; squeezed, it stands letter below letter.
    heights = values.evaluate_all("each => each.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < 80, heights


def test_nothing_axe_finds(visit: Visit, matching: World, worker: Worker, tmp_path: Path) -> None:
    visitor = visit(matching.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)
    visitor.open("/SSIDMatching")
    findings.look("no jobs")
    upload(page, a_file(tmp_path, wanted("", "Vega", local_student_id="1" * 40), name="wrong.txt"))
    expect(page.get_by_role("heading", name="The file was not matched")).to_be_visible()
    findings.look("errors")
    visitor.open("/SSIDMatching")
    upload(page, right_file(tmp_path))
    expect(page.locator(".alert-success")).to_be_visible()
    findings.look("waiting")
    worker.run_all()
    visitor.open("/SSIDMatching")
    findings.look("jobs")
    visitor.open("/SSIDMatching?job=999999")
    findings.look("no job fits")
    visitor.open("/SSIDMatching")
    page.get_by_role("link", name="Open the results of job").click()
    findings.look("results")
    results = page.url
    page.get_by_role("link", name="Soto, Marisol").click()
    page.get_by_text("Why score").first.click()
    findings.look("record")
    page.get_by_role("button", name="Decide and go on").click()
    findings.look("no match")
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator(".alert-success")).to_be_visible()
    findings.look("decided")
    page.get_by_role("link", name="Soto, Marisol").click()
    findings.look("record decided")
    page.goto(f"{results}?category=No+Match&decision=student")
    findings.look("no record fits")
    nobody = visit(matching.sam, width=PHONE)
    closed = Findings(nobody.page)
    nobody.open("/SSIDMatching")
    closed.look("no role")
    assert findings.found | closed.found == {}

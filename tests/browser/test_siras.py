"""SIRAS as a person goes it: set up, pin the key, preview, approve, send, and read what SIRAS made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jobs.models import Job
from jobs.running import run_job
from siras_export import nights
from siras_export.models import Alarm, Profile
from siras_export.profiles import new_profile
from siras_export.receiving.nightly import nightly
from siras_export.receiving.server import Server, host_key_in
from tests.browser.conftest import DESKTOP, PHONE, Visit, World
from tests.browser.findings import Findings
from tests.factories.siras import entity, known, student

pytestmark = pytest.mark.browser
SSIDS = ("9900000011", "9900000012", "9900000013")


@pytest.fixture
def siras(world: World, tmp_path: Path) -> Iterator[Server]:
    """The emulated SIRAS, with three students of the district: one to update, one inactive, one unknown."""
    entity(world.lea, "1930924")
    for ssid in SSIDS:
        student(world.lea, ssid, enrollment_start_date="2025-08-18")
    known(world.lea, SSIDS[0])
    known(world.lea, SSIDS[1], inactive="Exited")
    key = host_key_in(tmp_path / "host_key")
    server = Server(root=tmp_path / "districts", host_key=key, passwords={world.lea.code: "pass phrase"})
    yield server
    server.close()


def work() -> None:
    """What schedule and workers would do."""
    for _ in range(5):
        nights.tick()
        while job := Job.objects.filter(status="QUEUED").order_by("pk").first():
            run_job(job_id=job.pk)


@pytest.mark.parametrize(("width", "javascript"), [(DESKTOP, True), (PHONE, True), (DESKTOP, False)])
def test_from_nothing_to_siras_log(
    visit: Visit, world: World, siras: Server, tmp_path: Path, *, width: int, javascript: bool
) -> None:
    page = visit(world.rosa, width=width, javascript=javascript).open("/Pages/SIRAS")
    page.get_by_role("link", name="Set up the profile").click()
    page.get_by_label("Host", exact=True).fill("127.0.0.1")
    page.get_by_label("Port", exact=True).fill(str(siras.port))
    page.get_by_label("Password", exact=True).fill("pass phrase")
    page.get_by_label("Time", exact=True).fill("00:15")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("The profile was saved.")).to_be_visible()
    page.get_by_role("button", name="Check the connection").click()
    expect(page.get_by_text("The server shows a key that is not pinned")).to_be_visible()
    page.get_by_role("button", name="They are the same: pin this key").click()
    page.get_by_role("button", name="Check the connection").click()
    expect(page.get_by_text("The connection works")).to_be_visible()
    page.get_by_role("link", name="SIRAS", exact=True).locator("visible=true").last.click()
    page.get_by_role("button", name="Preview").click()
    work()
    if not javascript:
        page.reload()
    expect(page.get_by_role("link", name="Skipped 2")).to_be_visible()
    expect(page.get_by_text("Grade Level: 07")).to_be_visible()
    page.get_by_role("link", name="SIRAS", exact=True).locator("visible=true").last.click()
    page.get_by_label("SIRAS has looked at the sample file").check()
    page.get_by_role("button", name="Record the approval").click()
    expect(page.get_by_text("The profile is approved and scheduled.")).to_be_visible()
    page.get_by_role("button", name="Send now").click()
    work()
    if not javascript:
        page.reload()
    expect(page.locator("#siras-run .status-good")).to_have_text("Sent")
    assert (tmp_path / "districts" / world.lea.code / f"{world.lea.code}_demographics.csv").exists()
    nightly(tmp_path, clock=False)
    page.goto(page.url.partition("/Pages")[0] + "/Pages/SIRAS/Logs")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("Grade Level: 07 to 08")).to_be_visible()


def test_nothing_axe_finds(visit: Visit, world: World, siras: Server, tmp_path: Path) -> None:
    visitor = visit(world.rosa, width=PHONE)
    page = visitor.page
    findings = Findings(page)
    for path in ("", "/Profile", "/Preview", "/Logs"):
        visitor.open(f"/Pages/SIRAS{path}")
        findings.look(f"{path} before anything")
    page.goto(f"{visitor.base}/Pages/SIRAS/Profile")
    page.get_by_label("Time", exact=True).fill("09:00")
    page.get_by_role("button", name="Save the profile").click()
    findings.look("profile refused")
    profile = new_profile(world.lea)
    profile.host, profile.port = "127.0.0.1", siras.port
    profile.offered_key = "ecdsa-sha2-nistp256 " + host_key_in(tmp_path / "host_key").get_base64()
    profile.save()
    for path in ("", "/Profile"):
        visitor.open(f"/Pages/SIRAS{path}")
        findings.look(f"{path} of a draft")
    student(world.lea, "9900000014", grade_level_code="UU", school_of_attendance="0000002")
    visitor.open("/Pages/SIRAS")
    page.get_by_role("button", name="Make the sample file").click()
    findings.look("sample waiting")
    page.get_by_role("button", name="Preview").click()
    findings.look("preview waiting")
    work()
    visitor.open("/Pages/SIRAS/Preview")
    for fold in page.locator("#main summary").all():
        fold.click()
    findings.look("preview")
    visitor.open("/Pages/SIRAS/Codes")
    page.get_by_label("Code for SIRAS of Grade Level UU").fill("13")
    page.get_by_role("button", name="Save Grade Level UU").click()
    findings.look("code refused")
    page.get_by_label("CALPADS code", exact=True).fill("UU")
    page.get_by_label("Code for SIRAS", exact=True).fill("US")
    page.get_by_role("button", name="Save the code").click()
    page.get_by_label("CALPADS school code").fill("0000002")
    page.get_by_label("School of Attendance").fill("1930924")
    page.get_by_role("button", name="Save the school").click()
    findings.look("codes")
    # A night that failed, one that was sent, and SIRAS' log of it.
    key = profile.offered_key
    Profile.objects.update(approved_on="2026-01-01", approved_by=world.rosa, host_key=key, sealed_password="x")
    run = nights.run_now(user=world.rosa, profile=Profile.objects.get())
    work()
    visitor.open(f"/Pages/SIRAS/Run?Run={run.pk}")
    expect(page.get_by_role("button", name="Try again now")).to_be_visible()
    findings.look("a run that failed")
    visitor.open("/Pages/SIRAS")
    expect(page.get_by_text("Nothing arrived on")).to_be_visible()
    findings.look("an alarm")
    visitor.open("/")
    findings.look("an alarm at home")
    (tmp_path / "districts" / world.lea.code).mkdir(parents=True, exist_ok=True)
    stored = run.build_job.files.get(role="main")
    with (tmp_path / "files" / stored.path).open("rb") as file:
        (tmp_path / "districts" / world.lea.code / stored.download_name).write_bytes(file.read())
    nightly(tmp_path, clock=False)
    visitor.open("/Pages/SIRAS/Logs")
    findings.look("logs")
    page.locator("tbody a").first.click()
    findings.look("a log")
    Alarm.objects.all().delete()
    nobody = visit(world.sam, width=PHONE)
    closed = Findings(nobody.page)
    nobody.open("/Pages/SIRAS")
    closed.look("no role")
    assert findings.found | closed.found == {}

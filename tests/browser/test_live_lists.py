"""Lists that update themselves while something is active, and stop when they are told to."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from jobs.enums import Status
from jobs.models import Job
from tests.browser.conftest import Visit, Visitor, Worker, World
from tests.browser.lists import submit

pytestmark = pytest.mark.browser


def _asked_for_senr(visit: Visit, world: World) -> Visitor:
    visitor = visit(world.rosa)
    page = visitor.open("/Extract/ODSExtract?RecordType=SENR")
    page.get_by_role("button", name="Request all 4 schools").click()
    expect(page.locator(".alert-success")).to_be_visible()
    return visitor


def _polls(page: Page) -> list[Request]:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if request.headers.get("x-polling") == "1" else None)
    return seen


def _status(page: Page) -> str:
    return page.locator("#ExtractRequestGrid tbody tr").first.locator("td").nth(4).inner_text()


def test_a_list_with_nothing_active_is_not_asked_for_again(visit: Visit, world: World, worker: Worker) -> None:
    page = _asked_for_senr(visit, world).page
    worker.run_all()
    page.reload()
    seen = _polls(page)
    page.wait_for_timeout(4000)
    assert seen == []
    expect(page.get_by_role("button", name="Pause updates")).to_be_hidden()


def test_updates_pause_and_go_on(visit: Visit, world: World, worker: Worker) -> None:
    page = _asked_for_senr(visit, world).page
    page.get_by_role("button", name="Pause updates").click()
    seen = _polls(page)
    worker.run_all()
    page.wait_for_timeout(4000)
    assert seen == []
    assert _status(page) == "In Queue"
    page.get_by_role("button", name="Pause updates").click()
    expect(page.locator("#ExtractRequestGrid a.btn")).to_be_visible()
    assert _status(page) == "Complete"


def test_an_update_leaves_focus_and_open_details_and_announces_only_the_change(
    visit: Visit, world: World, worker: Worker
) -> None:
    sams = submit(world, "SENR", Status.QUEUED, "All schools")
    Job.objects.filter(pk=sams.pk).update(requested_by=world.sam)
    visitor = _asked_for_senr(visit, world)
    worker.run_all()
    page = visitor.open("/Extract/ODSExtract?RecordType=SENR")
    page.get_by_role("button", name="Request all 4 schools").click()
    expect(page.locator(".alert-success")).to_be_visible()
    _, first, second = Job.objects.order_by("pk")
    voice = page.locator("[data-live-voice=ExtractRequestGrid]")
    summary = page.locator(f"#request-{first.pk} summary", has_text="SHA-256")
    summary.click()
    cancel = page.get_by_role("button", name=f"Cancel request {second.pk}")
    cancel.focus()
    expect(voice).to_be_empty()

    worker.run_all()
    expect(page.locator(f"#request-{second.pk} a.btn")).to_be_visible()
    expect(voice).to_have_text(f"SSID Enrollment ODS Download, request {second.pk}: Complete")
    expect(cancel).to_be_focused()
    expect(page.locator(f"#request-{first.pk} code")).to_be_visible()

    Job.objects.filter(pk=sams.pk).update(status=Status.CANCELLED, finished_at=timezone.now())
    expect(page.locator(f"#request-{sams.pk}")).to_have_attribute("data-state", "Cancelled")
    expect(voice).to_have_text(f"SSID Enrollment ODS Download, request {second.pk}: Complete")


def test_the_home_page_follows_too(visit: Visit, world: World, worker: Worker) -> None:
    visitor = _asked_for_senr(visit, world)
    page = visitor.open("/")
    expect(page.locator("#tracker .status")).to_have_text("In Queue")
    worker.run_all()
    expect(page.locator("#tracker .status")).to_have_text("Complete")


def test_the_hash_is_copied(visit: Visit, world: World, worker: Worker) -> None:
    page = _asked_for_senr(visit, world).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    worker.run_all()
    page.reload()
    page.locator("summary", has_text="SHA-256").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    file = Job.objects.get().files.get()
    assert page.evaluate("navigator.clipboard.readText()") == file.sha256

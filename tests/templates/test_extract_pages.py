"""The markup of the Extracts area that programs rely on (wire contract 4 and 5)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import User
from extracts.submission_jobs import are_known
from jobs.enums import Status
from jobs.models import Job, JobFile
from ods.models import Organization
from tests.factories.jobs import make_job
from tests.golden.portal import PAGES
from tests.templates.conftest import Pages

SUCCESS = "Extract request made successfully.  Please check back later for download."
ALWAYS = {"__RequestVerificationToken", "RecordType", "ReportingLEA", "ExtractFileName", "command"}
SCHOOL = {"School"}
ACTIVE = {"ActiveStudent"}
RANGE = {"EnrollmentStartDate", "EnrollmentEndDate"}
YEAR = {"AcademicYear"}
HISTORY = {"RecordHistory"}
# By hand, from the wire contract and spec ods-extracts 4 and 10: action, then what stands in the form besides ALWAYS.
OWN, DATES = "/Extract/ODSExtract", "/Extract/ODSExtractDateRange"
BY_YEAR = [(OWN, YEAR | SCHOOL)]
ACTIVE_OR_RANGE = [(OWN, ACTIVE | SCHOOL), (DATES, RANGE | SCHOOL)]
HISTORIES = [(OWN, ACTIVE | SCHOOL | HISTORY), (DATES, {"StartDate", "EndDate"} | SCHOOL | HISTORY)]
FORMS = {
    "SENR": ACTIVE_OR_RANGE,
    "SINF": [(OWN, ACTIVE | SCHOOL | {"EffectiveDate"}), (DATES, RANGE | SCHOOL | {"EffectiveDate"})],
    "SELA": ACTIVE_OR_RANGE,
    "SPRG": [
        (OWN, YEAR | ACTIVE | SCHOOL | {"EducationProgramCode"}),
        (DATES, RANGE | ACTIVE | SCHOOL | {"EducationProgramCode"}),
    ],
    "SDEM": [(OWN, {"ActiveStaff", "EmploymentStartDate", "EmploymentEndDate", "EffectiveDate"})],
    **dict.fromkeys(("SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS"), BY_YEAR),
    **dict.fromkeys(("SINC", "SIRS", "SOFF", "SDIS", "SWAV"), BY_YEAR),
    **dict.fromkeys(("SWDS", "MEET", "PLAN", "SERV"), HISTORIES),
    "CENR": [
        (OWN, YEAR | SCHOOL | {"GradeLevel"}),
        (DATES, RANGE | SCHOOL | {"GradeLevel"}),
        ("/Extract/ODSExtractAsofDate", {"EffectiveDate", "GradeLevel"} | SCHOOL),
    ],
    "DC": [
        ("/Extract/DirectCertificationExtract", ACTIVE | SCHOOL),
        ("/Extract/DirectCertificationExtractDateRange", RANGE | SCHOOL),
    ],
    "SSID": [
        ("/Extract/SSIDExtract", SCHOOL | {"GradeLevel"} | ({"Submitter", "JobID"} if are_known() else set())),
        ("/Extract/SSIDExtractDateRange", RANGE | SCHOOL | {"GradeLevel"}),
    ],
    "REPL": [("/Extract/ReplacementSSID", SCHOOL | {"StartDate", "EndDate"})],
    "PSTS": [
        (OWN, YEAR | SCHOOL | {"EducationProgramParticipation"}),
        (DATES, RANGE | SCHOOL | {"EducationProgramParticipation"}),
    ],
}


def address_of(code: str) -> str:
    return PAGES.get(code, f"/Extract/ODSExtract?RecordType={code}")


@pytest.mark.parametrize("code", FORMS)
def test_inside_each_form_stand_the_wires_names_and_no_others(tree_of: Pages, code: str) -> None:
    forms = [form for form in tree_of(address_of(code)).forms if "Extract" in form.action]
    assert [(form.action, set(form.xpath(".//@name"))) for form in forms] == [
        (action, names | ALWAYS) for action, names in FORMS[code]
    ]


@pytest.mark.parametrize("code", FORMS)
def test_each_form_has_its_button_and_each_text_input_once(tree_of: Pages, code: str) -> None:
    for form in tree_of(address_of(code)).forms[1:]:
        if "Extract" not in form.action:
            continue
        buttons = form.xpath(".//button[@name='command'][@value='Request']")
        assert [button.text_content().strip() for button in buttons] == ["Request File"]
        texts = form.xpath(".//input[@type='text']/@name")
        assert len(texts) == len(set(texts))


def test_tabs_say_which_way_of_asking_they_open(tree_of: Pages) -> None:
    tree = tree_of("/Extract/ODSExtract?RecordType=SENR")
    tabs = tree.xpath("//ul[@class='tabs']/li/a")
    assert [tab.text for tab in tabs] == ["Active Student(s)", "Date Range"]
    assert [tree.get_element_by_id(tab.get("href")[1:]).tag for tab in tabs] == ["section", "section"]


def test_what_the_portal_adds_stands_outside_its_form(tree_of: Pages) -> None:
    tree = tree_of("/Extract/ODSExtract?RecordType=SENR")
    added = tree.xpath("//*[@form][not(ancestor::form)]")
    assert [(field.get("form"), field.get("name")) for field in added if field.get("name")] == [
        ("request-active", "FormToken"),
        ("request-active", "AllSchools"),
        ("request-date_range", "FormToken"),
        ("request-date_range", "AllSchools"),
    ]


def test_an_answered_request_begins_with_the_words_programs_wait_for(signed_in: Client) -> None:
    answer = signed_in.post(
        "/Extract/ODSExtract",
        {
            "RecordType": "SENR",
            "ReportingLEA": "1964733",
            "ActiveStudent": ["true", "false"],
            "School": ["1930924"],
            "ExtractFileName": "",
            "command": "Request",
        },
        follow=True,
    )
    tree = html.document_fromstring(answer.content)
    assert tree.xpath("//p")[0].text_content() == SUCCESS
    assert tree.xpath("//p")[0].xpath("ancestor::*[contains(@class, 'alert-success')]") != []


def test_a_refused_request_says_so_beside_its_fields(signed_in: Client) -> None:
    answer = signed_in.post("/Extract/ODSExtract", {"RecordType": "STAS", "ReportingLEA": "1964733"}, follow=True)
    tree = html.document_fromstring(answer.content)
    assert tree.xpath("//p") == []
    alert = tree.xpath("//*[contains(@class, 'alert-danger')]")[0]
    assert [" ".join(item.text_content().split()) for item in alert.xpath(".//li")] == [
        "Academic Year: Choose an Academic Year.",
        "School: Choose at least one school.",
    ]
    for name in ("AcademicYear", "School"):
        field = tree.xpath(f"//form[@id='request-default']//select[@name='{name}']")[0]
        assert field.get("aria-invalid") == "true"
        assert tree.get_element_by_id(field.get("aria-describedby").split()[-1]).text_content().strip() != ""


def _complete(user: User, lea: Organization) -> Job:
    job = make_job(user, lea, kind="ods_extract", label="SSID Enrollment ODS Download", status=Status.SUCCEEDED)
    JobFile.objects.create(
        job=job,
        role="extract",
        download_name="SENR.txt",
        path="none",
        size=1834442,
        sha256="9f2bc41d" * 8,
        rows=12873,
        expires_at=timezone.now() + timedelta(days=60),
    )
    return job


def test_the_cells_programs_read(tree_of: Pages, rosa: User, lea: Organization) -> None:
    done = _complete(rosa, lea)
    Job.objects.filter(pk=done.pk).update(requested_at="2026-11-21T19:40:00Z")
    make_job(rosa, lea, kind="ods_extract", label="Student Program ODS Download", record_type="SPRG")
    tree = tree_of("/Extract")
    assert tree.findtext(".//title") == "CALPADS | Extract Home"
    waiting, complete = tree.xpath("//*[@id='ExtractRequestGrid']/table/tbody/tr")
    cells = [cell.text_content().strip() for cell in complete.xpath("./td")]
    assert (cells[2], cells[4], cells[6]) == ("SSID Enrollment ODS Download", "Complete", "11/21/2026 11:40 AM")
    link = complete.xpath("./td[1]/a[contains(@class, 'btn')]")[0]
    assert (link.text_content(), link.get("href")) == ("Download", f"/Extract/DownloadLink?ExtractRequestID={done.pk}")
    assert waiting.xpath("./td[5]")[0].text_content() == "In Queue"
    assert waiting.xpath("./td[1]/*") == []


def test_a_finished_file_says_what_it_is(tree_of: Pages, rosa: User, lea: Organization) -> None:
    done = _complete(rosa, lea)
    more = tree_of("/Extract").xpath("//*[@id='ExtractRequestGrid']//td[8]")[0].text_content()
    for fact in ("Active students", "SENR.txt", "1.7\xa0MB", "Requested by rosa", "9f2bc41d" * 8, "Expires"):
        assert fact in more
    links = tree_of("/Extract").xpath("//*[@id='ExtractRequestGrid']//td[8]//a/@href")
    assert links == [
        f"/Extract/DownloadLink?ExtractRequestID={done.pk}&format=csv",
        f"/Extract/ODSExtract?RecordType=SENR&Again={done.pk}",
    ]


def test_filter_and_sort_stay_in_the_address_together(tree_of: Pages, rosa: User, lea: Organization) -> None:
    _complete(rosa, lea)
    tree = tree_of("/Extract?type=SENR&sort=type&page=1&requested=1")
    addresses = set(tree.xpath("//*[@class='filters']//a/@href"))
    assert "?type=SENR&sort=type&status=SUCCEEDED" in addresses
    assert tree.xpath("//th[@aria-sort]/a/text()") == ["Extract Type"]


def test_old_names_are_known_to_the_menu(tree_of: Pages) -> None:
    entries = tree_of("/Extract").xpath("//*[@id='file-types']//li")
    found = {
        old: [entry.xpath(".//*[@class='choice-code']")[0].text for entry in entries if old in entry.get("data-search")]
        for old in ("SPED", "SSRV", "SSID ODS")
    }
    assert found == {"SPED": ["SWDS"], "SSRV": ["MEET", "PLAN", "SERV"], "SSID ODS": ["SENR"]}


@pytest.mark.parametrize("code", FORMS)
def test_the_modal_warns_of_layouts_that_are_largely_inferred(tree_of: Pages, code: str) -> None:
    words = tree_of(f"/Extract/ODSExtract?RecordType={code}").xpath("//*[contains(@class, 'alert-warning')]")
    said = any("largely inferred" in alert.text_content() for alert in words)
    assert said == (code in {"SWAV", "MEET", "PLAN", "SERV", "PSTS"})

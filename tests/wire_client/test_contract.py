"""The wire contract, sections 1 to 5, over HTTP against a live portal with the demo and a worker."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

import pytest
from lxml import html

from ods.layout import RECORD_TYPES
from tests.factories.people import PASSWORD
from tests.reference.asking import us, way_of, wire_of
from tests.reference.criteria import WAYS, random_criteria
from tests.reference.selecting import Asked, extract
from tests.reference.special import special_extract
from tests.reference.store import Store
from tests.wire_client.client import SUCCESS, WireClient

Connect = Callable[..., WireClient]
pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LEA, OTHER_LEA, CHARTER = "9910010", "9910028", "0990019"


# 1. Login


def test_start_page_ends_at_the_login_page(connect: Connect) -> None:
    client = connect()
    page = client.get("/")
    tree = html.fromstring(page.content)
    assert (page.status_code, urlsplit(page.url).path) == (200, "/Account/Login")
    assert "CALPADS" in tree.findtext(".//title")
    assert len(tree.xpath("//input[@name='__RequestVerificationToken']")) == len(tree.forms) == 1
    ids = {name: tree.get_element_by_id(name) for name in ("ReturnUrl", "Username", "Password", "AgreementConfirmed")}
    assert ids["AgreementConfirmed"].get("type") == "checkbox"
    assert all(hidden.get("value") for hidden in tree.xpath("//input[@type='hidden']"))
    assert tree.xpath("//*[@type='submit' and @class='btn btn-primary']")
    assert not [cookie.name for cookie in client.session.cookies if "session" in cookie.name.lower()]


def test_login_ends_at_the_start_page_without_referer_and_origin(connect: Connect) -> None:
    client = connect()
    answer = client.log_in("clerk", PASSWORD)
    assert (answer.status_code, urlsplit(answer.url).path) == (200, "/")
    sent = [each.request.headers for each in (*answer.history, answer)]
    assert not [name for headers in sent for name in headers if name.lower() in ("referer", "origin")]
    assert client.tree("/").get_element_by_id("dd__logOut") is not None


def test_wrong_password_shows_the_login_page_with_an_alert(connect: Connect) -> None:
    answer = connect().log_in("clerk", "not the password")
    tree = html.fromstring(answer.content)
    assert (answer.status_code, urlsplit(answer.url).path) == (200, "/Account/Login")
    assert next(element.text_content().strip() for element in tree.xpath("//*[contains(@class, 'alert')]"))
    assert tree.get_element_by_id("Username") is not None


def test_login_path_may_stand_in_any_case(connect: Connect) -> None:
    page = connect().get("/ACCOUNT/login")
    assert (page.status_code, "Username" in page.text) == (200, True)


# 2. Current organisation


def test_organization_form_comes_first_and_changes_the_organization(client: WireClient) -> None:
    for code in (OTHER_LEA, LEA):
        client.change_organization(code)
        tree = client.tree("/")
        assert "UserOrgChange" in tree.forms[0].action
        assert "Extract" not in tree.forms[0].action
        chosen = tree.xpath("//*[@id='org-select']/option[@selected]")
        assert [re.sub(r".* - ", "", option.text_content().strip()) for option in chosen] == [code]


def test_the_anti_forgery_field_stands_once_on_every_form(client: WireClient) -> None:
    for path in ("/", "/Extract", "/Extract/ODSExtract?RecordType=SPRG"):
        tree = html.fromstring(client.session.get(client.base.rstrip("/") + path).content)
        posts = [form for form in tree.forms if form.method == "POST"]
        assert posts
        assert {len(form.xpath(".//*[@name='__RequestVerificationToken']")) for form in posts} == {1}


# 3. Lookups

CHOICE = {"Disabled", "Group", "Selected", "Text", "Value"}


def test_leas_are_those_the_user_may_work_in(client: WireClient) -> None:
    leas = client.json("/Leas")
    assert {frozenset(choice) for choice in leas} == {frozenset(CHOICE)}
    assert {found[0] for choice in leas if (found := re.findall(r"\d{7}", choice["Text"] + choice["Value"]))} == {
        LEA,
        OTHER_LEA,
        CHARTER,
    }


def test_schools_of_an_lea_with_the_pseudo_schools(client: WireClient, demo_store: Store) -> None:
    client.change_organization(LEA)
    schools = client.json("/SchoolListingAll", lea=LEA)
    assert {frozenset(choice) for choice in schools} == {frozenset(CHOICE)}
    assert {choice["Value"] for choice in schools} == {*demo_store.directory.schools[LEA], "0000001", "0000002"}


@pytest.mark.parametrize(
    "path",
    [
        "/HomepageImportantMessages",
        "/HomepageAnomalyStatus",
        "/HomepageCertificationStatus",
        "/HomepageNotifications",
        "/HomepageSubmissions",
        "/GetUserOrgs/clerk@example.org",
    ],
)
def test_grids_are_data_and_total_with_strings(client: WireClient, path: str) -> None:
    answer = client.get(path, format="json")
    grid = answer.json()
    assert (answer.status_code, set(grid)) == (200, {"Data", "Total"})
    assert answer.text.startswith('{"Data":[')
    assert all(isinstance(value, str) for row in grid["Data"] for value in row.values())


def test_submitters_are_an_array_of_choices(client: WireClient) -> None:
    submitters = client.json("/GetSubmitterNames", leaCdsCode=LEA)
    assert isinstance(submitters, list)
    assert all(set(choice) == CHOICE for choice in submitters)


# 4 and 5. Requesting, waiting, downloading


def requests_of_every_form() -> list[tuple[str, str]]:
    return [(record_type, way) for record_type in RECORD_TYPES for way in WAYS[record_type]]


@pytest.mark.parametrize(("record_type", "way"), requests_of_every_form())
def test_every_type_and_form_from_request_to_bytes(
    client: WireClient, demo_store: Store, record_type: str, way: str
) -> None:
    random = Random(f"{record_type} {way} {client.shout}")
    lea = random.choice([LEA, OTHER_LEA, CHARTER])
    asked = random_criteria(demo_store, random, record_type=record_type, way=way, user="lea", lea=lea)
    client.change_organization(lea)
    made, _ = client.request_extract(record_type, wire_of(asked), date_range=way_of(asked) == "date_range")
    assert made
    newest = client.wait_for_newest(lea)
    download = client.download(newest)
    assert download.status_code == 200
    assert download.headers["Content-Type"].partition(";")[0] == "text/plain"
    assert re.fullmatch(
        rf'attachment; filename="{record_type}_{lea}_20\d{{12}}\.txt"', download.headers["Content-Disposition"]
    )
    assert download.content == extract(demo_store, asked)


SPECIAL_FORMS = [
    ("SSID", "SSIDExtract", "", {"GradeLevel": ["All"]}),
    ("SSID", "SSIDExtract", "range", {"GradeLevel": ["All"]}),
    ("CENR", "ODSExtract", "", {"AcademicYear": ["2026-2027"]}),
    ("CENR", "ODSExtract", "range", {"GradeLevel": ["09"]}),
    ("CENR", "ODSExtract", "as of", {"EffectiveDate": ["10/07/2026"]}),
    ("REPL", "ReplacementSSID", "", {}),
    ("DC", "DirectCertificationExtract", "", {}),
    ("DC", "DirectCertificationExtract", "range", {}),
]


@pytest.mark.parametrize(("code", "page", "way", "values"), SPECIAL_FORMS)
def test_extracts_with_forms_of_their_own_from_request_to_bytes(
    client: WireClient, demo_store: Store, code: str, page: str, way: str, values: dict[str, list[str]]
) -> None:
    client.change_organization(LEA)
    schools = frozenset(demo_store.directory.schools[LEA])
    sent = {"ReportingLEA": [LEA], "School": sorted(schools), **values}
    if way == "range":
        sent |= {"EnrollmentStartDate": ["08/01/2026"], "EnrollmentEndDate": ["10/31/2026"]}
    made, _ = client.request_extract(code, sent, date_range=way == "range", as_of=way == "as of", page=page)
    assert made
    content = client.download(client.wait_for_newest(LEA)).content
    if code == "DC":
        assert content == b""  # the demo holds no match results
        return
    asked = Asked(
        code,
        LEA,
        schools=schools,
        start="20260801" if way == "range" else "",
        end="20261031" if way == "range" else "",
        academic_year=values.get("AcademicYear", [""])[0],
        grade=values.get("GradeLevel", ["All"])[0].replace("All", ""),
        as_of="20261007" if way == "as of" else "",
    )
    wanted = special_extract(demo_store, asked)
    assert content.split(b"\r\n") == wanted.split(b"\r\n")
    assert content == wanted != b""


PARTS = (
    *("Enrollment", "Demographics", "Address", "EnglishLanguageAcquisition", "Program", "StudentCourseSection"),
    *("CareerTechnicalEducation", "StudentAbsenceSummary", "StudentIncidentResult", "Offense", "Assessment", "SPED"),
    *("SSRV", "PSTS", "SWDS", "MEET", "PLAN", "SERV"),
)
NEVER_FILLED = {"Assessment", "SPED", "SSRV"}


def test_every_part_of_students_is_a_grid_of_strings(client: WireClient, demo_store: Store) -> None:
    client.change_organization(LEA)
    enrollments = [record.values for record in demo_store.records["SENR"].values()]
    ssids = sorted({each["ssid"] for each in enrollments if each["reporting_lea"] == LEA})[:40]
    filled = set()
    for part in PARTS:
        for ssid in ssids:
            answer = client.get(f"/Student/{ssid}/{part}", format="json")
            grid = answer.json()
            assert (answer.status_code, set(grid), grid["Total"]) == (200, {"Data", "Total"}, len(grid["Data"]))
            assert all(isinstance(value, str) for row in grid["Data"] for value in row.values())
            if grid["Data"]:
                filled.add(part)
                break
    assert filled == set(PARTS) - NEVER_FILLED


def test_a_students_enrolments_are_those_of_the_lea_alone(client: WireClient, demo_store: Store) -> None:
    enrollments = [record.values for record in demo_store.records["SENR"].values()]
    both = {each["ssid"] for each in enrollments if each["reporting_lea"] == LEA}
    both &= {each["ssid"] for each in enrollments if each["reporting_lea"] == OTHER_LEA}
    ssid = min(both)
    for lea in (LEA, OTHER_LEA):
        client.change_organization(lea)
        rows = client.json(f"/Student/{ssid}/Enrollment")["Data"]
        wanted = {
            us(each["enrollment_start_date"])
            for each in enrollments
            if (each["ssid"], each["reporting_lea"]) == (ssid, lea)
        }
        assert {row["EnrollmentStartDate"] for row in rows} == wanted
        assert {row["ReportingLEA"] for row in rows} == {lea}


def test_unknown_people_and_those_of_other_leas_give_empty_grids(client: WireClient, demo_store: Store) -> None:
    enrollments = [record.values for record in demo_store.records["SENR"].values()]
    here = {each["ssid"] for each in enrollments if each["reporting_lea"] == LEA}
    elsewhere = min({each["ssid"] for each in enrollments} - here)
    client.change_organization(LEA)
    for path in (
        "/Student/9999999990/Enrollment",
        f"/Student/{elsewhere}/Enrollment",
        "/Staff/9899999999/StaffCourses",
    ):
        assert client.get(path, format="JSON").text == '{"Data":[],"Total":0}'


def test_every_part_of_staff_is_a_grid_of_strings(client: WireClient, demo_store: Store) -> None:
    client.change_organization(LEA)
    staff = [record.values for record in demo_store.records["SDEM"].values()]
    seids = sorted({each["seid"] for each in staff if each["reporting_lea"] == LEA})[:20]
    filled = set()
    for part in ("StaffDemographics", "StaffAssignments", "StaffCourses"):
        for seid in seids:
            grid = client.json(f"/Staff/{seid}/{part}")
            assert all(isinstance(value, str) for row in grid["Data"] for value in row.values())
            filled |= {part} if grid["Data"] else set()
    assert filled == {"StaffDemographics", "StaffAssignments", "StaffCourses"}


def test_a_selpa_user_chooses_a_member_and_finds_the_row_under_the_selpa(connect: Connect, demo_store: Store) -> None:
    client = connect()
    client.log_in("selma9901", PASSWORD)
    client.change_organization("9901")
    asked = Asked("SWDS", LEA, schools=frozenset(demo_store.directory.schools[LEA]), active=True)
    made, _ = client.request_extract("SWDS", wire_of(asked))
    assert made
    assert client.download(client.wait_for_newest("9901")).content == extract(demo_store, asked) != b""


def test_the_success_is_the_very_first_paragraph(client: WireClient, demo_store: Store) -> None:
    client.change_organization(LEA)
    asked = Asked("SENR", LEA, schools=frozenset({"9800121"}), active=True)
    made, page = client.request_extract("SENR", wire_of(asked))
    assert (made, page.find(".//p").text) == (True, SUCCESS)
    assert page.xpath("//*[contains(@class, 'alert-success')]")
    client.wait_for_newest(LEA)


def test_a_refusal_has_no_such_paragraph_and_an_alert(client: WireClient) -> None:
    client.change_organization(LEA)
    before = client.submitted(LEA)
    asked = Asked("SENR", LEA, schools=frozenset({"9800121"}), start="20251031", end="20251001")
    made, page = client.request_extract("SENR", wire_of(asked), date_range=True)
    assert (made, SUCCESS in page.text_content()) == (False, False)
    assert page.xpath("//*[contains(@class, 'alert')]")
    assert client.submitted(LEA) == before


def test_required_fields_say_so(client: WireClient) -> None:
    tree = client.tree("/Extract/ODSExtract", RecordType="SENR")
    required = {element.get("name") for element in tree.xpath("//*[@data-val-required]")}
    assert required >= {"ReportingLEA", "School", "EnrollmentStartDate", "EnrollmentEndDate"}


def test_browser_scripts_find_their_buttons_tabs_and_lists(client: WireClient) -> None:
    tree = client.tree("/Extract/ODSExtract", RecordType="SENR")
    buttons = tree.xpath("//form//button[@type='submit' and normalize-space()='Request File']")
    assert {(button.get("name"), button.get("value")) for button in buttons} == {("command", "Request")}
    assert [link for link in tree.iter("a") if "Date Range" in link.text_content()]


def test_the_page_of_submitted_extracts(client: WireClient) -> None:
    client.change_organization(LEA)
    asked = Asked("SENR", LEA, schools=frozenset({"9800121"}), active=True)
    client.request_extract("SENR", wire_of(asked))
    newest = client.wait_for_newest(LEA)
    tree = client.tree("/Extract")
    assert tree.findtext(".//title").strip() == "CALPADS | Extract Home"
    row = tree.xpath("//*[@id='ExtractRequestGrid']//tbody/tr")[0]
    cells = row.findall("td")
    link = cells[0].xpath(".//a[contains(@class, 'btn')]")[0]
    assert "Download" in link.text_content()
    assert client.session.get(client.base.rstrip("/") + link.get("href")).content == client.download(newest).content
    assert "SSID Enrollment ODS Download" in cells[2].text_content()
    assert cells[4].text_content().strip() == "Complete"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d [AP]M", cells[6].text_content().strip())


def test_the_list_is_newest_first_with_strings(client: WireClient) -> None:
    client.change_organization(LEA)
    for school in ("9800121", "9800114"):
        client.request_extract("SENR", wire_of(Asked("SENR", LEA, schools=frozenset({school}), active=True)))
        client.wait_for_newest(LEA)
    rows = client.submitted(LEA)
    ids = [int(row["ExtractRequestID"]) for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert all(isinstance(value, str) for row in rows for value in row.values())


@pytest.mark.parametrize("kind", ["CandidateList", "SPEDDiscrepancyExtract", "DSEAExtract"])
def test_kinds_whose_layout_is_unknown_answer_with_a_page(client: WireClient, kind: str) -> None:
    assert client.get(f"/Extract/{kind}").status_code == 200


@pytest.mark.parametrize(("former", "successors"), [("SPED", {"SWDS"}), ("SSRV", {"MEET", "PLAN", "SERV"})])
def test_former_types_name_their_successors(client: WireClient, former: str, successors: set[str]) -> None:
    answer = client.get("/Extract/ODSExtract", RecordType=former)
    assert answer.status_code == 200
    words = html.fromstring(answer.content).text_content()
    assert {code for code in successors if code in words} == successors

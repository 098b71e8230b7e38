"""What holds on every page (wire contract 1, 2 and 4; content security policy 'self')."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import html

from jobs.enums import Status
from ods.models import Organization
from tests.factories.jobs import make_job
from tests.templates.conftest import Pages

PAGES = [
    "/",
    "/Extract",
    "/Extract/ODSExtract?RecordType=SPED",
    "/Extract/ODSExtract?RecordType=NONE",
    "/Extract/DSEAExtract",
    "/Extract/DownloadLink?ExtractRequestID=0",
    "/RecordLayouts",
    "/RecordLayouts/MEET",
    "/RecordLayouts/CodeSets/grade_level",
    "/Pages/ROP",
    "/Pages/ROP/Data",
    "/Pages/ROP/Layout",
    "/nowhere",
    # One type of each shape of form.
    *(f"/Extract/ODSExtract?RecordType={code}" for code in ("SENR", "SPRG", "SDEM", "STAS", "SWDS", "PSTS")),
]
every_page = pytest.mark.parametrize("path", PAGES)


@pytest.fixture(autouse=True)
def _requests(rosa: object, lea: Organization) -> None:
    for status in Status:
        make_job(rosa, lea, kind="ods_extract", status=status)


@every_page
def test_the_title_names_the_system(tree_of: Pages, path: str) -> None:
    assert tree_of(path).findtext(".//title").startswith("CALPADS | ")


@every_page
def test_the_selector_of_the_organization_is_the_first_form_and_no_extract(tree_of: Pages, path: str) -> None:
    first = tree_of(path).forms[0]
    assert first.action == "/UserOrgChange"
    assert [option.text for option in first.xpath(".//select[@id='org-select']/option")] == ["Alder Unified - 1964733"]


@every_page
def test_every_form_carries_the_anti_forgery_field_once(tree_of: Pages, path: str) -> None:
    for form in tree_of(path).forms:
        assert form.method == "POST"
        assert len(form.xpath(".//input[@name='__RequestVerificationToken'][@value!='']")) == 1


@every_page
def test_there_is_one_way_to_log_off(tree_of: Pages, path: str) -> None:
    assert [button.text for button in tree_of(path).xpath("//*[@id='dd__logOut']")] == ["Log off"]


@every_page
def test_no_paragraph_stands_before_the_contents_own(tree_of: Pages, path: str) -> None:
    tree = tree_of(path)
    assert tree.xpath("//p[not(ancestor::main)]") == []


@every_page
def test_ids_stand_on_the_page_once(tree_of: Pages, path: str) -> None:
    assert [name for name, times in Counter(tree_of(path).xpath("//@id")).items() if times > 1] == []


@every_page
def test_nothing_is_inline_and_nothing_comes_from_another_host(tree_of: Pages, path: str) -> None:
    tree = tree_of(path)
    assert tree.xpath("//@style | //style | //script[not(@src)]") == []
    assert [name for name in tree.xpath("//@*/..") for key in name.attrib if key.startswith("on")] == []
    assert [url for url in tree.xpath("//@src | //@href | //@action") if urlsplit(url).netloc] == []


def test_the_sign_in_page_has_no_menu_and_no_selector(client: Client) -> None:
    tree = html.document_fromstring(client.get("/Account/Login").content)
    assert tree.xpath("//nav | //*[@id='org-select']") == []


def test_the_banner_goes_with_its_setting(tree_of: Pages, settings: object) -> None:
    banner = "//*[@class='banner']/text()"
    assert tree_of("/").xpath(banner) == ["Emulator, synthetic data"]
    settings.EMULATOR_BANNER = False  # type: ignore[attr-defined]  # pytest-django's own class
    assert tree_of("/").xpath(banner) == []

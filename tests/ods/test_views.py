"""The record-layout and code-set pages: what they show is what the layout files say."""

import csv

import pytest
from django.test import Client
from lxml import html

from ods.codesets import code_set, code_sets
from ods.layout import RECORD_TYPES, layout
from ods.provenance import mostly_inferred, provenance_counts
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _tree(reader: Client, path: str) -> html.HtmlElement:
    answer = reader.get(path)
    assert answer.status_code == 200
    return html.document_fromstring(answer.content)


def _rows(reader: Client, path: str) -> list[dict[str, str]]:
    answer = reader.get(path)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(answer.content.decode().splitlines()))


def test_the_list_names_every_record_type_and_every_code_set(reader: Client) -> None:
    tree = _tree(reader, "/recordlayouts")
    assert tuple(tree.xpath("//tbody/tr/th/a/text()")) == RECORD_TYPES
    named = {link.get("href").rpartition("/")[2] for link in tree.xpath("//ul[@class='code-sets']/li/a")}
    assert named == {name for name, found in code_sets().items() if found.kind == "codes"}


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_layout_shows_each_field_and_the_two_dates_of_an_extract(reader: Client, record_type: str) -> None:
    tree = _tree(reader, f"/RecordLayouts/{record_type.lower()}")
    shown = [
        (row.findtext("td[1]"), row.findtext("td[2]"), row.findtext("th/div/span[1]"))
        for row in tree.xpath("//table[contains(@class, 'layout-table')]/tbody/tr")
    ]
    fields = layout(record_type).fields
    assert shown == [
        *((str(field.position), field.number, field.name) for field in fields),
        (str(len(fields) + 1), "", "Upload Date"),
        (str(len(fields) + 2), "", "Last Updated Date"),
    ]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_layout_as_csv_holds_the_same(reader: Client, record_type: str) -> None:
    rows = _rows(reader, f"/RecordLayouts/{record_type}?FORMAT=CSV")
    fields = layout(record_type).fields
    assert [row["name"] for row in rows] == [*(field.name for field in fields), "Upload Date", "Last Updated Date"]
    assert [row["max_length"] for row in rows[:-2]] == [str(field.max_length) for field in fields]
    assert [row["provenance"] for row in rows[:-2]] == [field.provenance for field in fields]


def test_a_field_says_how_sure_it_is_and_links_its_code_set(reader: Client) -> None:
    row = _tree(reader, "/RecordLayouts/SENR").get_element_by_id("field-1.18")
    assert row.xpath("td[6]/a/@href") == ["/RecordLayouts/CodeSets/gender"]
    assert row.xpath("td[7]")[0].text_content() == "Verified"


def test_exactly_the_largely_inferred_types_are_flagged() -> None:
    flagged = {record_type for record_type in RECORD_TYPES if mostly_inferred(layout(record_type))}
    assert flagged == {"SWAV", "MEET", "PLAN", "SERV", "PSTS"}
    assert provenance_counts(layout("MEET")) == {"verified": 1, "inferred": 18}


def test_a_flagged_layout_carries_a_warning_and_others_do_not(reader: Client) -> None:
    warning = "//*[contains(@class, 'alert-warning')]"
    assert "18 of its 19 fields" in _tree(reader, "/RecordLayouts/MEET").xpath(warning)[0].text_content()
    assert _tree(reader, "/RecordLayouts/SENR").xpath(warning) == []


def test_a_code_set_shows_codes_meanings_and_what_is_retired(reader: Client) -> None:
    tree = _tree(reader, "/RecordLayouts/CodeSets/grade_level")
    shown = {
        row.findtext("th"): (row.xpath("td[1]")[0].text_content(), row.xpath("td[3]")[0].text_content().strip())
        for row in tree.xpath("//tbody/tr")
    }
    words = {"Y": "In use", "N": "Retired", "?": "Unknown"}
    assert shown == {code.code: (code.name, words[code.active]) for code in code_set("grade_level").codes.values()}
    assert "/RecordLayouts/SENR#field-1.24" in tree.xpath("//ul/li/a/@href")


def test_a_code_set_as_csv_holds_the_same(reader: Client) -> None:
    rows = _rows(reader, "/RecordLayouts/CodeSets/gender?format=csv")
    assert [(row["code"], row["name"]) for row in rows] == [
        (code.code, code.name) for code in code_set("gender").codes.values()
    ]


@pytest.mark.parametrize("path", ["SPED", "CodeSets/nothing", "CodeSets/lea"])
def test_what_there_is_not_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(f"/RecordLayouts/{path}").status_code == 404

"""The lines of the extracts that are no record type."""

import csv

import pytest

from extracts.definitions import DEFINITIONS, OTHER_PAGES
from extracts.lines import FILE_LAYOUTS, record_line
from ods.layout import layout

OWN = [code for code, definition in DEFINITIONS.items() if not definition.is_record_type]


def test_every_layout_has_its_extract_and_sure_words():
    assert {path.stem for path in FILE_LAYOUTS.glob("*.csv")} == set(OWN)
    for path in FILE_LAYOUTS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                assert row["type"] in {"char", "date"}, path
                assert row["provenance"] in {"verified", "vendor", "inferred"}, path


@pytest.mark.parametrize(("code", "fields"), [("SSID", 15), ("REPL", 5), ("DC", 10), ("CENR", 39)])
def test_each_has_as_many_fields_as_its_source_says(code, fields):
    line = DEFINITIONS[code].line
    assert (len(line.names), line.carets + 1, line.start.count("^") + len(line.columns)) == (fields,) * 3


def test_cumulative_enrollment_is_senr_with_two_fields_before_the_dates():
    cumulative, enrollment = DEFINITIONS["CENR"].line, record_line("SENR")
    assert cumulative.names[:35] + cumulative.names[37:] == enrollment.names
    assert (cumulative.start, enrollment.start) == ("CENR-R^^", "SENR-R^^")
    assert len(layout("SENR").fields) == 35


def test_each_other_page_asks_for_one_extract_and_says_what_is_missing():
    assert {page: definition.code for page, definition in OTHER_PAGES.items()} == {
        "SSIDExtract": "SSID",
        "ReplacementSSID": "REPL",
        "DirectCertificationExtract": "DC",
    }
    assert all(DEFINITIONS[code].missing for code in OWN)

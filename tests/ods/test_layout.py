"""The layouts as data: what the code takes for granted of them."""

import csv
from typing import get_args

import pytest

from ods.codesets import code_sets
from ods.layout import LAYOUTS, RECORD_TYPES, FieldType, Processing, Provenance, layout, layouts

STATES_TABLE = [
    "SENR", "SINF", "SELA", "SPRG", "SDIS", "SWAV", "SDEM", "SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS",
    "SWDS", "MEET", "PLAN", "SERV", "PSTS", "SINC", "SIRS", "SOFF",
]  # fmt: skip


def test_there_are_22_record_types_in_the_states_order() -> None:
    assert list(RECORD_TYPES) == list(layouts()) == STATES_TABLE


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_words_of_closed_lists_are_those_the_types_name(record_type: str) -> None:
    found = layout(record_type)
    assert found.processing in get_args(Processing)
    for field in found.fields:
        assert field.type in get_args(FieldType)
        assert field.provenance in get_args(Provenance)
        assert field.required in ("Y", "N", "C")
        assert (field.decimals is not None) == (field.type == "numeric")
        assert field.max_length > 0
        assert field.code_set == "" or field.code_set in code_sets()


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_numbers_positions_and_names_are_unique(record_type: str) -> None:
    fields = layout(record_type).fields
    assert [field.position for field in fields] == list(range(1, len(fields) + 1))
    assert len({field.number for field in fields}) == len(fields)
    assert len({field.field for field in fields if field.field}) == len(fields) - 2
    assert [field.field for field in fields[:2]] == ["", ""]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_dates_and_indicators_have_their_length(record_type: str) -> None:
    for field in layout(record_type).fields:
        if field.type in ("date", "yn"):
            assert field.max_length == {"date": 8, "yn": 1}[field.type]


def test_decimals_are_those_of_the_spec() -> None:
    """Spec ods-extracts 10.2.7."""
    decimals = {
        field.number: field.decimals
        for found in layouts().values()
        for field in found.fields
        if field.type == "numeric"
    }
    two = {"10.16", "10.17", *(f"13.{number}" for number in range(15, 23)), "13.24"}
    assert {number for number, places in decimals.items() if places == 2} == two
    assert {number for number, places in decimals.items() if places == 1} == {"8.14"}
    assert set(decimals.values()) == {0, 1, 2}
    lengths = {field.number: field.max_length for found in layouts().values() for field in found.fields}
    assert (lengths["13.24"], lengths["25.15"]) == (6, 4)


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_field_is_found_by_its_model_field_and_unknown_ones_are_an_error(record_type: str) -> None:
    found = layout(record_type)
    for field in found.stored:
        assert found[field.field] == field
        assert found.has(field.field)
    assert not found.has("shoe_size")
    with pytest.raises(KeyError, match="shoe_size"):
        found["shoe_size"]


def test_school_and_person_of_a_record() -> None:
    assert [record_type for record_type in RECORD_TYPES if not layout(record_type).school_field] == [
        "SDEM", "SWDS", "MEET", "PLAN", "SERV",
    ]  # fmt: skip
    assert {record_type: layout(record_type).person_field for record_type in ("SENR", "SDEM", "SASS", "CRSE")} == {
        "SENR": "ssid",
        "SDEM": "seid",
        "SASS": "seid",
        "CRSE": "",
    }


def test_an_unknown_type_or_year_is_an_error() -> None:
    with pytest.raises(KeyError):
        layout("SPED")
    with pytest.raises(FileNotFoundError):
        layouts("1999-00")


@pytest.mark.parametrize("path", sorted(LAYOUTS.glob("*/*.csv")), ids=lambda path: path.name)
def test_every_row_of_the_layout_files_has_every_column(path) -> None:  # type: ignore[no-untyped-def]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}

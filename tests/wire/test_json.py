"""The bytes of grids and lists of choices."""

from datetime import date

import pytest

from wire.json import Choice, choices, grid

pytestmark = pytest.mark.engines


def test_a_grid_is_compact_and_its_values_are_text() -> None:
    answer = grid([{"ExtractRequestID": 17, "Rows": None, "When": date(2026, 11, 21), "Name": 'Ñuñez "x" </script>'}])
    assert answer.content.decode() == (
        '{"Data":[{"ExtractRequestID":"17","Rows":"","When":"2026-11-21","Name":"Ñuñez \\"x\\" </script>"}],"Total":1}'
    )
    assert answer["Content-Type"] == "application/json; charset=utf-8"


def test_an_empty_grid() -> None:
    assert grid([]).content == b'{"Data":[],"Total":0}'


def test_a_page_of_a_longer_grid_tells_the_total() -> None:
    assert grid([{"A": 1}], total=250).content == b'{"Data":[{"A":"1"}],"Total":250}'


def test_choices_are_a_bare_array() -> None:
    answer = choices([Choice("Alder Unified - 1964733", "12", selected=True), Choice("Off", "0", disabled=True)])
    assert answer.content == (
        b'[{"Disabled":false,"Group":null,"Selected":true,"Text":"Alder Unified - 1964733","Value":"12"},'
        b'{"Disabled":true,"Group":null,"Selected":false,"Text":"Off","Value":"0"}]'
    )
    assert choices([]).content == b"[]"

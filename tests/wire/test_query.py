"""Names in a query ignore case, values do not."""

import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory

from wire.query import query_of, wants_json, whole_number

pytestmark = pytest.mark.engines


def test_names_in_any_case_values_as_they_are() -> None:
    query = query_of(RequestFactory().get("/x?RecordType=SENR&school=1&School=2&SCHOOL=a%5Eb&empty="))
    assert query.get("recordtype") == "SENR"
    assert query.get("School") == "1"
    assert query.getlist("School") == ["1", "2", "a^b"]
    assert "empty" in query
    assert "absent" not in query
    assert (query.get("empty", "other"), query.get("absent", "other"), query.get("absent")) == ("", "other", "")
    assert query.getlist("absent") == []


def test_a_nul_character_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        query_of(RequestFactory().get("/x?lea=19647%0033"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/x?format=JSON", True),
        ("/x?Format=json", True),
        ("/x?FORMAT=Json&take=5", True),
        ("/x?format=html", False),
        ("/x?format=", False),
        ("/x?json=1", False),
        ("/x", False),
    ],
)
def test_json_is_asked_for_in_any_case(address: str, expected: bool) -> None:
    assert wants_json(RequestFactory().get(address)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        ("007", 7),
        ("", 1),
        ("-7", 1),
        ("7.0", 1),
        ("seven", 1),
        ("٣", 1),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, 1),
        ("9" * 5000, 1),
    ],
)
def test_a_whole_number_or_the_default(text: str, expected: int) -> None:
    assert whole_number(text, 1) == expected

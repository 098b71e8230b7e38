"""The names of synthetic people."""

from __future__ import annotations

import unicodedata

from ods.demo.names import CULTURES, unmistakable_first_names, unmistakable_surnames
from tests.ods.demo.reading import Posted


def test_shares_add_up_to_a_whole() -> None:
    assert sum(culture.share for culture in CULTURES) == 1000


def test_names_have_letters_hyphens_apostrophes_periods_and_blanks_only(posted: Posted) -> None:
    """Rule IVR0009; accented letters are letters, composed ones (NFC)."""
    names = {
        value
        for code in ("SENR", "SINF", "SDEM")
        for row in posted.lines[code]
        for field, value in row.items()
        if field.endswith(("first_name", "middle_name", "last_name"))
    }
    odd = {char for name in names for char in name if not char.isalpha() and char not in " -'."}
    assert odd == set()
    assert {name for name in names if unicodedata.normalize("NFC", name) != name or name != name.strip()} == set()
    assert max(map(len, names)) <= 30


def test_unmistakable_names_are_long_and_no_common_words() -> None:
    for names in (unmistakable_surnames(), unmistakable_first_names()):
        assert len(names) >= 100
        assert list(names) == sorted(set(names))
        assert [name for name in names if len(name) < 7] == []
        assert {"Washington", "Jefferson", "Genesis"} & set(names) == set()


def test_most_students_have_an_unmistakable_name(posted: Posted) -> None:
    """A search of logs for these names finds students if there are any."""
    first, last = set(unmistakable_first_names()), set(unmistakable_surnames())
    people = {row["ssid"]: (row["legal_first_name"], row["legal_last_name"]) for row in posted["SENR"]}
    found = [name for name in people.values() if name[0] in first or last & set(name[1].replace("-", " ").split())]
    assert len(found) > len(people) * 0.6


def test_the_enrollment_is_mixed_as_californias(posted: Posted) -> None:
    latest = {row["ssid"]: row for row in posted["SINF"]}
    hispanic = sum(row["hispanic_ethnicity_indicator"] == "Y" for row in latest.values())
    assert 0.48 < hispanic / len(latest) < 0.6
    races = {row[f"race_{place}_code"] for row in latest.values() for place in range(1, 4)} - {""}
    assert len(races) >= 14

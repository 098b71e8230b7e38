"""Names of groups: the page's own examples, and what holds of every name (spec rosters, section 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.names import LIMIT, Mode, Parts, compact, key_of, name_groups, plain

AMY = Parts("1", 2026, "Ng", "Amy", "3(A)", "ELA7", "2", "9800000001")
JOHN = Parts("2", 2026, "Smith", "John", "3(A-B)", "ENG101", "12", "9800000002")
MARIA = Parts("3", 2026, "Villaraigosa", "Maria", "1(A-E)", "0415", "001", "9800000003")
SIOBHAN = Parts("4", 2026, "O'Brien-Núñez", "Siobhán", "P2(M,W,F)", "MATH-08-HON", "104", "9800000004")
JANE = replace(JOHN, section_id="5", first_name="Jane", lead="9800000005")


@pytest.mark.parametrize(
    ("parts", "length", "cut", "short"),
    [
        (AMY, 16, "2026NgA3(A)ELA72", "2026NgA3AELA72"),
        (JOHN, 24, "2026SmithJ3(A-B)ENG1", "2026SmitJ3A-ENG10112"),
        (MARIA, 30, "2026VillaraigosaM1(A", "2026VillM1A-E0415001"),
        (SIOBHAN, 41, "2026O'Brien-NúñezSP2", "26OBrSMATH-08-HON104"),
    ],
)
def test_the_vectors_of_the_page(parts, length, cut, short):
    assert (len(plain(parts)), plain(parts)[:LIMIT], compact(parts)) == (length, cut, short)


def test_the_page_s_names_all_together():
    names = name_groups([JANE, SIOBHAN, MARIA, JOHN, AMY], known={})
    assert names == {
        "1": "2026NgA3(A)ELA72",
        "2": "2026SmitJ3A-ENG10112",
        "3": "2026VillM1A-E0415001",
        "4": "26OBrSMATH-08-HON104",
        "5": "2026Sm~2J3A-ENG10112",
    }


def test_compact_and_literal_are_other_modes():
    both = [JOHN, JANE, AMY]
    assert name_groups(both, known={}, mode=Mode.COMPACT)["1"] == "2026NgA3AELA72"
    assert name_groups(both, known={("1", AMY.lead): "kept"}, mode=Mode.LITERAL) == {
        "1": "2026NgA3(A)ELA72", "2": "2026SmithJ3(A-B)ENG1", "5": "2026SmithJ3(A-B)ENG1",
    }  # fmt: skip


def test_the_limit_is_a_setting():
    assert name_groups([JOHN], known={}, limit=24) == {"2": "2026SmithJ3(A-B)ENG10112"}
    with pytest.raises(ValueError, match="no name of 10 characters"):
        compact(replace(JOHN, section="123456789"), limit=10)


def test_of_two_equal_plain_names_the_first_section_keeps_it():
    twin = replace(AMY, section_id="9")
    assert name_groups([twin, AMY], known={}) == {"1": "2026NgA3(A)ELA72", "9": "2026NgA3AELA72"}
    third = replace(AMY, section_id="99")
    assert name_groups([twin, AMY, third], known={})["99"] == "2026~2A3AELA72"


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        ("Groß", "øystein", "2026GrossO3AELA72"),
        ("Þórðarson", "Łukasz", "2026Thor"),
        ("山田", "太郎", "20260001"),
        ("", "", "20260001"),
    ],
)
def test_letters_without_plain_ones(last, first, expected):
    assert compact(replace(AMY, last_name=last, first_name=first)).startswith(expected)


def test_a_name_of_one_letter_gives_way_whole_and_then_the_course():
    tight = Parts("1", 2026, "O", "X", "", "ABCDEFGHIJ", "1234567", "9800000001")
    assert compact(tight) == "26OXBCDEFGHIJ1234567"[:0] + "26OX" + "BCDEFGHIJ" + "1234567"
    assert len(compact(tight, number=2)) == LIMIT
    assert "~2X" in compact(tight, number=2)
    assert compact(tight, number=2).endswith("1234567")


def test_what_cers_takes_for_the_same_name():
    assert key_of("Núñez A ") == key_of("NUNEZ a")
    assert key_of("a b") != key_of("ab")


words = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=12)
ids = st.text("abc019", min_size=1, max_size=3)
parts = st.builds(
    Parts,
    section_id=ids,
    year=st.integers(2020, 2030),
    last_name=st.sampled_from(["Smith", "SMITH", "Smíth", "Ng", "山田", "O'Brien-Núñez"]) | words,
    first_name=st.sampled_from(["John", "jane", ""]) | words,
    expression=st.sampled_from(["3(A-B)", "", "P2(M,W,F)"]),
    course=st.sampled_from(["ENG101", "eng101", "MATH-08-HO"]) | words.map(lambda text: text[:10]),
    section=st.text("0123456789A", min_size=1, max_size=10),
    lead=st.integers(9800000000, 9800000099).map(str),
)
schools = st.lists(parts, max_size=8, unique_by=lambda part: part.section_id)


@settings(max_examples=150, deadline=None)
@given(schools, st.randoms(), st.sampled_from([Mode.STANDARD, Mode.COMPACT]))
def test_names_fit_are_unique_and_do_not_depend_on_the_order(found, random, mode):
    names = name_groups(found, known={}, mode=mode)
    assert all(0 < len(name) <= LIMIT for name in names.values())
    assert len({key_of(name) for name in names.values()}) == len(found)
    shuffled = random.sample(found, len(found))
    assert name_groups(shuffled, known={}, mode=mode) == names


@settings(max_examples=100, deadline=None)
@given(schools, schools)
def test_a_name_once_given_stays_and_is_not_given_again(before, after):
    first = name_groups(before, known={})
    known = {(part.section_id, part.lead): first[part.section_id] for part in before}
    second = name_groups(after, known=known)
    for part in after:
        if (part.section_id, part.lead) in known:
            assert second[part.section_id] == first[part.section_id]
        else:
            assert key_of(second[part.section_id]) not in {key_of(name) for name in first.values()}
    assert len({key_of(name) for name in second.values()}) == len(after)

"""The levels two people reach, element by element, and what the likelihood makes of them; pure, no database."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ssid_matching.agreement import agreement
from ssid_matching.columns import Vocabulary
from ssid_matching.everybody import near
from ssid_matching.frequencies import Frequencies
from ssid_matching.likelihood import Factors, by_chance, factors, learn, posterior
from ssid_matching.parameters import LEVELS, LEVELS_OF, SHIPPED, VERSION, Learned, MatchSettings, settings_of
from ssid_matching.scoring import name_similarities
from tests.ssid_matching.reference import Person
from tests.ssid_matching.test_scoring import line, person

USUAL = ["MARIA", "MARIO", "ANA", "LUZ"]
SAMPLE = [
    line(
        person(
            first=USUAL[number % 4], middle="Elena", last="Ruiz", born=f"20{10 + number // 28:02}04{1 + number % 28:02}"
        )
    )
    for number in range(400)
]


def levels(one: Person, other: Person) -> dict[str, str]:
    """The level of each element, by its name."""
    vocabulary = Vocabulary()
    left, right = vocabulary.columns([line(one)]), vocabulary.columns([line(other)])
    found = agreement(left, right, vocabulary, Frequencies.counted(SAMPLE), name_similarities(left, right, vocabulary))
    return {element: LEVELS[element][level] for element, level in zip(LEVELS, found.levels[:, 0].tolist(), strict=True)}


@pytest.mark.parametrize(
    ("element", "one", "other", "level"),
    [
        ("first_name", {"first": "Nayeli"}, {"first": "Nayeli"}, "same"),
        ("first_name", {"first": "Nayelli"}, {"first": "Nayeli"}, "one letter off"),
        ("first_name", {"first": "Mia"}, {"first": "Ma"}, "one letter off"),
        ("first_name", {"first": "Mario"}, {"first": "Maria"}, "another usual name like it"),
        ("first_name", {"first": "Nayel"}, {"first": "Nayelisa"}, "beginning"),
        ("first_name", {"first": "Nayelina"}, {"first": "Nayemila"}, "similar"),
        ("first_name", {"first": "Zoë"}, {"first": "Bartholomew"}, "different"),
        ("first_name", {"first": ""}, {"first": "Nayeli"}, "blank"),
        ("first_name", {"first": ""}, {"first": ""}, "blank"),
        ("first_name", {"first": "Nayeli"}, {"first": "Zoë", "alias_first": "Nayeli"}, "alias"),
        ("first_name", {"first": "Nayeli Zoë"}, {"first": "Zoë"}, "part"),
        ("first_name", {"first": "Nayeli"}, {"first": "Bartholomew", "middle": "Nayelli"}, "part"),
        ("first_name", {"first": "A"}, {"first": "Bartholomew", "middle": "A"}, "different"),
        ("last_name", {"last": "Garcia Lopez"}, {"last": "Lopez-Garcia"}, "reordered"),
        ("last_name", {"last": "Hernand"}, {"last": "Hernandez"}, "beginning"),
        ("last_name", {"last": "Hernandes"}, {"last": "Hernandez"}, "one letter off"),
        ("arrangement", {"first": "Vega", "last": "Nayeli"}, {"first": "Nayeli", "last": "Vega"},
         "first and last exchanged"),
        ("arrangement", {"first": "Nayeli", "last": "Soto"}, {"first": "Bartholomew", "last": "Nayeli"},
         "first and last exchanged"),
        ("arrangement", {"first": "Nayeli", "last": "Vega"}, {"first": "Nayeli", "last": "Vega"}, "as submitted"),
        ("middle_name", {"middle": "Elena"}, {"middle": "Elena"}, "same"),
        ("middle_name", {"middle": "Elenna"}, {"middle": "Elena"}, "similar"),
        ("middle_name", {"middle": "E"}, {"middle": "Elena"}, "initial"),
        ("middle_name", {"middle": "E"}, {"middle": "E"}, "initial"),
        ("middle_name", {"middle": "Esmeralda"}, {"middle": "Elena"}, "different"),
        ("middle_name", {}, {}, "blank on both sides"),
        ("middle_name", {}, {"middle": "Elena"}, "blank on one side"),
        ("middle_name", {"first": "Nayeli", "middle": "Zoë"}, {"first": "Zoë", "middle": "Nayeli"}, "in another place"),
        ("middle_name", {"first": "Nayeli Elena"}, {"first": "Nayeli", "middle": "Elena"}, "in another place"),
        ("middle_name", {"first": "Ana", "middle": "A"}, {"first": "Ana", "middle": "Ana"}, "initial"),
        ("birth_date", {}, {}, "same"),
        ("birth_date", {}, {"born": "20101204"}, "day and month exchanged"),
        ("birth_date", {}, {"born": "20080412"}, "one or two years off"),
        ("birth_date", {}, {"born": "20200412"}, "one or two years off"),
        ("birth_date", {}, {"born": "20070412"}, "two parts off"),
        ("birth_date", {}, {"born": "20100912"}, "another month"),
        ("birth_date", {}, {"born": "20100415"}, "one digit of the day off"),
        ("birth_date", {}, {"born": "20100427"}, "another day"),
        ("birth_date", {}, {"born": "20110427"}, "two parts off"),
        ("birth_date", {}, {"born": "20110527"}, "different"),
        ("birth_date", {"born": ""}, {"born": ""}, "blank"),
        ("birth_date", {}, {"born": ""}, "blank"),
        ("gender", {"gender": "F"}, {"gender": "X"}, "unknown"),
        ("gender", {"gender": "F"}, {"gender": "M"}, "different"),
    ],
)  # fmt: skip
def test_the_level_of(element: str, one: dict[str, str], other: dict[str, str], level: str) -> None:
    assert levels(person(**one), person(**other))[element] == level


def spoken(one: Person, *others: Person) -> tuple[Factors, Learned]:
    """What speaks for each of these students, as the shipped probabilities have it."""
    vocabulary, frequencies = Vocabulary(), Frequencies.counted(SAMPLE)
    learned = by_chance(vocabulary.columns(SAMPLE), vocabulary, frequencies, SHIPPED)
    left = vocabulary.columns([line(one)] * len(others))
    right = vocabulary.columns([line(each) for each in others])
    found = agreement(left, right, vocabulary, frequencies, name_similarities(left, right, vocabulary))
    return factors(found, learned, frequencies), learned


def likelihoods(one: Person, *others: Person) -> list[float]:
    """The probability of each of these students to be the submitted one."""
    found, learned = spoken(one, *others)
    return posterior(np.zeros(len(others), dtype=np.int32), 1, found, learned, 1_000_000).is_student.tolist()


def test_a_namesake_bears_the_name_without_an_error() -> None:
    found, learned = spoken(person(first="Nayeli"), person(first="Nayeli"), person(first="Nayely"))
    same, misspelled = found.namesake / found.match[:3].prod(axis=0)
    as_written = learned.match["first_name"][0] * learned.match["last_name"][0] * learned.match["arrangement"][0]
    assert same == pytest.approx(1 / as_written)
    assert misspelled == pytest.approx(1)


def test_a_typing_error_is_likelier_the_student_than_another_usual_name() -> None:
    (error,) = likelihoods(person(first="Marria"), person(first="Maria"))
    (other,) = likelihoods(person(first="Mario"), person(first="Maria"))
    assert error > other


def test_a_middle_name_left_out_on_one_side_speaks_against() -> None:
    both, one = (
        likelihoods(person(first="Nayeli", last="Soto"), person(first="Nayeli", last="Soto", middle=middle))[0]
        for middle in ("", "Elena")
    )
    assert both > one


def test_a_middle_name_in_another_place_says_as_much_as_it_is_rare_and_an_initial_little() -> None:
    exchanged, initial, everybodys = (
        likelihoods(person(first="Nayeli", middle=middle), person(first=first, middle="Nayeli", born="20100912"))[0]
        for middle, first in (("Zoë", "Zoë"), ("Z", "Zoë"), ("Elena", "Elena"))
    )
    assert exchanged > initial > everybodys


def test_a_birthplace_says_little_among_names_that_come_from_there() -> None:
    lines = [*SAMPLE, *(line(person(first=first, country="KR", state=""))
             for first in ("SEOYEON", "JIWOO", "HAEUN") for _ in range(4))]  # fmt: skip
    lines += [line(person(first=first)) for first in ("SEOYEON", "JIWOO", "HAEUN") for _ in range(8)]
    places = Frequencies.counted(lines).places
    everywhere = 12 / len(lines)
    assert 0.15 < places.counts["KR "] / places.total < 0.4
    assert everywhere < 0.03


def test_names_that_go_with_a_first_name_are_as_common_as_they_are_beside_it() -> None:
    lines = [*SAMPLE, *(line(person(first=first, middle=middle, last="Nguyen"))
             for first in ("Linh", "Minh", "Thuy") for middle in ("Thi", "Thi", "Van", "") * 5)]  # fmt: skip
    frequencies = Frequencies.counted(lines)
    shares, times = frequencies.middle, frequencies.affinity.counts
    assert 0.4 < shares.counts["THI"] / shares.total < 0.6  # half of those who share a first name with one of them
    assert times["NGUYEN"] > 4 * times["RUIZ"] > 1
    assert max(shares.counts.values()) <= shares.total


def test_what_stands_beside_no_first_name_is_as_common_as_most() -> None:
    frequencies = Frequencies.counted([*SAMPLE, line(person(first="", middle="Lee", last="Vega", country="KR"))])
    assert (frequencies.middle.counts["LEE"], frequencies.affinity.counts.get("VEGA")) == (1.0, None)


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare, common = (
        likelihoods(person(first=first, born="20100412"), person(first=first, born="20100427"))[0]
        for first in ("Nayeli", "Maria")
    )
    assert rare > common


def test_a_blank_birth_date_on_both_sides_is_no_agreement() -> None:
    dated, blank = (
        likelihoods(person(first="Nayeli", born=born), person(first="Nayeli", born=born))[0]
        for born in ("20100412", "")
    )
    assert dated > blank


def test_too_few_records_teach_nothing() -> None:
    vocabulary, frequencies = Vocabulary(), Frequencies.counted(SAMPLE)
    one = vocabulary.columns(SAMPLE[:4])
    found = agreement(one, one, vocabulary, frequencies, name_similarities(one, one, vocabulary))
    places = np.arange(4, dtype=np.int32)
    assert learn(places, 4, found, frequencies, 400, SHIPPED) is SHIPPED
    many = learn(places, 400, found, frequencies, 400, SHIPPED)
    assert (many.records, many.twin == SHIPPED.twin, many.known < SHIPPED.known) == (400, True, True)


def test_frequencies_come_back_as_they_were() -> None:
    kept = Frequencies.counted(SAMPLE)
    again = Frequencies.unpacked(kept.packed(["MARIA", "RUIZ"]))
    assert again.first.counts == {"MARIA": 100}
    for name in ("first", "middle", "last", "places", "whole"):
        assert getattr(again, name).coincidence == getattr(kept, name).coincidence
    assert (again.affinity.unseen, again.middle.unseen, again.first.total) == (
        kept.affinity.unseen, kept.middle.unseen, 400,
    )  # fmt: skip


def test_near_everybody_is_found_by_like_names_in_either_order_or_the_birth_date() -> None:
    vocabulary = Vocabulary()
    asked = vocabulary.columns(
        [line(person(first="Nayeli", last="Vega")), line(person(first="Zoë", last="Li", born=""))]
    )
    students = vocabulary.columns(
        [
            line(each)
            for each in (
                person(first="Nayely", last="Vegas", born="19990101"),
                person(first="Vega", last="Nayeli", born="19990101"),
                person(first="Bo", last="Ng"),
                person(first="Nayeli", last="Ng", born="19990101"),
                person(first="Bo", last="Ng", born=""),
            )
        ]
    )
    record, student = near(asked, students, vocabulary, least=0.75)
    assert list(zip(record.tolist(), student.tolist(), strict=True)) == [(0, 0), (0, 1), (0, 2)]
    nobody = near(asked.at(np.empty(0, dtype=np.int32)), students, vocabulary, least=0.75)
    assert [len(each) for each in nobody] == [0, 0]


def test_a_vocabulary_that_grows_name_by_name_is_the_one_made_at_once() -> None:
    people = [line(person(first=f"Ana{letter}", middle=letter, last=f"Ruiz {letter}osa")) for letter in "BCDFGHJKL"]
    slowly, at_once = Vocabulary(), Vocabulary()
    for each in people:
        slowly.columns([each])
    at_once.columns(people)
    for names in ("first", "middle", "last"):
        told = []
        for vocabulary in (slowly, at_once):
            columns = vocabulary.columns(people)
            numbers = getattr(columns, names)
            words = [[vocabulary.text(word) for word in row] for row in vocabulary.words(numbers).tolist()]
            told.append((words, vocabulary.initials(numbers).tolist(), vocabulary.is_letter(numbers).tolist(),
                         vocabulary.similarity(numbers, numbers[::-1]).tolist(), columns.year.tolist()))  # fmt: skip
        assert told[0] == told[1]


def test_settings_of_the_first_version_are_told_of_in_its_words() -> None:
    old = {**settings_of("2022").to_json(), "version": 1}
    assert (MatchSettings.from_json(old).version, VERSION) == (1, 4)
    assert LEVELS_OF[1]["birth_date"][2] == "one digit off"
    assert replace(MatchSettings.from_json(old), version=VERSION) == settings_of("2022")

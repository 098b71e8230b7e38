"""Blocking against brute force on both engines; twins, retired SSIDs, double identities; probabilities that add up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import ProgrammingError, connection

from ods.identities import retire
from ods.matching_keys import far_keys_of, keys_of, near_keys_of
from ods.matching_lines import catch_up
from ods.models import IdentityLine, StudentIdentity
from ssid_matching import blocking, comparing, population
from ssid_matching.matching import Answer, match
from ssid_matching.parameters import Profile, settings_of
from ssid_matching.population import forget_population
from ssid_matching.postgres import asked as asked_of
from ssid_matching.postgres import integers
from tests.factories.organizations import make_lea, make_school
from tests.factories.records import LEA, SCHOOL
from tests.factories.records import line as senr
from tests.ods.posting.filing import filed
from tests.ssid_matching import reference
from tests.ssid_matching.reference import Person
from tests.ssid_matching.test_scoring import line, person

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

FIRST = ("Ana", "Ada", "Marisol", "Juan Carlos", "Nayeli", "Ty", "Siobhán", "Zoë", "De'Andre")
LAST = ("Ruiz", "Garcia Lopez", "Ng", "O'Connor", "Hernandez-Vega", "Li", "Abernathy", "de la Cruz")


@pytest.fixture(autouse=True)
def directory(db: None) -> Iterator[None]:
    make_school(make_lea(LEA), SCHOOL)
    forget_population()
    yield
    forget_population()


def known(*people: Person) -> list[str]:
    """Post these people as students; their SSIDs, in order."""
    ssids = [f"99{number:08}" for number in range(1, len(people) + 1)]
    lines = [
        senr("SENR", ssid=ssid, legal_first_name=each["first"], legal_middle_name=each["middle"],
             legal_last_name=each["last"], alias_first_name=each["alias_first"], alias_last_name=each["alias_last"],
             birth_date=each["born"], gender_code=each["gender"], birth_country_code=each["country"],
             birth_state_province_code=each["state"])
        for ssid, each in zip(ssids, people, strict=True)
    ]  # fmt: skip
    found = filed(*lines)
    assert found.outcome.refused == ""
    catch_up()
    return ssids


def asked(*people: Person, profile: Profile = "2022") -> list[Answer]:
    return list(match([line(each) for each in people], settings_of(profile)).answers)


def found(answer: Answer) -> list[tuple[str, int]]:
    """SSID and score of each listed candidate."""
    ssids = dict(StudentIdentity.objects.values_list("pk", "ssid"))
    return [(ssids[each.identity], each.score) for each in answer.listed]


def one_change(each: Person, draw: random.Random) -> Person:
    """The same person with one edit, or one exchange, in one element."""
    changed = dict(each)
    field = draw.choice(("first", "middle", "last", "born", "gender", "country", "state", "swap", "alias"))
    if field in ("first", "middle", "last"):
        text, place = changed[field], draw.randrange(max(1, len(changed[field])))
        kind = draw.choice(("change", "drop", "add", "turn"))
        letter = draw.choice("AEIORSTNZ")
        if kind == "change":
            text = text[:place] + letter + text[place + 1 :]
        elif kind == "drop" and len(text) > 1:
            text = text[:place] + text[place + 1 :]
        elif kind == "add":
            text = text[:place] + letter + text[place:]
        else:
            text = text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]
        changed[field] = text.strip() or each[field]
    elif field == "born":
        born = date(int(each["born"][:4]), int(each["born"][4:6]), int(each["born"][6:]))
        changed["born"] = draw.choice(
            (
                f"{born.year + draw.choice((-2, -1, 1, 2)):04}{born:%m%d}",
                f"{born:%Y}{born.month % 12 + 1:02}{born:%d}",
                f"{born:%Y%m}{born.day % 28 + 1:02}",
                f"{born:%Y}{born.day:02}{born.month:02}" if born.day <= 12 else each["born"],
            )
        )
    elif field == "swap":
        changed["first"], changed["last"] = each["last"], each["first"]
    elif field == "alias":
        changed["alias_last"], changed["last"] = each["last"], draw.choice(LAST)
    else:
        changed[field] = draw.choice(("", "F" if field == "gender" else "MX"))
    return changed


@pytest.mark.parametrize("profile", ["2022", "2025"])
def test_what_differs_by_one_edit_or_exchange_is_found_as_by_comparing_with_everybody(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "_FEW", 0)  # as in a large population: not everybody born on the same day
    draw = random.Random(7)
    population = [
        person(
            first=draw.choice(FIRST), last=draw.choice(LAST), middle=draw.choice(("", "Elena", "Lee")),
            alias_first=draw.choice(("", "", "Bo")), alias_last=draw.choice(("", "", "Soto")),
            born=f"20{draw.randrange(8, 12):02}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}",
        )
        for _ in range(250)
    ]  # fmt: skip
    ssids = known(*population)
    submitted = [one_change(each, draw) for each in population]
    answers = asked(*submitted, profile=profile)
    missed, told = [], 0
    for place, answer in enumerate(answers):
        ours = dict(found(answer))
        expected = {
            ssid: score
            for ssid, each in zip(ssids, population, strict=True)
            if (score := reference.score(submitted[place], each, profile)) is not None and score >= 90
        }
        told += len(expected)
        assert ours.items() <= expected.items()
        mine = ssids[place]
        if mine in expected and ours.get(mine) != expected[mine]:
            missed.append(place)
    assert missed == []
    assert told > 200


NAYELI = {"first": "Nayeli", "last": "Abernathy", "born": "20110305"}


@pytest.mark.parametrize(
    ("submitted", "student"),
    [
        ({"last": "Vega", "born": "20110205"}, {}),
        ({"middle": "E", "last": "Vega", "born": "20110308"}, {"middle": "Elena"}),
        ({"born": "20090705"}, {}),
        ({"born": "20090317"}, {}),
        ({"first": "Abernathy", "last": "Nayeli", "born": "20090317"}, {}),
        ({"first": "Nasely", "born": "20110315"}, {}),
        ({"first": "Nodelly", "last": "Alberqueth"}, {}),
        ({"first": "Elena", "middle": "Nayeli", "last": "Averqueth"}, {"middle": "Elena"}),
        ({"first": "Elena", "middle": "Nayeli", "born": "20110728"}, {"middle": "Elena"}),
    ],
    ids=[
        "another-last-name-another-month", "the-same-with-an-initial-another-day", "another-year-and-month",
        "another-year-and-day", "the-same-exchanged", "another-first-name-another-digit-of-the-day",
        "both-names-misheard", "first-and-middle-exchanged-another-last-name",
        "first-and-middle-exchanged-another-month-and-day",
    ],
)  # fmt: skip
def test_errors_in_two_elements_are_bridged_by_the_far_keys(submitted: dict[str, str], student: dict[str, str]) -> None:
    mine, theirs = line(person(**{**NAYELI, **submitted})), line(person(**{**NAYELI, **student}))
    stored = {key % (1 << 32) for key in keys_of(theirs)}
    assert not near_keys_of(mine) & stored
    assert far_keys_of(mine) & stored


def test_a_record_asked_alone_gets_the_answer_it_gets_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "_FEW", 0)  # as in a large population
    draw = random.Random(11)
    people = [person(first=draw.choice(FIRST), last=draw.choice(LAST), middle=draw.choice(("", "Lee")),
                     born=f"20{draw.randrange(8, 12):02}0{draw.randrange(1, 10)}{draw.randrange(10, 29)}")
              for _ in range(60)]  # fmt: skip
    known(*people)
    submitted = [one_change(one_change(each, draw), draw) for each in people]
    among_many = asked(*submitted)
    assert [asked(each)[0] for each in submitted] == among_many
    assert len(among_many) > comparing._FEW
    assert sum(answer.candidates != [] for answer in among_many) > 40


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the planner of PostgreSQL")
def test_the_index_is_walked_however_many_keys_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ods_identityline (identity, enrollment, line)"
                       " SELECT n, n, '^^^^^^^^' FROM generate_series(1, 20000) AS n")  # fmt: skip
        cursor.execute("INSERT INTO ods_identitykey (key, identity) SELECT n, n FROM generate_series(1, 20000) AS n")
        cursor.execute("ANALYZE ods_identityline; ANALYZE ods_identitykey")
    plans = []

    def explained(query: str, *values: Any) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query}", [each.tolist() for each in values])
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return asked_of(query, *values)

    monkeypatch.setattr(blocking, "asked", explained)
    wanted = list(range(1, 15_001))
    _, identity = blocking.pairs([[number] for number in wanted], range(15_000))
    _, lines = blocking.lines_of(identity)
    assert (identity.tolist(), len(lines)) == (wanted, 15_000)
    assert [("Index Cond" in plan, "Seq Scan" in plan) for plan in plans] == [(True, False)] * 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="arrays as PostgreSQL keeps them")
def test_arrays_go_to_postgresql_and_come_back() -> None:
    for numbers in ([], [5], [-(1 << 31), -1, 0, 1, (1 << 31) - 1]):
        back, text = asked_of(f"SELECT {integers('n')}, max(%s) FROM unnest(%s) AS n", "it's", np.array(numbers, "i4"))
        assert (back.tolist(), text) == (numbers, "it's" if numbers else None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="its cursor is our own")
def test_an_error_of_the_database_is_djangos() -> None:
    with pytest.raises(ProgrammingError):
        asked_of("SELECT no_such_column")


def test_of_twins_the_true_one_comes_first() -> None:
    ssids = known(person(first="Marisa"), person(first="Marisol"), person(first="Zoë"))
    (answer,) = asked(person(first="Marisol"))
    assert found(answer) == [(ssids[1], 100), (ssids[0], 98)]
    assert answer.candidates[0].likelihood > 0.9


def test_the_probabilities_of_a_record_add_up() -> None:
    known(*(person(first=first, last=last) for first in FIRST for last in LAST))
    records = [person(first="Ana"), person(first="Nobody", last="Such", born="20140101"), person(last="Garcia")]
    everybody = replace(settings_of("2022"), cut_off=0, cap=1000)
    answers = list(match([line(each) for each in records], everybody).answers)
    sums = [answer.twin + answer.nobody + sum(each.likelihood for each in answer.candidates) for answer in answers]
    assert sums[1] == pytest.approx(1)
    assert all(0.95 < total <= 1.000001 for total in sums)  # those not told of are the rest
    assert answers[1].candidates == []


def test_a_retired_ssid_is_never_offered_its_replacement_is() -> None:
    old, new = known(person(), person(middle="Elena"))
    retire(old=old, new=new, on=date(2025, 9, 1))
    (answer,) = asked(person())
    assert [ssid for ssid, _ in found(answer)] == [new]


def test_a_double_identity_gives_two_candidates() -> None:
    ssids = known(person(), person())
    (answer,) = asked(person())
    assert found(answer) == [(ssids[0], 100), (ssids[1], 100)]
    assert answer.candidates[0].likelihood == pytest.approx(answer.candidates[1].likelihood)
    assert IdentityLine.objects.count() == 2


def test_more_candidates_than_the_cap_are_told_of_and_not_listed() -> None:
    known(*(person() for _ in range(23)))
    (answer,) = asked(person())
    assert (len(answer.listed), answer.reached) == (20, 23)


def test_what_is_likely_below_the_cut_off_is_told_and_not_listed() -> None:
    ssids = known(person(first="Nayeli", last="Abernathy", middle="Elena"), person())
    (answer,) = asked(person(first="Nayeli", last="Vega", middle="Elena"))
    assert found(answer) == []
    assert [each.listed for each in answer.candidates] == [False]
    assert ssids


def test_a_large_population_is_not_counted_for_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    monkeypatch.setattr(blocking, "number_of_students", lambda: counts.append(1) or 5_000)
    population.population_now()
    assert population.population_now() is population.population_now()
    assert len(counts) == 1
    monkeypatch.setattr(population, "_COUNTED_SECONDS", 0)
    population.population_now()
    assert len(counts) == 2


def test_an_empty_ods_knows_nobody() -> None:
    (answer,) = asked(person())
    assert (answer.candidates, answer.reached, answer.nobody) == ([], 0, 1.0)

"""Synthetic families and persons. Pure, no Django."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from ods.demo.names import ACCENTED, APOSTROPHES, CULTURES, HYPHENS, Culture
from ods.writer import Value

_T = TypeVar("_T")

_SHARES = tuple(accumulate(culture.share for culture in CULTURES))
_LANGUAGE_SHARES = {culture.name: tuple(accumulate(weight for _, weight in culture.languages)) for culture in CULTURES}
_STREETS = ("Example", "Sample", "Nowhere", "Placeholder", "Fictional", "Specimen", "Imaginary", "Pretend")
_KINDS = ("Street", "Avenue", "Lane", "Court", "Way", "Drive")
_BIRTH_CITIES = ("Fresno", "Sacramento", "San José", "Los Angeles", "Oakland", "Modesto", "Chula Vista", "Redding")
_STATES_OF = {"MX": ("MX-OAX", "MX-JAL", "MX-MIC"), "CA": ("CA-SK",), "US": ("US-AZ", "US-TX", "US-NV")}
_EDUCATION = ("14", "13", "13", "12", "12", "11", "11", "10", "15")
_SUFFIXES = ("JR", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Family:
    """What brothers and sisters share. `salt` is a number of their own, by which they keep to one school."""

    culture: Culture
    last_name: str
    language: str
    street: str
    zip_code: str
    guardians: tuple[tuple[str, str], ...]
    education: str
    salt: int


@dataclass(slots=True)
class Person:
    """A student or a member of staff as the records describe him."""

    first: str
    middle: str
    last: str
    suffix: str
    gender: str
    birth_date: date
    birth_city: str
    birth_state: str
    birth_country: str
    hispanic: str
    races: tuple[str, ...]
    alias: tuple[str, str, str] = ("", "", "")
    preferred: tuple[str, str] = ("", "")


def make_family(random: Random) -> Family:
    """A family; deterministic in the generator's state."""
    culture = CULTURES[_pick(random, _SHARES)]
    surnames = culture.surnames
    last = pick(random, surnames)
    if culture.hispanic and random.random() < 0.35:
        other = pick(random, surnames)
        if other != last:
            last += ("-" if random.random() < 0.25 else " ") + other
    language = culture.languages[_pick(random, _LANGUAGE_SHARES[culture.name])][0]
    guardians = [(pick(random, culture.girls), pick(random, surnames) if random.random() < 0.2 else last)]
    if random.random() < 0.7:
        guardians.append((pick(random, culture.boys), last))
    number = int(random.random() * 9800) + 100
    return Family(
        culture=culture,
        last_name=last,
        language=language,
        street=f"{number} {_STREETS[number % 8]} {_KINDS[number % 6]}",
        zip_code=f"0000{number % 10}",
        guardians=tuple(guardians),
        education=_EDUCATION[number % 9],
        salt=number,
    )


def make_person(random: Random, family: Family, *, birth_date: date, case: str = "", gender: str = "") -> Person:
    """A child of a family; `case` names what must be special about the name or the gender."""
    culture = family.culture
    draw = random.random()
    gender = gender or ("X" if draw > 0.997 or case == "nonbinary" else "F" if draw < 0.487 else "M")
    firsts = culture.girls if gender == "F" or (gender == "X" and draw < 0.5) else culture.boys
    first, last, middle = pick(random, firsts), family.last_name, ""
    special = {"accents": ACCENTED, "apostrophe": APOSTROPHES, "hyphen": HYPHENS}.get(case)
    if special:
        first, last = pick(random, special)
    if random.random() < 0.6:
        middle = pick(random, firsts)
        middle = "" if middle == first else middle
    city, state, country = _BIRTH_CITIES[int(draw * 1e6) % 8], "US-CA", "US"
    if family.language != "eng" and random.random() < 0.3:
        country, city = pick(random, culture.countries)
        state = pick(random, _STATES_OF[country]) if country in _STATES_OF else ""
    elif random.random() < 0.01:
        city, state, country = "", "", "UU"
    person = Person(
        first=first,
        middle=middle,
        last=last,
        suffix=pick(random, _SUFFIXES) if gender == "M" and random.random() < 0.03 else "",
        gender=gender,
        birth_date=birth_date,
        birth_city=city,
        birth_state=state,
        birth_country=country,
        hispanic="" if random.random() < 0.015 else "Y" if culture.hispanic else "N",
        races=pick(random, culture.races),
    )
    draw = random.random()
    if case == "alias" or draw < 0.04:
        person.alias = (pick(random, firsts), "", last if draw < 0.03 else pick(random, culture.surnames))
    if draw > 0.97:
        person.preferred = (pick(random, firsts), last)
    return person


def birth_date(random: Random, *, current_year: int, grade: int) -> date:
    """A birthday that fits a grade (kindergarten is 0) in the school year that begins in `current_year`."""
    return date(current_year - 6 - grade, 9, 2) + timedelta(days=int(random.random() * 364))


def identity(person: Person) -> dict[str, Value]:
    """The four fields by which every record names a person."""
    return {
        "legal_first_name": person.first,
        "legal_last_name": person.last,
        "birth_date": person.birth_date,
        "gender_code": person.gender,
    }


def birthplace(person: Person) -> dict[str, Value]:
    return {
        "birth_city": person.birth_city,
        "birth_state_province_code": person.birth_state,
        "birth_country_code": person.birth_country,
    }


def other_names(person: Person) -> dict[str, Value]:
    first, middle, last = person.alias
    return {
        "legal_middle_name": person.middle,
        "legal_name_suffix": person.suffix,
        "alias_first_name": first,
        "alias_middle_name": middle,
        "alias_last_name": last,
    }


def race_and_ethnicity(person: Person) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "hispanic_ethnicity_indicator": person.hispanic,
        "ethnicity_missing_indicator": "N" if person.hispanic else "Y",
        "race_missing_indicator": "N" if person.races else "Y",
    }
    for position, code in enumerate(person.races, start=1):
        fields[f"race_{position}_code"] = code
    return fields


def pick(random: Random, items: Sequence[_T]) -> _T:
    """One of several, evenly; much quicker than `random.choice`."""
    return items[int(random.random() * len(items))]


def _pick(random: Random, shares: tuple[int, ...]) -> int:
    return bisect_right(shares, random.random() * shares[-1])

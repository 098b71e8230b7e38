"""Labelled people for the benchmark of matching: a population, and records about some of them with what goes wrong.

Written apart from the matcher: no table, no normalising and no comparison of `ods.matching_keys` or `ssid_matching` is
used here; the nicknames are a list of its own. Everything is synthetic and comes from one seed.

The population: the mix of the demo data's cultures with a long tail of made-up surnames, two surnames for a third of
the Hispanic students, compound first names, aliases, births over 14 school years, 3 % twins and 6 % siblings. Of the
records four in five are about students of the population, with one event of corruption on average; the others are new
students, one in twenty of them the unseen twin of a student and one in twenty his namesake.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from ods.demo.names import CULTURES

SEED = 20261122
_BORN_FROM = date(2007, 9, 2)
_DAYS = 14 * 365
_NICKNAMES = {
    "alexander": "alex", "alejandro": "alex", "andrés": "andy", "anthony": "tony", "benjamín": "benny",
    "carolina": "caro", "caroline": "carrie", "charlotte": "charlie", "christopher": "chris", "cristian": "chris",
    "daniel": "danny", "daniela": "dani", "eduardo": "eddie", "elizabeth": "liz", "emily": "em", "enrique": "henry",
    "fernando": "fer", "francisco": "frank", "frederick": "fred", "gabriela": "gaby", "gregory": "greg",
    "guadalupe": "lupita", "guillermo": "memo", "ignacio": "nacho", "isabella": "bella", "javier": "javi",
    "jonathan": "jon", "jorge": "george", "josé": "joe", "joshua": "josh", "katherine": "kate", "lawrence": "larry",
    "leonardo": "leo", "lillian": "lily", "margaret": "maggie", "mateo": "matthew", "miguel": "mike",
    "nathaniel": "nate", "nicolás": "nick", "patrick": "pat", "rafael": "rafa", "raymond": "ray", "ricardo": "rick",
    "samantha": "sam", "santiago": "santi", "sebastián": "seb", "sofía": "sophie", "stephanie": "steph",
    "theodore": "teddy", "valentina": "val", "vanessa": "nessa", "vicente": "vince", "zachary": "zack",
}  # fmt: skip
_SYLLABLES = ["ba", "be", "bo", "ca", "co", "da", "de", "do", "fa", "fe", "ga", "go", "la", "le", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "qui", "ra", "re", "ri", "ro", "sa", "se", "so", "ta", "te", "to", "va", "ve", "vi", "zu"]  # fmt: skip
_ENDS = ["dez", "nez", "rez", "lla", "ndo", "rra", "sco", "les", "mez", "vera", "gar", "tos"]
_ENGLISH = [
    "Ald",
    "Ash",
    "Bran",
    "Bur",
    "Cal",
    "Car",
    "Dal",
    "Dun",
    "Ever",
    "Far",
    "Gar",
    "Hal",
    "Har",
    "Kel",
    "Kin",
    "Lang",
    "Mar",
    "Mor",
    "Nor",
    "Pem",
    "Rad",
    "Ros",
    "Sel",
    "Stan",
    "Tal",
]
_ENGLISH_ENDS = [
    "berg",
    "brook",
    "bury",
    "by",
    "dale",
    "den",
    "field",
    "ford",
    "ham",
    "ley",
    "man",
    "more",
    "ridge",
    "ridge",
    "sen",
    "sley",
    "son",
    "stead",
    "ton",
    "ward",
    "well",
]


@dataclass(frozen=True, slots=True)
class Person:
    """`born` as CCYYMMDD; `place` a country and a state, blank apart."""

    first: str
    middle: str
    last: str
    alias_first: str
    alias_last: str
    born: str
    gender: str
    country: str
    state: str


@dataclass(frozen=True, slots=True)
class Record:
    """A submitted record: the number of the student it is about, or -1; and how often it was corrupted."""

    person: Person
    student: int
    events: int


class _Names:
    def __init__(self, draw: random.Random) -> None:
        self.cultures, self.shares = list(CULTURES), [culture.share for culture in CULTURES]
        self.surnames: list[list[str]] = []
        self.weights: list[list[float]] = []
        for culture in self.cultures:
            tail = _made_up(draw, spanish=culture.hispanic, many=6000 if culture.share > 100 else 400)
            names = [*culture.surnames, *tail]
            self.surnames.append(names)
            self.weights.append(_sums(len(names), 6))
        # Given names have a long tail too: the commonest is borne by little more than one in a hundred.
        self.firsts = [
            tuple([*known, *_given(draw, known, many=1200 if culture.share > 100 else 250)]
                  for known in (culture.girls, culture.boys))
            for culture in self.cultures
        ]  # fmt: skip
        self.first_weights = [tuple(_sums(len(each), 9) for each in pair) for pair in self.firsts]


def _sums(many: int, flat: int) -> list[float]:
    """Cumulated weights that fall with the rank, as names do."""
    return list(accumulate(1 / (rank + flat) for rank in range(many)))


def _given(draw: random.Random, known: tuple[str, ...], *, many: int) -> list[str]:
    """Given names made of parts of known ones."""
    found: dict[str, None] = {}
    while len(found) < many:
        one, other = draw.choice(known), draw.choice(known)
        name = (one[: draw.randrange(2, 5)] + other[draw.randrange(1, 4) :]).replace(" ", "").capitalize()
        if len(name) > 3:
            found[name] = None
    return list(found)


def _made_up(draw: random.Random, *, spanish: bool, many: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < many:
        if spanish:
            name = "".join(draw.choices(_SYLLABLES, k=draw.choice((1, 2, 2, 3)))) + draw.choice(_ENDS)
        else:
            name = draw.choice(_ENGLISH) + draw.choice(("", "", draw.choice(_SYLLABLES))) + draw.choice(_ENGLISH_ENDS)
        found[name.capitalize()] = None
    return list(found)


def population(students: int, *, seed: int = SEED) -> Iterator[Person]:
    """The students, one after another; twins and siblings follow each other."""
    draw = random.Random(seed)
    names = _Names(draw)
    made = 0
    while made < students:
        one = _person(draw, names)
        yield one
        made += 1
        chance = draw.random()
        if chance < 0.09 and made < students:
            yield _sibling(draw, names, one, twin=chance < 0.03)
            made += 1


def _person(draw: random.Random, names: _Names) -> Person:
    number = draw.choices(range(len(names.cultures)), names.shares)[0]
    culture = names.cultures[number]
    girl = draw.random() < 0.49
    first = _first(draw, names, number, girl=girl)
    last = draw.choices(names.surnames[number], cum_weights=names.weights[number])[0]
    if culture.hispanic and draw.random() < 0.35:
        second = draw.choices(names.surnames[number], cum_weights=names.weights[number])[0]
        last = f"{last}{draw.choice((' ', ' ', '-'))}{second}"
    middle = _first(draw, names, number, girl=girl) if draw.random() < 0.55 else ""
    if middle and draw.random() < 0.25:
        middle = middle[0]
    alias_first = alias_last = ""
    if draw.random() < 0.08:
        if draw.random() < 0.5:
            alias_last = draw.choices(names.surnames[number], cum_weights=names.weights[number])[0]
        else:
            alias_first = _NICKNAMES.get(first.lower(), _first(draw, names, number, girl=girl))
    country, state = "US", "US-CA"
    chance = draw.random()
    if chance < 0.13:
        country, state = draw.choice(culture.countries)[0], ""
    elif chance < 0.2:
        state = draw.choice(("US-AZ", "US-NV", "US-OR", "US-TX", "US-WA"))
    born = _BORN_FROM + timedelta(days=draw.randrange(_DAYS))
    gender = "F" if girl else "M"
    if draw.random() < 0.003:
        gender = "X"
    return Person(first, middle, last, alias_first, alias_last, f"{born:%Y%m%d}", gender, country, state)


def _first(draw: random.Random, names: _Names, number: int, *, girl: bool) -> str:
    side = 0 if girl else 1
    choices = names.firsts[number][side]
    name = draw.choices(choices, cum_weights=names.first_weights[number][side])[0]
    if draw.random() < 0.06:
        name = f"{name} {draw.choice(choices)}"
    return name


def _sibling(draw: random.Random, names: _Names, one: Person, *, twin: bool) -> Person:
    """Of the same culture, as its surname shows; a third of twins have similar names."""
    number = next(
        place
        for place, surnames in enumerate(names.surnames)
        if one.last.split()[0].split("-")[0] in surnames or place == 0
    )
    girl = draw.random() < 0.5 if draw.random() < 0.65 else one.gender == "F"
    first = _first(draw, names, number, girl=girl)
    if twin and draw.random() < 0.3:
        alike = [name for name in names.firsts[number][0 if girl else 1] if _alike(name, one.first)]
        first = draw.choice(alike) if alike else first
    while first == one.first:  # no parents do that
        first = _first(draw, names, number, girl=girl)
    born = one.born
    if not twin:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:])) + timedelta(days=draw.randrange(320, 1500))
        born = f"{day:%Y%m%d}"
    middle = _first(draw, names, number, girl=girl) if draw.random() < 0.55 else ""
    return replace(one, first=first, middle=middle, born=born, gender="F" if girl else "M", alias_first="")


def _alike(name: str, other: str) -> bool:
    """As parents name twins: they begin alike, and nobody takes one for the other misspelled."""
    apart = sum(left != right for left, right in zip(name, other, strict=False)) + abs(len(name) - len(other))
    return name[:2] == other[:2] and apart > 1


def records(
    known: list[Person], numbers: list[int], count: int, *, seed: int, population_seed: int = SEED
) -> list[Record]:
    """So many records, four fifths of them about `known` people (their numbers beside them), the others about new
    students. `population_seed` is that of the population they are of."""
    draw = random.Random(seed)
    names = _Names(random.Random(population_seed))
    about = int(count * 0.8)
    found = []
    for person, number in zip(known[:about], numbers[:about], strict=True):
        events = _poisson(draw)
        found.append(Record(corrupted(draw, names, person, events), number, events))
    for place in range(count - about):
        chance = draw.random()
        stranger = _person(draw, names)
        old = known[place % about]
        if chance < 0.05:
            stranger = _sibling(draw, names, old, twin=True)
        elif chance < 0.10:
            stranger = replace(stranger, first=old.first, last=old.last, middle="", gender=old.gender)
        found.append(Record(stranger, -1, 0))
    draw.shuffle(found)
    return found


def _poisson(draw: random.Random) -> int:
    total, events = draw.expovariate(1), 0
    while total < 1:
        total += draw.expovariate(1)
        events += 1
    return events


def corrupted(draw: random.Random, names: _Names, person: Person, events: int) -> Person:
    for _ in range(events):
        kind = draw.choices(
            ("typo", "sound", "nickname", "swap", "middle", "surname", "order", "new surname", "cut", "turned", "born",
             "gender", "place", "no middle", "case"),
            (22, 9, 8, 2, 5, 9, 3, 3, 3, 4, 9, 2, 8, 10, 3),
        )[0]  # fmt: skip
        person = _event(draw, names, person, kind)
    return person


def _event(draw: random.Random, names: _Names, one: Person, kind: str) -> Person:  # noqa: PLR0911, PLR0912
    if kind == "typo":
        field = draw.choice(("first", "last", "last", "middle"))
        return replace(one, **{field: _typo(draw, getattr(one, field))})
    if kind == "sound":
        field = draw.choice(("first", "last"))
        text = getattr(one, field)
        for old, new in draw.sample((("z", "s"), ("c", "k"), ("v", "b"), ("y", "i"), ("ph", "f"), ("s", "z"), ("ñ", "n"),
                                     ("í", "i"), ("x", "j"), ("ll", "l"), ("th", "t"), ("i", "y")), 12):  # fmt: skip
            if old in text[1:]:
                return replace(one, **{field: text[0] + text[1:].replace(old, new, 1)})
        return one
    if kind == "nickname":
        return replace(one, first=_NICKNAMES.get(one.first.lower(), one.first).capitalize())
    if kind == "swap":
        return replace(one, first=one.last, last=one.first)
    if kind == "middle":
        if one.middle:
            return draw.choice(
                (replace(one, first=f"{one.first} {one.middle}", middle=""),
                 replace(one, first=one.middle, middle=one.first))
            )  # fmt: skip
        return one
    parts = one.last.replace("-", " ").split()
    if kind == "surname" and len(parts) > 1:
        return replace(one, last=draw.choice((parts[0], parts[-1])))
    if kind == "order" and len(parts) > 1:
        return replace(one, last=draw.choice(("".join(parts), "-".join(parts), " ".join(reversed(parts)))))
    if kind == "new surname":
        return replace(one, last=draw.choice(names.surnames[0][:400]))
    if kind == "cut":
        return replace(one, last=one.last[: max(4, len(one.last) // 2)])
    if kind == "turned" and int(one.born[6:]) <= 12:
        return replace(one, born=one.born[:4] + one.born[6:] + one.born[4:6])
    if kind in ("born", "turned"):
        day = date(int(one.born[:4]), int(one.born[4:6]), int(one.born[6:]))
        part = draw.choice(("year", "month", "day"))
        moved = {
            "year": lambda: day.year + draw.choice((-2, -1, -1, 1, 1, 2)),
            "month": lambda: draw.randrange(1, 13),
            "day": lambda: draw.randrange(1, 29),
        }[part]()
        try:
            return replace(one, born=f"{day.replace(**{part: moved}):%Y%m%d}")
        except ValueError:
            return one
    if kind == "gender":
        return replace(one, gender="M" if one.gender == "F" else "F")
    if kind == "place":
        return replace(one, state="") if draw.random() < 0.6 else replace(one, country="UU", state="")
    if kind == "no middle":
        return replace(one, middle=one.middle[:1] if draw.random() < 0.4 else "")
    return replace(one, first=one.first.upper(), last=one.last.upper(), middle=one.middle.upper())


def _typo(draw: random.Random, text: str) -> str:
    if len(text) < 3:
        return text
    place = draw.randrange(1, len(text))
    letter = draw.choice("aeiourstnlmcd")
    return draw.choice(
        (text[:place] + letter + text[place + 1 :], text[:place] + text[place + 1 :], text[:place] + letter + text[place:],
         text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :])
    )  # fmt: skip

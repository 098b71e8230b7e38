"""Who a submitted student is, in probabilities: one of the candidates, the twin of one, or nobody in the ODS.

Pure, no Django. Fellegi and Sunter's model with the shares of names, normalised over each record, so that its
probabilities add up to 1; learned without labels by expectation and maximisation on those very probabilities
(docs/ssid-matching.md tells the formulas and what they assume).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ssid_matching.agreement import CLOSE, LIKE, PART, SAME, Agreement, agreement, birth_dates, by_letters, genders
from ssid_matching.columns import Columns, Floats, Ints, Vocabulary
from ssid_matching.frequencies import Frequencies
from ssid_matching.parameters import GENDERS_OF_ALIKE, LEVELS, Learned
from ssid_matching.scoring import name_similarities

_ROUNDS = 20
_DRAWN = 100_000
_NAMES_DRAWN = 500_000
_DATES_DRAWN = 1_000_000
_LEAST_TO_LEARN = 300
_TRUST = 200.0
"""The shipped probabilities weigh as much as so many records."""
_KNOWN_TRUST = 20.0
_GENDERS_WRONG = 0.03
_TWIN_TRUST = 100.0
ELEMENTS = tuple(LEVELS)
_WHOLE_NAME = slice(3)
_ALIKE = {name: np.isin(np.arange(len(LEVELS["first_name"])), levels) for name, levels in GENDERS_OF_ALIKE.items()}
"""By the level of the first name, whether it is one of these."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """`is_student`, `has_twin` and `has_namesake` by pair, `nobody` by record: of each record they add up to 1.

    `nobody` is a new student without a twin, sibling or namesake among the candidates; there may be a namesake whom
    nothing led to.
    """

    is_student: Floats
    has_twin: Floats
    has_namesake: Floats
    nobody: Floats

    @property
    def is_like(self) -> Floats:
        """That the record is somebody else, who is the candidate's twin, sibling or namesake."""
        return self.has_twin + self.has_namesake


class Factors(NamedTuple):
    """How many times more probable the levels of pairs are for one student, for twins, for namesakes than by chance.

    `match` and `twin` are shaped as `Agreement.levels`; `namesake` is by pair, of the names alone.
    """

    match: Floats
    twin: Floats
    namesake: Floats


def factors(found: Agreement, learned: Learned, frequencies: Frequencies) -> Factors:
    """What is common says little: where a name or a place agrees, chance is its share."""
    chance, plain = _chances(found, learned, frequencies)
    match, twin = _reached(found.levels, learned.match) / chance, _reached(found.levels, learned.twin)
    # That twins share a first name is no likelier because it is rare: it counts as any first name does.
    twin[0] /= plain
    twin[1:] /= chance[1:]
    match[0] *= found.usual
    names = found.usual / chance[_WHOLE_NAME].prod(axis=0)
    return Factors(match, twin, _namesakes(found.levels, learned) * names)


def _namesakes(levels: Ints, learned: Learned) -> Floats:
    """How probable the levels of the names are for a namesake: who has the same name has it without an error."""
    whole = np.logical_and.reduce(levels[_WHOLE_NAME] == 0)
    return np.where(whole, 1.0, _reached(levels[_WHOLE_NAME], learned.match).prod(axis=0))


def _reached(levels: Ints, shares: Mapping[str, tuple[float, ...]]) -> Floats:
    """The probability of each level reached. What is blank says nothing: it is as probable for all."""
    reached = np.empty(levels.shape)
    for row, element in enumerate(ELEMENTS[: len(levels)]):
        of_levels = np.array(shares[element])
        if LEVELS[element][-1] == "blank":
            of_levels[-1] = 1.0
        reached[row] = of_levels.take(levels[row])
    return reached


def _chances(found: Agreement, learned: Learned, frequencies: Frequencies) -> tuple[Floats, Floats]:
    """How probable the level of each element is by chance, with the shares of what agrees; and that of the first name
    without."""
    chance = _reached(found.levels, learned.chance)
    plain = chance[0].copy()
    for name, at in _ALIKE.items():
        alike = np.flatnonzero(at[found.levels[0]])
        chance[5, alike] = np.array(learned.chance[name])[found.levels[5, alike]]
    for row, usual in (
        (0, frequencies.first), (1, frequencies.last), (3, frequencies.middle), (6, frequencies.places)
    ):  # fmt: skip
        share = found.share[row]
        there = np.flatnonzero(~np.isnan(share))
        chance[row, there] *= share[there] / usual.coincidence
    return chance, plain


def posterior(record: Ints, records: int, factors: Factors, learned: Learned, population: int) -> Posterior:
    """The probabilities, from the factors of each pair and the record it belongs to.

    A namesake agrees in all but the names by chance.
    """
    match, twin, namesake = factors
    return _normalised(record, records, match.prod(axis=0), twin.prod(axis=0), namesake, learned, population)


def _normalised(
    record: Ints, records: int, match: Floats, twin: Floats, namesake: Floats, learned: Learned, population: int
) -> Posterior:
    new = 1 - learned.known
    is_student = learned.known / population * match
    has_twin = new * learned.twins / population * twin
    has_namesake = new * learned.namesakes / population * namesake
    alone = new * (1 - learned.twins - learned.namesakes * learned.namesakes_met)
    sums = np.bincount(record, weights=is_student + has_twin + has_namesake, minlength=records)
    total = (sums + alone).astype(np.float64)
    share = total[record]
    return Posterior(
        is_student / share, has_twin / share, has_namesake / share, np.asarray(alone / total, dtype=np.float64)
    )


def learn(
    record: Ints,
    records: int,
    found: Agreement,
    frequencies: Frequencies,
    population: int,
    begin: Learned,
) -> Learned:
    """Learn from the pairs of some records; `begin` counts as much as `_TRUST` records of its own.

    Records too few to say anything leave `begin` as it is.
    """
    if records < _LEAST_TO_LEARN:
        return begin
    # What does not change from round to round is multiplied once.
    chance, plain = _chances(found, begin, frequencies)
    by_chance = chance.prod(axis=0)
    usual = found.usual / by_chance
    plainly = chance[0] / (by_chance * plain)
    names = found.usual / chance[_WHOLE_NAME].prod(axis=0)
    twin = _reached(found.levels, begin.twin).prod(axis=0) * plainly
    learned = begin
    for _ in range(_ROUNDS):
        match = _reached(found.levels, learned.match)
        judged = _normalised(
            record, records, match.prod(axis=0) * usual, twin, _namesakes(found.levels, learned) * names, learned,
            population,
        )  # fmt: skip
        students, twins = float(judged.is_student.sum()), float(judged.has_twin.sum())
        new = max(records - students, 0.0)
        # Of those who seem alone some have a namesake whom nothing led to.
        unseen = learned.namesakes * (1 - learned.namesakes_met)
        alone = 1 - learned.twins - learned.namesakes * learned.namesakes_met
        namesakes = float(judged.has_namesake.sum()) + float(judged.nobody.sum()) * unseen / alone
        learned = replace(
            learned,
            match=_shares(found.levels, judged.is_student, begin.match, _TRUST),
            known=(students + begin.known * _KNOWN_TRUST) / (records + _KNOWN_TRUST),
            twins=(twins + begin.twins * _TWIN_TRUST) / (new + _TWIN_TRUST),
            namesakes=min(0.5, (namesakes + begin.namesakes * _TWIN_TRUST) / (new + _TWIN_TRUST)),
            records=records,
        )
    return learned


def by_chance(sample: Columns, vocabulary: Vocabulary, frequencies: Frequencies, begin: Learned) -> Learned:
    """The levels strangers reach, from pairs drawn among a sample of students; what is too rare to draw is counted."""
    many = len(sample.first)
    if many < _LEAST_TO_LEARN:
        return begin
    draw = np.random.default_rng(0)
    one, other = draw.integers(many, size=_DRAWN), draw.integers(many, size=_DRAWN)
    apart = one != other
    left, right = sample.at(one[apart]), sample.at(other[apart])
    found = agreement(left, right, vocabulary, frequencies, name_similarities(left, right, vocabulary))
    chance = _shares(found.levels, np.ones(found.levels.shape[1]), begin.chance, _TRUST)
    # Names that look alike are too rare for so few draws, and so are birth dates with one part off.
    _draw_more(chance, sample, vocabulary, frequencies, begin, draw)
    for element, shares in (
        ("first_name", frequencies.first),
        ("middle_name", frequencies.middle),
        ("last_name", frequencies.last),
        ("birth_date", frequencies.days),
        ("birthplace", frequencies.places),
    ):
        chance[element] = (shares.coincidence, *chance[element][1:])
    # A middle name in another place goes with a first name that agrees in part: an error is not counted twice.
    same, _, *rest = chance["middle_name"]
    chance["middle_name"] = (same, same * begin.match["first_name"][PART], *rest)
    # Names are exchanged where they agree so: that they do is in their own levels, and by chance as rare as they.
    chance["arrangement"] = (1.0, 1.0)
    return replace(begin, chance=chance)


def _draw_more(
    chance: dict[str, tuple[float, ...]],
    sample: Columns,
    vocabulary: Vocabulary,
    frequencies: Frequencies,
    begin: Learned,
    draw: np.random.Generator,
) -> None:
    many = len(sample.first)
    for element, names, shares in (
        ("first_name", sample.first, frequencies.first), ("last_name", sample.last, frequencies.last)
    ):  # fmt: skip
        places = draw.integers(many, size=(2, _NAMES_DRAWN))
        one, other = names[places]
        level, _ = by_letters(one, other, vocabulary.similarity(one, other), vocabulary, shares)
        level[(one == other) & (one != 0)] = SAME
        if element == "first_name":
            _draw_genders(chance, level, sample.gender[places], vocabulary, begin)
        counts = np.bincount(level, minlength=len(LEVELS[element])) + np.array(begin.chance[element]) * _TRUST
        alike = slice(CLOSE, LIKE + 1)
        chance[element] = (
            *chance[element][:CLOSE], *(counts[alike] / (_NAMES_DRAWN + _TRUST)).tolist(), *chance[element][LIKE + 1 :]
        )  # fmt: skip
    one, other = draw.integers(many, size=_DATES_DRAWN), draw.integers(many, size=_DATES_DRAWN)
    apart = one != other
    level = birth_dates(*(tuple(column[place[apart]] for column in (sample.year, sample.month, sample.day))
                          for place in (one, other)))  # fmt: skip
    counts = np.bincount(level, minlength=len(LEVELS["birth_date"])) + np.array(begin.chance["birth_date"]) * _TRUST
    chance["birth_date"] = tuple((counts / counts.sum()).tolist())


def _draw_genders(
    chance: dict[str, tuple[float, ...]], names: Ints, gender: Ints, vocabulary: Vocabulary, begin: Learned
) -> None:
    """Who has the same first name mostly has the same gender. What is written wrong in one of many records, a gender
    in one of fifty, say, bounds how much it tells that they differ."""
    level = genders(gender[0], gender[1], vocabulary)
    for name, levels in GENDERS_OF_ALIKE.items():
        counts = np.bincount(level[np.isin(names, levels)], minlength=3) + np.array(begin.chance[name]) * _TRUST
        _, unknown, different = counts / counts.sum()
        different = max(different, _GENDERS_WRONG)
        chance[name] = (float(1 - unknown - different), float(unknown), float(different))


def _shares(levels: NDArray[np.int32], weights: Floats, begin: object, trust: float) -> dict[str, tuple[float, ...]]:
    found = {}
    for row, element in enumerate(ELEMENTS):
        prior = np.array(begin[element]) * trust  # type: ignore[index]  # a mapping of element to shares
        counts = np.bincount(levels[row], weights=weights, minlength=len(LEVELS[element])) + prior
        found[element] = tuple(float(each) for each in counts / counts.sum())
    return found

"""Who a submitted student is, in probabilities: one of the candidates, the twin of one, or nobody in the ODS.

Pure, no Django. Fellegi and Sunter's model with the shares of names, normalised over each record, so that its
probabilities add up to 1; learned without labels by expectation and maximisation on those very probabilities
(docs/ssid-matching.md tells the formulas and what they assume).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ssid_matching.agreement import Agreement, agreement
from ssid_matching.columns import Columns, Floats, Ints, Vocabulary
from ssid_matching.frequencies import Frequencies
from ssid_matching.parameters import LEVELS, Learned
from ssid_matching.scoring import name_similarities

_ROUNDS = 12
_DRAWN = 100_000
_LEAST_TO_LEARN = 300
_TRUST = 200.0
"""The shipped probabilities weigh as much as so many records."""
_TWIN_TRUST = 100.0
ELEMENTS = tuple(LEVELS)
_WHOLE_NAME = (0, 1, 2)
_NAMESAKES_MET = 0.075
"""Of all namesakes those are compared whose birth dates share the year, or month and day."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """`is_student`, `has_twin` and `has_namesake` by pair, `nobody` by record: of each record they add up to 1.

    `nobody` is a new student without a twin, sibling or namesake among the candidates.
    """

    is_student: Floats
    has_twin: Floats
    has_namesake: Floats
    nobody: Floats

    @property
    def is_like(self) -> Floats:
        """That the record is somebody else, who is the candidate's twin, sibling or namesake."""
        return self.has_twin + self.has_namesake


def factors(found: Agreement, learned: Learned, frequencies: Frequencies) -> tuple[Floats, Floats]:
    """How many times more probable each level is for one student than by chance, and for twins than by chance.

    Columns as in `found.levels`. What is common says little: where a name or a place agrees, chance is its share.
    """
    match, twin = np.empty(found.levels.shape), np.empty(found.levels.shape)
    usual = {0: frequencies.first.coincidence, 1: frequencies.last.coincidence, 6: frequencies.places.coincidence}
    for column, element in enumerate(ELEMENTS):
        level = found.levels[:, column]
        chance = plain = np.array(learned.chance[element])[level]
        if column in usual:
            share = found.share[:, column]
            chance = np.where(np.isnan(share), chance, chance * share / usual[column])
        match[:, column] = np.array(learned.match[element])[level] / chance
        # That twins share a first name is no likelier because it is rare: it counts as any first name does.
        twin[:, column] = np.array(learned.twin[element])[level] / (plain if column == 0 else chance)
    match[:, 0] *= found.usual
    return match, twin


def posterior(record: Ints, records: int, match: Floats, twin: Floats, learned: Learned, population: int) -> Posterior:
    """The probabilities, from the factors of each pair (`factors`) and the record it belongs to.

    A namesake agrees in the names as one student does, and in all else by chance.
    """
    new = 1 - learned.known
    is_student = learned.known / population * match.prod(axis=1)
    has_twin = new * learned.twins / population * twin.prod(axis=1)
    has_namesake = new * learned.namesakes / population * match[:, _WHOLE_NAME].prod(axis=1)
    alone = new * (1 - learned.twins - learned.namesakes)
    sums = np.bincount(record, weights=is_student + has_twin + has_namesake, minlength=records)
    total = (sums + alone).astype(np.float64)
    share = total[record]
    return Posterior(
        is_student / share, has_twin / share, has_namesake / share, np.asarray(alone / total, dtype=np.float64)
    )


def learn(
    record: Ints, records: int, found: Agreement, frequencies: Frequencies, population: int, begin: Learned
) -> Learned:
    """Learn from the pairs of some records; `begin` counts as much as `_TRUST` records of its own.

    Records too few to say anything leave `begin` as it is.
    """
    if records < _LEAST_TO_LEARN:
        return begin
    learned = begin
    for _ in range(_ROUNDS):
        match, twin = factors(found, learned, frequencies)
        judged = posterior(record, records, match, twin, learned, population)
        students, twins = float(judged.is_student.sum()), float(judged.has_twin.sum())
        new = max(records - students, 0.0)
        learned = replace(
            learned,
            match=_shares(found.levels, judged.is_student, begin.match, _TRUST),
            twin=_shares(found.levels, judged.has_twin, begin.twin, _TWIN_TRUST),
            known=(students + begin.known * _TRUST) / (records + _TRUST),
            twins=(twins + begin.twins * _TWIN_TRUST) / (new + _TWIN_TRUST),
            namesakes=min(
                0.5,
                (float(judged.has_namesake.sum()) / _NAMESAKES_MET + begin.namesakes * _TWIN_TRUST)
                / (new + _TWIN_TRUST),
            ),
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
    chance = _shares(found.levels, np.ones(len(found.levels)), begin.chance, _TRUST)
    for element, shares in (
        ("first_name", frequencies.first),
        ("last_name", frequencies.last),
        ("birth_date", frequencies.days),
        ("birthplace", frequencies.places),
    ):
        chance[element] = (shares.coincidence, *chance[element][1:])
    # Names are exchanged where they agree so: that they do is in their own levels, and by chance as rare as they.
    chance["arrangement"] = (1.0, 1.0)
    return replace(begin, chance=chance)


def _shares(levels: NDArray[np.int32], weights: Floats, begin: object, trust: float) -> dict[str, tuple[float, ...]]:
    found = {}
    for column, element in enumerate(ELEMENTS):
        prior = np.array(begin[element]) * trust  # type: ignore[index]  # a mapping of element to shares
        counts = np.bincount(levels[:, column], weights=weights, minlength=len(LEVELS[element])) + prior
        found[element] = tuple(float(each) for each in counts / counts.sum())
    return found

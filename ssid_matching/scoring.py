"""The state's score of a submitted record and a candidate, as spec ssid-matching 7.2 reconstructs it.

Pure, no Django; every function takes pairs as columns of equal length and answers with arrays of that length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssid_matching.columns import Bools, Columns, Floats, Ints, Vocabulary
from ssid_matching.parameters import ELEMENTS, MatchSettings

OUT = -1
"""The score of a pair that fails a limit: no candidate."""


@dataclass(frozen=True, slots=True)
class Scores:
    """`score`: 0 to 100, or `OUT`. `similarity`: of each element (columns in the order of `ELEMENTS`), 0 to 1, in the
    arrangement that counted. `exchanged`: first and last name were exchanged for it."""

    score: Ints
    similarity: Floats
    exchanged: Bools


@dataclass(frozen=True, slots=True)
class NameSimilarities:
    """Jaro-Winkler of legal names, pair by pair; score and likelihood both use them."""

    first: Floats
    last: Floats


def name_similarities(one: Columns, other: Columns, vocabulary: Vocabulary) -> NameSimilarities:
    return NameSimilarities(
        first=vocabulary.similarity(one.first, other.first), last=vocabulary.similarity(one.last, other.last)
    )


def scores(
    one: Columns, other: Columns, vocabulary: Vocabulary, settings: MatchSettings, names: NameSimilarities
) -> Scores:
    """Score submitted records (`one`) against candidates (`other`)."""
    weights = np.array([settings.weights[element] for element in ELEMENTS], dtype=np.float64)
    similarity = np.empty((len(one.first), len(ELEMENTS)))
    similarity[:, 0] = np.maximum(0.0, 1 - 0.25 * np.abs(one.year - other.year))
    similarity[:, 1] = _with_aliases(
        names.first, (one.first, one.alias_first), (other.first, other.alias_first), vocabulary, settings
    )
    similarity[:, 2] = _with_aliases(
        names.last, (one.last, one.alias_last), (other.last, other.alias_last), vocabulary, settings
    )
    similarity[:, 4] = _near(one.month, other.month, 11)
    similarity[:, 5] = _near(one.day, other.day, 30)
    turned = (one.month == other.day) & (one.day == other.month) & (one.month != one.day)
    similarity[turned, 4:6] = 0.5
    for column, name in ((6, "gender"), (7, "country"), (8, "state")):
        similarity[:, column] = _agreement(getattr(one, name), getattr(other, name), vocabulary.number("UU"))
    similarity[:, 3] = 1.0
    in_time = np.abs(one.year - other.year) <= settings.year_limit
    straight_in = in_time & (similarity[:, 1] >= settings.first_limit) & (similarity[:, 2] >= settings.last_limit)
    # The middle name costs a comparison, so it waits until the pair can reach the cut-off at all.
    points = similarity @ weights
    hopeful = np.flatnonzero(in_time & (points >= settings.cut_off - 0.5 - 1e-6) & straight_in)
    similarity[hopeful, 3] = _middle(one.at(hopeful), other.at(hopeful), vocabulary)
    score = np.full(len(one.first), OUT, dtype=np.int32)
    score[straight_in] = _rounded(similarity[straight_in] @ weights)
    exchanged = np.zeros(len(score), dtype=np.bool_)
    # Exchanged names can be better only where this leaves a point to win, and candidates only if all else agrees.
    rest = points - similarity[:, 1] * weights[1] - similarity[:, 2] * weights[2]
    best = rest + weights[1] + weights[2] - settings.exchange_cost
    again = np.flatnonzero(in_time & (best >= settings.cut_off - 0.5 - 1e-6) & (score < np.floor(best + 0.5 + 1e-9)))
    if len(again):
        _exchange(again, one.at(again), other.at(again), vocabulary, settings, score, similarity, exchanged)
    return Scores(score=score, similarity=similarity, exchanged=exchanged)


def _exchange(
    places: np.ndarray,
    one: Columns,
    other: Columns,
    vocabulary: Vocabulary,
    settings: MatchSettings,
    score: Ints,
    similarity: Floats,
    exchanged: Bools,
) -> None:
    """Score again with first and last name of the candidate exchanged, and keep what is better."""
    weights = np.array([settings.weights[element] for element in ELEMENTS], dtype=np.float64)
    first = _with_aliases(
        vocabulary.similarity(one.first, other.last),
        (one.first, one.alias_first), (other.last, other.alias_last), vocabulary, settings,
    )  # fmt: skip
    last = _with_aliases(
        vocabulary.similarity(one.last, other.first),
        (one.last, one.alias_last), (other.first, other.alias_first), vocabulary, settings,
    )  # fmt: skip
    inside = (first >= settings.first_limit) & (last >= settings.last_limit)
    found = similarity[places].copy()
    found[:, 1], found[:, 2] = first, last
    found[inside, 3] = _middle(one.at(inside), other.at(inside), vocabulary)
    again = np.full(len(places), OUT, dtype=np.int32)
    again[inside] = _rounded(np.maximum(0, found[inside] @ weights - settings.exchange_cost))
    better = again > score[places]
    score[places[better]] = again[better]
    similarity[places[better]] = found[better]
    exchanged[places[better]] = True


def _with_aliases(
    legal: Floats, one: tuple[Ints, Ints], other: tuple[Ints, Ints], vocabulary: Vocabulary, settings: MatchSettings
) -> Floats:
    """The best of legal and alias names; through an alias a similarity counts less. Blank aliases are left out."""
    best = legal.copy()
    for mine, theirs, needed in (
        (one[0], other[1], (other[1],)),
        (one[1], other[0], (one[1],)),
        (one[1], other[1], (one[1], other[1])),
    ):
        there = np.flatnonzero(np.logical_and.reduce([column != 0 for column in needed]))
        if len(there):
            through = settings.alias_factor * vocabulary.similarity(mine[there], theirs[there])
            best[there] = np.maximum(best[there], through)
    return best


def _middle(one: Columns, other: Columns, vocabulary: Vocabulary) -> Floats:
    """Legal against legal; missing on one side 0.5, on both 1."""
    found = np.full(len(one.middle), 0.5)
    found[(one.middle == 0) & (other.middle == 0)] = 1.0
    both = np.flatnonzero((one.middle != 0) & (other.middle != 0))
    found[both] = vocabulary.similarity(one.middle[both], other.middle[both])
    return found


def _near(one: Ints, other: Ints, most: int) -> Floats:
    """Months or days: 1 if equal, else from 0.5 down to 0 with the distance, of which `most` is the largest."""
    distance = np.abs(one - other)
    return np.where(distance == 0, 1.0, 0.5 * (1 - (distance - 1) / most))


def _agreement(one: Ints, other: Ints, unknown: int) -> Floats:
    """Codes: 1 if equal, 0.5 if exactly one is blank or `UU`, else 0."""
    half = (one == 0) | (other == 0) | (one == unknown) | (other == unknown)
    return np.where(one == other, 1.0, np.where(half, 0.5, 0.0))


def _rounded(points: Floats) -> Ints:
    """Half up."""
    return np.floor(points + 1e-9 + 0.5).astype(np.int32)

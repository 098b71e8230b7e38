"""How far two people agree, element by element: the levels of `parameters.LEVELS`, which the likelihood is made of.

Pure, no Django; every function takes pairs as columns of equal length. Where a name agrees, how common it is counts:
`Agreement.share` is the share of students who bear what the two have in common, by element; NaN where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssid_matching.columns import Bools, Columns, Floats, Ints, Places, Vocabulary
from ssid_matching.frequencies import Frequencies, Shares
from ssid_matching.parameters import LEVELS
from ssid_matching.scoring import NameSimilarities

SAME, ALIAS, PART, KIN, CLOSE, SIMILAR, DIFFERENT = range(7)
"""Levels of first and last names; KIN is a nickname, or the same words in another order."""
_CLOSE = 0.92
_SIMILAR = 0.84
_WEAK = 3
"""From this level of both names on, the exchanged names are looked at."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`levels`: one column for each element of `LEVELS`. `share`: the same columns, see above.

    `usual`: how much less it says that first and last name agree than if they did not go together, 0 to 1.
    """

    levels: Ints
    share: Floats
    usual: Floats


def agreement(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, names: NameSimilarities
) -> Agreement:
    """Compare submitted records (`one`) with candidates (`other`)."""
    pairs = len(one.first)
    levels = np.zeros((pairs, len(LEVELS)), dtype=np.int32)
    share = np.full((pairs, len(LEVELS)), np.nan)
    levels[:, 0], share[:, 0] = _first(one, other, vocabulary, frequencies, names.first)
    levels[:, 1], share[:, 1] = _last(one, other, vocabulary, frequencies, names.last)
    _look_exchanged(one, other, vocabulary, frequencies, levels, share)
    levels[:, 3] = _middle(one, other, vocabulary)
    levels[:, 4] = _birth_date(one, other)
    levels[:, 5] = _gender(one, other, vocabulary)
    levels[:, 6] = _birthplace(one, other, vocabulary)
    at_home = levels[:, 6] == 0
    share[at_home, 6] = frequencies.of_places(one.country[at_home], one.state[at_home], vocabulary)
    return Agreement(levels, share, _usual(one, levels, vocabulary, frequencies))


def _usual(one: Columns, levels: Ints, vocabulary: Vocabulary, frequencies: Frequencies) -> Floats:
    usual = np.ones(len(levels))
    usual[(levels[:, 0] <= PART) & (levels[:, 1] <= PART)] = 1 / frequencies.affinity
    whole = np.flatnonzero((levels[:, 0] == SAME) & (levels[:, 1] == SAME) & (levels[:, 2] == 0))
    usual[whole] = frequencies.usual(one.first[whole], one.last[whole], vocabulary)
    return usual


def _first(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, similarity: Floats
) -> tuple[Ints, Floats]:
    level, share = _by_letters(similarity)
    rest = np.flatnonzero(one.first != other.first)
    mine, theirs = one.at(rest), other.at(rest)
    # The words of first and middle name on one side: compound names, and middle names in the first-name field.
    words, others = vocabulary.words(mine.first), vocabulary.words(theirs.first)
    more, others_more = vocabulary.words(mine.middle)[:, :2], vocabulary.words(theirs.middle)[:, :2]
    part = _shared(words, others)
    for left, right in ((words, others_more), (more, others)):
        part = np.where(part != 0, part, _shared(left, right))
    kin = _any_shared(vocabulary.groups(mine.first), vocabulary.groups(theirs.first))
    level[rest[kin]] = np.minimum(level[rest[kin]], KIN)
    _set(rest[part != 0], part[part != 0], PART, level, share, frequencies.first, vocabulary)
    alias = _alias(mine.first, mine.alias_first, theirs.first, theirs.alias_first)
    _set(rest[alias != 0], alias[alias != 0], ALIAS, level, share, frequencies.first, vocabulary)
    same = one.first == other.first
    _set(np.flatnonzero(same), one.first[same], SAME, level, share, frequencies.first, vocabulary)
    return level, share


def _last(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, similarity: Floats
) -> tuple[Ints, Floats]:
    level, share = _by_letters(similarity)
    rest = np.flatnonzero(one.last != other.last)
    mine, theirs = one.at(rest), other.at(rest)
    words, others = vocabulary.words(mine.last), vocabulary.words(theirs.last)
    part = _shared(words, others)
    _set(rest[part != 0], part[part != 0], PART, level, share, frequencies.last, vocabulary)
    kin = (part != 0) & np.all(np.sort(words, axis=1) == np.sort(others, axis=1), axis=1)
    kin |= similarity[rest] == 1.0  # written in one or in two words
    level[rest[kin]] = KIN
    alias = _alias(mine.last, mine.alias_last, theirs.last, theirs.alias_last)
    _set(rest[alias != 0], alias[alias != 0], ALIAS, level, share, frequencies.last, vocabulary)
    same = one.last == other.last
    _set(np.flatnonzero(same), one.last[same], SAME, level, share, frequencies.last, vocabulary)
    return level, share


def _look_exchanged(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, levels: Ints, share: Floats
) -> None:
    """First and last name exchanged, where they agree so and do not agree as they stand.

    One of them shares a word with the other's other name; what is left may be misspelled.
    """
    weak = np.flatnonzero((levels[:, 0] >= _WEAK) & (one.last != other.last))
    mine, theirs = one.at(weak), other.at(weak)
    first = _shared(vocabulary.words(mine.first), vocabulary.words(theirs.last))
    last = _shared(vocabulary.words(mine.last), vocabulary.words(theirs.first))
    either = np.flatnonzero((first != 0) | (last != 0))
    weak, mine, theirs, first, last = weak[either], mine.at(either), theirs.at(either), first[either], last[either]
    crossed = [
        _crossed(word, left, right, vocabulary)
        for word, left, right in ((first, mine.first, theirs.last), (last, mine.last, theirs.first))
    ]
    both = (crossed[0] <= SIMILAR) & (crossed[1] <= SIMILAR)
    places = weak[both]
    levels[places, 2] = 1
    for column, word, shares in ((0, first, frequencies.last), (1, last, frequencies.first)):
        levels[places, column] = crossed[column][both]
        known = shares.of(word[both], vocabulary)
        share[places, column] = np.where(word[both] != 0, known, np.nan)


def _crossed(word: Ints, name: Ints, other: Ints, vocabulary: Vocabulary) -> Ints:
    """The level of a name and the other one's other name, which share a word or none (0)."""
    level = np.where(name == other, SAME, PART).astype(np.int32)
    none = np.flatnonzero(word == 0)
    level[none] = _by_letters(vocabulary.similarity(name[none], other[none]))[0]
    return level


def _middle(one: Columns, other: Columns, vocabulary: Vocabulary) -> Ints:
    level = np.full(len(one.middle), 3, dtype=np.int32)
    blank = (one.middle == 0) | (other.middle == 0)
    level[blank] = 2
    both = np.flatnonzero(~blank)
    initials = vocabulary.initials(one.middle[both]) == vocabulary.initials(other.middle[both])
    level[both[initials]] = 1
    # In another place: exchanged with the first name, or written beside it.
    away = (vocabulary.words(one.middle)[:, :1] == vocabulary.words(other.first)).any(axis=1) & (one.middle != 0)
    away |= (vocabulary.words(other.middle)[:, :1] == vocabulary.words(one.first)).any(axis=1) & (other.middle != 0)
    level[away] = 1
    level[both[one.middle[both] == other.middle[both]]] = 0
    return level


def _birth_date(one: Columns, other: Columns) -> Ints:
    off = [(one.year != other.year), (one.month != other.month), (one.day != other.day)]
    parts = off[0].astype(np.int32) + off[1] + off[2]
    digits = sum(
        (mine // power % 10 != theirs // power % 10).astype(np.int32)
        for mine, theirs, length in ((one.year, other.year, 4), (one.month, other.month, 2), (one.day, other.day, 2))
        for power in (10**place for place in range(length))
    )
    turned = (one.month == other.day) & (one.day == other.month) & ~off[0] & (parts == 2)
    level = np.full(len(parts), 5, dtype=np.int32)
    level[parts == 2] = 4
    level[parts == 1] = 3
    level[digits == 1] = 2
    level[turned] = 1
    level[parts == 0] = 0
    return level


def _gender(one: Columns, other: Columns, vocabulary: Vocabulary) -> Ints:
    beyond = vocabulary.number("X")
    unknown = (one.gender == 0) | (other.gender == 0) | (one.gender == beyond) | (other.gender == beyond)
    return np.where(one.gender == other.gender, np.where(one.gender == 0, 1, 0), np.where(unknown, 1, 2)).astype(
        np.int32
    )


def _birthplace(one: Columns, other: Columns, vocabulary: Vocabulary) -> Ints:
    nowhere = vocabulary.number("UU")
    lost = (one.country == 0) | (other.country == 0) | (one.country == nowhere) | (other.country == nowhere)
    no_state = (one.state == 0) != (other.state == 0)
    level = np.where((one.country == other.country) & (one.state == other.state), 0, 2)
    level[(one.country == other.country) & no_state] = 1
    level[lost] = 1
    # Files without countries: the state alone.
    level[(one.country == 0) & (other.country == 0) & (one.state != 0) & (other.state != 0)] = 2
    level[(one.country == 0) & (other.country == 0) & (one.state == other.state) & (one.state != 0)] = 0
    return level.astype(np.int32)


def _by_letters(similarity: Floats) -> tuple[Ints, Floats]:
    level = np.full(len(similarity), DIFFERENT, dtype=np.int32)
    level[similarity >= _SIMILAR] = SIMILAR
    level[similarity >= _CLOSE] = CLOSE
    return level, np.full(len(similarity), np.nan)


def _set(
    places: Places, common: Ints, to: int, level: Ints, share: Floats, shares: Shares, vocabulary: Vocabulary
) -> None:
    level[places] = to
    share[places] = shares.of(common, vocabulary)


def _alias(legal: Ints, alias: Ints, other_legal: Ints, other_alias: Ints) -> Ints:
    """The name that agrees through an alias; 0 if none does."""
    found = np.where((alias != 0) & (alias == other_legal), alias, 0)
    found = np.where((other_alias != 0) & (legal == other_alias), legal, found)
    return np.where((alias != 0) & (alias == other_alias), alias, found).astype(np.int32)


def _shared(words: Ints, others: Ints) -> Ints:
    """A word that is on both sides; 0 if none is."""
    found = np.zeros(len(words), dtype=np.int32)
    for column in range(words.shape[1] - 1, -1, -1):
        word = words[:, column]
        hit = (word != 0) & (others == word[:, None]).any(axis=1)
        found[hit] = word[hit]
    return found


def _any_shared(groups: Ints, others: Ints) -> Bools:
    found: Bools = ((groups[:, :, None] == others[:, None, :]) & (groups[:, :, None] != 0)).any(axis=(1, 2))
    return found

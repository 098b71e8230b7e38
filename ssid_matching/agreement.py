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

SAME, ALIAS, PART, KIN, CLOSE, BEGINNING, SIMILAR, LIKE, DIFFERENT, BLANK = range(10)
"""Levels of first and last names; KIN is a nickname, or the same words in another order; LIKE are two names that both
are usual and look alike: no typing error, rather."""
_SIMILAR = 0.84
_WORTH_EDITS = 0.6
_SHORTEST_BEGINNING = 3
_WEAK = KIN
"""From this level of the first name on, the exchanged names are looked at."""
_IN_ANOTHER_PLACE = 0.9
_MISSPELLED = 0.92
_INITIAL = 0.08
"""The share of names that begin with a usual letter."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`levels`: one row for each element of `LEVELS`, one column for each pair. `share`: the same, see above.

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
    levels = np.zeros((len(LEVELS), pairs), dtype=np.int32)
    share = np.full((len(LEVELS), pairs), np.nan)
    levels[0], share[0] = _first(one, other, vocabulary, frequencies, names.first)
    levels[1], share[1] = _last(one, other, vocabulary, frequencies, names.last)
    _look_exchanged(one, other, vocabulary, frequencies, levels, share)
    levels[3], share[3] = _middle(one, other, vocabulary, frequencies)
    levels[4] = birth_dates((one.year, one.month, one.day), (other.year, other.month, other.day))
    levels[5] = genders(one.gender, other.gender, vocabulary)
    levels[6] = _birthplace(one, other, vocabulary)
    at_home = levels[6] == 0
    share[6, at_home] = frequencies.of_places(one.country[at_home], one.state[at_home], vocabulary)
    return Agreement(levels, share, _usual(one, levels, vocabulary, frequencies))


def _usual(one: Columns, levels: Ints, vocabulary: Vocabulary, frequencies: Frequencies) -> Floats:
    usual = np.ones(len(one.first))
    alike = np.flatnonzero((levels[0] <= LIKE) & (levels[1] <= LIKE))
    usual[alike] = 1 / frequencies.affinity.of(one.last[alike], vocabulary)
    whole = np.flatnonzero((levels[0] == SAME) & (levels[1] == SAME) & (levels[2] == 0))
    usual[whole] = frequencies.usual(one.first[whole], one.last[whole], vocabulary)
    return usual


def _first(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, similarity: Floats
) -> tuple[Ints, Floats]:
    level, share = by_letters(one.first, other.first, similarity, vocabulary, frequencies.first)
    rest = np.flatnonzero(one.first != other.first)
    mine, theirs = one.at(rest), other.at(rest)
    words, others = vocabulary.words(mine.first), vocabulary.words(theirs.first)
    part = _shared(words, others)
    # On one side among the middle names: compound names, and first and middle name exchanged, misspelled or not.
    more, others_more = vocabulary.words(mine.middle)[:, :2], vocabulary.words(theirs.middle)[:, :2]
    for left, right, name, other_name in (
        (words, others_more, mine.first, theirs.middle),
        (more, others, mine.middle, theirs.first),
    ):
        part = np.where(part != 0, part, _shared(left, right))
        asked = np.flatnonzero((part == 0) & (name != 0) & (other_name != 0) & (level[rest] >= BEGINNING))
        near = asked[vocabulary.similarity(name[asked], other_name[asked]) >= _IN_ANOTHER_PLACE]
        near = near[~vocabulary.is_letter(name[near])]
        part[near] = other_name[near]
    kin = _any_shared(vocabulary.groups(mine.first), vocabulary.groups(theirs.first))
    level[rest[kin]] = np.minimum(level[rest[kin]], KIN)
    _set(rest[part != 0], part[part != 0], PART, level, share, frequencies.first, vocabulary)
    alias = _alias(mine.first, mine.alias_first, theirs.first, theirs.alias_first)
    _set(rest[alias != 0], alias[alias != 0], ALIAS, level, share, frequencies.first, vocabulary)
    same = one.first == other.first
    _set(np.flatnonzero(same), one.first[same], SAME, level, share, frequencies.first, vocabulary)
    _blank((one.first == 0) | (other.first == 0), level, share)
    return level, share


def _last(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, similarity: Floats
) -> tuple[Ints, Floats]:
    level, share = by_letters(one.last, other.last, similarity, vocabulary, frequencies.last)
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
    _blank((one.last == 0) | (other.last == 0), level, share)
    return level, share


def _look_exchanged(
    one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies, levels: Ints, share: Floats
) -> None:
    """First and last name exchanged, where they agree so and do not agree as they stand.

    One of them shares a word with the other's other name; what is left may be misspelled.
    """
    weak = np.flatnonzero((levels[0] >= _WEAK) & (one.last != other.last))
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
    # One name is another one altogether, beside the exchange; as they stand neither agrees.
    both |= (levels[0, weak] == DIFFERENT) & (levels[1, weak] == DIFFERENT)
    places = weak[both]
    levels[2, places] = 1
    for column, word, shares in ((0, first, frequencies.last), (1, last, frequencies.first)):
        levels[column, places] = crossed[column][both]
        known = shares.of(word[both], vocabulary)
        share[column, places] = np.where(word[both] != 0, known, np.nan)


def _crossed(word: Ints, name: Ints, other: Ints, vocabulary: Vocabulary) -> Ints:
    """The level of a name and the other one's other name, which share a word or none (0)."""
    level = np.where(name == other, SAME, PART).astype(np.int32)
    none = np.flatnonzero(word == 0)
    similarity = vocabulary.similarity(name[none], other[none])
    level[none] = np.where(similarity >= _SIMILAR, SIMILAR, DIFFERENT)
    return level


def _middle(one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies) -> tuple[Ints, Floats]:
    level, share = np.full(len(one.middle), 6, dtype=np.int32), np.full(len(one.middle), np.nan)
    blank = (one.middle == 0) | (other.middle == 0)
    level[blank] = 5
    level[(one.middle == 0) & (other.middle == 0)] = 4
    both = np.flatnonzero(~blank)
    mine, theirs = one.middle[both], other.middle[both]
    alike = vocabulary.similarity(mine, theirs)
    level[both[alike >= _MISSPELLED]] = 2
    short = vocabulary.is_letter(mine) | vocabulary.is_letter(theirs)
    level[both[short & (vocabulary.initials(mine) == vocabulary.initials(theirs))]] = 3
    elsewhere, how_common = _elsewhere(one, other, vocabulary, frequencies)
    level[elsewhere], share[elsewhere] = 1, how_common
    same = both[(mine == theirs) & ~short]
    level[same] = 0
    share[same] = frequencies.middle.of(one.middle[same], vocabulary)
    return level, share


def _elsewhere(one: Columns, other: Columns, vocabulary: Vocabulary, frequencies: Frequencies) -> tuple[Places, Floats]:
    """Where first names differ, and a middle name stands among the other's first names: exchanged with the first name,
    or written beside it. And the share of what agrees so beside the first name, which counts as such."""
    rest = np.flatnonzero((one.first != other.first) & ((one.middle != 0) | (other.middle != 0)))
    mine, theirs = one.at(rest), other.at(rest)
    straight = _shared(vocabulary.words(mine.first), vocabulary.words(theirs.first))
    there = [
        _stands_in(middle, names, vocabulary) & (middle != straight)
        for middle, names in ((mine.middle, theirs.first), (theirs.middle, mine.first))
    ]
    whole = (straight != 0) & (there[0] | there[1])
    whole |= there[0] & there[1]
    begun = np.zeros(len(rest), dtype=np.bool_)
    for one_way, (middle, name) in enumerate(((theirs.middle, mine.first), (mine.middle, theirs.first))):
        initials = vocabulary.is_letter(middle) | vocabulary.is_letter(name)
        initials &= (middle != 0) & (vocabulary.initials(middle) == vocabulary.initials(name))
        begun |= there[one_way] & initials
        alike = np.flatnonzero(there[one_way] & ~initials & (middle != 0))
        whole[alike] |= vocabulary.similarity(middle[alike], name[alike]) >= _IN_ANOTHER_PLACE
    share = frequencies.middle.of(np.where(there[0], mine.middle, theirs.middle), vocabulary)
    share[begun & ~whole] = _INITIAL
    found = np.flatnonzero(whole | begun)
    return rest[found], share[found]


def _stands_in(middle: Ints, names: Ints, vocabulary: Vocabulary) -> Bools:
    word = vocabulary.words(middle)[:, :1]
    found: Bools = ((word == vocabulary.words(names)) & (word != 0)).any(axis=1)
    return found


def birth_dates(one: tuple[Ints, Ints, Ints], other: tuple[Ints, Ints, Ints]) -> Ints:
    """The levels that birth dates reach, each as its year, month and day; year 0: blank."""
    (year, month, day), (other_year, other_month, other_day) = one, other
    off_year, off_month, off_day = year != other_year, month != other_month, day != other_day
    parts = off_year.astype(np.int32) + off_month + off_day
    years = np.abs(year - other_year)
    digits = (day // 10 != other_day // 10).astype(np.int32) + (day % 10 != other_day % 10)
    level = np.where(parts == 3, 7, 6).astype(np.int32)
    level[(parts == 1) & off_day] = 5
    level[(parts == 1) & off_day & (digits == 1)] = 4
    level[(parts == 1) & off_month] = 3
    level[(parts == 1) & off_year & ((years <= 2) | (years == 10))] = 2
    level[(month == other_day) & (day == other_month) & ~off_year & (parts == 2)] = 1
    level[parts == 0] = 0
    level[(year == 0) | (other_year == 0)] = 8
    return level


def genders(one: Ints, other: Ints, vocabulary: Vocabulary) -> Ints:
    """The levels that genders reach."""
    beyond = vocabulary.number("X")
    unknown = (one == 0) | (other == 0) | (one == beyond) | (other == beyond)
    return np.where(one == other, np.where(one == 0, 1, 0), np.where(unknown, 1, 2)).astype(np.int32)


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


def by_letters(
    one: Ints, other: Ints, similarity: Floats, vocabulary: Vocabulary, shares: Shares
) -> tuple[Ints, Floats]:
    """The levels that names reach by their letters, and shares that are all unknown."""
    level = np.full(len(similarity), DIFFERENT, dtype=np.int32)
    worth = np.flatnonzero((similarity >= _WORTH_EDITS) & (one != other))
    mine, theirs, alike = one[worth], other[worth], similarity[worth]
    found = np.where(alike >= _SIMILAR, SIMILAR, DIFFERENT).astype(np.int32)
    found[vocabulary.begins(mine, theirs, least=_SHORTEST_BEGINNING)] = BEGINNING
    found[vocabulary.one_edit(mine, theirs)] = CLOSE
    usual = shares.usual(mine, vocabulary) & shares.usual(theirs, vocabulary)
    found[usual & ((found == CLOSE) | (found == SIMILAR))] = LIKE
    level[worth] = found
    return level, np.full(len(similarity), np.nan)


def _blank(blank: Bools, level: Ints, share: Floats) -> None:
    """A name that is missing on one side says nothing, unless what is there agrees with an alias or a part."""
    blank &= (level >= KIN) | (level == SAME)
    level[blank], share[blank] = BLANK, np.nan


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

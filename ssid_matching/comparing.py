"""A chunk of submitted records and the students who may be theirs, found by keys and compared. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ods.matching_keys import far_keys_of, near_keys_of
from ssid_matching import blocking
from ssid_matching.agreement import Agreement, agreement
from ssid_matching.columns import Bools, Columns, Ints, Vocabulary
from ssid_matching.everybody import near as near_among
from ssid_matching.frequencies import Frequencies
from ssid_matching.likelihood import factors, posterior
from ssid_matching.parameters import SHIPPED, MatchSettings
from ssid_matching.population import Population
from ssid_matching.scoring import NameSimilarities, name_similarities, scores

_FEW = 8
"""So few records are looked for by all keys at once: a second search would cost more than it saves."""
_HOPELESS = 1e-7
"""So unlikely to be meant, or to have a twin here, are most students whom near keys lead to among millions."""
_FAR_LEAST = 0.75
"""How similar first and last name are at least, where the birth date is only nearly the same."""

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Records that are looked for, and among whom."""

    lines: Sequence[str]
    columns: Columns
    people: Population
    settings: MatchSettings


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Records (by their place) and students, in this order, and how far they agree; `far`: found by far keys alone."""

    record: Ints
    identity: Ints
    far: Bools
    one: Columns
    other: Columns
    score: Ints
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Compared:
    """The pairs of a chunk that are worth judging; `score` is exact where it reaches the cut-off."""

    records: int
    record: Ints
    identity: Ints
    one: Columns
    other: Columns
    score: Ints
    agreement: Agreement
    vocabulary: Vocabulary
    frequencies: Frequencies


def compare(lines: Sequence[str], settings: MatchSettings, people: Population) -> Compared:
    """Compare with those whom the near keys lead to; for records that nobody fits well, with those of the far keys too.

    In small populations these are compared with everybody.
    """
    asked = _Asked(lines, people.vocabulary.columns(lines), people, settings)
    if len(lines) <= _FEW and not blocking.small(people.students):
        pairs = _among(*_by_all_keys(lines), asked)
        near = np.flatnonzero(~pairs.far)
        fitting, hopeful = _hopes(_at(pairs, near), asked)
        kept = pairs.far & ~fitting[pairs.record]
        kept[near] = hopeful
        pairs = _at(pairs, kept)
    else:
        record, identity = blocking.pairs(map(near_keys_of, lines), range(len(lines)))
        near_ones = _among(record, identity, np.zeros(len(record), dtype=np.bool_), asked)
        fitting, hopeful = _hopes(near_ones, asked)
        pairs = _at(near_ones, hopeful)
        if not fitting.all():
            record, identity = _far_from(near_ones, np.flatnonzero(~fitting).tolist(), asked)
            pairs = _joined(pairs, _among(record, identity, np.ones(len(record), dtype=np.bool_), asked))
    return Compared(
        len(lines), pairs.record, pairs.identity, pairs.one, pairs.other, pairs.score, pairs.agreement,
        people.vocabulary, people.frequencies,
    )  # fmt: skip


def _by_all_keys(lines: Sequence[str]) -> tuple[Ints, Ints, Bools]:
    """Records and identities that share any key, each pair once, and whether by a far key alone."""
    many = len(lines)
    keys = chain(map(near_keys_of, lines), map(far_keys_of, lines))
    place, identity = blocking.pairs(keys, range(2 * many))  # a pair that is near comes before itself as a far one
    record, far = place % many, place >= many
    _, once = np.unique(_numbered(record, identity), return_index=True)
    order = once[np.lexsort((far[once], record[once]))]
    return record[order], identity[order], far[order]


def _far_from(near: _Pairs, places: list[int], asked: _Asked) -> tuple[Ints, Ints]:
    """Records of these places, and identities that far keys lead to and near keys did not."""
    record, identity = blocking.pairs((far_keys_of(asked.lines[place]) for place in places), places)
    numbers = _numbered(record, identity)
    if blocking.small(asked.people.students):
        everybody = _near_among_all(places, asked)
        numbers = np.unique(np.concatenate([numbers, _numbered(*everybody)]))
    numbers = numbers[~_are_in(numbers, _numbered(near.record, near.identity))]
    return (numbers >> 32).astype(np.int32), (numbers & 0xFFFFFFFF).astype(np.int32)


def _near_among_all(places: list[int], asked: _Asked) -> tuple[Ints, Ints]:
    identities, lines = blocking.everybody()
    records, vocabulary = np.array(places, dtype=np.int32), asked.people.vocabulary
    record, student = near_among(asked.columns.at(records), vocabulary.columns(lines), vocabulary, least=_FAR_LEAST)
    return records[record], identities[student]


def _among(record: Ints, identity: Ints, far: Bools, asked: _Asked) -> _Pairs:
    """Compare records and identities; those that are far, if their names or birth dates are alike (`_are_near`)."""
    vocabulary = asked.people.vocabulary
    students, lines = blocking.lines_of(np.unique(identity))
    candidates = vocabulary.columns(lines)
    order = np.argsort(students)
    students = students[order]
    there = _are_in(identity, students)  # one whose line a posting has just taken away is no candidate
    record, identity, far = record[there], identity[there], far[there]
    one, other = asked.columns.at(record), candidates.at(order[np.searchsorted(students, identity)])
    names = name_similarities(one, other, vocabulary)
    if far.any():
        kept = np.flatnonzero(~far | _are_near(one, other, names, vocabulary))
        record, identity, far, one, other = record[kept], identity[kept], far[kept], one.at(kept), other.at(kept)
        names = _at(names, kept)
    score = scores(one, other, vocabulary, asked.settings, names).score
    found = agreement(one, other, vocabulary, asked.people.frequencies, names)
    return _Pairs(record, identity, far, one, other, score, found)


def _are_in(some: NDArray[Any], ordered: NDArray[Any]) -> Bools:
    """Which of some numbers are among others, which ascend; `np.isin` takes its time where both are few."""
    place = np.searchsorted(ordered, some)
    there: Bools = place < len(ordered)
    there[there] = ordered[place[there]] == some[there]
    return there


def _are_near(one: Columns, other: Columns, names: NameSimilarities, vocabulary: Vocabulary) -> Bools:
    """Whether first and last name are alike, or exchanged, or the first name is the same and the middle name begins the
    same, or the first name is among the middle names, or the birth date is the same."""
    near = (names.first >= _FAR_LEAST) & (names.last >= _FAR_LEAST)
    near |= (names.first == 1.0) & (vocabulary.initials(one.middle) == vocabulary.initials(other.middle))
    near |= (one.year == other.year) & (one.month == other.month) & (one.day == other.day) & (one.year != 0)
    for places, crossed in (
        (~near & (names.last >= _FAR_LEAST) & (one.middle != 0), ((one.middle, other.first),)),
        (~near, ((one.first, other.last), (one.last, other.first))),
    ):
        asked = np.flatnonzero(places)
        for left, right in crossed:
            asked = asked[vocabulary.similarity(left[asked], right[asked]) >= _FAR_LEAST]
        near[asked] = True
    return near


def _numbered(record: Ints, identity: Ints) -> NDArray[np.int64]:
    """Pairs as single numbers, which ascend as they do."""
    return record.astype(np.int64) << 32 | identity


def _hopes(near: _Pairs, asked: _Asked) -> tuple[Bools, Bools]:
    """By record, whether one of its candidates is likely; by pair, whether it may be told of or says anything.

    Judged by what is known before a run has learned, so that a run is repeated exactly with what it has.
    """
    settings, learned = asked.settings, asked.settings.learned
    before = replace(SHIPPED, chance=learned.chance, namesakes_met=learned.namesakes_met)
    speaks = factors(near.agreement, before, asked.people.frequencies)
    judged = posterior(near.record, len(asked.lines), speaks, before, settings.population)
    best = np.zeros(len(asked.lines))
    np.maximum.at(best, near.record, judged.is_student)
    fitting: Bools = best >= settings.propose_at
    hopeful: Bools = (judged.is_student + judged.is_like >= _HOPELESS) | (near.score >= settings.cut_off)
    return fitting, hopeful


def _joined(near: _Pairs, far: _Pairs) -> _Pairs:
    order = np.argsort(np.concatenate([near.record, far.record]), kind="stable")
    return _each(lambda one, other: np.concatenate([one, other], axis=-1)[..., order], near, far)


def _at(some: _Kind, places: NDArray[Any]) -> _Kind:
    return _each(lambda column: column[..., places], some)


def _each(made: Callable[..., NDArray[Any]], *some: _Kind) -> _Kind:
    """Columns that are made of the columns of some, which are of one kind."""
    columns = []
    for part in fields(some[0]):  # type: ignore[arg-type]  # a dataclass of columns, or of such
        values = [getattr(each, part.name) for each in some]
        columns.append(made(*values) if isinstance(values[0], np.ndarray) else _each(made, *values))
    return type(some[0])(*columns)

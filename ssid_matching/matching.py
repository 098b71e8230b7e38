"""Matching a batch of submitted records with all students of the ODS: block, compare, judge, choose what is told.

It reads and never writes. Records go in chunks, two at a time on PostgreSQL: while the database searches for one, the
other is compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from typing import Any

import numpy as np
from django.conf import settings as portal_settings
from django.db import connection
from numpy.typing import NDArray

from ods.matching_keys import far_keys_of, near_keys_of
from ssid_matching import blocking
from ssid_matching.agreement import Agreement, agreement
from ssid_matching.columns import Bools, Columns, Floats, Ints, Places, Vocabulary
from ssid_matching.everybody import near as near_among
from ssid_matching.frequencies import Frequencies
from ssid_matching.likelihood import by_chance, factors, learn, posterior
from ssid_matching.parameters import SHIPPED, VERSION, Learned, MatchSettings
from ssid_matching.reasons import reasons
from ssid_matching.scoring import OUT, NameSimilarities, Scores, name_similarities, scores

CHUNK = 2_500
"""Records compared at once: some hundred thousand pairs among six million students."""
_LEARNED_FROM = 4
"""Chunks that are compared before the first is judged."""
_KEPT_SECONDS = 3600
_MOST_NAMES = 1_000_000
"""Names kept in memory, a quarter of a gigabyte."""
_FEW = 1_000
"""Of so few every one counts."""
_FAR_LEAST = 0.75
"""How similar first and last name are at least, where the birth date is only nearly the same."""
_MOST_TOLD = 3
"""Candidates below the cut-off that are told of, at most."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A student a record may be. `score` is the state's, `listed` whether it reaches the cut-off and the cap.

    `likelihood` is the probability that he is the submitted student; `reasons` tell both, element by element.
    """

    identity: int
    score: int
    likelihood: float
    listed: bool
    reasons: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one record. `listed` candidates come by descending score; `reached` is how many reached the
    cut-off. `twin`: that it is the twin, sibling or namesake of a candidate. The likelihoods of all candidates (told or
    not), `twin` and `nobody` add up to 1."""

    candidates: list[Candidate]
    reached: int
    twin: float
    nobody: float

    @property
    def listed(self) -> list[Candidate]:
        return [each for each in self.candidates if each.listed]


@dataclass(frozen=True)
class Population:
    """Who is searched: how many, how common names are among them, and what strangers agree in. `vocabulary` holds the
    names met since."""

    students: int
    vocabulary: Vocabulary
    frequencies: Frequencies
    chance: Learned
    read_at: float


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Records (by their place) and students, compared."""

    record: Ints
    identity: Ints
    one: Columns
    other: Columns
    scores: Scores
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class _Compared:
    """The pairs of a chunk, compared and not yet judged."""

    records: int
    record: Ints
    identity: Ints
    one: Columns
    other: Columns
    scores: Scores
    agreement: Agreement
    vocabulary: Vocabulary
    frequencies: Frequencies


@dataclass(slots=True)
class Matching:
    """A run: `settings` hold what was learned as soon as the first answer is there."""

    settings: MatchSettings
    frequencies: Frequencies
    answers: Iterator[Answer] = field(default_factory=lambda: iter(()))


_population: Population | None = None


def population_now() -> Population:
    """The population as this process knows it; read again after an hour, or when it has grown by a tenth."""
    global _population  # noqa: PLW0603 - one memory of the process
    students = blocking.number_of_students()
    known = _population
    fresh = known is not None and time.monotonic() - known.read_at < _KEPT_SECONDS
    if known is not None and fresh and len(known.vocabulary) < _MOST_NAMES:
        few = students <= _FEW
        if students == known.students or (not few and abs(students - known.students) <= students // 10):
            return known
    lines = [line for line in blocking.sample(students) if line]
    frequencies = Frequencies.counted(lines)
    vocabulary = Vocabulary()
    chance = by_chance(vocabulary.columns(lines), vocabulary, frequencies, SHIPPED)
    _population = Population(students, vocabulary, frequencies, chance, time.monotonic())
    return _population


def forget_population() -> None:
    """Have it read again (tests, which have one database after another)."""
    global _population  # noqa: PLW0603 - the same
    _population = None


def match(
    lines: Sequence[str],
    settings: MatchSettings,
    *,
    population: Population | None = None,
    learned: Learned | None = None,
    progress: Callable[[int], object] = lambda records: None,
) -> Matching:
    """Match submitted records, as lines (`ods.matching_keys.line_of`). Answers come in their order, as they are made.

    What is learned is learned from the first four chunks; with `learned` nothing is.

    Raises:
        ValueError: the settings are of an earlier version, whose likelihood this one does not know.
    """
    if settings.version != VERSION:
        raise ValueError(f"settings of version {settings.version} are matched by version {settings.version} alone")
    people = population or population_now()
    known = max(people.students, 1)
    run = Matching(
        settings=replace(settings, population=known, learned=learned or people.chance), frequencies=people.frequencies
    )
    run.answers = _answers(run, lines, people, learn_first=learned is None, progress=progress)
    return run


def _answers(
    run: Matching, lines: Sequence[str], people: Population, *, learn_first: bool, progress: Callable[[int], object]
) -> Iterator[Answer]:
    done = 0
    chunks = _chunks(run.settings, lines, people)
    if learn_first:
        first = list(islice(chunks, _LEARNED_FROM))
        run.settings = replace(run.settings, learned=_learned(first, run.settings, people))
        chunks = chain(first, chunks)
    for compared in chunks:
        yield from _judged(compared, run.settings)
        done += compared.records
        progress(done)


def _learned(chunks: Sequence[_Compared], settings: MatchSettings, people: Population) -> Learned:
    if not chunks:
        return settings.learned
    before = np.cumsum([0, *(each.records for each in chunks)])
    record = np.concatenate([each.record + start for each, start in zip(chunks, before[:-1], strict=True)])
    found = Agreement(
        *(np.concatenate([getattr(each.agreement, one.name) for each in chunks]) for one in fields(Agreement))
    )
    return learn(
        record, int(before[-1]), found, people.frequencies, settings.population, settings.learned,
        everybody=blocking.small(people.students),
    )  # fmt: skip


def _chunks(settings: MatchSettings, lines: Sequence[str], people: Population) -> Iterator[_Compared]:
    chunks = [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)]
    threads = portal_settings.SSID_MATCHING_THREADS
    if connection.vendor != "postgresql" or len(chunks) < 2 or threads < 2:
        for chunk in chunks:
            yield _compared(chunk, settings, people)
        return
    waiting = iter(chunks)

    def work(chunk: Sequence[str]) -> _Compared:
        return _compared(chunk, settings, people)

    with ThreadPoolExecutor(threads, thread_name_prefix="ssid-matching") as pool:
        try:
            running = [pool.submit(work, chunk) for chunk in islice(waiting, threads)]
            while running:
                compared = running.pop(0).result()
                running += [pool.submit(work, chunk) for chunk in islice(waiting, 1)]
                yield compared
        finally:
            for future in running:
                future.cancel()
            # Each thread has a connection of its own.
            for _ in range(threads):
                pool.submit(connection.close)


def _compared(lines: Sequence[str], settings: MatchSettings, people: Population) -> _Compared:
    """Compare by the keys; then, for records that nobody fits well, among those whose birth date is nearly theirs."""
    vocabulary, frequencies = people.vocabulary, people.frequencies
    submitted = vocabulary.columns(lines)
    with blocking.searching():
        near = _among(
            blocking.pairs(map(near_keys_of, lines), range(len(lines))),
            submitted, vocabulary, frequencies, settings,
        )  # fmt: skip
        open_ones = _nobody_fits(near, len(lines), frequencies, settings)
        far = None
        if open_ones:
            if blocking.small(people.students):
                found = _near_among_all(submitted, open_ones, vocabulary)
            else:
                found = blocking.pairs((far_keys_of(lines[place]) for place in open_ones), open_ones)
            far = _among(found, submitted, vocabulary, frequencies, settings, far_from=near)
    both = _joined(near, far)
    return _Compared(len(lines), *both, vocabulary, frequencies)


def _near_among_all(submitted: Columns, places: list[int], vocabulary: Vocabulary) -> tuple[Ints, Ints]:
    identities, lines = blocking.everybody()
    asked = np.array(places, dtype=np.int32)
    record, student = near_among(submitted.at(asked), vocabulary.columns(lines), vocabulary, least=_FAR_LEAST)
    return asked[record], identities[student]


def _among(
    found: tuple[Ints, Ints],
    submitted: Columns,
    vocabulary: Vocabulary,
    frequencies: Frequencies,
    settings: MatchSettings,
    *,
    far_from: _Pairs | None = None,
) -> _Pairs:
    """Compare pairs of records and identities; with `far_from` only those that are not among these, and whose names are
    alike or whose birth date is the same."""
    record, identity = found
    if far_from is not None:
        new = ~np.isin(_numbered(record, identity), _numbered(far_from.record, far_from.identity))
        record, identity = record[new], identity[new]
    students, lines = blocking.lines_of(np.unique(identity))
    candidates = vocabulary.columns(lines)
    order = np.argsort(students)
    there = np.isin(identity, students)  # one whose line a posting has just taken away is no candidate
    record, identity = record[there], identity[there]
    place = order[np.searchsorted(students[order], identity)]
    one, other = submitted.at(record), candidates.at(place)
    names = name_similarities(one, other, vocabulary)
    if far_from is not None:
        kept = np.flatnonzero(_are_near(one, other, names, vocabulary))
        record, identity, one, other = record[kept], identity[kept], one.at(kept), other.at(kept)
        names = NameSimilarities(names.first[kept], names.last[kept])
    return _Pairs(
        record, identity, one, other,
        scores(one, other, vocabulary, settings, names),
        agreement(one, other, vocabulary, frequencies, names),
    )  # fmt: skip


def _are_near(one: Columns, other: Columns, names: NameSimilarities, vocabulary: Vocabulary) -> Bools:
    """Whether first and last name are alike, or exchanged, or the first name is among the middle names, or the birth
    date is the same."""
    near = (names.first >= _FAR_LEAST) & (names.last >= _FAR_LEAST)
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
    """Pairs as single numbers."""
    return record.astype(np.int64) << 32 | identity


def _nobody_fits(near: _Pairs, records: int, frequencies: Frequencies, settings: MatchSettings) -> list[int]:
    """Places of records none of whose candidates is likely, judged by what is known before the run has learned."""
    match, twin = factors(near.agreement, settings.learned, frequencies)
    judged = posterior(near.record, records, match, twin, settings.learned, settings.population)
    best = np.zeros(records)
    np.maximum.at(best, near.record, judged.is_student)
    return np.flatnonzero(best < settings.propose_at).tolist()


def _joined(near: _Pairs, far: _Pairs | None) -> tuple[Ints, Ints, Columns, Columns, Scores, Agreement]:
    if far is None or not len(far.record):
        return near.record, near.identity, near.one, near.other, near.scores, near.agreement
    order = np.argsort(np.concatenate([near.record, far.record]), kind="stable")

    def both(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([one, other])[order]

    def columns(one: Columns, other: Columns) -> Columns:
        return Columns(*(both(getattr(one, each.name), getattr(other, each.name)) for each in fields(Columns)))

    return (
        both(near.record, far.record),
        both(near.identity, far.identity),
        columns(near.one, far.one),
        columns(near.other, far.other),
        Scores(*(both(getattr(near.scores, each.name), getattr(far.scores, each.name)) for each in fields(Scores))),
        Agreement(
            *(both(getattr(near.agreement, each.name), getattr(far.agreement, each.name)) for each in fields(Agreement))
        ),
    )


def _judged(compared: _Compared, settings: MatchSettings) -> Iterator[Answer]:
    match, twin = factors(compared.agreement, settings.learned, compared.frequencies)
    judged = posterior(compared.record, compared.records, match, twin, settings.learned, settings.population)
    score = compared.scores.score
    reaches = score >= settings.cut_off
    told = np.flatnonzero(reaches | (judged.is_student >= settings.tell_at))
    told = told[np.lexsort((-judged.is_student[told], -score[told], compared.record[told]))]
    reached = np.bincount(compared.record[reaches], minlength=compared.records)
    twins = np.bincount(compared.record, weights=judged.is_like, minlength=compared.records)
    chosen = _within(told, compared, reaches, judged.is_student, settings)
    chosen_pairs = np.array([pair for kept in chosen for pair in kept], dtype=np.int64)
    told_why = reasons(
        compared.one.at(chosen_pairs), compared.other.at(chosen_pairs), compared.vocabulary, settings,
        compared.agreement.levels[chosen_pairs], match[chosen_pairs],
    )  # fmt: skip
    for place, kept in enumerate(chosen):
        candidates = []
        for pair in kept:
            exact, why = next(told_why)
            candidates.append(
                Candidate(
                    identity=int(compared.identity[pair]),
                    score=exact,
                    likelihood=float(judged.is_student[pair]),
                    listed=bool(reaches[pair]),
                    reasons=why,
                )
            )
        yield Answer(candidates, int(reached[place]), float(twins[place]), float(judged.nobody[place]))


def _within(
    told: Places, compared: _Compared, reaches: Any, likelihood: Floats, settings: MatchSettings
) -> list[list[int]]:
    """The pairs that are told of each record: those listed up to the cap, then the likeliest of the others."""
    kept: list[list[int]] = [[] for _ in range(compared.records)]
    others: list[list[int]] = [[] for _ in range(compared.records)]
    for pair in told.tolist():
        place = int(compared.record[pair])
        if not reaches[pair]:
            others[place].append(pair)
        elif len(kept[place]) < settings.cap:
            kept[place].append(pair)
    for place, beyond in enumerate(others):
        beyond.sort(key=lambda pair: -likelihood[pair])
        kept[place] += beyond[:_MOST_TOLD]
    return kept


__all__ = ["OUT", "Answer", "Candidate", "Matching", "Population", "forget_population", "match", "population_now"]

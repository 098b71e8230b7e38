"""Matching a batch of submitted records with all students of the ODS: block, compare, judge, choose what is told.

It reads and never writes. Records go in chunks, two at a time on PostgreSQL: while the database searches for one, the
other is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from typing import Any

import numpy as np
from django.conf import settings as portal_settings
from django.db import connection

from ssid_matching.agreement import Agreement
from ssid_matching.columns import Floats, Places
from ssid_matching.comparing import Compared, compare
from ssid_matching.frequencies import Frequencies
from ssid_matching.likelihood import factors, learn, posterior
from ssid_matching.parameters import VERSION, Learned, MatchSettings
from ssid_matching.population import Population, population_now
from ssid_matching.reasons import reasons

CHUNK = 2_500
"""Records compared at once: some hundred thousand pairs among six million students."""
_LEARNED_FROM = 4
"""Chunks that are compared before the first is judged."""
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


@dataclass(slots=True)
class Matching:
    """A run: `settings` hold what was learned as soon as the first answer is there."""

    settings: MatchSettings
    frequencies: Frequencies
    answers: Iterator[Answer] = field(default_factory=lambda: iter(()))


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


def _learned(chunks: Sequence[Compared], settings: MatchSettings, people: Population) -> Learned:
    if not chunks:
        return settings.learned
    before = np.cumsum([0, *(each.records for each in chunks)])
    record = np.concatenate([each.record + start for each, start in zip(chunks, before[:-1], strict=True)])
    found = Agreement(
        *(np.concatenate([getattr(each.agreement, one.name) for each in chunks], axis=-1) for one in fields(Agreement))
    )
    return learn(record, int(before[-1]), found, people.frequencies, settings.population, settings.learned)


def _chunks(settings: MatchSettings, lines: Sequence[str], people: Population) -> Iterator[Compared]:
    chunks = [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)]
    threads = portal_settings.SSID_MATCHING_THREADS
    if connection.vendor != "postgresql" or len(chunks) < 2 or threads < 2:
        for chunk in chunks:
            yield compare(chunk, settings, people)
        return
    waiting = iter(chunks)

    def work(chunk: Sequence[str]) -> Compared:
        return compare(chunk, settings, people)

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


def _judged(compared: Compared, settings: MatchSettings) -> Iterator[Answer]:
    speaks = factors(compared.agreement, settings.learned, compared.frequencies)
    judged = posterior(compared.record, compared.records, speaks, settings.learned, settings.population)
    score = compared.score
    reaches = score >= settings.cut_off
    told = np.flatnonzero(reaches | (judged.is_student >= settings.tell_at))
    told = told[np.lexsort((-judged.is_student[told], -score[told], compared.record[told]))]
    reached = np.bincount(compared.record[reaches], minlength=compared.records)
    twins = np.bincount(compared.record, weights=judged.is_like, minlength=compared.records)
    chosen = _within(told, compared, reaches, judged.is_student, settings)
    chosen_pairs = np.array([pair for kept in chosen for pair in kept], dtype=np.int64)
    told_why = reasons(
        compared.one.at(chosen_pairs), compared.other.at(chosen_pairs), compared.vocabulary, settings,
        compared.agreement.levels[:, chosen_pairs], speaks.match[:, chosen_pairs],
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
    told: Places, compared: Compared, reaches: Any, likelihood: Floats, settings: MatchSettings
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

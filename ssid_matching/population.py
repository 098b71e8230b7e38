"""The students a process searches: how many, how common their names are, what strangers agree in. Read now and then."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from ssid_matching import blocking
from ssid_matching.columns import Vocabulary
from ssid_matching.frequencies import Frequencies
from ssid_matching.likelihood import by_chance
from ssid_matching.parameters import SHIPPED, Learned

_KEPT_SECONDS = 3600
_COUNTED_SECONDS = 10
"""Between counts of a population that is not small."""
_MOST_NAMES = 1_000_000
"""Names kept in memory, a quarter of a gigabyte."""
_FEW = 1_000
"""Of so few every one counts."""
_NAMESAKES_MET = 0.18
"""The share of namesakes born in the same year, in the same month, or on the same day of a month: keys lead to them."""


@dataclass(frozen=True)
class Population:
    """Who is searched: how many, how common names are among them, and what strangers agree in. `vocabulary` holds the
    names met since."""

    students: int
    vocabulary: Vocabulary
    frequencies: Frequencies
    chance: Learned
    read_at: float


_population: Population | None = None
_counted_at = 0.0


def population_now() -> Population:
    """The population as this process knows it; read again after an hour, or when it has grown by a tenth."""
    global _population, _counted_at  # noqa: PLW0603 - one memory of the process
    known, now = _population, time.monotonic()
    fresh = known is not None and now - known.read_at < _KEPT_SECONDS and len(known.vocabulary) < _MOST_NAMES
    if known is not None and fresh and known.students > _FEW and now - _counted_at < _COUNTED_SECONDS:
        return known
    students, _counted_at = blocking.number_of_students(), now
    if known is not None and fresh:
        few = students <= _FEW
        if students == known.students or (not few and abs(students - known.students) <= students // 10):
            return known
    lines = [line for line in blocking.sample(students) if line]
    frequencies = Frequencies.counted(lines)
    vocabulary = Vocabulary()
    chance = by_chance(vocabulary.columns(lines), vocabulary, frequencies, SHIPPED)
    if not blocking.small(students):
        chance = replace(chance, namesakes_met=_NAMESAKES_MET)
    _population = Population(students, vocabulary, frequencies, chance, now)
    return _population


def forget_population() -> None:
    """Have it read again (tests, which have one database after another)."""
    global _population  # noqa: PLW0603 - the same
    _population = None

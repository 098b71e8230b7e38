"""Lines as columns of numbers, so that millions of comparisons are a few operations on arrays.

Pure, no Django. Names and codes become numbers in a `Vocabulary`; 0 is the blank. What a comparison of names needs
beyond the names themselves (their words, the groups of nicknames) is worked out once for each name, not for each pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cdist, cpdist

from ods.matching_keys import LINE_FIELDS, NAMES, nicknames, squeezed

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.signedinteger[Any]]
"""Where in other columns something stands."""

WORDS = 4
"""Words of a name that are looked at one by one."""
_GROUPS = 3
_FIELDS = len(LINE_FIELDS)
_DATE = len("CCYYMMDD")


class _Row:
    """One of the rows of columns, by name."""

    def __init__(self, row: int) -> None:
        self._row = row

    def __get__(self, columns: Columns, _: object = None) -> Ints:
        found: Ints = columns.values[self._row]
        return found


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines by column: names and codes as numbers of the vocabulary, dates as numbers. `values` has a row for each, so
    that picking lines is one operation."""

    values: Ints

    first = _Row(0)
    middle = _Row(1)
    last = _Row(2)
    alias_first = _Row(3)
    alias_last = _Row(4)
    year = _Row(5)
    month = _Row(6)
    day = _Row(7)
    gender = _Row(8)
    country = _Row(9)
    state = _Row(10)

    def at(self, places: NDArray[Any]) -> Columns:
        """The same columns, one entry for each of `places`: numbers, or which of all."""
        if places.dtype == np.bool_:
            places = np.flatnonzero(places)
        return Columns(self.values.take(places, axis=1))


class Growing:
    """An array that rows are added to, with room for more: one record may bring a name to a hundred thousand.

    What stands in it never changes, so threads may read `rows` while one of them adds.
    """

    def __init__(self, first: NDArray[Any]) -> None:
        self.rows = first
        self._used = len(first)

    def __len__(self) -> int:
        return self._used

    def add(self, rows: NDArray[Any]) -> None:
        used, needed = self._used, self._used + len(rows)
        if needed > len(self.rows):
            larger = np.empty((max(needed, 2 * used), *rows.shape[1:]), dtype=self.rows.dtype)
            larger[:used] = self.rows[:used]
            self.rows = larger
        self.rows[used:needed] = rows
        self._used = needed


class Vocabulary:
    """Every text met so far and its number; 0 is the blank. Threads may share one."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._numbers[""]  # takes 0
        self._lock = RLock()
        self._texts: list[str] = [""]
        self._squeezed = Growing(np.array([""], dtype=object))
        self._words = Growing(np.zeros((1, WORDS), dtype=np.int32))
        self._groups = Growing(np.zeros((1, _GROUPS), dtype=np.int32))
        self._initials = Growing(np.zeros(1, dtype=np.int32))
        self._letters = Growing(np.zeros(1, dtype=np.bool_))
        self._lengths = Growing(np.zeros(1, dtype=np.int32))
        self._dates = Growing(np.zeros(1, dtype=np.int32))

    def columns(self, lines: Sequence[str]) -> Columns:
        """The columns of lines (`ods.matching_keys.line_of`)."""
        texts = "^".join(lines).split("^") if lines else []
        with self._lock:
            coded = np.fromiter(map(self._numbers.__getitem__, texts), dtype=np.int32, count=len(texts))
            self._settle()
        rows = coded.reshape(-1, _FIELDS).T
        born = self._dates.rows[rows[NAMES]]
        return Columns(np.vstack([rows[:NAMES], born // 10_000, born // 100 % 100, born % 100, rows[NAMES + 1 :]]))

    def number(self, text: str) -> int:
        with self._lock:
            found = self._numbers[text]
            return found

    def text(self, number: int) -> str:
        return self._texts[number]

    def texts(self, since: int) -> list[str]:
        """The texts from a number on."""
        return self._texts[since:]

    def initials(self, names: Ints) -> Ints:
        """The first letter of each name, as a number; 0 of the blank."""
        found: Ints = self._initials.rows[names]
        return found

    def __len__(self) -> int:
        return len(self._texts)

    def words(self, names: Ints) -> Ints:
        """The words of each name, as numbers; 0 where there are fewer."""
        found: Ints = self._words.rows[names]
        return found

    def groups(self, names: Ints) -> Ints:
        """The groups of nicknames each name's first word is of; 0 where there are fewer."""
        found: Ints = self._groups.rows[names]
        return found

    def similarity(self, one: Ints, other: Ints) -> Floats:
        """Jaro-Winkler similarity of normalised names (spec ssid-matching 7.2), pair by pair."""
        found = np.ones(len(one), dtype=np.float64)
        if not len(one):
            return found
        unequal = np.flatnonzero(one != other)
        if len(unequal):
            texts = self._squeezed.rows
            found[unequal] = cpdist(
                texts[one[unequal]].tolist(),
                texts[other[unequal]].tolist(),
                scorer=JaroWinkler.similarity,
                dtype=np.float64,
            )
        return found

    def alike(self, names: Ints, others: Ints, *, least: float) -> Bools:
        """Which of some normalised names (rows) have at least so much similarity to which of others (columns)."""
        texts = self._squeezed.rows
        found: Bools = (
            cdist(
                texts[names].tolist(), texts[others].tolist(), scorer=JaroWinkler.similarity, score_cutoff=least,
                dtype=np.float32,
            ) >= least
        )  # fmt: skip
        return found

    def one_edit(self, one: Ints, other: Ints) -> Bools:
        """Whether one letter is changed, left out, added, or exchanged with the next, in normalised names."""
        if not len(one):
            return np.zeros(0, dtype=np.bool_)
        texts = self._squeezed.rows
        edits = cpdist(texts[one].tolist(), texts[other].tolist(), scorer=OSA.distance, score_cutoff=1, dtype=np.int32)
        found: Bools = edits <= 1
        return found

    def begins(self, one: Ints, other: Ints, *, least: int) -> Bools:
        """Whether the shorter normalised name, of at least so many letters, is how the longer one begins."""
        if not len(one):
            return np.zeros(0, dtype=np.bool_)
        texts = self._squeezed.rows
        common = cpdist(texts[one].tolist(), texts[other].tolist(), scorer=Prefix.similarity, dtype=np.int32)
        shorter = np.minimum(self._lengths.rows[one], self._lengths.rows[other])
        found: Bools = (common == shorter) & (shorter >= least)
        return found

    def is_letter(self, names: Ints) -> Bools:
        """Whether each name is a single letter."""
        found: Bools = self._letters.rows[names]
        return found

    def _settle(self) -> None:
        """Work out what names added since the last time are made of."""
        known = len(self._texts)
        if known == len(self._numbers):
            return
        # From the end: on the way from the beginning there are all names of the population.
        texts = list(islice(reversed(self._numbers), len(self._numbers) - known))[::-1]
        words = np.zeros((len(texts), WORDS), dtype=np.int32)
        # A single letter is an initial, no word that two could share.
        words[:, 0] = [known + row if len(text) > 1 else 0 for row, text in enumerate(texts)]
        groups = np.zeros((len(texts), _GROUPS), dtype=np.int32)
        plain = np.array(texts, dtype=object)
        of_names = nicknames()
        for row, text in enumerate(texts):
            first = text
            if " " in text:
                parts = text.split(" ", WORDS)[:WORDS]
                first = parts[0]
                plain[row] = squeezed(text)
                for column, part in enumerate(parts):
                    words[row, column] = self._numbers[part] if len(part) > 1 else 0
            if first in of_names:
                for column, group in enumerate(of_names[first][:_GROUPS]):
                    groups[row, column] = group
        self._squeezed.add(plain)
        self._words.add(words)
        self._groups.add(groups)
        self._initials.add(np.array([ord(text[0]) for text in texts], dtype=np.int32))
        self._letters.add(np.array([len(text) == 1 for text in texts], dtype=np.bool_))
        self._lengths.add(np.array([len(text) for text in plain.tolist()], dtype=np.int32))
        dates = [int(text) if len(text) == _DATE and text.isdecimal() and text.isascii() else 0 for text in texts]
        self._dates.add(np.array(dates, dtype=np.int32))
        self._texts += texts  # last: others count on what stands here
        self._settle()  # words that were no name themselves; they are single, so once more is enough

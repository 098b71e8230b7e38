"""Comparing with everybody, which small populations allow: whom the keys do not lead to is found as well.

Pure, no Django. Names of a record and a student count as near when both are alike, in either order, or when the birth
date is the same.
"""

from __future__ import annotations

import numpy as np

from ssid_matching.columns import Bools, Columns, Ints, Places, Vocabulary

_AT_ONCE = 200
"""Records compared with everybody at once: some million comparisons."""


def near(asked: Columns, students: Columns, vocabulary: Vocabulary, *, least: float) -> tuple[Places, Places]:
    """Places of records and of students whose names are at least so similar, or who have the same birth date."""
    first, last, crossed, crossed_back = (
        _Alike(one, other, vocabulary, least)
        for one, other in (
            (asked.first, students.first), (asked.last, students.last),
            (asked.first, students.last), (asked.last, students.first),
        )
    )  # fmt: skip
    born, others_born = (each.year * 10_000 + each.month * 100 + each.day for each in (asked, students))
    found: list[tuple[Places, Places]] = []
    for start in range(0, len(asked.first), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        both = (first.rows(rows) & last.rows(rows)) | (crossed.rows(rows) & crossed_back.rows(rows))
        both |= (born[rows, None] == others_born) & (born[rows, None] != 0)
        record, student = np.nonzero(both)
        found.append((record + start, student))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])


class _Alike:
    """Which names of one column are at least so similar to which of another; each two names are compared once."""

    def __init__(self, one: Ints, other: Ints, vocabulary: Vocabulary, least: float) -> None:
        names, self._row = np.unique(one, return_inverse=True)
        others, self._column = np.unique(other, return_inverse=True)
        self._alike = vocabulary.alike(names, others, least=least)

    def rows(self, rows: slice) -> Bools:
        found: Bools = self._alike[self._row[rows]][:, self._column]
        return found

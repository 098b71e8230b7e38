"""How common names and birthplaces are among the students searched, estimated from a sample of their lines.

Pure, no Django. Shares of names nobody in the sample bears are a little more than none.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ssid_matching.columns import Floats, Ints, Vocabulary

_UNSEEN = 0.5
_MOST_AFFINITY = 10.0


class Shares:
    """The shares of some texts among `total` draws."""

    def __init__(self, counts: Mapping[str, int], total: int, coincidence: float | None = None) -> None:
        self.counts = counts
        self.total = max(total, 1)
        self._known: Floats = np.empty(0)
        if coincidence is None:
            same = sum(count * (count - 1) for count in counts.values())
            coincidence = same / (self.total * max(self.total - 1, 1))
        self.counted_coincidence = coincidence
        """How probable it is that two draws are the same, as counted: 0 where no two were."""

    def afresh(self) -> Shares:
        """The same shares for another vocabulary."""
        return Shares(self.counts, self.total, self.counted_coincidence)

    def of(self, texts: Ints, vocabulary: Vocabulary) -> Floats:
        """The share of each text, by its number of the vocabulary."""
        if len(self._known) < len(vocabulary):
            new = vocabulary.texts(len(self._known))
            get = self.counts.get
            counts = np.fromiter((get(text, _UNSEEN) for text in new), dtype=np.float64, count=len(new))
            self._known = np.concatenate([self._known, counts / self.total])
        return self._known[texts]

    @property
    def coincidence(self) -> float:
        """The same, and a little more than none."""
        return max(self.counted_coincidence, _UNSEEN / self.total)


class Frequencies:
    """Shares of first and last names (of each name, and of each of its words), of places, and of birth dates.

    The object belongs to one vocabulary: it remembers shares by that vocabulary's numbers.
    """

    def __init__(self, first: Shares, last: Shares, places: Shares, days: Shares, whole: Shares) -> None:
        self.first, self.last, self.places, self.days, self.whole = first, last, places, days, whole

    def afresh(self) -> Frequencies:
        """The same shares for another vocabulary."""
        return Frequencies(*(each.afresh() for each in (self.first, self.last, self.places, self.days, self.whole)))

    @classmethod
    def counted(cls, lines: Sequence[str]) -> Frequencies:
        """Counted in a sample of lines."""
        first: Counter[str] = Counter()
        last: Counter[str] = Counter()
        places: Counter[str] = Counter()
        days: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        for line in lines:
            values = line.split("^")
            for counter, name in ((first, values[0]), (last, values[2])):
                counter[name] += 1
                if " " in name:
                    counter.update(name.split())
            places[f"{values[7]} {values[8]}"] += 1
            days[values[5]] += 1
            whole[f"{values[0]}^{values[2]}"] += 1
        twice = {name: count for name, count in whole.items() if count > 1}
        return cls(
            first=Shares(first, len(lines)),
            last=Shares(last, len(lines)),
            places=Shares(places, len(lines)),
            days=Shares(days, len(lines)),
            whole=Shares(twice, len(lines)),
        )

    @property
    def affinity(self) -> float:
        """How many times oftener two students share both names than their shares alone would have it.

        First and last names go together, as families' languages do.
        """
        apart = self.first.coincidence * self.last.coincidence
        return min(max(self.whole.counted_coincidence / apart, 1.0), _MOST_AFFINITY)

    def usual(self, first: Ints, last: Ints, vocabulary: Vocabulary) -> Floats:
        """How much less sharing a whole name says than sharing its parts would, 0 to 1, for pairs that share it."""
        base = len(vocabulary)
        found, back = np.unique(first.astype(np.int64) * base + last, return_inverse=True)
        firsts, lasts = (found // base).astype(np.int32), (found % base).astype(np.int32)
        shares = self.first.of(firsts, vocabulary) * self.last.of(lasts, vocabulary)
        get, text = self.whole.counts.get, vocabulary.text
        # One of those counted may be the very student.
        counts = [get(f"{text(one)}^{text(other)}", 1) - 1 for one, other in zip(firsts, lasts, strict=True)]
        together = np.maximum(shares * self.affinity, np.array(counts) / self.whole.total)
        usual: Floats = (shares / np.maximum(together, 1e-300))[back]
        return usual

    def of_places(self, countries: Ints, states: Ints, vocabulary: Vocabulary) -> Floats:
        """The share of each birthplace."""
        base = len(vocabulary) + 1
        found, back = np.unique(countries.astype(np.int64) * base + states, return_inverse=True)
        texts = [f"{vocabulary.text(each // base)} {vocabulary.text(each % base)}" for each in found.tolist()]
        shares = np.array([max(self.places.counts.get(text, 0), _UNSEEN) / self.places.total for text in texts])
        return shares[back] if len(shares) else np.empty(0)

    def packed(self, names: Iterable[str]) -> bytes:
        """What is kept with a run: the counts of the names (and their words) that its records hold."""
        wanted = {part for name in names for part in (name, *name.split())}
        kept = {
            "first": {name: count for name, count in self.first.counts.items() if name in wanted},
            "last": {name: count for name, count in self.last.counts.items() if name in wanted},
            "whole": {name: count for name, count in self.whole.counts.items() if wanted.issuperset(name.split("^"))},
            "affinity": self.affinity,
            "places": self.places.counts,
            "total": self.first.total,
        }
        return zlib.compress(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> Frequencies:
        """The frequencies kept with a run; birth dates are not among them."""
        kept = json.loads(zlib.decompress(data))
        total = kept["total"]
        first, last, places, whole = (Shares(kept[name], total) for name in ("first", "last", "places", "whole"))
        return cls(first, last, places, Shares({}, total), whole)

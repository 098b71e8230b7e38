"""How common names and birthplaces are among the students searched, estimated from a sample of their lines.

Pure, no Django. Shares of names nobody in the sample bears are a little more than none.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ssid_matching.columns import Bools, Floats, Growing, Ints, Vocabulary

_UNSEEN = 0.5
_USUAL = 2e-5
_SEVERAL = 2
_MOST_AFFINITY = 10.0
_PAIRS_TRUSTED = 20
"""What all birthplaces are like weighs as much as so many pairs of the same first name."""


class Shares:
    """The shares of some texts among `total` draws."""

    def __init__(self, counts: Mapping[str, float], total: int, coincidence: float | None = None) -> None:
        self.counts = counts
        self.total = max(total, 1)
        self._known = Growing(np.empty(0))
        self._lock = Lock()
        if coincidence is None:
            same = sum(count * (count - 1) for count in counts.values())
            coincidence = same / (self.total * max(self.total - 1, 1))
        self.counted_coincidence = coincidence
        """How probable it is that two draws are the same, as counted: 0 where no two were."""

    def of(self, texts: Ints, vocabulary: Vocabulary) -> Floats:
        """The share of each text, by its number of the vocabulary."""
        if len(self._known) < len(vocabulary):
            with self._lock:
                new = vocabulary.texts(len(self._known))
                get = self.counts.get
                counts = np.fromiter((get(text, _UNSEEN) for text in new), dtype=np.float64, count=len(new))
                self._known.add(counts / self.total)
        found: Floats = self._known.rows[texts]
        return found

    def usual(self, texts: Ints, vocabulary: Vocabulary) -> Bools:
        """Which texts several bear, so that they are hardly mistakes."""
        found: Bools = self.of(texts, vocabulary) >= max(_USUAL, _SEVERAL / self.total)
        return found

    @property
    def coincidence(self) -> float:
        """The same, and a little more than none."""
        return max(self.counted_coincidence, _UNSEEN / self.total)


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """Shares of first, middle and last names (of first and last names' words too), of places, and of birth dates.

    `places`: of birthplaces among those who share a first name with somebody from there, since names go with places.
    `whole`: of whole names that several bear. `affinity`: how many times oftener two students share both names than
    their shares alone would have it; first and last names go together, as families' languages do.

    The object belongs to one vocabulary: it remembers shares by that vocabulary's numbers. Threads may share both.
    """

    first: Shares
    middle: Shares
    last: Shares
    places: Shares
    days: Shares
    whole: Shares
    affinity: float

    @classmethod
    def counted(cls, lines: Sequence[str]) -> Frequencies:
        """Counted in a sample of lines."""
        values = [line.split("^") for line in lines]
        total = len(lines)

        def shares(texts: Iterable[str], *, words: bool = False) -> Shares:
            """Of texts that are not blank, and of the words of those that have several."""
            counts = Counter(texts)
            counts.pop("", None)
            same = sum(count * (count - 1) for count in counts.values())
            if words:
                for name, count in list(counts.items()):
                    if " " in name:
                        for word in name.split():
                            counts[word] += count
            return Shares(counts, total, same / (max(total, 1) * max(total - 1, 1)))

        first = shares((each[0] for each in values), words=True)
        last = shares((each[2] for each in values), words=True)
        whole = shares(f"{each[0]}^{each[2]}" for each in values if each[0] and each[2])
        apart = first.coincidence * last.coincidence
        return cls(
            first=first,
            middle=shares(each[1] for each in values if len(each[1]) > 1),
            last=last,
            places=_places(values, total),
            days=shares(each[5] for each in values),
            whole=Shares({name: count for name, count in whole.counts.items() if count > 1}, total),
            affinity=min(max(whole.counted_coincidence / apart, 1.0), _MOST_AFFINITY),
        )

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
            name: [{text: count for text, count in shares.counts.items() if wanted.issuperset(text.split("^"))},
                   shares.counted_coincidence]
            for name, shares in (("first", self.first), ("middle", self.middle), ("last", self.last),
                                 ("whole", self.whole))
        }  # fmt: skip
        kept["places"] = [dict(self.places.counts), self.places.counted_coincidence]
        values = {**kept, "affinity": self.affinity, "total": self.first.total}
        return zlib.compress(json.dumps(values, sort_keys=True, ensure_ascii=False).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> Frequencies:
        """The frequencies kept with a run; birth dates are not among them."""
        kept = json.loads(zlib.decompress(data))
        total = kept["total"]
        first, middle, last, places, whole = (
            Shares(kept[name][0], total, kept[name][1]) for name in ("first", "middle", "last", "places", "whole")
        )
        days = Shares({}, total)
        return cls(
            first=first, middle=middle, last=last, places=places, days=days, whole=whole, affinity=kept["affinity"]
        )


def _places(values: Sequence[Sequence[str]], total: int) -> Shares:
    """Of birthplaces, among those who share a first name with somebody from there."""
    of_names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in values:
        if each[7] or each[8]:
            of_names[each[0]][f"{each[7]} {each[8]}"] += 1
    everywhere, same, pairs = Counter[str](), Counter[str](), Counter[str]()
    for places in of_names.values():
        others = places.total() - 1
        for place, count in places.items():
            everywhere[place] += count
            same[place] += count * (count - 1)
            pairs[place] += count * others
    known = max(everywhere.total(), 1)
    shares = {
        place: (same[place] + _PAIRS_TRUSTED * count / known) / (pairs[place] + _PAIRS_TRUSTED)
        for place, count in everywhere.items()
    }
    together = sum(count * (count - 1) for count in everywhere.values()) / (known * max(known - 1, 1))
    return Shares({place: share * total for place, share in shares.items()}, total, together)

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
_TRUST = 2.0
"""What is so of all texts weighs as much as so many pairs that agree in one."""
_OVERALL_TRUST = 20.0
"""That texts do not go together at all weighs as much as so many pairs."""


class Shares:
    """The shares of some texts among `total` draws; of each other text `unseen` draws."""

    def __init__(
        self, counts: Mapping[str, float], total: int, coincidence: float | None = None, unseen: float = _UNSEEN
    ) -> None:
        self.counts = counts
        self.total = max(total, 1)
        self.unseen = unseen
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
                counts = np.fromiter((get(text, self.unseen) for text in new), dtype=np.float64, count=len(new))
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

    `middle` and `places` are shares among those who share a first name with somebody of that middle name or from that
    place, since names go together, and with places, as families' languages do. `affinity`: by last name, how many times
    oftener it is shared by two who share a first name than by any two. `whole`: of whole names that several bear.

    The object belongs to one vocabulary: it remembers shares by that vocabulary's numbers. Threads may share both.
    """

    first: Shares
    middle: Shares
    last: Shares
    places: Shares
    days: Shares
    whole: Shares
    affinity: Shares

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

        whole = shares(f"{each[0]}^{each[2]}" for each in values if each[0] and each[2])
        firsts, middles, lasts = ([each[place] for each in values] for place in range(3))
        places = [f"{each[7]} {each[8]}" if each[7] or each[8] else "" for each in values]
        return cls(
            first=shares(firsts, words=True),
            middle=_beside(firsts, [name if len(name) > 1 else "" for name in middles]),
            last=shares(lasts, words=True),
            places=_beside(firsts, places),
            days=shares(each[5] for each in values),
            whole=Shares({name: count for name, count in whole.counts.items() if count > 1}, total),
            affinity=_affinity(firsts, lasts),
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
        together = np.maximum(shares * self.affinity.of(lasts, vocabulary), np.array(counts) / self.whole.total)
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
        kept["affinity"] = [{text: times for text, times in self.affinity.counts.items() if text in wanted}, 0.0]
        unseen = {name: getattr(self, name).unseen for name in kept}
        values = {**kept, "unseen": unseen, "total": self.first.total}
        return zlib.compress(json.dumps(values, sort_keys=True, ensure_ascii=False).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> Frequencies:
        """The frequencies kept with a run; birth dates are not among them."""
        kept = json.loads(zlib.decompress(data))
        total = kept["total"]
        shares = {
            name: Shares(kept[name][0], 1 if name == "affinity" else total, kept[name][1], unseen)
            for name, unseen in kept["unseen"].items()
        }
        return cls(**shares, days=Shares({}, total))


def _beside(firsts: Sequence[str], texts: Sequence[str]) -> Shares:
    """The shares of texts that are not blank, among those who share a first name with one whose it is."""
    total, times = len(texts), _affinity(firsts, texts)
    counts = Counter(texts)
    counts.pop("", None)
    same = sum(count * (count - 1) for count in counts.values()) / max(total * (total - 1), 1)
    raised = {text: min(count * times.counts.get(text, times.unseen), total) for text, count in counts.items()}
    return Shares(raised, total, same, unseen=_UNSEEN * times.unseen)


def _affinity(firsts: Sequence[str], texts: Sequence[str]) -> Shares:
    """By text, how many times oftener two have it who share a first name than any two; of rare ones as of all."""
    of_names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for first, text in zip(firsts, texts, strict=True):
        if first:
            of_names[first][text] += 1
    everywhere, both, pairs = Counter[str](), Counter[str](), Counter[str]()
    for beside in of_names.values():
        others = beside.total() - 1
        for text, count in beside.items():
            everywhere[text] += count
            both[text] += count * (count - 1)
            pairs[text] += count * others
    total = max(everywhere.total(), 1)
    del everywhere[""]
    expected = {text: pairs[text] * count / total for text, count in everywhere.items()}
    met = sum(both[text] for text in expected)
    overall = (met + _OVERALL_TRUST) / (sum(expected.values()) + _OVERALL_TRUST)
    overall = min(max(overall, 1.0), _MOST_AFFINITY)
    times = {text: (both[text] + _TRUST) / (often + _TRUST / overall) for text, often in expected.items()}
    return Shares(times, 1, 0.0, unseen=overall)

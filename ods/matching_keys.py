"""What a student is found by: normalised names, the line of matched values, and the keys that lead to it.

Pure, no Django. A *line* is what matching knows of a student (or of a submitted record): nine values joined by
carets, `LINE_FIELDS`. Names are *words*: upper case, accents folded, hyphens as blanks, no other punctuation, a last
suffix dropped; without their blanks they are the normalised names of spec ssid-matching 7.2. A *key* is a signed
32-bit number; two lines that share none are never compared. Which differences the keys bridge: `keys_of`.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from zlib import crc32

LINE_FIELDS = (
    "legal_first_name",
    "legal_middle_name",
    "legal_last_name",
    "alias_first_name",
    "alias_last_name",
    "birth_date",
    "gender_code",
    "birth_country_code",
    "birth_state_province_code",
)
"""The values of a line, in their order, by the model attributes of SENR."""

NAMES = 5
"""How many of them are names: the first ones."""

_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})
# Letters that no decomposition turns into their plain sisters.
_PLAIN = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE", "Ħ": "H"})
_HYPHENS = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014", " "))
# What Spanish and English spellings share: B and V, C, K, Q, S, X and Z, G and J sound alike in one of them, and so do
# all vowels here; H and W are hardly heard.
_SOUNDS = str.maketrans("BVCKQSXZGJDTFPLRMNAEIOUYHW", "BBCCCCCCGGTTPPLRMNAAAAAA  ")
# A skeleton of it: M and N are the same, vowels come and go. The first sound counts, a vowel as A.
_SKELETON = str.maketrans("BVCKQSXZGJDTFPLRMNAEIOUYHW", "BBCCCCCCGGTTPPLRNN        ")
_LONGEST_SKELETON = 5
_NICKNAMES = Path(__file__).parent / "nicknames.csv"


@lru_cache(maxsize=1 << 17)
def words(name: str) -> str:
    """A name as words: `José-Luis O'Neil Jr.` is `JOSE LUIS ONEIL`. Letters of other alphabets stay."""
    parts = []
    for part in name.upper().translate(_PLAIN).split():
        # Some accents that stand alone come apart into a blank and a mark: no blank of the name's own.
        folded = unicodedata.normalize("NFKD", part).upper().replace(" ", "").translate(_HYPHENS)
        pieces = ("".join(filter(str.isalnum, piece)) for piece in folded.split())
        if kept := " ".join(piece for piece in pieces if piece):
            parts.append(kept)
    if len(parts) > 1 and parts[-1].replace(" ", "") in _SUFFIXES:
        parts.pop()
    return " ".join(parts)


def squeezed(name: str) -> str:
    """The normalised name of spec ssid-matching 7.2, of words."""
    return name.replace(" ", "")


def line_of(values: list[str]) -> str:
    """The line of raw values, in the order of `LINE_FIELDS`; the birth date as CCYYMMDD."""
    names = [words(value) for value in values[:NAMES]]
    codes = ["".join(letter for letter in value if letter.isalnum() or letter == "-") for value in values[NAMES:]]
    return "^".join(names + codes)


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> bytes:
    """How a word sounds: `GONZALEZ` and `GONSALES` are `GANCALAC`."""
    return _once_each(word.translate(_SOUNDS)).encode() or word.encode()


@lru_cache(maxsize=1 << 17)
def skeleton(word: str) -> bytes:
    """How a word sounds, roughly: `GONZALEZ` and `GUNSLIS` are `GNCLC`."""
    sounds = word.translate(_SKELETON)
    return (sounds[:1].replace(" ", "A") + _once_each(sounds[1:], sounds[:1]))[:_LONGEST_SKELETON].encode()


def _once_each(sounds: str, before: str = "") -> str:
    """Sounds that are heard, those that follow themselves once."""
    found = ""
    for each in sounds:
        if each not in (" ", before):
            found += each
            before = each
    return found


@cache
def nicknames() -> dict[str, tuple[int, ...]]:
    """Names to the groups of names they may stand for, by number."""
    groups: dict[str, list[int]] = {}
    with _NICKNAMES.open(encoding="utf-8", newline="") as lines:
        for number, names in enumerate(csv.reader(lines), start=1):
            for name in dict.fromkeys(names):
                groups.setdefault(name, []).append(number)
    return {name: tuple(numbers) for name, numbers in groups.items()}


def keys_of(line: str) -> set[int]:
    """The keys of a line.

    With the birth date: the sound of each word of any first or last name, the nicknames of the first name, the sorted
    initials, the skeleton of the last name with the initial of the first, the first name with the initial of the middle
    name; these two with its year and month as well. With its year, or its month and day: the sounds of a first and a
    last name in either order, legal and alias; with its month, or its day: the skeletons of the whole legal names. So
    lines share a key when they differ by one edit in one name, or in the birth date alone, also if first and last name,
    or month and day, are exchanged (spec ssid-matching 7.2, Blocking).
    """
    first, middle, last, _, _, born = line.split("^", NAMES + 1)[: NAMES + 1]
    day, month = _begun(born), _begun(born[:6])
    found = near_keys_of(line) | {crc32(_initials(first, last), day)} | _of_whole_names(first, last, born)
    for half in _half_known(first, middle, last):
        found |= {crc32(half, day), crc32(half, month)}
    return {number - (1 << 32) if number >= 1 << 31 else number for number in found}


def near_keys_of(line: str) -> set[int]:
    """Those keys, unsigned, that a record is looked for by at first. The others bridge an error in one element beside
    one in another."""
    first, _, last, alias_first, alias_last, born = line.split("^", NAMES + 1)[: NAMES + 1]
    day = _begun(born)
    found = {crc32(word, day) for name in (first, last, alias_first, alias_last) if name for word in _words_of(name)}
    groups = nicknames()
    for name in (first, alias_first):
        for group in groups.get(name.partition(" ")[0], ()):
            found.add(crc32(b"~%d" % group, day))
    found |= _of_both(_sounds_of(first, alias_first), _sounds_of(last, alias_last), born)
    return found


@lru_cache(maxsize=1 << 16)
def _begun(text: str) -> int:
    """The checksum of a text that keys begin with."""
    return crc32(text.encode())


@lru_cache(maxsize=1 << 17)
def _words_of(name: str) -> tuple[bytes, ...]:
    """How each word of a name sounds."""
    return tuple(sound(word) for word in name.split())


def _initials(first: str, last: str) -> bytes:
    return f"#{''.join(sorted((first[:1], last[:1])))}".encode()


def _half_known(first: str, middle: str, last: str) -> tuple[bytes, bytes]:
    """The last name's skeleton and how the first begins; the first name and how the middle name begins."""
    return b"%s<%s" % (skeleton(squeezed(last)), first[:1].encode()), f"{squeezed(first)}>{middle[:1]}".encode()


def _of_whole_names(first: str, last: str, born: str) -> set[int]:
    both = b"|".join(sorted((skeleton(squeezed(first)), skeleton(squeezed(last)))))
    return {crc32(both, _begun(f"{born[4:6]}m")), crc32(both, _begun(f"{born[6:]}d"))}


def _of_both(firsts: Sequence[bytes], lasts: Sequence[bytes], born: str) -> set[int]:
    year, day = _begun(f"{born[:4]}y"), _begun(f"{born[4:]}d")
    found = set()
    for one, other in product(firsts, lasts):
        both = one + b"|" + other if one < other else other + b"|" + one
        found.add(crc32(both, year))
        found.add(crc32(both, day))
    return found


def _sounds_of(*names: str) -> Sequence[bytes]:
    """Of whole names and, where a name has several words, of its first and last word: one may be left out."""
    there = [name for name in names if name]
    if len(there) == 1:
        return _sounds(there[0])
    return tuple({sound for name in there for sound in _sounds(name)}) or (b"",)


@lru_cache(maxsize=1 << 17)
def _sounds(name: str) -> tuple[bytes, ...]:
    if " " not in name:
        return (sound(name),)
    return tuple({sound(squeezed(name)), sound(name.partition(" ")[0]), sound(name.rpartition(" ")[2])})


def far_keys_of(line: str) -> set[int]:
    """Keys (unsigned) of students born on the same day who have the same initials, or whose first name is among the
    middle names here; born on that day or on one near it (`_days_near`), whose last name has the same skeleton and
    whose first name begins so, or whose first name is the same and whose middle name begins so; born in the same month
    of any year, or on the same day of any month, whose names have the same skeletons; born in the same year, or on the
    same month and day, whose last name sounds the same and whose first name is the middle name here.

    For records that `near_keys_of` found nobody for.
    """
    first, middle, last, _, alias_last, born = line.split("^", NAMES + 1)[: NAMES + 1]
    if len(born) != len("CCYYMMDD"):
        return set()
    day = _begun(born)
    found = {crc32(_initials(first, last), day)} | _of_whole_names(first, last, born)
    found |= {crc32(half, near) for half in _half_known(first, middle, last) for near in _days_near(born)}
    if len(middle) > 1:
        found |= {crc32(sound(word), day) for word in middle.split() if len(word) > 1}
        found |= _of_both(_sounds_of(middle), _sounds_of(last, alias_last), born)
    return found


@lru_cache(maxsize=1 << 14)
def _days_near(born: str) -> tuple[int, ...]:
    """The checksums of the month of a birth date, whose every day is near it, and of the dates that are another one in
    month or year, or in exchanged places."""
    year, month, day = int(born[:4]), int(born[4:6]), int(born[6:])
    days = {f"{other:04}{born[4:]}" for other in range(year - 2, year + 3)}
    days |= {f"{born[:4]}{other:02}{born[6:]}" for other in range(1, 13)}
    days |= {f"{year:04}{day:02}{month:02}"} if day <= 12 else set()
    return tuple(crc32(other.encode()) for other in (days - {born}) | {born[:6]})

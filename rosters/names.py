"""Names of groups: at most so many characters, unique, the same again (spec rosters, section 4 and 7.2). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

LIMIT = 20
"""Characters of a name in PowerSchool; CERS itself takes 255."""

_SHORT_LAST = 4
_LETTERS = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "þ": "th", "Þ": "Th",
})  # fmt: skip
_OTHERS = re.compile("[^A-Za-z0-9-]")


class Mode(Enum):
    """How names are made."""

    STANDARD = "standard"
    COMPACT = "compact"
    LITERAL = "literal"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the name of a section's group is made of. `section_id` orders sections and is no part of the name."""

    section_id: str
    year: int
    last_name: str
    first_name: str
    expression: str
    course: str
    section: str
    lead: str
    """The staff id of the lead teacher."""


def key_of(name: str) -> str:
    """What CERS's database takes for the same name: blind to case, accents and trailing blanks."""
    plain = unicodedata.normalize("NFKD", name.rstrip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def plain(parts: Parts) -> str:
    """The bare concatenation the source describes, whatever its length."""
    words = [
        str(parts.year), parts.last_name, _initial(parts.first_name), parts.expression, parts.course, parts.section,
    ]  # fmt: skip
    return "".join(unicodedata.normalize("NFC", word.strip()) for word in words)


def compact(parts: Parts, *, limit: int = LIMIT, number: int = 1) -> str:
    """The shortened name; `number` from 2 on ends the last name in `~2`, `~3` ...

    Raises:
        ValueError: the section's own number leaves no room.
    """
    year, section, course = str(parts.year), fold(parts.section), fold(parts.course)
    last = fold(parts.last_name) or fold(parts.lead)[-4:]
    expression, initial = fold(parts.expression), fold(_initial(parts.first_name))[:1].upper()

    def over() -> int:
        return len(year + last + initial + expression + course + section) - limit

    if (more := over()) > 0:
        last = last[: max(min(_SHORT_LAST, len(last)), len(last) - more)]
    if (more := over()) > 0:
        expression = expression[: max(0, len(expression) - more)]
    if over() > 0:
        year = year[-2:]
    if (more := over()) > 0:
        last = last[: max(1, len(last) - more)]
    if (more := over()) > 0:
        course = course[more:]
    if number > 1:
        tail = f"~{number}"
        last = last[: max(0, len(last) - len(tail))] + tail
        if (more := over()) > 0:
            course = course[more:]
    if over() > 0:
        raise ValueError(f"no name of {limit} characters can hold this section number")
    return year + last + initial + expression + course + section


def fold(text: str) -> str:
    """Accents to plain letters; only letters, digits and `-` stay."""
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return _OTHERS.sub("", letters)


def name_groups(
    sections: Iterable[Parts],
    *,
    known: Mapping[tuple[str, str], str],
    taken: Iterable[str] = (),
    mode: Mode = Mode.STANDARD,
    limit: int = LIMIT,
) -> dict[str, str]:
    """Section id to the name of its group, for one school and year.

    `known` are the names remembered, by section id and lead teacher; `taken` are further names in use, stale ones
    too. In `literal` neither counts, and two groups may get one name: the prechecks refuse that.
    """
    in_order = sorted(sections, key=lambda parts: parts.section_id)
    if mode is Mode.LITERAL:
        return {parts.section_id: plain(parts)[:limit] for parts in in_order}
    used = {key_of(name) for name in (*known.values(), *taken)}
    found: dict[str, str] = {}
    for parts in in_order:
        name = known.get((parts.section_id, parts.lead))
        if name is None:
            name = _free(parts, used, mode, limit)
            used.add(key_of(name))
        found[parts.section_id] = name
    return found


def _free(parts: Parts, used: set[str], mode: Mode, limit: int) -> str:
    name = plain(parts)
    if mode is Mode.STANDARD and name and len(name) <= limit and key_of(name) not in used:
        return name
    number = 1
    while key_of(name := compact(parts, limit=limit, number=number)) in used:
        number += 1
    return name


def _initial(first_name: str) -> str:
    return unicodedata.normalize("NFC", first_name.strip())[:1].upper()

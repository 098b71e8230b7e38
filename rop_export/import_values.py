"""Values of the import files by their types: what a text means, or what is wrong with it. Pure, no Django."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

_ID = re.compile(r"[0-9A-Za-z._]{1,15}", re.ASCII)
_WORD = re.compile(r"[0-9A-Za-z.-]{1,12}", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def reader_of(type_: str, *, schools: frozenset[str]) -> Callable[[str], Any]:
    """What turns a text into a value of a type of `layouts/import.csv`, or raises ValueError with words.

    `schools` are the codes a school may have.
    """
    kind, _, words = type_.partition(":")
    choices = frozenset(words.split())

    def school(text: str) -> str:
        if text in schools or (kind == "place" and text == "0"):
            return text
        raise ValueError("This is no school of this LEA. Give a 7-digit school code of the directory.")

    def choice(text: str) -> str:
        if text.upper() in choices:
            return text.upper()
        raise ValueError(f"Give {' or '.join(words.split())}.")

    readers: dict[str, Callable[[str], Any]] = {"school": school, "place": school, "choice": choice, **_READERS}
    return readers[kind]


def _text(text: str) -> str:
    if len(text) > 255 or _CONTROL.search(text):
        raise ValueError("At most 255 characters, without tabs and line ends.")
    return text


def _matching(pattern: re.Pattern[str], words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(words)
        return text

    return read


def _words(text: str) -> str:
    found = text.split()
    if not all(_WORD.fullmatch(word) for word in found):
        raise ValueError("Give periods separated by blanks, each of letters, digits, dots and hyphens.")
    return " ".join(dict.fromkeys(found))


def _section(text: str) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError("Give the section number in digits.")
    return (text.lstrip("0") or "0").zfill(4)


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ValueError("This is no date. Give it as CCYY-MM-DD, for example 2026-09-14.")


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return time(int(found[1]), int(found[2]))
    raise ValueError("This is no time. Give it as HH:MM, for example 13:05.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 4:
        raise ValueError("Give a whole number of at most four digits.")
    return int(text)


def _flag(text: str) -> bool:
    if text.upper() not in ("Y", "N"):
        raise ValueError("Give Y or N.")
    return text.upper() == "Y"


_READERS: dict[str, Callable[[str], Any]] = {
    "text": _text,
    "cds": _matching(re.compile(r"[0-9]{14}", re.ASCII), "Give 14 digits: county, district and school number."),
    "id": _matching(_ID, "Give a Local Student ID of at most 15 letters, digits, dots and underscores."),
    "word": _matching(_WORD, "Give at most 12 letters, digits, dots and hyphens."),
    "words": _words,
    "section": _section,
    "date": _day,
    "time": _time,
    "number": _number,
    "flag": _flag,
}

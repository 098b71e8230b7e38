"""Remove Invalid Characters from Text Fields (spec rop, section 5). Pure, no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_OF_NAMES = frozenset(",.'()-")
_OF_ADDRESSES = frozenset("'()-#/.")
# Most values are clean already, and plain: they need no look at each character.
_CLEAN_NAME = re.compile(r"(?:[A-Za-z,.'()-]+(?: [A-Za-z,.'()-]+)*)?", re.ASCII)
_CLEAN_ADDRESS = re.compile(r"(?:[0-9A-Za-z'()#/.-]+(?: [0-9A-Za-z'()#/.-]+)*)?", re.ASCII)


def clean_name(text: str) -> str:
    """Letters, blanks and `, . ' ( ) -` stay; digits and every other symbol go."""
    if _CLEAN_NAME.fullmatch(text):
        return text
    return _cleaned(text, lambda char: char.isalpha() or char in _OF_NAMES)


def clean_address(text: str) -> str:
    """Of streets and cities: letters, digits, blanks and `' ( ) - # / .` stay; every other symbol goes."""
    if _CLEAN_ADDRESS.fullmatch(text):
        return text
    return _cleaned(text, lambda char: char.isalpha() or char.isdecimal() or char in _OF_ADDRESSES)


def _cleaned(text: str, stays: Callable[[str], bool]) -> str:
    """Accents are part of letters (NFC; a mark that has no letter of its own stays with the letter before it)."""
    found: list[str] = []
    for char in unicodedata.normalize("NFC", text).replace("\u2019", "'"):
        if char.isspace():
            found.append(" ")
        elif stays(char) or (unicodedata.combining(char) and found and found[-1] != " "):
            found.append(char)
    return " ".join("".join(found).split())


CLEANERS: dict[str, Callable[[str], str]] = {"": str, "name": clean_name, "address": clean_address}
"""The words of the layouts' column `cleaning`."""

"""CSV as the receiving end reads it: the first line end it meets counts for the whole file (spec rosters, 1)."""

from __future__ import annotations

from collections.abc import Iterator


class NotCsv(Exception):
    """Quotes that are not closed, or text after a closing one."""


def records(text: str) -> Iterator[list[str]]:
    """The records of a text, without empty lines.

    Raises:
        NotCsv: while the records are taken.
    """
    end = line_end(text)
    place, cells = 0, []
    while place < len(text):
        value, place, last = _value(text, place, end)
        cells.append(value)
        if last:
            if cells != [""]:
                yield cells
            cells = []
    if cells:
        yield [*cells, ""]  # the text ended after a comma


def line_end(text: str) -> str:
    """CR LF, LF or CR: whichever comes first outside quotes."""
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter in "\r\n" and not quoted:
            return "\r\n" if text[place : place + 2] == "\r\n" else letter
    return "\n"


def _value(text: str, place: int, end: str) -> tuple[str, int, bool]:
    """The value that begins here, where the next one does, and whether the record ends with it."""
    if text.startswith('"', place):
        parts = []
        place += 1
        while True:
            close = text.find('"', place)
            if close < 0:
                raise NotCsv
            parts.append(text[place:close])
            place = close + 1
            if not text.startswith('"', place):
                break
            parts.append('"')
            place += 1
        value = "".join(parts)
        if place < len(text) and text[place] != "," and not text.startswith(end, place):
            raise NotCsv
    else:
        comma, line = text.find(",", place), text.find(end, place)
        stops = [stop for stop in (comma, line) if stop >= 0]
        stop = min(stops, default=len(text))
        value, place = text[place:stop], stop
    if text.startswith(",", place):
        # A comma at the very end leaves one empty value, which `records` adds.
        return value, place + 1, False
    return value, min(len(text), place + len(end)) if place < len(text) else place, True

"""Writing the demo's files: many at once, each in the order its records come, with little memory. Pure, no Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from ods import writer
from ods.demo.timeline import Round, Timeline
from ods.layout import Field, layout
from ods.writer import Value

Row = Mapping[str, Value]

LOAD_ORDER = (
    "SENR", "SINF", "SELA", "SPRG", "SDEM", "SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS", "SWDS", "MEET",
    "PLAN", "SERV", "PSTS", "SINC", "SIRS", "SOFF", "SDIS", "SWAV",
)  # fmt: skip
"""The order the state asks for within one posting: staff before sections, sections before their students, and so on."""

_ORDER = {record_type: place for place, record_type in enumerate(LOAD_ORDER)}
_LINES_HELD = 20_000


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One input file: what it holds, and how it is to be loaded."""

    path: Path
    record_type: str
    lea: str
    posted_on: date
    historical: bool


class _Key(NamedTuple):
    """Which file a record goes to; sorts in the order of loading."""

    turn: Round
    order: int
    part: int
    lea: str


class Output:
    """The files of one demo."""

    def __init__(self, folder: Path, timeline: Timeline, record_types: Collection[str]) -> None:
        self._folder = folder
        self._timeline = timeline
        self._wanted = frozenset(record_types)
        self._held: dict[_Key, list[str]] = {}
        self._lines = 0
        self._paths: dict[_Key, Path] = {}

    def wants(self, *record_types: str) -> bool:
        return not self._wanted.isdisjoint(record_types)

    def add(self, record_type: str, turn: Round, row: Row, *, transaction_type: str = "", part: int = 1) -> None:
        """Put a record into the file of its type and LEA for a posting.

        Files of one posting are loaded in the order of their parts (1, 2).
        """
        if record_type not in self._wanted:
            return
        key = _Key(turn, _ORDER[record_type], part, str(row["reporting_lea"]))
        self._held.setdefault(key, []).append(_line(record_type, row, transaction_type))
        self._lines += 1
        if self._lines >= _LINES_HELD:
            self._flush()

    def revise(
        self, record_type: str, turn: Round, row: Row, *, random: Random, share: float, whole: bool = False
    ) -> None:
        """Post a record as a first draft, and corrected in the next posting if there is one.

        A `share` of the records differs between the two: the draft has names in capitals (as an older SIS sent them),
        or where there are no names lacks the Local Record ID. With `whole` (replacement types) the second posting
        holds the unchanged records too.
        """
        if turn is Round.FALL:
            self.add(record_type, turn, row)
            return
        changes = random.random() < share
        self.add(record_type, turn, draft_of(row) if changes else row)
        if changes or whole:
            self.add(record_type, Round(turn + 1), row, transaction_type="" if whole else "R")

    def close(self) -> tuple[DemoFile, ...]:
        """Write what is held; the files in the order in which they are to be loaded."""
        self._flush()
        return tuple(
            DemoFile(
                path=self._paths[key],
                record_type=LOAD_ORDER[key.order],
                lea=key.lea,
                posted_on=self._timeline.posted(key.turn),
                historical=key.turn is Round.OLD_LANGUAGE and LOAD_ORDER[key.order] == "SELA",
            )
            for key in sorted(self._paths)
        )

    def _flush(self) -> None:
        for key, lines in self._held.items():
            mode = "a" if key in self._paths else "w"
            with self._path(key).open(mode, encoding="utf-8", newline="") as file:
                file.writelines(lines)
        self._held.clear()
        self._lines = 0

    def _path(self, key: _Key) -> Path:
        if key not in self._paths:
            day = self._timeline.posted(key.turn)
            name = f"{day:%Y%m%d}_{key.order + 1:02d}_{LOAD_ORDER[key.order]}_{key.lea}_{key.part}.txt"
            self._paths[key] = self._folder / name
        return self._paths[key]


@cache
def _fields(record_type: str) -> tuple[tuple[str, Field], ...]:
    return tuple((field.field, field) for field in layout(record_type).fields[2:])


@cache
def _date(day: date) -> str:
    return f"{day:%Y%m%d}"


def _line(record_type: str, row: Row, transaction_type: str) -> str:
    """What `ods.writer.line` gives, several times as fast: text is taken as it is, for no text of ours needs a look."""
    texts = [record_type, transaction_type]
    for name, field in _fields(record_type):
        value = row.get(name, "")
        if value.__class__ is not str:
            value = _date(value) if value.__class__ is date else writer.render(value, field)
        texts.append(value)
    return writer.DELIMITER.join(texts) + writer.LINE_END


def draft_of(row: Row) -> Row:
    """The same record as it was first sent: capitals for names, or no Local Record ID."""
    if "legal_first_name" not in row:
        return {**row, "local_record_id": ""}
    names = {field: str(row[field]).upper() for field in ("legal_first_name", "legal_last_name")}
    return {**row, **names}

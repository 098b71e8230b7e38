"""Reads the golden cases: one folder each, with `case.toml`, the input files, and `expected.txt` (exact bytes)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent
CASES = GOLDEN / "cases"
DIRECTORY = GOLDEN / "directory.csv"

# Keys of [request] that say what is expected of it; all others are wire names with their values.
ABOUT_THE_REQUEST = frozenset({"way", "expect", "omit", "names", "names_one_of", "file_name", "file_name_like"})


@dataclass(frozen=True)
class Case:
    """One golden case.

    `rule`, `source` and `says` are for people. `steps` happen in order: a file loaded, a command run, a scope emptied.
    `user` says which roles are held where. `request` is the way of asking, the wire names with their values, and what
    is expected: `file` (then `expected` holds its bytes), `refused` (the form names what is wrong) or `forbidden`
    (neither the page nor a hand-made request). `today` is the day it is asked on, where that matters.
    """

    folder: Path
    rule: str
    source: str
    says: str
    note: str
    record_type: str
    reporting_lea: str
    catches: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    user: dict[str, Any]
    request: dict[str, Any]
    today: str = ""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expect(self) -> str:
        return str(self.request["expect"])

    @property
    def expected(self) -> bytes:
        return (self.folder / "expected.txt").read_bytes()

    @property
    def way(self) -> str:
        return str(self.request["way"])

    @property
    def values(self) -> dict[str, list[str]]:
        """The wire names given, each with its values in order."""
        return {
            name: [str(each) for each in (value if isinstance(value, list) else [value])]
            for name, value in self.request.items()
            if name not in ABOUT_THE_REQUEST
        }


def case(folder: Path) -> Case:
    described = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    return Case(
        folder=folder,
        rule=described["rule"],
        source=described["source"],
        says=described["says"],
        note=described.get("note", ""),
        record_type=described["record_type"],
        reporting_lea=described["reporting_lea"],
        catches=tuple(described["catches"]),
        steps=tuple(described.get("step", ())),
        user=described["user"],
        request=described["request"],
        today=described.get("today", ""),
    )


def all_cases() -> list[Case]:
    return [case(folder) for folder in sorted(CASES.iterdir())]

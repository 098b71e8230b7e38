"""Code sets: which codes a field may hold, and what they mean.

Pure data, no Django. `ods/codesets/index.csv` lists the sets; each set of codes is a CSV file beside it with code,
name, first and last school year of validity where known, and whether it is active (`Y`, `N` retired, `?` unknown).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

CODE_SETS = Path(__file__).parent / "codesets"


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `first_year` and `last_year` are school years like `2019-2020`, or '' where unknown or open."""

    code: str
    name: str
    first_year: str
    last_year: str
    active: Literal["Y", "N", "?"]


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A set of codes, a directory of organisations, or a format.

    `complete` is False for sets known only in part: a code not found in them is a warning, not an error.
    `kind` is `codes` for a list of codes; `directory` where organisations are looked up; `format` and `literal` else.
    """

    name: str
    label: str
    kind: Literal["codes", "directory", "format", "literal"]
    complete: bool
    source: str
    codes: dict[str, Code]


@cache
def code_sets() -> dict[str, CodeSet]:
    """All code sets, by name."""
    return {
        row["code_set"]: CodeSet(
            name=row["code_set"],
            label=row["label"],
            kind=row["kind"],  # type: ignore[arg-type]  # held to the four words by tests/ods/test_codesets.py
            complete=row["completeness"] == "full",
            source=row["source"],
            codes=_codes(row["code_set"]) if row["kind"] == "codes" else {},
        )
        for row in _rows("index")
    }


def code_set(name: str) -> CodeSet:
    """One code set.

    Raises:
        KeyError: no such set.
    """
    return code_sets()[name]


def meaning(code_set_name: str, code: str) -> str:
    """A code with its meaning, as pages show it: `E150 Transfer within school`; the bare code if it is unknown."""
    known = code_set(code_set_name).codes.get(code)
    return f"{code} {known.name}" if known else code


def _codes(name: str) -> dict[str, Code]:
    return {
        row["code"]: Code(row["code"], row["name"], row["first_year"], row["last_year"], row["active"])  # type: ignore[arg-type]
        for row in _rows(name)
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (CODE_SETS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

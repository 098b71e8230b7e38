"""The 26 fields of the demographics file, from `layouts/demographics.csv` (spec siras, section 3).

Pure, no Django.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LAYOUT = Path(__file__).parent / "layouts" / "demographics.csv"

LABELS: Literal["labels"] = "labels"
SHORT: Literal["short"] = "short"
HeaderStyle = Literal["labels", "short"]
"""`labels`: SSID, Last Name, ...; `short`: the first alternate, LAST_NAME, SCH_CODE, ..., where a field has one."""

NAME_FIELDS = ("last_name", "first_name")
IDENTIFYING = ("ssid", "local_id", "last_name", "first_name")
"""What SIRAS does not update by default (spec, section 5)."""


@dataclass(frozen=True, slots=True)
class SirasField:
    """One field. `kind` says which values it takes; `required`: Y, R (recommended) or N; `source`: where it is from."""

    key: str
    header: str
    alternates: tuple[str, ...]
    required: Literal["Y", "R", "N"]
    kind: str
    source: str
    note: str

    def name(self, style: HeaderStyle) -> str:
        """The header to write."""
        return self.alternates[0] if style == SHORT and self.alternates else self.header


@cache
def fields() -> tuple[SirasField, ...]:
    """All fields, in the order of the published table."""
    with LAYOUT.open(encoding="utf-8", newline="") as lines:
        return tuple(
            SirasField(
                key=row["key"],
                header=row["header"],
                alternates=tuple(filter(None, row["alternates"].split("|"))),
                required=row["required"],  # type: ignore[arg-type]  # held to the letters by tests/siras_export
                kind=row["kind"],
                source=row["source"],
                note=row["note"],
            )
            for row in csv.DictReader(lines)
        )


@cache
def by_key() -> dict[str, SirasField]:
    return {field.key: field for field in fields()}


REQUIRED = ("ssid", "last_name", "first_name", "birthdate")
NOT_BY_DEFAULT = ("school_type", "residential_status")
"""Fields whose code set nobody outside SIRAS knows: not among the columns until somebody asks for them."""


def default_columns() -> tuple[str, ...]:
    return tuple(field.key for field in fields() if field.key not in NOT_BY_DEFAULT)


def squeezed(header: str) -> str:
    """A header as it is compared: without case, blanks, underscores and hyphens (spec, 9.3)."""
    return "".join(letter for letter in header.casefold() if letter not in " _-\t\u00a0")

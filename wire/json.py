"""The two shapes of JSON programs read: a grid of rows and a list of choices (wire contract, introduction)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse

JSON = "application/json; charset=utf-8"


def _compact(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def grid(rows: Iterable[Mapping[str, object]], total: int | None = None) -> HttpResponse:
    """`{"Data":[...],"Total":n}`, compact; every value as text, None as empty text.

    `total` counts the rows there are when `rows` is only a page of them.
    """
    data = [grid_row(row) for row in rows]
    return HttpResponse(grid_of(data, len(data) if total is None else total), content_type=JSON)


def grid_row(row: Mapping[str, object]) -> str:
    """One row of a grid as it stands in it."""
    return _compact({name: "" if value is None else str(value) for name, value in row.items()})


def grid_of(rows: Iterable[str], total: int) -> str:
    """A grid of rows that are written already (`grid_row`)."""
    return f'{{"Data":[{",".join(rows)}],"Total":{total}}}'


@dataclass(frozen=True)
class Choice:
    """One entry of a list of choices."""

    text: str
    value: str
    selected: bool = False
    disabled: bool = False


def choices(entries: Iterable[Choice]) -> HttpResponse:
    """A bare array of `{"Disabled","Group","Selected","Text","Value"}`, compact."""
    found = [
        {
            "Disabled": entry.disabled,
            "Group": None,
            "Selected": entry.selected,
            "Text": entry.text,
            "Value": entry.value,
        }
        for entry in entries
    ]
    return HttpResponse(_compact(found), content_type=JSON)

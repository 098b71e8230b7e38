"""The two shapes of JSON programs read: a grid of rows and a list of choices (wire contract, introduction)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse

JSON = "application/json; charset=utf-8"


def _answer(content: object) -> HttpResponse:
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return HttpResponse(text, content_type=JSON)


def grid(rows: Iterable[Mapping[str, object]], total: int | None = None) -> HttpResponse:
    """`{"Data":[...],"Total":n}`, compact; every value as text, None as empty text.

    `total` counts the rows there are when `rows` is only a page of them.
    """
    data = [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    return _answer({"Data": data, "Total": len(data) if total is None else total})


@dataclass(frozen=True)
class Choice:
    """One entry of a list of choices."""

    text: str
    value: str
    selected: bool = False
    disabled: bool = False


def choices(entries: Iterable[Choice]) -> HttpResponse:
    """A bare array of `{"Disabled","Group","Selected","Text","Value"}`, compact."""
    return _answer(
        [
            {
                "Disabled": entry.disabled,
                "Group": None,
                "Selected": entry.selected,
                "Text": entry.text,
                "Value": entry.value,
            }
            for entry in entries
        ]
    )

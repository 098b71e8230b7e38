"""Which column is which field (spec siras, sections 3 and 9.3). Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siras_export.fields import REQUIRED, by_key, fields, squeezed


class FileRefused(Exception):
    """The file as a whole cannot be imported; the words say why."""


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """`columns`: key to place. `ignored`: headers that are no field."""

    columns: Mapping[str, int]
    ignored: tuple[str, ...]


def map_header(header: Sequence[str], *, own: Mapping[str, str] | None = None) -> HeaderMap:
    """Match the headers of a file, in whatever order. `own`: a district's headers to field keys, before ours.

    Raises:
        FileRefused: a required column is missing, or two columns are the same field.
    """
    names = {squeezed(name): field.key for field in fields() for name in (field.header, *field.alternates)}
    names |= {squeezed(name): key for name, key in (own or {}).items()}
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for place, name in enumerate(header):
        key = names.get(squeezed(name))
        if key is None:
            if name.strip():
                ignored.append(name.strip())
        elif key in columns:
            raise FileRefused(
                f"Two columns are {by_key()[key].header}: {header[columns[key]].strip()} and {name.strip()}."
            )
        else:
            columns[key] = place
    if missing := [by_key()[key].header for key in REQUIRED if key not in columns]:
        raise FileRefused(f"A required column is missing: {', '.join(missing)}.")
    return HeaderMap(columns, tuple(ignored))

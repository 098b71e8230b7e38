"""Which school SIRAS puts a student at (spec siras, section 6). Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """A school or program of SIRAS; several may share a code, one of them may be the default."""

    key: int
    code: str
    site_code: str
    name: str
    default: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def assign(
    *, code: str, site_code: str, present: Entity | None, entities: Mapping[str, list[Entity]]
) -> tuple[Entity | None, str]:
    """The entity for a row's codes, None for "as it is", and what there is to say of it. `entities`: by code."""
    if not code:
        return None, "The Site Code stands without a school code and is ignored." if site_code else ""
    same = entities.get(code, [])
    if not same:
        return None, f"{code} is no school of SIRAS; the school is left as it is."
    said = ""
    if site_code:
        exact = next((entity for entity in same if entity.site_code == site_code), None)
        if exact is not None:
            return exact, ""
        said = f"Site Code {site_code} is unknown for {code}. "
    if present is not None and present.code == code:
        return None, said.strip()
    chosen = same[0] if len(same) == 1 else next((entity for entity in same if entity.default), None)
    if chosen is None:
        return None, f"{said}{len(same)} schools of SIRAS share {code} and none is the default; it is left as it is."
    if len(same) > 1:
        said += f"{len(same)} schools share {code}; the default was taken, check it in SIRAS."
    return chosen, said.strip()

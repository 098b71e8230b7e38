"""How sure a layout is: where each row comes from, in words for people. Pure, no Django."""

from __future__ import annotations

from collections import Counter

from ods.layout import Layout, Provenance

MEANINGS: dict[Provenance, str] = {
    "verified": "Stated in the state's own documentation.",
    "vendor": "Stated in public documentation of a vendor or a district, not in the state's.",
    "inferred": "Not public. Position, number or length is concluded from a sister file or chosen here.",
}


def provenance_counts(layout: Layout) -> dict[Provenance, int]:
    """How many fields of a layout rest on each kind of source; kinds that do not occur are left out."""
    counts = Counter(field.provenance for field in layout.fields)
    return {provenance: counts[provenance] for provenance in MEANINGS if counts[provenance]}


def mostly_inferred(layout: Layout) -> bool:
    """Whether more than half of the fields are inferred: pages that show such a type carry a warning."""
    return provenance_counts(layout).get("inferred", 0) * 2 > len(layout.fields)

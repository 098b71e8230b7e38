"""What every record is made from: the LEAs, the calendar, the seed, and where records go. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ods.demo.districts import State
from ods.demo.output import Output
from ods.demo.timeline import Timeline


@dataclass(frozen=True, slots=True)
class World:
    """Handed to every maker of records."""

    state: State
    timeline: Timeline
    out: Output
    seed: int

    def chance(self, *subject: object) -> Random:
        """Chance that depends on the seed and the subject alone: what is drawn for one changes nothing for others."""
        return Random(":".join(map(str, (self.seed, *subject))))  # noqa: S311  # synthetic data, nothing secret

"""Everything a run of the SSID Matching Tool is judged by: one typed, versioned object, kept with the run.

Pure, no Django. The state's score (spec ssid-matching 7.2) has weights and limits that people set; the likelihood has
probabilities that are learned from the records without labels (docs/ssid-matching.md). An old result is reproduced
from the settings of its run and the name frequencies kept beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

VERSION = 4

Profile = Literal["2022", "2025"]

ELEMENTS = (
    "birth_year",
    "first_name",
    "last_name",
    "middle_name",
    "birth_month",
    "birth_day",
    "gender",
    "birth_country",
    "birth_state",
)
"""What a score is made of (spec 7.2), in the order in which reasons are told."""

WEIGHTS: Mapping[Profile, tuple[int, ...]] = {
    "2022": (16, 24, 24, 8, 8, 8, 4, 4, 4),
    "2025": (30, 25, 20, 10, 8, 7, 0, 0, 0),
}
"""Points of each element, 100 together (spec 7.2; no weight was ever published)."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("same", "alias", "part", "nickname", "one letter off", "beginning", "similar",
                   "another usual name like it", "different", "blank"),
    "last_name": ("same", "alias", "part", "reordered", "one letter off", "beginning", "similar",
                  "another usual name like it", "different", "blank"),
    "arrangement": ("as submitted", "first and last exchanged"),
    "middle_name": ("same", "in another place", "similar", "initial", "blank on both sides",
                    "blank on one side", "different"),
    "birth_date": (
        "same", "day and month exchanged", "one or two years off", "another month", "one digit of the day off",
        "another day", "two parts off", "different", "blank",
    ),
    "gender": ("same", "unknown", "different"),
    "birthplace": ("same", "unknown", "different"),
}  # fmt: skip
"""The elements of the likelihood and the levels of agreement each can reach, the best first."""


LEVELS_OF: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    1: {
        "first_name": ("same", "alias", "part", "nickname", "one letter off", "similar", "different"),
        "last_name": ("same", "alias", "part", "reordered", "one letter off", "similar", "different"),
        "arrangement": LEVELS["arrangement"],
        "middle_name": ("same", "initial, or in another place", "blank", "different"),
        "birth_date": (
            "same", "day and month exchanged", "one digit off", "one part off", "two parts off", "different",
        ),
        "gender": LEVELS["gender"],
        "birthplace": LEVELS["birthplace"],
    },
    2: LEVELS,
    3: LEVELS,
    VERSION: LEVELS,
}  # fmt: skip
"""By version of the settings: results kept by an earlier version are told in its words."""

GENDERS_OF_ALIKE: Mapping[str, tuple[int, ...]] = {
    "gender beside the same first name": (0, 1, 3),
    "gender beside a like first name": (2, 4, 5, 6, 7),
}
"""What strangers whose first names reach these levels reach in gender: most names are of one gender."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Probabilities of each level for a pair that is one student, that is a student and his twin, and by chance.

    `known` is the share of submitted students who are in the ODS; of the others `twins` is the share that has a twin or
    sibling there, `namesakes` that has somebody of the same whole name, and `namesakes_met` the share of these
    namesakes that a record is compared with. `records` is how many submitted records they were learned from (0: the
    shipped ones).
    """

    match: Mapping[str, tuple[float, ...]]
    twin: Mapping[str, tuple[float, ...]]
    chance: Mapping[str, tuple[float, ...]]
    known: float
    twins: float
    namesakes: float
    namesakes_met: float = 1.0
    records: int = 0


SHIPPED = Learned(
    match={
        "first_name": (0.80, 0.01, 0.05, 0.03, 0.05, 0.01, 0.01, 0.01, 0.029, 0.001),
        "last_name": (0.85, 0.01, 0.07, 0.01, 0.025, 0.01, 0.005, 0.005, 0.014, 0.001),
        "arrangement": (0.98, 0.02),
        "middle_name": (0.45, 0.02, 0.03, 0.08, 0.32, 0.08, 0.02),
        "birth_date": (0.92, 0.01, 0.02, 0.02, 0.01, 0.01, 0.005, 0.004, 0.001),
        "gender": (0.98, 0.01, 0.01),
        "birthplace": (0.90, 0.08, 0.02),
    },
    twin={
        "first_name": (0.001, 0.002, 0.02, 0.005, 0.01, 0.01, 0.03, 0.10, 0.821, 0.001),
        "last_name": (0.93, 0.005, 0.03, 0.01, 0.01, 0.005, 0.003, 0.002, 0.004, 0.001),
        "arrangement": (0.995, 0.005),
        "middle_name": (0.02, 0.005, 0.01, 0.055, 0.20, 0.25, 0.46),
        "birth_date": (0.97, 0.003, 0.003, 0.003, 0.003, 0.003, 0.01, 0.004, 0.001),
        "gender": (0.65, 0.01, 0.34),
        "birthplace": (0.93, 0.06, 0.01),
    },
    chance={
        "first_name": (0.003, 0.0005, 0.01, 0.005, 0.001, 0.002, 0.005, 0.006, 0.9665, 0.001),
        "last_name": (0.004, 0.0005, 0.01, 0.0005, 0.001, 0.002, 0.005, 0.006, 0.97, 0.001),
        "arrangement": (1.0, 1.0),
        "middle_name": (0.002, 0.005, 0.003, 0.04, 0.15, 0.40, 0.40),
        "birth_date": (0.0002, 0.0001, 0.001, 0.002, 0.002, 0.004, 0.10, 0.8897, 0.001),
        "gender": (0.49, 0.02, 0.49),
        "gender beside the same first name": (0.94, 0.02, 0.04),
        "gender beside a like first name": (0.84, 0.02, 0.14),
        "birthplace": (0.65, 0.05, 0.30),
    },
    known=0.7,
    twins=0.03,
    namesakes=0.02,
)
"""What learning begins with, and what holds for files too small to learn from."""


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """The settings of one run.

    The score: `weights` by element; a pair is out beyond `year_limit` years, below `first_limit` or `last_limit`;
    agreement through an alias counts `alias_factor`, exchanged first and last names cost `exchange_cost` points; a
    candidate has at least `cut_off` points, and at most `cap` are listed for a record.

    The likelihood: `propose_at` is where one candidate is proposed, `tell_at` where one below the cut-off is told of;
    `population` is the number of students who were searched.
    """

    profile: Profile = "2022"
    weights: Mapping[str, int] = field(default_factory=lambda: weights_of("2022"))
    cut_off: int = 90
    cap: int = 20
    year_limit: int = 2
    first_limit: float = 0.70
    last_limit: float = 0.60
    alias_factor: float = 0.9
    exchange_cost: int = 5
    propose_at: float = 0.9
    tell_at: float = 0.2
    population: int = 0
    learned: Learned = SHIPPED
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> MatchSettings:
        """The settings kept with a run. Those of an earlier version can be told of; matching again takes that version.

        Raises:
            ValueError: they are of a version that is not known.
        """
        if values.get("version") not in LEVELS_OF:
            raise ValueError(f"settings of version {values.get('version')} cannot be read by version {VERSION}")
        learned = dict(values["learned"])
        for name in ("match", "twin", "chance"):
            learned[name] = {element: tuple(shares) for element, shares in learned[name].items()}
        return cls(**{**values, "learned": Learned(**learned)})


def weights_of(profile: Profile) -> dict[str, int]:
    return dict(zip(ELEMENTS, WEIGHTS[profile], strict=True))


def settings_of(profile: Profile) -> MatchSettings:
    """The default settings under a profile."""
    return MatchSettings(profile=profile, weights=weights_of(profile))

"""Students and their enrolments, as the generator holds them, and the special cases among them. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from ods.demo.districts import ADULT, District
from ods.demo.people import Family, Person

CASES = (
    "sibling", "sibling", "twin", "twin", "moved", "moved between years", "nps", "nps moved", "private",
    "nps completer", "class of 2015 nps", "class of 2015", "changed school", "not eligible", "not participating",
    "pending", "secondary", "short-term", "retired", "class of 2019", "future", "no show", "grade update",
    "graduate", "graduate before", "certificate", "adult", "old language", "transitional kindergarten", "preschool",
    "infant", "left and returned", "address mistake", "accents", "apostrophe", "hyphen", "nonbinary", "alias",
    "renamed", "expelled", "discipline transfer", "transition", "T180", "T200", "T240", "E140", "E400", "T260",
    "E125", "T167", "preschool exit", "T280", "homeless", "tribal foster", "migrant", "504", "opportunity",
    "title i", "academy", "parenting", "gifted", "armed forces", "neglected", "newcomer", "dual immersion",
    "bilingual", "heritage", "one-way immersion", "transitional bilingual", "local program",
)  # fmt: skip
"""The special case of the first students of each cycle, by position; the rest are ordinary."""

GRADES = {-4: "IN", -3: "IN", -2: "PS", -1: "TK", 0: "KN", ADULT: "AD"} | {n: f"{n:02d}" for n in range(1, 13)}
OLDEST_GRADE = 12


@dataclass(slots=True, eq=False)
class Enrollment:
    """One enrolment: an SENR record, and what the student's other records hang on.

    `ago` counts school years back from the current one; `grade` is a number (kindergarten 0, preschool -2).
    """

    district: District
    school: str
    ago: int
    grade: int
    start: date
    ssid: str
    local_id: str
    end: date | None = None
    reason: str = ""
    completion: str = ""
    status: str = "10"
    nps: str = ""
    receiver: str = ""

    def on(self, day: date) -> bool:
        """Whether the student is enrolled on a day."""
        return self.start <= day and (self.end is None or self.end >= day)


@dataclass(slots=True, eq=False)
class Student:
    """A student. `grade` is the grade he is, or would be, in this school year (13 and up: has left school)."""

    number: int
    seed: int
    case: str
    home: District
    family: Family
    person: Person
    grade: int
    disabled: bool
    ssid: str
    retired_ssid: str = ""
    enrollments: list[Enrollment] = field(default_factory=list)

    @property
    def primary(self) -> list[Enrollment]:
        """The enrolments that are neither secondary nor no-shows, by start."""
        return [entry for entry in self.enrollments if entry.status in ("10", "30") and entry.reason[:2] != "N4"]

    def stream(self, subject: str) -> Random:
        """Chance for one kind of record, the same whichever other kinds are made."""
        return Random(f"{self.seed}:{self.number}:{subject}")  # noqa: S311  # synthetic data, nothing secret


def identifier(prefix: str, number: int) -> str:
    """A ten-digit identifier no state issued: the prefix and eight digits that look drawn at random, never twice."""
    return f"{prefix}{(number * 48_271 + 1_234_567) % 100_000_000:08d}"

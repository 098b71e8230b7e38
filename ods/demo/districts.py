"""The LEAs, schools and SELPAs of the demo, and the directory file that names them.

Pure, no Django. No code can be a real one: county 99 does not exist, and no California school code begins with 098,
099 or 98.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

Level = Literal["elementary", "middle", "high", "alternative", "adult", "charter"]

NPS = "0000001"
PRIVATE = "0000002"
FOOTHILLS = "9901"
"""The SELPA of all districts."""

MINIMUM_LEAS = 3
MAXIMUM_LEAS = 2000

_PLACES = (
    "Poppy Valley", "Sequoia Ridge", "Manzanita", "Tidepool", "Madrone Hills", "Lupine", "Condor Peak",
    "Toyon Creek", "Sagebrush", "Redwood Cove", "Kingfisher Lake", "Buckeye", "Granite Bar", "Live Oak Flat",
    "Quail Hollow", "Arroyo Verde", "Juniper Pass", "Pelican Bay", "Yarrow", "Obsidian Springs", "Sandpiper",
    "Cottonwood Bend", "Star Thistle", "Fog Harbor",
)  # fmt: skip
_SCHOOL_NAMES = (
    "Meadowlark", "Scrub Jay", "Golden Trout", "Bluebird", "Sugar Pine", "Nuthatch", "Monarch", "Wild Rose",
    "Grebe", "Acorn", "Hummingbird", "Sea Otter", "Gray Fox", "Kestrel", "Bristlecone", "Ladybird", "Sand Dollar",
    "Marmot",
)  # fmt: skip
_WEIGHTS = (10, 7, 3)
_SHARES: dict[Level, float] = {"elementary": 0.5, "middle": 0.22, "high": 0.28}
_SIZES: dict[Level, int] = {"elementary": 600, "middle": 900, "high": 1800}
_WORDS: dict[Level, str] = {
    "elementary": "Elementary",
    "middle": "Middle",
    "high": "High",
    "alternative": "Continuation High",
    "adult": "Adult School",
    "charter": "Charter",
}


@dataclass(frozen=True, slots=True)
class School:
    """A school. `pupils` is about how many pupils it has in one grade."""

    code: str
    name: str
    level: Level
    pupils: float


@dataclass(frozen=True, slots=True)
class District:
    """An LEA: a unified district, or an independent charter, which is LEA and school under one code.

    Its students are numbered from `first`, `students` of them.
    """

    position: int
    code: str
    place: str
    name: str
    charter: bool
    first: int
    students: int
    schools: tuple[School, ...]
    levels: dict[Level, tuple[School, ...]] = field(compare=False)

    def school_for(self, grade: int, salt: int) -> School:
        """The school a family (`salt`) sends a child of that grade to; 99 is adult education."""
        if self.charter:
            return self.schools[0]
        if grade == ADULT:
            choice = self.levels["adult"] or self.levels["high"]
        else:
            choice = self.levels["elementary" if grade <= 5 else "middle" if grade <= 8 else "high"]
        return choice[salt % len(choice)]

    def another_school(self, school: School) -> School:
        """A school of the LEA that teaches the same grades if there is one, else any other; the charter has but one."""
        same = [other for other in self.schools if other.level == school.level and other is not school]
        alternative = list(self.levels["alternative"] + self.levels["adult"])
        others = same or alternative or [other for other in self.schools if other is not school]
        return others[0] if others else school


ADULT = 99


@dataclass(frozen=True, slots=True)
class Selpa:
    """A SELPA and its memberships: (position of the LEA, first day, last day or None)."""

    code: str
    name: str
    members: tuple[tuple[District, date, date | None], ...]


@dataclass(frozen=True, slots=True)
class State:
    """Everything the directory file names."""

    districts: tuple[District, ...]
    selpas: tuple[Selpa, ...]

    def neighbor(self, district: District) -> District:
        """The LEA that children move to from there."""
        return self.districts[(district.position + 1) % len(self.districts)]

    def selpa_of(self, district: District, day: date) -> str:
        """The code of the SELPA the LEA belongs to on a day."""
        for selpa in self.selpas:
            for member, since, until in selpa.members:
                if member is district and since <= day and (until is None or day <= until):
                    return selpa.code
        return self.selpas[0].code


def build_state(*, leas: int, students: int, first_year: int) -> State:
    """The LEAs with their schools, and the SELPAs; `first_year` is the year the current school year begins in.

    Raises:
        ValueError: fewer than three LEAs or more than 2,000, or fewer than 40 students for each LEA.
    """
    if leas < MINIMUM_LEAS:
        raise ValueError(f"the demo needs at least {MINIMUM_LEAS} LEAs: two districts and a charter")
    if leas > MAXIMUM_LEAS:
        raise ValueError(f"the demo makes at most {MAXIMUM_LEAS} LEAs")
    if students < 40 * leas:
        raise ValueError("the demo needs at least 40 students for each LEA")
    districts = _districts(leas, students)
    return State(districts, _selpas(districts, first_year))


def district_code(position: int) -> str:
    """The code of a district; every third LEA is a charter and goes by its school's code instead."""
    return f"99{10010 + 18 * position:05d}"


def write_directory(state: State, path: Path) -> None:
    """Write the file `manage.py load_directory` reads."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, lineterminator="\r\n")
        rows.writerow(["kind", "code", "name", "parent", "since", "until"])
        for district in state.districts:
            rows.writerow(["LEA", district.code, district.name, "", "", ""])
            for school in district.schools:
                rows.writerow(["SCHOOL", school.code, school.name, district.code, "", ""])
        for selpa in state.selpas:
            rows.writerow(["SELPA", selpa.code, selpa.name, "", "", ""])
            for district, since, until in selpa.members:
                rows.writerow(["MEMBER", district.code, "", selpa.code, since, until or ""])


def _districts(leas: int, students: int) -> tuple[District, ...]:
    total = sum(_WEIGHTS[position % 3] for position in range(leas))
    found: list[District] = []
    passed = number = first = 0
    for position in range(leas):
        passed += _WEIGHTS[position % 3]
        size = students * passed // total - first
        place = _PLACES[position % len(_PLACES)]
        if position >= len(_PLACES):
            place += f" {position // len(_PLACES) + 1}"
        charter = position % 3 == 2
        if charter:
            code, name = f"0{990011 + 4 * position}", f"{place} Charter"
            schools: tuple[School, ...] = (School(code, name, "charter", size * 0.7 / 14),)
        else:
            code, name = district_code(position), f"{place} Unified"
            schools = _schools(place, position, size, number)
        number += len(schools)
        levels: dict[Level, tuple[School, ...]] = {
            level: tuple(school for school in schools if school.level == level) for level in _WORDS
        }
        found.append(District(position, code, place, name, charter, first, size, schools, levels))
        first += size
    return tuple(found)


def _schools(place: str, position: int, students: int, number: int) -> tuple[School, ...]:
    least: dict[Level, int] = {"elementary": 2 if position == 0 else 1, "middle": 1, "high": 1}
    schools: list[School] = []

    def add(level: Level, name: str, pupils: float) -> None:
        # Adult and continuation schools get a leading zero, which files must keep.
        code = f"098{number + len(schools):04d}" if level in ("adult", "alternative") else ""
        code = code or f"98{100 + 7 * (number + len(schools)):05d}"
        schools.append(School(code, f"{name} {_WORDS[level]}", level, pupils))

    for level, share in _SHARES.items():
        count = max(least[level], round(students * share / _SIZES[level]))
        grades = {"elementary": 7, "middle": 3, "high": 4}[level]
        for ordinal in range(count):
            name = place if ordinal == 0 else _SCHOOL_NAMES[(position + ordinal) % len(_SCHOOL_NAMES)]
            if ordinal > len(_SCHOOL_NAMES):
                name += f" {ordinal // len(_SCHOOL_NAMES) + 1}"
            add(level, name, students * 0.7 * share / grades / count)
    add("alternative", place, 1)
    if position % 3 == 0:
        add("adult", place, 1)
    return tuple(schools)


def _selpas(districts: tuple[District, ...], first_year: int) -> tuple[Selpa, ...]:
    """Districts stay in their SELPA; charters left it for the charters' own, and will come back."""
    foothills: list[tuple[District, date, date | None]] = []
    charters: list[tuple[District, date, date | None]] = []
    for district in districts:
        if district.charter:
            foothills.append((district, date(2012, 7, 1), date(first_year - 1, 6, 30)))
            charters.append((district, date(first_year - 1, 7, 1), date(first_year + 1, 6, 30)))
            foothills.append((district, date(first_year + 1, 7, 1), None))
        else:
            foothills.append((district, date(2012, 7, 1), None))
    return (
        Selpa(FOOTHILLS, "Golden Foothills SELPA", tuple(foothills)),
        Selpa("9902", "Charter Alliance SELPA", tuple(charters)),
    )

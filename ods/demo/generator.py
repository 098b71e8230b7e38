"""The generator: coherent CALPADS input files of every record type, at any size. Pure, no Django.

Files are written as they come, students one at a time: memory does not grow with their number. The same seed, sizes
and `as_of` give the same bytes on any day and machine, and a type's files are the same whichever others are made.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ods.demo.districts import build_state, write_directory
from ods.demo.enrollment_records import enrollment_records, information_records
from ods.demo.incident_records import Incidents, records_of_the_past
from ods.demo.language_records import language_records
from ods.demo.making import make_student
from ods.demo.output import DemoFile, Output
from ods.demo.program_records import absence_records, pathway_records, postsecondary_records, program_records
from ods.demo.seat_records import student_section_records
from ods.demo.section_records import section_records
from ods.demo.special_education_records import special_education_records
from ods.demo.staffing import staff_records
from ods.demo.students import Student
from ods.demo.timeline import AS_OF, timeline
from ods.demo.world import World
from ods.layout import RECORD_TYPES

LEAS = 3
STUDENTS = 1200
SEED = 2


@dataclass(frozen=True, slots=True)
class Retirement:
    """An SSID that was given to a student who had one already, and is replaced."""

    old: str
    new: str
    on: date


@dataclass(frozen=True, slots=True)
class DemoData:
    """What was written: the directory, the files in the order in which they are to be loaded, and what comes after."""

    directory: Path
    files: tuple[DemoFile, ...]
    retirements: tuple[Retirement, ...]


def generate(
    folder: Path,
    *,
    leas: int = LEAS,
    students: int = STUDENTS,
    seed: int = SEED,
    as_of: date = AS_OF,
    types: Collection[str] = RECORD_TYPES,
) -> DemoData:
    """Write the demo's files into a folder, which is made if it is not there.

    `students` are those of all `leas` together; each LEA has staff and sections to match. `types` limits the record
    types written. Beside the files stand `directory.csv` for `manage.py load_directory` and `rounds.csv`, which says
    in which order, on which day and how each file is to be loaded.

    Raises:
        ValueError: sizes or a day the demo cannot have; the message says which.
        KeyError: no such record type.
        FileExistsError: the folder holds something already.
    """
    for record_type in types:
        if record_type not in RECORD_TYPES:
            raise KeyError(record_type)
    calendar = timeline(as_of)
    state = build_state(leas=leas, students=students, first_year=calendar.current)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    write_directory(state, folder / "directory.csv")
    world = World(state, calendar, Output(folder, calendar, types), seed)
    retirements = _write_records(world)
    data = DemoData(folder / "directory.csv", world.out.close(), retirements)
    _write_rounds(data, folder / "rounds.csv")
    return data


_OF_STUDENTS: tuple[tuple[frozenset[str], Callable[[Student, World], None]], ...] = (
    (frozenset({"SENR"}), enrollment_records),
    (frozenset({"SINF"}), information_records),
    (frozenset({"SELA"}), language_records),
    (frozenset({"SPRG"}), program_records),
    (frozenset({"STAS"}), absence_records),
    (frozenset({"CRSE", "CRSC", "SCSE", "SCSC"}), student_section_records),
    (frozenset({"SCTE"}), pathway_records),
    (frozenset({"PSTS"}), postsecondary_records),
    (frozenset({"SWDS", "MEET", "PLAN", "SERV"}), special_education_records),
    (frozenset({"SDIS", "SWAV"}), records_of_the_past),
)
"""What makes which record types from a student; incidents are apart, for they count."""


def _write_records(world: World) -> tuple[Retirement, ...]:
    incidents = Incidents(world)
    makers = [maker for record_types, maker in _OF_STUDENTS if world.out.wants(*record_types)]
    if world.out.wants("SINC", "SIRS", "SOFF"):
        makers.append(lambda student, _: incidents.records(student))
    retirements = []
    for district in world.state.districts:
        if world.out.wants("SDEM", "SASS"):
            staff_records(district, world)
        if world.out.wants("CRSE", "CRSC"):
            section_records(district, world)
        for position in range(district.students):
            student = make_student(world, district, position)
            for maker in makers:
                maker(student, world)
            if student.retired_ssid:
                retirements.append(Retirement(student.retired_ssid, student.ssid, world.timeline.as_of))
    return tuple(retirements)


def _write_rounds(data: DemoData, path: Path) -> None:
    """A list for people who load the files themselves; `manage.py demo_data` does not read it."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, lineterminator="\r\n")
        rows.writerow(["file", "record_type", "posted_on", "historical"])
        for file in data.files:
            rows.writerow([file.path.name, file.record_type, file.posted_on, "Y" if file.historical else ""])

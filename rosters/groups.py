"""From a selection to the groups of a school and the rows of its file (spec rosters, sections 1, 3, 4). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rosters.names import LIMIT, Mode, Parts, key_of, name_groups
from rosters.roster_file import MOST_STUDENTS, Row
from rosters.selection import DroppedSection, Reason, School, Section, Selection
from rosters.teachers import Assignment, Team, team


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is sent. `shared` says that each student stands once, teachers taking turns (the limit of 200)."""

    name: str
    section: Section
    lead: Assignment
    teachers: tuple[Assignment, ...]
    students: tuple[str, ...]
    shared: bool

    @property
    def rows(self) -> int:
        return max(len(self.students), len(self.teachers)) if self.shared else len(self.students) * len(self.teachers)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A stale group that is to be emptied by one row without student and login."""

    name: str
    subject: str


@dataclass(slots=True)
class Roster:
    """What a school's file is made from."""

    school: School
    groups: list[Group] = field(default_factory=list)
    cleared: tuple[Cleared, ...] = ()
    selection: Selection = field(default_factory=Selection)
    without_login: list[tuple[Section, Assignment]] = field(default_factory=list)

    @property
    def clashes(self) -> list[str]:
        """Names that two groups have. Only `literal` makes such; CERS would merge them without a word."""
        counts = Counter(key_of(group.name) for group in self.groups)
        return sorted({group.name for group in self.groups if counts[key_of(group.name)] > 1})


def build(
    school: School,
    selection: Selection,
    *,
    day: date,
    known: Mapping[tuple[str, str], str],
    taken: Iterable[str] = (),
    clear: Iterable[Cleared] = (),
    mode: Mode = Mode.STANDARD,
    limit: int = LIMIT,
) -> Roster:
    """Name the groups of a selection, give them their teachers, and leave out what has none, each with its reason.

    `known` and `taken`: see `rosters.names.name_groups`. `clear` are stale groups to be emptied; a group of that name
    that is sent again is not.
    """
    found = Roster(school=school, selection=selection)
    teams: dict[str, Team] = {}
    for section, _ in selection.sections:
        of_section = teams[section.id] = team(section.teachers, day=day)
        found.without_login += [(section, teacher) for teacher in of_section.without_login]
        if of_section.lead is None:
            selection.dropped_sections.append(DroppedSection(section, Reason.NO_LEAD))
        elif not of_section.sent:
            selection.dropped_sections.append(DroppedSection(section, Reason.NO_LOGIN))
    sent = [(section, students) for section, students in selection.sections
            if teams[section.id].lead and teams[section.id].sent]  # fmt: skip
    parts = [_parts(section, lead, school.year) for section, _ in sent if (lead := teams[section.id].lead)]
    names = name_groups(parts, known=known, taken=taken, mode=mode, limit=limit)
    for section, students in sent:
        of_section = teams[section.id]
        assert of_section.lead is not None
        shared = len(students) * len(of_section.sent) > MOST_STUDENTS >= len(students)
        found.groups.append(
            Group(names[section.id], section, of_section.lead, of_section.sent, students, shared)
        )  # fmt: skip
    found.groups.sort(key=lambda group: (group.name, group.section.id))
    again = {group.name for group in found.groups}
    found.cleared = tuple(sorted((one for one in clear if one.name not in again), key=lambda one: one.name))
    return found


def rows(roster: Roster) -> list[Row]:
    """The rows of the file: by group name, then teacher, then SSID; clear rows at their name's place."""
    cds, year = roster.school.cds, str(roster.school.year)
    found: list[tuple[str, list[Row]]] = [
        (cleared.name, [Row(cleared.name, cds, year, cleared.subject, "", "")]) for cleared in roster.cleared
    ]
    for group in roster.groups:
        pairs = (
            _taking_turns(group)
            if group.shared
            else [(ssid, teacher.email) for teacher in group.teachers for ssid in group.students]
        )
        subject = group.section.subject
        found.append((group.name, [Row(group.name, cds, year, subject, ssid, login) for ssid, login in pairs]))
    found.sort(key=lambda part: part[0])
    return [row for _, part in found for row in part]


def _taking_turns(group: Group) -> list[tuple[str, str]]:
    count = max(len(group.students), len(group.teachers))
    pairs = [
        (group.students[place % len(group.students)], group.teachers[place % len(group.teachers)].email)
        for place in range(count)
    ]
    return sorted(pairs, key=lambda pair: pair[0])


def _parts(section: Section, lead: Assignment, year: int) -> Parts:
    return Parts(
        section_id=section.id,
        year=year,
        last_name=lead.last_name,
        first_name=lead.first_name,
        expression=section.expression,
        course=section.course,
        section=section.number,
        lead=lead.staff_id,
    )

"""What a file changes in CERS, compared with what was last accepted there (spec rosters, section 5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rosters.roster_file import Row

HOLD = 0.2
"""From a larger share on somebody is asked before the file goes out."""


@dataclass(frozen=True, slots=True)
class Members:
    """The students and users of a group, and its subject."""

    subject: str
    students: frozenset[str]
    users: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What the file does to one group, in numbers."""

    name: str
    kind: str
    """`new`, `changed` or `emptied`."""
    students_in: int
    students_out: int
    users_in: int
    users_out: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file does to a school's groups.

    `share` is the larger of the memberships that come and that go, as a part of those there were: a class that gets
    another teacher, and so another group, counts once.
    """

    changes: tuple[Change, ...]
    stale: tuple[str, ...]
    share: float
    first: bool

    @property
    def nothing(self) -> bool:
        return not self.changes and not self.stale

    @property
    def holds(self) -> bool:
        """Whether it is so much that somebody should look at it first. The first file of a school never is."""
        return not self.first and self.share > HOLD


def members_of(rows: Iterable[Row]) -> dict[str, Members]:
    """Group name to what CERS makes of its rows: the set of students and the set of users."""
    students: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    subjects: dict[str, str] = {}
    for row in rows:
        subjects[row.group_name] = row.subject_code
        students.setdefault(row.group_name, set()).update([row.student_ssid] if row.student_ssid else [])
        users.setdefault(row.group_name, set()).update(
            [row.group_user_login.casefold()] if row.group_user_login else []
        )
    return {
        name: Members(subject, frozenset(students[name]), frozenset(users[name])) for name, subject in subjects.items()
    }


def compare(before: Mapping[str, Members], after: Mapping[str, Members], *, complete: bool) -> Difference:
    """What CERS holds (`before`) against a file (`after`).

    `complete`: the file holds all sections of the school, so a group it does not name is stale. CERS leaves such
    groups as they are; they count as changed by all their memberships, because that is what the school says of them.
    """
    changes = []
    came = went = 0
    for name, new in after.items():
        old = before.get(name, Members(new.subject, frozenset(), frozenset()))
        change = Change(
            name=name,
            kind="new" if name not in before else "changed" if new.students or new.users else "emptied",
            students_in=len(new.students - old.students),
            students_out=len(old.students - new.students),
            users_in=len(new.users - old.users),
            users_out=len(old.users - new.users),
        )
        if change.kind != "emptied":  # that was asked for by name
            came += change.students_in + change.users_in
            went += change.students_out + change.users_out
        if new != old or name not in before:
            changes.append(change)
    stale = tuple(sorted(name for name in before if name not in after)) if complete else ()
    went += sum(len(before[name].students) + len(before[name].users) for name in stale)
    counted = [members for name, members in before.items() if complete or name in after]
    size = sum(len(members.students) + len(members.users) for members in counted)
    return Difference(tuple(changes), stale, max(came, went) / size if size else 0.0, first=not before)

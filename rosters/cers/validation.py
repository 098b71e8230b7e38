"""How the receiving end judges a file of groups: in order, in its exact words (spec rosters, sections 7 and 7.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from rosters.cers.csv_text import NotCsv, records

COLUMNS = ("group_name", "school_natural_id", "school_year", "subject_code", "student_ssid", "group_user_login")
MOST_STUDENTS = 200
MOST_LINES = 100
NOT_CSV = "File does not appear to be a valid CSV with a header row"
HEADERS = f"Invalid headers. Headers must be in order: [{','.join(COLUMNS)}]"
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)


class ServerError(Exception):
    """The original answers 500 here (spec 7: a header of the first five names)."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is loaded: trimmed; blank subject, SSID and login are None."""

    group: str
    school: str
    year: int
    subject: str | None
    ssid: str | None
    login: str | None


@dataclass
class Verdict:
    """What became of a file: failures as (row, text), or the groups accepted by school."""

    failures: list[tuple[int, str]] = field(default_factory=list)
    accepted: dict[str, int] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def message(self) -> str:
        successes = [
            f"{count} group{'' if count == 1 else 's'} accepted for {school}."
            for school, count in self.accepted.items()
        ]
        if self.ok:
            return _cut(successes, "schools")
        lines = [f"Row: {row} Failure: {text}" for row, text in self.failures]
        if self.failures == [(0, HEADERS)]:
            # Right names in a wrong order: the rows were fine, and the original adds its success texts.
            lines += [f"Row: 0 Failure: {text}" for text in successes]
        return _cut(lines, "validation failures")


def _cut(lines: list[str], what: str) -> str:
    more = len(lines) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], *([f"With {more} additional {what}"] if more > 0 else [])])


def validate(
    content: bytes, *, years: Collection[int], subjects: Collection[str], school_known: Callable[[str], bool]
) -> Verdict:
    """Judge a file. `school_known`: whether a School Natural ID exists and is in the sender's scope.

    Raises:
        ServerError: where the original fails with a server error.
    """
    verdict = Verdict()
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines: list[list[str]] = []
    try:
        for cells in records(text):
            lines.append(cells)
    except NotCsv:
        if lines:
            raise ServerError from None  # broken quoting behind the header
        verdict.failures.append((0, NOT_CSV))
        return verdict
    if len(lines) < 2:
        verdict.failures.append((0, "Empty file"))
        return verdict
    header = [name.lower() for name in lines[0]]
    if header == list(COLUMNS[:5]):
        raise ServerError
    if len(set(header)) < len(header):
        verdict.failures.append((0, NOT_CSV))
        return verdict
    wrong = tuple(header[: len(COLUMNS)]) != COLUMNS
    if not set(COLUMNS[:5]) <= set(header):
        verdict.failures += [(0, HEADERS), (0, NOT_CSV)]
        return verdict
    places = {name: header.index(name) for name in COLUMNS if name in header}
    rows = lines[1:]
    least = max(places[name] for name in COLUMNS[:5])
    if any(len(row) <= least for row in rows):
        verdict.failures += [(0, HEADERS)] if wrong else []
        verdict.failures.append((0, NOT_CSV))
        return verdict
    judge = _Judge(frozenset(years), frozenset(code.lower() for code in subjects), school_known)
    for number, row in enumerate(rows, start=1):
        judge.row(number, {name: row[place] if place < len(row) else "" for name, place in places.items()})
    judge.end()
    verdict.failures = ([(0, HEADERS)] if wrong else []) + judge.failures
    verdict.accepted, verdict.records = judge.accepted, judge.records
    return verdict


class _Judge:
    """Goes through the rows and keeps which school and group it is in."""

    def __init__(self, years: frozenset[int], subjects: frozenset[str], school_known: Callable[[str], bool]) -> None:
        self.failures: list[tuple[int, str]] = []
        self.accepted: dict[str, int] = {}
        self.records: list[Record] = []
        self._years, self._subjects, self._school_known = years, subjects, school_known
        self._said: set[str] = set()
        self._known: dict[str, bool] = {}
        self._school = ""
        self._schools: set[str] = set()
        self._group: tuple[str, str, int] | None = None
        self._groups: set[tuple[str, str, int]] = set()
        self._subject = ""
        self._students = 0
        self._last = 0

    def row(self, number: int, values: dict[str, str]) -> None:
        school, name, given = values["school_natural_id"], values["group_name"], values["school_year"]
        year = int(given) if _INTEGER.fullmatch(given) else None
        missing = [
            what
            for what, blank in (
                ("a school", not school.strip()), ("a group name", not name.strip()), ("a school year", year is None),
            )
            if blank
        ]  # fmt: skip
        if missing or year is None:
            self.failures += [(number, f"Record does not contain {what}") for what in missing]
            return
        if year not in self._years:
            self._say(number, f"Invalid school year: {year}")
        subject = values["subject_code"].strip()
        if subject and subject.lower() != "all" and subject.lower() not in self._subjects:
            self._say(number, f"Invalid subject: {subject}")
        if not self._known.setdefault(school, self._school_known(school)):
            self._say(number, f"School [{school}] can not be found")
            return
        if school != self._school:
            if school in self._schools:
                self._say(number, f"School [{school}] is out-of-order: sort CSV by school, group, year")
                return
            self._schools.add(school)
            self._school = school
        self._in_group(number, (school, name, year), subject)
        ssid = values["student_ssid"].strip()
        self._students += bool(ssid)
        self._last = number
        login = values.get("group_user_login", "").strip()
        self.records.append(Record(name.strip(), school.strip(), year, subject or None, ssid or None, login or None))

    def _in_group(self, number: int, group: tuple[str, str, int], subject: str) -> None:
        before = self._group
        same = before and (before[0], before[1].lower(), before[2]) == (group[0], group[1].lower(), group[2])
        if not same:
            self.end()
            if group in self._groups:
                self._say(number, "Record is out-of-order: sort CSV by school, group, year")
            else:
                self.accepted[group[0]] = self.accepted.get(group[0], 0) + 1
            self._groups.add(group)
            self._group = group
            self._subject, self._students = "", 0
        if subject and self._subject and subject.lower() != self._subject.lower():
            self._say(number, f"Record is attempting to re-define group subject from [{self._subject}] to [{subject}]")
        self._subject = subject or self._subject

    def end(self) -> None:
        """The group is over: it must not have more rows with students than are allowed."""
        if self._group and self._students > MOST_STUDENTS:
            self._say(
                self._last,
                f"School [{self._group[0]}] Group [{self._group[1]}] contains {self._students} students.  "
                f"Maximum students allowed per group is {MOST_STUDENTS}",
            )

    def _say(self, number: int, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self.failures.append((number, text))

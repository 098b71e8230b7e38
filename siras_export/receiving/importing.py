"""What SIRAS does with each row of a file (spec siras, sections 5 to 7 and 9.3). Pure, no Django.

`Importer.run` decides and says; keeping it is the caller's (`receiving.records`), or nobody's in a preview.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from siras_export.fields import REQUIRED, SirasField, by_key, fields
from siras_export.receiving.headers import HeaderMap, map_header
from siras_export.receiving.reading import Cell, text_of
from siras_export.receiving.schools import Entity, assign
from siras_export.receiving.values import BOTH_WAYS, Day, folded, read_day, read_value
from siras_export.rows import PLAN_504, SPED, SST

UPDATED, UNCHANGED, CREATED, SKIPPED = "updated", "unchanged", "created", "skipped"
OUTCOMES = {UPDATED: "Updated", UNCHANGED: "Unchanged", CREATED: "Created", SKIPPED: "Skipped"}

SKIPS = {
    "no_ssid": "There is no SSID.",
    "bad_ssid": "The SSID has not ten digits.",
    "duplicate": "The same SSID stands in an earlier row, which counts.",
    "incomplete": "Last name, first name or birthdate is blank.",
    "bad_birthdate": "The birthdate is no date written YYYYMMDD or DD/MM/YYYY.",
    "not_found": "SIRAS has no student of this SSID, and creates none.",
    "no_program": "SIRAS has no student of this SSID; without a program (Designation) it creates none.",
    "several": "SIRAS has several students of this name and birthdate.",
    "inactive": "The student is inactive in SIRAS, which is left as it is.",
    "identity": "Identity mismatch: birthdate, or first and last name, differ from those in SIRAS.",
}
BATCH = 1000
_EXCHANGED_SHARE = 0.2
_MATCHED_APART = frozenset(
    {"ssid", "local_id", "last_name", "first_name", "birthdate", "school", "site_code", "designation"}
)


@dataclass(frozen=True, slots=True)
class Options:
    """What SIRAS was asked to do for a district (spec, section 5). `program`: of all students of a separate file."""

    creates: bool = False
    creates_504: bool = False
    identifying: bool = False
    by_name: bool = False
    sst: bool = False
    program: str = ""
    grades: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def creates_as(self, program: str) -> bool:
        return {SPED: self.creates, PLAN_504: self.creates_504, SST: self.creates and self.sst}.get(program, False)


@dataclass(slots=True)
class Record:
    """A student of SIRAS. `key` is whatever finds him again."""

    ssid: str
    values: dict[str, str]
    entity: Entity | None = None
    inactive: str = ""
    key: int = 0


class Registry(Protocol):
    """SIRAS' students and schools of one district."""

    def find(self, ssids: Collection[str]) -> Mapping[str, Record]: ...
    def named(self, last: str, first: str, birthdate: str) -> list[Record]:
        """Those of these folded names and birthdate."""

    def entities(self) -> Mapping[str, list[Entity]]:
        """By code."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is another one now. `field` is the header, schools stand with their names."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class RowResult:
    """What becomes of a row. `row` counts as a spreadsheet does, the header being 1."""

    row: int
    ssid: str
    local_id: str = ""
    name: str = ""
    outcome: str = SKIPPED
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    record: Record | None = None
    values: dict[str, str] = field(default_factory=dict)
    entity: Entity | None = None

    @property
    def words(self) -> str:
        return SKIPS.get(self.reason, "")


class Importer:
    """One import. After `run`: `header`, `counts` by outcome and by reason, `notes` on the file as a whole."""

    def __init__(self, *, registry: Registry, options: Options) -> None:
        self._registry, self._options = registry, options
        self._seen: set[str] = set()
        self._matched = self._exchanged = 0
        self.header: HeaderMap | None = None
        self.counts: Counter[str] = Counter()
        self.notes: list[str] = []

    def run(self, rows: Iterable[list[Cell]]) -> Iterator[RowResult]:
        """Decide about every row of a file whose first row is its header.

        Raises:
            FileRefused: nothing of it is imported.
        """
        lines = iter(rows)
        self.header = map_header([str(cell) for cell in next(lines, [])], own=self._options.headers)
        self.notes += [f"The column {name} is none SIRAS knows; it is ignored." for name in self.header.ignored]
        numbered = enumerate(lines, start=2)
        while batch := list(islice(numbered, BATCH)):
            found = [(number, self._values(cells)) for number, cells in batch]
            records = self._registry.find({values["ssid"] for _, values in found})
            for number, values in found:
                result = self._row(number, values, records)
                self.counts["read"] += 1
                self.counts[result.outcome] += 1
                if result.reason:
                    self.counts[result.reason] += 1
                self.counts["problems"] += len(result.problems)
                yield result
        if self._matched and self._exchanged / self._matched > _EXCHANGED_SHARE:
            self.notes.append(
                f"{self._exchanged} of {self._matched} students found have last and first name exchanged. "
                "Check which column is which."
            )

    def _values(self, cells: list[Cell]) -> dict[str, str]:
        assert self.header is not None
        return {
            key: text_of(cells[place], by_key()[key].kind) if place < len(cells) else ""
            for key, place in self.header.columns.items()
        }

    def _row(self, number: int, values: dict[str, str], records: Mapping[str, Record]) -> RowResult:
        ssid = values["ssid"]
        name = ", ".join(filter(None, (values["last_name"], values["first_name"])))
        result = RowResult(number, ssid, values.get("local_id", ""), name)
        birthdate = read_day(values["birthdate"])
        result.reason = self._unusable(values, birthdate)
        self._seen.add(ssid)
        if result.reason or birthdate is None:
            return result
        if birthdate.ambiguous:
            result.problems.append((by_key()["birthdate"].header, BOTH_WAYS))
        values = {**values, "birthdate": f"{birthdate.day:%Y%m%d}"}
        record = records.get(ssid)
        if record is None and self._options.by_name:
            found = self._registry.named(folded(values["last_name"]), folded(values["first_name"]), values["birthdate"])
            if len(found) > 1:
                result.reason = "several"
                return result
            record = found[0] if found else None
            if record is not None:
                result.problems.append(("SSID", "differs; found by name and birthdate. Change it in SIRAS by hand."))
        if record is None:
            self._create(result, values)
        else:
            self._update(result, values, record)
        return result

    def _unusable(self, values: dict[str, str], birthdate: Day | None) -> str:
        """The reason for which a row is skipped before anybody is looked for; '' if there is none."""
        ssid = values["ssid"]
        if not ssid:
            return "no_ssid"
        if len(ssid) != 10 or not (ssid.isascii() and ssid.isdecimal()):
            return "bad_ssid"
        if ssid in self._seen:
            return "duplicate"
        if not all(values[key] for key in REQUIRED):
            return "incomplete"
        return "" if birthdate else "bad_birthdate"

    def _create(self, result: RowResult, values: dict[str, str]) -> None:
        program = self._options.program
        given = values.get("designation", "")
        if given:
            program, wrong = read_value("designation", given, grades={}, sst=self._options.sst)
            if wrong:
                result.problems.append((by_key()["designation"].header, f"{given} {wrong}"))
        if not self._options.creates_as(program):
            result.reason = "not_found" if program or given else "no_program"
            return
        result.outcome = CREATED
        result.values = {key: values[key] for key in ("ssid", "local_id", *REQUIRED[1:]) if values.get(key)}
        result.values["designation"] = program
        empty = Record(result.ssid, {})
        self._others(result, values, empty)
        self._school(result, values, empty)

    def _update(self, result: RowResult, values: dict[str, str], record: Record) -> None:
        result.record = record
        same = {key: folded(values[key]) == folded(record.values.get(key, "")) for key in ("last_name", "first_name")}
        self._matched += 1
        self._exchanged += not any(same.values()) and (
            folded(values["last_name"]) == folded(record.values.get("first_name", ""))
            and folded(values["first_name"]) == folded(record.values.get("last_name", ""))
        )
        if record.inactive:
            result.reason = "inactive"
            return
        local = values.get("local_id", "")
        close = [*same.values(), bool(local) and local == record.values.get("local_id")].count(True) >= 2
        if record.values.get("birthdate") != values["birthdate"] or not any(same.values()):
            result.reason = "identity"
            return
        if self._options.identifying and close:
            for key in ("last_name", "first_name", "local_id"):
                self._set(result, by_key()[key], values.get(key, ""), record)
        else:
            for key, equal in same.items():
                if not equal:
                    result.problems.append((by_key()[key].header, "differs from SIRAS; it is left as it is there."))
        self._others(result, values, record)
        self._school(result, values, record)
        result.outcome = UPDATED if result.changes else UNCHANGED

    def _others(self, result: RowResult, values: dict[str, str], record: Record) -> None:
        for each in fields():
            given = values.get(each.key, "")
            if not given or each.key in _MATCHED_APART:
                continue  # a blank never blanks out SIRAS
            value, wrong = read_value(each.kind, given, grades=self._options.grades, sst=self._options.sst)
            if wrong:
                result.problems.append((each.header, f"{given} {wrong}"))
                continue
            if each.kind == "date" and (day := read_day(given)) and day.ambiguous:
                result.problems.append((each.header, BOTH_WAYS))
            self._set(result, each, value, record)

    @staticmethod
    def _set(result: RowResult, each: SirasField, value: str, record: Record) -> None:
        old = record.values.get(each.key, "")
        if value and value != old:
            result.values[each.key] = value
            result.changes.append(Change(each.header, old, value))

    def _school(self, result: RowResult, values: dict[str, str], record: Record) -> None:
        entity, problem = assign(
            code=values.get("school", ""),
            site_code=values.get("site_code", ""),
            present=record.entity,
            entities=self._registry.entities(),
        )
        header = by_key()["school"].header
        if problem:
            result.problems.append((header, problem))
        if entity is not None and entity != record.entity:
            result.entity = entity
            result.changes.append(Change(header, str(record.entity or ""), str(entity)))

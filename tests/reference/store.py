"""Posting, as simply as it can be said (ods-extracts 10.2): state before the file, apply every line, state after.

Last Updated moves exactly for the records whose extracted line is different after the file (10.2.4): so the lines of
all records are written before and after, and compared.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from ods.layout import RECORD_TYPES, Layout, layout
from tests.reference.reading import Directory, Line, read

Key = tuple[str, ...]


@dataclass
class Record:
    """A posted record. `values` hold what was sent, in canonical text; the effective end among them is the end sent."""

    values: dict[str, str]
    uploaded: str
    updated: str
    posted: tuple[int, int]


@dataclass
class Outcome:
    """What loading a file did: refused (nothing changed), or the counts of a posting."""

    refused: bool
    lines: list[Line]
    counts: Counter[str]


@dataclass
class Store:
    """Everything posted, by record type and key; who was retired for whom and when; when each SSID first came."""

    directory: Directory
    records: dict[str, dict[Key, Record]] = field(default_factory=lambda: {code: {} for code in RECORD_TYPES})
    retired: dict[str, str] = field(default_factory=dict)
    retired_on: dict[str, str] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def current(self, ssid: str) -> str:
        """The SSID the student has now."""
        while ssid in self.retired:
            ssid = self.retired[ssid]
        return ssid

    def retire(self, old: str, new: str, on: str = "") -> None:
        self.retired[old] = new
        self.retired_on[old] = on

    def restore(self, old: str) -> None:
        del self.retired[old], self.retired_on[old]

    def load(
        self, data: bytes, *, posted_on: str, accept_valid: bool = False, historical: bool = False, lea: str = ""
    ) -> Outcome:
        """Posts a file. `posted_on` is CCYYMMDD; `lea` refuses records of other Reporting LEAs."""
        kind, lines = read(data, directory=self.directory, historical=historical)
        table = self.records[kind.record_type]
        targets = self._targets(kind, lines)
        seen: set[Key] = set()
        for line, target in zip(lines, targets, strict=True):
            if line.errors:
                continue
            if lea and line.values["reporting_lea"] != lea:
                line.errors.append(("*", "reporting_lea"))
            if target in seen:
                line.errors.append(("IVR0116", ""))
            if line.transaction == "D" and target not in table:
                line.errors.append(("*", ""))
            seen.add(target)
        if any(line.errors for line in lines) and not accept_valid:
            return Outcome(True, lines, Counter())
        return Outcome(False, lines, self._post(kind, lines, targets, posted_on))

    def empty(self, record_type: str, scope: Key) -> None:
        """Deletes everything of a replacement scope."""
        kind = layout(record_type)
        table = self.records[record_type]
        for key in [key for key, record in table.items() if scope_of(kind, record.values) == scope]:
            del table[key]

    def _targets(self, kind: Layout, lines: list[Line]) -> list[Key]:
        """Which record each line is of: that of its key; else the one record of the same student by his current SSID.

        A record of a retired SSID stays under it, and an extract names the current one (10.1.8; docs/decisions/0022).
        """
        table = self.records[kind.record_type]
        keys = [key_of(kind, line.values) if line.values else () for line in lines]
        named = {key for key in keys if key in table}
        standing: dict[Key, list[Key]] = {}
        for key in table:
            standing.setdefault(self._with_current_ssid(kind, key), []).append(key)
        targets = []
        for key in keys:
            fits = standing.get(self._with_current_ssid(kind, key), []) if key and key not in table else []
            targets.append(fits[0] if len(fits) == 1 and fits[0] not in named else key)
        return targets

    def _with_current_ssid(self, kind: Layout, key: Key) -> Key:
        return tuple(self.current(part) if name == "ssid" else part for name, part in zip(kind.key, key, strict=False))

    def _post(self, kind: Layout, lines: list[Line], targets: list[Key], day: str) -> Counter[str]:
        self.files += 1
        table = self.records[kind.record_type]
        before = self.shown(kind)
        counts: Counter[str] = Counter(read=len(lines), rejected=sum(bool(line.errors) for line in lines))
        for line, key in zip(lines, targets, strict=True):
            if line.errors:
                continue
            new = Record(line.values, day, day, (self.files, line.number))
            if line.transaction == "D":
                del table[key]
                counts["removed"] += 1
            elif key not in before:
                table[key] = new
                if kind.record_type in ("SENR", "SINF"):
                    self.created.setdefault(line.values["ssid"], day)
                counts["inserted"] += 1
            else:
                if "ssid" in line.values:
                    new.values = {**line.values, "ssid": table[key].values["ssid"]}
                shown = {**before[key], "ssid": new.values["ssid"]} if "ssid" in new.values else before[key]
                if new.values in (table[key].values, shown):
                    counts["unchanged"] += 1
                else:
                    new.uploaded, new.updated = table[key].uploaded, table[key].updated
                    table[key] = new
                    counts["updated"] += 1
        if kind.processing == "replacement":
            scopes = {scope_of(kind, line.values) for line in lines if not line.errors}
            kept = set(targets)
            gone = [key for key, record in table.items() if scope_of(kind, record.values) in scopes and key not in kept]
            for key in gone:
                del table[key]
            counts["deleted"] = len(gone)
        for key, values in self.shown(kind).items():
            if key in before and values != before[key]:
                table[key].updated = day
        return counts

    def shown(self, kind: Layout) -> dict[Key, dict[str, str]]:
        """All records of a type as an extract shows them: the current SSID, the effective end that is in force."""
        table = self.records[kind.record_type]
        shown = {key: dict(record.values) for key, record in table.items()}
        for values in shown.values():
            if "ssid" in values:
                values["ssid"] = self.current(values["ssid"])
        if kind.processing == "effective":
            chains: dict[tuple[str, str], list[Key]] = {}
            for key, record in table.items():
                chains.setdefault((record.values["reporting_lea"], record.values[kind.person_field]), []).append(key)
            for chain in chains.values():
                chain.sort(key=lambda key: table[key].values["effective_start_date"])
                for key, following in pairwise(chain):
                    sent = shown[key]["effective_end_date"]
                    cut = day_before(table[following].values["effective_start_date"])
                    shown[key]["effective_end_date"] = min(sent or cut, cut)
        return shown


def line_of(kind: Layout, values: dict[str, str]) -> str:
    texts = [values[each.field] if each.field else "" for each in kind.fields]
    texts[0] = kind.record_type + "-R"
    return "^".join(texts)


def key_of(kind: Layout, values: dict[str, str]) -> Key:
    return tuple(values.get(name, "") for name in kind.key)


def scope_of(kind: Layout, values: dict[str, str]) -> Key:
    return tuple(values[name] for name in kind.scope)


def day_before(day: str) -> str:
    return (date(int(day[:4]), int(day[4:6]), int(day[6:])) - timedelta(days=1)).strftime("%Y%m%d")

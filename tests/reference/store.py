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
    """Everything posted, by record type and key, and who was retired for whom."""

    directory: Directory
    records: dict[str, dict[Key, Record]] = field(default_factory=lambda: {code: {} for code in RECORD_TYPES})
    retired: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def current(self, ssid: str) -> str:
        """The SSID the student has now."""
        while ssid in self.retired:
            ssid = self.retired[ssid]
        return ssid

    def retire(self, old: str, new: str) -> None:
        self.retired[old] = new

    def load(
        self, data: bytes, *, posted_on: str, accept_valid: bool = False, historical: bool = False, lea: str = ""
    ) -> Outcome:
        """Posts a file. `posted_on` is CCYYMMDD; `lea` refuses records of other Reporting LEAs."""
        kind, lines = read(data, directory=self.directory, historical=historical)
        table = self.records[kind.record_type]
        seen: set[Key] = set()
        for line in lines:
            key = key_of(kind, line.values)
            if line.errors:
                continue
            if lea and line.values["reporting_lea"] != lea:
                line.errors.append(("*", "reporting_lea"))
            if key in seen:
                line.errors.append(("IVR0116", ""))
            if line.transaction == "D" and key not in table:
                line.errors.append(("*", ""))
            seen.add(key)
        if any(line.errors for line in lines) and not accept_valid:
            return Outcome(True, lines, Counter())
        return Outcome(False, lines, self._post(kind, lines, posted_on))

    def empty(self, record_type: str, scope: Key) -> None:
        """Deletes everything of a replacement scope."""
        kind = layout(record_type)
        table = self.records[record_type]
        for key in [key for key, record in table.items() if scope_of(kind, record.values) == scope]:
            del table[key]

    def _post(self, kind: Layout, lines: list[Line], day: str) -> Counter[str]:
        self.files += 1
        table = self.records[kind.record_type]
        before = self.lines(kind)
        standing = {text: key for key, text in before.items()}
        counts: Counter[str] = Counter(read=len(lines), rejected=sum(bool(line.errors) for line in lines))
        kept = set()
        for line in lines:
            key = key_of(kind, line.values) if line.values else ()
            kept.add(key)
            if line.errors:
                continue
            new = Record(line.values, day, day, (self.files, line.number))
            equal = standing.get(line_of(kind, line.values))
            if line.transaction == "D":
                del table[key]
                counts["removed"] += 1
            elif equal is not None and (equal == key or key not in before):
                # What an extract shows of it (the end shown, the current SSID): recognised, nothing changes (9.9).
                kept.add(equal)
                counts["unchanged"] += 1
            elif key not in before:
                table[key] = new
                counts["inserted"] += 1
            elif table[key].values == line.values:
                counts["unchanged"] += 1
            else:
                new.uploaded, new.updated = table[key].uploaded, table[key].updated
                table[key] = new
                counts["updated"] += 1
        if kind.processing == "replacement":
            scopes = {scope_of(kind, line.values) for line in lines if not line.errors}
            gone = [key for key, record in table.items() if scope_of(kind, record.values) in scopes and key not in kept]
            for key in gone:
                del table[key]
            counts["deleted"] = len(gone)
        for key, text in self.lines(kind).items():
            if key in before and text != before[key]:
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

    def lines(self, kind: Layout) -> dict[Key, str]:
        """The extracted line of every record of a type, without the two dates."""
        return {key: line_of(kind, values) for key, values in self.shown(kind).items()}


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

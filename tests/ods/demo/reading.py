"""The demo's files, read in plain Python: what stands posted after all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ods.demo.generator import DemoData
from ods.layout import RECORD_TYPES, layout

Row = dict[str, str]


@dataclass
class Posted:
    """The records of each type after the last file, by key, and every line as it was sent.

    Effective ends are those that were sent.
    """

    data: DemoData
    records: dict[str, dict[tuple[str, ...], Row]] = field(default_factory=lambda: {code: {} for code in RECORD_TYPES})
    lines: dict[str, list[Row]] = field(default_factory=lambda: {code: [] for code in RECORD_TYPES})

    def __getitem__(self, record_type: str) -> list[Row]:
        return list(self.records[record_type].values())

    def of(self, record_type: str, **values: str) -> list[Row]:
        """The records of a type with these values."""
        return [row for row in self[record_type] if all(row[name] == value for name, value in values.items())]


def read(data: DemoData) -> Posted:
    """All files, one after the other."""
    posted = Posted(data)
    for file in data.files:
        kind = layout(file.record_type)
        table = posted.records[file.record_type]
        rows = []
        for line in file.path.read_bytes().decode().split("\r\n")[:-1]:
            values = line.split("^")
            row = {each.field or each.name: value for each, value in zip(kind.fields, values, strict=True)}
            row["posted_on"] = f"{file.posted_on:%Y%m%d}"
            rows.append(row)
        posted.lines[file.record_type] += rows
        scopes = {tuple(row[name] for name in kind.scope) for row in rows} if kind.scope else set()
        for key in [key for key, row in table.items() if tuple(row[name] for name in kind.scope) in scopes]:
            del table[key]
        for row in rows:
            key = tuple(row[name] for name in kind.key)
            if row["Transaction Type Code"] == "D":
                del table[key]
            else:
                table[key] = row
    return posted

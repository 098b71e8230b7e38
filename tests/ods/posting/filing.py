"""Posting files in tests, and looking at what became of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from ods.layout import layout
from ods.models import RECORD_MODELS, PostedRecord
from ods.posting import Outcome, post
from ods.rules import Finding
from ods.writer import line as written
from tests.factories.records import file

SECOND_SCHOOL = "1930932"
OTHER_LEA = "3066464"
OTHER_LEAS_SCHOOL = "3031234"

FIRST, SECOND, THIRD = date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)


@dataclass(frozen=True)
class Filed:
    """What came of a file, and its findings as (line, rule)."""

    outcome: Outcome
    findings: list[Finding]

    @property
    def places(self) -> list[tuple[int, str]]:
        return [(each.line, each.rule.code) for each in self.findings]

    @property
    def counts(self) -> dict[str, int]:
        """The counts that are not zero."""
        return {name: count for name in _COUNTS if (count := getattr(self.outcome.counts, name))}


_COUNTS = ("read", "inserted", "updated", "unchanged", "removed", "deleted", "rejected", "warnings")


def filed(*lines: str, on: date = FIRST, **options: Any) -> Filed:
    """Post a file of these lines."""
    findings: list[Finding] = []
    outcome = post(
        source=io.BytesIO(file(*lines)),
        file_name="test.txt",
        posted_on=on,
        posted_by="tester",
        report=findings.append,
        **options,
    )
    return Filed(outcome, findings)


def extracted(record: PostedRecord) -> str:
    """The record's line as an extract has it, without `-R`, the two dates and the line end: what is loaded again."""
    found = layout(record.record_type)
    values = {field.field: getattr(record, field.field) for field in found.stored}
    if found.has("ssid"):
        values["ssid"] = record.current_ssid  # type: ignore[attr-defined]
    return written(values, found).removesuffix("\r\n")


def stored(record_type: str) -> list[PostedRecord]:
    """The records of a type, in the order of their keys."""
    return list(RECORD_MODELS[record_type]._default_manager.order_by(*layout(record_type).key))


def lines(record_type: str) -> list[str]:
    return [extracted(record) for record in stored(record_type)]


def days(record_type: str) -> list[tuple[date, date]]:
    """Upload Date and Last Updated of each record, in the order of their keys."""
    return [(record.upload_date, record.last_updated) for record in stored(record_type)]


def everything(record_type: str) -> list[dict[str, Any]]:
    """Every column of every record but its number, by key: numbers are given in no order."""
    model = RECORD_MODELS[record_type]
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in ("id", "extract_line")]
    return list(model._default_manager.order_by(*layout(record_type).key, "id").values(*names))

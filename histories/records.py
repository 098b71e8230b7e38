"""A record as people read it on a page, and as programs read it in a grid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from histories.parts import NEWEST_BY, Part
from ods.codesets import code_set, meaning
from ods.directory import PSEUDO_SCHOOLS
from ods.layout import Field, layout
from ods.models import Organization
from ods.writer import render

_NOT_WORDS = re.compile(r"[^A-Za-z0-9]+")
DIRECTORY_SETS = frozenset({"lea", "school"})


@dataclass(frozen=True)
class Shown:
    """One record on the page: its first line, and its filled fields as (name, text)."""

    record_type: str
    title: str
    place: str
    until: str
    facts: list[tuple[str, str]]
    uploaded: date
    updated: date


def shown_date(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def grid_row(record: Any, part: Part) -> dict[str, object]:
    """A record as programs read it: the state's field names without blanks, dates MM/DD/YYYY (decision 0104)."""
    row: dict[str, object] = {"RecordTypeCode": record.record_type}
    for field in part.fields(record.record_type):
        row[_NOT_WORDS.sub("", field.name)] = _text(record, field)
    row["UploadDate"] = shown_date(record.upload_date)
    row["LastUpdatedDate"] = shown_date(record.last_updated)
    return row


def shown_records(records: list[Any], part: Part) -> list[Shown]:
    """Records as the page shows them: codes with their meaning, organisations with their names."""
    names = _names_of(records, part)
    return [_shown(record, part, names) for record in records]


def _shown(record: Any, part: Part, names: dict[str, str]) -> Shown:
    definition = layout(record.record_type)
    newest = [getattr(record, name) for name in NEWEST_BY.get(record.record_type, ("academic_year_id",))]
    title = next((value for value in newest if value), None)
    ends = ("enrollment_exit_date", "effective_end_date", "education_program_membership_end_date")
    facts = []
    for field in part.fields(record.record_type):
        text = _text(record, field)
        if not text:
            continue
        if field.code_set in DIRECTORY_SETS:
            text = f"{names[text]} - {text}" if text in names else text
        elif field.code_set and code_set(field.code_set).codes:
            text = meaning(field.code_set, text)
        facts.append((field.name, text))
    school = getattr(record, definition.school_field) if definition.school_field else ""
    return Shown(
        record_type=record.record_type,
        title=shown_date(title) if isinstance(title, date) else (title or "No date"),
        place=names.get(school, school),
        until=next((shown_date(getattr(record, name)) for name in ends if definition.has(name)), ""),
        facts=facts,
        uploaded=record.upload_date,
        updated=record.last_updated,
    )


def _text(record: Any, field: Field) -> str:
    value = getattr(record, "current_ssid" if field.field == "ssid" else field.field)
    if isinstance(value, date):
        return shown_date(value)
    return render(value, field) if value is not None else ""


def _names_of(records: list[Any], part: Part) -> dict[str, str]:
    """The names of the LEAs and schools that stand in the records. One query."""
    codes = {
        getattr(record, field.field)
        for record in records
        for field in part.fields(record.record_type)
        if field.code_set in DIRECTORY_SETS
    } | {getattr(record, school) for record in records if (school := layout(record.record_type).school_field)}
    # An independent charter is LEA and school under one code and name.
    found = dict(Organization.objects.filter(code__in=codes).order_by("kind").values_list("code", "name"))
    return {**found, **PSEUDO_SCHOOLS}

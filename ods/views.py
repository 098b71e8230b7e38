"""Record layouts and code sets, as pages and as CSV. They read the layout files only, no records."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ods.codesets import CodeSet, code_set, code_sets
from ods.layout import LAYOUT_YEAR, Field, Layout, layout, layouts
from ods.provenance import MEANINGS, mostly_inferred, provenance_counts
from wire.query import query_of

TYPES = {"char": "Text", "date": "Date", "numeric": "Number", "yn": "Y or N"}
REQUIRED = {"Y": "Required", "N": "Optional", "C": "Conditional"}
PROCESSING = {
    "transaction": "Transactions by key: a blank or A adds, R replaces, D deletes one record.",
    "effective": "Effective dates: a record is in force from its start until the day before the next one starts.",
    "replacement": "Replacement: a file replaces every record of its scope.",
}
# The two fields an extract adds at the end of each record (spec ods-extracts 6.1).
ADDED = (
    ("Upload Date", "The day the record was first posted."),
    ("Last Updated Date", "The day of its latest posted change."),
)
CSV_COLUMNS = (
    "position",
    "number",
    "name",
    "column",
    "type",
    "max_length",
    "decimals",
    "required",
    "code_set",
    "provenance",
    "note",
)


def record_layouts(request: HttpRequest) -> HttpResponse:
    """The list of record types."""
    types = [_summary(layout) for layout in layouts().values()]
    return render(request, "layouts/list.html", {"types": types, "layout_year": LAYOUT_YEAR, "code_sets": _sets()})


def record_layout(request: HttpRequest, record_type: str) -> HttpResponse:
    """One record type: its fields, and how a file of it is posted. `?format=csv` gives the fields as CSV."""
    try:
        found = layout(record_type.upper())
    except KeyError:
        raise Http404("no such record type") from None
    if query_of(request).get("format", "").lower() == "csv":
        return _layout_csv(found)
    return render(
        request,
        "layouts/layout.html",
        {
            **_summary(found),
            "fields": [_field(field) for field in found.fields],
            "added": [(len(found.fields) + place, *words) for place, words in enumerate(ADDED, start=1)],
            "processing": PROCESSING[found.processing],
            "key": [found[name] for name in found.key],
            "scope": [found[name] for name in found.scope],
            "row_order": [[found[name] for name in names] for names in found.row_order],
            "meanings": MEANINGS,
            "layout_year": LAYOUT_YEAR,
        },
    )


def code_set_page(request: HttpRequest, name: str) -> HttpResponse:
    """One code set with the meanings of its codes, and the fields that use it. `?format=csv` gives it as CSV."""
    try:
        found = code_set(name.lower())
    except KeyError:
        raise Http404("no such code set") from None
    if not found.codes:
        raise Http404("not a list of codes")
    if query_of(request).get("format", "").lower() == "csv":
        return _code_set_csv(found)
    uses = [(each, field) for each in layouts().values() for field in each.fields if field.code_set == found.name]
    return render(request, "layouts/code_set.html", {"set": found, "codes": found.codes.values(), "uses": uses})


def _summary(found: Layout) -> dict[str, Any]:
    return {"layout": found, "sure": provenance_counts(found), "flagged": mostly_inferred(found)}


def _sets() -> list[CodeSet]:
    return sorted((found for found in code_sets().values() if found.codes), key=lambda found: found.label)


def _field(field: Field) -> dict[str, Any]:
    return {
        "field": field,
        "type": TYPES[field.type],
        "required": REQUIRED[field.required],
        "code_set": code_set(field.code_set) if field.code_set else None,
    }


def _layout_csv(found: Layout) -> HttpResponse:
    response = _attachment(f"{found.record_type}-layout-{LAYOUT_YEAR}.csv")
    writer = csv.writer(response)
    writer.writerow(CSV_COLUMNS)
    for field in found.fields:
        writer.writerow(
            (
                field.position,
                field.number,
                field.name,
                field.field,
                field.type,
                field.max_length,
                "" if field.decimals is None else field.decimals,
                field.required,
                field.code_set,
                field.provenance,
                field.note,
            )
        )
    for position, (name, words) in enumerate(ADDED, start=len(found.fields) + 1):
        note = f"{words} In extracts only."
        writer.writerow((position, "", name, "", "date", 8, "", "Y", "", "verified", note))
    return response


def _code_set_csv(found: CodeSet) -> HttpResponse:
    response = _attachment(f"{found.name}.csv")
    writer = csv.writer(response)
    writer.writerow(("code", "name", "first_year", "last_year", "active"))
    for code in found.codes.values():
        writer.writerow((code.code, code.name, code.first_year, code.last_year, code.active))
    return response


def _attachment(name: str) -> HttpResponse:
    return HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )

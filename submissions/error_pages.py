"""The errors of a submission for reading elsewhere: JSON, CSV, XLSX, and a page by record."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.enums import AuditAction
from ods.layout import layout
from submissions.models import Found, Submission
from submissions.queries import Row, error_rows, findings_of, position_of, records_by_line
from wire.json import grid
from wire.query import query_of, whole_number

MOST_TAKEN = 5000
PAGE = 50
MOST_XLSX = 100_000
"""Rows of an XLSX file; more than that is a text's business."""
_FETCH = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "ErrorCode",
    "ErrorSeverity",
    "ErrorDescription",
    "Line",
    "FieldNumber",
    "FieldName",
    "FieldValue",
    "Record",
)


def errors_answer(request: HttpRequest, submission: Submission) -> HttpResponseBase:
    """The errors as asked: `format` json, csv or xlsx, else the page; `ErrorCode` narrows them."""
    query = query_of(request)
    code, kind = query.get("ErrorCode"), query.get("format").lower()
    found = findings_of(submission, code=code)
    audit.record(
        action=AuditAction.SUBMISSION_ERRORS_READ,
        organization=submission.organization,
        subject=f"submission:{submission.pk}",
        details={"format": kind or "page", "code": code},
        request=request,
    )
    if kind == "json":
        skip, take = whole_number(query.get("skip")), min(whole_number(query.get("take"), MOST_TAKEN), MOST_TAKEN)
        return grid(error_rows(submission, list(found[skip : skip + take])), total=found.count())
    name = f"errors_{submission.record_type}_job{submission.pk}"
    if kind == "csv":
        response = StreamingHttpResponse(_csv(submission, code), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
    if kind == "xlsx":
        if found.count() > MOST_XLSX:
            words = f"More than {MOST_XLSX:,} errors do not go into a workbook. Take the CSV file."
            return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
        workbook = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        _write_xlsx(workbook, submission, code)
        workbook.seek(0)
        answer = FileResponse(workbook, as_attachment=True, filename=f"{name}.xlsx")
        answer["Cache-Control"] = "private, no-store"
        return answer
    return _page(request, submission, code)


def _page(request: HttpRequest, submission: Submission, code: str) -> HttpResponse:
    query = query_of(request)
    number = max(1, whole_number(query.get("page")))
    found = list(findings_of(submission, code=code)[(number - 1) * PAGE : number * PAGE + 1])
    context = {
        "row": Row(submission),
        "submission": submission,
        "records": _by_record(submission, found[:PAGE]),
        "code": code,
        "codes": sorted({entry[0] for entry in submission.by_rule}),
        "page": number,
        "has_next": len(found) > PAGE,
    }
    return render(request, "submissions/errors.html", context)


def _by_record(submission: Submission, found: list[Found]) -> list[dict[str, Any]]:
    """The findings of a page by record, each record as its filled fields with the faulty ones marked."""
    records = records_by_line(submission, {each.line for each in found})
    fields = layout(submission.record_type).fields
    shown: dict[int, dict[str, Any]] = {}
    for each in found:
        record = records.get(each.line)
        entry = shown.setdefault(
            each.line,
            {"line": each.line, "rejected": record.rejected if record else True, "found": [], "marked": set()},
        )
        entry["found"].append(each)
        entry["marked"].add(position_of(submission.record_type, each.field_number))
    for line, entry in shown.items():
        record = records.get(line)
        values = record.record.split("^") if record else []
        if len(values) == len(fields):
            entry["fields"] = [
                {
                    "number": field.number,
                    "name": field.name,
                    "value": value,
                    "marked": field.position in entry["marked"],
                }
                for field, value in zip(fields, values, strict=True)
                if value or field.position in entry["marked"]
            ]
        else:
            entry["raw"] = record.record if record else ""
    return list(shown.values())


def _rows(submission: Submission, code: str) -> Iterator[list[str]]:
    """All errors in the order of the file, a few thousand at a time."""
    line, last = 0, 0
    while True:
        found = findings_of(submission, code=code).filter(line__gte=line)
        batch = [each for each in found[: _FETCH + 50] if (each.line, each.pk) > (line, last)][:_FETCH]
        if not batch:
            return
        for row in error_rows(submission, batch):
            yield [str(row[column]) for column in COLUMNS]
        line, last = batch[-1].line, batch[-1].pk


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(submission: Submission, code: str) -> Iterator[str]:
    """For people: a byte-order mark, a header, and no cell that a spreadsheet would take for a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in _rows(submission, code):
        yield writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])


def _write_xlsx(sink: IO[bytes], submission: Submission, code: str) -> None:
    """Every cell as text: leading zeros stay, nothing is a formula."""
    with xlsxwriter.Workbook(
        sink,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    ) as workbook:
        sheet = workbook.add_worksheet("Errors")
        bold = workbook.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(_rows(submission, code), start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell[:32_767])

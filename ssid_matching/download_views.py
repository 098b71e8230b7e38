"""Files of a run, made as they are asked for: decisions go on after the job is complete. Each is a disclosure."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.enums import AuditAction
from ods.layout import layout
from ssid_matching.enums import Decision
from ssid_matching.models import MatchRun
from ssid_matching.queries import RunRow, run_for
from ssid_matching.results_file import COLUMNS, as_submitted, caret, comma, decided, rows, write_xlsx
from wire.query import query_of

WHAT = {
    "results": "SSIDMatchResults",
    "choices": "SSIDMatchResults_chosen",
    "decided": "SENR_decided",
    "new": "SENR_new_students",
    "undecided": "SENR_undecided",
}
RESULTS = ("results", "choices")
FORMATS = ("txt", "csv", "xlsx")
"""A SENR file is no CSV: what makes a CSV safe in spreadsheets would spoil it for submission."""


@login_required
@require_GET
def download(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """`/SSIDMatching/Download/{JobID}?what=&format=`: the results file, blank or with the choices, or an SENR file."""
    query = query_of(request)
    what, kind = query.get("what"), query.get("format", "txt").lower()
    try:
        run = run_for(request.user, job_id)
    except MatchRun.DoesNotExist:
        raise Http404 from None
    if what not in WHAT or kind not in FORMATS or (kind == "csv" and what not in RESULTS):
        raise Http404
    if not RunRow(run).complete:
        return render(request, "ssid_matching/not_open.html", {"run": run, "row": RunRow(run)}, status=409)
    audit.record(
        action=AuditAction.MATCHES_DOWNLOADED,
        organization=run.organization,
        subject=f"match_run:{run.pk}",
        details={"job": run.job_id, "what": what, "format": kind},
        request=request,
    )
    header = COLUMNS if what in RESULTS else tuple(each.name for each in layout("SENR").fields)
    name = f"{WHAT[what]}_{run.organization.code}_job{run.job_id}.{kind}"
    lines = _lines(run, what)
    response: FileResponse | StreamingHttpResponse
    if kind == "xlsx":
        workbook = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        write_xlsx(workbook, lines, header=header)
        workbook.seek(0)
        response = FileResponse(workbook, as_attachment=True, filename=name)
    else:
        content = caret(lines) if kind == "txt" else comma(lines, header=header)
        sort = "plain" if kind == "txt" else "csv"
        response = StreamingHttpResponse(content, content_type=f"text/{sort}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(run: MatchRun, what: str) -> Iterator[list[str]]:
    if what == "decided":
        return decided(run)
    if what in ("new", "undecided"):
        return as_submitted(run, Decision.NEW if what == "new" else Decision.UNDECIDED)
    return rows(run, with_choices=what == "choices")

"""The SSID Matching Tool: the page with upload and jobs, the results, one record, and deciding."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization, current_reach, reach_at
from jobs.errors import Failed, Refused
from ods.layout import layout
from ods.models import Organization
from ssid_matching import choosing
from ssid_matching.access import open_to
from ssid_matching.enums import Category, Decision
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun
from ssid_matching.parameters import MatchSettings
from ssid_matching.queries import (
    PAGE,
    RUNS,
    SORTS,
    STATUSES,
    Filters,
    RunRow,
    Submitted,
    Told,
    decided_counts,
    neighbours,
    percent,
    reasons_of,
    records_of,
    run_for,
    runs_for,
    side_by_side,
)
from ssid_matching.receiving import MOST_BYTES, receive
from wire.query import Query, query_of, whole_number

ERRORS_ON_PAGE = 1000
DEFAULT_LEAST = 95
DEFAULT_LIKELY = 90
STUDENT_SEARCH = "student_search"


@login_required
@require_http_methods(["GET", "POST"])
def tool(request: HttpRequest) -> HttpResponse:
    """`/SSIDMatching`: send a file, follow the jobs, find one."""
    organization, held = current_organization(request), current_reach(request)
    if organization is None or not open_to(organization, held):
        if request.method == "POST":
            _refused(request, organization, "no role opens the tool here")
        return render(request, "ssid_matching/no_role.html", {"organization": organization}, status=403)
    problems: list[str] = []
    if request.method == "POST":
        answer = _received(request, organization, problems)
        if answer is not None:
            return answer
    query = query_of(request)
    job_id, status = query.get("job").strip(), query.get("status")
    number = _page_number(query)
    found = runs_for(request.user, organization, job_id=job_id, status=status)
    rows = [RunRow(each) for each in found[(number - 1) * RUNS : number * RUNS + 1]]
    context = {
        "organization": organization,
        "problems": problems,
        "form_token": secrets.token_urlsafe(16),
        "most_mb": MOST_BYTES >> 20,
        "most_records": settings.SSID_MATCHING_MOST_RECORDS,
        "days": settings.JOBS_FILE_DAYS,
        "profile": settings.SSID_MATCHING_PROFILE,
        "rows": rows[:RUNS],
        "page": number,
        "has_next": len(rows) > RUNS,
        "moving": any(row.active for row in rows[:RUNS]),
        "job_id": job_id,
        "status": status if status in STATUSES else "",
        "statuses": STATUSES,
        "new_job": query.get("sent"),
        "may_search": STUDENT_SEARCH in held,
    }
    return render(request, "ssid_matching/tool.html", context)


def _received(request: HttpRequest, organization: Organization, problems: list[str]) -> HttpResponse | None:
    assert isinstance(request.user, User)
    upload = request.FILES.get("file")
    if upload is None:
        problems.append(f"Choose a file of at most {MOST_BYTES >> 20} MB.")
        return None
    if upload.size is not None and upload.size > MOST_BYTES:
        problems.append(f"{upload.name}: the file is larger than {MOST_BYTES >> 20} MB. Split it by school.")
        return None
    try:
        run = receive(
            user=request.user,
            organization=organization,
            held=current_reach(request),
            upload=upload,
            form_token=request.POST.get("FormToken", ""),
        )
    except (Refused, Failed) as refused:
        problems.append(f"{upload.name}: {refused.words}")
        return None
    if run.error_count:
        there = reverse("ssid_matching:errors", args=[run.job_id])
    else:
        messages.success(
            request,
            f"Job ID {run.job_id}: {run.file_name} has {run.records:,} record{'' if run.records == 1 else 's'} and no "
            "errors. Matching has begun; its results open from the list below.",
        )
        there = f"{reverse('ssid_matching:tool')}?sent={run.job_id}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)


@login_required
@require_GET
def errors(request: HttpRequest, job_id: int) -> HttpResponse:
    """`/SSIDMatching/Errors/{JobID}`: why a file was refused, every error at once."""
    run = _mine(request, job_id)
    _read(request, run, "errors")
    positions = {each.number: each.position for each in layout("SENR").fields}
    told = [
        {"line": line, "number": number, "name": name, "position": positions.get(number), "value": value,
         "reason": reason}
        for line, number, name, value, reason in run.errors
    ]  # fmt: skip
    context = {"run": run, "row": RunRow(run), "errors": told, "more": run.error_count - len(told)}
    return render(request, "ssid_matching/errors.html", context)


@login_required
@require_GET
def results(request: HttpRequest, job_id: int) -> HttpResponse:
    """`/SSIDMatching/Results/{JobID}`: the records of a complete job, what was found, what was decided."""
    run = _mine(request, job_id)
    row = RunRow(run)
    if not row.complete:
        return render(request, "ssid_matching/not_open.html", {"run": run, "row": row}, status=409)
    query = query_of(request)
    filters = Filters.of(query)
    number = _page_number(query)
    found = list(records_of(run, filters)[(number - 1) * PAGE : number * PAGE + 1])
    _read(request, run, "list")
    context = {
        "run": run,
        "row": row,
        "settings": _settings_of(run),
        "records": [_line(record) for record in found[:PAGE]],
        "filters": filters,
        "page": number,
        "has_next": len(found) > PAGE,
        "categories": Category.values,
        "sorts": SORTS,
        "counts": decided_counts(run),
        "first": found[0].line if found else None,
        "least": DEFAULT_LEAST,
        "likely": DEFAULT_LIKELY,
        "acceptable": choosing.acceptable(run=run, least=DEFAULT_LEAST, likely=DEFAULT_LIKELY / 100),
    }
    return render(request, "ssid_matching/results.html", context)


def _line(record: MatchRecord) -> dict[str, Any]:
    candidates = list(record.candidates.all())
    return {
        "record": record,
        "submitted": Submitted(record),
        "listed": [each for each in candidates if each.listed],
        "beyond": [each for each in candidates if not each.listed],
        "best": percent(max((each.likelihood for each in candidates), default=0)) if candidates else "",
        "double": any(each.double for each in candidates),
        "decision": Decision(record.decision).label,
    }


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, job_id: int, line: int) -> HttpResponse:
    """`/SSIDMatching/Results/{JobID}/{line}`: one record beside its candidates; choose, and go to the next."""
    run = _mine(request, job_id)
    if not RunRow(run).complete:
        return render(request, "ssid_matching/not_open.html", {"run": run, "row": RunRow(run)}, status=409)
    filters = Filters.of(query_of(request))
    found = records_of(run).filter(line=line).first()
    if found is None:
        raise Http404
    found.run = run
    if request.method == "POST":
        return _decided(request, found, filters)
    _read(request, run, f"line {line}")
    previous, following = neighbours(found, filters)
    held = reach_at(request, run.organization)
    search = held.get(STUDENT_SEARCH)
    candidates = [
        _candidate(found, each, run.organization, may_search=search is not None and search.whole)
        for each in found.candidates.all()
    ]
    proposal = max((each for each in found.candidates.all()), key=lambda each: each.likelihood, default=None)
    at_least = _settings_of(run).propose_at
    if proposal is not None and proposal.likelihood < at_least:
        proposal = None
    context = {
        "run": run,
        "record": found,
        "submitted": Submitted(found),
        "candidates": candidates,
        "beyond": any(not each["candidate"].listed for each in candidates),
        "proposal": proposal,
        "propose_new": not proposal and found.twin + found.nobody >= at_least,
        "twin": percent(found.twin),
        "nobody": percent(found.nobody),
        "state": choosing.state_of(found),
        "previous": previous,
        "following": following,
        "filters": filters,
        "settings": _settings_of(run),
    }
    return render(request, "ssid_matching/record.html", context)


def _candidate(
    record: MatchRecord, candidate: MatchCandidate, organization: Organization, *, may_search: bool
) -> dict[str, Any]:
    told = Told(candidate)
    return {
        "candidate": candidate,
        "told": told,
        "rows": list(side_by_side(record, candidate)),
        "reasons": reasons_of(candidate, _settings_of(record.run)),
        # Of another LEA's student there is nothing but this.
        "linked": may_search and told.values["reporting_lea"] == organization.code,
    }


def _decided(request: HttpRequest, record: MatchRecord, filters: Filters) -> HttpResponse:
    assert isinstance(request.user, User)
    # Before it is decided: a filter may drop it then.
    _, following = neighbours(record, filters)
    choice = request.POST.get("choice", "")
    here = reverse("ssid_matching:record", args=[record.run.job_id, record.line])
    query = f"?{filters.query}" if filters.query else ""
    if not choice:
        messages.error(request, "Choose a candidate, or that it is a new student.")
        return HttpResponseRedirect(here + query)
    try:
        choosing.decide(record=record, choice=choice, user=request.user, request=request, seen=request.POST.get("seen"))
    except choosing.NotAChoice:
        raise Http404 from None
    except choosing.Moved:
        messages.warning(request, "Somebody decided this record meanwhile. Look at it again; nothing was changed.")
        return HttpResponseRedirect(here + query)
    if choice == choosing.UNDO:
        messages.success(request, f"Line {record.line} is undecided again.")
        return HttpResponseRedirect(here + query)
    words = "is a new student" if choice == choosing.NEW else "has its SSID"
    if following is None:
        messages.success(request, f"Line {record.line} {words}. It was the last of this list.")
        return HttpResponseRedirect(reverse("ssid_matching:results", args=[record.run.job_id]) + query)
    messages.success(request, f"Line {record.line} {words}. Here is the next.")
    return HttpResponseRedirect(reverse("ssid_matching:record", args=[record.run.job_id, following]) + query)


@login_required
@require_POST
def accept(request: HttpRequest, job_id: int) -> HttpResponse:
    """`/SSIDMatching/Accept/{JobID}`: accept single matches in bulk, or take the last time back."""
    assert isinstance(request.user, User)
    run = _mine(request, job_id)
    there = HttpResponseRedirect(reverse("ssid_matching:results", args=[job_id]))
    if not RunRow(run).complete:
        raise Http404
    if request.POST.get("command") == "undo":
        undone = choosing.undo_accept(run=run, request=request)
        messages.success(request, f"Records undecided again: {undone:,}.")
        return there
    least, likely = request.POST.get("least", ""), request.POST.get("likely", "")
    if not (_is_percent(least) and _is_percent(likely)):
        messages.error(request, "Score and likelihood are whole numbers from 0 to 100. Nothing was accepted.")
        return there
    accepted = choosing.accept_singles(
        run=run, least=int(least), likely=int(likely) / 100, user=request.user, request=request
    )
    if accepted:
        messages.success(request, f"Single matches accepted: {accepted:,}. You can take that back below.")
    else:
        messages.warning(request, "No undecided single match reaches that. Nothing was changed.")
    return there


def _is_percent(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 4 and int(text) <= 100


def _mine(request: HttpRequest, job_id: int) -> MatchRun:
    try:
        return run_for(request.user, job_id)
    except MatchRun.DoesNotExist:
        raise Http404 from None


def _settings_of(run: MatchRun) -> MatchSettings:
    return MatchSettings.from_json(run.settings)


def _read(request: HttpRequest, run: MatchRun, what: str) -> None:
    """Looking at other LEAs' students is a disclosure."""
    audit.record(
        action=AuditAction.MATCHES_READ,
        organization=run.organization,
        subject=f"match_run:{run.pk}",
        details={"job": run.job_id, "what": what},
        request=request,
    )


def _refused(request: HttpRequest, organization: Organization | None, reason: str) -> None:
    audit.record(
        action=AuditAction.ACCESS_REFUSED,
        organization=organization,
        subject="page:SSIDMatching",
        details={"reason": reason},
        request=request,
    )


def _page_number(query: Query) -> int:
    return max(1, whole_number(query.get("page")))

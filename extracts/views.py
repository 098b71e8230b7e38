"""The Extracts area: the home page with Submitted Extracts, and what goes out of it (wire contract 5)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.organizations import current_organization, organizations_at_hand, reach_at
from extracts.access import menu
from extracts.definition import ODS_PAGE
from extracts.definitions import DEFINITIONS, FORMER_TYPES
from extracts.listing import Look, Written
from extracts.queries import PAGE, SORTS, STATUSES, Filters, Submitted
from extracts.spreadsheets import CsvCopy
from extracts.together import Together
from jobs.cancelling import cancel_job
from jobs.downloading import open_for_download
from jobs.errors import Unavailable
from jobs.models import Job
from jobs.views import download_response
from ods.models import Organization
from wire.json import JSON, grid, grid_of, grid_row
from wire.query import query_of, wants_json, whole_number

MOST_TAKEN = 1000
"""The most rows a program gets at once; it asks for more with `skip` and `take`."""

_pages, _grids = Together(), Together()


@login_required
@require_GET
def extract_home(request: HttpRequest) -> HttpResponse:
    """`/Extract`: the page, its grid alone (htmx), or the grid as JSON."""
    query = query_of(request)
    if wants_json(request):
        return _grid(request)
    organization = current_organization(request)
    filters = Filters(
        record_type=query.get("type"),
        status=query.get("status"),
        mine=query.get("by") == "me",
        sort=query.get("sort", "newest"),
    ).cleaned()
    context: dict[str, object] = {"organization": organization, "filters": filters}
    requested = whole_number(query.get("requested"))
    if organization is not None:
        held = reach_at(request, organization)
        accesses = menu(held=held, organization=organization)
        number = max(1, whole_number(query.get("page")))
        # One row more than a page tells whether there is another: counting 200,000 rows at each look would not do.
        look = Look(
            organization,
            tuple(held.items()),
            first=(number - 1) * PAGE,
            stop=number * PAGE + 1,
            filters=filters,
            viewer=request.user.pk if filters.mine else None,
        )
        # Whoever asks the same with the same rights gets the same rows.
        listing = _pages.of((look, requested), lambda: _listing(look, requested))
        context |= {
            "codes": " ".join(access.definition.code for access in accesses),
            "menu": [access for access in accesses if access.definition.page == ODS_PAGE],
            "others": [access for access in accesses if access.definition.page != ODS_PAGE],
            "rows": listing.html,
            "page": number,
            "has_next": listing.has_next,
            "moving": listing.moving,
            "statuses": STATUSES,
            "sorts": SORTS,
            "types": [access.definition for access in accesses],
            "former_types": FORMER_TYPES,
            "query_without_page": urlencode({name: value for name, value in _query_of(filters).items() if value}),
        }
    template = (
        "extracts/_grid.html" if request.headers.get("HX-Target") == "ExtractRequestGrid" else "extracts/home.html"
    )
    return render(request, template, context)


@dataclass(frozen=True)
class _Listing:
    """A page of Submitted Extracts; `html` is '' if it has no row."""

    html: SafeString
    moving: bool
    has_next: bool


def _listing(look: Look, requested: int) -> _Listing:
    found = look.briefs()
    shown = found[:PAGE]
    html = mark_safe("".join(_markup.of(shown, marked=requested)))  # noqa: S308 - made by the template below
    return _Listing(html, any(brief.active for brief in shown), len(found) > PAGE)


def _write_markup(row: Submitted, marked: bool) -> str:
    return render_to_string("extracts/_row.html", {"row": row, "job": row.job, "file": row.file, "marked": marked})


_markup = Written(_write_markup)
_json = Written(lambda row, _marked: grid_row(row.as_grid_row()))


def _query_of(filters: Filters) -> dict[str, str]:
    return {
        "type": filters.record_type,
        "status": filters.status,
        "by": "me" if filters.mine else "",
        "sort": "" if filters.sort == "newest" else filters.sort,
    }


def _grid(request: HttpRequest) -> HttpResponse:
    organization = _organization_asked(request)
    if organization is None:
        return grid([])
    query = query_of(request)
    held = reach_at(request, organization)
    skip, take = whole_number(query.get("skip")), min(whole_number(query.get("take"), 100), MOST_TAKEN)
    look = Look(organization, tuple(held.items()), first=skip, stop=skip + take)
    content = _grids.of(look, lambda: _grid_of(look))
    return HttpResponse(content, content_type=JSON)


def _grid_of(look: Look) -> bytes:
    rows = _json.of(look.briefs())
    whole = look.first == 0 and len(rows) < look.stop
    return grid_of(rows, total=len(rows) if whole else look.total()).encode()


def _organization_asked(request: HttpRequest) -> Organization | None:
    """`SelectedLEA`, an LEA's or SELPA's code, among those the caller may work in; without it the current one."""
    code = query_of(request).get("SelectedLEA").strip()
    if not code:
        return current_organization(request)
    return next((place for place in organizations_at_hand(request) if place.code == code), None)


@login_required
@require_GET
def download_link(request: HttpRequest) -> HttpResponseBase:
    """`/Extract/DownloadLink?ExtractRequestID=`: the exact bytes, or with `format=csv` the spreadsheet copy."""
    asked = query_of(request).get("ExtractRequestID")
    job_id = whole_number(asked)
    try:
        if query_of(request).get("format").casefold() != "csv":
            return download_response(request, job_id=job_id)
        download = open_for_download(user=request.user, job_id=job_id, request=request)
    except Job.DoesNotExist:
        raise Http404 from None
    except Unavailable as unavailable:
        return render(request, "extracts/unavailable.html", {"words": unavailable.words}, status=410)
    response = StreamingHttpResponse(
        CsvCopy(download.stream, DEFINITIONS[download.job.record_type].line.names),
        content_type="text/csv; charset=utf-8",
    )
    name = f"{download.name.removesuffix('.txt')}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Cancel a request that waits or runs, and come back to the list."""
    assert isinstance(request.user, User)
    job_id = request.POST.get("ExtractRequestID", "")
    try:
        cancel_job(user=request.user, job_id=whole_number(job_id))
    except Job.DoesNotExist:
        raise Http404 from None
    return HttpResponseRedirect(reverse("extracts:home"))

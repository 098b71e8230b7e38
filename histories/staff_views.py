"""Online Maintenance > Staff Data: the search, the staff member's page, and its JSON (wire contract 3)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.organizations import current_organization, current_reach
from histories.access import open_types, visible_records
from histories.forms import StaffSearchForm
from histories.parts import STAFF_PARTS, Part, part_named
from histories.records import grid_row, shown_records
from histories.searching import TooMany, staff_by_name
from histories.student_views import refused
from histories.viewing import record_search_of_staff, record_view_of_staff
from ods.models import Organization, StaffDemographics
from wire.json import grid
from wire.query import wants_json

STAFF_ROLES = ("sdem_edit", "sass_edit", "crse_edit")
"""The roles of which any opens Staff Data; each part has its own."""

UNKNOWN = "Nobody with this SEID stands in the records you may see. Check the digits."


def open_parts_of(request: HttpRequest, organization: Organization | None) -> list[Part]:
    if organization is None:
        return []
    held = current_reach(request)
    return [part for part in STAFF_PARTS.values() if open_types(held, organization, part)]


@login_required
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """`/StaffSearch`: by SEID, or by name for those who may see Staff Demographics."""
    organization = current_organization(request)
    parts = open_parts_of(request, organization)
    if organization is None or not parts:
        return refused(request, *STAFF_ROLES)
    form = StaffSearchForm(request.POST or None)
    demographics = open_types(current_reach(request), organization, STAFF_PARTS["StaffDemographics"])
    found: list[StaffDemographics] | None = None
    if form.is_valid():
        given = form.cleaned_data
        if given["seid"] and not given["last_name"]:
            if any(_records(request, organization, given["seid"], part) for part in parts):
                return HttpResponseRedirect(reverse("histories:staff", args=[given["seid"]]))
            form.add_error("seid", UNKNOWN)
        elif not demographics:
            form.add_error("last_name", "Searching by name needs the role SDEM Edit at the LEA. Give a SEID.")
        else:
            try:
                found = staff_by_name(
                    access=demographics[0],
                    seid=given["seid"],
                    last_name=given["last_name"],
                    first_name=given["first_name"],
                )
            except TooMany as too_many:
                form.add_error(None, str(too_many))
    if found:
        record_search_of_staff(request=request, organization=organization, seids=[one.seid for one in found])
    context = {"form": form, "rows": found or [], "searched": found is not None}
    return render(request, "histories/staff_search.html", context)


@login_required
@require_GET
def staff(request: HttpRequest, seid: str, part: str = "") -> HttpResponse:
    """`/Staff/{seid}/{part}`: a tab of the page, or with `format=JSON` its grid."""
    try:
        chosen = part_named(STAFF_PARTS, part) if part else None
    except KeyError:
        raise Http404("no such part") from None
    organization = current_organization(request)
    parts = open_parts_of(request, organization)
    if wants_json(request):
        return _grid(request, organization, seid, chosen)
    if organization is None or not parts:
        return refused(request, *STAFF_ROLES)
    by_part = {each.key: _records(request, organization, seid, each) for each in parts}
    known = next((records[0] for records in by_part.values() if records), None)
    if known is None or (chosen is not None and chosen not in parts):
        return render(request, "histories/unknown_student.html", {"words": UNKNOWN, "staff": True}, status=404)
    chosen = chosen or parts[0]
    record_view_of_staff(
        request=request,
        organization=organization,
        seid=seid,
        part=chosen.key,
        rows=len(by_part[chosen.key]),
        wire=False,
    )
    context = {
        "seid": seid,
        "person": next(
            (records[0] for records in by_part.values() if records and hasattr(records[0], "birth_date")), None
        ),
        "parts": parts,
        "part": chosen,
        "records": shown_records(by_part[chosen.key], chosen),
    }
    return render(request, "histories/staff.html", context)


def _grid(request: HttpRequest, organization: Organization | None, seid: str, part: Part | None) -> HttpResponse:
    """Empty for an unknown SEID, for a part without data, and for one that is not open to the caller."""
    if organization is None or part is None:
        return grid([])
    records = _records(request, organization, seid, part)
    if records:
        record_view_of_staff(
            request=request, organization=organization, seid=seid, part=part.key, rows=len(records), wire=True
        )
    return grid([grid_row(record, part) for record in records])


def _records(request: HttpRequest, organization: Organization, seid: str, part: Part) -> list[Any]:
    return [
        record
        for access in open_types(current_reach(request), organization, part)
        for record in visible_records(access, seid=seid)
    ]

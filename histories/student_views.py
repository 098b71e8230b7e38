"""Online Maintenance > Student Data: the searches, the student's page, and its JSON (wire contract 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.organizations import current_organization, current_reach
from accounts.permissions import ROLES, Reach
from accounts.queries import schools_within_reach
from extracts.definitions import DEFINITIONS
from histories.access import SEARCHES, open_types, visible_records
from histories.forms import DemographicsSearchForm, EnrollmentSearchForm, SSIDSearchForm
from histories.parts import STUDENT_PARTS, Part, part_named
from histories.records import grid_row, shown_records
from histories.searching import TooMany, by_demographics, by_enrollment, current_ssid, student_within
from histories.viewing import record_search, record_view_of_student
from ods.models import Organization, StudentEnrollment, StudentIdentity
from wire.json import grid
from wire.query import wants_json

UNKNOWN = "No student with this SSID has been enrolled where you may search. Check the digits."


@dataclass(frozen=True)
class Place:
    """The LEA somebody searches in, and how far his role reaches there."""

    organization: Organization
    held: Reach


def _place(request: HttpRequest) -> Place | None:
    organization = current_organization(request)
    held = current_reach(request).get(SEARCHES)
    return Place(organization, held) if organization is not None and held is not None else None


def refused(request: HttpRequest, *roles: str) -> HttpResponse:
    """The page that says which role is missing."""
    context = {"roles": [ROLES[role] for role in roles], "organization": current_organization(request)}
    return render(request, "histories/no_role.html", context, status=403)


@login_required
@require_http_methods(["GET", "POST"])
def search_by_ssid(request: HttpRequest) -> HttpResponse:
    """`/StudentSearch/SSID`: to the page of the student."""
    place = _place(request)
    if place is None:
        return refused(request, SEARCHES)
    form = SSIDSearchForm(request.POST or None)
    if form.is_valid():
        ssid = current_ssid(form.cleaned_data["ssid"])
        if student_within(ssid=ssid, organization=place.organization, held=place.held) is not None:
            return HttpResponseRedirect(reverse("histories:student", args=[form.cleaned_data["ssid"]]))
        form.add_error("ssid", UNKNOWN)
    return render(request, "histories/search.html", {"form": form, "tab": "SSID"})


@login_required
@require_http_methods(["GET", "POST"])
def search_by_demographics(request: HttpRequest) -> HttpResponse:
    """`/StudentSearch/Demographics`: up to 100 students."""
    place = _place(request)
    if place is None:
        return refused(request, SEARCHES)
    form = DemographicsSearchForm(request.POST or None)
    found: list[StudentEnrollment] | None = None
    if form.is_valid():
        try:
            found = by_demographics(terms=form.terms(), organization=place.organization, held=place.held)
        except TooMany as too_many:
            form.add_error(None, str(too_many))
    return _results(request, place, form, "Demographics", found)


@login_required
@require_http_methods(["GET", "POST"])
def search_by_enrollment(request: HttpRequest) -> HttpResponse:
    """`/StudentSearch/Enrollment`: up to 1,000 enrolments."""
    place = _place(request)
    if place is None:
        return refused(request, SEARCHES)
    form = EnrollmentSearchForm(request.POST or None, schools=_schools(request, place))
    found: list[StudentEnrollment] | None = None
    if form.is_valid():
        try:
            found = by_enrollment(terms=form.terms(), organization=place.organization, held=place.held)
        except TooMany as too_many:
            form.add_error(None, str(too_many))
    return _results(request, place, form, "Enrollment", found)


def _results(
    request: HttpRequest, place: Place, form: Any, tab: str, found: list[StudentEnrollment] | None
) -> HttpResponse:
    if found:
        record_search(request=request, organization=place.organization, search=tab, found=found)
    names = dict(_schools(request, place))
    rows = [(one, names.get(one.school_of_attendance, one.school_of_attendance)) for one in found or ()]
    context = {"form": form, "tab": tab, "searched": found is not None, "rows": rows}
    return render(request, "histories/search.html", context)


def _schools(request: HttpRequest, place: Place) -> list[tuple[str, str]]:
    found = schools_within_reach(user=request.user, lea_code=place.organization.code)  # type: ignore[arg-type]  # signed in
    return [(code, f"{name} - {code}") for code, name in found if place.held.whole or code in place.held.schools]


@login_required
@require_GET
def student(request: HttpRequest, ssid: str, part: str = "") -> HttpResponse:
    """`/Student/{ssid}/{part}`: a tab of the student's page, or with `format=JSON` its grid."""
    try:
        chosen = part_named(STUDENT_PARTS, part) if part else None
    except KeyError:
        raise Http404("no such part") from None
    if wants_json(request):
        return _grid(request, ssid, chosen)
    place = _place(request)
    if place is None:
        return refused(request, SEARCHES)
    now = current_ssid(ssid)
    latest = student_within(ssid=now, organization=place.organization, held=place.held)
    if latest is None:
        return render(request, "histories/unknown_student.html", {"words": UNKNOWN}, status=404)
    held = current_reach(request)
    open_parts = [each for each in STUDENT_PARTS.values() if open_types(held, place.organization, each)]
    if chosen is None:
        chosen = next(iter(open_parts), None)
    records = _records(request, place.organization, now, chosen) if chosen else []
    if chosen:
        record_view_of_student(
            request=request, organization=place.organization, ssid=now, part=chosen.key, rows=len(records), wire=False
        )
    context = {
        "student": latest,
        "asked": ssid,
        "retired": StudentIdentity.objects.filter(survivor__ssid=now).order_by("retired_on", "ssid"),
        "parts": open_parts,
        "part": chosen,
        "closed": chosen is not None and chosen not in open_parts,
        "needed": sorted(
            {
                ROLES[unlock.role]
                for code in (chosen.record_types if chosen else ())
                for unlock in DEFINITIONS[code].unlocks
            }
        ),
        "records": shown_records(records, chosen) if chosen else [],
    }
    return render(request, "histories/student.html", context)


def _grid(request: HttpRequest, ssid: str, part: Part | None) -> HttpResponse:
    """Empty for an unknown SSID, for a part without data, and for one that is not open to the caller."""
    organization = current_organization(request)
    if organization is None or part is None:
        return grid([])
    now = current_ssid(ssid)
    records = _records(request, organization, now, part)
    if records:
        record_view_of_student(
            request=request, organization=organization, ssid=now, part=part.key, rows=len(records), wire=True
        )
    return grid([grid_row(record, part) for record in records])


def _records(request: HttpRequest, organization: Organization, ssid: str, part: Part) -> list[Any]:
    return [
        record
        for access in open_types(current_reach(request), organization, part)
        for record in visible_records(access, current_ssid=ssid)
    ]

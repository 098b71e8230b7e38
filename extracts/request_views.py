"""Asking for an extract: the modal's forms, on a page of their own for programs and browsers without scripts (4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization
from accounts.permissions import ROLES
from extracts.access import Access, access_to
from extracts.criteria import Criteria
from extracts.definition import ODS_PAGE, ExtractDefinition
from extracts.definitions import DEFINITIONS, FORMER_TYPES, OTHER_PAGES
from extracts.forms import RequestForm
from extracts.requesting import KIND, request_extract
from jobs.enums import Trigger
from jobs.errors import Refused
from jobs.models import Job
from jobs.queries import job_for
from ods.models import Organization
from wire.query import query_of, whole_number

SUCCESS = "Extract request made successfully.  Please check back later for download."
"""Word for word, two blanks between the sentences (section 2)."""

ENDINGS = {"date_range": "DateRange", "as_of": "AsofDate"}
"""How the addresses of some ways' forms end: programs tell the forms by their actions (wire contract 4)."""

NOT_EMULATED = {
    "CandidateList": "Candidate List",
    "SPEDDiscrepancyExtract": "SPED Discrepancy Extract",
    "DSEAExtract": "DSEA Extract",
}
"""Pages of the original that answer here with what is known about them, and make no file."""


@dataclass(frozen=True)
class Tab:
    """One form of the modal, with what its template needs beside the fields."""

    form: RequestForm
    action: str
    selected: bool

    @property
    def id(self) -> str:
        return self.form.html_id


@login_required
@require_http_methods(["GET", "POST"])
def request_page(request: HttpRequest, *, way: str = "") -> HttpResponse:
    """`/Extract/ODSExtract?RecordType=XXXX` and the addresses its other forms go to, which name their way."""
    code = (request.POST.get("RecordType") or query_of(request).get("RecordType")).strip().upper()
    if code in FORMER_TYPES:
        successors = [DEFINITIONS[successor] for successor in FORMER_TYPES[code]]
        return render(request, "extracts/former_type.html", {"code": code, "successors": successors})
    known = {code: definition for code, definition in DEFINITIONS.items() if definition.page == ODS_PAGE}
    if code not in known:
        return render(request, "extracts/unknown_type.html", {"definitions": known.values()}, status=404)
    return _answer(request, known[code], way)


@login_required
@require_http_methods(["GET", "POST"])
def other_page(request: HttpRequest, *, page: str, way: str = "") -> HttpResponse:
    """The page of an extract that has one to itself, such as `/Extract/SSIDExtract`."""
    return _answer(request, OTHER_PAGES[page], way)


def _answer(request: HttpRequest, definition: ExtractDefinition, way: str) -> HttpResponse:
    organization = current_organization(request)
    access = (
        access_to(user=request.user, organization=organization, definition=definition)
        if organization is not None
        else None
    )
    if access is None:
        return _no_role(request, definition, organization)
    if not access.leas():
        return render(request, "extracts/no_member.html", {"definition": definition, "organization": organization})
    if request.method == "POST":
        return _asked(request, access, ending=way)
    return _page(request, access, tabs=_tabs(request, access))


@login_required
def not_emulated(request: HttpRequest, *, page: str) -> HttpResponse:
    """An extract of the original that is not emulated: a page that says so."""
    return render(request, "extracts/not_emulated.html", {"label": NOT_EMULATED[page]})


def _asked(request: HttpRequest, access: Access, *, ending: str) -> HttpResponse:
    assert isinstance(request.user, User)
    ways = access.definition.ways
    way = next((way for way in ways if (way.key if way.key in ENDINGS else "") == ending), ways[0])
    form = RequestForm(request.POST, access=access, way=way)
    if form.is_valid():
        token = request.POST.get("FormToken", "")
        try:
            job = request_extract(
                user=request.user,
                access=access,
                criteria=form.criteria(),
                file_name=form.cleaned_data["extract_file_name"],
                trigger=Trigger.WEB if token else Trigger.WIRE,
                form_token=token,
            )
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, SUCCESS)
            there = f"{reverse('extracts:home')}?requested={job.pk}"
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": there})
            return HttpResponseRedirect(there)
    return _page(request, access, tabs=_tabs(request, access, sent=form))


def _tabs(request: HttpRequest, access: Access, sent: RequestForm | None = None) -> list[Tab]:
    """The forms of all ways: the one that was sent with its errors, one asked for again with its criteria."""
    query = query_of(request)
    again = _criteria_of(request, query.get("Again"), access)
    lea = again.reporting_lea if again else (sent.lea.code if sent and sent.lea else query.get("ReportingLEA"))
    ways = access.definition.ways
    asked = sent.way.key if sent else again.way if again else query.get("Way")
    selected = asked if asked in {way.key for way in ways} else ways[0].key
    tabs = []
    for way in ways:
        if sent and way == sent.way:
            form = sent
        else:
            initial = initial_of(again) if again and again.way == way.key else {}
            form = RequestForm(access=access, way=way, lea=lea, initial=initial)
        action = f"/Extract/{access.definition.page}{ENDINGS.get(way.key, '')}"
        tabs.append(Tab(form=form, action=action, selected=way.key == selected))
    return tabs


def _criteria_of(request: HttpRequest, job_id: str, access: Access) -> Criteria | None:
    """The criteria of an earlier request of this extract that the caller may see."""
    number = whole_number(job_id)
    if not number:
        return None
    try:
        job = job_for(request.user, number)
    except Job.DoesNotExist:
        return None
    if job.kind != KIND or job.record_type != access.definition.code or job.organization_id != access.organization.pk:
        return None
    return Criteria.from_json(job.criteria)


def initial_of(criteria: Criteria) -> dict[str, object]:
    """Criteria as the initial values of the form that asks for them."""
    staff = criteria.record_type == "SDEM"
    one_day = criteria.effective_start == criteria.effective_end
    start, end = (
        ("employment_start_date", "employment_end_date") if staff else ("enrollment_start_date", "enrollment_end_date")
    )
    values: dict[str, object] = {
        "active_student": criteria.active,
        "active_staff": criteria.active,
        start: criteria.start,
        end: criteria.end,
        "start_date": criteria.start,
        "end_date": criteria.end,
        "effective_date": criteria.effective_start if one_day else None,
        "academic_year": criteria.academic_year,
        "education_program_code": criteria.program_code,
        "education_program_participation": criteria.participation,
        "record_history": "Y" if criteria.most_recent else "All",
        "school": list(criteria.schools),
        "grade_level": criteria.grade or "All",
        "job_id": criteria.job_id,
        "adjusted": criteria.adjusted,
        "certified_since": criteria.certified_since,
        "certification_status_code": list(criteria.statuses),
    }
    if criteria.as_of:
        values["effective_date"] = criteria.as_of
    return values


def _page(request: HttpRequest, access: Access, *, tabs: list[Tab]) -> HttpResponse:
    context = {
        "definition": access.definition,
        "organization": access.organization,
        "access": access,
        "tabs": tabs,
        "form_token": secrets.token_urlsafe(16),
    }
    template = "extracts/_modal.html" if request.headers.get("HX-Request") else "extracts/request.html"
    return render(request, template, context)


def _no_role(request: HttpRequest, definition: ExtractDefinition, organization: Organization | None) -> HttpResponse:
    if request.method == "POST":
        audit.record(
            action=AuditAction.ACCESS_REFUSED,
            organization=organization,
            subject=f"extract:{definition.code}",
            details={"reason": "no role unlocks this extract here"},
            request=request,
        )
    roles = [ROLES[unlock.role] for unlock in definition.unlocks]
    context = {"definition": definition, "organization": organization, "roles": roles}
    return render(request, "extracts/no_role.html", context, status=403)

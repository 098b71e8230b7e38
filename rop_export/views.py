"""The ROP page: options, Run and SAVE, Keep/Skip, the log and its downloads (spec rop, sections 1 and 2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization, current_reach
from jobs.cancelling import cancel_job
from jobs.enums import Status
from jobs.errors import Refused, Unavailable
from jobs.models import Job
from jobs.views import download_response
from ods.calendar import pacific_today
from ods.models import Organization
from rop_export import keepskip
from rop_export.access import Place, open_to, places
from rop_export.criteria import Options
from rop_export.forms import KeepSkipForm, OptionsForm, listed_schools
from rop_export.layout import MINUTES, PROVENANCES, ROP, columns
from rop_export.models import RunReport, SavedOptions, SchoolOptions
from rop_export.queries import LogLine, any_active, lines_of, log_lines, run_of
from rop_export.readiness import NO_DISTRICT_CALENDAR, district_calendar_missing
from rop_export.requesting import DAILY, EXTRACT, LABELS, has_data, request_run
from wire.query import query_of, whole_number

SAVED = "The options were saved."
RUNNING = "The extract has been started. The number of records is told here when it has finished."


@dataclass(frozen=True)
class Desk:
    """Where somebody with the role works: his LEA, the places he may run from, and the one he is at."""

    user: User
    lea: Organization
    places: list[Place]
    place: Place

    @property
    def schools(self) -> dict[str, str]:
        """Code to name of the schools the extract may take from here."""
        if self.place.district:
            return {place.code: place.name for place in self.places if not place.district}
        return {self.place.code: self.place.name}


def desk_of(request: HttpRequest) -> Desk | HttpResponse:
    """The caller's desk, or the page that says what is missing. `school` names the place; without it the first."""
    organization = current_organization(request)
    held = current_reach(request)
    if organization is None or not open_to(organization, held) or not isinstance(request.user, User):
        if request.method == "POST":
            audit.record(
                action=AuditAction.ACCESS_REFUSED,
                organization=organization,
                subject="page:ROP",
                details={"reason": "no role opens this page here"},
                request=request,
            )
        return render(request, "rop_export/no_role.html", {"organization": organization}, status=403)
    found = places(organization, held)
    asked = request.POST.get("school") or query_of(request).get("school")
    place = next((place for place in found if place.code == asked), None) or next(iter(found), None)
    if place is None or (asked and place.code != asked):
        raise Http404
    return Desk(request.user, organization, found, place)


@login_required
@require_http_methods(["GET", "POST"])
def configure(request: HttpRequest) -> HttpResponse:
    """`/Pages/ROP`: the options of a place; Run and SAVE."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    if request.method == "POST":
        return _sent(request, desk)
    return _page(request, desk, form=_form(request, desk))


def _sent(request: HttpRequest, desk: Desk) -> HttpResponse:
    run = request.POST.get("command") != "Save"
    form = _form(request, desk, data=request.POST, run=run)
    if not form.is_valid():
        return _page(request, desk, form=form)
    there = f"{reverse('rop_export:configure')}?school={desk.place.code}"
    options = form.options()
    if run:
        statements = keepskip.statements_of(user=desk.user, lea=desk.lea)
        try:
            job = request_run(
                user=desk.user,
                lea=desk.lea,
                criteria=form.criteria(statements),
                form_token=request.POST.get("FormToken", ""),
            )
        except Refused as refused:
            form.add_error(None, refused.words)
            return _page(request, desk, form=form)
        there += f"&requested={job.pk}#log"
    else:
        messages.success(request, SAVED)
    SavedOptions.objects.update_or_create(
        user=desk.user, lea=desk.lea, place=desk.place.code, defaults={"options": options.to_json()}
    )
    return HttpResponseRedirect(there)


def _form(request: HttpRequest, desk: Desk, *, data: QueryDict | None = None, run: bool = False) -> OptionsForm:
    """The options as last saved here, else all active schools and every course type."""
    saved = SavedOptions.objects.filter(user=desk.user, lea=desk.lea, place=desk.place.code).first()
    options = Options.from_json(saved.options) if saved else None
    inactive = (data or query_of(request)).get("show_inactive", "")
    show = inactive in ("1", "True") if inactive or data is not None else bool(options and options.show_inactive)
    schools = listed_schools(desk.lea, names=desk.schools, inactive=show or not desk.place.district)
    if options is None:
        active = listed_schools(desk.lea, names=desk.schools, inactive=not desk.place.district)
        options = Options(schools=tuple(code for code, _ in active), course_types=("30", "32", "33"), program_143=True)
    form = OptionsForm(data, lea=desk.lea, place=desk.place, options=options, schools=schools, run=run)
    form.initial["show_inactive"] = show
    return form


def _page(
    request: HttpRequest, desk: Desk, *, form: OptionsForm, statement: KeepSkipForm | None = None
) -> HttpResponse:
    query = query_of(request)
    number = max(1, whole_number(query.get("page")))
    lines, has_next = log_lines(user=desk.user, organization=desk.lea, page=number)
    statements = keepskip.statements_of(user=desk.user, lea=desk.lea)
    inactive = SchoolOptions.objects.filter(lea=desk.lea, school__in=list(desk.schools)).exclude(tag="").count()
    result = _result(desk, query.get("requested"))
    context = {
        "desk": desk,
        "organization": desk.lea,
        "place": desk.place,
        "places": desk.places,
        "has_data": has_data(desk.lea),
        "may_bring_data": any(place.district for place in desk.places),
        "form": form,
        "inactive": inactive if desk.place.district else 0,
        "show_inactive": bool(form.initial["show_inactive"]),
        "refusal": NO_DISTRICT_CALENDAR if desk.place.district and district_calendar_missing(desk.lea) else "",
        "statements": statements,
        "left_out": keepskip.left_out(lea=desk.lea, schools=desk.schools, statements=statements, on=pacific_today()),
        "statement_form": statement or KeepSkipForm(auto_id="keep_%s"),
        "lines": lines,
        "page": number,
        "has_next": has_next,
        "result": result,
        "running": RUNNING,
        "moving": any_active(lines) or bool(result and any_active(result)),
        "form_token": secrets.token_urlsafe(16),
        "ours": [column.column for column in columns(ROP) if column.provenance != "documented"],
    }
    return render(request, "rop_export/configure.html", context)


def _result(desk: Desk, job_id: str) -> list[LogLine] | None:
    """The lines of the run just started, for the message above the page; only his own."""
    number = whole_number(job_id)
    if not number:
        return None
    try:
        job = run_of(user=desk.user, job_id=number)
    except Job.DoesNotExist:
        return None
    return lines_of(job, desk.user) if job.requested_by_id == desk.user.pk else None


@login_required
@require_POST
def keep_skip(request: HttpRequest) -> HttpResponse:
    """Add a statement, or reset them all."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    if request.POST.get("command") == "Reset":
        keepskip.reset(user=desk.user, lea=desk.lea)
    else:
        form = KeepSkipForm(request.POST, auto_id="keep_%s")
        if not form.is_valid():
            return _page(request, desk, form=_form(request, desk), statement=form)
        keepskip.add_statement(user=desk.user, lea=desk.lea, statement=form.statement())
    return HttpResponseRedirect(f"{reverse('rop_export:configure')}?school={desk.place.code}#keep-skip")


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """A file of a run, for whoever ran it and nobody else."""
    job = _run_or_404(request)
    role = query_of(request).get("File")
    if role not in (EXTRACT, DAILY):
        raise Http404
    if job.requested_by_id != request.user.pk:
        audit.record(
            action=AuditAction.ACCESS_REFUSED,
            organization=job.organization,
            subject=f"job:{job.pk}",
            details={"reason": "only who ran a ROP extract downloads it"},
            request=request,
        )
        return render(request, "rop_export/not_yours.html", {"job": job}, status=403)
    try:
        response = download_response(request, job_id=job.pk, role=role)
    except Unavailable as unavailable:
        return render(request, "rop_export/unavailable.html", {"words": unavailable.words}, status=410)
    response["Content-Type"] = "text/csv; charset=utf-8"
    return response


@login_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """What a run has to say: errors and warnings, for everybody who sees its line in the log."""
    job = _run_or_404(request)
    found = RunReport.objects.filter(job=job).first()
    if found is None:
        raise Http404
    lines = list(found.lines.order_by("pk"))
    context = {
        "job": job,
        "report": found,
        "lines": lines,
        "more": found.errors + found.warnings - len(lines),
        "labels": LABELS,
        "complete": job.status == Status.SUCCEEDED,
    }
    return render(request, "rop_export/report.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Cancel a run that waits or works; only one's own."""
    job = _run_or_404(request)
    if job.requested_by_id != request.user.pk or not isinstance(request.user, User):
        raise Http404
    cancel_job(user=request.user, job_id=job.pk)
    return HttpResponseRedirect(reverse("rop_export:configure"))


@login_required
@require_GET
def layout(request: HttpRequest) -> HttpResponse:
    """The columns of both files, where each comes from and how sure it is."""
    files = [
        {"name": LABELS[role], "id": role, "columns": columns(name)}
        for role, name in ((EXTRACT, ROP), (DAILY, MINUTES))
    ]
    return render(request, "rop_export/layout.html", {"files": files, "provenances": PROVENANCES})


def _run_or_404(request: HttpRequest) -> Job:
    asked = request.POST.get("Run") or query_of(request).get("Run")
    try:
        return run_of(user=request.user, job_id=whole_number(asked))
    except Job.DoesNotExist:
        raise Http404 from None

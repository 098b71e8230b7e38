"""The SIRAS pages of every day: the watch, the runs, Preview, and what a person decides (spec siras, 9 and 9.2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.enums import AuditAction
from jobs.enums import Trigger
from jobs.errors import JobError, Unavailable
from jobs.models import Job, JobFile
from jobs.queries import jobs_for
from jobs.views import download_response
from ods.calendar import pacific_today
from siras_export import alarms, nights
from siras_export.building import CONTENT
from siras_export.desk import Desk, desk_of, note_look
from siras_export.enums import OPEN_STATES, Purpose, RunState
from siras_export.fields import by_key
from siras_export.forms import ApprovalForm
from siras_export.models import Alarm, Build, BuildLine, Run
from siras_export.profiles import missing
from siras_export.receiving.importing import OUTCOMES
from siras_export.requesting import BUILD, request_build
from siras_export.rows import FINDINGS
from siras_export.schedule import due_at, next_night
from siras_export.watch import coming, watch
from wire.query import query_of, whole_number

RUNS_A_PAGE = 25
LINES_A_PAGE = 50
_STARTED = {
    "Preview": "The preview is being made.",
    "Sample": "The sample file is being made.",
    "RunNow": "The file is being made, and sent when it is there.",
}


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """`/Pages/SIRAS`: this night, what is to be done, and the runs."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    now = timezone.now()
    profile = desk.profile
    context: dict[str, object] = {"desk": desk, "profile": profile, "organization": desk.lea}
    if desk.set_up:
        runs = profile.runs.select_related("build_job__siras_build").order_by("-started_at", "-pk")
        number = query_of(request).get("page")
        page = Paginator(runs, RUNS_A_PAGE).get_page(number)
        night = next_night(profile, now)
        context |= {
            "watch": watch(profile, now),
            "coming": coming(profile, now),
            "alarms": alarms.open_alarms(desk.lea),
            "missing": missing(profile),
            "next_at": due_at(profile, night) if night else None,
            "runs": page,
            "sample": _newest(desk, Purpose.SAMPLE),
            "approval": ApprovalForm(),
            "form_token": secrets.token_urlsafe(16),
            "moving": any(run.state in OPEN_STATES for run in page) or _working(desk, Purpose.SAMPLE),
        }
    return render(request, "siras_export/overview.html", context)


@dataclass(frozen=True)
class Made:
    """A file that was made, and the job that made it."""

    job: Job
    build: Build | None
    files: list[JobFile]


def _newest(desk: Desk, purpose: Purpose) -> Made | None:
    jobs = jobs_for(desk.user, desk.lea).filter(kind=BUILD, criteria__purpose=str(purpose))
    job = jobs.select_related("siras_build").prefetch_related("files").first()
    if job is None:
        return None
    files = [file for file in job.files.all() if file.role != CONTENT and not file.gone]
    return Made(job, getattr(job, "siras_build", None), files)


def _working(desk: Desk, purpose: Purpose) -> bool:
    made = _newest(desk, purpose)
    return bool(made and made.job.active)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Preview, Sample or RunNow."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    command = request.POST.get("command", "")
    if command not in _STARTED or not desk.set_up:
        raise Http404
    token = request.POST.get("FormToken", "")
    try:
        if command == "RunNow":
            made = nights.run_now(user=desk.user, profile=desk.profile, form_token=token)
            there = f"{reverse('siras_export:run')}?Run={made.pk}"
        else:
            purpose = Purpose.PREVIEW if command == "Preview" else Purpose.SAMPLE
            request_build(
                user=desk.user,
                profile=desk.profile,
                purpose=purpose,
                as_of=pacific_today(),
                trigger=Trigger.WEB,
                form_token=token,
            )
            there = reverse("siras_export:preview" if command == "Preview" else "siras_export:overview")
    except JobError as error:
        messages.error(request, error.words)
        return HttpResponseRedirect(reverse("siras_export:overview"))
    messages.info(request, _STARTED[command])
    return HttpResponseRedirect(there)


@login_required
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What would be sent, and what SIRAS would do with each student."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    made = _newest(desk, Purpose.PREVIEW) if desk.set_up else None
    context: dict[str, object] = {
        "desk": desk,
        "profile": desk.profile,
        "organization": desk.lea,
        "made": made,
        "form_token": secrets.token_urlsafe(16),
        "moving": bool(made and made.job.active),
    }
    if made and made.build:
        context |= lines_context(request, made.build)
        note_look(request, desk, f"siras_build:{made.build.pk}")
    return render(request, "siras_export/preview.html", context)


def lines_context(request: HttpRequest, build: Build) -> dict[str, object]:
    """The lines of a build for a page: those of the kind asked for, and how many there are of each."""
    query = query_of(request)
    lines = build.lines.filter(section="outcome")
    kind = query.get("Kind")
    if kind in OUTCOMES:
        lines = lines.filter(kind=kind)
    page = Paginator(lines.order_by("pk"), LINES_A_PAGE).get_page(query.get("page"))
    return {
        "build": build,
        "kind": kind if kind in OUTCOMES else "",
        "lines": page,
        "kinds": [(name, words, build.outcomes.get(name, 0)) for name, words in OUTCOMES.items()],
        "outcome_words": OUTCOMES,
        "findings": findings_of(request, build),
    }


@dataclass(frozen=True)
class Findings:
    """What is the matter with some students: how many, and a page of those that are kept."""

    kind: str
    words: str
    count: int
    page: Page[BuildLine]

    @property
    def fields(self) -> list[tuple[BuildLine, str]]:
        """Each with the header of its field."""
        return [(line, by_key()[line.field].header if line.field else "") for line in self.page]


def findings_of(request: HttpRequest, build: Build) -> list[Findings]:
    """What to look at, by kind. The page asked for is that of the kind `Finding` names."""
    query = query_of(request)
    found = []
    for kind, words in FINDINGS.items():
        lines = Paginator(build.lines.filter(section="finding", kind=kind).order_by("pk"), LINES_A_PAGE)
        if lines.count:
            number = query.get("Findings") if query.get("Finding") == kind else "1"
            found.append(Findings(kind, words, build.findings.get(kind, lines.count), lines.get_page(number)))
    return found


def _run_or_404(request: HttpRequest, desk: Desk) -> Run:
    asked = request.POST.get("Run") or query_of(request).get("Run")
    runs = Run.objects.filter(profile__lea=desk.lea).select_related("profile__lea", "build_job__siras_build")
    found = runs.filter(pk=whole_number(asked)).first() if asked else None
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def run(request: HttpRequest) -> HttpResponse:
    """One run: what happened, what was sent, what is to be decided."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    found = _run_or_404(request, desk)
    build = getattr(found.build_job, "siras_build", None)
    findings = findings_of(request, build) if build else []
    if findings:
        note_look(request, desk, f"siras_run:{found.pk}")
    files = found.build_job.files.exclude(role=CONTENT) if found.build_job else JobFile.objects.none()
    context = {
        "desk": desk,
        "organization": desk.lea,
        "run": found,
        "build": build,
        "files": files,
        "events": found.events.order_by("at", "pk"),
        "findings": findings,
        "may_try": found.state in (RunState.FAILED, RunState.MISSED, RunState.WAITING) and build is not None,
        "moving": found.state in OPEN_STATES,
    }
    return render(request, "siras_export/run.html", context)


@login_required
@require_http_methods(["POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """Send a held or failed file after all, or discard it."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    found = _run_or_404(request, desk)
    command = request.POST.get("command")
    now = timezone.now()
    done = False
    if command == "Send" and found.build_job and found.state in (
        RunState.HELD, RunState.FAILED, RunState.MISSED, RunState.WAITING,
    ):  # fmt: skip
        done = nights.send(found, now, user=desk.user)
    elif command == "Discard" and found.state in (RunState.HELD, RunState.WAITING):
        words = f"Discarded by {desk.user.get_username()}."
        done = nights.move(found, RunState.DISCARDED, words=words, now=now, final=True)
    if done:
        audit.record(
            action=AuditAction.SIRAS_DECIDED,
            organization=desk.lea,
            subject=f"siras_run:{found.pk}",
            details={"decision": command},
            request=request,
        )
    else:
        messages.error(request, "That is not possible any more: the run has moved on. Its state is shown below.")
    return HttpResponseRedirect(f"{reverse('siras_export:run')}?Run={found.pk}")


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """A file that was made, for whoever holds the role; the disclosure is on record."""
    query = query_of(request)
    asked, role = query.get("Job"), query.get("File")
    job = Job.objects.filter(pk=whole_number(asked), kind=BUILD).first() if asked else None
    if job is None or role == CONTENT:
        raise Http404
    try:
        response = download_response(request, job_id=job.pk, role=role)
    except Unavailable as unavailable:
        return render(request, "siras_export/unavailable.html", {"words": unavailable.words}, status=410)
    response["Content-Type"] = "application/octet-stream"
    return response


@login_required
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Put an alarm away."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    asked = request.POST.get("Alarm", "")
    found = Alarm.objects.filter(profile__lea=desk.lea, pk=whole_number(asked)).first() if asked else None
    if found is None:
        raise Http404
    alarms.mark_seen(alarm=found, user=desk.user)
    return HttpResponseRedirect(reverse("siras_export:overview"))

"""File Submission: upload, the list, one submission, Post All and Discard (wire contract 6)."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.organizations import current_organization, current_reach
from accounts.permissions import reach
from jobs.enums import Trigger
from jobs.errors import Failed, Refused
from ods.submission_rules.left_out import LEFT_OUT
from submissions import posting
from submissions.access import access_to, menu
from submissions.enums import Status
from submissions.error_pages import errors_answer
from submissions.forms import UploadForm, read_upload
from submissions.models import Submission
from submissions.queries import PAGE, SORTS, Filters, Row, submission_for, submissions_for
from submissions.receiving import receive
from submissions.rule_table import lines
from wire.json import grid
from wire.query import query_of, wants_json, whole_number

MOST_TAKEN = 1000
HOMEPAGE = 50
"""Submissions the home page tells programs of."""


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """`/FileSubmission/FileUpload`: the form, and the files that come with it."""
    organization = current_organization(request)
    offered = menu(held=current_reach(request), organization=organization)
    form = None
    if request.method == "POST":
        form = read_upload(request, offered, most_bytes=settings.SUBMISSION_MOST_BYTES)
        if form.is_valid:
            received = _receive(request, form)
            if received and not form.errors:
                there = f"{reverse('submissions:list')}?{urlencode({'submitted': received[-1].pk})}"
                if request.headers.get("HX-Request"):
                    return HttpResponse(headers={"HX-Redirect": there})
                return HttpResponseRedirect(there)
    context = {
        "organization": organization,
        "offered": offered,
        "form": form,
        "form_token": secrets.token_urlsafe(16),
        "most_mb": settings.SUBMISSION_MOST_BYTES >> 20,
        "days": settings.JOBS_FILE_DAYS,
        "may": bool(offered),
    }
    return render(request, "submissions/upload.html", context, status=200 if offered or form is None else 403)


def _receive(request: HttpRequest, form: UploadForm) -> list[Submission]:
    assert isinstance(request.user, User)
    organization = current_organization(request)
    assert organization is not None  # no access without one
    token = request.POST.get("FormToken", "")
    received = []
    for number, each in enumerate(form.uploads):
        assert each.access is not None  # a valid form has one
        try:
            submission = receive(
                user=request.user,
                organization=organization,
                access=each.access,
                upload=each.file,
                job_name=each.job_name,
                trigger=Trigger.WEB if token else Trigger.WIRE,
                form_token=f"{token}:{number}" if token else "",
            )
        except (Refused, Failed) as refused:
            form.errors.append(f"{each.file.name}: {refused.words}")
        else:
            received.append(submission)
    if received:
        files = ", ".join(f"{each.file_name} (job {each.pk}, {each.record_type})" for each in received)
        messages.success(request, f"Received {files}. Validation has begun; the list shows when a file is ready.")
    return received


@login_required
@require_GET
def submission_list(request: HttpRequest) -> HttpResponse:
    """`/FileSubmission/`: the submissions of the current organisation, as page or grid."""
    organization = current_organization(request)
    query = query_of(request)
    filters = Filters(
        record_type=query.get("type").upper(),
        status=query.get("status"),
        mine=query.get("by") == "me",
        sort=query.get("sort", "newest"),
    ).cleaned()
    if wants_json(request):
        if organization is None:
            return grid([])
        found = submissions_for(request.user, organization, filters)
        skip, take = whole_number(query.get("skip")), min(whole_number(query.get("take"), 100), MOST_TAKEN)
        return grid([Row(each).as_grid_row() for each in found[skip : skip + take]], total=found.count())
    offered = menu(held=current_reach(request), organization=organization)
    context: dict[str, Any] = {"organization": organization, "filters": filters, "offered": offered}
    if organization is not None:
        number = max(1, whole_number(query.get("page")))
        found = submissions_for(request.user, organization, filters)
        rows = [Row(each) for each in found[(number - 1) * PAGE : number * PAGE + 1]]
        context |= {
            "rows": rows[:PAGE],
            "page": number,
            "has_next": len(rows) > PAGE,
            "moving": any(row.active for row in rows[:PAGE]),
            "statuses": {value: value for value in Status.values},
            "sorts": SORTS,
            "submitted": query.get("submitted"),
        }
    return render(request, "submissions/list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """`/FileSubmission/Detail/{JobID}`: one submission: what was found by rule, and what can be done."""
    submission = _mine(request, job_id)
    row = Row(submission)
    context = {
        "row": row,
        "submission": submission,
        "job": submission.validation_job,
        "original": submission.validation_job.files.filter(role="original").first(),
        "by_rule": [
            dict(zip(("code", "severity", "title", "number", "name", "count"), entry, strict=True))
            for entry in submission.by_rule
        ],
        "may_post": row.postable and _may(request, submission),
        "may_discard": row.status in (Status.READY, Status.REJECTED, Status.FAILED) and _may(request, submission),
        "moving": row.active,
    }
    return render(request, "submissions/detail.html", context)


@login_required
@require_POST
def post(request: HttpRequest) -> HttpResponse:
    """`/FileSubmission/Post`: Post All."""
    return _decide(request, "Post All")


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """`/FileSubmission/Discard`: put a submission aside."""
    return _decide(request, "Discard")


def _decide(request: HttpRequest, command: str) -> HttpResponse:
    assert isinstance(request.user, User)
    asked = request.POST.get("JobID", "")
    submission = _mine(request, whole_number(asked))
    if not _may(request, submission):
        audit.record(
            action=AuditAction.ACCESS_REFUSED,
            organization=submission.organization,
            subject=f"submission:{submission.pk}",
            details={"reason": f"{command} needs the edit role"},
            request=request,
        )
        raise Http404
    try:
        if command == "Discard":
            posting.discard(user=request.user, submission=submission)
            messages.success(request, f"Job {submission.pk} was discarded. Nothing of it was posted.")
        else:
            posting.request_posting(
                user=request.user,
                submission=submission,
                trigger=Trigger.WEB if request.headers.get("Sec-Fetch-Site") else Trigger.WIRE,
            )
            messages.success(request, f"Job {submission.pk} is being posted: {submission.accepted:,} accepted records.")
    except posting.NotReady as not_ready:
        messages.warning(request, not_ready.words)
    except Refused as refused:
        messages.error(request, refused.words)
    return HttpResponseRedirect(reverse("submissions:detail", args=[submission.pk]))


@login_required
@require_GET
def errors(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """`/FileSubmission/Detail/{JobID}/Errors`: the errors as page, JSON grid, CSV or XLSX."""
    return errors_answer(request, _mine(request, job_id))


@login_required
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """`/FileSubmission/Rules`: every rule a file is held to."""
    query = query_of(request)
    record_type = query.get("type").upper()
    offered = sorted({line.record_type for line in lines() if line.record_type})
    shown = [line for line in lines() if not record_type or line.record_type in ("", record_type)]
    context = {
        "lines": shown,
        "types": offered,
        "record_type": record_type if record_type in offered else "",
        "left_out": [
            each for each in LEFT_OUT if not record_type or {record_type, "All"} & {*each.record_type.split(", ")}
        ],
    }
    return render(request, "submissions/rules.html", context)


@login_required
@require_GET
def homepage(request: HttpRequest) -> HttpResponse:
    """`/HomepageSubmissions`: the newest submissions, oldest first: the newest job is the last (wire contract 3)."""
    organization = current_organization(request)
    if organization is None:
        return grid([])
    newest = list(submissions_for(request.user, organization)[:HOMEPAGE])
    return grid([Row(each).as_grid_row() for each in reversed(newest)])


def _mine(request: HttpRequest, submission_id: int) -> Submission:
    try:
        return submission_for(request.user, submission_id)
    except Submission.DoesNotExist:
        raise Http404 from None


def _may(request: HttpRequest, submission: Submission) -> bool:
    """Whether the caller may post it: whoever sees a submission holds a role that could have made it."""
    assert isinstance(request.user, User)
    held = reach(request.user, submission.organization)
    return access_to(held=held, organization=submission.organization, record_type=submission.record_type) is not None

"""Asking for rejected records: the wire's page (contract 6), and the button of a submission's own page."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.organizations import current_organization, current_reach
from extracts.request_views import SUCCESS
from jobs.enums import Trigger
from jobs.errors import Refused
from ods.directory import PSEUDO_SCHOOLS, schools_of
from ods.models import Organization
from submissions.access import menu
from submissions.models import Submission
from submissions.queries import submission_for, submissions_for
from submissions.rejected import ALL_ERRORS, ALL_SCHOOLS, request_rejected
from wire.forms import WireForm
from wire.query import query_of, whole_number

OFFERED = 200
"""Submissions in the pick list, newest first; any other of the LEA can be sent."""
_ALL = {"", "all"}


class RejectedForm(WireForm):
    """The criteria of the Rejected Records extract, under the wire's names."""

    wire_names = {"record_type": "RecordType", "lea": "LEA", "job_id": "JobID"}

    lea = forms.CharField(label="Reporting LEA", widget=forms.HiddenInput)
    record_type = forms.CharField(
        label="Record type", widget=forms.Select, error_messages={"required": "Choose a record type."}
    )
    submitter = forms.CharField(label="Submitter", widget=forms.Select, required=False)
    job_id = forms.CharField(
        label="Job ID",
        help_text="A submission with rejected records.",
        widget=forms.Select,
        error_messages={"required": "Choose a job."},
    )
    school = forms.CharField(label="School", widget=forms.Select, required=False)

    def __init__(self, *args: Any, user: User, organization: Organization, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.organization = user, organization
        with_rejects = submissions_for(user, organization).filter(rejected__gt=0)
        newest = list(with_rejects[:OFFERED])
        self.fields["lea"].initial = organization.code
        codes = sorted({each.record_type for each in newest})
        self._choose("record_type", [(f"{code}ERR", f"{code} rejected records") for code in codes], "Choose…")
        people = sorted({(str(each.submitted_by_id), each.submitted_by.get_username()) for each in newest})
        self._choose("submitter", people, "All")
        jobs = [
            (str(each.pk), f"{each.pk} {each.record_type} {each.file_name}, {each.rejected:,} rejected")
            for each in newest
        ]
        self._choose("job_id", jobs, "Choose…")
        schools = [(school.code, f"{school.name} - {school.code}") for school in schools_of(organization)]
        self._choose("school", [(ALL_SCHOOLS, "All"), *schools, *PSEUDO_SCHOOLS.items()])

    def _choose(self, name: str, choices: list[tuple[str, str]], first: str = "") -> None:
        # A CharField with a list: programs may send what the list does not show any more.
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        widget.choices = [("", first), *choices] if first else choices

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("lea") and found["lea"] != self.organization.code:
            self.add_error(
                None, "Rejected records come from the organization you work in. Change it at the top of the page."
            )
        if self.errors:
            return found
        submission = self._submission(found["job_id"])
        code = found["record_type"].upper().removesuffix("ERR")
        if submission is None:
            self.add_error("job_id", "There is no such job of yours with rejected records. Choose one of the list.")
        elif code != submission.record_type:
            self.add_error("record_type", f"Job {submission.pk} is of type {submission.record_type}. Choose that.")
        elif found["submitter"].lower() not in _ALL and found["submitter"] not in (
            str(submission.submitted_by_id),
            submission.submitted_by.email,
            submission.submitted_by.get_username(),
        ):
            self.add_error("submitter", f"Job {submission.pk} was submitted by somebody else. Choose All.")
        self.submission = submission
        return found

    def _submission(self, job_id: str) -> Submission | None:
        number = whole_number(job_id)
        if not number:
            return None
        return submissions_for(self.user, self.organization).filter(pk=number, rejected__gt=0).first()


@login_required
@require_http_methods(["GET", "POST"])
def rejected_records(request: HttpRequest) -> HttpResponse:
    """`/Extract/RejectedRecords`."""
    assert isinstance(request.user, User)
    organization = current_organization(request)
    if organization is None or not menu(held=current_reach(request), organization=organization):
        return render(request, "submissions/no_role.html", {"organization": organization}, status=403)
    if request.method == "POST":
        form = RejectedForm(request.POST, user=request.user, organization=organization)
        if form.is_valid() and form.submission is not None:
            school = form.cleaned_data["school"]
            token = request.POST.get("FormToken", "")
            try:
                request_rejected(
                    user=request.user,
                    submission=form.submission,
                    school=ALL_SCHOOLS if school.lower() in _ALL else school,
                    trigger=Trigger.WEB if token else Trigger.WIRE,
                    form_token=token,
                )
            except Refused as refused:
                form.add_error(None, refused.words)
            else:
                messages.success(request, SUCCESS)
                return HttpResponseRedirect(reverse("extracts:home"))
    else:
        asked = query_of(request)
        initial = {"job_id": asked.get("JobID"), "record_type": asked.get("RecordType"), "school": ALL_SCHOOLS}
        given = {name: value for name, value in initial.items() if value}
        form = RejectedForm(initial=given, user=request.user, organization=organization)
    context = {"form": form, "organization": organization, "form_token": secrets.token_urlsafe(16)}
    return render(request, "submissions/rejected_records.html", context)


@login_required
@require_POST
def error_extract(request: HttpRequest, job_id: int) -> HttpResponse:
    """The Submission Error Extract of one submission, from its own page."""
    assert isinstance(request.user, User)
    try:
        submission = submission_for(request.user, job_id)
    except Submission.DoesNotExist:
        raise Http404 from None
    try:
        request_rejected(user=request.user, submission=submission, kind=ALL_ERRORS, trigger=Trigger.WEB)
    except Refused as refused:
        messages.error(request, refused.words)
        return HttpResponseRedirect(reverse("submissions:detail", args=[submission.pk]))
    messages.success(request, SUCCESS)
    return HttpResponseRedirect(reverse("extracts:home"))

"""Upload Status, stale groups, the connection, schedules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ods.calendar import pacific_today
from rosters import deciding
from rosters.class_views import PAGES
from rosters.connecting import LIFETIME, remove_connection, save_connection, try_connection
from rosters.desk import Desk, desk_of
from rosters.enums import Frequency, UploadState
from rosters.ledger import ask_to_clear, stale_groups
from rosters.models import Connection, Schedule
from rosters.paging import paging
from rosters.queries import PAGE, StatusLine, files_for, runs_at_work, uploads
from rosters.scheduling import add_schedule, remove_schedule
from rosters.views import connection_words, file_or_404, say
from wire.query import query_of, wants_json, whole_number

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
TOO_LATE = "It is not in that state any more, or a later upload of the school took its place. Nothing was changed."


@login_required
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Every school's file that was to be uploaded, newest first; `format=JSON` for programs."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    found = uploads(files_for(desk.user, desk.lea, desk.codes))
    if (school := query_of(request).get("school")) in desk.codes:
        found = found.filter(school=school)
    run = query_of(request).get("run")
    page = paging(request, found.count(), PAGE)
    lines = [StatusLine(file) for file in found[page.start : page.start + PAGE]]
    if wants_json(request):
        return JsonResponse({"Data": [line.to_json() for line in lines], "Total": page.count})
    at_work = runs_at_work(desk.user, desk.lea)
    context = {
        "desk": desk,
        "organization": desk.lea,
        "lines": lines,
        "page": page,
        "jobs": [job for job in at_work if job.active or str(job.pk) == run],
        "moving": any(line.file.under_way for line in lines) or any(job.active for job in at_work),
        "run": run,
        **connection_words(desk),
    }
    return render(request, "rosters/status.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One upload: CERS's own words, what was left out, found and changed."""
    file = file_or_404(request, number)
    desk = desk_of(request)
    assert isinstance(desk, Desk)  # file_or_404 saw it
    if not file.state:
        raise Http404
    line = StatusLine(file)
    if wants_json(request):
        return JsonResponse(line.to_json())
    context = {
        "desk": desk,
        "organization": desk.lea,
        "line": line,
        "file": file,
        "errors": [finding for finding in file.findings if finding[0]],
        "warnings": [finding for finding in file.findings if not finding[0]],
        "share": round(file.share * 100),
        "held": file.state == UploadState.HELD,
        "failed": file.state == UploadState.FAILED,
        "may_discard": file.state in (UploadState.HELD, UploadState.WAITING) and file.post_begun_at is None,
        "superseded": deciding.superseded(file),
    }
    return render(request, "rosters/detail.html", context)


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Send a held file, discard one, take up one that was given up."""
    file = file_or_404(request, request.POST.get("file", ""))
    desk = desk_of(request)
    assert isinstance(desk, Desk)  # file_or_404 saw it
    command = request.POST.get("command")
    if command == "confirm":
        say(request, deciding.confirm(file=file, by=desk.user), "The file is on its way to CERS.", TOO_LATE)
    elif command == "discard":
        say(request, deciding.discard(file=file, by=desk.user), "The file was discarded; nothing was sent.", TOO_LATE)
    elif command == "again":
        say(request, deciding.send_again(file=file, by=desk.user), "The file is on its way to CERS again.", TOO_LATE)
    else:
        raise Http404
    return HttpResponseRedirect(reverse("rosters:detail", args=[file.pk]))


@login_required
@require_http_methods(PAGES)
def stale(request: HttpRequest) -> HttpResponse:
    """Groups that still show students in CERS and that no file names any more; have them emptied."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    if request.method == "POST":
        school = desk.school(request.POST.get("school", ""))
        clear = request.POST.get("command") == "clear"
        done = ask_to_clear(lea=desk.lea, school=school.code, names=request.POST.getlist("names"), clear=clear)
        words = "The next upload of the school empties it." if clear else "It is left as it is."
        say(request, bool(done), words, "Nothing was changed: the group is not stale, or empty already.")
        return HttpResponseRedirect(reverse("rosters:stale"))
    names = {school.code: school.name for school in desk.schools}
    found = [
        {"group": group, "school": names[group.school], "empty": not (group.students or group.users)}
        for group in stale_groups(desk.lea, desk.codes)
    ]
    return render(request, "rosters/stale.html", {"desk": desk, "organization": desk.lea, "groups": found})


class ConnectionForm(forms.Form):
    """The pair of an LEA coordinator (TOMS > Credentialing)."""

    user_name = forms.CharField(label="User name", max_length=255, error_messages={"required": "Enter the user name."})
    secret = forms.CharField(
        label="Secret key",
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted and never shown again. Leave it blank to keep the one there is.",
    )
    expires_on = forms.DateField(
        label="Last day",
        required=False,
        input_formats=["%m/%d/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%m/%d/%Y", attrs={"placeholder": "MM/DD/YYYY"}),
        help_text="A pair is good for 365 days from the day it was made. MM/DD/YYYY",
        error_messages={"invalid": "Give a date as MM/DD/YYYY."},
    )

    def __init__(self, *args: Any, kept: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = kept
        self.fields["user_name"].widget.attrs["autocomplete"] = "off"

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not secret and not self._kept:
            raise forms.ValidationError("Enter the secret key.")
        return secret

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day and day > pacific_today() + LIFETIME + timedelta(days=1):
            raise forms.ValidationError("A pair is good for 365 days at most. Check the year.")
        return day


@login_required
@require_http_methods(PAGES)
def connection(request: HttpRequest) -> HttpResponse:
    """The credentials for CERS: enter, test, remove. They are the LEA's, so the role is needed there."""
    desk = desk_of(request, whole=True)
    if isinstance(desk, HttpResponse):
        return desk
    kept = Connection.objects.filter(lea=desk.lea).first()
    initial = {"user_name": kept.user_name, "expires_on": kept.expires_on} if kept else {}
    form = ConnectionForm(initial=initial, kept=kept is not None)
    command = request.POST.get("command")
    if command == "save":
        form = ConnectionForm(request.POST, initial=initial, kept=kept is not None)
        if form.is_valid():
            given = form.cleaned_data
            found = save_connection(
                lea=desk.lea, user_name=given["user_name"], secret=given["secret"],
                expires_on=given["expires_on"], by=desk.user,
            )  # fmt: skip
            try_connection(connection=found, by=desk.user)
            return HttpResponseRedirect(reverse("rosters:connection"))
    elif command == "test" and kept:
        try_connection(connection=kept, by=desk.user)
        return HttpResponseRedirect(reverse("rosters:connection"))
    elif command == "remove":
        remove_connection(lea=desk.lea, by=desk.user)
        messages.success(request, "The credentials were removed. Nothing is sent until others are entered.")
        return HttpResponseRedirect(reverse("rosters:connection"))
    context = {"desk": desk, "organization": desk.lea, "form": form, **connection_words(desk)}
    return render(request, "rosters/connection.html", context)


class ScheduleForm(forms.Form):
    """When uploads are asked for by themselves."""

    frequency = forms.ChoiceField(label="How often", choices=Frequency.choices)
    weekday = forms.TypedChoiceField(
        label="Day, if once a week", choices=list(enumerate(WEEKDAYS)), coerce=int, initial=6
    )  # fmt: skip
    hour = forms.TypedChoiceField(
        label="Hour (Pacific)", choices=[(hour, f"{hour:02d}:00") for hour in range(24)], coerce=int, initial=2
    )
    schools = forms.MultipleChoiceField(
        label="Schools",
        required=False,
        help_text="None chosen: all that you may send then.",
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["schools"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(school.code, f"{school.name} ({school.code})") for school in desk.schools]


@login_required
@require_http_methods(PAGES)
def schedules(request: HttpRequest) -> HttpResponse:
    """Schedules of the LEA; one's own can be added and removed."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    form = ScheduleForm(desk=desk)
    if request.POST.get("command") == "remove":
        number = request.POST.get("schedule", "")
        own = Schedule.objects.filter(lea=desk.lea, active=True)
        # Somebody who answers for the whole LEA may end anybody's.
        own = own if desk.whole else own.filter(owner=desk.user)
        found = get_object_or_404(own, pk=whole_number(number))
        remove_schedule(schedule=found, by=desk.user)
        messages.success(request, "The schedule was removed.")
        return HttpResponseRedirect(reverse("rosters:schedules"))
    if request.method == "POST":
        form = ScheduleForm(request.POST, desk=desk)
        if form.is_valid():
            add_schedule(owner=desk.user, lea=desk.lea, **form.cleaned_data)
            messages.success(request, "The schedule was added.")
            return HttpResponseRedirect(reverse("rosters:schedules"))
    found_ones = Schedule.objects.filter(lea=desk.lea, active=True).select_related("owner", "last_job").order_by("pk")
    lines = [
        {
            "schedule": one,
            "day": WEEKDAYS[one.weekday] if one.frequency == Frequency.WEEKLY else "",
            "removable": desk.whole or one.owner_id == desk.user.pk,
        }
        for one in found_ones
    ]
    context = {"desk": desk, "organization": desk.lea, "form": form, "lines": lines, **connection_words(desk)}
    return render(request, "rosters/schedules.html", context)

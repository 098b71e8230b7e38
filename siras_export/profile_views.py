"""Setting a district up: the profile, the connection and its host key, the approval, the code maps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.enums import AuditAction
from accounts.sealing import SealBroken
from ods.calendar import pacific_today
from ods.directory import schools_of
from siras_export.code_maps import KINDS
from siras_export.desk import Desk, desk_of
from siras_export.enums import RunState
from siras_export.fields import by_key
from siras_export.forms import LAYOUT_FIELDS, ApprovalForm, MappingForm, ProfileForm, SchoolForm, SstForm
from siras_export.models import CodeMapping, Profile, SchoolCode, SstStudent
from siras_export.profiles import missing
from siras_export.sending import target_of
from siras_export.transport import BadKey, TransferError, UnknownHostKey, check, fingerprint
from wire.query import whole_number

_KIND_OF_FIELD = {"grade": "grade", "language": "language", "ethnicity": "ethnicity", "el_status": "el",
                  "residential_status": "residence"}  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The whole profile on one page."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    before = _layout(desk.profile)
    form = ProfileForm(request.POST or None, instance=desk.profile)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        again = made.approved and before != _layout(made)
        if again:
            made.approved_on = made.approved_by = None
        made.save()
        _note(request, desk, "profile", sorted(set(form.changed_data)))
        messages.success(request, "The profile was saved.")
        _say_what_waits(request, made)
        if again:
            messages.warning(
                request,
                "What SIRAS had approved has changed, so the profile is a draft again: send SIRAS a new sample file.",
            )
        return HttpResponseRedirect(reverse("siras_export:profile"))
    return _profile_page(request, desk, form)


def _say_what_waits(request: HttpRequest, profile: Profile) -> None:
    if profile.runs.filter(state=RunState.WAITING).exists():
        messages.info(request, "A file waits to be sent. If this changed the connection, it is tried again at once.")


def _layout(profile: Profile) -> list[Any]:
    return [getattr(profile, name) for name in LAYOUT_FIELDS]


def _profile_page(request: HttpRequest, desk: Desk, form: ProfileForm) -> HttpResponse:
    kept = desk.profile
    context = {
        "desk": desk,
        "organization": desk.lea,
        "profile": kept,
        "form": form,
        "pinned": _fingerprint(kept.host_key),
        "offered": _fingerprint(kept.offered_key) if kept.offered_key != kept.host_key else "",
        "missing": missing(kept) if desk.set_up else [],
    }
    return render(request, "siras_export/profile.html", context)


def _fingerprint(key: str) -> str:
    try:
        return f"{key.partition(' ')[0]} {fingerprint(key)}" if key else ""
    except BadKey:
        return ""


@login_required
@require_POST
def connection(request: HttpRequest) -> HttpResponse:
    """Check the connection; or pin the host key it met, after somebody has compared its fingerprint."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    there = HttpResponseRedirect(f"{reverse('siras_export:profile')}#connection")
    if not desk.set_up or not desk.profile.host:
        messages.error(request, "Save host and user name first.")
        return there
    if request.POST.get("command") == "Pin":
        offered = desk.profile.offered_key
        # What was compared is what is pinned, whatever was met since.
        if not offered or _fingerprint(offered) != request.POST.get("fingerprint"):
            messages.error(request, "The key shown has changed meanwhile. Compare the fingerprint again.")
            return there
        Profile.objects.filter(pk=desk.profile.pk).update(host_key=offered, offered_key="")
        _note(request, desk, "host key pinned", [_fingerprint(offered)])
        messages.success(request, "The host key is pinned. Check the connection once more to try the sign-in.")
        _say_what_waits(request, desk.profile)
        return there
    try:
        check(target_of(desk.profile))
    except UnknownHostKey as error:
        Profile.objects.filter(pk=desk.profile.pk).update(offered_key=error.offered)
        messages.warning(request, error.words)
    except TransferError as error:
        messages.error(request, error.words)
    except SealBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The connection works: known host key, sign-in accepted, folder there.")
    return there


@login_required
@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Record that SIRAS approved the sample; from now on it is scheduled, in the name of who says so."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    there = HttpResponseRedirect(reverse("siras_export:overview"))
    if not desk.set_up:
        raise Http404
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for words in form.errors["approved"]))
    elif problems := missing(desk.profile):
        messages.error(request, " ".join(problems))
    else:
        kept = desk.profile
        kept.approved_on, kept.approved_by = pacific_today(), desk.user
        kept.save(update_fields=["approved_on", "approved_by", "changed_at"])
        audit.record(
            action=AuditAction.SIRAS_APPROVED,
            organization=desk.lea,
            subject=f"siras_profile:{kept.pk}",
            request=request,
        )
        messages.success(request, "The profile is approved and scheduled.")
    return there


@login_required
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """The code maps, the schools and the SST list; first the codes that no map knew."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    if not desk.set_up:
        messages.info(request, "Save the profile first.")
        return HttpResponseRedirect(reverse("siras_export:profile"))
    kept = desk.profile
    forms: dict[str, Any] = {
        "mapping": MappingForm(auto_id="code_%s", grades=kept.siras_grades),
        "school": SchoolForm(auto_id="school_%s"),
        "sst": SstForm(
            auto_id="sst_%s",
            initial={"students": "\n".join(kept.sst_students.order_by("pk").values_list("student_id", flat=True))},
        ),
    }
    if request.method == "POST":
        if (refused := _coded(request, desk)) is None:
            return HttpResponseRedirect(reverse("siras_export:codes"))
        forms |= refused
    newest = kept.builds.order_by("-pk").first()
    mapped = set(kept.mappings.values_list("kind", "source"))
    schools = set(kept.schools.values_list("source", flat=True))
    unmapped = [
        {"field": by_key()[field].header, "kind": _KIND_OF_FIELD.get(field, ""), "source": code, "students": number}
        for field, code, number in (newest.unmapped_codes if newest else [])
        if ((_KIND_OF_FIELD.get(field), code) not in mapped and not (field == "school" and code in schools))
    ]
    context = {
        "desk": desk,
        "organization": desk.lea,
        "profile": kept,
        "newest": newest,
        "unmapped": unmapped,
        "mappings": [(KINDS[each.kind], each) for each in kept.mappings.order_by("kind", "source")],
        "schools": kept.schools.order_by("source"),
        "directory": schools_of(desk.lea).order_by("name"),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "siras_export/codes.html", context)


def _coded(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Keep what was sent; None if that was done, else the form that was refused, by its name."""
    kept, command = desk.profile, request.POST.get("command", "")
    entry = whole_number(request.POST.get("entry", ""))
    if command == "RemoveCode" and entry:
        CodeMapping.objects.filter(profile=kept, pk=entry).delete()
    elif command == "RemoveSchool" and entry:
        SchoolCode.objects.filter(profile=kept, pk=entry).delete()
    elif command == "Code":
        mapping = MappingForm(request.POST, auto_id="code_%s", grades=kept.siras_grades)
        if not mapping.is_valid():
            return {"mapping": mapping}
        mapping.keep(kept)
    elif command == "School":
        school = SchoolForm(request.POST, auto_id="school_%s")
        if not school.is_valid():
            return {"school": school}
        school.keep(kept)
    elif command == "SST":
        listed = SstForm(request.POST, auto_id="sst_%s")
        if not listed.is_valid():
            return {"sst": listed}
        with transaction.atomic():
            Profile.objects.select_for_update(no_key=True).filter(pk=kept.pk).values_list("pk").first()
            kept.sst_students.all().delete()
            SstStudent.objects.bulk_create(
                SstStudent(profile=kept, student_id=each) for each in listed.cleaned_data["students"]
            )
    else:
        raise Http404
    _note(request, desk, "codes", [command])
    messages.success(request, "Saved. It holds from the next file on.")
    return None


def _note(request: HttpRequest, desk: Desk, what: str, changed: list[str]) -> None:
    audit.record(
        action=AuditAction.SIRAS_CHANGED,
        organization=desk.lea,
        subject=f"siras_profile:{desk.profile.pk}",
        details={"what": what, "changed": changed},
        request=request,
    )

"""Online Maintenance > Combine SSIDs: choose two, look at both, combine; and the list of pairs, to undo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.organizations import current_organization, current_reach
from histories.combining import ROLE, CombiningRefused, Review, combine, combined, review, separate
from histories.forms import CombineForm
from histories.student_views import refused
from histories.viewing import record_search
from ods.calendar import pacific_today
from ods.models import Organization, OrganizationKind, StudentIdentity
from wire.query import whole_number


def _lea(request: HttpRequest) -> Organization | None:
    """The LEA in which the caller may combine SSIDs now."""
    organization = current_organization(request)
    held = current_reach(request).get(ROLE)
    if organization is None or organization.kind != OrganizationKind.LEA or held is None or not held.whole:
        return None
    return organization


@login_required
@require_http_methods(["GET", "POST"])
def combine_page(request: HttpRequest) -> HttpResponse:
    """`/CombineSSIDs`: `command=Review` sets both side by side, `command=Combine` does it."""
    lea = _lea(request)
    if lea is None:
        return refused(request, ROLE)
    form = CombineForm(request.POST or None)
    found: Review | None = None
    if form.is_valid():
        old, new = form.cleaned_data["ssid_to_retire"], form.cleaned_data["ssid_that_stays"]
        try:
            if request.POST.get("command") == "Combine":
                changed = combine(old=old, new=new, on=pacific_today(), organization=lea, request=request)
                messages.success(request, f"Combined: {changed:,} records show the SSID that stays now.")
                return HttpResponseRedirect(reverse("histories:combine"))
            found = review(old=old, new=new, organization=lea)
            record_search(
                request=request, organization=lea, search="Combine SSIDs", found=[found.old.latest, found.new.latest]
            )
        except CombiningRefused as not_here:
            form.add_error(None, str(not_here))
    context = {"form": form, "review": found, "pairs": combined(lea), "lea": lea}
    return render(request, "histories/combine.html", context)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """`/CombineSSIDs/Undo`: let a retired SSID stand for itself again."""
    lea = _lea(request)
    if lea is None:
        return refused(request, ROLE)
    identity_id = request.POST.get("Identity", "")
    try:
        changed = separate(identity_id=whole_number(identity_id), organization=lea, request=request)
    except StudentIdentity.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"Undone: {changed:,} records show their own SSID again.")
    return HttpResponseRedirect(reverse("histories:combine"))

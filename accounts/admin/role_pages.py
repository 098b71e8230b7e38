"""The page on which roles are ticked, for a user or a group."""

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from accounts.admin.base import staff
from accounts.administrators import may_administer
from accounts.assigning import NotAllowed, change_roles, reason_not_to_assign, roles_held
from accounts.models import User
from accounts.role_grid import GridRefused, Ticks, fingerprint, grid_of, organizations_to_show, read_ticks

ROWS_ON_A_PAGE = 100


def roles_page(request: HttpRequest, *, holder: User | Group) -> HttpResponse:
    """Show the grid, or take it back: all of it or nothing."""
    by = staff(request)
    if not may_administer(by):
        raise PermissionDenied
    text = request.GET.get("q", "").replace("\0", "").strip()
    found = Paginator(organizations_to_show(holder, text), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    ticked = None
    if request.method == "POST":
        try:
            ticks = read_ticks(MultiValueDict(dict(request.POST.lists())))
            ticked = ticks.wanted
            _save(request, holder=holder, by=by, ticks=ticks)
        except (GridRefused, NotAllowed) as refusal:
            messages.error(request, str(refusal))
        else:
            return HttpResponseRedirect(request.get_full_path())
    name = holder.name if isinstance(holder, Group) else holder.get_username()
    context = {
        **admin.site.each_context(request),
        "title": f"Roles of {name}",
        "opts": holder._meta,
        "holder": holder,
        "holder_name": name,
        "text": text,
        "page": found,
        "grid": grid_of(holder, list(found), ticked),
        "reason": reason_not_to_assign(holder=holder, by=by),
    }
    return render(request, "admin/accounts/roles.html", context)


@transaction.atomic
def _save(request: HttpRequest, *, holder: User | Group, by: User, ticks: Ticks) -> None:
    held = roles_held(holder, ticks.shown)
    if fingerprint(held) != ticks.seen:
        raise GridRefused(
            "Nothing was changed: somebody else changed these roles meanwhile. Look at them again, then tick and save."
        )
    changed = change_roles(holder=holder, grant=ticks.wanted - held, revoke=held - ticks.wanted, by=by, request=request)
    messages.success(request, f"Roles granted: {changed.granted}. Roles revoked: {changed.revoked}.")

"""ROP Data: the ZIP that comes in, its template, and what became of those before (spec rop, section 8a)."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jobs.errors import Refused
from rop_export.forms import DataForm
from rop_export.import_files import NEEDED, import_files, template
from rop_export.importing import request_import
from rop_export.queries import imports_of
from rop_export.views import desk_of


@login_required
@require_http_methods(["GET", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """`/Pages/ROP/Data`: send a ZIP in. It replaces the data of the whole LEA, so the role is needed there."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    if not any(place.district for place in desk.places):
        return render(request, "rop_export/no_role.html", {"organization": desk.lea, "whole": True}, status=403)
    form = DataForm(request.POST, request.FILES) if request.method == "POST" else DataForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            request_import(
                user=desk.user,
                lea=desk.lea,
                file_name=file.name or "rop.zip",
                content=file.read(),
                form_token=request.POST.get("FormToken", ""),
            )
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            return HttpResponseRedirect(reverse("rop_export:data"))
    found = imports_of(desk.lea)
    context = {
        "organization": desk.lea,
        "form": form,
        "imports": found,
        "current": next((given for given in found if given.loaded_at), None),
        "moving": any(given.job and given.job.active for given in found),
        "files": import_files(),
        "needed": NEEDED,
        "form_token": secrets.token_urlsafe(16),
    }
    return render(request, "rop_export/data.html", context)


@login_required
@require_GET
def template_file(request: HttpRequest) -> HttpResponse:
    """The template: a ZIP of every file with its header, and what the columns mean."""
    response = HttpResponse(template(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="rop_template.zip"'
    return response

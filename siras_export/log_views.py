"""Logs of SIRAS: uploaded here, and matched student by student with the file that was sent (spec siras, 8 and 9.2)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.enums import AuditAction
from siras_export.desk import desk_of, note_look
from siras_export.enums import LogSource
from siras_export.forms import LogForm
from siras_export.matching import KINDS, match
from siras_export.models import SirasLog
from siras_export.receiving.logs import LogUnreadable
from siras_export.receiving.nightly import keep_log
from wire.query import query_of, whole_number

_NEWEST = 30
_LINES_A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def logs(request: HttpRequest) -> HttpResponse:
    """The newest logs, and the form that takes another."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    form = LogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["file"].read().decode("utf-8-sig")
            kept = keep_log(desk.lea, text, source=LogSource.UPLOADED, added_by=desk.user.get_username())
        except (LogUnreadable, UnicodeDecodeError) as error:
            words = str(error) if isinstance(error, LogUnreadable) else "It is no UTF-8 text."
            form.add_error("file", f"This is no log that can be read here. {words}")
        else:
            audit.record(
                action=AuditAction.SIRAS_LOG_ADDED,
                organization=desk.lea,
                subject=f"siras_log:{kept.pk}",
                details={"file": kept.file_name, "counts": kept.counts},
                request=request,
            )
            messages.success(request, "The log was added.")
            return HttpResponseRedirect(f"{reverse('siras_export:log')}?Log={kept.pk}")
    context = {
        "desk": desk,
        "organization": desk.lea,
        "form": form,
        "logs": desk.lea.siras_logs.order_by("-opened_at", "-pk")[:_NEWEST],
    }
    return render(request, "siras_export/logs.html", context)


@login_required
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """One log beside the file it speaks of."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    asked = query_of(request).get("Log")
    number = whole_number(asked)
    found = SirasLog.objects.filter(lea=desk.lea, pk=number).first()
    if found is None:
        raise Http404
    matched = match(found)
    note_look(request, desk, f"siras_log:{found.pk}")
    kind = query_of(request).get("Kind")
    lines = [line for line in matched.lines if not kind or line.kind == kind]
    context = {
        "desk": desk,
        "organization": desk.lea,
        "log": found,
        "matched": matched,
        "kind": kind if kind in KINDS else "",
        "kinds": [(name, words, matched.counts[name]) for name, words in KINDS.items()],
        "kind_words": KINDS,
        "lines": Paginator(lines, _LINES_A_PAGE).get_page(query_of(request).get("page")),
        "notes": found.lines.filter(kind="note").values_list("words", flat=True),
    }
    return render(request, "siras_export/log.html", context)

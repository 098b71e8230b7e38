"""Student Assessment Rosters: choose schools, View, Download, Upload (spec rosters, section 5; seed)."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.enums import AuditAction
from jobs.enums import Trigger
from jobs.errors import Refused, Unavailable
from jobs.models import Job
from jobs.views import download_response
from ods.models import Organization
from rosters.connecting import WARN_DAYS
from rosters.desk import Desk, desk_of
from rosters.enums import Purpose
from rosters.models import Connection, SchoolFile, SchoolSetting, expires_in_days
from rosters.paging import asked, paging
from rosters.preparing import Prepared, prepare
from rosters.queries import StatusLine, files_for, latest_uploads, run_of
from rosters.requesting import Criteria, covered_schools, request_files
from rosters.roster_file import LABELS
from rosters.selection import Reason
from rosters.snapshot import natural_id
from wire.query import query_of, whole_number

ROWS = 200
"""Rows of the file on a page of View."""
LISTED = 300
"""Students and sections left out on a page of theirs."""

NOTHING_TICKED = "Tick at least one school. Nothing was requested."


@dataclass(frozen=True)
class SchoolLine:
    """A school of the grid, and its newest upload."""

    school: Organization
    natural_id: str
    ticked: bool
    latest: StatusLine | None


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the school year and schools; Download or Upload their files."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    error = ""
    if request.method == "POST":
        answer = _requested(request, desk)
        if not isinstance(answer, str):
            return answer
        error = answer
    return _grid(request, desk, error)


def _grid(request: HttpRequest, desk: Desk, error: str) -> HttpResponse:
    settings = {one.school: one for one in SchoolSetting.objects.filter(lea=desk.lea, school__in=desk.codes)}
    latest = latest_uploads(desk.lea, desk.codes)
    ticked = set(request.POST.getlist("schools"))
    lines = [
        SchoolLine(
            school=school,
            natural_id=natural_id(desk.lea, school.code, settings.get(school.code)),
            ticked=school.code in ticked,
            latest=StatusLine(latest[school.code]) if school.code in latest else None,
        )
        for school in desk.schools
    ]
    context = {
        "desk": desk,
        "organization": desk.lea,
        "lines": lines,
        "error": error,
        "form_token": secrets.token_urlsafe(16),
        **connection_words(desk),
    }
    return render(request, "rosters/choose.html", context)


def connection_words(desk: Desk) -> dict[str, object]:
    """What a page says of the LEA's credentials: none, run out, or soon to."""
    connection = Connection.objects.filter(lea=desk.lea).first()
    left = expires_in_days(connection, desk.today) if connection else None
    return {
        "connection": connection,
        "days_left": left,
        "expired": left is not None and left < 0,
        "expires_soon": left is not None and 0 <= left <= WARN_DAYS[0],
    }


def _requested(request: HttpRequest, desk: Desk) -> HttpResponse | str:
    """Ask for the files of the form; the words of what is wrong if that cannot be."""
    purpose = Purpose.UPLOAD if request.POST.get("command") == Purpose.UPLOAD else Purpose.DOWNLOAD
    given = request.POST.getlist("schools")
    if set(given) - set(desk.codes):
        raise Http404
    codes = covered_schools(given, desk.schools) if given else ()
    if not codes:
        return NOTHING_TICKED
    sections = tuple(dict.fromkeys(request.POST.getlist("sections"))) if len(codes) == 1 else ()
    criteria = Criteria(
        purpose=purpose,
        year=desk.year,
        schools=codes,
        sections={codes[0]: sections} if sections else {},
        anew="anew" in request.POST,
    )
    if purpose == Purpose.UPLOAD and not Connection.objects.filter(lea=desk.lea).exists():
        return "No credentials for CERS are entered yet. Enter them on the page Connection, then upload."
    try:
        job = request_files(
            user=desk.user,
            lea=desk.lea,
            authority=desk.authority(codes),
            criteria=criteria,
            trigger=Trigger.WEB,
            form_token=request.POST.get("FormToken", ""),
        )
    except Refused as refused:
        return refused.words
    page = "rosters:status" if purpose == Purpose.UPLOAD else "rosters:files"
    return HttpResponseRedirect(f"{reverse(page)}?run={job.pk}")


@login_required
@require_GET
def view(request: HttpRequest) -> HttpResponse:
    """What the file of a school would hold today: the six columns, what is left out and why, what would change."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    school = desk.school(asked(request, "school") or desk.usual_school())
    chosen = frozenset(query_of(request).getlist("sections"))
    (prepared,) = prepare(
        lea=desk.lea, schools=[school], year=desk.year, day=desk.today, chosen={school.code: chosen}, remember=False
    )
    page = paging(request, len(prepared.rows), ROWS)
    left = prepared.roster.selection
    students = paging(request, len(left.dropped_students), LISTED, "students")
    closed = paging(request, len(left.dropped_sections), LISTED, "closed")
    audit.record(
        action=AuditAction.ROSTERS_VIEWED,
        organization=desk.lea,
        subject=f"school:{school.code}",
        details={"year": desk.year, "rows": len(prepared.rows), "page": page.number},
        request=request,
    )
    context = {
        "desk": desk,
        "organization": desk.lea,
        "school": school,
        "prepared": prepared,
        "labels": LABELS,
        "rows": prepared.rows[page.start : page.start + ROWS],
        "page": page,
        "sections": _section_choices(prepared, chosen),
        "chosen": len(chosen),
        "left_out": _left_out(prepared),
        "students_left_out": students.of(left.dropped_students),
        "students_page": students,
        "sections_left_out": closed.of(left.dropped_sections),
        "sections_page": closed,
        "share": round(prepared.difference.share * 100),
        "form_token": secrets.token_urlsafe(16),
        **connection_words(desk),
    }
    return render(request, "rosters/view.html", context)


@dataclass(frozen=True)
class SectionChoice:
    """A section with a subject, as View offers it: its group, or why it has none."""

    id: str
    label: str
    title: str
    subject: str
    ticked: bool
    group: str
    students: int
    teachers: int
    rows: int
    reason: str


def _section_choices(prepared: Prepared, chosen: frozenset[str]) -> list[SectionChoice]:
    groups = {group.section.id: group for group in prepared.roster.groups}
    reasons = {one.section.id: one.reason for one in prepared.roster.selection.dropped_sections}
    found = []
    for section in prepared.roster.school.sections:
        if reasons.get(section.id) is Reason.NO_SUBJECT:
            continue
        group = groups.get(section.id)
        found.append(
            SectionChoice(
                id=section.id,
                label=f"{section.course} {section.number} {section.term}",
                title=section.title,
                subject=section.subject,
                ticked=section.id in chosen,
                group=group.name if group else "",
                students=len(group.students) if group else 0,
                teachers=len(group.teachers) if group else 0,
                rows=group.rows if group else 0,
                reason=reasons[section.id].value if section.id in reasons else "",
            )
        )
    return found


def _left_out(prepared: Prepared) -> list[dict[str, object]]:
    """Reason by reason, in the order of the rules: how many students and sections, and what to do."""
    selection = prepared.roster.selection
    students = Counter(one.reason for one in selection.dropped_students)
    sections = Counter(one.reason for one in selection.dropped_sections)
    return [
        {"reason": reason.value, "advice": reason.advice, "students": students[reason], "sections": sections[reason]}
        for reason in Reason
        if students[reason] or sections[reason]
    ]


@login_required
@require_GET
def files(request: HttpRequest) -> HttpResponse:
    """The files of a run, to be downloaded one by one."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    number = query_of(request).get("run")
    try:
        job = run_of(desk.user, whole_number(number))
    except Job.DoesNotExist:
        raise Http404 from None
    made = list(SchoolFile.objects.filter(run__job=job).order_by("school_name", "school"))
    context = {"desk": desk, "organization": desk.lea, "job": job, "files": made if job.status == "SUCCEEDED" else []}
    return render(request, "rosters/files.html", context)


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """The file of one school of a run."""
    found = file_or_404(request, query_of(request).get("file"))
    try:
        response = download_response(request, job_id=found.run.job_id, role=found.school)
    except Unavailable as unavailable:
        return render(request, "rosters/unavailable.html", {"words": unavailable.words}, status=410)
    response["Content-Type"] = "text/csv; charset=utf-8"
    return response


def file_or_404(request: HttpRequest, number: str) -> SchoolFile:
    """A file the visitor may see: one of his schools in the LEA he works in. Raises Http404."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        raise Http404
    found = files_for(desk.user, desk.lea, desk.codes).filter(pk=whole_number(number)).first()
    if found is None:
        raise Http404
    return found


def say(request: HttpRequest, done: bool, good: str, bad: str) -> None:
    """A message for the next page."""
    if done:
        messages.success(request, good)
    else:
        messages.error(request, bad)

"""Class data: sections with their teachers, students' days, e-mail addresses, exclusions, the OneRoster import."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from jobs.errors import Refused
from rosters import class_data
from rosters.class_data import Exclusions, SectionEdit
from rosters.class_forms import OneRosterForm, Sheet
from rosters.desk import Desk, desk_of
from rosters.enums import Subject, TeacherRole
from rosters.importing import request_import
from rosters.models import ClassImport, SectionSetting
from rosters.oneroster.columns import FILES
from rosters.paging import Paging, asked, paging
from rosters.selection import School, Section
from rosters.snapshot import Snapshot
from rosters.teachers import Assignment

SAVED = "Saved."
PAGES = ["GET", "POST"]


@dataclass
class TeacherLine:
    field: str
    teacher: Assignment
    said: str
    error: str = ""


@dataclass
class SectionLine:
    """A section as the page shows it: what is stored or was typed, its fields' names, and what is wrong."""

    number: int
    section: Section
    values: dict[str, str]
    teachers: list[TeacherLine]
    seats: int
    errors: dict[str, str] = field(default_factory=dict)


@login_required
@require_http_methods(PAGES)
def sections(request: HttpRequest) -> HttpResponse:
    """The sections of a school: subject, expression, dates, roles of the teachers; many at once by their boxes."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    school = Snapshot(desk.lea, desk.year).school(desk.school(asked(request, "school") or desk.usual_school()))
    only = asked(request, "only")
    found = [section for section in school.sections if _shown(section, only)]
    page = paging(request, len(found))
    lines = _section_lines(desk, school, page.of(found))
    if request.method == "POST":
        if request.POST.get("command") == "ticked":
            return _set_ticked(request, desk, school, only, page)
        edits = _read_sections(request, lines)
        if edits is not None:
            class_data.save_sections(lea=desk.lea, school=school.code, year=desk.year, edits=edits, by=desk.user)
            messages.success(request, SAVED)
            return HttpResponseRedirect(
                _back("sections", school=school.code, year=desk.year, only=only, page=page.number)
            )
    context = {
        "desk": desk,
        "organization": desk.lea,
        "school": school,
        "lines": lines,
        "page": page,
        "only": only,
        "subjects": Subject.choices,
        "roles": TeacherRole.choices,
        "counts": Counter(section.subject for section in school.sections),
        "wrong": any(line.errors or any(one.error for one in line.teachers) for line in lines),
    }
    return render(request, "rosters/sections.html", context)


def _shown(section: Section, only: str) -> bool:
    return not only or (section.subject == "" if only == "none" else section.subject == only)


def _section_lines(desk: Desk, school: School, shown: list[Section]) -> list[SectionLine]:
    ids = [section.id for section in shown]
    settings = class_data.stored_settings(desk.lea, school.code, desk.year, ids)
    roles = class_data.stored_roles(desk.lea, school.code, desk.year, ids)
    return [
        SectionLine(
            number=number,
            section=section,
            values=_values(settings.get(section.id)),
            teachers=[
                TeacherLine(f"role-{number}-{place}", teacher, roles.get((section.id, teacher.staff_id), ""))
                for place, teacher in enumerate(section.teachers)
            ],
            seats=len(section.seats),
        )
        for number, section in enumerate(shown)
    ]


def _values(setting: SectionSetting | None) -> dict[str, str]:
    if setting is None:
        return {"subject": "", "expression": "", "start": "", "end": ""}
    return {
        "subject": setting.subject,
        "expression": setting.expression,
        "start": f"{setting.start:%m/%d/%Y}" if setting.start else "",
        "end": f"{setting.end:%m/%d/%Y}" if setting.end else "",
    }


def _read_sections(request: HttpRequest, lines: list[SectionLine]) -> list[SectionEdit] | None:
    """The edits of a page; None, with the errors on the lines, if something typed makes no sense.

    A line whose section is not the one the form was made with (the list has changed since) is left alone.
    """
    sheet = Sheet(request.POST.dict())
    edits = []
    for line in lines:
        at = line.number
        if request.POST.get(f"section-{at}") != line.section.id:
            continue
        names = {name: f"{name}-{at}" for name in line.values}
        start, end = sheet.span(names["start"], names["end"])
        roles = {one.teacher.staff_id: sheet.role(one.field) for one in line.teachers}
        edits.append(
            SectionEdit(
                section=line.section.id,
                subject=sheet.subject(names["subject"]),
                expression=sheet.text(names["expression"]),
                start=start,
                end=end,
                roles=roles,
            )
        )
        line.values = {name: request.POST.get(own, "") for name, own in names.items()}
        line.errors = {name: sheet.errors[own] for name, own in names.items() if own in sheet.errors}
        for one in line.teachers:
            one.said, one.error = request.POST.get(one.field, ""), sheet.errors.get(one.field, "")
    return None if sheet.errors else edits


def _set_ticked(request: HttpRequest, desk: Desk, school: School, only: str, page: Paging) -> HttpResponse:
    """Give the ticked sections a subject, or days, or both."""
    known = {section.id for section in school.sections}
    ticked = [own for own in request.POST.getlist("ticked") if own in known]
    sheet = Sheet(request.POST.dict())
    start, end = sheet.span("start", "end")
    values: dict[str, Any] = {}
    if request.POST.get("subject", "keep") != "keep":
        values["subject"] = sheet.subject("subject")
    if start or end:
        values |= {"start": start, "end": end}
    if sheet.errors:
        messages.error(request, f"{' '.join(sheet.errors.values())} Nothing was changed.")
    elif not ticked or not values:
        messages.error(request, "Tick at least one section, and say what to set. Nothing was changed.")
    elif (start is None) != (end is None):
        messages.error(request, "Give both days: the first, and the day after the last. Nothing was changed.")
    else:
        class_data.set_values(
            lea=desk.lea, school=school.code, year=desk.year, ids=ticked, values=values, by=desk.user
        )  # fmt: skip
        messages.success(request, f"{len(ticked)} section{'' if len(ticked) == 1 else 's'} changed.")
    return HttpResponseRedirect(_back("sections", school=school.code, year=desk.year, only=only, page=page.number))


@login_required
@require_http_methods(PAGES)
def students(request: HttpRequest) -> HttpResponse:
    """The students of a section, and their days in it."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    school = Snapshot(desk.lea, desk.year).school(desk.school(asked(request, "school")))
    section = next((one for one in school.sections if one.id == asked(request, "section")), None)
    if section is None:
        raise Http404
    sheet = Sheet(request.POST.dict())
    seats = [(number, seat) for number, seat in enumerate(section.seats)]
    values = {number: (_day(seat.span.start), _day(seat.span.end)) for number, seat in seats}
    if request.method == "POST":
        spans = {
            seat.ssid: sheet.span(f"start-{number}", f"end-{number}")
            for number, seat in seats
            if seat.ssid and request.POST.get(f"student-{number}") == seat.ssid
        }
        if not sheet.errors:
            class_data.save_seats(lea=desk.lea, school=school, section=section, spans=spans, by=desk.user)
            messages.success(request, SAVED)
            return HttpResponseRedirect(_back("students", school=school.code, year=desk.year, section=section.id))
        values = {
            number: (request.POST.get(f"start-{number}", ""), request.POST.get(f"end-{number}", ""))
            for number, _ in seats
        }
    lines = [
        {
            "number": number,
            "seat": seat,
            "start": values[number][0],
            "end": values[number][1],
            "start_error": sheet.errors.get(f"start-{number}", ""),
            "end_error": sheet.errors.get(f"end-{number}", ""),
        }
        for number, seat in seats
    ]
    context = {
        "desk": desk, "organization": desk.lea, "school": school, "section": section, "lines": lines,
        "wrong": bool(sheet.errors),
    }  # fmt: skip
    return render(request, "rosters/students.html", context)


def _day(day: Any) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


@login_required
@require_http_methods(PAGES)
def teachers(request: HttpRequest) -> HttpResponse:
    """The e-mail addresses of the teachers of a school's sections."""
    desk = desk_of(request)
    if isinstance(desk, HttpResponse):
        return desk
    school = Snapshot(desk.lea, desk.year).school(desk.school(asked(request, "school") or desk.usual_school()))
    everybody: dict[str, Assignment] = {
        teacher.staff_id: teacher for section in school.sections for teacher in section.teachers
    }
    in_order = sorted(everybody.values(), key=lambda one: (one.last_name, one.first_name, one.staff_id))
    page = paging(request, len(in_order))
    shown = page.of(in_order)
    sheet = Sheet(request.POST.dict())
    if request.method == "POST":
        logins = {one.staff_id: sheet.email(f"email-{one.staff_id}") for one in shown
                  if f"email-{one.staff_id}" in request.POST}  # fmt: skip
        if not sheet.errors:
            class_data.save_logins(lea=desk.lea, logins=logins, by=desk.user)
            messages.success(request, SAVED)
            return HttpResponseRedirect(_back("teachers", school=school.code, year=desk.year, page=page.number))
    lines = [
        {
            "teacher": one,
            "value": request.POST.get(f"email-{one.staff_id}", one.email),
            "error": sheet.errors.get(f"email-{one.staff_id}", ""),
        }
        for one in shown
    ]
    missing = sum(not one.email for one in in_order)
    context = {
        "desk": desk, "organization": desk.lea, "school": school, "lines": lines, "page": page, "missing": missing,
        "wrong": bool(sheet.errors),
    }  # fmt: skip
    return render(request, "rosters/teachers.html", context)


@login_required
@require_http_methods(PAGES)
def exclusions(request: HttpRequest) -> HttpResponse:
    """What is excluded from state reporting, and School Natural IDs. Of the whole LEA, so the role is needed there."""
    desk = desk_of(request, whole=True)
    if isinstance(desk, HttpResponse):
        return desk
    given = class_data.exclusions(desk.lea, desk.codes)
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = Exclusions(
            students=request.POST.get("students", ""),
            enrollments=request.POST.get("enrollments", ""),
            schools={code: f"excluded-{code}" in request.POST for code in desk.codes},
            natural_ids={code: request.POST.get(f"natural-{code}", "").strip() for code in desk.codes},
        )
        listed, texts, errors = class_data.read_exclusions(given)
        sheet = Sheet({str(place): text for place, (_, _, text) in enumerate(texts)})
        enrollments = [(school, ssid, sheet.day(str(place))) for place, (school, ssid, _) in enumerate(texts)]
        if sheet.errors:
            errors.setdefault("enrollments", "A start date is not MM/DD/YYYY.")
        if not errors:
            class_data.save_exclusions(
                lea=desk.lea, given=given, students=listed, enrollments=enrollments, by=desk.user
            )
            messages.success(request, SAVED)
            return HttpResponseRedirect(reverse("rosters:exclusions"))
    lines = [
        {
            "school": school,
            "excluded": given.schools[school.code],
            "natural_id": given.natural_ids[school.code],
            "usual": "" if school.code == desk.lea.code else f"{desk.lea.code}{school.code}",
            "error": errors.get(f"natural-{school.code}", ""),
        }
        for school in desk.schools
    ]
    context = {
        "desk": desk, "organization": desk.lea, "given": given, "errors": errors, "lines": lines,
        "wrong": bool(errors),
    }  # fmt: skip
    return render(request, "rosters/exclusions.html", context)


@login_required
@require_http_methods(PAGES)
def oneroster(request: HttpRequest) -> HttpResponse:
    """Send a OneRoster ZIP in, and see what became of those before."""
    desk = desk_of(request, whole=True)
    if isinstance(desk, HttpResponse):
        return desk
    form = OneRosterForm(request.POST, request.FILES) if request.method == "POST" else OneRosterForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            request_import(
                user=desk.user,
                lea=desk.lea,
                file_name=file.name or "oneroster.zip",
                content=file.read(),
                form_token=request.POST.get("FormToken", ""),
            )
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            return HttpResponseRedirect(reverse("rosters:oneroster"))
    found = ClassImport.objects.filter(lea=desk.lea).select_related("uploaded_by", "job").defer("content")
    imports = list(found.order_by("-uploaded_at", "-pk")[:10])
    context = {
        "desk": desk,
        "organization": desk.lea,
        "form": form,
        "imports": imports,
        "moving": any(given.job and given.job.active for given in imports),
        "files": FILES,
        "form_token": secrets.token_urlsafe(16),
    }
    return render(request, "rosters/oneroster.html", context)


def _back(url_name: str, **query: Any) -> str:
    return f"{reverse(f'rosters:{url_name}')}?{urlencode({name: value for name, value in query.items() if value})}"

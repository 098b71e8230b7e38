"""Class data changed on the pages: read for a page of the table, and written when it is saved whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from ods.models import Organization
from rosters.access import hold
from rosters.models import (
    ExcludedEnrollment,
    ExcludedStudent,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    StaffLogin,
)
from rosters.selection import School, Section

_SSID = re.compile("[0-9]{10}", re.ASCII)
_CDS = re.compile("[0-9]{14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SectionEdit:
    """A line of the page Sections: a section's own values, and the roles said of its teachers (SEID to role)."""

    section: str
    subject: str
    expression: str
    start: date | None
    end: date | None
    roles: Mapping[str, str]


def stored_settings(lea: Organization, school: str, year: int, ids: Collection[str]) -> dict[str, SectionSetting]:
    found = SectionSetting.objects.filter(lea=lea, school=school, year=year, section__in=list(ids))
    return {setting.section: setting for setting in found}


def stored_roles(lea: Organization, school: str, year: int, ids: Collection[str]) -> dict[tuple[str, str], str]:
    found = SectionTeacher.objects.filter(lea=lea, school=school, year=year, section__in=list(ids))
    return {(teacher.section, teacher.seid): teacher.role for teacher in found}


@transaction.atomic
def save_sections(*, lea: Organization, school: str, year: int, edits: Sequence[SectionEdit], by: User) -> None:
    """Write a page of sections. Roles keep their dates; a role that is blank is forgotten."""
    at: dict[str, Any] = {"lea": lea, "school": school, "year": year}
    SectionSetting.objects.bulk_create(
        (
            SectionSetting(**at, section=edit.section, subject=edit.subject, expression=edit.expression,
                           start=edit.start, end=edit.end)
            for edit in edits
        ),
        update_conflicts=True,
        unique_fields=["lea", "school", "year", "section"],
        update_fields=["subject", "expression", "start", "end"],
    )  # fmt: skip
    roles = [(edit.section, seid, role) for edit in edits for seid, role in edit.roles.items()]
    SectionTeacher.objects.bulk_create(
        (SectionTeacher(**at, section=own, seid=seid, role=role) for own, seid, role in roles if role),
        update_conflicts=True,
        unique_fields=["lea", "school", "year", "section", "seid"],
        update_fields=["role"],
    )
    for own, seid, role in roles:
        if not role:
            SectionTeacher.objects.filter(**at, section=own, seid=seid).delete()
    _note(lea, by, f"sections of {school}, {year}", len(edits))


@transaction.atomic
def set_values(
    *, lea: Organization, school: str, year: int, ids: Collection[str], values: Mapping[str, Any], by: User
) -> None:
    """Give many sections the same `values` (of subject, start, end); what is not named stays. A blank subject takes it
    away."""
    SectionSetting.objects.bulk_create(
        (SectionSetting(lea=lea, school=school, year=year, section=own, **values) for own in ids),
        update_conflicts=True,
        unique_fields=["lea", "school", "year", "section"],
        update_fields=list(values),
    )
    said = ", ".join(f"{name} {value or 'none'}" for name, value in values.items())
    _note(lea, by, f"sections of {school}, {year}: {said}", len(ids))


@transaction.atomic
def save_seats(
    *,
    lea: Organization,
    school: School,
    section: Section,
    spans: Mapping[str, tuple[date | None, date | None]],
    by: User,
) -> None:
    """Write the days of a section's students, by SSID; without both days the section's own days count."""
    hold(lea)
    at: dict[str, Any] = {"lea": lea, "school": school.code, "year": school.year, "section": section.id}
    SectionSeat.objects.filter(**at, ssid__in=list(spans)).delete()
    SectionSeat.objects.bulk_create(
        SectionSeat(**at, ssid=ssid, start=start, end=end) for ssid, (start, end) in spans.items() if start or end
    )
    _note(lea, by, f"students' days in section {section.id} of {school.code}, {school.year}", len(spans))


@transaction.atomic
def save_logins(*, lea: Organization, logins: Mapping[str, str], by: User) -> None:
    """Write e-mail addresses by SEID; a blank one is forgotten."""
    StaffLogin.objects.filter(lea=lea, seid__in=[seid for seid, email in logins.items() if not email]).delete()
    StaffLogin.objects.bulk_create(
        (StaffLogin(lea=lea, seid=seid, email=email) for seid, email in logins.items() if email),
        update_conflicts=True,
        unique_fields=["lea", "seid"],
        update_fields=["email"],
    )
    _note(lea, by, "e-mail addresses of teachers", len(logins))


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What the page Exclusions holds: texts as they are typed, one entry a line."""

    students: str
    enrollments: str
    schools: Mapping[str, bool]
    natural_ids: Mapping[str, str]


def exclusions(lea: Organization, codes: Collection[str]) -> Exclusions:
    settings = {one.school: one for one in SchoolSetting.objects.filter(lea=lea, school__in=list(codes))}
    students = ExcludedStudent.objects.filter(lea=lea).order_by("ssid").values_list("ssid", flat=True)
    enrollments = ExcludedEnrollment.objects.filter(lea=lea).order_by("school", "ssid", "start")
    return Exclusions(
        students="\n".join(students),
        enrollments="\n".join(
            " ".join([one.school, one.ssid, *([f"{one.start:%m/%d/%Y}"] if one.start else [])]) for one in enrollments
        ),
        schools={code: bool(code in settings and settings[code].excluded) for code in codes},
        natural_ids={code: settings[code].natural_id if code in settings else "" for code in codes},
    )


def read_exclusions(given: Exclusions) -> tuple[list[str], list[tuple[str, str, str]], dict[str, str]]:
    """The students' SSIDs and the (school, SSID, date text) of enrollments; what is wrong, by field of the page."""
    errors: dict[str, str] = {}
    students = given.students.replace(",", " ").split()
    if bad := [place for place, ssid in enumerate(students, start=1) if not _SSID.fullmatch(ssid)]:
        errors["students"] = f"Entry {bad[0]} is no SSID. Give 10 digits, one SSID a line."
    enrollments = []
    for line, words in enumerate(given.enrollments.splitlines(), start=1):
        parts = words.replace(",", " ").split()
        if not parts:
            continue
        if len(parts) not in (2, 3) or parts[0] not in given.schools or not _SSID.fullmatch(parts[1]):
            errors.setdefault(
                "enrollments",
                f"Line {line}: give a school code of this LEA, an SSID and, if only one enrollment is meant, its start "
                "date MM/DD/YYYY.",
            )
            continue
        enrollments.append((parts[0], parts[1], parts[2] if len(parts) == 3 else ""))
    for code, own in given.natural_ids.items():
        if own and not _CDS.fullmatch(own):
            errors[f"natural-{code}"] = "Give 14 digits, or nothing."
    return list(dict.fromkeys(students)), list(dict.fromkeys(enrollments)), errors


@transaction.atomic
def save_exclusions(
    *, lea: Organization, given: Exclusions, students: Sequence[str],
    enrollments: Sequence[tuple[str, str, date | None]], by: User,
) -> None:  # fmt: skip
    """Write the page Exclusions whole."""
    hold(lea)
    ExcludedStudent.objects.filter(lea=lea).delete()
    ExcludedStudent.objects.bulk_create(ExcludedStudent(lea=lea, ssid=ssid) for ssid in students)
    ExcludedEnrollment.objects.filter(lea=lea).delete()
    ExcludedEnrollment.objects.bulk_create(
        ExcludedEnrollment(lea=lea, school=school, ssid=ssid, start=start) for school, ssid, start in enrollments
    )
    SchoolSetting.objects.bulk_create(
        (
            SchoolSetting(lea=lea, school=code, excluded=excluded, natural_id=given.natural_ids.get(code, ""))
            for code, excluded in given.schools.items()
        ),
        update_conflicts=True,
        unique_fields=["lea", "school"],
        update_fields=["excluded", "natural_id"],
    )
    _note(lea, by, "exclusions and School Natural IDs", len(students) + len(enrollments) + len(given.schools))


def _note(lea: Organization, by: User, what: str, count: int) -> None:
    audit.record(
        action=AuditAction.ROSTERS_CHANGED,
        actor=by,
        organization=lea,
        subject="rosters:class-data",
        details={"what": what, "entries": count},
    )

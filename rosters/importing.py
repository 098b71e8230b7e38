"""A OneRoster ZIP comes in: what it says of sections, teachers and students is taken over whole, or nothing is."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from jobs.enums import Trigger
from jobs.errors import Refused
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.calendar import academic_year
from ods.directory import schools_of
from ods.models import CourseSectionEnrollment, Organization, StaffDemographics, StudentEnrollment
from rosters.access import ROLE, TYPE, hold
from rosters.models import (
    ClassImport,
    ExcludedEnrollment,
    ExcludedStudent,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    StaffLogin,
)
from rosters.oneroster.matching import Key, Known, Matched, match
from rosters.oneroster.reading import read
from rosters.snapshot import section_id

KIND = "roster_import"
MOST_UPLOADED = 64 * 2**20
"""Bytes of a ZIP."""
_BATCH = 2000


def request_import(*, user: User, lea: Organization, file_name: str, content: bytes, form_token: str = "") -> Job:
    """Take a ZIP in and have a worker load it. The ZIP is kept with the request, in the same transaction.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user does not hold the role for the whole LEA.
    """
    with transaction.atomic():
        job = request_job(
            kind=KIND,
            organization=lea,
            record_type=TYPE,
            label="OneRoster import",
            authority=Authority(role=ROLE),
            criteria={"size": len(content)},
            criteria_words=f"OneRoster ZIP of {lea.code}, {len(content):,} bytes",
            requested_by=user,
            trigger=Trigger.WEB,
            form_token=form_token,
            download_name=file_name,
        )
        ClassImport.objects.get_or_create(
            job=job,
            defaults={
                "lea": lea, "uploaded_by": user, "file_name": file_name, "size": len(content), "content": content,
            },
        )  # fmt: skip
    return job


def run(execution: Execution) -> None:
    """Load the ZIP of a job; the worker's part of `request_import`.

    Raises:
        jobs.errors.Refused: something in the ZIP is wrong; the import holds what.
    """
    given = ClassImport.objects.get(job=execution.job)
    if given.loaded_at:
        return  # a message that came twice, after a worker died between loading and saying so
    load(given)
    if given.error_count:
        raise Refused(
            f"The ZIP has {given.error_count:,} error{'' if given.error_count == 1 else 's'}, so nothing was changed. "
            "They are listed on the page OneRoster: correct them and send the ZIP again."
        )
    execution.progress(sum(given.counts.values()))


def load(given: ClassImport) -> None:
    """Take over what an import says, or note on it what is wrong and change nothing.

    Raises:
        jobs.errors.Refused: a ZIP that was sent later is loaded already.
    """
    reading = read(io.BytesIO(bytes(given.content or b"")))
    matched = match(reading, known(given.lea)) if not reading.problem_count else Matched()
    with transaction.atomic():
        hold(given.lea)
        later = ClassImport.objects.filter(lea=given.lea, loaded_at__isnull=False, uploaded_at__gt=given.uploaded_at)
        if later.exists():
            raise Refused("A ZIP that was sent later has been loaded already, so this one was left alone.")
        given.errors = [list(problem) for problem in reading.problems]
        given.error_count = reading.problem_count
        given.unknown = [list(problem) for problem in matched.unknown]
        given.unknown_count = matched.unknown_count
        if not reading.problem_count:
            _take_over(given.lea, matched)
            given.counts = {
                "sections": len(matched.sections),
                "teachers": sum(len(rows) for rows in matched.teachers.values()),
                "students in sections": sum(len(rows) for rows in matched.seats.values()),
                "e-mail addresses": len(matched.logins),
            }
            given.loaded_at = timezone.now()
        given.content = None
        given.save()


def known(lea: Organization) -> Known:
    """What the posted records know of an LEA, for `rosters.oneroster.matching`."""
    sections: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for school, year, course, number, term, class_id in (
        CourseSectionEnrollment.objects.filter(reporting_lea=lea.code)
        .order_by()
        .values_list(
            "school_of_course_delivery", "academic_year_id", "local_course_id", "course_section_id",
            "academic_term_code", "class_id",
        )
        .distinct()
    ):  # fmt: skip
        named = sections[school, academic_year(year).begins_in + 1]
        for name in (class_id, f"{course}|{number}"):
            if name:
                named[name].add(section_id(course, number, term))
    return Known(
        schools=frozenset(schools_of(lea).values_list("code", flat=True)),
        sections={at: {name: frozenset(ids) for name, ids in named.items()} for at, named in sections.items()},
        staff=_by_names(StaffDemographics.objects.filter(reporting_lea=lea.code), "local_staff_id", "seid"),
        students=_by_names(
            StudentEnrollment.objects.filter(reporting_lea=lea.code), "local_student_id", "current_ssid"
        ),
    )


def _by_names(rows: models.QuerySet[Any], local: str, statewide: str) -> dict[str, str]:
    """Local ids and statewide ids to the statewide id; a local id that two people had is the later one's."""
    found: dict[str, str] = {}
    pairs = list(rows.order_by("posting_id", "posting_line").values_list(local, statewide))
    found.update({own: person for own, person in pairs if own})
    found.update({person: person for _, person in pairs if person})
    return found


def _take_over(lea: Organization, matched: Matched) -> None:
    """Write what was matched. Sections that are named get the teachers and students of the ZIP; others stay."""
    _sections(lea, matched)
    named = set(matched.sections)
    _replace(SectionTeacher, lea, named, (
        SectionTeacher(**_at(lea, key), seid=seid, **values)
        for key, teachers in matched.teachers.items() for seid, values in teachers.items()
    ))  # fmt: skip
    _replace(SectionSeat, lea, named, (
        SectionSeat(**_at(lea, key), ssid=ssid, local_student_id=local, **values)
        for key, seats in matched.seats.items() for (ssid, local), values in seats.items()
    ))  # fmt: skip
    StaffLogin.objects.bulk_create(
        (StaffLogin(lea=lea, seid=seid, email=email) for seid, email in matched.logins.items()),
        update_conflicts=True, unique_fields=["lea", "seid"], update_fields=["email"], batch_size=_BATCH,
    )  # fmt: skip
    for code, values in matched.schools.items():
        if values:
            SchoolSetting.objects.update_or_create(lea=lea, school=code, defaults=values)
    out = [ssid for ssid, excluded in matched.students_excluded.items() if excluded]
    ExcludedStudent.objects.bulk_create(
        (ExcludedStudent(lea=lea, ssid=ssid) for ssid in out), ignore_conflicts=True, batch_size=_BATCH
    )
    _remove(
        ExcludedStudent.objects.filter(lea=lea),
        (s for s, excluded in matched.students_excluded.items() if not excluded),
    )
    by_school: dict[str, dict[str, bool]] = defaultdict(dict)
    for (school, ssid), excluded in matched.enrollments_excluded.items():
        by_school[school][ssid] = excluded
    for school, students in by_school.items():
        _remove(ExcludedEnrollment.objects.filter(lea=lea, school=school), students)
        ExcludedEnrollment.objects.bulk_create(
            (ExcludedEnrollment(lea=lea, school=school, ssid=ssid) for ssid, excluded in students.items() if excluded),
            batch_size=_BATCH,
        )


def _sections(lea: Organization, matched: Matched) -> None:
    """What the ZIP does not say of a section (its subject, say) stays as it was."""
    places = {(school, year) for school, year, _ in matched.sections}
    known_ones: dict[Key, SectionSetting] = {}
    for school, year in places:
        for setting in SectionSetting.objects.filter(lea=lea, school=school, year=year):
            known_ones[school, year, setting.section] = setting
    new: list[SectionSetting] = []
    changed: list[SectionSetting] = []
    for key, values in matched.sections.items():
        known_one = known_ones.get(key)
        setting = known_one or SectionSetting(**_at(lea, key))
        (changed if known_one else new).append(setting)
        for name, value in values.items():
            setattr(setting, name, value)
    SectionSetting.objects.bulk_create(new, batch_size=_BATCH)
    SectionSetting.objects.bulk_update(changed, ["subject", "expression", "start", "end"], batch_size=500)


def _replace(model: type[models.Model], lea: Organization, named: set[Key], rows: Iterable[models.Model]) -> None:
    sections: dict[tuple[str, int], list[str]] = defaultdict(list)
    for school, year, own in named:
        sections[school, year].append(own)
    manager = model._default_manager
    for (school, year), ids in sections.items():
        for start in range(0, len(ids), 500):
            manager.filter(lea=lea, school=school, year=year, section__in=ids[start : start + 500]).delete()
    manager.bulk_create(rows, batch_size=_BATCH)


def _remove(rows: models.QuerySet[Any], ssids: Iterable[str]) -> None:
    listed = list(ssids)
    for start in range(0, len(listed), 500):
        rows.filter(ssid__in=listed[start : start + 500]).delete()


def _at(lea: Organization, key: Key) -> dict[str, Any]:
    return {"lea": lea, "school": key[0], "year": key[1], "section": key[2]}

"""The students of an LEA as the posted ODS has them on a day, one after the other (spec siras, section 9.1).

Every record type comes as one stream in the order of the SSIDs, and the streams are merged: memory does not grow with
the district.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from extracts.snapshot import Rows
from ods.models import (
    DisabilityStatus,
    EnglishLanguageAcquisition,
    Organization,
    SpecialEducationMeeting,
    SpecialEducationPlan,
    StudentEnrollment,
    StudentInformation,
    StudentProgram,
)
from siras_export.rows import PLAN_504, SPED, SST, Pupil

PRIMARY = "10"
"""SENR 1.23 of an enrollment that counts; secondary, short-term and specialised ones do not."""
_504, _MIGRANT = "101", "135"
_PARTICIPATES = "1"
_LONG_AGO = date(1, 1, 1)

_PERSON = ("legal_last_name", "legal_first_name", "birth_date", "legal_middle_name", "legal_name_suffix", "gender_code")
_INTO = ("last_name", "first_name", "birthdate", "middle_name", "name_suffix", "gender")


def pupils(rows: Rows, *, lea: Organization, on: date, sst: frozenset[str]) -> Generator[Pupil, None, None]:
    """Everybody of the LEA with an open primary enrollment or a program, by SSID; those without SSID come first.

    A pupil without open enrollment has `enrollments` 0 and no school. `sst` holds SSIDs or Local Student IDs.
    """
    with ExitStack() as opened:
        streams = []
        for name, found, names in _sources(lea, on):
            records = rows(found, "current_ssid", *names)
            opened.callback(records.close)  # while their snapshot is still there, should the reader stop half-way
            streams.append(_named(name, records))
        yield from _merged(streams, sst)


def _named(name: str, records: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    for ssid, *values in records:
        yield ssid, name, tuple(values)


def _merged(streams: list[Iterator[tuple[str, str, tuple[Any, ...]]]], sst: frozenset[str]) -> Iterator[Pupil]:
    for ssid, group in groupby(heapq.merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        records: dict[str, list[tuple[Any, ...]]] = {}
        for _, name, values in group:
            records.setdefault(name, []).append(values)
        if ssid:
            pupil = _pupil(ssid, records, sst)
            if pupil.enrollments or pupil.programs:
                yield pupil
        else:  # each is somebody of his own
            for enrollment in records.get("enrollment", ()):
                yield _pupil("", {"enrollment": [enrollment]}, sst)


def _sources(lea: Organization, on: date) -> Iterator[tuple[str, QuerySet[Any], tuple[str, ...]]]:
    """Name, records that count on the day, fields. Within a student the one that counts comes last."""
    of_lea = {"reporting_lea": lea.code}
    yield (
        "enrollment",
        StudentEnrollment.objects.filter(
            _open("enrollment_exit_date", on),
            **of_lea,
            enrollment_status_code=PRIMARY,
            enrollment_start_date__lte=on,
        ).order_by("current_ssid", "enrollment_start_date", "school_of_attendance", "pk"),
        (
            "local_student_id",
            "school_of_attendance",
            "school_of_attendance_nps",
            "district_of_geographic_residence_code",
            "grade_level_code",
            *_PERSON,
        ),
    )
    yield (
        "information",
        StudentInformation.objects.filter(
            _open("effective_end_date", on), **of_lea, effective_start_date__lte=on
        ).order_by("current_ssid", "effective_start_date", "pk"),
        (
            "hispanic_ethnicity_indicator",
            "ethnicity_missing_indicator",
            "race_1_code",
            "race_2_code",
            "race_3_code",
            "preferred_first_name",
            "preferred_last_name",
            *_PERSON,
        ),
    )
    started = "english_language_acquisition_status_start_date"
    yield (
        "language",
        EnglishLanguageAcquisition.objects.filter(
            Q(**{f"{started}__isnull": True}) | Q(**{f"{started}__lte": on}), **of_lea
        ).order_by("current_ssid"),
        (started, "id", "english_language_acquisition_status_code", "primary_language_code"),
    )
    yield (
        "program",
        StudentProgram.objects.filter(
            _open("education_program_membership_end_date", on),
            **of_lea,
            education_program_code__in=[_504, _MIGRANT],
            education_program_membership_start_date__lte=on,
        ).order_by("current_ssid"),
        ("education_program_code",),
    )
    yield (
        "status",
        DisabilityStatus.objects.filter(**of_lea, special_education_status_effective_start_date__lte=on).order_by(
            "current_ssid", "special_education_status_effective_start_date", "posting_id", "posting_line"
        ),
        ("special_education_status_code",),
    )
    yield (
        "meeting",
        SpecialEducationMeeting.objects.filter(
            **of_lea, pending_as_of_date__lte=on, special_education_meeting_date__isnull=True
        ).order_by("current_ssid"),
        ("id",),
    )
    yield (
        "plan",
        SpecialEducationPlan.objects.filter(**of_lea, special_education_plan_effective_start_date__lte=on).order_by(
            "current_ssid", "special_education_plan_effective_start_date", "posting_id", "posting_line"
        ),
        ("primary_residence_code",),
    )


def _open(end: str, on: date) -> Q:
    """The first and the last day count."""
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on})


def _pupil(ssid: str, records: dict[str, list[tuple[Any, ...]]], sst: frozenset[str]) -> Pupil:
    pupil = Pupil(ssid)
    enrollments = records.get("enrollment", [])
    pupil.enrollments = len(enrollments)
    if enrollments:
        pupil.local_id, pupil.school, pupil.nps, pupil.district_of_residence, pupil.grade, *person = enrollments[-1]
        _name(pupil, person)
    if informed := records.get("information"):
        pupil.hispanic, pupil.ethnicity_missing, *races, pupil.preferred_first_name, pupil.preferred_last_name = (
            informed[-1][:7]
        )
        pupil.races = (races[0], races[1], races[2])
        _name(pupil, informed[-1][7:])
    if spoken := records.get("language"):
        began, _, pupil.el_status, pupil.language = max(spoken, key=lambda record: (record[0] or _LONG_AGO, record[1]))
        pupil.rfep_date = began if pupil.el_status == "RFEP" else None
    codes = {code for (code,) in records.get("program", ())}
    pupil.migrant = _MIGRANT in codes
    pupil.residence = records["plan"][-1][0] if "plan" in records else ""
    special = records.get("status", [("",)])[-1][0] == _PARTICIPATES or "meeting" in records
    pupil.programs = frozenset(
        program
        for program, his in (
            (SPED, special),
            (PLAN_504, _504 in codes),
            (SST, bool(sst) and (ssid in sst or pupil.local_id in sst)),
        )
        if his
    )
    return pupil


def _name(pupil: Pupil, person: Any) -> None:
    for name, value in zip(_INTO, person, strict=True):
        setattr(pupil, name, value)

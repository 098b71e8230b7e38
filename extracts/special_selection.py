"""Which rows the extracts of spec section 8 have, each in the order of its file.

They are asked for as the ODS extracts are, and share their rule: an enrolment is an SENR row of the Reporting LEA at a
selected school, students are joined by the SSID they have now. The annotations are what `extracts/file_layouts/`
names as sources.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from extracts.criteria import Criteria
from extracts.selection import Rows, enrollments, in_file_order
from ods.calendar import academic_year, academic_year_of
from ods.models import (
    DirectCertification,
    EnglishLanguageAcquisition,
    StudentEnrollment,
    StudentIdentity,
    StudentInformation,
)

RACES = {
    "1": "American Indian/Alaska Native",
    "2": "Asian",
    "3": "Pacific Islander",
    "4": "Filipino",
    "6": "Black or African American",
    "7": "White",
}
"""The groups of the race codes, by their first digit. Words of ours, within the field's 30 characters."""

_NEVER = date(9999, 12, 31)


def ssids(criteria: Criteria) -> Rows:
    """SSID Extract: the open enrolments, each with its student's latest language status (8.1, decision 0101)."""
    found = _graded(enrollments(criteria), criteria).filter(enrollment_exit_date__isnull=True)
    if criteria.postings is not None:
        found = found.filter(posting__in=criteria.postings)
    latest = _latest_status(_language_statuses())
    identity = StudentIdentity.objects.filter(ssid=OuterRef("current_ssid"))
    found = found.annotate(
        language_status=_text(latest, "english_language_acquisition_status_code"),
        language_status_start=_date(latest, "english_language_acquisition_status_start_date"),
        primary_language=_text(latest, "primary_language_code"),
        ssid_created=_date(identity, "created_on"),
    )
    return in_file_order(found, "SENR")


def replacements(criteria: Criteria) -> Rows:
    """Replacement SSID: the retired SSIDs of students with an open enrolment (8.4, decision 0102).

    School and local ID are those of the open enrolment at a selected school that started last.
    """
    open_ones = StudentEnrollment.objects.filter(
        reporting_lea=criteria.reporting_lea,
        school_of_attendance__in=criteria.schools,
        enrollment_exit_date__isnull=True,
        current_ssid=OuterRef("survivor__ssid"),
    )
    last = open_ones.order_by("-enrollment_start_date", "-posting_id", "-posting_line")
    # `retired_by` is said besides: its partial index finds the few retired among millions.
    found = StudentIdentity.objects.filter(
        Exists(open_ones), retired_by__isnull=False, survivor__isnull=False
    ).annotate(
        reporting_lea=Value(criteria.reporting_lea, output_field=CharField()),
        last_school=_text(last, "school_of_attendance"),
        last_local_student_id=_text(last, "local_student_id"),
        survivor_ssid=F("survivor__ssid"),
    )
    if criteria.start and criteria.end:
        found = found.filter(retired_on__gte=criteria.start, retired_on__lte=criteria.end)
    return found.order_by("last_school", "ssid")


def cumulative(criteria: Criteria) -> Rows:
    """Cumulative Enrollment: each student's latest SENR row by school and grade in the period (8.2, decision 0106)."""
    if criteria.academic_year:
        year = academic_year(criteria.academic_year)
        criteria = replace(criteria, start=year.first_day, end=year.last_day)
    elif criteria.as_of:
        criteria = replace(criteria, start=academic_year_of(criteria.as_of).first_day, end=criteria.as_of)
    found = _graded(enrollments(criteria), criteria)
    if criteria.adjusted:
        found = found.filter(enrollment_start_date__gte=criteria.start)
    found = _latest_of_each(found, "school_of_attendance", "current_ssid", "grade_level_code")
    by_exit = Coalesce(OuterRef("enrollment_exit_date"), Value(_NEVER), output_field=DateField())
    began = Q(english_language_acquisition_status_start_date__isnull=True) | Q(
        english_language_acquisition_status_start_date__lte=by_exit
    )
    in_effect = StudentInformation.objects.filter(
        Q(effective_end_date__isnull=True) | Q(effective_end_date__gte=OuterRef("enrollment_start_date")),
        reporting_lea=OuterRef("reporting_lea"),
        current_ssid=OuterRef("current_ssid"),
        effective_start_date__lte=by_exit,
    ).annotate(words=_ethnicity_and_race())
    found = found.annotate(
        language_status=_text(
            _latest_status(_language_statuses().filter(began)), "english_language_acquisition_status_code"
        ),
        ethnicity_race=_text(in_effect.order_by("-effective_start_date", "-posting_id", "-posting_line"), "words"),
    )
    return in_file_order(found, "SENR")


def certified(criteria: Criteria) -> Rows:
    """Direct Certification: enrolled students with a match result of the school year (8.6, decision 0107).

    `academic_year` is the year of the match: the current one when the extract was asked for. By range, the enrolment
    overlaps both the range and that year.
    """
    year = academic_year(criteria.academic_year)
    found = enrollments(criteria)
    if criteria.start:
        found = found.filter(
            Q(enrollment_exit_date__isnull=True) | Q(enrollment_exit_date__gte=year.first_day),
            enrollment_start_date__lte=year.last_day,
        )
    found = _latest_of_each(found, "school_of_attendance", "current_ssid")
    result = DirectCertification.objects.filter(
        academic_year=criteria.academic_year, current_ssid=OuterRef("current_ssid")
    ).order_by("-certification_date", "-pk")
    found = found.annotate(
        certified_year=Value(criteria.academic_year, output_field=CharField()),
        certified_on=_date(result, "certification_date"),
        certified_as=_text(result, "certification_status"),
    ).filter(certified_on__isnull=False)
    if criteria.certified_since:
        found = found.filter(certified_on__gte=criteria.certified_since)
    if criteria.statuses:
        found = found.filter(certified_as__in=criteria.statuses)
    return in_file_order(found, "SENR")


def _latest_of_each(rows: Rows, *names: str) -> Rows:
    """Of the rows that agree in these fields, the one that started last; of equal starts the one posted last."""
    newest = Window(
        RowNumber(),
        partition_by=[F(name) for name in names],
        order_by=[F("enrollment_start_date").desc(), F("posting_id").desc(), F("posting_line").desc()],
    )
    # By key: what is annotated afterwards is computed for the rows that are left.
    return StudentEnrollment.objects.filter(pk__in=rows.annotate(newest=newest).filter(newest=1).values("pk"))


def _ethnicity_and_race() -> Case:
    """Hispanic first; then one group of races or several; nothing that can be told is Not Reported."""
    columns = [f"race_{number}_code" for number in range(1, 6)]
    held = {
        words: reduce(or_, (Q(**{f"{column}__startswith": digit}) for column in columns))
        for digit, words in RACES.items()
    }
    several = reduce(or_, (one & other for one, other in combinations(held.values(), 2)))
    return Case(
        When(hispanic_ethnicity_indicator="Y", then=Value("Hispanic or Latino")),
        When(several, then=Value("Two or More Races")),
        *(When(condition, then=Value(words)) for words, condition in held.items()),
        default=Value("Not Reported"),
        output_field=CharField(),
    )


def _graded(rows: Rows, criteria: Criteria) -> Rows:
    return rows.filter(grade_level_code=criteria.grade) if criteria.grade else rows


def _language_statuses() -> QuerySet[EnglishLanguageAcquisition]:
    """The SELA rows of an enrolment's student and LEA."""
    return EnglishLanguageAcquisition.objects.filter(
        reporting_lea=OuterRef("reporting_lea"), current_ssid=OuterRef("current_ssid")
    )


def _latest_status(statuses: QuerySet[EnglishLanguageAcquisition]) -> QuerySet[EnglishLanguageAcquisition]:
    """The latest first; a status without a date is the earliest."""
    return statuses.order_by(
        F("english_language_acquisition_status_start_date").desc(nulls_last=True), "-posting_id", "-posting_line"
    )


def _text(rows: QuerySet[Any], field: str) -> Coalesce:
    """The field of the first of the rows; '' if there is none."""
    return Coalesce(Subquery(rows.values(field)[:1]), Value(""), output_field=CharField())


def _date(rows: QuerySet[Any], field: str) -> Subquery:
    """The field of the first of the rows; NULL if there is none."""
    return Subquery(rows.values(field)[:1], output_field=DateField())

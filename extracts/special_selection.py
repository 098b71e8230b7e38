"""Which rows the extracts of spec section 8 have, each in the order of its file.

They are asked for as the ODS extracts are, and share their rule: an enrolment is an SENR row of the Reporting LEA at a
selected school, students are joined by the SSID they have now. The annotations are what `extracts/file_layouts/`
names as sources.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, DateField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from extracts.criteria import Criteria
from extracts.selection import Rows, enrollments, in_file_order
from ods.models import EnglishLanguageAcquisition, StudentEnrollment, StudentIdentity


def ssids(criteria: Criteria) -> Rows:
    """SSID Extract: the open enrolments, each with its student's latest language status (8.1, decision 0101)."""
    found = _graded(enrollments(criteria), criteria).filter(enrollment_exit_date__isnull=True)
    if criteria.postings is not None:
        found = found.filter(posting__in=criteria.postings)
    latest = _language_statuses().order_by(
        F("english_language_acquisition_status_start_date").desc(nulls_last=True), "-posting_id", "-posting_line"
    )
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


def _graded(rows: Rows, criteria: Criteria) -> Rows:
    return rows.filter(grade_level_code=criteria.grade) if criteria.grade else rows


def _language_statuses() -> QuerySet[EnglishLanguageAcquisition]:
    """The SELA rows of an enrolment's student and LEA."""
    return EnglishLanguageAcquisition.objects.filter(
        reporting_lea=OuterRef("reporting_lea"), current_ssid=OuterRef("current_ssid")
    )


def _text(rows: QuerySet[Any], field: str) -> Coalesce:
    """The field of the first of the rows; '' if there is none."""
    return Coalesce(Subquery(rows.values(field)[:1]), Value(""), output_field=CharField())


def _date(rows: QuerySet[Any], field: str) -> Subquery:
    """The field of the first of the rows; NULL if there is none."""
    return Subquery(rows.values(field)[:1], output_field=DateField())

"""Which rows the criteria select: five shapes of selection and their parameters.

The rules are spec ods-extracts section 5 and 10.1, exactly. Criteria are ANDed. An *enrolment* is an SENR row of the
Reporting LEA at a selected school; one and the same enrolment meets every enrolment criterion (10.1.1). Students are
joined by the SSID they have now (`current_ssid`, 10.1.8).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Rank, RowNumber

from extracts.criteria import ALL_PROGRAMS, Criteria
from ods.layout import layout
from ods.models import RECORD_MODELS, PostedRecord, StaffDemographics, StudentEnrollment
from ods.models.blocks import NO_DATE

Rows = QuerySet[Any]
Selection = Callable[[Criteria], Rows]

SPECIAL_EDUCATION = "30"
"""PSTS 17.11: the participation type of students with disabilities."""


def enrollments(criteria: Criteria) -> Rows:
    """SENR: the enrolments that meet the criteria, as rows of their own."""
    found = StudentEnrollment.objects.filter(
        reporting_lea=criteria.reporting_lea, school_of_attendance__in=criteria.schools
    )
    if criteria.active:
        found = found.filter(enrollment_exit_date__isnull=True)
    if criteria.start and criteria.end:
        found = found.filter(overlaps("enrollment_start_date", "enrollment_exit_date", criteria.start, criteria.end))
    return found


def rows_at_enrolled_school(criteria: Criteria) -> Rows:
    """SINF, SPRG: rows whose own school is a selected one where the student has a qualifying enrolment (10.1.2).

    SPRG by Academic Year alone asks for no enrolment. SINF takes the record in force on the Effective Date if given.
    """
    found = _reported(criteria).filter(school_of_attendance__in=criteria.schools)
    if criteria.active or criteria.start:
        found = found.filter(_enrolled(criteria, school_of_attendance=OuterRef("school_of_attendance")))
    if criteria.academic_year:
        found = found.filter(academic_year_id=criteria.academic_year)
    if criteria.program_code and criteria.program_code != ALL_PROGRAMS:
        found = found.filter(education_program_code=criteria.program_code)
    return _in_effect(found, criteria)


def rows_of_enrolled_students(criteria: Criteria) -> Rows:
    """SELA, MEET, PLAN, SERV: the Reporting LEA's rows of students with a qualifying enrolment; SWDS: every LEA's.

    The school on the row, if any, is not tested (10.1.2). Record History: Most Recent Only takes the latest by the
    type's own date, of equal dates the one posted last; for SERV all services of the latest plan date (10.1.5).
    """
    model = RECORD_MODELS[criteria.record_type]
    found: Rows = model._default_manager.all() if criteria.record_type == "SWDS" else _reported(criteria)
    found = found.filter(_enrolled(criteria))
    if criteria.most_recent:
        latest_first = OrderBy(_own_date(criteria.record_type), descending=True, nulls_last=True)
        if criteria.record_type == "SERV":
            newest: Window = Window(Rank(), partition_by=F("current_ssid"), order_by=[latest_first])
        else:
            newest = Window(
                RowNumber(),
                partition_by=F("current_ssid"),
                order_by=[latest_first, F("posting_id").desc(), F("posting_line").desc()],
            )
        found = found.annotate(newest=newest).filter(newest=1)
    return found


def rows_of_year(criteria: Criteria) -> Rows:
    """The types asked for by Academic Year and school: the record's own year and own school."""
    school = layout(criteria.record_type).school_field
    return _reported(criteria).filter(Q(**{f"{school}__in": criteria.schools}), academic_year_id=criteria.academic_year)


def postsecondary_rows(criteria: Criteria) -> Rows:
    """PSTS: by Academic Year, or by an enrolment at any selected school in the range; the row's own school selected.

    The optional participation, and the limit of roles that reach students with disabilities only, both test 17.11.
    """
    found = _reported(criteria).filter(school_of_attendance__in=criteria.schools)
    if criteria.academic_year:
        found = found.filter(academic_year_id=criteria.academic_year)
    if criteria.start:
        found = found.filter(_enrolled(criteria))
    if criteria.participation:
        found = found.filter(education_program_participation_type_code=criteria.participation)
    if criteria.limit == "sped":
        found = found.filter(education_program_participation_type_code=SPECIAL_EDUCATION)
    return found


def staff_rows(criteria: Criteria) -> Rows:
    """SDEM: each row by its own dates; other rows of the person play no part (10.1.3)."""
    found: Rows = StaffDemographics.objects.filter(reporting_lea=criteria.reporting_lea)
    if criteria.active:
        found = found.filter(employment_end_date__isnull=True)
    elif criteria.start and criteria.end:
        found = found.filter(overlaps("employment_start_date", "employment_end_date", criteria.start, criteria.end))
    return _in_effect(found, criteria)


def overlaps(start_field: str, end_field: str, start: date, end: date) -> Q:
    """The inclusive interval test of section 5: an open end overlaps whatever begins after the record's start."""
    return Q(**{f"{start_field}__lte": end}) & (Q(**{f"{end_field}__isnull": True}) | Q(**{f"{end_field}__gte": start}))


def in_file_order(rows: Rows, record_type: str) -> Rows:
    """The rows in the order of the file: `types.csv`, column `row_order`, then the rest of the key.

    Blanks first, bytewise: text columns are never NULL and the database collates in C; dates may be NULL. The SSID
    that orders is the current one; two rows that differ in nothing else are told apart by the SSID they were posted
    under.
    """
    definition = layout(record_type)
    entries = [*definition.row_order, *((name,) for name in definition.key)]
    order: list[OrderBy] = []
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        if entry not in seen:
            seen.add(entry)
            order.append(_ascending(definition.record_type, entry))
    if definition.has("ssid"):
        order.append(F("ssid").asc())
    return rows.order_by(*order, "pk")


def _ascending(record_type: str, entry: tuple[str, ...]) -> OrderBy:
    model = RECORD_MODELS[record_type]
    names = ["current_ssid" if name == "ssid" else name for name in entry]
    if all(model._meta.get_field(name).null for name in names):
        # Written as the index of the order has it: NULLS FIRST cannot stand in an index on both engines.
        return Coalesce(*names, NO_DATE).asc()
    return F(names[0]).asc()


def _reported(criteria: Criteria) -> Rows:
    model: type[PostedRecord] = RECORD_MODELS[criteria.record_type]
    return model._default_manager.filter(reporting_lea=criteria.reporting_lea)


def _enrolled(criteria: Criteria, **same: OuterRef) -> Exists:
    return Exists(enrollments(criteria).filter(current_ssid=OuterRef("current_ssid"), **same))


def _in_effect(rows: Rows, criteria: Criteria) -> Rows:
    if criteria.effective_start and criteria.effective_end:
        return rows.filter(
            overlaps("effective_start_date", "effective_end_date", criteria.effective_start, criteria.effective_end)
        )
    return rows


def _own_date(record_type: str) -> F | Coalesce:
    """The date by which Record History tells the latest (section 5)."""
    if record_type == "MEET":
        return Coalesce("special_education_meeting_date", "pending_as_of_date")
    return F(
        {
            "SWDS": "special_education_status_effective_start_date",
            "PLAN": "special_education_plan_effective_start_date",
            "SERV": "plan_effective_start_date",
        }[record_type]
    )

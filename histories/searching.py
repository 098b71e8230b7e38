"""Searching for students and staff: by identifier, by demographics, by enrolment (spec ssid-matching 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.permissions import Reach
from extracts.access import Access
from extracts.selection import overlaps
from histories.access import enrollments_within, visible_records
from ods.models import Organization, StaffDemographics, StudentEnrollment, StudentIdentity, StudentInformation

MOST_STUDENTS = 100
MOST_ENROLLMENTS = 1000
MOST_STAFF = 100


class TooMany(Exception):
    """More results than a search may give. The words say what to do."""


@dataclass(frozen=True, kw_only=True)
class Demographics:
    """What a student is searched by; '' and None: not given. A name may end in `*` for "begins with"."""

    last_name: str = ""
    first_name: str = ""
    birth_date: date | None = None
    gender: str = ""
    local_student_id: str = ""


@dataclass(frozen=True, kw_only=True)
class EnrollmentTerms:
    """What enrolments are searched by. `start` and `end` are a range they overlap; `open_only`: no exit date."""

    school: str = ""
    grade: str = ""
    academic_year: str = ""
    start: date | None = None
    end: date | None = None
    open_only: bool = False


def current_ssid(ssid: str) -> str:
    """The SSID a student has now; the one given if it was never retired, or is unknown."""
    survivor = StudentIdentity.objects.filter(ssid=ssid, survivor__isnull=False).values_list(
        "survivor__ssid", flat=True
    )
    return survivor.first() or ssid


def student_within(*, ssid: str, organization: Organization, held: Reach) -> StudentEnrollment | None:
    """The latest enrolment of a student, by his SSID of now, that a role held in the LEA reaches."""
    return _latest_first(enrollments_within(organization, held).filter(current_ssid=ssid)).first()


def by_demographics(*, terms: Demographics, organization: Organization, held: Reach) -> list[StudentEnrollment]:
    """The students who fit, each by his latest enrolment, in the order of names.

    Names are compared without case with the legal and alias names of SENR, and the legal names of SINF: somebody
    renamed is found under both.

    Raises:
        TooMany: more than 100 students fit.
    """
    within = enrollments_within(organization, held)
    information = StudentInformation.objects.filter(reporting_lea=organization.code).filter(
        _person(terms, ("legal",)), **_local_id(terms)
    )
    fits = Q(_person(terms, ("legal", "alias")), **_local_id(terms)) | Q(
        current_ssid__in=information.values("current_ssid")
    )
    found = within.filter(fits).order_by("current_ssid").values_list("current_ssid", flat=True).distinct()
    ssids = list(found[: MOST_STUDENTS + 1])
    if len(ssids) > MOST_STUDENTS:
        raise TooMany(
            f"More than {MOST_STUDENTS} students fit. Narrow your search: give more of the name, or the birth date."
        )
    latest: dict[str, StudentEnrollment] = {}
    for enrollment in _latest_first(within.filter(current_ssid__in=ssids)):
        latest.setdefault(enrollment.current_ssid, enrollment)
    return sorted(
        latest.values(),
        key=lambda one: (one.legal_last_name.casefold(), one.legal_first_name.casefold(), one.birth_date),
    )


def by_enrollment(*, terms: EnrollmentTerms, organization: Organization, held: Reach) -> list[StudentEnrollment]:
    """The enrolments that fit, in the order of names.

    Raises:
        TooMany: more than 1,000 enrolments fit.
    """
    found = enrollments_within(organization, held)
    if terms.school:
        found = found.filter(school_of_attendance=terms.school)
    if terms.grade:
        found = found.filter(grade_level_code=terms.grade)
    if terms.academic_year:
        found = found.filter(academic_year_id=terms.academic_year)
    if terms.start and terms.end:
        found = found.filter(overlaps("enrollment_start_date", "enrollment_exit_date", terms.start, terms.end))
    if terms.open_only:
        found = found.filter(enrollment_exit_date__isnull=True)
    ordered = found.order_by("legal_last_name", "legal_first_name", "current_ssid", "-enrollment_start_date", "pk")
    enrollments = list(ordered[: MOST_ENROLLMENTS + 1])
    if len(enrollments) > MOST_ENROLLMENTS:
        raise TooMany(
            f"More than {MOST_ENROLLMENTS:,} enrollments fit. Narrow your search: choose a school, a grade or dates."
        )
    return enrollments


def staff_by_name(*, access: Access, seid: str, last_name: str, first_name: str) -> list[StaffDemographics]:
    """The staff an SDEM right reaches who fit, each by the latest record, in the order of names.

    Raises:
        TooMany: more than 100 people fit.
    """
    fits = _named("legal_last_name", last_name) & _named("legal_first_name", first_name)
    if seid:
        fits &= Q(seid=seid)
    found = visible_records(access).filter(fits).order_by("seid")
    seids = list(found.values_list("seid", flat=True).distinct()[: MOST_STAFF + 1])
    if len(seids) > MOST_STAFF:
        raise TooMany(f"More than {MOST_STAFF} people fit. Narrow your search: give more of the name.")
    latest: dict[str, StaffDemographics] = {}
    for record in found.filter(seid__in=seids).order_by("seid", "-effective_start_date"):
        latest.setdefault(record.seid, record)
    return sorted(latest.values(), key=lambda one: (one.legal_last_name.casefold(), one.legal_first_name.casefold()))


def _latest_first(enrollments: QuerySet[StudentEnrollment]) -> QuerySet[StudentEnrollment]:
    return enrollments.order_by("current_ssid", "-enrollment_start_date", "-posting_id", "-posting_line")


def _person(terms: Demographics, kinds: Sequence[str]) -> Q:
    """Both names under one kind of name, so that nobody is found by a legal first and an alias last name."""
    names = Q(pk__in=())
    for kind in kinds:
        names |= _named(f"{kind}_last_name", terms.last_name) & _named(f"{kind}_first_name", terms.first_name)
    fits = names if terms.last_name or terms.first_name else Q()
    if terms.birth_date:
        fits &= Q(birth_date=terms.birth_date)
    if terms.gender:
        fits &= Q(gender_code=terms.gender)
    return fits


def _local_id(terms: Demographics) -> dict[str, str]:
    return {"local_student_id": terms.local_student_id} if terms.local_student_id else {}


def _named(field: str, name: str) -> Q:
    if not name:
        return Q()
    if name.endswith("*"):
        return Q(**{f"{field}__istartswith": name[:-1]})
    return Q(**{f"{field}__iexact": name})

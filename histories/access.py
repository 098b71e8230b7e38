"""Which records of a person somebody may see: exactly those an extract of theirs could give him (decision 0103)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.permissions import Reach
from extracts.access import Access, access_with
from extracts.definitions import DEFINITIONS
from extracts.selection import SPECIAL_EDUCATION
from histories.parts import NEWEST_BY, Part
from ods.layout import layout
from ods.models import RECORD_MODELS, Organization, StudentEnrollment

SEARCHES = "student_search"
"""The role that opens the search for students and their pages."""

_THROUGH_ENROLLMENT = frozenset({"SELA", "SWDS", "MEET", "PLAN", "SERV"})
"""Types whose own school is not tested: a school user sees them of students enrolled at his school (10.1.2, 10.1.6)."""


def open_types(held: Mapping[str, Reach], organization: Organization, part: Part) -> list[Access]:
    """What of a part's record types roles held in a working organisation (`accounts.permissions.reach`) open."""
    found = (
        access_with(held=held, organization=organization, definition=DEFINITIONS[record_type])
        for record_type in part.record_types
    )
    return [access for access in found if access]


def visible_records(access: Access, **person: str) -> QuerySet[Any]:
    """The records of one type and person that the rights reach, the newest first.

    `person` is `current_ssid=` or `seid=`. Records of other LEAs stay out, those of SWDS too (wire contract 3).
    """
    record_type = access.definition.code
    rows = RECORD_MODELS[record_type]._default_manager.filter(
        reporting_lea__in=[lea.code for lea in access.leas()], **person
    )
    reached = Q(pk__in=())
    for unlock, held in access.grants:
        one = Q() if held.whole else _at_schools(record_type, held.schools)
        if unlock.limit == "sped":
            one &= Q(education_program_participation_type_code=SPECIAL_EDUCATION)
        reached |= Q(pk__isnull=False) & one
    newest = NEWEST_BY.get(record_type, ("academic_year_id",))
    first = Coalesce(*newest) if len(newest) > 1 else F(newest[0])
    return rows.filter(reached).order_by(first.desc(nulls_last=True), "-posting_id", "posting_line", "pk")


def enrollments_within(organization: Organization, held: Reach) -> QuerySet[StudentEnrollment]:
    """The enrolments, past and present, that a role held in an LEA reaches."""
    found = StudentEnrollment.objects.filter(reporting_lea=organization.code)
    return found if held.whole else found.filter(school_of_attendance__in=held.schools)


def _at_schools(record_type: str, schools: frozenset[str]) -> Q:
    if record_type in _THROUGH_ENROLLMENT:
        enrolled = StudentEnrollment.objects.filter(
            reporting_lea=OuterRef("reporting_lea"),
            current_ssid=OuterRef("current_ssid"),
            school_of_attendance__in=schools,
        )
        return Q(Exists(enrolled))
    return Q(**{f"{layout(record_type).school_field}__in": schools})

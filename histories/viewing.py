"""The audit of every look at a person's records: who, whose, which part, how many. Never what stood in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from ods.models import Organization, StudentEnrollment, StudentIdentity


def record_view_of_student(
    *, request: HttpRequest, organization: Organization, ssid: str, part: str, rows: int, wire: bool
) -> None:
    """A look at one part of a student; the student is named by the id of his identity, not by his SSID."""
    identity = StudentIdentity.objects.filter(ssid=ssid).first()
    audit.record(
        action=AuditAction.RECORD_VIEWED,
        organization=organization,
        subject=f"student:{identity.pk}" if identity else "student:unknown",
        details={"part": part, "rows": rows, "as": "JSON" if wire else "page"},
        request=request,
    )


def record_view_of_staff(
    *, request: HttpRequest, organization: Organization, seid: str, part: str, rows: int, wire: bool
) -> None:
    """A look at one part of a staff member. A SEID is no student's, and is all that tells one from another."""
    audit.record(
        action=AuditAction.RECORD_VIEWED,
        organization=organization,
        subject=f"staff:{seid}",
        details={"part": part, "rows": rows, "as": "JSON" if wire else "page"},
        request=request,
    )


def record_search(
    *, request: HttpRequest, organization: Organization, search: str, found: Iterable[StudentEnrollment]
) -> None:
    """A search that showed students: which ones, by the ids of their identities, and not what was typed."""
    ssids = {enrollment.current_ssid for enrollment in found}
    students = StudentIdentity.objects.filter(ssid__in=ssids).order_by("pk").values_list("pk", flat=True)
    audit.record(
        action=AuditAction.RECORD_VIEWED,
        organization=organization,
        subject="students",
        details={"search": search, "results": len(ssids), "students": list(students)},
        request=request,
    )


def record_search_of_staff(*, request: HttpRequest, organization: Organization, seids: Iterable[str]) -> None:
    """A search by name that showed staff: whom, and not what was typed."""
    shown = sorted(seids)
    audit.record(
        action=AuditAction.RECORD_VIEWED,
        organization=organization,
        subject="staff",
        details={"search": "Staff", "results": len(shown), "staff": shown},
        request=request,
    )

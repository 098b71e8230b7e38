"""Combining two SSIDs of one student (a double identity, MID): one is retired for the other, and can come back.

What it does to the records is `ods.identities.retire`; here stand who may do it, what is shown before, and the trail.
An LEA combines SSIDs that both have enrolments of its own (decision 0105); for all others there is
`manage.py retire_ssid`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from histories.searching import current_ssid
from ods import identities
from ods.identities import RetirementRefused
from ods.models import RECORD_MODELS, Organization, StudentEnrollment, StudentIdentity, StudentRecord

ROLE = "senr_edit"
"""Held at the whole LEA: a school user may not decide who somebody is."""


class CombiningRefused(Exception):
    """Two SSIDs cannot be combined here; the message says why and names none of them."""


@dataclass(frozen=True)
class Side:
    """One of the two students, as the page sets them side by side. `records` counts those of the LEA."""

    identity: StudentIdentity
    latest: StudentEnrollment
    open_enrollments: int
    records: int


@dataclass(frozen=True)
class Review:
    """Both sides, and what somebody should know before he combines them."""

    old: Side
    new: Side
    warnings: tuple[str, ...]


def review(*, old: str, new: str, organization: Organization) -> Review:
    """The two students side by side. Nothing is changed.

    Raises:
        CombiningRefused: the SSIDs are one, one of them has no enrolment of this LEA, or the old one is retired.
    """
    new = current_ssid(new)
    if old == new:
        raise CombiningRefused("Both are the same SSID, or one was retired for the other already.")
    first, second = _side(old, organization, "SSID to retire"), _side(new, organization, "SSID that stays")
    return Review(old=first, new=second, warnings=tuple(_warnings(first, second)))


def combine(*, old: str, new: str, on: date, organization: Organization, request: HttpRequest) -> int:
    """Retire one SSID for another; the number of records that show another SSID now.

    Raises:
        CombiningRefused: as `review`.
    """
    with transaction.atomic():
        found = review(old=old, new=new, organization=organization)
        try:
            changed = identities.retire(old=old, new=found.new.identity.ssid, on=on)
        except RetirementRefused as refused:
            raise CombiningRefused(str(refused)) from refused
        audit.record(
            action=AuditAction.SSIDS_COMBINED,
            organization=organization,
            subject=f"student:{found.old.identity.pk}",
            details={"survivor": found.new.identity.pk, "records": changed},
            request=request,
        )
    return changed


def separate(*, identity_id: int, organization: Organization, request: HttpRequest) -> int:
    """Undo a combination; the number of records that show their own SSID again.

    Raises:
        StudentIdentity.DoesNotExist: no retired SSID of this LEA's has that id.
    """
    with transaction.atomic():
        identity = combined(organization).get(pk=identity_id)
        survivor = identity.survivor_id
        changed = identities.restore(old=identity.ssid)
        audit.record(
            action=AuditAction.SSIDS_SEPARATED,
            organization=organization,
            subject=f"student:{identity.pk}",
            details={"survivor": survivor, "records": changed},
            request=request,
        )
    return changed


def combine_anywhere(*, old: str, new: str, on: date) -> int:
    """What `combine` does, for any two SSIDs: whoever may run commands on the machine decides (decision 0105).

    Raises:
        CombiningRefused: there is no such SSID, or the old one is retired.
    """
    with transaction.atomic():
        try:
            changed = identities.retire(old=old, new=new, on=on)
        except RetirementRefused as refused:
            raise CombiningRefused(str(refused)) from refused
        _note_command(AuditAction.SSIDS_COMBINED, old, changed)
    return changed


def separate_anywhere(*, old: str) -> int:
    """Undo the retirement of any SSID.

    Raises:
        CombiningRefused: it is not retired.
    """
    with transaction.atomic():
        try:
            changed = identities.restore(old=old)
        except RetirementRefused as refused:
            raise CombiningRefused(str(refused)) from refused
        _note_command(AuditAction.SSIDS_SEPARATED, old, changed)
    return changed


def _note_command(action: AuditAction, old: str, changed: int) -> None:
    identity = StudentIdentity.objects.get(ssid=old)
    audit.record(
        action=action,
        subject=f"student:{identity.pk}",
        details={"survivor": identity.survivor_id, "records": changed, "by": "manage.py retire_ssid"},
    )


def combined(organization: Organization) -> QuerySet[StudentIdentity]:
    """The retired SSIDs under which the LEA has enrolments, the latest retirement first."""
    own = StudentEnrollment.objects.filter(reporting_lea=organization.code, ssid=OuterRef("ssid"))
    found = StudentIdentity.objects.filter(Exists(own), retired_by__isnull=False)
    return found.select_related("survivor").order_by("-retired_on", "ssid")


def _side(ssid: str, organization: Organization, which: str) -> Side:
    own = StudentEnrollment.objects.filter(reporting_lea=organization.code, current_ssid=ssid)
    latest = own.order_by("-enrollment_start_date", "-posting_id", "-posting_line").first()
    identity = StudentIdentity.objects.filter(ssid=ssid).first()
    if latest is None or identity is None:
        retired = StudentIdentity.objects.filter(ssid=ssid, retired_by__isnull=False).exists()
        raise CombiningRefused(
            f"The {which} is retired already. Look below, or choose the one that replaced it."
            if retired and combined(organization).filter(ssid=ssid).exists()
            else f"The {which} has no enrollment of this LEA. Check the digits; of students of other LEAs only an "
            "administrator of the portal combines SSIDs."
        )
    records = sum(
        model._default_manager.filter(reporting_lea=organization.code, current_ssid=ssid).count()
        for model in RECORD_MODELS.values()
        if issubclass(model, StudentRecord)
    )
    return Side(
        identity=identity,
        latest=latest,
        open_enrollments=own.filter(enrollment_exit_date__isnull=True).count(),
        records=records,
    )


def _warnings(old: Side, new: Side) -> list[str]:
    found = []
    first, second = old.latest, new.latest
    if first.birth_date != second.birth_date:
        found.append("The birth dates differ.")
    if first.gender_code != second.gender_code:
        found.append("The genders differ.")
    if first.legal_last_name.casefold() != second.legal_last_name.casefold():
        found.append("The last names differ.")
    if first.legal_first_name.casefold() != second.legal_first_name.casefold():
        found.append("The first names differ.")
    if old.open_enrollments and new.open_enrollments:
        found.append("Both have an open enrollment: exit one of them, or the student is enrolled twice.")
    twice = StudentEnrollment.objects.filter(
        reporting_lea=OuterRef("reporting_lea"),
        school_of_attendance=OuterRef("school_of_attendance"),
        enrollment_start_date=OuterRef("enrollment_start_date"),
        current_ssid=new.identity.ssid,
    )
    own = StudentEnrollment.objects.filter(reporting_lea=first.reporting_lea, current_ssid=old.identity.ssid)
    if own.filter(Exists(twice)).exists():
        found.append(
            "Both have an enrollment at the same school from the same day: extracts will show it twice. Delete one."
        )
    return found

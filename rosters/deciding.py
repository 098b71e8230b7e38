"""What people decide of a school's file: send the held one after all, discard it, send again what was given up."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from rosters.enums import UNDER_WAY, Purpose, UploadState
from rosters.models import SchoolFile


def superseded(file: SchoolFile) -> bool:
    """Whether a later file of the school went out or is about to: sending this one would undo it."""
    later = SchoolFile.objects.filter(
        lea=file.lea, school=file.school, run__purpose=Purpose.UPLOAD, pk__gt=file.pk,
        state__in=(*UNDER_WAY, UploadState.HELD, UploadState.PROCESSED, UploadState.FAILED),
    )  # fmt: skip
    return later.exists()


def supersede_held(file: SchoolFile) -> None:
    """Let go of older files of the school that are still held: this one is of newer data."""
    held = SchoolFile.objects.filter(lea=file.lea, school=file.school, state=UploadState.HELD, pk__lt=file.pk)
    held.update(state=UploadState.DISCARDED, changed_at=timezone.now(), message="A later upload took its place.")


def confirm(*, file: SchoolFile, by: User) -> bool:
    """Send a held file after all; False if it is not held any more."""
    return _decide(file, by, (UploadState.HELD,), state=UploadState.WAITING, next_at=timezone.now(), message="")


def discard(*, file: SchoolFile, by: User) -> bool:
    """Do not send a file that is held or waits and was never begun; False if that cannot be said of it."""
    return _decide(
        file, by, (UploadState.HELD, UploadState.WAITING), state=UploadState.DISCARDED, next_at=None,
        message=f"Discarded by {by.get_username()}; nothing was sent.", only_unsent=True,
    )  # fmt: skip


def send_again(*, file: SchoolFile, by: User) -> bool:
    """Take up a file that was given up, where it stopped; False if it was not. The same bytes: sending is harmless."""
    state = UploadState.SENT if file.server_id else UploadState.WAITING
    return _decide(
        file, by, (UploadState.FAILED,), state=state, next_at=timezone.now(), attempts=0, message="",
    )  # fmt: skip


def _decide(
    file: SchoolFile, by: User, allowed: tuple[UploadState, ...], *, only_unsent: bool = False, **values: object
) -> bool:
    rows = SchoolFile.objects.filter(pk=file.pk, state__in=allowed, run__purpose=Purpose.UPLOAD)
    if values["state"] in UNDER_WAY and superseded(file):
        return False
    if only_unsent:
        rows = rows.filter(post_begun_at__isnull=True)
    with transaction.atomic():
        if not rows.update(confirmed_by=by, changed_at=timezone.now(), **values):
            return False
        audit.record(
            action=AuditAction.ROSTERS_CONFIRMED,
            actor=by,
            organization=file.lea,
            subject=f"roster-file:{file.pk}",
            details={"school": file.school, "state": str(values["state"])},
        )
    return True

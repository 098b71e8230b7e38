"""Deciding who a submitted student is: one by one, single matches in bulk, and back again. Each leaves an audit row."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from ssid_matching.enums import Category, Decision
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun
from wire.query import whole_number

NEW = "new"
UNDO = "undo"


class NotAChoice(Exception):
    """What was chosen is no candidate of the record."""


class Moved(Exception):
    """Somebody else decided the record since the page was made. Nothing was changed."""


def decide(*, record: MatchRecord, choice: str, user: User, request: HttpRequest, seen: str | None = None) -> None:
    """Decide a record: the row number of one of its candidates, `NEW`, or `UNDO`.

    `seen` is the decision the page showed (`state_of`); without it anything is overwritten.

    Raises:
        NotAChoice: neither of these.
        Moved: the record is decided otherwise by now.
    """
    with transaction.atomic():
        held = MatchRecord.objects.select_for_update().select_related("run__organization", "run__job").get(pk=record.pk)
        before = state_of(held)
        if seen is not None and seen != before:
            raise Moved
        chosen = None
        if choice not in (NEW, UNDO):
            number = whole_number(choice)
            chosen = MatchCandidate.objects.filter(record=held, pk=number).first()
            if chosen is None:
                raise NotAChoice
        held.decision = {NEW: Decision.NEW, UNDO: Decision.UNDECIDED}.get(choice, Decision.STUDENT)
        held.chosen, held.bulk = chosen, None
        held.decided_by, held.decided_at = (None, None) if choice == UNDO else (user, timezone.now())
        held.save(update_fields=["decision", "chosen", "bulk", "decided_by", "decided_at"])
        audit.record(
            action=AuditAction.MATCH_DECIDED,
            organization=held.run.organization,
            subject=f"match_record:{held.pk}",
            details={"job": held.run.job_id, "line": held.line, "from": before, "to": state_of(held)},
            request=request,
        )


def state_of(record: MatchRecord) -> str:
    """The decision of a record as one word: ``, `new`, or the row number of the candidate."""
    return str(record.chosen_id) if record.decision == Decision.STUDENT else str(record.decision)


def accept_singles(*, run: MatchRun, least: int, likely: float, user: User, request: HttpRequest) -> int:
    """Accept the single matches of undecided records whose score and likelihood are at least these; how many.

    Where somebody below the cut-off is likely too, people have to look.
    """
    with transaction.atomic():
        held = MatchRun.objects.select_for_update().select_related("organization").get(pk=run.pk)
        listed = MatchCandidate.objects.filter(record=OuterRef("pk"), listed=True)
        fits = _acceptable(held, least=least, likely=likely)
        number = held.bulk_accepts + 1
        accepted = fits.update(
            chosen=Subquery(listed.values("pk")[:1]),
            decision=Decision.STUDENT,
            decided_by=user,
            decided_at=timezone.now(),
            bulk=number,
        )
        if accepted:
            held.bulk_accepts = number
            held.save(update_fields=["bulk_accepts"])
            audit.record(
                action=AuditAction.MATCHES_ACCEPTED,
                organization=held.organization,
                subject=f"match_run:{held.pk}",
                details={"job": held.job_id, "least": least, "likely": likely, "records": accepted, "bulk": number},
                request=request,
            )
    return accepted


def acceptable(*, run: MatchRun, least: int, likely: float) -> int:
    """How many records `accept_singles` would accept."""
    return _acceptable(run, least=least, likely=likely).count()


def undo_accept(*, run: MatchRun, request: HttpRequest) -> int:
    """Take the last bulk acceptance back, where nobody has decided since; how many records are undecided again."""
    with transaction.atomic():
        held = MatchRun.objects.select_for_update().select_related("organization").get(pk=run.pk)
        if not held.bulk_accepts:
            return 0
        undone = MatchRecord.objects.filter(run=held, bulk=held.bulk_accepts).update(
            chosen=None, decision=Decision.UNDECIDED, decided_by=None, decided_at=None, bulk=None
        )
        audit.record(
            action=AuditAction.MATCHES_ACCEPT_UNDONE,
            organization=held.organization,
            subject=f"match_run:{held.pk}",
            details={"job": held.job_id, "records": undone, "bulk": held.bulk_accepts},
            request=request,
        )
        held.bulk_accepts -= 1
        held.save(update_fields=["bulk_accepts"])
    return undone


def _acceptable(run: MatchRun, *, least: int, likely: float) -> QuerySet[MatchRecord]:
    candidates = MatchCandidate.objects.filter(record=OuterRef("pk"))
    return MatchRecord.objects.filter(
        Exists(candidates.filter(listed=True, likelihood__gte=likely)),
        ~Exists(candidates.filter(listed=False)),
        run=run,
        category=Category.SINGLE,
        decision=Decision.UNDECIDED,
        score__gte=least,
    )

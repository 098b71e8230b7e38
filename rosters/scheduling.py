"""Uploads that are asked for by themselves, every night or once a week, with the rights their owner has then."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.permissions import reach
from jobs.enums import Trigger
from jobs.errors import Refused
from jobs.requesting import Authority
from ods.calendar import PACIFIC, academic_year_of
from ods.models import Organization
from rosters import access
from rosters.enums import Frequency, Purpose
from rosters.models import Schedule
from rosters.requesting import Criteria, covered_schools, request_files

logger = logging.getLogger(__name__)

NO_RIGHT = "Its owner does not hold the role Rosters Manage for these schools any more, so nothing was made."


def next_run(*, frequency: str, weekday: int, hour: int, after: datetime) -> datetime:
    """The next time a schedule is due after a moment: an hour of the clock in California, whatever the season."""
    local = after.astimezone(PACIFIC)
    day = local.date()
    for _ in range(9):
        at = datetime.combine(day, time(hour), tzinfo=PACIFIC)
        if at > local and (frequency == Frequency.NIGHTLY or day.weekday() == weekday):
            return at
        day += timedelta(days=1)
    raise AssertionError("a weekday comes within eight days")


def add_schedule(
    *, owner: User, lea: Organization, frequency: str, weekday: int, hour: int, schools: Sequence[str]
) -> Schedule:
    """Ask for uploads again and again; no schools means all that the owner may send then."""
    found = Schedule.objects.create(
        lea=lea, owner=owner, frequency=frequency, weekday=weekday, hour=hour, schools=list(schools),
        next_at=next_run(frequency=frequency, weekday=weekday, hour=hour, after=timezone.now()),
    )  # fmt: skip
    _note(found, owner, "added")
    return found


def remove_schedule(*, schedule: Schedule, by: User) -> None:
    """End a schedule; what it has asked for goes on."""
    if Schedule.objects.filter(pk=schedule.pk, active=True).update(active=False):
        _note(schedule, by, "removed")


def run_due(now: datetime | None = None) -> int:
    """Ask for what is due; how many schedules were. May run anywhere, any number at once."""
    now = now or timezone.now()
    done = 0
    for schedule in Schedule.objects.filter(active=True, next_at__lte=now).select_related("lea", "owner"):
        at = next_run(frequency=schedule.frequency, weekday=schedule.weekday, hour=schedule.hour, after=now)
        # Whoever moves it on is the one who asks: a second sweep finds it moved.
        if Schedule.objects.filter(pk=schedule.pk, active=True, next_at=schedule.next_at).update(next_at=at):
            _ask(schedule, now)
            done += 1
    return done


def _ask(schedule: Schedule, now: datetime) -> None:
    lea, owner = schedule.lea, schedule.owner
    held = reach(owner, lea)
    allowed = access.schools(lea, held) if access.open_to(lea, held) else []
    codes = covered_schools(schedule.schools, allowed)
    job = None
    if not codes or set(schedule.schools) - set(codes):
        words = NO_RIGHT
    else:
        everything = access.whole(held) and not schedule.schools
        authority = Authority(role=access.ROLE, whole=everything, schools=() if everything else codes)
        year = academic_year_of(now.astimezone(PACIFIC).date()).begins_in + 1
        criteria = Criteria(purpose=Purpose.UPLOAD, year=year, schools=codes)
        try:
            job = request_files(
                user=owner, lea=lea, authority=authority, criteria=criteria, trigger=Trigger.SCHEDULE
            )  # fmt: skip
            words = ""
        except Refused as refused:
            words = refused.words
    if words:
        logger.warning("schedule %s has asked for nothing", schedule.pk)
    Schedule.objects.filter(pk=schedule.pk).update(
        last_at=now, last_words=words, **({"last_job": job} if job else {})
    )  # fmt: skip


def _note(schedule: Schedule, by: User, what: str) -> None:
    audit.record(
        action=AuditAction.ROSTERS_SCHEDULED,
        actor=by,
        organization=schedule.lea,
        subject=f"schedule:{schedule.pk}",
        details={"what": what, "frequency": schedule.frequency, "hour": schedule.hour, "schools": schedule.schools},
    )

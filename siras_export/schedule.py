"""When a district's nights begin (spec siras, sections 1, 4 and 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ods.calendar import PACIFIC
from siras_export.models import Profile
from siras_export.receiving import gate


def due_at(profile: Profile, night: date) -> datetime:
    """When a night's sending begins. An hour the clock skips comes out an hour later; of one it repeats the first."""
    return datetime.combine(night, profile.at, PACIFIC).astimezone(UTC)


def runs_on(profile: Profile, night: date) -> bool:
    return str(night.weekday()) in profile.days


def next_night(profile: Profile, now: datetime) -> date | None:
    """The next night on which a file would be sent; None if it is not scheduled."""
    if not profile.scheduled or not profile.days:
        return None
    day = now.astimezone(PACIFIC).date()
    for night in (day + timedelta(days=n) for n in range(400)):
        if (
            runs_on(profile, night)
            and due_at(profile, night) > now
            and not gate.in_summer(night, since=profile.summer_from, until=profile.summer_until)
        ):
            return night
    return None

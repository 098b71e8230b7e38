"""When SIRAS takes a file (spec siras, sections 4 and 9.3). Pure, no Django.

All moments are aware, and given out in UTC: two of one zone are compared by the face of the clock, which the changes of
the clock make wrong.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from ods.calendar import PACIFIC

OPENS, CLOSES = time(2), time(7)
"""The window of a night, Pacific time."""
OLDEST = timedelta(days=7)

SUMMER, NOT_UPLOADED, UNCHANGED, TOO_OLD = "summer", "not_uploaded", "unchanged", "too_old"
REASONS = {
    SUMMER: "summer pause: SIRAS imports nothing until the new school year is set up",
    NOT_UPLOADED: "no file has been uploaded",
    UNCHANGED: "the file has not been uploaded again since SIRAS imported it",
    TOO_OLD: "the file was uploaded more than a week ago",
}


def in_summer(day: date, *, since: str, until: str) -> bool:
    """Whether the night of a day falls into the pause. `since` (first night without) and `until` (first with): MMDD."""
    mark = f"{day:%m%d}"
    return since <= mark < until if since <= until else mark >= since or mark < until


def in_window(now: datetime) -> bool:
    return OPENS <= now.astimezone(PACIFIC).time() < CLOSES


def opening(night: date) -> datetime:
    """When the window of a night opens."""
    return datetime.combine(night, OPENS, PACIFIC).astimezone(UTC)


def closing(night: date) -> datetime:
    return datetime.combine(night, CLOSES, PACIFIC).astimezone(UTC)


def why_skipped(*, now: datetime, modified: datetime | None, last_log: datetime | None, since: str, until: str) -> str:
    """The reason for which a file would be left alone at this moment, the first that holds; '' if it is imported.

    `modified`: of the file, None if there is none; `last_log`: when the same file was last opened for an import.
    A file modified at that very moment counts as unchanged.
    """
    if in_summer(now.astimezone(PACIFIC).date(), since=since, until=until):
        return SUMMER
    if modified is None:
        return NOT_UPLOADED
    if last_log is not None and modified <= last_log:
        return UNCHANGED
    return TOO_OLD if now - modified > OLDEST else ""

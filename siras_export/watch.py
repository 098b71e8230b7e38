"""What SIRAS makes of a night, from our own clock and its published rules (spec siras, sections 4 and 9.2).

SIRAS keeps its logs to itself: unless one was uploaded here (or the emulated SIRAS wrote one) this is what its rules
lead one to expect, and the words say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ods.calendar import PACIFIC
from ods.models import Organization
from siras_export.alarms import open_alarms
from siras_export.enums import LogSource, RunState
from siras_export.models import Profile, Run, SirasLog
from siras_export.profiles import profile_of
from siras_export.receiving import gate
from siras_export.schedule import due_at, runs_on

OFF, PLANNED, WORKING, EXPECTED, IMPORTED, SKIPPED, REFUSED, SILENT = (
    "off", "planned", "working", "expected", "imported", "skipped", "refused", "silent",
)  # fmt: skip
MARKS = {
    OFF: ("quiet", "pause", "Not scheduled"),
    PLANNED: ("quiet", "waiting", "Planned"),
    WORKING: ("active", "turning", "On its way"),
    EXPECTED: ("good", "complete", "Sent"),
    IMPORTED: ("good", "verified", "Imported"),
    SKIPPED: ("warning", "warning", "Skipped by SIRAS"),
    REFUSED: ("bad", "failed", "Refused by SIRAS"),
    SILENT: ("bad", "failed", "No log"),
}
"""State to tone, icon and word."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A district's night: `state` of `MARKS`, `reason` of `gate.REASONS` where SIRAS leaves the file alone."""

    night: date
    state: str
    words: str
    reason: str = ""
    log: SirasLog | None = None

    @property
    def mark(self) -> tuple[str, str, str]:
        return MARKS[self.state]

    @property
    def alarming(self) -> bool:
        """Nothing arrived and something should have."""
        return self.state in (REFUSED, SILENT) or self.reason in (gate.NOT_UPLOADED, gate.TOO_OLD)


def watch(profile: Profile, now: datetime) -> Watch:  # noqa: PLR0911  # one for each thing to say
    """The night of today, Pacific time: in the early morning what is to come, later what came of it."""
    night = now.astimezone(PACIFIC).date()
    log = _log_of(profile, night)
    if log is not None:
        return _by_log(night, log)
    run = profile.runs.filter(business_date=night).order_by("-started_at", "-pk").first()
    sent = profile.runs.filter(state=RunState.SENT, sent_at__lt=gate.closing(night)).order_by("-sent_at").first()
    moment = gate.opening(night)
    if sent and sent.sent_at and sent.sent_at > moment:
        moment = sent.sent_at + timedelta(seconds=1)
    reason = gate.why_skipped(
        now=moment,
        modified=sent.sent_at if sent else None,
        last_log=last_opening(profile, before=moment),
        since=profile.summer_from,
        until=profile.summer_until,
    )
    open_yet = now < gate.closing(night)
    if reason == gate.SUMMER:
        return Watch(night, SKIPPED, _sentence(gate.REASONS[reason]), reason)
    if not reason and sent and sent.sent_at:
        at = f"{sent.sent_at.astimezone(PACIFIC):%I:%M %p %Z on %m/%d/%Y}"
        if open_yet:
            return Watch(night, EXPECTED, f"Sent at {at}. SIRAS is expected to import it between 2 and 7 AM.")
        if profile.lea.siras_logs.filter(source=LogSource.EMULATED).exists():
            words = f"Sent at {at}, but the emulated SIRAS has written no log of it."
            return Watch(night, SILENT, words)
        return Watch(
            night,
            EXPECTED,
            f"Sent at {at}. By its rules SIRAS imported it this night; upload its log to know, student by student.",
        )
    if run and run.state in (RunState.BUILDING, RunState.SENDING, RunState.WAITING) and open_yet:
        return Watch(night, WORKING, run.reason or "The file is being made.")
    if not profile.scheduled and not run:
        words = "Paused." if profile.approved else "A draft: nothing is sent until SIRAS has approved the sample file."
        return Watch(night, OFF, words)
    if open_yet and now < due_at(profile, night) and runs_on(profile, night):
        return Watch(night, PLANNED, f"Sending begins at {profile.at:%I:%M %p}, Pacific time.")
    if run is None and not open_yet and profile.changed_at > due_at(profile, night):
        return Watch(night, PLANNED, "The profile was set up or changed after this night's sending was due.")
    return Watch(night, SKIPPED, _skipped(run, reason, open_yet), reason)


def coming(profile: Profile, now: datetime) -> str:
    """What was sent after the last window closed, for SIRAS to find when the next one opens; '' if nothing was."""
    night = _day(now)
    if now < gate.closing(night):
        return ""
    sent = profile.runs.filter(state=RunState.SENT, sent_at__gte=gate.closing(night)).order_by("-sent_at").first()
    if sent is None or sent.sent_at is None or _summer(profile, night + timedelta(days=1)):
        return ""
    at = f"{sent.sent_at.astimezone(PACIFIC):%I:%M %p %Z}"
    return f"A file was sent at {at}: SIRAS is expected to import it the coming night, after 2 AM."


def _skipped(run: Run | None, reason: str, open_yet: bool) -> str:
    if run and run.state == RunState.NOTHING:
        return "Nothing has changed since the file SIRAS has, so there was nothing to send. SIRAS has the present data."
    what = "will leave" if open_yet else "left"
    words = f"SIRAS {what} the district alone this night: {gate.REASONS[reason]}."
    return f"{words} {run.reason}" if run and run.reason else words


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _by_log(night: date, log: SirasLog) -> Watch:
    if log.refused:
        return Watch(night, REFUSED, f"SIRAS refused the file: {log.refused}", log=log)
    counts = ", ".join(f"{log.counts.get(name, 0):,} {name}" for name in ("updated", "unchanged", "created", "skipped"))
    return Watch(night, IMPORTED, f"SIRAS' log: {log.counts.get('read', 0):,} students read; {counts}.", log=log)


def _log_of(profile: Profile, night: date) -> SirasLog | None:
    found = profile.lea.siras_logs.filter(
        file_name=profile.file_name,
        opened_at__gte=gate.opening(night) - timedelta(hours=2),
        opened_at__lt=gate.opening(night + timedelta(days=1)) - timedelta(hours=2),
    )
    return found.order_by("-opened_at").first()


def last_opening(profile: Profile, *, before: datetime) -> datetime | None:
    """When SIRAS last opened the file before a moment: by a log if there is a newer one, else by its rules."""
    logs = profile.lea.siras_logs.filter(file_name=profile.file_name, opened_at__lt=before)
    openings = list(logs.order_by("-opened_at").values_list("opened_at", flat=True)[:1])
    sent = profile.runs.filter(state=RunState.SENT, sent_at__lt=before).order_by("-sent_at")
    # The newest may not have been opened yet; the one before it was, in its own night.
    for sent_at in sent.values_list("sent_at", flat=True)[:2]:
        supposed = supposed_opening(profile, sent_at) if sent_at else None
        if supposed is not None and supposed < before:
            openings.append(supposed)
    return max(openings, default=None)


def supposed_opening(profile: Profile, sent_at: datetime) -> datetime | None:
    """When SIRAS would have opened a file sent then; None if it was too old before any window opened."""
    if gate.in_window(sent_at) and not _summer(profile, sent_at.astimezone(PACIFIC).date()):
        return sent_at + timedelta(seconds=1)
    day = sent_at.astimezone(PACIFIC).date()
    for night in (day + timedelta(days=n) for n in range(9)):
        opens = gate.opening(night)
        if opens > sent_at and opens - sent_at <= gate.OLDEST and not _summer(profile, night):
            return opens
    return None


def _summer(profile: Profile, night: date) -> bool:
    return gate.in_summer(night, since=profile.summer_from, until=profile.summer_until)


def home_words(lea: Organization, now: datetime) -> list[str]:
    """What the home page says: the open alarms; without one it looks itself, should the schedule be dead that raises
    them."""
    found = [f"{alarm.business_date:%m/%d/%Y}: {alarm.words}" for alarm in open_alarms(lea)[:5]]
    profile = profile_of(lea)
    if found or profile is None or not profile.scheduled or profile.runs.filter(business_date=_day(now)).exists():
        return found
    found_out = watch(profile, now)
    late = now >= gate.closing(found_out.night) and profile.changed_at < due_at(profile, found_out.night)
    return [found_out.words] if late and runs_on(profile, found_out.night) and found_out.reason != gate.SUMMER else []


def _day(now: datetime) -> date:
    return now.astimezone(PACIFIC).date()

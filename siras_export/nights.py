"""The schedule: which sending begins when, and what follows on what (spec siras, sections 1, 4 and 9).

`tick` is called again and again, by as many processes as may be, and moves on whatever is due. Every step is one
compare-and-set, and a district's night is unique in the database, so restarts and two schedules send nothing twice.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from jobs.enums import FailureKind, Status, Trigger
from jobs.errors import JobError, LimitReached, Refused
from ods.calendar import PACIFIC
from siras_export import alarms
from siras_export.enums import OPEN_STATES, Purpose, RunState
from siras_export.models import Profile, Run, RunEvent
from siras_export.profiles import connection_mark, missing
from siras_export.receiving import gate
from siras_export.requesting import last_sent, request_build, request_send
from siras_export.schedule import due_at, runs_on
from siras_export.watch import watch

logger = logging.getLogger(__name__)

BACK_OFF = (1, 2, 5, 10, 20, 30, 30, 30, 30)
"""Minutes between attempts at sending; after the last of them, or when the window closes, it is given up."""
MEND_PAUSE = timedelta(hours=1)
"""Between attempts where only a person can mend it: seldom enough for no server to lock the account."""
HELD_SHARE = 0.2
"""More students than this share vanished or changed: a person looks first."""
_AGAIN = (FailureKind.UNAVAILABLE, FailureKind.WORKER_LOST, FailureKind.TOO_LONG)


def tick(now: datetime | None = None) -> None:
    """Begin what is due and move on what is open. Safe at any time, any number at once."""
    now = now or timezone.now()
    for profile in Profile.objects.filter(approved_on__isnull=False, paused=False).select_related("lea", "approved_by"):
        _begin(profile, now)
        _morning(profile, now)
    for run in Run.objects.filter(state__in=OPEN_STATES).select_related(
        "profile__lea", "profile__approved_by", "build_job__requested_by", "send_job"
    ):
        advance(run, now)
    alarms.mail_out()


def _begin(profile: Profile, now: datetime) -> None:
    night = now.astimezone(PACIFIC).date()
    if not runs_on(profile, night) or now < due_at(profile, night):
        return
    if profile.runs.filter(night=night).exists():
        return
    try:
        with transaction.atomic():
            _begin_night(profile, night, now)
    except IntegrityError:
        pass  # another schedule was first
    except LimitReached:
        logger.warning("siras: too many jobs are waiting; the night is begun at a later tick")


def _morning(profile: Profile, now: datetime) -> None:
    """After the window: an alarm if by the rules or by the log nothing was imported, and something should have been."""
    night = now.astimezone(PACIFIC).date()
    due = due_at(profile, night)
    if now < gate.closing(night) or not runs_on(profile, night) or profile.changed_at > due:
        return
    if profile.alarms.filter(business_date=night).exists():
        return
    found = watch(profile, now)
    if found.alarming:
        alarms.sound_for(profile, night, found.words)


def _begin_night(profile: Profile, night: date, now: datetime) -> None:
    """The night's run, in whatever state it begins; with its job in one transaction."""

    def record(state: RunState, words: str) -> Run:
        run = Run.objects.create(
            profile=profile, night=night, business_date=night, state=state, reason=words, started_at=now,
            finished_at=None if state == RunState.BUILDING else now,
        )  # fmt: skip
        say(run, words)
        return run

    if gate.in_summer(night, since=profile.summer_from, until=profile.summer_until):
        record(RunState.SUMMER, "Summer pause: SIRAS imports nothing, so nothing is sent.")
        return
    if now >= gate.closing(night):
        if profile.changed_at < due_at(profile, night):  # else it was not scheduled when it was due
            words = "The portal was not running while SIRAS' window was open, so nothing was sent this night."
            alarms.sound(record(RunState.MISSED, words), words)
        return
    user = profile.approved_by
    assert user is not None  # an approved profile has somebody who approved it
    try:
        with transaction.atomic():
            job = request_build(user=user, profile=profile, purpose=Purpose.RUN, as_of=night, trigger=Trigger.SCHEDULE)
    except LimitReached:
        raise
    except Refused as refused:
        words = f"{refused.words} The schedule works in the name of {user.get_username()}, who approved the profile."
        alarms.sound(record(RunState.FAILED, words), words)
        return
    run = record(RunState.BUILDING, f"The file is being made, as of {night:%m/%d/%Y}.")
    Run.objects.filter(pk=run.pk).update(build_job=job)


def run_now(*, user: User, profile: Profile, now: datetime | None = None, form_token: str = "") -> Run:
    """Make and send a file at once, whatever was sent this night. The same form sent twice is one run.

    Raises:
        jobs.errors.Refused: the user may not, something is missing in the profile, or a run is under way.
    """
    now = now or timezone.now()
    today = now.astimezone(PACIFIC).date()
    if problems := missing(profile):
        raise Refused(" ".join(problems))
    with transaction.atomic():
        job = request_build(
            user=user, profile=profile, purpose=Purpose.RUN, as_of=today, trigger=Trigger.WEB, form_token=form_token
        )
        if same := Run.objects.filter(build_job=job).first():
            return same
        if profile.runs.filter(state__in=[*OPEN_STATES, RunState.HELD]).exists():
            raise Refused("A sending is under way or held. Wait for it, or decide about it, before you run another.")
        run = Run.objects.create(profile=profile, business_date=today, build_job=job, started_at=now)
        say(run, f"Asked for by {user.get_username()}.")
    return run


def say(run: Run, words: str) -> None:
    """A line for the run's log."""
    RunEvent.objects.create(run=run, words=words)


def move(run: Run, state: RunState, *, words: str, now: datetime, final: bool = False, **fields: object) -> bool:
    """One arrow: False if somebody else moved the run first."""
    with transaction.atomic():
        moved = Run.objects.filter(pk=run.pk, state=run.state).update(
            state=state, reason=words, finished_at=now if final else None, **fields
        )
        if moved:
            say(run, words)
            run.state = state
    return bool(moved)


def advance(run: Run, now: datetime) -> None:
    """Move a run on, if what it waits for has happened."""
    if run.night and now >= gate.closing(run.night) and run.state in (RunState.BUILDING, RunState.WAITING):
        words = f"SIRAS' window closed before the file was there. {run.reason}"
        if move(run, RunState.MISSED, words=words, now=now, final=True):
            alarms.sound(run, words)
    elif run.state == RunState.BUILDING and run.build_job:
        if run.build_job.status == Status.SUCCEEDED:
            _decide(run, now)
        elif not run.build_job.active:
            fail(run, run.build_job.message or "Making the file was cancelled.", now)
    elif run.state == RunState.SENDING and run.send_job and not run.send_job.active:
        run.refresh_from_db(fields=["state"])
        if run.state == RunState.SENDING:  # it has not arrived
            _tried(run, now)
    elif run.state == RunState.WAITING and run.try_again_at:
        mended = run.tried_with != connection_mark(run.profile)
        if mended or run.try_again_at <= now:
            send(run, now)


def _decide(run: Run, now: datetime) -> None:
    """The file is there: send it, hold it, or leave it."""
    assert run.build_job is not None
    made = run.build_job.siras_build
    before = last_sent(run.profile)
    same = bool(before and before.build_job and before.build_job.siras_build.content == made.content)
    if not made.students:
        words = "No student fits the filter, so there is nothing to send. Check the filter with Preview."
        if move(run, RunState.HELD, words=words, now=now):
            alarms.sound(run, words)
    elif same and run.night and not run.profile.send_unchanged:
        words = "Nothing has changed since the file SIRAS has, so it is not sent again."
        move(run, RunState.NOTHING, words=words, now=now, final=True)
    elif words := why_held(made.before, made.removed, made.changed):
        if move(run, RunState.HELD, words=words, now=now):
            alarms.sound(run, words)
    else:
        send(run, now)


def why_held(before: int | None, removed: int | None, changed: int | None) -> str:
    """The words of a hold; '' if no more than a fifth of the students vanished or changed."""
    if not before or (removed or 0) + (changed or 0) <= HELD_SHARE * before:
        return ""
    return (
        f"Held: of {before:,} students of the file before, {removed or 0:,} vanished and {changed or 0:,} changed, "
        "more than a fifth. Look at Preview, then send it or discard it."
    )


def send(run: Run, now: datetime, *, user: User | None = None) -> bool:
    """Ask for an attempt at sending; False if somebody else moved the run first."""
    by = user or (run.build_job.requested_by if run.build_job else None)
    assert by is not None
    if problems := missing(run.profile):
        _needs_a_person(run, " ".join(problems), now)
        return False
    try:
        with transaction.atomic():
            attempt = run.attempts + 1
            words, mark = f"Attempt {attempt} at sending.", connection_mark(run.profile)
            if not move(run, RunState.SENDING, words=words, now=now, attempts=attempt, tried_with=mark):
                return False
            job = request_send(user=by, run=run, trigger=Trigger.WEB if user else Trigger.SCHEDULE)
            Run.objects.filter(pk=run.pk).update(send_job=job, try_again_at=None)
    except LimitReached:
        run.refresh_from_db()
        return False  # at a later tick
    except JobError as error:
        run.refresh_from_db()
        fail(run, error.words, now)
        return False
    return True


def _tried(run: Run, now: datetime) -> None:
    """An attempt has ended, and the file is not there."""
    assert run.send_job is not None
    words = run.send_job.message or "Sending was cancelled."
    if run.send_job.failure_kind == FailureKind.INVALID:
        _needs_a_person(run, words, now)
        return
    pause = BACK_OFF[run.attempts - 1] if run.attempts <= len(BACK_OFF) else None
    again_at = now + timedelta(minutes=pause) if pause else None
    in_time = again_at and (run.night is None or again_at < gate.closing(run.night))
    if run.send_job.failure_kind in _AGAIN and in_time and again_at:
        at = again_at.astimezone(PACIFIC)
        move(run, RunState.WAITING, words=f"{words} Tried again at {at:%I:%M %p %Z}.", now=now, try_again_at=again_at)
        if run.attempts == 1:
            return
        alarms.sound(run, words)  # twice in a row: somebody should know while there is time
    else:
        fail(run, words, now)


def _needs_a_person(run: Run, words: str, now: datetime) -> None:
    """An unknown host key, a refused sign-in, a folder that is not there: somebody is told at once.

    A night's file waits for him until the window closes: it goes when the connection was changed in the profile, and is
    tried each hour beside, as it may be mended on the server's side. Who asked for a file himself sees it, and tries
    again himself.
    """
    again_at = now + MEND_PAUSE
    if run.night is None or now >= gate.closing(run.night):
        fail(run, words, now)
        return
    at = again_at.astimezone(PACIFIC)
    if again_at < gate.closing(run.night):
        after = f"Once the profile is mended it is sent at once; otherwise it is tried again at {at:%I:%M %p %Z}."
    else:
        after = "Once the profile is mended it is sent at once, until SIRAS' window closes at 7 AM."
    mark = connection_mark(run.profile) if run.state != RunState.SENDING else run.tried_with
    if move(run, RunState.WAITING, words=f"{words} {after}", now=now, try_again_at=again_at, tried_with=mark):
        alarms.sound(run, words)


def fail(run: Run, words: str, now: datetime) -> None:
    """Give a run up, with an alarm."""
    if move(run, RunState.FAILED, words=words, now=now, final=True):
        alarms.sound(run, words)

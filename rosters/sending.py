"""Files on their way to CERS: sent once, tried again while that makes sense, asked after until they are processed.

`rosters.models.SchoolFile` is the truth. `work` may run anywhere, any number at once: a lease of the LEA's connection
lets one of them send for an LEA, one file after the other. What a dead worker left behind is taken up when its lease
has run out.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from jobs import storage
from jobs.enums import Status
from ods.calendar import PACIFIC
from rosters import access, conf, ledger
from rosters.client import Answer, CallFailed, Client, Transient
from rosters.connecting import client_for
from rosters.difference import members_of
from rosters.enums import UNDER_WAY, UploadState
from rosters.models import Connection, SchoolFile
from rosters.roster_file import from_bytes

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
"""Longer than the calls of one step may take (a token, a look, a post, each within ROSTERS_TIMEOUT)."""
ASKED_FOR = timedelta(days=2)
"""So long CERS is asked what became of a file."""
_PROCESSED, _ACCEPTED = "PROCESSED", "ACCEPTED"

NO_CONNECTION = "No credentials for CERS are entered. Enter them on the page Connection, then send the file again."
RIGHT_LOST = (
    "Who asked for this upload, or decided to send it, does not hold the role Rosters Manage for the school any more. "
    "Nothing was sent."
)
FILE_GONE = "The file has expired or cannot be read, so it was not sent. Upload the school again."
GAVE_UP = "It was tried {attempts} times and given up. Send it again when CERS can be reached."
NEVER_PROCESSED = "CERS has not said for two days what became of it. Look at View Uploads in CERS."


def work(now: datetime | None = None) -> int:
    """Take every step that is due; how many were taken."""
    steps = 0
    now = now or timezone.now()
    leas = list(_due(now).order_by().values_list("lea_id", flat=True).distinct())
    for lea_id in sorted(set(leas)):
        connection = Connection.objects.select_related("lea").filter(lea_id=lea_id).first()
        if connection is None:
            for file in _due(now).filter(lea_id=lea_id):
                _give_up(file, NO_CONNECTION)
                steps += 1
            continue
        token = secrets.token_hex(8)
        if _lease(connection, token, now):
            try:
                steps += _work_for(connection, token, now)
            finally:
                mine = Connection.objects.filter(pk=connection.pk, busy_token=token)
                mine.update(busy_until=None, busy_token="")
    return steps


def _due(now: datetime) -> QuerySet[SchoolFile]:
    return SchoolFile.objects.filter(
        state__in=UNDER_WAY, next_at__lte=now, run__job__status=Status.SUCCEEDED
    ).select_related("run__job__requested_by", "confirmed_by", "lea")


def _lease(connection: Connection, token: str, now: datetime) -> bool:
    free = Q(busy_until__isnull=True) | Q(busy_until__lt=now) | Q(busy_token=token)
    rows = Connection.objects.filter(free, pk=connection.pk)
    return bool(rows.update(busy_until=timezone.now() + LEASE, busy_token=token))


def _work_for(connection: Connection, token: str, now: datetime) -> int:
    steps = 0
    try:
        client = client_for(connection)
    except CallFailed as failed:
        for left in _due(now).filter(lea=connection.lea):
            _give_up(left, failed.words)
            steps += 1
        return steps
    with client:
        # Oldest first, so that of two files of a school the later one is what CERS ends up with.
        for pk in list(_due(now).filter(lea=connection.lea).order_by("pk").values_list("pk", flat=True)):
            if not _lease(connection, token, timezone.now()):
                return steps
            file = _due(now).filter(pk=pk).first()
            if file is None or _behind_another(file):
                continue
            _step(file, client)
            steps += 1
    return steps


def _behind_another(file: SchoolFile) -> bool:
    """Whether an older file of the same school is still under way: CERS must get them in order."""
    older = SchoolFile.objects.filter(lea=file.lea, school=file.school, state__in=UNDER_WAY, pk__lt=file.pk)
    return older.exists()


def _step(file: SchoolFile, client: Client) -> None:
    """One step of one file. Whatever comes of it is written to the file; other files go on."""
    try:
        if file.state == UploadState.SENT:
            _note_answer(file, client.ask(file.server_id))
            return
        # Who decided about a held file stands for it from then on.
        if not access.may_send(file.confirmed_by or file.run.job.requested_by, file.lea, file.school):
            _give_up(file, RIGHT_LOST)
            return
        content = _content(file)
        if content is None:
            _give_up(file, FILE_GONE)
            return
        found = client.find(file_name=file.file_name, digest=file.digest) if file.post_begun_at else None
        if found is None:
            SchoolFile.objects.filter(pk=file.pk).update(post_begun_at=timezone.now())
            found = client.send(content=content, file_name=file.file_name)
        _note_answer(file, found)
    except Transient as failed:
        _later(file, failed.words)
    except CallFailed as failed:
        _give_up(file, failed.words)


def _content(file: SchoolFile) -> bytes | None:
    kept = file.run.job.files.filter(role=file.school, removed_at__isnull=True).first()
    if kept is None:
        return None
    try:
        with storage.open_file(kept.path) as stream:
            return stream.read()
    except OSError as error:
        logger.error("roster file %s cannot be read (%s)", file.pk, error.strerror)
        return None


def _note_answer(file: SchoolFile, answer: Answer) -> None:
    now = timezone.now()
    values = {
        "server_id": answer.id,
        "server_status": answer.status,
        "message": answer.message,
        "sent_at": file.sent_at or now,
        "changed_at": now,
        "attempts": 0,
    }
    if answer.status == _ACCEPTED:
        if file.sent_at and now - file.sent_at > ASKED_FOR:
            _give_up(file, NEVER_PROCESSED)
            return
        pause = timedelta(seconds=conf.number("ROSTERS_POLL_SECONDS"))
        if file.sent_at:
            # The longer it takes, the less often it is asked.
            pause = max(pause, min(timedelta(minutes=10), (now - file.sent_at) / 4))
        _move(file, state=UploadState.SENT, next_at=now + pause, **values)
        return
    processed = answer.status == _PROCESSED
    with transaction.atomic():
        state = UploadState.PROCESSED if processed else UploadState.REJECTED
        if not _move(file, state=state, next_at=None, **values):
            return
        if processed and (content := _content(file)) is not None:
            ledger.accept(file, members_of(from_bytes(content)), today=now.astimezone(PACIFIC).date())


def _later(file: SchoolFile, words: str) -> None:
    """Try again, after a pause that doubles each time; give up after ROSTERS_ATTEMPTS."""
    attempts = file.attempts + 1
    most = conf.number("ROSTERS_ATTEMPTS")
    if attempts >= most:
        _give_up(file, f"{words} {GAVE_UP.format(attempts=attempts)}", attempts=attempts)
        return
    seconds = min(conf.number("ROSTERS_RETRY_SECONDS") * 2 ** (attempts - 1), conf.number("ROSTERS_LONGEST_PAUSE"))
    at = timezone.now() + timedelta(seconds=seconds)
    _move(file, next_at=at, attempts=attempts, message=f"{words} It is tried again (attempt {attempts} of {most}).")


def _give_up(file: SchoolFile, words: str, **values: object) -> None:
    _move(file, state=UploadState.FAILED, next_at=None, message=words, **values)


def _move(file: SchoolFile, **values: object) -> bool:
    """Write what a step came to, unless somebody else has moved the file since it was read."""
    before = file.state
    values.setdefault("changed_at", timezone.now())
    if not SchoolFile.objects.filter(pk=file.pk, state=before).update(**values):
        return False
    for name, value in values.items():
        setattr(file, name, value)
    if file.state != before:
        audit.record(
            action=AuditAction.ROSTERS_SENT if file.state == UploadState.SENT else AuditAction.ROSTERS_ANSWERED,
            actor=file.run.job.requested_by,
            organization=file.lea,
            subject=f"roster-file:{file.pk}",
            details={
                "school": file.school, "state": str(file.state), "server_id": file.server_id,
                "server_status": file.server_status, "rows": file.rows, "digest": file.digest,
            },
        )  # fmt: skip
    return True

"""The worker's part of sending: one attempt at bringing what a run has made to the district's SFTP server."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.sealing import SealBroken, opened
from jobs import storage
from jobs.enums import FailureKind
from jobs.errors import Failed, Refused
from jobs.execution import Execution
from jobs.models import JobFile
from siras_export.building import CONTENT
from siras_export.enums import RunState
from siras_export.models import Profile, Run, RunEvent
from siras_export.transport import Parcel, Target, TransferError, UnknownHostKey, deliver


def target_of(profile: Profile) -> Target:
    """Where to send to.

    Raises:
        accounts.sealing.SealBroken: the credentials were sealed under another SECRET_KEY.
    """

    def secret(token: str) -> str:
        return opened(token) if token else ""

    return Target(
        host=profile.host,
        port=profile.port,
        username=profile.username,
        password=secret(profile.sealed_password),
        key=secret(profile.sealed_key),
        passphrase=secret(profile.sealed_passphrase),
        host_key=profile.host_key,
        folder=profile.folder,
    )


def run_send(execution: Execution) -> None:
    """One attempt at sending: the worker's part of `request_send`. The moment it has arrived the run is SENT.

    Raises:
        jobs.errors.Failed: it did not arrive; UNAVAILABLE if trying again may help.
        jobs.errors.Refused: it did not arrive, and somebody has to mend the profile or the server.
    """
    run = Run.objects.select_related("profile__lea", "build_job").get(pk=execution.job.criteria["run"])
    if run.state != RunState.SENDING or run.send_job_id != execution.job.pk:
        return  # it has arrived, or another attempt took over
    profile = run.profile
    recipe_files = [file for file in run.build_job.files.all() if file.role != CONTENT] if run.build_job else []
    if not recipe_files or any(file.gone for file in recipe_files):
        raise Failed("The file that was to be sent is gone. Run it again.", FailureKind.INCOMPLETE)
    parcels = [Parcel(file.download_name, _opener(file), file.size, file.sha256) for file in recipe_files]
    since = run.first_tried_at
    Run.objects.filter(pk=run.pk, first_tried_at__isnull=True).update(first_tried_at=timezone.now())

    def say(words: str) -> None:
        RunEvent.objects.create(run=run, words=words)
        execution.progress(0)

    try:
        deliver(target_of(profile), parcels, say=say, tried_since=since, give_up_after=settings.SIRAS_SEND_SECONDS)
    except SealBroken as error:
        raise Refused(str(error)) from None
    except UnknownHostKey as error:
        Profile.objects.filter(pk=profile.pk).update(offered_key=error.offered)
        raise Refused(error.words) from None
    except TransferError as error:
        if error.again:
            raise Failed(error.words, FailureKind.UNAVAILABLE) from None
        raise Refused(error.words) from None
    arrived(run, by=execution.job.requested_by)


def _opener(file: JobFile) -> Callable[[], BinaryIO]:
    return lambda: storage.open_file(file.path)


def arrived(run: Run, *, by: User) -> bool:
    """Note that a run's files are there; False if that was noted before."""
    with transaction.atomic():
        now = timezone.now()
        done = Run.objects.filter(pk=run.pk, state=RunState.SENDING).update(
            state=RunState.SENT, sent_at=now, finished_at=now, reason=""
        )
        if done:
            files = run.build_job.files.exclude(role=CONTENT) if run.build_job else JobFile.objects.none()
            audit.record(
                action=AuditAction.SIRAS_SENT,
                actor=by,
                organization=run.profile.lea,
                subject=f"siras_run:{run.pk}",
                details={
                    "host": run.profile.host,
                    "files": [
                        {"name": file.download_name, "rows": file.rows, "size": file.size, "sha256": file.sha256}
                        for file in files
                    ],
                },
            )
            run.profile.alarms.filter(business_date=run.business_date, seen_at__isnull=True).update(
                seen_at=now, seen_by="the file that was sent later"
            )
        return bool(done)

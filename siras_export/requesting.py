"""The two kinds of job: making a district's file, and sending what was made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.sealing import SealBroken
from jobs import storage
from jobs.enums import FailureKind, Trigger
from jobs.errors import Failed, Refused
from jobs.execution import Execution
from jobs.models import Job, JobFile
from jobs.requesting import Authority, request_job
from siras_export.access import RECORD_TYPE, ROLE
from siras_export.building import CONTENT, Built, build, compare
from siras_export.enums import Purpose, RunState
from siras_export.files import Out, TooManyRows
from siras_export.models import Build, BuildLine, Profile, Run, RunEvent
from siras_export.profiles import code_maps_of, options_of, recipe_of, sst_of, target_of
from siras_export.receiving.headers import FileRefused
from siras_export.receiving.importing import OUTCOMES, Importer, RowResult
from siras_export.receiving.reading import read_rows
from siras_export.receiving.records import Records
from siras_export.recipes import MAIN
from siras_export.transport import Parcel, TransferError, UnknownHostKey, deliver

BUILD, SEND = "siras_build", "siras_send"
VERSION = 1
LABELS = {
    Purpose.PREVIEW: "SIRAS Preview",
    Purpose.SAMPLE: "SIRAS Sample File",
    Purpose.RUN: "SIRAS Demographics",
}
_AT_ONCE = 500


def request_build(
    *, user: User, profile: Profile, purpose: Purpose, as_of: date, trigger: Trigger, form_token: str = ""
) -> Job:
    """Ask for a file as of a day.

    Raises:
        jobs.errors.Refused: the user may not manage SIRAS there, or too many jobs are waiting.
    """
    return request_job(
        kind=BUILD,
        organization=profile.lea,
        record_type=RECORD_TYPE,
        label=LABELS[purpose],
        authority=Authority(role=ROLE),
        criteria={"version": VERSION, "profile": profile.pk, "purpose": str(purpose), "as_of": as_of.isoformat()},
        criteria_words=f"{LABELS[purpose]} as of {as_of:%m/%d/%Y}",
        requested_by=user,
        trigger=trigger,
        form_token=form_token,
        download_name=profile.file_name,
    )


def request_send(*, user: User, run: Run, trigger: Trigger) -> Job:
    """Ask for one attempt at sending what a run has made. Raises like `request_build`."""
    return request_job(
        kind=SEND,
        organization=run.profile.lea,
        record_type=RECORD_TYPE,
        label="SIRAS Sending",
        authority=Authority(role=ROLE),
        criteria={"version": VERSION, "run": run.pk},
        criteria_words=f"Sending to SIRAS of {run.business_date:%m/%d/%Y}",
        requested_by=user,
        trigger=trigger,
    )


def run_build(execution: Execution) -> None:
    """The worker's part of `request_build`.

    Raises:
        jobs.errors.Refused: the profile is gone, or the file type cannot hold the students.
    """
    job = execution.job
    profile = Profile.objects.filter(pk=job.criteria["profile"]).select_related("lea").first()
    if profile is None:
        raise Refused("The district's SIRAS profile was removed.")
    purpose = Purpose(job.criteria["purpose"])
    recipe = recipe_of(profile)
    written = {
        role: execution.open_file(role=role, download_name=name, counted=recipe.file_type == "csv")
        for role, name in recipe.files.items()
    }
    content = execution.open_file(role=CONTENT, download_name=f"content of {recipe.file_name}")
    with _copies(list(recipe.files) if purpose == Purpose.PREVIEW else []) as copies, tempfile.TemporaryFile() as new:
        outs: dict[str, Out] = {
            role: _Both(file, copies[role]) if role in copies else file for role, file in written.items()
        }
        try:
            built = build(
                lea=profile.lea,
                on=date.fromisoformat(job.criteria["as_of"]),
                recipe=recipe,
                maps=code_maps_of(profile),
                sst=sst_of(profile),
                files=outs,
                content=_Both(content, new),
                progress=execution.progress,
            )
        except TooManyRows as error:
            raise Refused(str(error)) from None
        for role, file in written.items():
            file.rows = built.counts[role] + 1  # the header is a line too
        content.rows = sum(built.counts[role] for role in written) + 1
        row = _build_row(job, profile, purpose, built)
        _difference(row, profile, new)
        with transaction.atomic():
            Build.objects.filter(job=job).delete()  # of an attempt before this one
            row.save(force_insert=True)
            BuildLine.objects.bulk_create(
                BuildLine(build=row, section="finding", kind=each.kind, ssid=each.ssid, local_id=each.local_id,
                          field=each.field, value=each.value)
                for each in built.findings
            )  # fmt: skip
        if purpose == Purpose.PREVIEW:
            _preview(row, profile, copies, execution.progress)


def _build_row(job: Job, profile: Profile, purpose: Purpose, built: Built) -> Build:
    return Build(
        job=job,
        profile=profile,
        purpose=purpose,
        as_of=date.fromisoformat(job.criteria["as_of"]),
        content=built.content,
        students=built.students,
        counts=dict(built.counts),
        not_sent=built.not_sent,
        unmapped=built.kinds["unmapped"],
        unmapped_codes=[[key, value, number] for (key, value), number in sorted(built.unmapped.items())],
    )


def last_sent(profile: Profile) -> Run | None:
    """The sending whose file SIRAS has now."""
    sent = profile.runs.filter(state=RunState.SENT).select_related("build_job__siras_build")
    return sent.order_by("-sent_at", "-pk").first()


def file_of(job: Job | None, role: str) -> JobFile | None:
    """A file of a job that is still there."""
    found = job.files.filter(role=role).first() if job else None
    return None if found is None or found.gone else found


def _difference(row: Build, profile: Profile, new: IO[bytes]) -> None:
    before = last_sent(profile)
    kept = file_of(before.build_job, CONTENT) if before else None
    if kept is None:
        return
    try:
        old = storage.open_file(kept.path)
    except OSError:
        return  # it cannot be compared with any more
    new.seek(0)
    with old:
        found = compare(old, new)
    row.added, row.removed, row.changed, row.before = found.added, found.removed, found.changed, found.before


def _preview(row: Build, profile: Profile, copies: dict[str, IO[bytes]], progress: Callable[[int], None]) -> None:
    """Let the emulated receiving end look at the very bytes; what it would do is kept with the build."""
    BuildLine.objects.filter(build__profile=profile, section="outcome").exclude(build=row).delete()
    registry = Records(profile.lea)
    outcomes: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    for role, copy in copies.items():
        copy.seek(0)
        importer = Importer(registry=registry, options=options_of(profile, role))
        batch: list[BuildLine] = []
        try:
            for result in importer.run(read_rows(copy)):  # type: ignore[arg-type]  # a temporary file is binary
                outcomes[result.outcome] += 1
                batch.append(_line(row, role, result))
                if len(batch) == _AT_ONCE:
                    BuildLine.objects.bulk_create(batch)
                    batch.clear()
                    progress(row.students)
        except FileRefused as error:
            row.notes.append(f"SIRAS would refuse the file: {error}")
        BuildLine.objects.bulk_create(batch)
        row.notes += importer.notes
    row.outcomes = outcomes
    row.save(update_fields=["outcomes", "notes"])


def _line(row: Build, role: str, result: RowResult) -> BuildLine:
    return BuildLine(
        build=row,
        section="outcome",
        kind=result.outcome,
        ssid=result.ssid,
        local_id=result.local_id,
        name=result.name,
        role=role,
        reason=result.words,
        changes=[[change.field, change.old, change.new] for change in result.changes],
        problems=[list(problem) for problem in result.problems],
    )


@contextmanager
def _copies(roles: list[str]) -> Iterator[dict[str, IO[bytes]]]:
    copies: dict[str, IO[bytes]] = {role: tempfile.TemporaryFile() for role in roles}  # noqa: SIM115  # closed below
    try:
        yield copies
    finally:
        for copy in copies.values():
            copy.close()


class _Both:
    """Writes to two places."""

    def __init__(self, one: Out, two: IO[bytes]) -> None:
        self._one, self._two = one, two

    def write(self, data: bytes) -> None:
        self._one.write(data)
        self._two.write(data)


def run_send(execution: Execution) -> None:
    """One attempt at sending: the worker's part of `request_send`. The moment it has arrived the run is SENT.

    Raises:
        jobs.errors.Refused, jobs.errors.Failed: it did not arrive; UNAVAILABLE if trying again may help.
    """
    run = Run.objects.select_related("profile__lea", "build_job").get(pk=execution.job.criteria["run"])
    if run.state != RunState.SENDING or run.send_job_id != execution.job.pk:
        return  # it has arrived, or another attempt took over
    profile = run.profile
    recipe_files = [file for file in run.build_job.files.all() if file.role != CONTENT] if run.build_job else []
    if not recipe_files or any(file.gone for file in recipe_files):
        raise Refused("The file that was to be sent is gone. Run it again.")
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


def sha_of(run: Run) -> str:
    """The SHA-256 of the main file, '' while there is none."""
    file = run.build_job.files.filter(role=MAIN).first() if run.build_job else None
    return file.sha256 if file else ""

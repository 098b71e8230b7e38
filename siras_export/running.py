"""The worker's part of making a file: what changed since the last one, and for Preview what SIRAS would do with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO

from django.db import transaction

from jobs import storage
from jobs.errors import Refused
from jobs.execution import Execution
from jobs.models import Job
from siras_export.building import CONTENT, Built, build, compare
from siras_export.enums import Purpose
from siras_export.files import Out, TooManyRows
from siras_export.models import Build, BuildLine, Profile
from siras_export.profiles import code_maps_of, options_of, recipe_of, sst_of
from siras_export.receiving.headers import FileRefused
from siras_export.receiving.importing import OUTCOMES, Importer, RowResult
from siras_export.receiving.reading import read_rows
from siras_export.receiving.records import Records
from siras_export.requesting import file_of, last_sent

_AT_ONCE = 500


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
        findings=dict(built.kinds),
        not_sent=built.not_sent,
        unmapped=built.kinds["unmapped"],
        unmapped_codes=[[key, value, number] for (key, value), number in sorted(built.unmapped.items())],
    )


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

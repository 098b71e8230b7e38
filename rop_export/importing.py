"""ROP data comes in: one ZIP replaces all of an LEA's, or nothing is changed (spec rop, section 8a)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from jobs.enums import Trigger
from jobs.errors import Refused
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.directory import schools_of
from ods.models import Organization
from rop_export.access import ROLE
from rop_export.import_files import Reading, read
from rop_export.models import DATA_MODELS, DataImport, RopRecord

KIND = "rop_import"
MOST_UPLOADED = 64 * 2**20
"""Bytes of a ZIP."""
_ROWS_A_BATCH = 2000


class _Broken(Exception):
    """Rolls back what was written of a ZIP with errors."""


def request_import(*, user: User, lea: Organization, file_name: str, content: bytes, form_token: str = "") -> Job:
    """Take a ZIP in and have a worker load it. The ZIP is kept with the request, in the same transaction.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user may not administer ROP of the whole LEA.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        job = request_job(
            kind=KIND,
            organization=lea,
            record_type="ROP",
            label="ROP data",
            authority=Authority(role=ROLE),
            criteria={"sha256": sha256},
            criteria_words=f"ROP data of {lea.code}, {len(content):,} bytes",
            requested_by=user,
            trigger=Trigger.WEB,
            form_token=form_token,
            download_name=file_name,
        )
        DataImport.objects.get_or_create(
            job=job,
            defaults={
                "lea": lea,
                "uploaded_by": user,
                "file_name": file_name,
                "size": len(content),
                "sha256": sha256,
                "content": content,
            },
        )
    return job


def run(execution: Execution) -> None:
    """Load the ZIP of a job; the worker's part of `request_import`.

    Raises:
        jobs.errors.Refused: something in the ZIP is wrong; the import holds what.
    """
    given = DataImport.objects.get(job=execution.job)
    if given.loaded_at:
        return  # a message that came twice, after a worker died between loading and saying so
    load(given, progress=execution.progress)
    if given.error_count:
        raise Refused(
            f"The ZIP has {given.error_count:,} error{'' if given.error_count == 1 else 's'}, so nothing was changed. "
            "They are listed on the page ROP Data: correct them and send the ZIP again."
        )


def load(given: DataImport, *, progress: Callable[[int], object] = lambda rows: None) -> None:
    """Replace the LEA's ROP data by those of an import, or note on it what is wrong and change nothing.

    Raises:
        jobs.errors.Refused: a ZIP that was sent later is loaded already.
    """
    lea = given.lea
    schools = frozenset(schools_of(lea).values_list("code", flat=True))
    reading, rows = read(io.BytesIO(bytes(given.content or b"")), schools=schools)
    try:
        with transaction.atomic():
            # Two imports of one LEA go one after the other.
            Organization.objects.select_for_update(no_key=True).filter(pk=lea.pk).values_list("pk").first()
            if DataImport.objects.filter(lea=lea, loaded_at__isnull=False, uploaded_at__gt=given.uploaded_at).exists():
                raise Refused("A ZIP that was sent later has been loaded already, so this one was left alone.")
            _replace(lea, reading, rows, progress)
            if reading.problem_count:
                raise _Broken
            given.counts = reading.counts
            given.errors, given.error_count = [], 0
            given.loaded_at = timezone.now()
            given.save()
            older = DataImport.objects.filter(lea=lea, uploaded_at__lt=given.uploaded_at).exclude(pk=given.pk)
            older.update(content=None)
    except _Broken:
        given.errors = [list(problem) for problem in reading.problems]
        given.error_count = reading.problem_count
        given.save()


def _replace(
    lea: Organization,
    reading: Reading,
    rows: Iterator[tuple[str, dict[str, Any]]],
    progress: Callable[[int], object],
) -> None:
    for model in DATA_MODELS.values():
        model._default_manager.filter(lea=lea).delete()
    batch: list[RopRecord] = []
    written = 0
    for name, values in rows:
        if reading.problem_count:
            continue  # read on for the other errors; nothing more is written
        model = DATA_MODELS[name]
        if batch and (type(batch[0]) is not model or len(batch) >= _ROWS_A_BATCH):
            written += _write(batch)
            progress(written)
        batch.append(model(lea=lea, **values))
    if not reading.problem_count:
        _write(batch)


def _write(batch: list[RopRecord]) -> int:
    count = len(batch)
    if batch:
        type(batch[0])._default_manager.bulk_create(batch)
    batch.clear()
    return count

"""A file comes in: its bytes are kept as they are, hashed, and its validation is asked for."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from jobs import conf, storage
from jobs.enums import Trigger
from jobs.errors import JobError
from jobs.requesting import request_job
from jobs.storage import OutputFile, safe_name
from ods.archive import is_archive
from ods.layout import LAYOUT_YEAR, RECORD_TYPES
from ods.models import Organization
from ods.reader import FileRefused, record_type_of
from submissions.access import Access
from submissions.models import Submission

KIND = "submission"
ORIGINAL = "original"
STAGED = "staged"
VERSION = 1
_HEAD = 1 << 12
_NAMED = re.compile(r"(?<![A-Za-z])([A-Za-z]{4})(?![A-Za-z])")


def receive(
    *,
    user: User,
    organization: Organization,
    access: Access,
    upload: File[Any],
    job_name: str = "",
    trigger: Trigger,
    form_token: str = "",
) -> Submission:
    """Keep an uploaded file and ask for its validation. The same form sent twice is one submission.

    Raises:
        jobs.errors.LimitReached: too many jobs are waiting or running.
        jobs.errors.Refused: the user's rights do not cover the type.
        jobs.errors.Failed: the storage is full.
    """
    storage.check_free_space()
    name = safe_name(upload.name or "file")
    file = OutputFile(role=ORIGINAL, download_name=name, counted=False)
    try:
        for chunk in upload.chunks():
            file.write(chunk)
        file.seal()
        kept = file.publish()
    finally:
        file.discard()
    try:
        with transaction.atomic():
            job = request_job(
                kind=KIND,
                organization=organization,
                record_type=access.record_type,
                label=access.label,
                authority=access.authority,
                criteria={"version": VERSION, "file_name": name, "job_name": job_name, "sha256": kept.sha256},
                criteria_words=f"{access.record_type} file {name}",
                requested_by=user,
                trigger=trigger,
                form_token=form_token,
                layout_year=LAYOUT_YEAR,
            )
            first = Submission.objects.filter(validation_job=job).first()
            if first is not None:
                storage.remove(kept.path)
                return first
            kept.job = job
            kept.expires_at = job.requested_at + timedelta(days=conf.number("JOBS_FILE_DAYS"))
            kept.save(force_insert=True)
            return Submission.objects.create(
                organization=organization,
                record_type=access.record_type,
                job_name=job_name,
                file_name=name,
                submitted_by=user,
                submitted_at=timezone.now(),
                validation_job=job,
            )
    except JobError:
        storage.remove(kept.path)
        raise  # any other error may have come after the commit: the sweep removes what nothing refers to


def recognise(upload: File[Any]) -> str:
    """The record type a file tells of itself: by its first line, else by its name. '' for a spreadsheet or an archive
    whose name names none.

    Raises:
        FileRefused: it is no file to submit, and its name names no type; the words say what to do.
    """
    head = upload.read(_HEAD)
    upload.seek(0)
    try:
        return record_type_of(head)
    except FileRefused:
        words = (word.upper() for word in _NAMED.findall(upload.name or ""))
        named = next((word for word in words if word in RECORD_TYPES), "")
        if named or is_archive(io.BytesIO(head)):
            return named
        raise

"""A file comes in: kept as it is, checked at once, and matched by a worker if nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Reach
from jobs import conf, storage, transitions
from jobs.enums import FailureKind, Trigger
from jobs.errors import JobError
from jobs.requesting import request_job
from jobs.storage import OutputFile, safe_name
from ods.calendar import pacific_today
from ods.directory import schools_of
from ods.layout import LAYOUT_YEAR
from ods.models import Organization
from ssid_matching.access import ROLE, authority_of
from ssid_matching.input_file import Input, Place, read
from ssid_matching.models import MatchRun

KIND = "ssid_match"
ORIGINAL = "original"
VERSION = 1
MOST_BYTES = 64 << 20


def receive(
    *, user: User, organization: Organization, held: Mapping[str, Reach], upload: File[Any], form_token: str = ""
) -> MatchRun:
    """Keep a file, check it, and ask for its matching; with errors the run has failed already and holds them.

    The same form sent twice is one run.

    Raises:
        jobs.errors.LimitReached: too many jobs are waiting or running.
        jobs.errors.Refused: the user's rights do not cover it.
        jobs.errors.Failed: the storage is full.
    """
    storage.check_free_space()
    name = safe_name(upload.name or "file.txt")
    content = upload.read()
    found = check(content, name=name, organization=organization, held=held)
    file = OutputFile(role=ORIGINAL, download_name=name, counted=False)
    try:
        file.write(content)
        file.seal()
        kept = file.publish()
    finally:
        file.discard()
    try:
        with transaction.atomic():
            job = request_job(
                kind=KIND,
                organization=organization,
                record_type="SENR",
                label="SSID Matching",
                authority=authority_of(held),
                criteria={"version": VERSION, "file_name": name, "sha256": kept.sha256, "records": len(found.records)},
                criteria_words=f"SSID Matching of the SENR file {name}",
                requested_by=user,
                trigger=Trigger.WEB,
                form_token=form_token,
                layout_year=LAYOUT_YEAR,
            )
            first = MatchRun.objects.filter(job=job).first()
            if first is not None:
                storage.remove(kept.path)
                return first
            kept.job = job
            kept.expires_at = job.requested_at + timedelta(days=conf.number("JOBS_FILE_DAYS"))
            kept.save(force_insert=True)
            run = MatchRun.objects.create(
                organization=organization,
                job=job,
                file_name=name,
                submitted_by=user,
                submitted_at=timezone.now(),
                errors=[list(astuple(error)) for error in found.errors],
                error_count=found.error_count,
                records=len(found.records),
            )
            if found.error_count:
                claimed = transitions.claim(job_id=job.pk)
                assert claimed is not None  # nobody else has seen it yet
                transitions.refuse(job=claimed, words=refusal(found.error_count), kind=FailureKind.INVALID)
            return run
    except JobError:
        storage.remove(kept.path)
        raise  # any other error may have come after the commit: the sweep removes what nothing refers to


def check(content: bytes, *, name: str, organization: Organization, held: Mapping[str, Reach]) -> Input:
    """Read and check a file that is sent by somebody with these roles."""
    reach = held[ROLE]
    place = Place(
        lea=organization.code,
        schools=frozenset(schools_of(organization).values_list("code", flat=True)),
        reached=None if reach.whole else reach.schools,
    )
    return read(
        content,
        name=name,
        place=place,
        today=pacific_today(),
        most_records=settings.SSID_MATCHING_MOST_RECORDS,
    )


def refusal(errors: int) -> str:
    return (
        f"The file has {errors:,} error{'' if errors == 1 else 's'}, so nothing was matched. Correct "
        f"{'it' if errors == 1 else 'them'} and send the whole file again."
    )

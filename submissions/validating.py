"""The worker's part of a submission: validation."""

# ruff: noqa: S608 - names of our own tables, the values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.db import connection, transaction

from jobs import storage
from jobs.errors import Failed
from jobs.execution import Execution
from jobs.models import Job, JobFile
from ods.calendar import pacific_today
from ods.directory import snapshot
from ods.posting.review import Review, review
from ods.posting.shape import shape
from ods.posting.stage import FAULTY, FOUND, execute, rows
from ods.reader import FileRefused, Record
from ods.rules import Finding
from ods.validating import Validator
from submissions.models import FaultyRecord, Found, Submission
from submissions.receiving import ORIGINAL, STAGED
from submissions.rule_table import title_of
from submissions.sources import Unreadable, opened

_SPED = {"education_program_participation_type_code": frozenset({"30"})}


def run(execution: Execution) -> None:
    """Validate a submitted file: findings and counts into the database, what can be posted into a staged file.

    A second attempt begins anew. Nothing is visible before the job has succeeded.

    Raises:
        jobs.errors.Failed: the submitted file is gone.
    """
    job = execution.job
    submission = Submission.objects.get(validation_job=job)
    try:
        original = _stored(job)
        with original, opened(original, expected=submission.record_type) as source:
            submission.notices = source.notices
            _review(execution, submission, source.records)
    except FileRefused as refused:
        for file in execution.files:
            file.rows = file.lines  # what was staged until then is whole, and will not be posted
        with transaction.atomic():
            _forget(submission)
            submission.by_rule = []
            _keep(submission, Review(refused=str(refused)))


def _stored(job: Job) -> BinaryIO:
    file: JobFile | None = job.files.filter(role=ORIGINAL).first()
    if file is None or file.gone:
        raise Failed("The submitted file is gone. Submit it again.")
    return storage.open_file(file.path)


def _review(
    execution: Execution,
    submission: Submission,
    records: Callable[[Unreadable], Iterator[Record | Finding]],
) -> None:
    job = execution.job
    target = shape(submission.record_type)
    schools = None if job.authority_whole else frozenset(job.schools.values_list("code", flat=True))
    allowed = dict(_SPED) if job.authority_limit == "sped" else {}
    if schools is not None:
        allowed[target.layout.school_field] = schools
    validator = Validator(target.layout, snapshot(), only_lea=job.authority_lea, asks_for_ssids=True, allowed=allowed)
    staged = execution.open_file(role=STAGED, download_name="staged.txt")
    unreadable: dict[int, str] = {}
    with review(
        shape=target,
        records=records(unreadable.__setitem__),
        unreadable=unreadable,
        validator=validator,
        sink=staged,
        today=pacific_today(),
        schools=schools,
        progress=execution.progress,
    ) as reviewed:
        staged.rows = reviewed.staged
        execution.progress(reviewed.counts.read)
        with transaction.atomic():
            _forget(submission)
            execute(
                f"""
                INSERT INTO {Found._meta.db_table}
                    (submission_id, line, code, severity, field_number, field_name, words)
                SELECT {int(submission.pk)}, line, code, severity, field_number, field_name, words
                FROM {FOUND} ORDER BY line
                """
            )
            execute(
                f"""
                INSERT INTO {FaultyRecord._meta.db_table} (submission_id, line, record, rejected, school)
                SELECT {int(submission.pk)}, line, record, rejected, school FROM {FAULTY} ORDER BY line
                """
            )
            submission.by_rule = [
                [code, severity, title_of(submission.record_type, code, severity), number, name, count]
                for code, severity, number, name, count in rows(
                    f"SELECT code, severity, field_number, field_name, COUNT(*) FROM {FOUND} "
                    "GROUP BY code, severity, field_number, field_name ORDER BY severity, 5 DESC, code, field_number"
                )
            ]
            _keep(submission, reviewed)


def _forget(submission: Submission) -> None:
    """What an earlier attempt found."""
    with connection.cursor() as cursor:
        for model in (Found, FaultyRecord):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE submission_id = %s", [submission.pk])


def _keep(submission: Submission, reviewed: Review) -> None:
    counts = reviewed.counts
    submission.refused = reviewed.refused
    submission.records = counts.read
    submission.rejected = counts.rejected
    submission.accepted = 0 if reviewed.refused else reviewed.accepted
    submission.warnings = counts.warnings
    submission.errors = reviewed.errors
    submission.to_insert, submission.to_update = counts.inserted, counts.updated
    submission.to_remove, submission.to_delete = counts.removed, counts.deleted
    submission.unchanged = counts.unchanged
    submission.save(
        update_fields=[
            *("notices", "by_rule", "refused", "records", "rejected", "accepted", "warnings", "errors"),
            *("to_insert", "to_update", "to_remove", "to_delete", "unchanged"),
        ]
    )

"""Rejected Records and the Submission Error Extract: the records with what is wrong with them (spec ods-extracts 8.5).

The input record, its code with `-E`, its transaction type blank, then Error Code, Error Severity, Error Description,
Field Name and Field Value; one line for each error. Where they depart from the published widths: docs/decisions/0085.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from accounts.models import User
from jobs.enums import Trigger
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import request_job
from ods.calendar import PACIFIC
from ods.layout import LAYOUT_YEAR, layout
from submissions.access import authority_of
from submissions.models import FaultyRecord, Found, Submission
from submissions.queries import position_of, records_by_line
from submissions.rule_table import title_of

KIND = "rejected_records"
REJECTED, ALL_ERRORS = "rejected", "errors"
ALL_SCHOOLS = "All"
WIDTH = 50
_FETCH = 2_000
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029^]")
ADDED = ("Error Code", "Error Severity", "Error Description", "Field Name", "Field Value")


def request_rejected(
    *,
    user: User,
    submission: Submission,
    school: str = ALL_SCHOOLS,
    kind: str = REJECTED,
    file_name: str = "",
    trigger: Trigger,
    form_token: str = "",
) -> Job:
    """Ask for the rejected records of a submission, or (`errors`) for every record something was found in.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user's rights do not cover the submission.
    """
    code = submission.record_type
    label = "Rejected Records" if kind == REJECTED else "Submission Error"
    words = f"Job {submission.pk}, {submission.file_name}"
    if school != ALL_SCHOOLS:
        words += f"; school {school}"
    return request_job(
        kind=KIND,
        organization=submission.organization,
        record_type=code,
        label=f"{label} Extract-{code}",
        authority=authority_of(submission.validation_job),
        criteria={"version": 1, "submission": submission.pk, "school": school, "kind": kind},
        criteria_words=words,
        requested_by=user,
        trigger=trigger,
        form_token=form_token,
        download_name=file_name
        or f"{code}ERR_{submission.validation_job.authority_lea}_{datetime.now(PACIFIC):%Y%m%d%H%M%S}.txt",
        layout_year=LAYOUT_YEAR,
    )


def run(execution: Execution) -> None:
    """Write the file; the worker's part of `request_rejected`."""
    criteria = execution.job.criteria
    submission = Submission.objects.get(pk=criteria["submission"])
    file = execution.open_file(role="extract", download_name=execution.job.download_name)
    written = 0
    for batch in _batches(submission):
        lines = list(_lines(submission, batch, school=criteria["school"], rejected_only=criteria["kind"] == REJECTED))
        file.write("".join(lines).encode())
        written += len(lines)
        execution.progress(written)
    file.rows = written


def _batches(submission: Submission) -> Iterator[list[Found]]:
    """What was found, record by record in the order of the file, some thousands at a time."""
    found = Found.objects.filter(submission=submission).order_by("line", "pk")
    line = 0
    while batch := list(found.filter(line__gt=line)[:_FETCH]):
        last = batch[-1].line
        if len(batch) == _FETCH:  # the last record's findings may go on
            batch = [each for each in batch if each.line < last] or list(found.filter(line=last))
        line = batch[-1].line
        yield batch


def _lines(submission: Submission, batch: list[Found], *, school: str, rejected_only: bool) -> Iterator[str]:
    records = records_by_line(submission, {each.line for each in batch})
    for each in batch:
        record = records[each.line]
        if rejected_only and not record.rejected:
            continue
        if school not in (ALL_SCHOOLS, record.school):
            continue
        yield error_line(submission.record_type, record, each)


def error_line(record_type: str, record: FaultyRecord, found: Found) -> str:
    """One line: the record, as far as it could be read, and one error."""
    fields = layout(record_type).fields
    values = record.record.split("^")[: len(fields)]
    values += [""] * (len(fields) - len(values))
    values[0], values[1] = f"{record_type}-E", ""
    position = position_of(record_type, found.field_number)
    added = (
        found.code,
        "F" if found.severity == "error" else "W",
        title_of(record_type, found.code, found.severity)[:WIDTH],
        found.field_name[:WIDTH],
        values[position - 1][:WIDTH] if position > 2 else "",
    )
    return "^".join(_BREAKS.sub(" ", value) for value in (*values, *added)) + "\r\n"

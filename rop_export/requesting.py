"""From the page to a job, and from a job to its files."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from accounts.models import User
from jobs.enums import Trigger
from jobs.errors import Refused
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.calendar import PACIFIC
from ods.models import Organization
from rop_export.access import ROLE
from rop_export.building import Outcome, build
from rop_export.criteria import DISTRICT, Criteria
from rop_export.models import RunLine, RunReport, SchoolOptions
from rop_export.readiness import why_not

KIND = "rop_extract"
EXTRACT = "rop"
DAILY = "minutes"
LABELS = {EXTRACT: "ROP Extract", DAILY: "ROP Extract: Minutes Per Class Per Day"}
"""Role of a file of the job to its type, as the log names it."""


def request_run(*, user: User, lea: Organization, criteria: Criteria, form_token: str = "") -> Job:
    """Ask for a run.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user may not administer ROP there.
    """
    district = criteria.place == DISTRICT
    return request_job(
        kind=KIND,
        organization=lea,
        record_type="ROP",
        label=LABELS[EXTRACT],
        authority=Authority(role=ROLE, whole=district, schools=() if district else (criteria.place,)),
        criteria=criteria.to_json(),
        criteria_words=criteria.words,
        requested_by=user,
        trigger=Trigger.WEB,
        form_token=form_token,
        download_name=file_name(EXTRACT, datetime.now(PACIFIC).date()),
    )


def run(execution: Execution) -> None:
    """Build the files of a job; the worker's part of `request_run`.

    Raises:
        jobs.errors.Refused: the data are no longer such that it can run.
    """
    job = execution.job
    criteria = Criteria.from_json(job.criteria)
    today = datetime.now(PACIFIC).date()
    problems = why_not(lea=job.organization, criteria=criteria)
    if problems:
        raise Refused(" ".join(problems))
    extract = execution.open_file(role=EXTRACT, download_name=file_name(EXTRACT, today))
    daily = None
    if criteria.options.minutes:
        daily = execution.open_file(role=DAILY, download_name=file_name(DAILY, today))
    outcome = build(
        criteria=criteria,
        lea=job.organization,
        today=today,
        extract=extract,
        daily=daily,
        progress=execution.progress,
    )
    # The header is a line of the file too.
    extract.rows = outcome.records + 1
    if daily is not None:
        daily.rows = outcome.minute_records + 1
    _report(job, outcome, minutes=daily is not None)


def _report(job: Job, outcome: Outcome, *, minutes: bool) -> None:
    RunReport.objects.filter(job=job).delete()  # of an attempt before this one
    report = RunReport.objects.create(
        job=job,
        records=outcome.records,
        minute_records=outcome.minute_records if minutes else None,
        left_out=outcome.left_out,
        errors=outcome.report.errors,
        warnings=outcome.report.warnings,
    )
    RunLine.objects.bulk_create(
        RunLine(
            report=report,
            severity=line.severity,
            school=line.school,
            section=line.section,
            day=line.day,
            words=line.words,
        )
        for line in outcome.report.lines
    )


def file_name(role: str, day: date) -> str:
    """`2020_6_25_ROP.csv`, by the day the file is made; month and day are padded if ROP_FILE_NAME_PADDED says so."""
    written = f"{day:%Y_%m_%d}" if settings.ROP_FILE_NAME_PADDED else f"{day.year}_{day.month}_{day.day}"
    return f"{written}_ROP{'_MINUTES' if role == DAILY else ''}.csv"


def has_data(lea: Organization) -> bool:
    """Whether any ROP data of the LEA were loaded."""
    return SchoolOptions.objects.filter(lea=lea).exists()

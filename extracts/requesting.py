"""From a valid form to a job, and from a job to its file."""

from __future__ import annotations

import re
from datetime import datetime

from accounts.models import User
from extracts.access import Access
from extracts.building import build
from extracts.criteria import Criteria
from extracts.lines import UnwritableValue
from extracts.words import criteria_in_words
from jobs.enums import FailureKind, Trigger
from jobs.errors import Failed
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.calendar import PACIFIC
from ods.layout import LAYOUT_YEAR

KIND = "ods_extract"
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]+")


def request_extract(
    *,
    user: User,
    access: Access,
    criteria: Criteria,
    file_name: str = "",
    trigger: Trigger,
    form_token: str = "",
) -> Job:
    """Ask for an extract: a new row of Submitted Extracts, built by a worker.

    `file_name` is what the user typed, if anything. The authority kept with the job is the widest unlock that covers
    the schools asked for.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user's rights do not cover the request.
    """
    covered = access.unlock_for(criteria.schools)
    if covered is None:
        raise ValueError("the form lets no such request through")
    unlock, takes_whole = covered
    lea = next(found for found in access.leas() if found.code == criteria.reporting_lea)
    return request_job(
        kind=KIND,
        organization=access.organization,
        record_type=criteria.record_type,
        label=access.definition.label,
        authority=Authority(
            role=unlock.role,
            limit=unlock.limit,
            whole=takes_whole,
            schools=() if takes_whole else criteria.schools,
            lea=criteria.reporting_lea,
        ),
        criteria=criteria.to_json(),
        criteria_words=criteria_in_words(criteria, offered=len(access.schools(lea))),
        requested_by=user,
        trigger=trigger,
        form_token=form_token,
        download_name=download_name(criteria, file_name=file_name, now=datetime.now(PACIFIC)),
        layout_year=LAYOUT_YEAR,
    )


def run(execution: Execution) -> None:
    """Build the file of a job; the worker's part of `request_extract`.

    Raises:
        jobs.errors.Failed: a posted value would break its line.
    """
    job = execution.job
    file = execution.open_file(role="extract", download_name=job.download_name)
    try:
        file.rows = build(criteria=Criteria.from_json(job.criteria), sink=file, progress=execution.progress)
    except UnwritableValue as unwritable:
        raise Failed(
            f"{unwritable} Correct the record and post it again, then request the extract again.",
            FailureKind.UNWRITABLE,
        ) from unwritable


def download_name(criteria: Criteria, *, file_name: str, now: datetime) -> str:
    """The name the browser saves: the user's own, made safe, or `SENR_<LEA>_<CCYYMMDDhhmmss>.txt` (section 6.2).

    `now` is Pacific time.
    """
    own = _UNSAFE.sub("", file_name).strip(" .")
    if own.lower().endswith(".txt"):
        own = own[:-4].rstrip(" .")
    return f"{own or f'{criteria.record_type}_{criteria.reporting_lea}_{now:%Y%m%d%H%M%S}'}.txt"

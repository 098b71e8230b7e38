"""Asking for the two kinds of job: making a district's file, and sending what was made; and what they left behind."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from jobs.enums import Trigger
from jobs.models import Job, JobFile
from jobs.requesting import Authority, request_job
from siras_export.access import RECORD_TYPE, ROLE
from siras_export.enums import Purpose, RunState
from siras_export.models import Profile, Run

BUILD, SEND = "siras_build", "siras_send"
VERSION = 1
LABELS = {
    Purpose.PREVIEW: "SIRAS Preview",
    Purpose.SAMPLE: "SIRAS Sample File",
    Purpose.RUN: "SIRAS Demographics",
}


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


def last_sent(profile: Profile) -> Run | None:
    """The sending whose file SIRAS has now."""
    sent = profile.runs.filter(state=RunState.SENT).select_related("build_job__siras_build")
    return sent.order_by("-sent_at", "-pk").first()


def file_of(job: Job | None, role: str) -> JobFile | None:
    """A file of a job that is still there."""
    found = job.files.filter(role=role).first() if job else None
    return None if found is None or found.gone else found

"""A request comes in: one new row, its message sent once the row is committed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from jobs import conf, queries
from jobs.enums import ACTIVE, FailureKind, Trigger
from jobs.errors import LimitReached, Refused
from jobs.models import Job, JobSchool
from jobs.registry import kind_named
from jobs.sending import send
from ods.models import Organization


@dataclass(frozen=True)
class Authority:
    """What a request is made with, and so what its viewers must cover.

    `role` is the codename it was made with; `limit` narrows the rows ('' or 'sped'); `whole` = all schools of the
    LEA, otherwise `schools` names them (7-digit codes, at least one). `lea` is the LEA whose records are asked for:
    needed when the organisation is a SELPA, otherwise the organisation itself.
    """

    role: str
    limit: str = ""
    whole: bool = True
    schools: tuple[str, ...] = ()
    lea: str = ""

    def __post_init__(self) -> None:
        if self.whole == bool(self.schools):
            raise ValueError("an authority covers the whole LEA or names its schools, one of the two")


def request_job(
    *,
    kind: str,
    organization: Organization,
    record_type: str,
    label: str,
    authority: Authority,
    criteria: Mapping[str, Any],
    criteria_words: str,
    requested_by: User,
    trigger: Trigger,
    form_token: str = "",
    download_name: str = "",
    layout_year: str = "",
) -> Job:
    """Accept a request and send it to the workers once the transaction commits.

    Always a new row; only the same form token with the same request (a double click) returns the first one. A broker
    that is down loses nothing: the sweep sends what was not sent.

    Raises:
        LimitReached: too many jobs of this user or organisation are waiting or running.
        Refused: the user's rights do not cover what he asks for.
        KeyError: no such kind.
    """
    kind_named(kind)
    if organization.kind == Organization.Kind.SELPA and not authority.lea:
        raise ValueError("a SELPA's request names the member LEA whose records it asks for")
    now = timezone.now()
    job = Job(
        kind=kind,
        organization=organization,
        record_type=record_type,
        label=label,
        download_name=download_name,
        authority_role=authority.role,
        authority_limit=authority.limit,
        authority_whole=authority.whole,
        authority_lea=authority.lea or organization.code,
        criteria=dict(criteria),
        criteria_words=criteria_words,
        layout_year=layout_year,
        requested_by=requested_by,
        trigger=trigger,
        requested_at=now,
        send_at=now + conf.seconds("JOBS_RESEND_SECONDS"),
    )
    if form_token:
        job.form_key = _form_key(job, form_token, authority.schools)
    with transaction.atomic():
        # The locks make one user's (and one organisation's) requests queue up, so that neither a double click nor
        # the limits can be raced.
        _lock(User.objects.filter(pk=requested_by.pk))
        if job.form_key and (first := Job.objects.filter(form_key=job.form_key).first()):
            return first
        _lock(Organization.objects.filter(pk=organization.pk))
        _check_limits(user=requested_by, organization=organization)
        job.save(force_insert=True)
        JobSchool.objects.bulk_create(JobSchool(job=job, code=code) for code in sorted(set(authority.schools)))
        if not queries.covers(user=requested_by, job=job):
            raise Refused(
                "You do not have the role this request needs. Ask your administrator.", FailureKind.RIGHT_LOST
            )
        audit.record(
            action=AuditAction.JOB_REQUESTED,
            actor=requested_by,
            organization=organization,
            subject=f"job:{job.pk}",
            details={
                "kind": kind,
                "record_type": record_type,
                "role": authority.role,
                "limit": authority.limit,
                "lea": job.authority_lea,
                "schools": "all" if authority.whole else list(authority.schools),
                "criteria": criteria_words,
                "trigger": str(trigger),
            },
        )
        transaction.on_commit(partial(send, job_id=job.pk))
    return job


def _lock(rows: QuerySet[Any]) -> None:
    # Not FOR UPDATE: that would wait for every row that refers to this one. SQLite has one writer anyway.
    rows.select_for_update(no_key=True).values_list("pk").first()


def _form_key(job: Job, token: str, schools: tuple[str, ...]) -> str:
    """A form sent again with other criteria (browser's back button) is another request, not a double click."""
    request = [
        token,
        job.requested_by_id,
        job.organization_id,
        job.kind,
        job.record_type,
        job.authority_role,
        job.authority_limit,
        job.authority_lea,
        sorted(schools),
        job.criteria,
    ]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def _check_limits(*, user: User, organization: Organization) -> None:
    active = Job.objects.filter(status__in=ACTIVE)
    advice = "Wait until one of them is complete, or cancel one in Submitted Extracts, and request again."
    most = conf.number("JOBS_ACTIVE_PER_USER")
    if active.filter(requested_by=user).count() >= most:
        raise LimitReached(f"You already have {most} requests waiting or in process. {advice}")
    most = conf.number("JOBS_ACTIVE_PER_ORGANIZATION")
    if active.filter(organization=organization).count() >= most:
        raise LimitReached(f"{organization.name} already has {most} requests waiting or in process. {advice}")

"""Asks the portal for what the reference is asked for, as a user of the given kind, over the wire."""

from __future__ import annotations

from accounts.models import User
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization
from tests.factories.people import grant, make_user
from tests.golden.portal import SUCCESS, Portal, request_form
from tests.reference.asking import ROLES, way_of, wire_of
from tests.reference.selecting import Asked


def user_of(asked: Asked, kind: str, *, selpa: str = "") -> User:
    """A new user who may ask exactly this: `lea`, `school` (of the schools asked for), `selpa` or `sped`."""
    user = make_user()
    lea = Organization.objects.get(kind="LEA", code=asked.lea)
    if kind == "school":
        for school in Organization.objects.filter(kind="SCHOOL", parent=lea, code__in=asked.schools):
            grant(user, ROLES[asked.record_type], school)
    elif kind == "selpa":
        grant(user, "selpa_reports", Organization.objects.get(kind="SELPA", code=selpa))
    else:
        grant(user, "psts_for_sped_students_edit" if kind == "sped" else ROLES[asked.record_type], lea)
    return user


def portal_bytes(asked: Asked, kind: str, *, selpa: str = "") -> bytes:
    """The file the portal makes of these criteria for a user of that kind."""
    portal = Portal()
    portal.already_signed_in(user_of(asked, kind, selpa=selpa))
    form = request_form(portal.request_page(asked.record_type), way_of(asked))
    assert form is not None
    page = portal.request(form, wire_of(asked))
    assert page.first_paragraph == SUCCESS, page.alerts
    job = Job.objects.latest("pk")
    run_job(job_id=job.pk)
    download = portal.download(str(job.pk))
    assert download.status == 200
    return download.body

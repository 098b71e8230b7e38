"""Which jobs somebody may see: the only way to a job row for views, lists, tasks and downloads.

A viewer sees a job exactly when his rights *now* cover the authority it was asked with (spec ods-extracts 7 and 10):
the same organisation, a role that covers its record type and limit, all of its schools.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Reach, member_leas, reach
from jobs.models import Job, JobSchool
from jobs.registry import kinds
from ods.models import Organization

Pair = tuple[str, str]
"""(record type, limit)"""


def jobs_for(user: User | AnonymousUser, organization: Organization) -> QuerySet[Job]:
    """The jobs of a working organisation (LEA or SELPA) that a user's rights cover now, newest first. One query."""
    rights = _rights(user, organization)
    jobs = Job.objects.filter(organization=organization).order_by("-pk")
    return jobs.filter(rights) if rights else jobs.none()


def job_for(user: User | AnonymousUser, job_id: int) -> Job:
    """A job by its id, whichever of his organisations it belongs to.

    Raises:
        Job.DoesNotExist: there is none, or his rights do not cover it: a stranger cannot tell the two apart.
    """
    organization = Organization.objects.filter(jobs=job_id).first()
    if organization is None:
        raise Job.DoesNotExist
    return jobs_for(user, organization).select_related("organization", "requested_by").get(pk=job_id)


def covers(*, user: User, job: Job) -> bool:
    """Whether a user's rights cover a job now."""
    return jobs_for(user, job.organization).filter(pk=job.pk).exists()


def _rights(user: User | AnonymousUser, organization: Organization) -> Q:
    """The condition on a job of the organisation; an empty one means: nothing."""
    held = reach(user, organization)
    rights = Q()
    for kind in kinds():
        everywhere: set[Pair] = set()
        at_schools: dict[frozenset[str], set[Pair]] = defaultdict(set)
        for pair, roles in kind.covering_roles().items():
            for role in roles & held.keys():
                reached: Reach = held[role]
                if reached.whole:
                    everywhere.add(pair)
                elif reached.schools:
                    at_schools[reached.schools].add(pair)
        if everywhere:
            rights |= Q(kind=kind.name) & _any_of(everywhere)
        for schools, pairs in at_schools.items():
            if narrow := pairs - everywhere:
                rights |= Q(kind=kind.name, authority_whole=False) & _any_of(narrow) & _only_schools(schools)
    if rights and organization.kind == Organization.Kind.SELPA:
        rights &= Q(authority_lea__in=member_leas(organization).values("code"))
    return rights


def _any_of(pairs: Iterable[Pair]) -> Q:
    types: dict[str, list[str]] = defaultdict(list)
    for record_type, limit in sorted(pairs):
        types[limit].append(record_type)
    condition = Q()
    for limit, record_types in types.items():
        condition |= Q(authority_limit=limit, record_type__in=record_types)
    return condition


def _only_schools(codes: frozenset[str]) -> Q:
    # Both halves: a job without any school row would otherwise be inside every set of schools.
    rows = JobSchool.objects.filter(job=OuterRef("pk"))
    return Q(Exists(rows.filter(code__in=sorted(codes)))) & ~Q(Exists(rows.exclude(code__in=sorted(codes))))

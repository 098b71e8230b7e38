"""Which jobs somebody may see: the only way to a job row for views, lists, tasks and downloads.

A viewer sees a job exactly when his rights *now* cover the authority it was asked with (spec ods-extracts 7 and 10):
the same organisation, a role that covers its record type and limit, all of its schools.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

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
    """The jobs of a working organisation (LEA or SELPA) that a user's rights cover now, newest first."""
    return jobs_within(reach(user, organization), organization)


def jobs_within(held: Mapping[str, Reach], organization: Organization) -> QuerySet[Job]:
    """`jobs_for` whoever holds these roles there (`accounts.permissions.reach`, read in this moment)."""
    rights = _rights(held, organization)
    # Not by the key alone: its index would be walked across all other organisations' jobs.
    jobs = Job.objects.filter(organization=organization).order_by("-requested_at", "-pk")
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


def _rights(held: Mapping[str, Reach], organization: Organization) -> Q:
    """The condition on a job of the organisation; an empty one means: nothing."""
    everywhere = Q()
    at_schools: dict[frozenset[str], Q] = defaultdict(Q)
    for kind in kinds():
        whole: set[Pair] = set()
        narrow: dict[frozenset[str], set[Pair]] = defaultdict(set)
        for pair, roles in kind.covering_roles().items():
            for role in roles & held.keys():
                reached: Reach = held[role]
                if reached.whole:
                    whole.add(pair)
                else:
                    narrow[reached.schools].add(pair)
        if whole:
            everywhere |= Q(kind=kind.name) & _any_of(whole)
        for schools, pairs in narrow.items():
            if rest := pairs - whole:
                at_schools[schools] |= Q(kind=kind.name) & _any_of(rest)
    rights = everywhere | _only_at(at_schools)
    if rights and organization.kind == Organization.Kind.SELPA:
        rights &= Q(authority_lea__in=member_leas(organization).values("code"))
    return rights


def _only_at(at_schools: Mapping[frozenset[str], Q]) -> Q:
    """Jobs all of whose schools are among those at which a role is held, for what that role covers."""
    if not at_schools:
        return Q()
    inside = Q()
    for codes, covered in at_schools.items():
        outside = JobSchool.objects.filter(job=OuterRef("pk")).exclude(code__in=sorted(codes))
        inside |= covered & ~Q(Exists(outside))
    # "None outside" also holds of a job without any school. And from this condition, outside all ORs, the database
    # can start with the few jobs of a user's schools.
    all_codes = sorted(frozenset().union(*at_schools))
    return Q(authority_whole=False, pk__in=JobSchool.objects.filter(code__in=all_codes).values("job")) & inside


def _any_of(pairs: Iterable[Pair]) -> Q:
    types: dict[str, list[str]] = defaultdict(list)
    for record_type, limit in sorted(pairs):
        types[limit].append(record_type)
    condition = Q()
    for limit, record_types in types.items():
        condition |= Q(authority_limit=limit, record_type__in=record_types)
    return condition

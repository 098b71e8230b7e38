"""Who may submit which type: the holders of its edit role, for the LEA they work in (spec ods-extracts 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.permissions import SELPA_ROLES, Reach
from extracts.definitions import DEFINITIONS, covering_roles
from jobs.models import Job, JobSchool
from jobs.registry import Covering
from jobs.requesting import Authority
from ods.layout import RECORD_TYPES, Layout, layout
from ods.models import Organization, OrganizationKind


@dataclass(frozen=True)
class Access:
    """What one user may submit of one record type: everything of the LEA, or the records of his schools.

    `limit` is `sped` where he may submit records of students with disabilities only (PSTS 17.11 = 30).
    """

    record_type: str
    role: str
    whole: bool
    schools: frozenset[str] = frozenset()
    limit: str = ""

    @property
    def code(self) -> str:
        return self.record_type

    @property
    def label(self) -> str:
        return layout(self.record_type).label

    @property
    def authority(self) -> Authority:
        return Authority(
            role=self.role,
            limit=self.limit,
            whole=self.whole,
            schools=() if self.whole else tuple(sorted(self.schools)),
        )


def authority_of(job: Job) -> Authority:
    """The authority a file was submitted with: what follows from it is asked with the same."""
    return Authority(
        role=job.authority_role,
        limit=job.authority_limit,
        whole=job.authority_whole,
        schools=tuple(JobSchool.objects.filter(job=job).values_list("code", flat=True)),
    )


def access_to(*, held: Mapping[str, Reach], organization: Organization | None, record_type: str) -> Access | None:
    """What roles held in an organisation (`accounts.permissions.reach`) let submit of a type; the widest, or None."""
    if organization is None or organization.kind != OrganizationKind.LEA or record_type not in RECORD_TYPES:
        return None
    found = layout(record_type)
    unlocks = [unlock for unlock in DEFINITIONS[record_type].unlocks if unlock.role in held.keys() - SELPA_ROLES]
    for unlock in unlocks:
        if held[unlock.role].whole:
            return Access(record_type, unlock.role, whole=True, limit=unlock.limit)
    for unlock in unlocks:
        if unlock.schools and held[unlock.role].schools and by_school(found):
            return Access(record_type, unlock.role, whole=False, schools=held[unlock.role].schools, limit=unlock.limit)
    return None


def by_school(found: Layout) -> bool:
    """Whether a school's own records of a type can be submitted alone: no file of them may touch another school's."""
    return bool(found.school_field) and (found.processing != "replacement" or found.school_field in found.scope)


def menu(*, held: Mapping[str, Reach], organization: Organization | None) -> list[Access]:
    """Every type a user may submit, in the order of the extracts' menu."""
    return list(_opened(held, organization))


def anything_open(*, held: Mapping[str, Reach], organization: Organization | None) -> bool:
    """Whether a user may submit any type."""
    return any(_opened(held, organization))


def _opened(held: Mapping[str, Reach], organization: Organization | None) -> Iterator[Access]:
    for code in DEFINITIONS:
        if code in RECORD_TYPES and (access := access_to(held=held, organization=organization, record_type=code)):
            yield access


def roles_that_cover() -> Covering:
    """Roles whose holders see a submission of a type: those of its extract. A SELPA submits nothing."""
    return {pair: roles - SELPA_ROLES for pair, roles in covering_roles().items()}

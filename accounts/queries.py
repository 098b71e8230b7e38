"""What the lookups and the home page read, as far as the caller's rights go."""

from django.db.models import Q, QuerySet

from accounts.models import GroupRole, ImportantMessage, User, UserRole
from accounts.organizations import working_organizations
from accounts.permissions import ROLES, SELPA_ROLES, may, reach
from ods.calendar import pacific_today
from ods.directory import PSEUDO_SCHOOLS, schools_of
from ods.models import Organization, OrganizationKind


def schools_within_reach(*, user: User, lea_code: str) -> list[tuple[str, str]]:
    """Code and name of each school of an LEA that any role of the user reaches, by name.

    Whoever reaches the whole LEA, as one of its users or through its SELPA, also gets the pseudo-schools, last.
    """
    lea = Organization.objects.filter(kind=OrganizationKind.LEA, code=lea_code).first()
    if lea is None:
        return []
    held = reach(user, lea).values()
    schools = [(school.code, school.name) for school in schools_of(lea)]
    if any(role.whole for role in held) or may(user, "selpa_reports", lea):
        return [*schools, *PSEUDO_SCHOOLS.items()]
    codes = {code for role in held for code in role.schools}
    return [(code, name) for code, name in schools if code in codes]


def submitters(*, user: User, lea_code: str) -> QuerySet[User]:
    """The active users who hold a role at an LEA or its schools, if the caller may work in that LEA; by e-mail."""
    lea = working_organizations(user).filter(kind=OrganizationKind.LEA, code=lea_code).values("pk")
    grant = Q(permission__codename__in=ROLES.keys() - SELPA_ROLES) & (
        Q(content_object__in=lea) | Q(content_object__parent__in=lea)
    )
    return (
        User.objects.filter(
            Q(pk__in=UserRole.objects.filter(grant).values("user"))
            | Q(groups__in=GroupRole.objects.filter(grant).values("group")),
            is_active=True,
        )
        .order_by("email", "pk")
        .distinct()
    )


def organizations_in_common(*, user: User, email: str) -> QuerySet[Organization]:
    """Of the organisations in which whoever has this e-mail address may work, those in which the caller may, too."""
    theirs = Q(pk__in=())
    for other in User.objects.filter(email__iexact=email):
        theirs |= Q(pk__in=working_organizations(other).values("pk"))
    return working_organizations(user).filter(theirs)


def current_messages() -> QuerySet[ImportantMessage]:
    """The home page's messages of today (Pacific time), newest first."""
    today = pacific_today()
    return ImportantMessage.objects.filter(
        Q(shown_until__isnull=True) | Q(shown_until__gte=today), shown_from__lte=today
    )

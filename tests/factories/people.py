"""Users, their roles, and the cast that stands in every permission test."""

from dataclasses import dataclass
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission

from accounts.administrators import make_administrator
from accounts.models import GroupRole, User, UserRole
from ods.models import Organization
from tests.factories.organizations import make_lea, make_school, make_selpa

PASSWORD = "correct horse battery staple"
"""The password of everybody `make_user` makes."""

_numbers = count(1)


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)


def make_user(username: str | None = None, **fields: object) -> User:
    """An active user without a role, who signs in with PASSWORD."""
    name = username or f"user{next(_numbers)}"
    values = {"email": f"{name}@example.org", "password": _password_hash(), **fields}
    return User.objects.create(username=name, **values)


def make_group(name: str, *members: User) -> Group:
    group = Group.objects.create(name=name)
    group.user_set.add(*members)
    return group


def _permission(role: str) -> Permission:
    return Permission.objects.get(codename=role, content_type__app_label="ods", content_type__model="organization")


def grant(who: User | Group, role: str, organization: Organization) -> UserRole | GroupRole:
    """Give a role on an organisation to a user or a group."""
    if isinstance(who, Group):
        return GroupRole.objects.create(group=who, permission=_permission(role), content_object=organization)
    return UserRole.objects.create(user=who, permission=_permission(role), content_object=organization)


def revoke(who: User | Group, role: str, organization: Organization) -> None:
    """Take a role away again; fails if it was not held."""
    found = (
        GroupRole.objects.filter(group=who, permission=_permission(role), content_object=organization)
        if isinstance(who, Group)
        else UserRole.objects.filter(user=who, permission=_permission(role), content_object=organization)
    )
    removed, _ = found.delete()
    assert removed == 1, f"{who} does not hold {role} at {organization}"


@dataclass(frozen=True)
class Cast:
    """The people of every permission test, and where they work.

    Two LEAs of two schools each; the SELPA has the first LEA as its member. `role` is held at the first LEA by the
    requester and the colleague, at its first school by the school user, at the other LEA by the stranger, and by the
    deactivated user at the first LEA. The colleague without the role holds `other_role` at the first LEA instead.
    The SELPA user holds `selpa_reports` at the SELPA. The administrator is a role administrator in Django admin and
    holds no role.
    """

    lea: Organization
    school: Organization
    other_school: Organization
    other_lea: Organization
    school_of_other_lea: Organization
    selpa: Organization
    requester: User
    colleague: User
    colleague_without_role: User
    school_user: User
    selpa_user: User
    stranger: User
    deactivated: User
    administrator: User

    @property
    def people(self) -> dict[str, User]:
        """Everybody, by the name of his part."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def make_cast(role: str = "senr_edit", *, other_role: str = "sdem_edit") -> Cast:
    lea = make_lea("1964733", "Alder Unified")
    other_lea = make_lea("3768338", "Birch Unified")
    school = make_school(lea, "1930924", "Alder High")
    other_school = make_school(lea, "6015234", "Alder Elementary")
    school_of_other_lea = make_school(other_lea, "3730033", "Birch High")
    selpa = make_selpa("1901", "Alder SELPA", members=(lea,))
    cast = Cast(
        lea=lea,
        school=school,
        other_school=other_school,
        other_lea=other_lea,
        school_of_other_lea=school_of_other_lea,
        selpa=selpa,
        requester=make_user("requester"),
        colleague=make_user("colleague"),
        colleague_without_role=make_user("colleague_without_role"),
        school_user=make_user("school_user"),
        selpa_user=make_user("selpa_user"),
        stranger=make_user("stranger"),
        deactivated=make_user("deactivated", is_active=False),
        administrator=make_user("administrator"),
    )
    make_administrator(cast.administrator)
    for person in (cast.requester, cast.colleague, cast.deactivated):
        grant(person, role, lea)
    grant(cast.colleague_without_role, other_role, lea)
    grant(cast.school_user, role, school)
    grant(cast.selpa_user, "selpa_reports", selpa)
    grant(cast.stranger, role, other_lea)
    return cast

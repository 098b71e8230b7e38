"""The grid of organisations and roles on which an administrator ticks what a user or a group holds."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.datastructures import MultiValueDict

from accounts.assigning import Pair, roles_held
from accounts.models import GroupRole, User
from accounts.permissions import ROLES, roles_of
from ods.models import Organization


class GridRefused(Exception):
    """The posted grid cannot be taken as it is; its words say what to do."""


@dataclass(frozen=True)
class Column:
    """A role: `short` is what its heading has room for."""

    role: str
    name: str

    @property
    def short(self) -> str:
        return self.name.removesuffix(" Edit")


@dataclass(frozen=True)
class Cell:
    """A role at an organisation. `groups`: the user's groups through which he holds it besides."""

    column: Column
    value: str
    ticked: bool
    groups: str


@dataclass(frozen=True)
class Row:
    """An organisation and a cell for each column, None where the role cannot be held."""

    organization: Organization
    cells: list[Cell | None]


@dataclass(frozen=True)
class Grid:
    """What the page shows; `seen` is a fingerprint of what was held when it was drawn."""

    columns: list[Column]
    rows: list[Row]
    seen: str


@dataclass(frozen=True)
class Ticks:
    """A posted grid: the organisations it showed, and what is to be held at them afterwards."""

    shown: list[Organization]
    wanted: set[Pair]
    seen: str


def organizations_to_show(holder: User | Group, text: str) -> QuerySet[Organization]:
    """The organisations whose name or code a text finds, an LEA with its schools; without one, where he holds a role.

    Each LEA is followed by its schools.
    """
    if text:
        found = Q(name__icontains=text) | Q(code__startswith=text)
        found |= Q(parent__name__icontains=text) | Q(parent__code__startswith=text)
    else:
        found = Q(group_roles__group=holder) if isinstance(holder, Group) else Q(user_roles__user=holder)
        if isinstance(holder, User):
            found |= Q(group_roles__group__user=holder)
    return (
        Organization.objects.filter(pk__in=Organization.objects.filter(found).order_by().values("pk"))
        .select_related("parent")
        .order_by(Coalesce("parent__name", "name"), Coalesce("parent__code", "code"), "kind", "name", "code")
    )


def grid_of(
    holder: User | Group, organizations: Collection[Organization], ticked: Collection[Pair] | None = None
) -> Grid:
    """The grid over some organisations. `ticked` shows other ticks than what is held: those of a refused form."""
    held = roles_held(holder, organizations)
    through = _groups_of(holder, organizations)
    shown = held if ticked is None else ticked
    possible = {role for organization in organizations for role in roles_of(organization.kind)}
    columns = [Column(role, name) for role, name in ROLES.items() if role in possible]

    def cell(organization: Organization, column: Column) -> Cell | None:
        if column.role not in roles_of(organization.kind):
            return None
        pair = (organization.pk, column.role)
        return Cell(column, f"{organization.pk}:{column.role}", pair in shown, ", ".join(through.get(pair, ())))

    rows = [Row(organization, [cell(organization, column) for column in columns]) for organization in organizations]
    return Grid(columns, rows, fingerprint(held))


def fingerprint(pairs: Iterable[Pair]) -> str:
    return hashlib.sha256(repr(sorted(pairs)).encode()).hexdigest()


def read_ticks(data: MultiValueDict[str, str]) -> Ticks:
    """What a posted grid wants: its ticks, and the roles given to (or taken from) all chosen rows at once.

    Raises:
        GridRefused: roles were ticked for chosen rows but no row was chosen, or the other way round; or the form was
            made by hand and makes no sense.
    """
    try:
        shown_ids = {int(pk) for pk in data.getlist("row")}
        ticks = {(int(pk), role) for pk, _, role in (value.partition(":") for value in data.getlist("held"))}
        chosen_ids = {int(pk) for pk in data.getlist("chosen")} & shown_ids
    except ValueError:
        raise GridRefused("This form is not as the page made it. Load the page again.") from None
    shown = list(Organization.objects.filter(pk__in=shown_ids).select_related("parent"))
    roles = set(data.getlist("role")) & ROLES.keys()
    chosen = [place for place in shown if "all_rows" in data or place.pk in chosen_ids]
    if bool(roles) != bool(chosen):
        what = "tick the rows they are for, or all rows" if roles else "tick the roles for the chosen rows"
        raise GridRefused(f"Nothing was changed. To change several rows at once, also {what}.")
    at_once = {(place.pk, role) for place in chosen for role in roles.intersection(roles_of(place.kind))}
    wanted = {(pk, role) for pk, role in ticks if pk in shown_ids}
    wanted = wanted - at_once if data.get("at_once") == "take" else wanted | at_once
    return Ticks(shown, wanted, data.get("seen", ""))


def _groups_of(holder: User | Group, organizations: Collection[Organization]) -> dict[Pair, list[str]]:
    if isinstance(holder, Group):
        return {}
    through: dict[Pair, list[str]] = {}
    grants = GroupRole.objects.filter(group__user=holder, content_object__in=organizations).order_by("group__name")
    for pk, role, name in grants.values_list("content_object_id", "permission__codename", "group__name"):
        through.setdefault((pk, role), []).append(name)
    return through

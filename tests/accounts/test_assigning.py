"""Giving and taking roles: who may, what is recorded, and that it is all or nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import assigning
from accounts.administrators import make_administrator, may_administer
from accounts.assigning import Changed, NotAllowed, change_roles, roles_held
from accounts.models import AuditEntry, User, UserRole
from accounts.permissions import organizations_for
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import grant, make_group, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    user = make_user("administrator")
    make_administrator(user)
    return user


def trail() -> list[tuple[Any, ...]]:
    columns = ("action", "actor_name", "organization_code", "subject", "details")
    return [
        (*row[:4], row[4]["role"])
        for row in AuditEntry.objects.filter(action__startswith="role.").order_by("pk").values_list(*columns)
    ]


def test_twelve_roles_on_thirty_schools_at_once(administrator: User) -> None:
    lea = make_lea()
    schools = [make_school(lea, f"80000{number:02}") for number in range(30)]
    roles = ["senr_edit", "sinf_edit", "sela_edit", "sprg_edit", "sped_edit", "sass_edit"]
    roles += ["crse_edit", "scse_edit", "scte_edit", "stas_edit", "sinc_edit", "psts_edit"]
    clerk = make_user("clerk")
    wanted = [(school.pk, role) for school in schools for role in roles]
    with CaptureQueriesContext(connection) as queries:
        assert change_roles(holder=clerk, grant=wanted, by=administrator) == Changed(granted=360, revoked=0)
    # One insert of grants and one of audit rows, which SQLite takes in several pieces.
    assert len(queries) <= 14
    for role in roles:
        assert set(organizations_for(clerk, role)) == set(schools)
    assert AuditEntry.objects.count() == 360


def test_each_change_leaves_one_row_and_what_is_so_already_none(administrator: User) -> None:
    lea, other = make_lea("1964733"), make_lea("3768338")
    clerk = make_user("clerk")
    grant(clerk, "senr_edit", lea)
    grant(clerk, "sela_edit", lea)
    changed = change_roles(
        holder=clerk,
        grant=[(lea.pk, "senr_edit"), (other.pk, "sdem_edit")],
        revoke=[(lea.pk, "sela_edit"), (other.pk, "sinc_edit")],
        by=administrator,
    )
    assert changed == Changed(granted=1, revoked=1)
    subject = f"user:{clerk.pk}"
    assert trail() == [
        ("role.granted", "administrator", "3768338", subject, "sdem_edit"),
        ("role.revoked", "administrator", "1964733", subject, "sela_edit"),
    ]
    assert roles_held(clerk) == {(lea.pk, "senr_edit"), (other.pk, "sdem_edit")}


def test_a_group_holds_roles_for_its_members(administrator: User) -> None:
    lea = make_lea()
    clerk = make_user("clerk")
    group = make_group("clerks", clerk)
    change_roles(holder=group, grant=[(lea.pk, "senr_edit")], by=administrator)
    assert list(organizations_for(clerk, "senr_edit")) == [lea]
    assert roles_held(group) == {(lea.pk, "senr_edit")}
    assert roles_held(clerk) == set()
    change_roles(holder=group, revoke=[(lea.pk, "senr_edit")], by=administrator)
    assert list(organizations_for(clerk, "senr_edit")) == []
    assert [row[:1] + row[3:] for row in trail()] == [
        ("role.granted", f"group:{group.pk}", "senr_edit"),
        ("role.revoked", f"group:{group.pk}", "senr_edit"),
    ]


def test_nobody_changes_his_own_roles(administrator: User) -> None:
    lea = make_lea()
    root = make_user("root", is_staff=True, is_superuser=True)
    group = make_group("clerks", administrator)
    for holder, by in ((administrator, administrator), (root, root), (group, administrator)):
        with pytest.raises(NotAllowed, match=r"[nN]obody changes his own roles"):
            change_roles(holder=holder, grant=[(lea.pk, "senr_edit")], by=by)
    assert not UserRole.objects.exists()
    assert trail() == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"is_staff": True}, {"is_superuser": True}, {"is_staff": True, "is_superuser": True, "is_active": False}],
)
def test_it_takes_active_staff_with_the_permission(fields: dict[str, bool]) -> None:
    lea = make_lea()
    with pytest.raises(NotAllowed, match="You may not administer roles"):
        change_roles(holder=make_user(), grant=[(lea.pk, "senr_edit")], by=make_user("by", **fields))


def test_a_superuser_s_roles_are_changed_by_superusers(administrator: User) -> None:
    lea = make_lea()
    root = make_user("root", is_staff=True, is_superuser=True)
    with pytest.raises(NotAllowed, match="Only a superuser changes a superuser"):
        change_roles(holder=root, grant=[(lea.pk, "senr_edit")], by=administrator)
    other_root = make_user("root2", is_staff=True, is_superuser=True)
    assert change_roles(holder=root, grant=[(lea.pk, "senr_edit")], by=other_root).granted == 1


def test_a_role_is_held_only_where_it_can_be(administrator: User) -> None:
    lea, selpa = make_lea(), make_selpa()
    school = make_school(lea)
    clerk = make_user()
    for place, role in ((selpa, "senr_edit"), (lea, "selpa_reports"), (school, "selpa_reports"), (lea, "nonsense")):
        with pytest.raises(NotAllowed, match=f"cannot be held at {place.name}"):
            change_roles(holder=clerk, grant=[(lea.pk, "sela_edit"), (place.pk, role)], by=administrator)
    with pytest.raises(NotAllowed, match="an organization that does not exist"):
        change_roles(holder=clerk, grant=[(999_999, "senr_edit")], by=administrator)
    assert roles_held(clerk) == set()
    assert trail() == []


def test_what_fails_half_way_changes_nothing(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    lea = make_lea()
    clerk = make_user()

    def fail(**kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(assigning.audit, "entry", fail)
    with pytest.raises(OSError, match="disk full"):
        change_roles(holder=clerk, grant=[(lea.pk, "senr_edit")], by=administrator)
    assert roles_held(clerk) == set()


def test_administrators_may_administer_and_nothing_more(administrator: User) -> None:
    assert may_administer(administrator)
    assert not administrator.is_superuser
    assert sorted(name for name in administrator.get_all_permissions() if "role" in name) == [
        "accounts.administer_roles"
    ]
    assert not administrator.has_perm("ods.senr_edit")
    assert not administrator.has_perm("accounts.delete_user")
    assert not administrator.has_perm("auth.change_permission")


def test_every_database_has_the_administrators_group() -> None:
    group = Group.objects.get()
    assert group.name == "Role administrators"
    models = {permission.content_type.model for permission in group.permissions.all()}
    assert {"user", "group", "organization", "auditentry", "importantmessage", "job"} <= models
    changing = {
        permission.codename for permission in group.permissions.all() if not permission.codename.startswith("view_")
    }
    assert changing == {
        "administer_roles",
        "add_user",
        "change_user",
        "add_importantmessage",
        "change_importantmessage",
        "delete_importantmessage",
        "add_group",
        "change_group",
        "add_organization",
        "change_organization",
        "add_selpamembership",
        "change_selpamembership",
    }

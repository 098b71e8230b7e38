"""Who reaches which organisations: exact sets, for everybody."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.contenttypes.models import ContentType
from pytest_django import DjangoAssertNumQueries

from accounts.models import GroupRole, User, UserRole
from accounts.permissions import ROLES, Reach, may, member_leas, organizations_for, reach
from ods.models import SelpaMembership
from tests.factories.organizations import make_lea, make_membership, make_school, make_selpa
from tests.factories.people import grant, make_cast, make_group, make_user, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def codes(user: User | AnonymousUser, role: str) -> list[tuple[str, str]]:
    """Kind and code of everything a role reaches; a list, so that a row given twice shows."""
    return sorted(organizations_for(user, role).values_list("kind", "code"))


def test_every_member_of_the_cast_reaches_exactly_his_own() -> None:
    cast = make_cast("senr_edit", other_role="sdem_edit")
    whole_lea = [("LEA", "1964733"), ("SCHOOL", "1930924"), ("SCHOOL", "6015234")]
    assert {name: codes(person, "senr_edit") for name, person in cast.people.items()} == {
        "requester": whole_lea,
        "colleague": whole_lea,
        "colleague_without_role": [],
        "school_user": [("SCHOOL", "1930924")],
        "selpa_user": [],
        "stranger": [("LEA", "3768338"), ("SCHOOL", "3730033")],
        "deactivated": [],
        "administrator": [],
    }
    assert {name: codes(person, "sdem_edit") for name, person in cast.people.items() if codes(person, "sdem_edit")} == {
        "colleague_without_role": whole_lea
    }
    assert {
        name: codes(person, "selpa_reports") for name, person in cast.people.items() if codes(person, "selpa_reports")
    } == {"selpa_user": [*whole_lea, ("SELPA", "1901")]}


def test_nobody_signed_in_reaches_nothing() -> None:
    cast = make_cast()
    anonymous = AnonymousUser()
    assert codes(anonymous, "senr_edit") == []
    assert not may(anonymous, "senr_edit", cast.lea)
    assert reach(anonymous, cast.lea) == {}


def test_superuser_status_reaches_nothing() -> None:
    cast = make_cast()
    root = make_user("root", is_superuser=True, is_staff=True)
    assert [role for role in ROLES if codes(root, role)] == []
    assert reach(root, cast.lea) == {}


def test_permissions_on_the_model_reach_nothing() -> None:
    cast = make_cast()
    clerk = make_user("clerk")
    group = make_group("clerks", clerk)
    permission = Permission.objects.get(codename="senr_edit")
    clerk.user_permissions.add(permission)
    group.permissions.add(permission)
    clerk = User.objects.get(pk=clerk.pk)
    assert clerk.has_perm("ods.senr_edit")
    assert codes(clerk, "senr_edit") == []
    assert reach(clerk, cast.lea) == {}


def test_deactivation_counts_even_for_a_user_object_read_before() -> None:
    cast = make_cast()
    User.objects.filter(pk=cast.requester.pk).update(is_active=False)
    assert cast.requester.is_active
    assert codes(cast.requester, "senr_edit") == []
    assert reach(cast.requester, cast.lea) == {}


def test_a_role_of_a_group_counts_for_its_members_only() -> None:
    cast = make_cast()
    member, outsider = make_user("member"), make_user("outsider")
    group = make_group("enrollment clerks", member)
    grant(group, "senr_edit", cast.school)
    grant(group, "sela_edit", cast.lea)
    assert codes(member, "senr_edit") == [("SCHOOL", "1930924")]
    assert reach(member, cast.lea) == {
        "senr_edit": Reach(whole=False, schools=frozenset({"1930924"})),
        "sela_edit": Reach(whole=True),
    }
    assert codes(outsider, "senr_edit") == []
    assert reach(outsider, cast.lea) == {}
    group.user_set.remove(member)
    assert codes(member, "senr_edit") == []


def test_a_deactivated_member_has_nothing_from_his_group() -> None:
    cast = make_cast()
    group = make_group("enrollment clerks", cast.deactivated)
    grant(group, "senr_edit", cast.lea)
    assert codes(cast.deactivated, "senr_edit") == []
    assert reach(cast.deactivated, cast.lea) == {}


def test_own_and_group_grant_of_one_role_give_each_organization_once() -> None:
    cast = make_cast()
    grant(make_group("enrollment clerks", cast.requester), "senr_edit", cast.lea)
    grant(cast.requester, "senr_edit", cast.school)
    assert codes(cast.requester, "senr_edit") == [("LEA", "1964733"), ("SCHOOL", "1930924"), ("SCHOOL", "6015234")]
    assert reach(cast.requester, cast.lea) == {"senr_edit": Reach(whole=True, schools=frozenset({"1930924"}))}


def test_a_role_taken_away_is_gone_at_once() -> None:
    cast = make_cast()
    assert may(cast.requester, "senr_edit", cast.lea)
    revoke(cast.requester, "senr_edit", cast.lea)
    assert not may(cast.requester, "senr_edit", cast.lea)


def test_may_asks_for_one_role_at_one_organization() -> None:
    cast = make_cast()
    allowed = {
        (name, place.code)
        for name, person in cast.people.items()
        for place in (cast.lea, cast.school, cast.other_school, cast.other_lea, cast.school_of_other_lea, cast.selpa)
        if may(person, "senr_edit", place)
    }
    assert allowed == {
        *((name, code) for name in ("requester", "colleague") for code in ("1964733", "1930924", "6015234")),
        ("school_user", "1930924"),
        ("stranger", "3768338"),
        ("stranger", "3730033"),
    }


def test_an_independent_charter_keeps_lea_and_school_apart() -> None:
    charter = make_lea("0123456", "Cedar Charter")
    its_school = make_school(charter, "0123456", "Cedar Charter")
    user = make_user()
    grant(user, "senr_edit", its_school)
    assert codes(user, "senr_edit") == [("SCHOOL", "0123456")]
    assert reach(user, charter) == {"senr_edit": Reach(whole=False, schools=frozenset({"0123456"}))}


def test_roles_of_a_kind_of_organization_that_cannot_hold_them_reach_nothing() -> None:
    cast = make_cast()
    user = make_user()
    grant(user, "senr_edit", cast.selpa)
    grant(user, "selpa_reports", cast.lea)
    grant(user, "selpa_reports", cast.other_school)
    assert codes(user, "senr_edit") == []
    assert codes(user, "selpa_reports") == []
    assert reach(user, cast.selpa) == {}
    assert reach(user, cast.lea) == {}


@pytest.mark.parametrize(
    ("since", "until", "is_member"),
    [
        (date(2026, 11, 20), None, True),
        (date(2026, 11, 21), None, True),
        (date(2026, 11, 22), None, False),
        (date(2020, 7, 1), date(2026, 11, 20), False),
        (date(2020, 7, 1), date(2026, 11, 21), True),
    ],
)
def test_membership_counts_from_its_first_day_to_its_last_in_pacific_time(
    since: date, until: date | None, is_member: bool
) -> None:
    lea = make_lea()
    selpa = make_selpa()
    make_membership(selpa, lea, since=since, until=until)
    user = make_user()
    grant(user, "selpa_reports", selpa)
    # 23:30 on the 21st in California, and already the 22nd in UTC.
    with time_machine.travel("2026-11-22T07:30:00Z", tick=False):
        assert may(user, "selpa_reports", lea) == is_member
        assert list(member_leas(selpa)) == ([lea] if is_member else [])


def test_member_leas_of_another_day() -> None:
    lea = make_lea()
    selpa = make_selpa()
    make_membership(selpa, lea, since=date(2020, 7, 1), until=date(2021, 6, 30))
    make_membership(selpa, lea, since=date(2023, 7, 1))
    assert [list(member_leas(selpa, on=date(year, 9, 1))) for year in (2020, 2021, 2023)] == [[lea], [], [lea]]


def test_two_memberships_in_force_give_each_organization_once() -> None:
    lea = make_lea()
    school = make_school(lea)
    selpa = make_selpa(members=(lea,), since=date(2020, 7, 1))
    make_membership(selpa, lea, since=date(2021, 7, 1))
    user = make_user()
    grant(user, "selpa_reports", selpa)
    assert codes(user, "selpa_reports") == [("LEA", lea.code), ("SCHOOL", school.code), ("SELPA", "1901")]
    assert list(member_leas(selpa)) == [lea]


def test_reach_within_a_selpa_is_its_own_role_only() -> None:
    cast = make_cast()
    assert reach(cast.selpa_user, cast.selpa) == {"selpa_reports": Reach(whole=True)}
    assert reach(cast.selpa_user, cast.lea) == {}


def test_reach_within_an_lea_keeps_to_that_lea() -> None:
    cast = make_cast()
    assert {name: reach(person, cast.lea) for name, person in cast.people.items()} == {
        "requester": {"senr_edit": Reach(whole=True)},
        "colleague": {"senr_edit": Reach(whole=True)},
        "colleague_without_role": {"sdem_edit": Reach(whole=True)},
        "school_user": {"senr_edit": Reach(schools=frozenset({"1930924"}))},
        "selpa_user": {},
        "stranger": {},
        "deactivated": {},
        "administrator": {},
    }


def test_a_permission_of_another_model_with_a_role_s_name_opens_nothing() -> None:
    cast = make_cast()
    user = make_user()
    group = make_group("namesakes", user)
    for model in (User, SelpaMembership):
        namesake = Permission.objects.create(
            codename="senr_edit", name="namesake", content_type=ContentType.objects.get_for_model(model)
        )
        # guardian's save() would refuse it; a bulk write would not.
        UserRole.objects.bulk_create([UserRole(user=user, permission=namesake, content_object=cast.lea)])
        GroupRole.objects.bulk_create([GroupRole(group=group, permission=namesake, content_object=cast.lea)])
    assert codes(user, "senr_edit") == []
    assert reach(user, cast.lea) == {}


def test_an_unknown_role_is_an_error_not_an_empty_answer() -> None:
    with pytest.raises(KeyError, match="senr_edti"):
        organizations_for(make_user(), "senr_edti")


def test_each_answer_is_one_query(planned: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast = make_cast()
    grant(make_group("clerks", cast.requester), "sela_edit", cast.lea)
    for person, role in ((cast.requester, "senr_edit"), (cast.selpa_user, "selpa_reports")):
        with django_assert_num_queries(1):
            codes(person, role)
        with django_assert_num_queries(1):
            may(person, role, cast.lea)
        with django_assert_num_queries(1):
            reach(person, cast.lea)


def test_guardian_makes_no_anonymous_user() -> None:
    assert not User.objects.exists()

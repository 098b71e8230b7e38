"""Queries whose SQL is made once give what the ORM gives, for any values of their marks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from ods.compiled import SOME_TEXT, SOME_TIME, SOMEBODY, Compiled
from tests.factories.people import make_user

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

COLUMNS = ("pk", "username", "is_active", "last_login")


@pytest.fixture
def people() -> list[User]:
    people = [make_user(f"person{number}") for number in range(3)]
    for number, person in enumerate(people):
        person.last_login = timezone.now() - timedelta(days=number)
        person.save()
    return people


def test_values_come_as_the_orm_gives_them(people: list[User]) -> None:
    compiled = Compiled(User.objects.filter(pk=SOMEBODY).values_list(*COLUMNS), SOMEBODY)
    for person in people:
        assert compiled.rows(person.pk) == list(User.objects.filter(pk=person.pk).values_list(*COLUMNS))
    assert compiled.rows(0) == []


def test_several_marks_of_every_sort(people: list[User]) -> None:
    found = User.objects.filter(last_login__gt=SOME_TIME, is_active=True).exclude(username=SOME_TEXT).order_by("pk")
    compiled = Compiled(found.values_list("pk", flat=True), SOME_TEXT, SOME_TIME)
    since = timezone.now() - timedelta(days=1, hours=1)
    assert compiled.rows("", since) == [(people[0].pk,), (people[1].pk,)]
    assert compiled.rows("person0", since) == [(people[1].pk,)]
    assert compiled.rows("person0", timezone.now()) == []


def test_a_union_of_two_queries(people: list[User]) -> None:
    one, other = User.objects.filter(pk=SOMEBODY), User.objects.filter(username="person2")
    compiled = Compiled(one.values_list(*COLUMNS).union(other.values_list(*COLUMNS)), SOMEBODY, name="some_union")
    for _ in range(8):  # PostgreSQL changes to a general plan after five
        assert {row[1] for row in compiled.rows(people[0].pk)} == {"person0", "person2"}
    assert [row[3] for row in compiled.rows(people[2].pk)] == [people[2].last_login]


def test_a_percent_sign_in_a_prepared_query(people: list[User]) -> None:
    found = User.objects.extra(where=["username LIKE 'person%%'"]).filter(pk=SOMEBODY)
    for name in ("", "percent"):
        assert Compiled(found.values_list("pk"), SOMEBODY, name=name).rows(people[1].pk) == [(people[1].pk,)]


def test_what_a_connection_has_planned_outlives_a_rollback(people: list[User], django_assert_num_queries: Any) -> None:
    compiled = Compiled(User.objects.filter(pk=SOMEBODY).values_list("username"), SOMEBODY, name="somebody")
    with transaction.atomic():
        assert compiled.rows(people[0].pk) == [("person0",)]
        transaction.set_rollback(True)
    with django_assert_num_queries(1):
        assert compiled.rows(people[1].pk) == [("person1",)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_anew(people: list[User]) -> None:
    compiled = Compiled(User.objects.filter(pk=SOMEBODY).values_list("username"), SOMEBODY, name="again")
    for person in people:
        assert compiled.rows(person.pk) == [(person.username,)]
        connection.close()

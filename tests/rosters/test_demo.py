"""The demo's class data: groups at every school that has sections, and a second run that adds none."""

from __future__ import annotations

import pytest

from accounts.models import User
from ods.demo.generator import DemoData
from ods.demo.timeline import AS_OF
from ods.models import Organization
from rosters.demo import connect_demo, load_demo
from rosters.models import Connection, SchoolSetting, SectionSetting
from rosters.preparing import prepare
from tests.factories.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_the_demo_has_groups_to_send(demo_ods: DemoData) -> None:
    done = load_demo(as_of=AS_OF)
    assert [(given.error_count, given.unknown_count) for given in done] == [(0, 0), (0, 0)]
    assert load_demo(as_of=AS_OF) == []
    lea = done[0].lea
    year = SectionSetting.objects.values_list("year", flat=True).first()
    schools = list(Organization.objects.filter(parent=lea).order_by("name"))
    found = list(prepare(lea=lea, schools=schools, year=year, day=AS_OF, remember=False))
    named = [one for one in found if one.rows]
    assert len(named) >= 3
    assert {one.stops for one in named} == {False}
    assert {group.section.subject for one in named for group in one.roster.groups} == {"Math", "ELA", "ALL"}
    assert SchoolSetting.objects.count() == 0
    user: User = make_user("ada")
    for _ in range(2):
        connect_demo(users={lea.code: user})
    assert Connection.objects.get().lea == lea

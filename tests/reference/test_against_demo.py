"""Random criteria for every type and way of asking over the small demo: the portal's bytes are the reference's."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from django.db.models import Q

from ods.calendar import pacific_today
from ods.demo.generator import DemoData
from ods.layout import RECORD_TYPES
from ods.models import SelpaMembership
from tests.reference.asking_the_portal import portal_bytes
from tests.reference.criteria import WAYS, random_criteria, users_of
from tests.reference.selecting import extract
from tests.reference.store import Store

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

TIMES = 2
# Of the files compared, this many at least are not empty: else nothing is compared.
FILLED = 0.5


def requests() -> list[Any]:
    return [
        pytest.param(record_type, way, user, number, id=f"{record_type}-{way}-{user}-{number}")
        for record_type in RECORD_TYPES
        for way in WAYS[record_type]
        for user in users_of(record_type)
        for number in range(TIMES)
    ]


@pytest.mark.parametrize(("record_type", "way", "user", "number"), requests())
def test_bytes_are_those_of_the_reference(
    record_type: str, way: str, user: str, number: int, demo_ods: DemoData, demo_store: Store
) -> None:
    random = Random(f"{record_type} {way} {user} {number}")
    lea, selpa = place(random, demo_store, user)
    asked = random_criteria(demo_store, random, record_type=record_type, way=way, user=user, lea=lea)
    wanted = extract(demo_store, asked)
    got = portal_bytes(asked, user, selpa=selpa)
    assert got.split(b"\r\n") == wanted.split(b"\r\n")
    assert got == wanted


def place(random: Random, store: Store, user: str) -> tuple[str, str]:
    """An LEA, and for a SELPA user one of its SELPAs of today."""
    if user != "selpa":
        return random.choice(sorted(store.directory.schools)), ""
    today: date = pacific_today()
    memberships = SelpaMembership.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today)
    pairs = sorted(memberships.values_list("lea__code", "selpa__code"))
    return random.choice(pairs)


def test_most_of_the_files_compared_hold_something(demo_store: Store, db: None, demo_ods: DemoData) -> None:
    filled = 0
    for request in requests():
        record_type, way, user, number = request.values
        random = Random(f"{record_type} {way} {user} {number}")
        lea, _ = place(random, demo_store, user)
        asked = random_criteria(demo_store, random, record_type=record_type, way=way, user=user, lea=lea)
        filled += bool(extract(demo_store, asked))
    assert filled >= FILLED * len(requests())

"""Tiny worlds at random, every type: files and retirements in any order, and then the same bytes from both."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ods.layout import RECORD_TYPES
from tests.golden.reading import DIRECTORY
from tests.reference.asking_the_portal import portal_bytes
from tests.reference.criteria import WAYS, random_criteria
from tests.reference.reading import Directory
from tests.reference.selecting import extract
from tests.reference.store import Store
from tests.reference.worlds import LEAS, POSTED, File, World, worlds

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

# More worlds, and other ones each time: WORLDS=200 pytest tests/reference
WORLDS = int(os.environ.get("WORLDS", "4"))


@pytest.mark.parametrize("record_type", RECORD_TYPES)
@settings(
    max_examples=WORLDS,
    derandomize="WORLDS" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if "WORLDS" in os.environ else (Phase.generate,),
)
@given(data=st.data())
def test_the_portal_and_the_reference_hold_the_same_world(
    record_type: str, data: st.DataObject, tmp_path: Path
) -> None:
    world = data.draw(worlds(record_type))
    with transaction.atomic():
        call_command("load_directory", str(DIRECTORY), stdout=StringIO())
        store = live(world, tmp_path / "file.txt")
        random = Random(world.seed)
        for way in WAYS[record_type]:
            asked = random_criteria(
                store, random, record_type=record_type, way=way, user="lea", lea=random.choice([LEAS[0], *LEAS])
            )
            wanted, got = extract(store, asked), portal_bytes(asked, "lea")
            assert got.split(b"\r\n") == wanted.split(b"\r\n"), asked
        transaction.set_rollback(True)


def live(world: World, path: Path) -> Store:
    """Let everything happen to both; a file is refused by both or by neither."""
    store = Store(Directory.of(DIRECTORY))
    for event, day in zip(world.events, POSTED, strict=False):
        if isinstance(event, File):
            content = event.data(store)
            path.write_bytes(content)
            outcome = store.load(content, posted_on=day)
            words = StringIO()
            try:
                call_command("load_ods", str(path), f"--posted-on={_iso(day)}", stdout=words, stderr=words)
                refused = False
            except CommandError:
                refused = True
            assert refused == outcome.refused, words.getvalue()
        elif event.old not in store.retired and store.current(event.new) != event.old:
            store.retire(event.old, event.new)
            call_command("retire_ssid", event.old, event.new, f"--on={_iso(day)}", stdout=StringIO())
    return store


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"

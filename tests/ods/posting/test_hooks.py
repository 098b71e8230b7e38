from collections.abc import Iterator

import pytest
from django.db import connection

from ods.posting import hooks
from ods.posting.stage import rows
from tests.factories.records import line
from tests.ods.posting.filing import filed

pytestmark = pytest.mark.engines

Seen = list[tuple[object, ...]]


@pytest.fixture
def seen() -> Iterator[Seen]:
    """What a hook on STAS and SENR is shown: SSIDs and actions; unregistered after the test."""
    found: Seen = []

    def look(changes: hooks.Changes) -> None:
        assert connection.in_atomic_block
        assert changes.posting.record_type == changes.shape.layout.record_type
        joined = f"{changes.diff} d LEFT JOIN {changes.stage} s ON s.line = d.line"
        found.extend(rows(f"SELECT s.ssid, d.action FROM {joined} ORDER BY d.action, s.ssid"))

    hooks.register(look, "STAS", "SENR")
    hooks.register(look, "STAS")
    yield found
    for registered in hooks._hooks.values():
        if look in registered:
            registered.remove(look)


def test_a_hook_sees_what_changes_once_and_nothing_else(seen: Seen) -> None:
    filed(line("SENR", ssid="9000000001"), line("SENR", ssid="9000000002"), line("SENR", ssid="9000000003"))
    assert seen == [("9000000001", "I"), ("9000000002", "I"), ("9000000003", "I")]
    seen.clear()
    filed(
        line("SENR", ssid="9000000001"),
        line("SENR", ssid="9000000002", local_record_id="1"),
        line("SENR", "D", ssid="9000000003"),
    )
    assert seen == [("9000000003", "R"), ("9000000002", "U")]


def test_deletions_of_a_replacement_have_no_line(seen: Seen) -> None:
    filed(line("STAS", ssid="9000000001"))
    filed(line("STAS", ssid="9000000002"))
    assert seen == [("9000000001", "I"), (None, "D"), ("9000000002", "I")]


def test_hooks_of_other_types_and_of_refused_files_are_not_called(seen: Seen) -> None:
    filed(line("SELA"))
    filed(line("SENR", gender_code="Q"))
    filed(line("SENR"), dry_run=True)
    assert seen == []

"""Postings outside a test's transaction: nothing half done, and two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from ods.identities import retire
from ods.models import Posting, StudentEnrollment, StudentIdentity, StudentInformation
from ods.posting import hooks
from tests.factories.records import line
from tests.ods.posting.filing import FIRST, OTHER_LEA, SECOND, Filed, days, everything, filed, lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]
only_postgres = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time"
)


def temporary_tables() -> list[str]:
    of_engine = {
        "postgresql": "SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"
        " AND relnamespace = pg_my_temp_schema()",
        "sqlite": "SELECT name FROM sqlite_temp_master WHERE type = 'table'",
    }
    with connection.cursor() as cursor:
        cursor.execute(of_engine[connection.vendor])
        return [name for (name,) in cursor.fetchall()]


def test_a_posting_in_its_own_transaction_leaves_no_tables_behind() -> None:
    assert filed(line("SENR")).counts == {"read": 1, "inserted": 1}
    assert filed(line("SENR", gender_code="Q")).outcome.refused != ""
    assert (temporary_tables(), connection.in_atomic_block) == ([], False)


@pytest.fixture
def failing_hook() -> Iterator[Callable[[], None]]:
    """A hook that fails, once it is registered; unregistered after the test."""

    def fail(changes: hooks.Changes) -> None:
        raise RuntimeError("disk full")

    registered = hooks._hooks.setdefault("SENR", [])
    yield lambda: hooks.register(fail, "SENR")
    registered.remove(fail)


def test_a_failure_in_the_middle_leaves_everything_as_it_was(failing_hook: Callable[[], None]) -> None:
    filed(line("SENR"))
    before = everything("SENR")
    failing_hook()
    with pytest.raises(RuntimeError, match="disk full"):
        filed(line("SENR", local_record_id="new"), line("SENR", ssid="9000000002"), on=SECOND)
    assert (everything("SENR"), Posting.objects.count(), StudentIdentity.objects.count()) == (before, 1, 1)
    assert temporary_tables() == []


def test_a_posting_inside_a_callers_transaction_goes_and_comes_with_it() -> None:
    with transaction.atomic():
        filed(line("SENR"))
        transaction.set_rollback(True)
    assert (StudentEnrollment.objects.count(), Posting.objects.count(), temporary_tables()) == (0, 0, [])
    with transaction.atomic():
        filed(line("SENR"))
    assert StudentEnrollment.objects.count() == 1


# --- two at once ---------------------------------------------------------------------------------------------------


class Other(threading.Thread):
    """Something done in another thread, on a connection of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.result: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._work()
        finally:
            connection.close()

    def done(self) -> Any:
        self.join(30)
        assert not self.is_alive()
        return self.result


def while_posting(first: Callable[..., Filed], work: Callable[[], Any]) -> tuple[Filed, Any]:
    """Let `first` post, and have `work` begin in another thread just before it changes anything."""
    other: list[Other] = []

    def begin(outcome: object) -> None:
        other.append(Other(work))
        other[0].join(0.5)
        assert other[0].is_alive(), "the other one did not wait"

    posted = first(announce=begin)
    return posted, other[0].done()


@only_postgres
def test_two_files_of_one_lea_and_type_are_posted_one_after_the_other() -> None:
    first, second = while_posting(
        lambda **options: filed(line("SENR"), line("SENR", ssid="9000000002"), **options),
        lambda: filed(line("SENR", local_record_id="second"), line("SENR", ssid="9000000003"), on=SECOND),
    )
    assert (first.counts, second.counts) == (
        {"read": 2, "inserted": 2},
        {"read": 2, "inserted": 1, "updated": 1},
    )
    assert days("SENR") == [(FIRST, SECOND), (FIRST, FIRST), (SECOND, SECOND)]


@only_postgres
def test_two_replacements_of_one_scope_leave_the_second() -> None:
    first, second = while_posting(
        lambda **options: filed(line("STAS"), line("STAS", ssid="9000000002"), **options),
        lambda: filed(line("STAS", ssid="9000000003"), on=SECOND),
    )
    assert (first.counts, second.counts) == (
        {"read": 2, "inserted": 2},
        {"read": 1, "inserted": 1, "deleted": 2},
    )
    assert lines("STAS") == [line("STAS", ssid="9000000003")]


@only_postgres
def test_two_files_of_one_chain_close_it_right() -> None:
    while_posting(
        lambda **options: filed(line("SINF", effective_start_date="20250801"), **options),
        lambda: filed(line("SINF", effective_start_date="20250901"), on=SECOND),
    )
    ends = StudentInformation.objects.order_by("effective_start_date").values_list("effective_end_date", flat=True)
    assert [str(end) for end in ends] == ["2025-08-31", "None"]


@only_postgres
def test_a_delete_waits_for_the_record_that_is_being_posted() -> None:
    _, second = while_posting(
        lambda **options: filed(line("SENR"), **options), lambda: filed(line("SENR", "D"), on=SECOND)
    )
    assert second.counts == {"read": 1, "removed": 1}


@only_postgres
def test_retiring_waits_for_a_posting_and_meets_its_records() -> None:
    filed(line("SENR", ssid="9000000001"), line("SENR", ssid="9000000002"))
    while_posting(
        lambda **options: filed(line("SELA", ssid="9000000001"), **options),
        lambda: retire(old="9000000001", new="9000000002", on=SECOND),
    )
    assert lines("SELA") == [line("SELA", ssid="9000000002")]


@only_postgres
@pytest.mark.parametrize("record_type", ["SENR", "SINF"])
def test_two_leas_that_bring_the_same_new_students_both_post(record_type: str) -> None:
    there = {"reporting_lea": OTHER_LEA, "school_of_attendance": "0000001"}
    students = [f"{number:010}" for number in range(200)]
    other = Other(lambda: filed(*[line(record_type, ssid=ssid, **there) for ssid in reversed(students)]))
    here = filed(*[line(record_type, ssid=ssid) for ssid in students])
    assert (here.counts, other.done().counts) == ({"read": 200, "inserted": 200}, {"read": 200, "inserted": 200})
    assert StudentIdentity.objects.count() == 200

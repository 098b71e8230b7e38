"""Effective dates of SINF and SDEM (spec ods-extracts 10.2.3, 10.2.4): by example, and against a slow reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ods.layout import layout
from ods.models import Posting, StudentInformation
from tests.factories.records import SSID, line
from tests.ods.posting.filing import (
    FIRST,
    OTHER_LEA,
    SECOND,
    SECOND_SCHOOL,
    THIRD,
    everything,
    extracted,
    filed,
    stored,
)

pytestmark = pytest.mark.engines

EFFECTIVE = ("SINF", "SDEM")


def version(start: str, end: str = "", transaction_type: str = "", *, record_type: str = "SINF", **given: str) -> str:
    return line(record_type, transaction_type, effective_start_date=start, effective_end_date=end, **given)


def shown(record_type: str = "SINF") -> list[tuple[str, str]]:
    """Start and shown end of each record, as the extract has them, in the order of their keys."""
    places = [layout(record_type)[name].position - 1 for name in ("effective_start_date", "effective_end_date")]
    return [tuple(extracted(each).split("^")[place] for place in places) for each in stored(record_type)]  # type: ignore[misc]


def days() -> list[tuple[date, date]]:
    return [(each.upload_date, each.last_updated) for each in stored("SINF")]


# --- by example ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record_type", EFFECTIVE)
def test_insert_after_closes_the_one_before_and_moves_its_last_updated(record_type: str) -> None:
    filed(version("20250801", record_type=record_type))
    filed(version("20250915", record_type=record_type), on=SECOND)
    assert shown(record_type) == [("20250801", "20250914"), ("20250915", "")]
    assert [(each.upload_date, each.last_updated) for each in stored(record_type)] == [
        (FIRST, SECOND),
        (SECOND, SECOND),
    ]


def test_insert_before_is_closed_by_the_one_after_which_stays_as_it_was() -> None:
    filed(version("20250915"))
    filed(version("20250801"), on=SECOND)
    assert shown() == [("20250801", "20250914"), ("20250915", "")]
    assert days() == [(SECOND, SECOND), (FIRST, FIRST)]


def test_insert_between_closes_the_one_before_earlier_and_is_closed_itself() -> None:
    filed(version("20250801"), version("20251001"))
    filed(version("20250901"), on=SECOND)
    assert shown() == [("20250801", "20250831"), ("20250901", "20250930"), ("20251001", "")]
    assert days() == [(FIRST, SECOND), (SECOND, SECOND), (FIRST, FIRST)]


def test_the_same_start_replaces_and_the_neighbours_stay() -> None:
    filed(version("20250801"), version("20250901"))
    filed(version("20250901", local_record_id="new"), on=SECOND)
    assert shown() == [("20250801", "20250831"), ("20250901", "")]
    assert days() == [(FIRST, FIRST), (FIRST, SECOND)]


def test_an_explicit_end_before_the_next_start_leaves_a_gap() -> None:
    filed(version("20250801", "20250815"), version("20250901"))
    assert shown() == [("20250801", "20250815"), ("20250901", "")]


def test_an_explicit_end_after_the_next_start_is_cut_and_comes_back_when_the_next_goes() -> None:
    filed(version("20250801", "20251231"), version("20250901"))
    assert shown() == [("20250801", "20250831"), ("20250901", "")]
    filed(version("20250901", transaction_type="D"), on=SECOND)
    assert shown() == [("20250801", "20251231")]
    assert days() == [(FIRST, SECOND)]


def test_an_explicit_end_on_the_day_before_the_next_start_stays_when_the_next_goes() -> None:
    filed(version("20250801", "20250831"), version("20250901"))
    filed(version("20250901", transaction_type="D"), on=SECOND)
    assert shown() == [("20250801", "20250831")]
    assert days() == [(FIRST, FIRST)]


def test_delete_reopens_the_one_before_up_to_the_next_that_is_left() -> None:
    filed(version("20250801"), version("20250901"), version("20251001"))
    filed(version("20250901", transaction_type="D"), on=SECOND)
    assert shown() == [("20250801", "20250930"), ("20251001", "")]
    assert days() == [(FIRST, SECOND), (FIRST, FIRST)]
    filed(version("20251001", transaction_type="D"), on=THIRD)
    assert shown() == [("20250801", "")]
    filed(version("20250801", transaction_type="D"))
    assert shown() == []


def test_an_end_after_the_next_start_changes_what_is_kept_and_not_the_extracted_line() -> None:
    filed(version("20250801"), version("20250901"))
    changed = filed(version("20250801", "20251231"), on=SECOND)
    assert changed.counts == {"read": 1, "updated": 1}
    assert shown() == [("20250801", "20250831"), ("20250901", "")]
    assert days() == [(FIRST, FIRST), (FIRST, FIRST)]
    assert stored("SINF")[0].posting == changed.outcome.posting
    filed(version("20250901", transaction_type="D"), on=THIRD)
    assert shown() == [("20250801", "20251231")]


def test_a_record_with_the_sent_or_the_shown_end_is_unchanged_and_keeps_what_was_sent() -> None:
    filed(version("20250801"), version("20250901"))
    before = everything("SINF")
    for end in ("", "20250831"):
        assert filed(version("20250801", end), on=SECOND).counts == {"read": 1, "unchanged": 1}
    assert everything("SINF") == before
    filed(version("20250901", transaction_type="D"))
    assert shown() == [("20250801", "")]


def test_another_end_is_a_change_and_moves_last_updated_when_it_shows() -> None:
    filed(version("20250801"))
    assert filed(version("20250801", "20250820"), on=SECOND).counts == {"read": 1, "updated": 1}
    assert (shown(), days()) == ([("20250801", "20250820")], [(FIRST, SECOND)])
    assert filed(version("20250801", ""), on=THIRD).counts == {"read": 1, "updated": 1}
    assert (shown(), days()) == ([("20250801", "")], [(FIRST, THIRD)])


def test_chains_run_across_schools_and_never_across_leas_or_students() -> None:
    filed(
        version("20250801"),
        version("20250901", school_of_attendance=SECOND_SCHOOL),
        version("20250815", reporting_lea=OTHER_LEA, school_of_attendance="0000001"),
        version("20250820", ssid="9000000002"),
    )
    # In the order of LEA, student, start.
    assert shown() == [("20250801", "20250831"), ("20250901", ""), ("20250820", ""), ("20250815", "")]


def test_a_neighbour_that_is_closed_or_reopened_names_the_line_that_did_it() -> None:
    filed(version("20250801"), version("20251001"))
    closing = filed(version("20250801", ssid="9000000002"), version("20250901"), on=SECOND)
    first = StudentInformation.objects.get(ssid=SSID, effective_start_date=date(2025, 8, 1))
    assert (first.posting, first.posting_line) == (closing.outcome.posting, 2)
    reopening = filed(
        version("20250801", ssid="9000000003"),
        version("20250801", ssid="9000000004"),
        version("20250901", transaction_type="D"),
        on=THIRD,
    )
    first.refresh_from_db()
    assert (first.posting, first.posting_line) == (reopening.outcome.posting, 3)


def test_delete_and_insert_in_one_file_are_one_change_of_the_chain() -> None:
    filed(version("20250801"), version("20250901"))
    filed(version("20250901", transaction_type="D"), version("20250905"), on=SECOND)
    assert shown() == [("20250801", "20250904"), ("20250905", "")]
    assert days() == [(FIRST, SECOND), (SECOND, SECOND)]
    # Taken out and put back a day later and earlier: the one before shows what it showed.
    filed(version("20250905", transaction_type="D"), version("20250904"), on=THIRD)
    filed(version("20250904", transaction_type="D"), version("20250905"), on=THIRD)
    assert shown() == [("20250801", "20250904"), ("20250905", "")]


def test_a_neighbour_whose_line_is_the_same_after_the_file_keeps_its_dates() -> None:
    filed(version("20250801", "20250815"), version("20250901"))
    before = everything("SINF")[0]
    filed(version("20250901", transaction_type="D"), on=SECOND)
    filed(version("20250905"), on=THIRD)
    assert everything("SINF")[0] == before


# --- against the reference -----------------------------------------------------------------------------------------

Key = tuple[str, int]
"""Person, and the day of the start counted from EPOCH."""
EPOCH = date(2025, 8, 1)


@dataclass
class Version:
    """One line of a generated file."""

    key: Key
    action: Literal["", "D"]
    end: int | None
    name: str

    def text(self, record_type: str) -> str:
        person, start = self.key
        return version(
            f"{EPOCH + timedelta(days=start):%Y%m%d}",
            f"{EPOCH + timedelta(days=self.end):%Y%m%d}" if self.end is not None else "",
            self.action,
            record_type=record_type,
            legal_first_name=self.name,
            **{layout(record_type).person_field: person},
        )


@dataclass
class Kept:
    name: str
    sent: int | None
    shown: int | None
    upload: date
    last: date


@dataclass
class Reference:
    """The rules of 10.2.3 and 10.2.4, one record after the other, nothing set-based."""

    records: dict[Key, Kept] = field(default_factory=dict)

    def post(self, file: list[Version], on: date) -> None:
        before = {key: (kept.name, kept.shown) for key, kept in self.records.items()}
        for each in file:
            kept = self.records.get(each.key)
            if each.action == "D":
                del self.records[each.key]
            elif kept is None:
                self.records[each.key] = Kept(each.name, each.end, each.end, on, on)
            elif each.name != kept.name or each.end not in (kept.sent, before[each.key][1]):
                kept.name, kept.sent = each.name, each.end
        for (person, start), kept in self.records.items():
            later = [other for someone, other in self.records if someone == person and other > start]
            ends = [end for end in (kept.sent, min(later) - 1 if later else None) if end is not None]
            kept.shown = min(ends, default=None)
            if before.get((person, start), (kept.name, kept.shown)) != (kept.name, kept.shown):
                kept.last = max(kept.last, on)


def as_stored(record_type: str) -> dict[Key, Kept]:
    def day(value: date | None) -> int | None:
        return None if value is None else (value - EPOCH).days

    found = {}
    for each in stored(record_type):
        person = getattr(each, layout(record_type).person_field)
        found[person, (each.effective_start_date - EPOCH).days] = Kept(  # type: ignore[attr-defined]
            each.legal_first_name,  # type: ignore[attr-defined]
            day(each.effective_end_sent),  # type: ignore[attr-defined]
            day(each.effective_end_date),  # type: ignore[attr-defined]
            each.upload_date,
            each.last_updated,
        )
    return found


versions = st.builds(
    Version,
    key=st.tuples(st.sampled_from(["9000000001", "9000000002"]), st.integers(0, 6)),
    action=st.sampled_from(["", "", "D"]),
    end=st.none() | st.integers(0, 8),
    name=st.sampled_from(["Ana", "Bea"]),
)
histories = st.lists(
    st.lists(versions, min_size=1, max_size=6, unique_by=lambda each: each.key), min_size=1, max_size=5
)


@pytest.mark.parametrize("record_type", EFFECTIVE)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, data=st.data())
def test_any_files_in_any_order_of_rows_give_what_the_reference_gives(
    record_type: str, history: list[list[Version]], data: st.DataObject
) -> None:
    reference = Reference()
    clear(record_type)
    for number, file in enumerate(history):
        possible = [each for each in file if each.action != "D" or each.key in reference.records]
        if not possible:
            continue
        on = FIRST + timedelta(days=number)
        reference.post(possible, on)
        rows = data.draw(st.permutations(possible))
        assert filed(*[each.text(record_type) for each in rows], on=on).outcome.refused == ""
        assert as_stored(record_type) == reference.records


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        versions.filter(lambda each: each.action == ""), min_size=2, max_size=7, unique_by=lambda each: each.key
    ),
    data=st.data(),
)
def test_new_records_give_the_same_in_one_file_or_in_any_number_of_files_in_any_order(
    rows: list[Version], data: st.DataObject
) -> None:
    clear("SINF")
    filed(*[each.text("SINF") for each in rows])
    together = as_stored("SINF")
    clear("SINF")
    for each in data.draw(st.permutations(rows)):
        filed(each.text("SINF"))
    assert as_stored("SINF") == together


def clear(record_type: str) -> None:
    for each in stored(record_type):
        each.delete()
    Posting.objects.all().delete()

"""Both files of whole schools, through import and database, against the reference made apart from them.

The sum invariant, never negative, never above scheduled, in both modes: on files as they are downloaded.
"""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.rop import DISTRICT_CDS, HIGH, Packet, add_section, loaded, seat, student
from tests.rop_export import reference
from tests.rop_export.test_minutes import KINDS, SCHEDULES, realities

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def packet_of(reality: reference.Reality) -> Packet:
    """The files that say what is so."""
    found = Packet()
    found.add("schools", school="0", cds=DISTRICT_CDS)
    found.add("calendars", school="0", start="2026-07-01", end="2027-06-30")
    found.add(
        "schools", school=HIGH, cds=f"3066621{HIGH}", bell_schedule=reality.school_bell,
        attendance="P" if reality.positive else "N", scheduling="F" if reality.flex else "T",
    )  # fmt: skip
    found.add("calendars", school=HIGH, start="2026-07-01", end="2027-06-30")
    for bell in SCHEDULES[1:]:
        # A period nobody meets in: the schedule exists even if it has none of the section's.
        found.add("bell_schedules", school=HIGH, bell_schedule=bell, period="0", starts="07:00", ends="07:30")
    for (bell, period), (starts, ends) in reality.bells.items():
        if starts < ends:
            found.add("bell_schedules", school=HIGH, bell_schedule=bell, period=period, starts=clock(starts),
                      ends=clock(ends))  # fmt: skip
    # One day far off, so that the school has a calendar at all.
    for day, bell in {**reality.school_days, date(2027, 6, 1): ""}.items():
        found.add("calendar_days", school=HIGH, day=day, bell_schedule=bell)
    for day, periods in reality.blocks.items():
        found.add("block_calendar", school=HIGH, day=day, periods=" ".join(sorted(periods)) or "none")
    for code, kind in KINDS.items():
        found.add("attendance_codes", school=HIGH, code=code, kind=kind)
    found.add("staff", staff="S", last_name="Ochoa")
    found.add("teachers", school=HIGH, teacher="12", last_name="Rivera")
    add_section(found, "1", periods=" ".join(reality.periods), staff="S")
    for day in reality.class_days or ():
        found.add("class_calendar", school=HIGH, section="1", day=day)
    firsts = set()
    for first, last in reality.spans:
        if first not in firsts:
            seat(found, "1", "1", start=first, end=last)
            firsts.add(first)
    for (day, period), (code, minutes) in reality.by_period.items():
        if code or minutes is not None:
            found.add("period_attendance", school=HIGH, local_student_id="1", day=day, period=period, code=code,
                      minutes=minutes)  # fmt: skip
    for day, (code, minutes) in reality.by_class.items():
        if code or minutes is not None:
            found.add("class_attendance", school=HIGH, local_student_id="1", section="1", day=day, code=code,
                      minutes=minutes)  # fmt: skip
    for day, code in reality.all_day.items():
        found.add("day_attendance", school=HIGH, local_student_id="1", day=day, code=code)
    return found


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def as_files_can_say(reality: reference.Reality) -> reference.Reality:
    """Without what no file can hold: empty entries, periods of no length, a span twice, a class of no day."""
    reality.bells = {key: times for key, times in reality.bells.items() if times[0] < times[1]}
    reality.by_period = {key: entry for key, entry in reality.by_period.items() if entry != ("", None)}
    reality.by_class = {key: entry for key, entry in reality.by_class.items() if entry != ("", None)}
    reality.spans = list({span[0]: span for span in reversed(reality.spans)}.values())
    reality.class_days = reality.class_days or None
    return reality


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(realities(), st.booleans())
def test_both_files_are_those_of_the_reference(lea, run, reality, leaves):
    reality = as_files_can_say(reality)
    said = reference.account(reality)
    with transaction.atomic():
        student(lea, "1", exit=reality.end - timedelta(days=1) if leaves else None, since=date(2026, 8, 1))
        loaded(lea, packet_of(reality))
        files = run(start=reality.start, end=reality.end, today=date(2027, 6, 30))
        transaction.set_rollback(True)
    there = any(first <= reality.end and (last is None or last >= reality.start) for first, last in reality.spans) and (
        not leaves or sum(minutes for _, minutes, _ in said.lines) > 0
    )
    if not there:
        assert (files.rows, files.days) == ([], [])
        return
    found = [(row["ATT_DATE"], int(row["MINUTES"]), row["ATT_CODE"]) for row in files.days]
    assert found == [(f"{day:%Y%m%d}", minutes, code) for day, minutes, code in said.lines]
    assert files.column("TOTAL_MINUTES") == [str(sum(minutes for _, minutes, _ in found))]
    assert [line.day for line in files.outcome.report.lines if line.day and line.severity == "error"] == said.in_error
    assert [line.day for line in files.outcome.report.lines if line.day and line.severity == "warning"] == said.capped

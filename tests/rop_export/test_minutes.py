"""Minutes, against a reference written apart from them (tests/rop_export/reference.py)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rop_export.minutes import ClassDays, Days, Entry, Mode, class_days, completed
from tests.rop_export import reference
from tests.rop_export.reference import Reality

FIRST = date(2026, 8, 10)
PERIODS = ["1", "2", "3"]
SCHEDULES = ["", "REG", "MIN"]
KINDS = {"A": "A", "U": "A", "T": "P", "X": "P"}
days_of_range = st.integers(0, 9).map(lambda offset: FIRST + timedelta(days=offset))
codes = st.sampled_from(["", *KINDS])
entries = st.tuples(codes, st.one_of(st.none(), st.integers(0, 90)))


@st.composite
def realities(draw):
    start, end = sorted((draw(days_of_range), draw(days_of_range)))
    spans = draw(st.lists(st.tuples(days_of_range, st.one_of(st.none(), days_of_range)), min_size=1, max_size=3))
    return Reality(
        start=start,
        end=end,
        school_days=draw(st.dictionaries(days_of_range, st.sampled_from(SCHEDULES))),
        school_bell=draw(st.sampled_from(SCHEDULES[1:])),
        bells=draw(
            st.dictionaries(
                st.tuples(st.sampled_from(SCHEDULES[1:]), st.sampled_from(PERIODS)),
                st.tuples(st.integers(480, 540), st.integers(540, 620)),
            )
        ),
        periods=sorted(draw(st.sets(st.sampled_from(PERIODS), min_size=1))),
        spans=[(first, last) for first, last in spans if last is None or first <= last],
        positive=draw(st.booleans()),
        flex=draw(st.booleans()),
        blocks=draw(st.dictionaries(days_of_range, st.sets(st.sampled_from(PERIODS)))),
        class_days=draw(st.one_of(st.none(), st.sets(days_of_range))),
        kinds=KINDS,
        by_period=draw(st.dictionaries(st.tuples(days_of_range, st.sampled_from(PERIODS)), entries)),
        by_class=draw(st.dictionaries(days_of_range, entries)),
        all_day=draw(st.dictionaries(days_of_range, st.sampled_from(sorted(KINDS)))),
    )


def days_of(reality: Reality) -> ClassDays:
    return class_days(
        days=Days(
            bell_schedules={day: bell or reality.school_bell for day, bell in reality.school_days.items()},
            bells={key: ends - starts for key, (starts, ends) in reality.bells.items()},
            blocks=reality.blocks,
        ),
        start=reality.start,
        end=reality.end,
        periods=reality.periods,
        mode=Mode.POSITIVE if reality.positive else Mode.NEGATIVE,
        flex=reality.flex,
        class_calendar=reality.class_days,
    )


def ours(reality: Reality) -> reference.Account:
    met = days_of(reality)
    said = reference.Account()
    for positions in met.within(reality.spans):
        for position in positions:
            day = met.days[position]
            if reality.flex:
                of_day = {"": Entry(*reality.by_class[day])} if day in reality.by_class else {}
            else:
                of_day = {p: Entry(*entry) for (when, p), entry in reality.by_period.items() if when == day}
            found = completed(
                pieces=met.pieces[position],
                mode=Mode.POSITIVE if reality.positive else Mode.NEGATIVE,
                entries=of_day,
                all_day=reality.all_day.get(day, ""),
                absences={code for code, kind in KINDS.items() if kind == "A"},
            )
            said.lines.append((day, found.minutes, found.code))
            if found.capped:
                said.capped.append(day)
            if position in met.in_error:
                said.in_error.append(day)
    return said


@settings(max_examples=400, deadline=None)
@given(realities())
def test_minutes_are_those_of_the_reference(reality):
    assert ours(reality) == reference.account(reality)


@settings(max_examples=150, deadline=None)
@given(realities())
def test_minutes_are_never_negative_and_never_above_the_scheduled(reality):
    met = days_of(reality)
    scheduled = {
        day: sum(piece.scheduled or 0 for piece in pieces) for day, pieces in zip(met.days, met.pieces, strict=True)
    }
    for day, minutes, _ in ours(reality).lines:
        assert 0 <= minutes <= scheduled[day]


@settings(max_examples=150, deadline=None)
@given(realities())
def test_a_day_without_an_entry_is_worth_the_usual(reality):
    reality.by_period, reality.by_class, reality.all_day = {}, {}, {}
    met = days_of(reality)
    usual = dict(zip(met.days, met.usual, strict=True))
    assert [(day, usual[day], "") for day, _, _ in ours(reality).lines] == reference.account(reality).lines


def test_five_days_of_the_spec():
    """Acceptance example 5: 50 + 0 + 50 + 50 + 35, the tardy on a normal day."""
    week = [FIRST + timedelta(days=n) for n in range(5)]
    met = class_days(
        days=Days(
            bell_schedules=dict.fromkeys(week[:4], "REG") | {week[4]: "MIN"},
            bells={("REG", "2"): 50, ("MIN", "2"): 35},
        ),
        start=week[0],
        end=week[4],
        periods=["2"],
        mode=Mode.NEGATIVE,
    )
    by_day = {week[1]: {"2": Entry("A")}, week[2]: {"2": Entry("T")}}
    found = [
        completed(pieces=pieces, mode=Mode.NEGATIVE, entries=by_day.get(day, {}), all_day="", absences={"A"})
        for day, pieces in zip(met.days, met.pieces, strict=True)
    ]
    assert [day.minutes for day in found] == [50, 0, 50, 50, 35]
    assert [day.code for day in found] == ["", "A", "T", "", ""]
    assert sum(day.minutes for day in found) == 185

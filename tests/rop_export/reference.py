"""The minutes of one student in one section, as slowly and plainly as the spec can be read (rop.md, section 6).

Written from the spec before the real code, and shares nothing with it: no import of the project at all. It walks over
every date of the range, looks each thing up by itself and keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

ABSENCE = "A"


@dataclass
class Reality:
    """Everything there is to know about one student, one section and one school."""

    start: date
    end: date
    school_days: dict[date, str]  # the custom bell schedule of the day, or ""
    school_bell: str
    bells: dict[tuple[str, str], tuple[int, int]]  # (bell schedule, period) -> minutes of the day it starts and ends
    periods: list[str]  # the section's periods, in period order
    spans: list[tuple[date, date | None]]  # in the section, both days included
    positive: bool = False
    flex: bool = False
    blocks: dict[date, set[str]] = field(default_factory=dict)  # the periods that meet; absent: all do
    class_days: set[date] | None = None  # flex: the days of the class; None: every school day
    kinds: dict[str, str] = field(default_factory=dict)  # code -> "A" absence, "P" presence
    by_period: dict[tuple[date, str], tuple[str, int | None]] = field(default_factory=dict)  # code, recorded minutes
    by_class: dict[date, tuple[str, int | None]] = field(default_factory=dict)
    all_day: dict[date, str] = field(default_factory=dict)


@dataclass
class Account:
    """What the reference says: a line for each day that counts, the days in error, the days capped."""

    lines: list[tuple[date, int, str]] = field(default_factory=list)
    in_error: list[date] = field(default_factory=list)
    capped: list[date] = field(default_factory=list)


def account(reality: Reality) -> Account:
    said = Account()
    day = reality.start
    while day <= reality.end:
        if _counts(reality, day):
            _one_day(reality, day, said)
        day += timedelta(days=1)
    return said


def _meeting(reality: Reality, day: date) -> list[str]:
    if reality.flex:
        if reality.class_days is not None and day not in reality.class_days:
            return []
        return reality.periods
    if day in reality.blocks:
        return [period for period in reality.periods if period in reality.blocks[day]]
    return reality.periods


def _counts(reality: Reality, day: date) -> bool:
    enrolled = any(first <= day and (last is None or day <= last) for first, last in reality.spans)
    return day in reality.school_days and enrolled and bool(_meeting(reality, day))


def _scheduled(reality: Reality, day: date, period: str) -> int | None:
    bell = reality.school_days[day] if reality.school_days[day] else reality.school_bell
    if (bell, period) not in reality.bells:
        return None
    starts, ends = reality.bells[bell, period]
    return ends - starts


def _one_day(reality: Reality, day: date, said: Account) -> None:
    meeting = _meeting(reality, day)
    if any(_scheduled(reality, day, period) is None for period in meeting):
        said.in_error.append(day)
    if reality.flex:
        # The class is taken as one: its periods' sum, one code, one number of recorded minutes.
        known = [_scheduled(reality, day, period) for period in meeting]
        pieces = [(sum(minutes for minutes in known if minutes is not None), reality.by_class.get(day))]
    else:
        pieces = [(_scheduled(reality, day, period) or 0, reality.by_period.get((day, period))) for period in meeting]
    minutes, first_code, too_much = 0, "", False
    for scheduled, entry in pieces:
        code, recorded = entry if entry is not None else ("", None)
        if reality.positive:
            if entry is None or reality.kinds.get(code) == ABSENCE:
                pass
            elif recorded is None:
                minutes += scheduled
            else:
                too_much = too_much or recorded > scheduled
                minutes += min(recorded, scheduled)
        else:
            code = code or reality.all_day.get(day, "")
            if code == "" or reality.kinds[code] != ABSENCE:
                minutes += scheduled
        first_code = first_code or code
    if too_much:
        said.capped.append(day)
    said.lines.append((day, minutes, first_code))

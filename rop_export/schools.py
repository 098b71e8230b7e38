"""The selected sections of a school, with everything of them that is the same for all their students."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from extracts.snapshot import Rows
from ods.models import Organization
from rop_export.criteria import Criteria
from rop_export.enums import CodeKind
from rop_export.minutes import ClassDays, Completed, Days, Entry, Mode, class_days
from rop_export.models import (
    USER_FIELDS,
    AttendanceCode,
    BellPeriod,
    BlockDay,
    CalendarDay,
    ClassDay,
    Course,
    SchoolOptions,
    StaffMember,
    Teacher,
)
from rop_export.models import Section as SectionRecord
from rop_export.people import last_first

Said = tuple[tuple[Entry | None, ...], str]
"""What was entered for a day: for each period of a section (or for the class), and for the whole day."""


@dataclass
class Section:
    """A section that is selected. `values` by the words of the layouts; `class_calendar` None: every school day.

    By track it keeps what its students share: its days, their lines, and what entries like these came to on a day.
    """

    number: str
    values: dict[str, str]
    periods: tuple[str, ...]
    class_calendar: frozenset[date] | None = None
    by_track: dict[str, ClassDays] = field(default_factory=dict)
    day_lines: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, dict[tuple[int, Said], tuple[Completed, str]]] = field(default_factory=dict)


@dataclass
class School:
    """A school of a run: its sections, and its days by track (only with minutes)."""

    code: str
    cds: str
    mode: Mode
    flex: bool
    uses_staff: bool
    sections: dict[str, Section] = field(default_factory=dict)
    absences: frozenset[str] = frozenset()
    days: dict[str, Days] = field(default_factory=dict)

    def class_days(self, section: Section, track: str, *, start: date, end: date) -> ClassDays | None:
        """The days of a section for students of a track; None if the track has no calendar."""
        if track not in self.days:
            return None
        if track not in section.by_track:
            section.by_track[track] = class_days(
                days=self.days[track],
                start=start,
                end=end,
                periods=section.periods,
                mode=self.mode,
                flex=self.flex,
                class_calendar=section.class_calendar,
            )
        return section.by_track[track]


def schools_of_run(rows: Rows, *, lea: Organization, criteria: Criteria, codes: Collection[str]) -> dict[str, School]:
    """The schools of some codes with their selected sections (spec rop, section 3)."""
    found: dict[str, School] = {}
    bells_of: dict[str, str] = {}
    options = SchoolOptions.objects.filter(lea=lea, school__in=codes)
    for record in _records(rows, options, SchoolOptions, "school", "cds", "scheduling", "section_staff", "attendance",
                           "bell_schedule"):  # fmt: skip
        found[record.school] = School(
            code=record.school,
            cds=record.cds,
            mode=Mode(record.attendance),
            flex=record.flex,
            uses_staff=record.uses_staff,
        )
        bells_of[record.school] = record.bell_schedule
    _sections(rows, lea, criteria, found)
    if criteria.options.minutes:
        _days(rows, lea, criteria, found, bells_of)
    return found


def _records(rows: Rows, queryset: object, model: type[SchoolOptions], *names: str) -> Iterable[SchoolOptions]:
    for values in rows(queryset, *names):
        yield model(**dict(zip(names, values, strict=True)))


def _sections(rows: Rows, lea: Organization, criteria: Criteria, found: dict[str, School]) -> None:
    options = criteria.options
    courses = {
        course: (title, course_type, dict(zip(USER_FIELDS, users, strict=True)))
        for course, title, course_type, *users in rows(
            Course.objects.filter(lea=lea), "course", "title", "course_type", *USER_FIELDS
        )
    }
    teachers = {
        (school, teacher): last_first(last, first)
        for school, teacher, last, first in rows(
            Teacher.objects.filter(lea=lea, school__in=found), "school", "teacher", "last_name", "first_name"
        )
    }
    staff = {
        member: last_first(last, first)
        for member, last, first in rows(StaffMember.objects.filter(lea=lea), "staff", "last_name", "first_name")
    }
    names = ("school", "section", "course", "period", "program", "teacher", "staff", "flex_period", "periods")
    for at, number, course, period, program, teacher, member, flex_period, periods in rows(
        SectionRecord.objects.filter(lea=lea, school__in=found), *names
    ):
        title, course_type, user_codes = courses[course]
        if not options.takes(course_type=course_type, program=program, user_codes=user_codes):
            continue
        school = found[at]
        name = staff.get(member, "") if school.uses_staff else teachers.get((at, teacher), "")
        school.sections[number] = Section(
            number=number,
            values={
                "section": number,
                "course": course,
                "course_title": title,
                "teacher": name,
                "mst_period": period,
                "period": flex_period if school.flex else period,
            },
            periods=tuple(periods.split()) or ((period,) if period else ()),
        )
    meetings: dict[tuple[str, str], set[date]] = defaultdict(set)
    for at, number, day in rows(ClassDay.objects.filter(lea=lea, school__in=found), "school", "section", "day"):
        meetings[at, number].add(day)
    for (at, number), days in meetings.items():
        if section := found[at].sections.get(number):
            section.class_calendar = frozenset(days)


def _days(
    rows: Rows, lea: Organization, criteria: Criteria, found: dict[str, School], bells_of: dict[str, str]
) -> None:
    start, end = criteria.options.start, criteria.options.end
    within = {"lea": lea, "school__in": found, "day__gte": start, "day__lte": end}
    bells: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for school, schedule, period, starts, ends in rows(
        BellPeriod.objects.filter(lea=lea, school__in=found), "school", "bell_schedule", "period", "starts", "ends"
    ):
        bells[school][schedule, period] = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    blocks: dict[str, dict[date, frozenset[str]]] = defaultdict(dict)
    for school, day, periods in rows(BlockDay.objects.filter(**within), "school", "day", "periods"):
        blocks[school][day] = frozenset(periods.split())
    schedules: dict[tuple[str, str], dict[date, str]] = defaultdict(dict)
    # Tracks whose calendar has no day in the range are there, and empty: that is no missing calendar.
    for school, track in rows(
        CalendarDay.objects.filter(lea=lea, school__in=found).order_by().distinct(), "school", "track"
    ):
        schedules[school, track] = {}
    for school, track, day, custom in rows(
        CalendarDay.objects.filter(**within), "school", "track", "day", "bell_schedule"
    ):
        schedules[school, track][day] = custom or bells_of[school]
    for (school, track), days in schedules.items():
        found[school].days[track] = Days(bell_schedules=days, bells=bells[school], blocks=blocks[school])
    absences: dict[str, set[str]] = defaultdict(set)
    for school, code in rows(
        AttendanceCode.objects.filter(lea=lea, school__in=found, kind=CodeKind.ABSENCE), "school", "code"
    ):
        absences[school].add(code)
    for school, absent in absences.items():
        found[school].absences = frozenset(absent)

"""Building the two files: one pass over ordered streams, some thousand students at a time (spec rop, 4 to 7).

The rows of a student are made together, so that the daily file sums up to the total by construction. What a day
without an attendance entry looks like depends on the section alone: those lines are made once for each section, and a
student's are put together by one `join`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from django.db.models import Q

from extracts.snapshot import Rows, snapshot
from ods.models import Organization
from rop_export import reporting
from rop_export.attendance import Attendance, completed_by
from rop_export.criteria import DISTRICT, Criteria, lets_through
from rop_export.layout import MINUTES, ROP, columns_with
from rop_export.lines import DailyLines, ExtractLine
from rop_export.minutes import ClassDays, Span
from rop_export.models import SchoolOptions, SectionEnrollment
from rop_export.people import Person, batches, people_of
from rop_export.reporting import Report
from rop_export.schools import School, Section, schools_of_run

STUDENTS_A_BATCH = 4000
_CHARACTERS_A_CHUNK = 1 << 18


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


@dataclass
class Outcome:
    """What a run made: records of each file (without the header line), students left out, and what it has to say."""

    records: int = 0
    minute_records: int = 0
    left_out: int = 0
    report: Report = field(default_factory=Report)


class _Text:
    """Text on its way to a file, some hundred thousand characters at a time."""

    def __init__(self, sink: Sink | None) -> None:
        self._sink = sink
        self._held: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        self._held.append(text)
        self._size += len(text)
        if self._size >= _CHARACTERS_A_CHUNK:
            self.flush()

    def flush(self) -> None:
        if self._held and self._sink is not None:
            self._sink.write("".join(self._held).encode())
        self._held.clear()
        self._size = 0


def build(
    *,
    criteria: Criteria,
    lea: Organization,
    today: date,
    extract: Sink,
    daily: Sink | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> Outcome:
    """Write the ROP Extract, and with Attendance Instructional Minutes the daily file.

    `today` is the run date in Pacific time. `progress` is called with the rows written so far, and may raise to stop.
    """
    options = criteria.options
    on = options.end if options.minutes and options.end else today
    run = _Run(criteria, lea, on, _Text(extract), _Text(daily), progress)
    if options.minutes and on > today:
        run.outcome.report.warn(reporting.IN_FUTURE)
    with snapshot() as rows:
        run.write(rows)
    return run.outcome


@dataclass
class _Seat:
    """A student in a section: his spans there, and what he has done."""

    section: Section
    spans: list[Span]
    values: dict[str, str]
    total: int = 0
    lines: list[str] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class _Pupil:
    """A student with selected sections at a school; `person` None: the ODS has no enrolment of his."""

    local_student_id: str
    person: Person | None
    spans: dict[str, list[Span]]


@dataclass
class _Run:
    criteria: Criteria
    lea: Organization
    on: date
    extract: _Text
    daily: _Text
    progress: Callable[[int], object]
    outcome: Outcome = field(default_factory=Outcome)

    def write(self, rows: Rows) -> None:
        options = self.criteria.options
        self.columns = columns_with(ROP, minutes=options.minutes)
        self.extract_line = ExtractLine(self.columns, clean=options.clean)
        self.daily_lines = DailyLines(columns_with(MINUTES, minutes=True), clean=options.clean)
        self.district_cds = next(rows(SchoolOptions.objects.filter(lea=self.lea, school=DISTRICT), "cds"), ("",))[0]
        self.left_out: set[str] = set()
        self.extract.add(",".join(column.column for column in self.columns) + "\r\n")
        self.daily.add(self.daily_lines.header)
        seats = self._enrollments().filter(school__in=options.schools)
        sizes = Counter(school for school, _ in rows(seats.distinct(), "school", "local_student_id"))
        for codes in batches(sorted(sizes.items()), most=STUDENTS_A_BATCH):
            self._batch(rows, codes)
        self.extract.flush()
        self.daily.flush()
        self.outcome.left_out = len(self.left_out)

    def _enrollments(self) -> Any:
        """With a date range every enrolment that overlaps it; without, those of the run date (spec, section 3)."""
        options = self.criteria.options
        start = options.start if options.minutes and options.start else self.on
        not_over = Q(end__isnull=True) | Q(end__gte=start)
        return SectionEnrollment.objects.filter(not_over, lea=self.lea, start__lte=self.on)

    def _batch(self, rows: Rows, codes: list[str]) -> None:
        options = self.criteria.options
        schools = schools_of_run(rows, lea=self.lea, criteria=self.criteria, codes=codes)
        people = people_of(
            rows,
            lea=self.lea,
            schools=codes,
            on=self.on,
            with_programs=any(statement.programs for statement in self.criteria.statements),
        )
        attendance = Attendance(rows, lea=self.lea, schools=codes, options=options) if options.minutes else None
        seats = self._enrollments().filter(school__in=codes)
        ordered = rows(
            seats.order_by("school", "local_student_id", "section", "start"),
            "school", "local_student_id", "section", "start", "end",
        )  # fmt: skip
        for code, of_school in groupby(ordered, itemgetter(0)):
            school = schools[code]
            notes = _Notes()
            for local_id, of_student in groupby(of_school, itemgetter(1)):
                spans: dict[str, list[Span]] = {}
                for _, _, number, first, last in of_student:
                    if number in school.sections:
                        spans.setdefault(number, []).append((first, last))
                if spans:
                    pupil = _Pupil(local_id, people.get((code, local_id)), spans)
                    self._student(school, pupil, attendance, notes)
            notes.write(school, self.outcome.report, minutes=options.minutes)
            self.progress(self.outcome.records + self.outcome.minute_records)

    def _student(self, school: School, pupil: _Pupil, attendance: Attendance | None, notes: _Notes) -> None:
        local_id, person = pupil.local_student_id, pupil.person
        if person is None:
            notes.unknown.update(pupil.spans.keys())
            return
        if not lets_through(self.criteria.statements, person.pupil(local_id, school.code)):
            self.left_out.add(local_id)
            return
        seats = [
            _Seat(school.sections[number], found, self._values(school, school.sections[number], person, found))
            for number, found in pupil.spans.items()
        ]
        if attendance is not None:
            attendance.of_student(school.code, local_id)
            for seat in seats:
                self._minutes(school, seat, person.track, attendance, notes)
        if not person.active and not any(seat.total for seat in seats):
            return
        notes.students += 1
        notes.uninformed += not person.informed
        for seat in seats:
            notes.sections.add(seat.section.number)
            seat.values["total_minutes"] = str(seat.total)
            self.extract.add(self.extract_line(seat.values))
            self.outcome.records += 1
            for line in seat.lines:
                self.daily.add(line)
            self.outcome.minute_records += seat.count

    def _values(self, school: School, section: Section, person: Person, spans: list[Span]) -> dict[str, str]:
        local_id = person.values["local_student_id"]
        first, last = spans[0][0], max(span[1] or date.max for span in spans)
        of_section = section.values
        return {
            **person.values,
            **of_section,
            "row_id": f"{local_id}-{section.number}",
            "district_cds": self.district_cds,
            "site_id": school.cds if self.criteria.options.full_cds else school.cds[-7:],
            "school": school.code,
            "entry_date": f"{first:%Y%m%d}",
            "exit_date": "" if last == date.max else f"{last:%Y%m%d}",
            "mark": person.mark(
                course=of_section["course"],
                period=of_section["mst_period"],
                section=section.number,
                by_section=school.uses_staff,
            ),
        }

    def _minutes(self, school: School, seat: _Seat, track: str, attendance: Attendance, notes: _Notes) -> None:
        """The days of a student in a section: the usual ones as they are, those with an entry by themselves."""
        section, options = seat.section, self.criteria.options
        assert options.start is not None
        assert options.end is not None
        days = school.class_days(section, track, start=options.start, end=options.end)
        if days is None:
            notes.without_track += 1
            return
        usual = self._usual_lines(section, track, days, seat.values)
        lead = self.daily_lines.lead(seat.values)
        special = list(attendance.of_section(school, section.number, section.periods))
        known = section.known.setdefault(track, {})
        for positions in days.within(seat.spans):
            begin, end = positions.start, positions.stop
            lines: Sequence[str] = usual[begin:end]
            seat.total += sum(days.usual[begin:end])
            if special:
                changed = list(lines)
                for day, said in special:
                    place = days.places.get(day, -1)
                    if not begin <= place < end:
                        continue
                    if (made := known.get((place, said))) is None:
                        found = completed_by(said, school=school, periods=section.periods, pieces=days.pieces[place])
                        made = found, self.daily_lines.tail(day, found.minutes, found.code, seat.values)
                        if self.daily_lines.shared:
                            known[place, said] = made
                    found, changed[place - begin] = made
                    seat.total += found.minutes - days.usual[place]
                    if found.capped:
                        notes.capped[section.number, day] += 1
                lines = changed
            seat.lines.append(lead + lead.join(lines))
            seat.count += end - begin
            for place in days.in_error:
                if begin <= place < end:
                    notes.in_error.add((section.number, days.days[place]))

    def _usual_lines(self, section: Section, track: str, days: ClassDays, values: dict[str, str]) -> list[str]:
        """The lines of days without an entry, from where they are the same for all students of the section."""
        if not self.daily_lines.shared:
            return self._tails(days, values)
        if track not in section.day_lines:
            section.day_lines[track] = self._tails(days, values)
        return section.day_lines[track]

    def _tails(self, days: ClassDays, values: dict[str, str]) -> list[str]:
        tail = self.daily_lines.tail
        return [tail(day, minutes, "", values) for day, minutes in zip(days.days, days.usual, strict=True)]


@dataclass
class _Notes:
    """What is to be said of one school, gathered while its students are written."""

    students: int = 0
    uninformed: int = 0
    without_track: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    sections: set[str] = field(default_factory=set)
    in_error: set[tuple[str, date]] = field(default_factory=set)
    capped: Counter[tuple[str, date]] = field(default_factory=Counter)

    def write(self, school: School, report: Report, *, minutes: bool) -> None:
        at = school.code
        if minutes and self.students and not any(days.bell_schedules for days in school.days.values()):
            report.warn(reporting.NO_DAY, school=at)
        for number, count in sorted(self.unknown.items()):
            report.error(reporting.NOT_IN_ODS.format(students=reporting.students(count)), school=at, section=number)
        if self.without_track:
            report.error(reporting.NO_TRACK.format(students=reporting.students(self.without_track)), school=at)
        if self.uninformed:
            report.warn(reporting.NO_INFORMATION.format(students=reporting.students(self.uninformed)), school=at)
        for number in sorted(self.sections):
            if not school.sections[number].values["teacher"]:
                report.warn(reporting.NO_TEACHER, school=at, section=number)
            if minutes and not school.sections[number].periods:
                report.error(reporting.NO_PERIOD, school=at, section=number)
        for number, day in sorted(self.in_error):
            report.error(reporting.NO_BELLS, school=at, section=number, day=day)
        for (number, day), count in sorted(self.capped.items()):
            words = reporting.CAPPED.format(students=reporting.students(count))
            report.warn(words, school=at, section=number, day=day)

"""Programs (SPRG), absences (STAS), career pathways (SCTE) and what became of leavers (PSTS). Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ods.demo.districts import NPS, PRIVATE
from ods.demo.people import identity, pick
from ods.demo.students import OLDEST_GRADE, Enrollment, Student
from ods.demo.timeline import Round
from ods.demo.world import World
from ods.writer import Value

_OF_CASE = {
    "homeless": ("191",), "tribal foster": ("193", "181"), "migrant": ("135",), "504": ("101",),
    "opportunity": ("108",), "title i": ("122",), "academy": ("113",), "parenting": ("162",), "gifted": ("127",),
    "armed forces": ("192",), "neglected": ("174",), "newcomer": ("303",), "dual immersion": ("301",),
    "bilingual": ("300",), "heritage": ("302",), "one-way immersion": ("304",), "transitional bilingual": ("306",),
    "local program": ("307",), "nps": ("181",), "nps moved": ("181",), "changed school": ("182",),
    "private": ("122",), "class of 2015": ("144",), "class of 2015 nps": ("144",), "class of 2019": ("144",),
    "graduate before": ("113",), "retired": ("181",), "transitional kindergarten": ("181",), "short-term": ("108",),
}  # fmt: skip
_MEALS = ("181", "182")
_BY_CHANCE = (("127", 0.05), ("101", 0.03), ("192", 0.015), ("191", 0.02), ("135", 0.008))
_TITLE_I_SERVICES = ("05", "06", "11")
_DWELLINGS = ("100", "110", "120", "130")


def program_records(student: Student, world: World) -> None:
    """SPRG: a membership in each year, which ends with the enrolment."""
    random = student.stream("SPRG")
    codes = list(_OF_CASE.get(student.case, ()))
    if not student.case:
        codes += [code for code, share in _BY_CHANCE if random.random() < share]
    draw = random.random()
    if draw < 0.46 and not codes:
        codes.append(_MEALS[draw > 0.39])
    if student.family.language != "eng" and random.random() < 0.15 and "301" not in codes:
        codes.append("305")
    for entry in student.primary:
        if entry.status != "10" and student.case != "short-term":
            continue
        for code in codes:
            if code == "127" and entry.grade < 3:
                continue
            _membership(student, entry, code, world, random)
        if student.case == "armed forces" and entry.ago == 1:
            _mistake(student, entry, world)


def _membership(student: Student, entry: Enrollment, code: str, world: World, random: Random) -> None:
    row = _program(student, entry, code, world)
    services = [""]
    if code == "113":
        row["california_partnership_academy_id"] = "99001"
    elif code == "122":
        row["education_service_academic_year"] = world.timeline.year(entry.ago)
        services = list(_TITLE_I_SERVICES[: 2 + student.number % 2])
    elif code == "135":
        row["migrant_student_id"] = f"06{student.number:09d}"
    elif code == "191":
        row["homeless_dwelling_type_code"] = pick(random, _DWELLINGS)
        row["unaccompanied_youth_indicator"] = "Y" if random.random() < 0.2 else "N"
        row["runaway_youth_indicator"] = "N"
    opened = world.timeline.round_of(entry.start)
    closed = world.timeline.round_of(entry.end) if entry.end else opened
    for service in services:
        record = {**row, "education_service_code": service}
        if closed > opened:
            world.out.add("SPRG", opened, record)
        record["education_program_membership_end_date"] = entry.end
        world.out.add("SPRG", closed, record, transaction_type="R" if closed > opened else "")


def _mistake(student: Student, entry: Enrollment, world: World) -> None:
    """A membership entered by mistake, and deleted with the next posting."""
    row = _program(student, entry, "162", world)
    opened = world.timeline.round_of(entry.start)
    world.out.add("SPRG", opened, row)
    world.out.add("SPRG", Round(opened + 1), row, transaction_type="D")


def _program(student: Student, entry: Enrollment, code: str, world: World) -> dict[str, Value]:
    return {
        **_header(student, entry, world),
        "local_record_id": f"P{student.number}-{code}-{entry.start:%y%m}",
        "education_program_code": code,
        "education_program_membership_start_date": entry.start,
    }


_ABSENCES_POSTED = {1: Round.END_ONE_AGO, 2: Round.END_TWO_AGO, 3: Round.BEFORE}
"""Years ago to the first posting."""


@dataclass(slots=True)
class _Absences:
    """Days of a year, in hundredths."""

    expected: int
    excused: int
    unexcused: int
    suspended: int
    in_school_suspension: int
    independent: int

    @property
    def away(self) -> int:
        return self.excused + self.unexcused + self.suspended + self.in_school_suspension + self.independent

    def fields(self) -> dict[str, Value]:
        days = {
            "expected_attendance_days": self.expected,
            "days_attended_in_person": self.expected - self.away,
            "days_absent_out_of_school_suspension": self.suspended,
            "days_in_attendance_in_school_suspension": self.in_school_suspension,
            "days_absent_in_person_excused_non_suspension": self.excused,
            "days_absent_in_person_unexcused_non_suspension": self.unexcused,
            "non_ada_generating_independent_study_days": 0,
            "ada_generating_independent_study_days": self.independent,
        }
        return {name: f"{value // 100}.{value % 100:02d}" for name, value in days.items()}


def absence_records(student: Student, world: World) -> None:
    """STAS of the closed years: one record for a student, school and year; placements until 2023-24 only."""
    random = student.stream("STAS")
    done: set[tuple[str, str, int]] = set()
    for entry in student.primary:
        place = _place(entry)
        if place in done or entry.ago not in _ABSENCES_POSTED or not -1 <= entry.grade <= OLDEST_GRADE:
            continue
        if entry.school in (NPS, PRIVATE) and entry.ago != 3:
            continue
        done.add(place)
        _absence(student, entry, world, random)


def _absence(student: Student, entry: Enrollment, world: World, random: Random) -> None:
    row = {**_header(student, entry, world), "local_record_id": f"A{student.number}-{entry.ago}"}
    turn = _ABSENCES_POSTED[entry.ago]
    corrected = turn is not Round.BEFORE
    if random.random() < 0.01:
        row["absence_summary_data_collection_exemption_indicator"] = "Y"
        for posting in (turn, Round(turn + 1)) if corrected else (turn,):
            world.out.add("STAS", posting, row)
        return
    days = _days(student, entry, random)
    row["absence_summary_data_collection_exemption_indicator"] = "N"
    row["hourly_attendance_school_type_indicator"] = "N"
    row["period_by_period_attendance_method_indicator"] = "Y" if entry.grade >= 6 else "N"
    if entry.ago == 1:
        recovered = min(days.excused // 100, 3) if random.random() < 0.05 else 0
        row["attendance_recovery_days"] = f"{recovered}.00"
    final = {**row, **days.fields()}
    if not corrected:
        world.out.add("STAS", turn, final)
        return
    if days.excused >= 100 and random.random() < 0.6:  # a day that was excused had been counted as unexcused
        days.excused -= 100
        days.unexcused += 100
    world.out.add("STAS", turn, {**row, **days.fields()})
    world.out.add("STAS", Round(turn + 1), final)


def _days(student: Student, entry: Enrollment, random: Random) -> _Absences:
    enrolled = [other for other in student.primary if _place(other) == _place(entry)]
    calendar_days = sum((other.end - other.start).days + 1 for other in enrolled if other.end)
    expected = min(180, max(1, calendar_days * 180 // 311)) * 100
    absences = _Absences(
        expected=expected,
        excused=int(random.expovariate(0.2)) * 100,
        unexcused=int(random.expovariate(0.45)) * 100 + (25 if random.random() < 0.2 else 0),
        suspended=200 if student.case == "expelled" or random.random() < 0.02 else 0,
        in_school_suspension=100 if random.random() < 0.015 else 0,
        independent=500 if random.random() < 0.06 else 0,
    )
    return absences if absences.away <= expected else _Absences(expected, 0, 0, 0, 0, 0)


def _place(entry: Enrollment) -> tuple[str, str, int]:
    return (entry.district.code, entry.school, entry.ago)


def _header(student: Student, entry: Enrollment, world: World) -> dict[str, Value]:
    return {
        "reporting_lea": entry.district.code,
        "school_of_attendance": entry.school,
        "academic_year_id": world.timeline.year(entry.ago),
        "ssid": entry.ssid,
        "local_student_id": entry.local_id,
        **identity(student.person),
    }


def pathway(student: Student) -> str:
    """The career pathway of a student of high-school age, or ''; decides his courses too."""
    if student.case in ("graduate", "private", "academy", "graduate before"):
        return "174"
    return {0: "174", 1: "198", 2: "103"}.get(student.family.salt % 9, "")


def pathway_records(student: Student, world: World) -> None:
    """SCTE of the closed years; the completion year only in the year of completion. None at nonpublic schools."""
    code = pathway(student)
    if not code:
        return
    random = student.stream("SCTE")
    done: set[tuple[str, str, int]] = set()
    for entry in student.primary:
        posted = _PATHWAYS_POSTED.get(entry.ago)
        if posted is None or not 10 <= entry.grade <= OLDEST_GRADE or entry.school == NPS or _place(entry) in done:
            continue
        done.add(_place(entry))
        row = {**_header(student, entry, world), "local_record_id": f"T{student.number}-{entry.ago}"}
        row["cte_pathway_code"] = code
        if entry.grade == OLDEST_GRADE and entry.completion == "100":
            row["cte_pathway_completion_academic_year_id"] = world.timeline.year(entry.ago)
        turn, share = posted
        world.out.revise("SCTE", turn, row, random=random, share=share, whole=True)


_PATHWAYS_POSTED = {2: (Round.END_TWO_AGO, 0.6), 1: (Round.END_ONE_AGO, 0.3)}
_LEAVERS_POSTED = {2: (Round.END_ONE_AGO, 0.7), 1: (Round.START, 0.3)}
"""Years ago to the first posting, and the share that is corrected in the next."""

_STATUSES = (("200",), ("210",), ("210", "910"), ("310", "920"), ("400",), ("910",), ("950",), ("960",))


def postsecondary_records(student: Student, world: World) -> None:
    """PSTS of the year after a student completed: of academies (10), career pathways (20), special education (30)."""
    last = student.enrollments[-1]
    if not last.end or last.reason != "E230" or last.ago not in _LEAVERS_POSTED or last.grade != OLDEST_GRADE:
        return
    random = student.stream("PSTS")
    turn, share = _LEAVERS_POSTED[last.ago]
    for kind in _followed_as(student, last):
        for status in pick(random, _STATUSES):
            row = _leaver(student, last, kind, world)
            row["local_record_id"] = f"S{student.number}-{kind}{status}"
            row["postsecondary_status_code"] = status
            world.out.revise("PSTS", turn, row, random=random, share=share, whole=True)


def _followed_as(student: Student, last: Enrollment) -> list[str]:
    kinds = ["30"] if student.disabled and last.completion in ("100", "120") else []
    if pathway(student) and last.completion == "100" and last.school != NPS:
        kinds.append("20")
    if student.case == "graduate before":
        kinds.append("10")
    return kinds


def _leaver(student: Student, last: Enrollment, kind: str, world: World) -> dict[str, Value]:
    row: dict[str, Value] = {
        "reporting_lea": last.district.code,
        "school_of_attendance": last.school,
        "school_of_attendance_nps": last.nps,
        "academic_year_id": world.timeline.year(last.ago - 1),
        "ssid": last.ssid,
        "education_program_participation_type_code": kind,
    }
    if kind == "30":
        row["local_special_education_student_id"] = sped_number(student)
        row["reporting_selpa"] = world.state.selpa_of(last.district, world.timeline.census(last.ago - 1))
    elif kind == "20":
        row["cte_related_program_or_employment_indicator"] = "Y" if student.number % 2 else "N"
    return row


def sped_number(student: Student) -> str:
    """The student's number in the special education system."""
    return f"SE{student.number:07d}"

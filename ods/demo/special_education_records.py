"""Special education: status (SWDS), meetings (MEET), plans (PLAN) and services (SERV). Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from ods.demo.districts import PRIVATE
from ods.demo.people import pick
from ods.demo.program_records import sped_number
from ods.demo.students import Enrollment, Student
from ods.demo.timeline import Round, school_day
from ods.demo.world import World
from ods.writer import Value

_IEP, _IFSP, _ISP = "100", "150", "200"
_DISABILITIES = ("290", "290", "240", "240", "320", "280", "210", "260", "220", "270", "250", "310", "330", "230")
_MEDICAL, _MULTIPLE, _NONE = "281", "310", "200"
_NEEDS_DEGREE = {"210", "260", "270", "280", "290", "300", "310", "320", "330"}
_NEEDS_MUCH = {"210", "310", "320"}
_SERVICES = (("330", "415", "425"), ("350", "435", "340"))
_SERVICES_OF_INFANTS = (("240",), ("250",))
_PROVIDERS = ("230", "240", "250", "300")
_AGENCY, _NPA = "400", "9895011"
_MAXIMUM_AGE = "23"
_TRANSITION_FIELDS = (
    "iep_includes_postsecondary_goals_indicator",
    "postsecondary_goals_updated_annually_indicator",
    "postsecondary_goals_transition_assessment_indicator",
    "transition_services_in_iep_indicator",
    "supportive_services_indicator",
    "transition_services_goals_in_iep_indicator",
    "student_iep_participation_indicator",
)


def special_education_records(student: Student, world: World) -> None:
    """All four types of a student: those of each LEA that served him, and of those no longer eligible too."""
    entries = [entry for entry in student.primary if entry.status == "10" and entry.ago <= 2]
    if entries and (student.disabled or student.case == "pending"):
        file = _Casefile(student, entries, world, student.stream("SWDS"))
        if student.case == "pending":
            file.referral()
        else:
            file.statuses()
            file.plans()


@dataclass(slots=True)
class _Casefile:
    """Reports one student; `entries` are his enrolments, oldest first."""

    student: Student
    entries: list[Enrollment]
    world: World
    random: Random

    def referral(self) -> None:
        """A first evaluation that is under way: no meeting yet, only the day it was pending as of."""
        entry, timeline = self.entries[-1], self.world.timeline
        referred = school_day(entry.start + timedelta(days=15))
        row = self._common(entry, referred) | {
            "local_record_id": f"M{self.student.number}-1",
            "special_education_meeting_identifier": f"{self.student.number:06d}-1",
            "special_education_referral_date": referred,
            "referring_party_code": "30",
            "initial_evaluation_parental_consent_date": school_day(referred + timedelta(days=10)),
            "pending_as_of_date": timeline.posted(Round.START),
            "special_education_evaluation_type_code": "10",
        }
        self.world.out.add("MEET", Round.START, row)
        row["pending_as_of_date"] = timeline.posted(Round.FALL)
        self.world.out.add("MEET", Round.FALL, row, transaction_type="R")

    def statuses(self) -> None:
        """SWDS: a status when an LEA takes the student in, and each change."""
        student, last = self.student, self.entries[-1]
        self._status(self.entries[0], self._entered, "1")
        for before, entry in pairwise(self.entries):
            if before.district is not entry.district or before.ssid != entry.ssid:
                self._status(entry, entry.start, "1")
        changed = school_day(last.start + timedelta(days=30))
        if changed > self.world.timeline.as_of:
            return
        if student.case == "not eligible":
            self._status(last, changed, "4")
        elif student.case == "not participating":
            self._status(last, changed, "2")
        elif last.end and last.reason == "E230":
            aged_out = last.completion == "120" and student.number % 2
            code = "3" if last.completion == "100" else "4"
            self._status(last, last.end, code, _MAXIMUM_AGE if aged_out else "")
        elif not student.case and self.random.random() < 0.1:
            self._status(last, changed, "4")
        elif not student.case and self.random.random() < 0.08:  # stopped, and was found eligible again
            self._status(last, changed, "2")
            self._status(last, school_day(changed + timedelta(days=12)), "1")

    def plans(self) -> None:
        """A meeting and a plan in each year and LEA, and the plan's services."""
        disability = _MEDICAL if self.entries[0].grade < -2 else pick(self.random, _DISABILITIES)
        done = set()
        for turn, entry in enumerate(self.entries):
            day = school_day(entry.start + timedelta(days=15 + self.student.number % 20))
            over = (entry.end and day > entry.end) or day > self.world.timeline.as_of
            ended = entry.ago == 0 and self.student.case in ("not eligible", "not participating")
            if over or ended or (entry.ago, entry.district.code) in done:
                continue
            done.add((entry.ago, entry.district.code))
            self._meeting(entry, day, turn)
            self._plan(entry, day, disability)
            self._services(entry, day)

    @property
    def _entered(self) -> date:
        return self.entries[0].start + timedelta(days=14)

    def _common(self, entry: Enrollment, day: date) -> dict[str, Value]:
        timeline = self.world.timeline
        return {
            "reporting_lea": entry.district.code,
            "academic_year_id": timeline.year(timeline.ago(day)),
            "ssid": entry.ssid,
            "local_student_id": entry.local_id,
            "local_special_education_student_id": sped_number(self.student),
            "reporting_selpa": self.world.state.selpa_of(entry.district, day),
        }

    def _post(self, record_type: str, day: date, row: dict[str, Value]) -> None:
        turn = max(Round.FALL_TWO_AGO, self.world.timeline.round_of(day))
        self.world.out.revise(record_type, turn, row, random=self.random, share=0.4)

    def _status(self, entry: Enrollment, day: date, code: str, reason: str = "") -> None:
        row = self._common(entry, day) | {
            "local_record_id": f"W{self.student.number}-{day:%y%m%d}",
            "special_education_initial_entry_start_date": self._entered,
            "special_education_status_effective_start_date": day,
            "special_education_status_code": code,
            "non_participation_reason_code": reason,
        }
        self._post("SWDS", day, row)

    def _meeting(self, entry: Enrollment, day: date, turn: int) -> None:
        row = self._common(entry, day) | {
            "local_record_id": f"M{self.student.number}-{turn + 1}",
            "special_education_meeting_identifier": f"{self.student.number:06d}-{turn + 1}",
            "special_education_meeting_date": day,
            "special_education_evaluation_type_code": "40" if turn == 2 else "",
            "special_education_plan_review_indicator": "Y" if turn else "N",
            "eligibility_outcome_code": "20" if turn != 1 else "",
        }
        if turn == 0:
            row["special_education_referral_date"] = school_day(day - timedelta(days=70))
            row["referring_party_code"] = pick(self.random, ("10", "20", "30", "40"))
            row["initial_evaluation_parental_consent_date"] = school_day(day - timedelta(days=55))
            row["special_education_evaluation_type_code"] = "10"
        if self.random.random() < 0.1:
            row["meeting_delay_code"] = pick(self.random, ("40", "20", "60", "90"))
        self._post("MEET", day, row)

    def _plan(self, entry: Enrollment, day: date, disability: str) -> None:
        number = self.student.number
        row = self._common(entry, day) | {
            "local_record_id": f"Q{number}-{day:%y%m}",
            "district_of_special_education_accountability": entry.district.code,
            "special_education_plan_effective_start_date": day,
            "reason_for_plan_record_code": "2" if number % 9 == 0 else "4",
            "disability_1_code": disability,
            "special_transportation_indicator": "Y" if number % 4 == 0 else "N",
        }
        if disability in _NEEDS_DEGREE and entry.ago < 2:
            row["disability_1_degree_of_support"] = "ESN" if disability in _NEEDS_MUCH else "MMSN"
        if disability != _MULTIPLE:
            row["disability_2_code"] = _NONE
        self._post("PLAN", day, row | _setting(entry))

    def _services(self, entry: Enrollment, day: date) -> None:
        infant = entry.grade < -2
        for choice in _SERVICES_OF_INFANTS if infant else _SERVICES:
            code = pick(self.random, choice)
            agency = not infant and self.random.random() < 0.08
            row = self._common(entry, day) | {
                "local_record_id": f"V{self.student.number}-{code}-{day:%y%m}",
                "district_of_special_education_accountability": entry.district.code,
                "nonpublic_agency_identifier": _NPA if agency else "",
                "special_education_service_code": code,
                "special_education_service_provider_code": _AGENCY if agency else pick(self.random, _PROVIDERS),
                "special_education_service_location_code": "210" if infant else "510",
                "service_frequency_code": pick(self.random, ("10", "20", "20", "30")),
                "service_duration": pick(self.random, ("30", "45", "60", "120", "240")),
                "plan_effective_start_date": day,
            }
            self._post("SERV", day, row)


def _setting(entry: Enrollment) -> dict[str, Value]:
    """The plan's type and where it is carried out."""
    if entry.grade < -2:
        return {
            "special_education_plan_type_code": _IFSP,
            "infant_regional_center_services_eligibility_indicator": "Y",
            "special_education_program_setting_code": "200",
            "special_education_program_type_code": "100",
            "part_c_to_b_transition_plan_in_ifsp_indicator": "N",
        }
    if entry.school == PRIVATE:
        return {"special_education_plan_type_code": _ISP, "special_education_program_setting_code": "403"}
    if entry.grade < 0:
        return {
            "special_education_plan_type_code": _IEP,
            "special_education_program_setting_code": "201",
            "preschool_program_setting_service_location_code": "1",
            "ten_or_more_weekly_hours_in_setting_indicator": "Y",
        }
    row: dict[str, Value] = {
        "special_education_plan_type_code": _IEP,
        "special_education_program_setting_code": "300" if entry.nps else "400",
        "general_education_participation_percentage_range_code": "3" if entry.nps else "1",
    }
    if entry.grade >= 10:
        row |= dict.fromkeys(_TRANSITION_FIELDS, "Y")
    return row

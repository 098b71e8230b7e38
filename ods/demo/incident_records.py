"""Incidents (SINC, SIRS, SOFF), and the types of the past: discipline (SDIS) and waivers (SWAV). Pure, no Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ods.demo.districts import NPS
from ods.demo.people import identity, pick
from ods.demo.students import Enrollment, Student
from ods.demo.timeline import Round
from ods.demo.world import World
from ods.writer import Value

_OFFENSES = ("501", "501", "506", "511", "202", "201", "104", "513", "601", "510")
_FIREARM = "100"
_WEAPON_OF = {"104": "40", _FIREARM: "10"}
_LAST_YEAR_OF_WAIVERS = 2014
_SHARE = 0.03
_MORE_SHARE = {"nps": 1.0, "expelled": 1.0, "sibling": 1.0, "twin": 1.0}
_POSTED = {2: Round.END_TWO_AGO, 1: Round.END_ONE_AGO, 0: Round.START}
"""Years ago to the first posting; the next corrects it."""


class Incidents:
    """Numbers the incidents of each school and year, two students to an incident; one counter is all it keeps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._involved: Counter[tuple[str, str, int]] = Counter()

    def records(self, student: Student) -> None:
        """SINC, SIRS and SOFF of a student; the three join over school, year, SSID and incident ID."""
        random = student.stream("SINC")
        for entry in student.primary:
            if entry.ago not in _POSTED or entry.grade < 0:
                continue
            if not entry.on(self._first_day(entry.ago)) or not entry.on(self._world.timeline.census(entry.ago)):
                continue
            if random.random() < _MORE_SHARE.get(student.case, _SHARE):
                self._involve(student, entry, random)

    def _involve(self, student: Student, entry: Enrollment, random: Random) -> None:
        place = (entry.district.code, entry.school, entry.ago)
        number = self._involved[place] // 2 + 1
        self._involved[place] += 1
        # Everybody in an incident sees the same one: it is drawn from the incident, not from the student.
        chance = self._world.chance("incident", *place, number)
        day = self._first_day(entry.ago) + timedelta(weeks=int(chance.random() * 4))
        expelled = student.case == "expelled" and entry.reason == "E300"
        statutory = chance.random() < 0.6 or expelled
        offense = _FIREARM if expelled else pick(chance, _OFFENSES)
        results = _results(student, expelled=expelled, statutory=statutory, random=random)
        incident = f"{entry.ago}{number:04d}" + ("X" if expelled else "")
        row: dict[str, Value] = {
            **_header(student, entry, self._world),
            "local_record_id": f"X{student.number}-{incident}",
            "incident_id_local": incident,
        }
        turn = _POSTED[entry.ago]
        if day > self._world.timeline.posted(turn):
            turn = Round(turn + 1)
        long = any(days and int(days) > 10 for _, days in results)
        records = [("SINC", _incident(student, day, statutory=statutory, long=long))]
        records += [("SIRS", _result(student, code, days)) for code, days in results]
        if statutory:
            records.append(("SOFF", {"offense_code": offense, "weapon_category_code": _WEAPON_OF.get(offense, "")}))
        for record_type, fields in records:
            self._world.out.revise(record_type, turn, row | fields, random=random, share=0.45, whole=True)

    def _first_day(self, ago: int) -> date:
        return self._world.timeline.begins(ago) + timedelta(weeks=4)


def _header(student: Student, entry: Enrollment, world: World) -> dict[str, Value]:
    return {
        "reporting_lea": entry.district.code,
        "school_of_attendance": entry.school,
        "academic_year_id": world.timeline.year(entry.ago),
        "ssid": entry.ssid,
        "local_student_id": entry.local_id,
        **identity(student.person),
    }


def _results(student: Student, *, expelled: bool, statutory: bool, random: Random) -> list[tuple[str, str]]:
    """(result, days) pairs. Suspension and expulsion follow listed offenses only."""
    draw = random.random()
    if expelled:
        return [("200", "90"), ("800", "")]
    if not statutory:
        return [("501" if student.disabled and draw < 0.5 else "300" if draw < 0.8 else "400", "")]
    if draw < 0.5:
        return [("100", str(1 + int(draw * 8)))]
    if draw < 0.75:
        return [("110", str(int(draw * 3))), ("300", "")]
    return [("300", "")]


def _incident(student: Student, day: date, *, statutory: bool, long: bool) -> dict[str, Value]:
    return {
        "incident_occurrence_date": day,
        "statutory_offense_indicator": "Y" if statutory else "N",
        "instructional_support_indicator": "Y" if long else "",
        "removal_to_interim_alternative_setting_reason_code": "3" if student.disabled and statutory else "",
    }


def _result(student: Student, code: str, days: str) -> dict[str, Value]:
    return {
        "incident_result_code": code,
        "incident_result_duration_days": days,
        "incident_result_modification_code": "300" if code == "200" else "",
        "incident_result_authority_code": "10" if student.disabled and code in ("100", "110", "200") else "",
    }


def records_of_the_past(student: Student, world: World) -> None:
    """SDIS and SWAV, which the state no longer collects, of those who left school by then."""
    if not student.case.startswith("class of"):
        return
    random = student.stream("SDIS")
    for entry in student.enrollments:
        year = entry.start.year
        waived = year <= _LAST_YEAR_OF_WAIVERS
        turn = Round.CLASS_OF_2015 if waived else Round.CLASS_OF_2019
        row = {**_header(student, entry, world), "local_record_id": f"Z{student.number}-{year}"}
        for fields in _discipline(student, entry):
            world.out.revise("SDIS", turn, row | fields, random=random, share=0.5, whole=True)
        if waived:
            row["education_regulatory_exemption_code"] = pick(random, ("1", "2", "3"))
            row["education_regulatory_exemption_outcome_code"] = "1"
            row["education_regulatory_exemption_outcome_start_date"] = date(year, 11, 3)
            world.out.revise("SWAV", turn, row, random=random, share=0.5, whole=True)


def _discipline(student: Student, entry: Enrollment) -> Iterator[dict[str, Value]]:
    """One record for each offense of an incident."""
    number = student.number % 900
    for offense in ("506", "512") if entry.school == NPS or number % 2 else ("511",):
        yield {
            "disciplinary_incident_id_local": f"D{entry.start:%y}-{number:03d}",
            "disciplinary_incident_occurrence_date": entry.start + timedelta(days=60 + number % 50),
            "offense_code": offense,
            "incident_most_severe_offense_code": "506" if offense == "512" else offense,
            "incident_disciplinary_action_taken_code": "100" if offense == "506" else "300",
            "incident_disciplinary_action_duration_days": "2" if offense == "506" else "",
            "instructional_support_indicator": "N",
        }

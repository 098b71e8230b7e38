"""Enrolments (SENR) and information (SINF). Pure, no Django."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ods.demo.people import birthplace, identity, other_names, pick, race_and_ethnicity
from ods.demo.students import GRADES, OLDEST_GRADE, Enrollment, Student
from ods.demo.timeline import Round, Timeline, school_day
from ods.demo.world import World
from ods.writer import Value

EXITS, ENTRIES = 1, 2
"""An exit and the enrolment that follows it stand in separate files, exits first (rule SENR0027)."""

_US = ("US", "PR", "UU")
_TRANSITION_AGE = 17


def enrollment_records(student: Student, world: World) -> None:
    """SENR: posted open, and again when the student has left."""
    timeline, person = world.timeline, student.person
    base = {**identity(person), **other_names(person), **birthplace(person)}
    for entry in student.enrollments:
        row: dict[str, Value] = {
            "local_record_id": f"E{student.number}-{entry.start:%y%m}",
            "reporting_lea": entry.district.code,
            "school_of_attendance": entry.school,
            "school_of_attendance_nps": entry.nps,
            "academic_year_id": timeline.year(entry.ago),
            "ssid": entry.ssid,
            "local_student_id": entry.local_id,
            **base,
            "enrollment_start_date": entry.start,
            "enrollment_status_code": entry.status,
            "grade_level_code": GRADES[entry.grade],
        }
        if student.family.salt % 33 == 0 and entry.district is student.home:
            row["school_transfer_code"] = "1"
            row["district_of_geographic_residence_code"] = world.state.neighbor(student.home).code
        if student.disabled and entry.grade == OLDEST_GRADE and _years_old(student, entry) >= _TRANSITION_AGE:
            in_transition = "Y" if student.case == "transition" else "N"
            row["adult_age_students_with_disabilities_in_transition_status"] = in_transition
        opened = timeline.round_of(entry.start)
        closed = timeline.round_of(entry.end) if entry.end else opened
        if entry.end is None or closed > opened:
            first = "A" if entry.ago == 0 else ""
            world.out.add("SENR", opened, row, transaction_type=first, part=ENTRIES)
        if entry.end:
            _leave(row, student, entry)
            world.out.add("SENR", closed, row, transaction_type="R" if closed > opened else "", part=EXITS)


def _years_old(student: Student, entry: Enrollment) -> int:
    return entry.start.year - student.person.birth_date.year


def _leave(row: dict[str, Value], student: Student, entry: Enrollment) -> None:
    row["enrollment_exit_date"] = entry.end
    row["exit_reason_code"] = entry.reason
    row["school_completion_status"] = entry.completion
    row["expected_receiver_school_of_attendance"] = entry.receiver
    if entry.completion == "100":
        salt = student.number
        row["met_all_uc_csu_requirements_indicator"] = "Y" if salt % 2 else "N"
        row["golden_state_seal_merit_diploma_indicator"] = "Y" if salt % 5 == 0 else "N"
        row["seal_of_biliteracy_indicator"] = "Y" if student.family.language != "eng" and salt % 3 else "N"
        row["graduation_exemption_indicator"] = "Y" if salt % 16 == 0 else "N"


def information_records(student: Student, world: World) -> None:
    """SINF: a version at each school, changes of name and address, and what happens when somebody leaves."""
    random = student.stream("SINF")
    before: Enrollment | None = None
    for entry in student.primary:
        if entry.status != "10":
            continue
        if before is None or _begins_anew(before, entry):
            _version(student, entry, world, random)
        if entry.end is None and entry.ago == 0:
            _change(student, entry, world, random)
        before = entry


def _begins_anew(before: Enrollment, entry: Enrollment) -> bool:
    """Another school, another SSID, or the same after some time elsewhere."""
    same_place = (before.school, before.district, before.ssid) == (entry.school, entry.district, entry.ssid)
    return not same_place or (before.end is not None and (entry.start - before.end).days > 90)


def _version(student: Student, entry: Enrollment, world: World, random: Random) -> None:
    """The version that begins with an enrolment; some are sent again with a second guardian, or with their end."""
    timeline = world.timeline
    row = _information(student, entry, timeline)
    opened = timeline.round_of(entry.start)
    left = entry.end is not None and entry.reason not in ("E155", "E150") and entry.completion != "480"
    if left and entry.end and (student.case == "left and returned" or random.random() < 0.5):
        closed = timeline.round_of(entry.end)
        if closed > opened:
            world.out.add("SINF", opened, row)
        world.out.add("SINF", closed, {**row, "effective_end_date": entry.end})
    elif opened < Round.FALL and random.random() < 0.2:
        draft = {**row, "guardian_2_first_name": "", "guardian_2_last_name": ""}
        if not row["guardian_2_last_name"]:
            draft["initial_us_school_enrollment_date"] = None
        world.out.add("SINF", opened, draft)
        world.out.add("SINF", Round(opened + 1), row)
    else:
        world.out.add("SINF", opened, row)


def _change(student: Student, entry: Enrollment, world: World, random: Random) -> None:
    """A move, a new legal name, a version sent by mistake: each closes the version before it."""
    draw = random.random()
    day = school_day(entry.start + timedelta(days=21))
    happens = student.case in ("renamed", "address mistake") or (not student.case and draw < 0.12)
    if day > world.timeline.as_of or not happens:
        return
    row = _information(student, entry, world.timeline)
    row["effective_start_date"] = day
    row["local_record_id"] = f"I{student.number}-{day:%y%m%d}"
    if student.case == "renamed" or draw < 0.02:
        row["legal_last_name"] = pick(random, student.family.culture.surnames) + "-Newname"
    else:
        row["address_line_1"] = f"{student.family.salt + 11} Elsewhere Road"
        row["mailing_address_line_1"] = "PO Box 00"
        row["mailing_address_city_name"] = "Example"
        row["mailing_address_state_province_code"] = "US-CA"
        row["mailing_address_zip_code"] = "00000"
    turn = world.timeline.round_of(day)
    world.out.add("SINF", turn, row)
    if student.case == "address mistake" and turn < Round.FALL:
        world.out.add("SINF", Round.FALL, row, transaction_type="D")


def _information(student: Student, entry: Enrollment, timeline: Timeline) -> dict[str, Value]:
    person, family = student.person, student.family
    row: dict[str, Value] = {
        "local_record_id": f"I{student.number}-{entry.start:%y%m}",
        "effective_start_date": entry.start,
        "reporting_lea": entry.district.code,
        "school_of_attendance": entry.school,
        "academic_year_id": timeline.year(entry.ago),
        "ssid": entry.ssid,
        "local_student_id": entry.local_id,
        **identity(person),
        **other_names(person),
        **birthplace(person),
        **race_and_ethnicity(person),
        "address_line_1": family.street,
        "address_line_2": f"Apt {family.salt % 40 + 1}" if family.salt % 4 == 0 else "",
        "address_city_name": entry.district.place,
        "address_state_province_code": "US-CA",
        "address_zip_code": family.zip_code,
        "parent_guardian_highest_education_level_code": family.education,
        "guardian_1_first_name": family.guardians[0][0],
        "guardian_1_last_name": family.guardians[0][1],
        "guardian_2_first_name": "",
        "guardian_2_last_name": "",
        "preferred_first_name": person.preferred[0],
        "preferred_last_name": person.preferred[1],
        "initial_us_school_enrollment_date": first_school_day(student),
    }
    if len(family.guardians) > 1:
        row["guardian_2_first_name"], row["guardian_2_last_name"] = family.guardians[1]
        row["parent_guardian_2_highest_education_level_code"] = family.education
    if person.birth_country not in _US:
        row["enrolled_in_us_school_less_than_three_years_indicator"] = "Y" if student.case == "newcomer" else "N"
    return row


def first_school_day(student: Student) -> date:
    """The day the student first went to a school of the country: of kindergarten, or of his first enrolment."""
    known = student.enrollments[0].start
    if student.case == "newcomer" or student.grade < 0:
        return known
    born = student.person.birth_date
    return min(known, date(born.year + (6 if born >= date(born.year, 9, 2) else 5), 8, 15))

"""The students of a run: who they are according to the ODS and to the ROP data, as of a day (spec rop, section 4.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from extracts.snapshot import Rows
from ods.models import EnglishLanguageAcquisition, Organization, StudentEnrollment, StudentInformation, StudentProgram
from rop_export.criteria import Pupil
from rop_export.models import Contact, Grade, SectionEnrollment, StudentOptions

_LONG_AGO = date(1, 1, 1)


@dataclass(slots=True)
class Person:
    """A student at a school, as of a day: `values` by the words of the layouts, not yet cleaned.

    `active`: enrolled in the LEA on that day. `informed`: an SINF record was found.
    """

    ssid: str
    active: bool
    values: dict[str, str]
    grade: str
    gender: str = ""
    track: str = ""
    informed: bool = False
    programs: frozenset[str] = frozenset()
    marks: list[tuple[date, str, str, str, str]] = field(default_factory=list)
    """(entered, course, period, section, mark), oldest first."""

    def pupil(self, local_student_id: str, school: str) -> Pupil:
        return Pupil(local_student_id, school, self.grade, self.gender, self.programs)

    def mark(self, *, course: str, period: str, section: str, by_section: bool) -> str:
        """The latest mark of a class: by section where sections have staff, else by course and period (section 8)."""
        for _, of_course, of_period, of_section, mark in reversed(self.marks):
            if (of_section == section) if by_section else ((of_course, of_period) == (course, period)):
                return mark
        return ""


People = dict[tuple[str, str], Person]
"""(school, local student id) to the student."""


def people_of(
    rows: Rows,
    *,
    lea: Organization,
    schools: Collection[str],
    on: date,
    with_programs: bool = False,
    with_details: bool = True,
) -> People:
    """Everybody with a section enrolment at these schools who has an enrolment (SENR) in the LEA.

    Records are those in force on the day, else the last before it, else the first after it. `with_details` False: only
    what Keep/Skip looks at.
    """
    seats = SectionEnrollment.objects.filter(lea=lea, school__in=schools)
    ids = seats.values("local_student_id")
    people = _enrolled(rows, lea=lea, seats=set(rows(seats.distinct(), "school", "local_student_id")), ids=ids, on=on)
    by_ssid: dict[str, list[Person]] = {}
    by_id: dict[str, list[Person]] = {}
    for (_, local_id), person in people.items():
        by_ssid.setdefault(person.ssid, []).append(person)
        by_id.setdefault(local_id, []).append(person)
    _inform(rows, lea=lea, by_ssid=by_ssid, on=on)
    if with_programs:
        _programs(rows, lea=lea, by_ssid=by_ssid, on=on)
    if not with_details:
        return people
    _language(rows, lea=lea, by_ssid=by_ssid, on=on)
    for local_id, phone, track in rows(
        StudentOptions.objects.filter(lea=lea, local_student_id__in=ids), "local_student_id", "home_phone", "track"
    ):
        for person in by_id.get(local_id, ()):
            person.values["home_phone"] = phone
            person.track = track
    _contacts(rows, lea=lea, ids=ids, by_id=by_id)
    marks = Grade.objects.filter(lea=lea, school__in=schools, entered__lte=on).order_by("entered", "pk")
    for school, local_id, *mark in rows(
        marks, "school", "local_student_id", "entered", "course", "period", "section", "mark"
    ):
        if marked := people.get((school, local_id)):
            marked.marks.append((mark[0], mark[1], mark[2], mark[3], mark[4]))
    return people


def _enrolled(
    rows: Rows, *, lea: Organization, seats: Collection[tuple[str, ...]], ids: QuerySet[Any], on: date
) -> People:
    """From SENR: SSID, grade, name. An enrolment at the class's own school goes before one elsewhere in the LEA."""
    found: dict[str, list[tuple[str, date, date | None, dict[str, str], str, str, str]]] = {}
    records = StudentEnrollment.objects.filter(reporting_lea=lea.code, local_student_id__in=ids).order_by("pk")
    names = (
        "local_student_id", "school_of_attendance", "enrollment_start_date", "enrollment_exit_date", "current_ssid",
        "grade_level_code", "gender_code", "legal_last_name", "legal_first_name", "legal_middle_name", "birth_date",
        "birth_city", "birth_state_province_code", "birth_country_code",
    )  # fmt: skip
    for local_id, school, start, end, ssid, grade, gender, last, first, middle, born, *birth in rows(records, *names):
        values = {
            "last_name": last,
            "first_name": first,
            "middle_name": middle,
            "birth_date": f"{born:%Y%m%d}",
            "birthplace": birthplace(*birth),
            "gender": gender,
        }
        found.setdefault(local_id, []).append((school, start, end, values, ssid, grade, gender))
    people: People = {}
    for school, local_id in seats:
        enrollments = found.get(local_id)
        if not enrollments:
            continue

        def rank(
            entry: tuple[str, date, date | None, dict[str, str], str, str, str], at: str = school
        ) -> tuple[bool, bool, bool, int]:
            in_force, began, order = _rank(entry[1], entry[2], on)
            return in_force, entry[0] == at, began, order

        best = max(enrollments, key=rank)
        people[school, local_id] = Person(
            ssid=best[4],
            active=any(_rank(start, end, on)[0] for _, start, end, *_ in enrollments),
            values={**best[3], "ssid": best[4], "local_student_id": local_id, "grade_level": best[5]},
            grade=best[5],
            gender=best[6],
        )
    return people


def _rank(start: date, end: date | None, on: date) -> tuple[bool, bool, int]:
    """In force on the day; then the last that began before it; then the first after it."""
    began = start <= on
    return began and (end is None or end >= on), began, start.toordinal() if began else -start.toordinal()


def _inform(rows: Rows, *, lea: Organization, by_ssid: dict[str, list[Person]], on: date) -> None:
    best: dict[str, tuple[bool, bool, int]] = {}
    records = StudentInformation.objects.filter(reporting_lea=lea.code, current_ssid__in=list(by_ssid)).order_by("pk")
    names = (
        "current_ssid", "effective_start_date", "effective_end_date", "legal_last_name", "legal_first_name",
        "legal_middle_name", "birth_date", "gender_code", "hispanic_ethnicity_indicator", "address_line_1",
        "address_city_name", "address_state_province_code", "address_zip_code", "birth_city",
        "birth_state_province_code", "birth_country_code", "race_1_code", "race_2_code", "race_3_code", "race_4_code",
        "race_5_code",
    )  # fmt: skip
    for ssid, start, end, last, first, middle, born, gender, hispanic, street, city, state, code, *rest in rows(
        records, *names
    ):
        rank = _rank(start, end, on)
        if ssid in best and best[ssid] >= rank:
            continue
        best[ssid] = rank
        values = {
            "last_name": last,
            "first_name": first,
            "middle_name": middle,
            "birth_date": f"{born:%Y%m%d}",
            "birthplace": birthplace(*rest[:3]),
            "gender": gender,
            "is_hispanic": "YES" if hispanic == "Y" else "",
            "race_codes": ",".join(race for race in rest[3:] if race),
            "street": street,
            "city": city,
            "state": _after_dash(state),
            "zip": code,
        }
        for person in by_ssid[ssid]:
            person.values |= values
            person.gender = gender
            person.informed = True


def _language(rows: Rows, *, lea: Organization, by_ssid: dict[str, list[Person]], on: date) -> None:
    best: dict[str, tuple[bool, bool, int]] = {}
    records = EnglishLanguageAcquisition.objects.filter(reporting_lea=lea.code, current_ssid__in=list(by_ssid))
    records = records.order_by("pk")
    for ssid, start, language in rows(
        records, "current_ssid", "english_language_acquisition_status_start_date", "primary_language_code"
    ):
        rank = _rank(start or _LONG_AGO, None, on)
        if ssid not in best or best[ssid] < rank:
            best[ssid] = rank
            for person in by_ssid[ssid]:
                person.values["language"] = language


def _programs(rows: Rows, *, lea: Organization, by_ssid: dict[str, list[Person]], on: date) -> None:
    """Programs a student is a member of on the day (SPRG), for Keep/Skip."""
    ends = "education_program_membership_end_date"
    records = StudentProgram.objects.filter(
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": on}),
        reporting_lea=lea.code,
        current_ssid__in=list(by_ssid),
        education_program_membership_start_date__lte=on,
    )
    for ssid, program in rows(records, "current_ssid", "education_program_code"):
        for person in by_ssid[ssid]:
            person.programs |= {program}


def _contacts(rows: Rows, *, lea: Organization, ids: QuerySet[Any], by_id: dict[str, list[Person]]) -> None:
    contacts = Contact.objects.filter(lea=lea, local_student_id__in=ids).order_by(F("contact_order").desc(), "pk")
    names = (
        "local_student_id", "name", "last_name", "first_name", "telephone", "work_phone", "cell_phone",
        "work_extension",
    )  # fmt: skip
    for local_id, name, last, first, telephone, work, cell, extension in rows(contacts, *names):
        # The lowest order comes last and stays.
        values = {
            "contact_phone": telephone or work or cell,
            "contact_extension": extension,
            "contact_name": name or last_first(last, first),
        }
        for person in by_id.get(local_id, ()):
            person.values |= values


def last_first(last: str, first: str) -> str:
    """`Last, First`, or the one that is there."""
    return ", ".join(part for part in (last, first) if part)


def birthplace(city: str, state: str, country: str) -> str:
    """`City, ST, CU`; parts that are missing are left out."""
    return ", ".join(part for part in (city, _after_dash(state), country) if part)


def _after_dash(state: str) -> str:
    """CALPADS writes `US-OR`, the extract `OR`."""
    return state.partition("-")[2] or state


def batches(sizes: Iterable[tuple[str, int]], *, most: int) -> Iterable[list[str]]:
    """Schools in their order, put together until their students are more than `most`."""
    batch: list[str] = []
    students = 0
    for school, size in sizes:
        if batch and students + size > most:
            yield batch
            batch, students = [], 0
        batch.append(school)
        students += size
    if batch:
        yield batch

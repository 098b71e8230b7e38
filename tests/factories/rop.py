"""ROP data as an LEA sends it (a ZIP of CSV files), and students of the ODS to go with them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from ods.models import (
    EnglishLanguageAcquisition,
    Organization,
    Posting,
    StudentEnrollment,
    StudentInformation,
    StudentProgram,
)
from rop_export.import_files import import_files
from rop_export.importing import load
from rop_export.models import DataImport

HIGH = "3030637"
DISTRICT_CDS = "30666210000000"
MONDAY = date(2026, 9, 14)
_numbers = count(1)


def week(first: date = MONDAY) -> list[date]:
    """Monday to Friday."""
    return [first + timedelta(days=n) for n in range(5)]


class Packet:
    """The files of a ZIP while a test puts them together: `packet.add("courses", course="4", course_type="30")`."""

    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, str]]] = {name: [] for name in import_files()}

    def add(self, file: str, **values: Any) -> Packet:
        known = {column.column for column in import_files()[file]}
        assert set(values) <= known, f"{file}.csv has no {set(values) - known}"
        self.files[file].append({name: _text(value) for name, value in values.items()})
        return self

    def add_days(self, school: str, days: Iterable[date], *, track: str = "", custom: dict[date, str] | None = None):
        for day in days:
            self.add("calendar_days", school=school, track=track, day=day, bell_schedule=(custom or {}).get(day, ""))
        return self

    def zip(self, *, without: Iterable[str] = ()) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in self.files.items():
                if name not in without:
                    archive.writestr(f"{name}.csv", self.text(name, rows))
        return packed.getvalue()

    @staticmethod
    def text(name: str, rows: list[dict[str, str]]) -> str:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, [column.column for column in import_files()[name]])
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return {True: "Y", False: "N"}[value] if isinstance(value, bool) else str(value)


def packet(*schools: str, **options: Any) -> Packet:
    """School 0 with its calendar, and schools with a calendar of one week, a bell schedule and attendance codes."""
    found = Packet()
    found.add("schools", school="0", cds=DISTRICT_CDS)
    found.add("calendars", school="0", start="2026-07-01", end="2027-06-30")
    for school in schools or (HIGH,):
        found.add("schools", school=school, cds=f"3066621{school}", bell_schedule="REG", **options)
        found.add("calendars", school=school, start="2026-08-12", end="2027-06-10")
        for period, hour in (("1", 8), ("2", 9), ("3", 10)):
            found.add("bell_schedules", school=school, bell_schedule="REG", period=period, starts=f"{hour:02}:00",
                      ends=f"{hour:02}:50")  # fmt: skip
            found.add("bell_schedules", school=school, bell_schedule="MIN", period=period, starts=f"{hour:02}:00",
                      ends=f"{hour:02}:35")  # fmt: skip
        found.add_days(school, week())
        for code, kind in (("A", "A"), ("T", "P"), ("P", "P")):
            found.add("attendance_codes", school=school, code=code, kind=kind)
        found.add("teachers", school=school, teacher="12", last_name="Rivera", first_name="Luz")
    return found


def add_section(found: Packet, number: str, *, school: str = HIGH, course_type: str = "32", **values: Any) -> Packet:
    """A section with a course of its own."""
    course = values.pop("course", f"C{number}")
    if course not in {row["course"] for row in found.files["courses"]}:
        found.add("courses", course=course, title=f"Course {course}", course_type=course_type,
                  **{name: values.pop(name) for name in list(values) if name.startswith("user_")})  # fmt: skip
    given = {"period": "2", "teacher": "12", **values}
    return found.add("sections", school=school, section=number, course=course, **given)


def seat(found: Packet, student: str, section: str, *, school: str = HIGH, start: Any = "2026-08-12", end: Any = ""):
    return found.add(
        "section_enrollments", school=school, local_student_id=student, section=section, start=start, end=end
    )


def load_rop(lea: Organization, found: Packet | bytes) -> DataImport:
    """Load a ZIP at once, without a job; the import says what was wrong."""
    content = found if isinstance(found, bytes) else found.zip()
    given = DataImport.objects.create(lea=lea, file_name="rop.zip", size=len(content), sha256="", content=content)
    load(given)
    return given


def loaded(lea: Organization, found: Packet) -> DataImport:
    """The same, for data that are right."""
    given = load_rop(lea, found)
    assert given.errors == []
    return given


def posting() -> Posting:
    return Posting.objects.get_or_create(record_type="SENR", posted_on=date(2026, 8, 20), posted_by="t", file_name="f")[
        0
    ]


def student(lea: Organization, local_id: str, *, school: str = HIGH, grade: str = "11", **values: Any) -> str:
    """A student of the ODS: SENR and SINF, by default enrolled since August; gives the SSID.

    `exit` is the last day of the enrolment, `information` values of the SINF record (None: there is none).
    """
    number = next(_numbers)
    ssid = values.pop("ssid", f"99{number:08d}")
    common: dict[str, Any] = {
        "reporting_lea": lea.code,
        "school_of_attendance": school,
        "academic_year_id": "2026-2027",
        "ssid": ssid,
        "current_ssid": ssid,
        "local_student_id": local_id,
        "upload_date": date(2026, 8, 20),
        "last_updated": date(2026, 8, 20),
        "posting": posting(),
        "posting_line": number,
    }
    person = {
        "legal_last_name": values.pop("last_name", "Ruiz"),
        "legal_first_name": values.pop("first_name", "Ana"),
        "birth_date": date(2009, 4, 12),
        "gender_code": values.pop("gender", "F"),
        "birth_city": "Eagle Point",
        "birth_state_province_code": "US-OR",
        "birth_country_code": "US",
    }
    information = values.pop("information", {})
    StudentEnrollment.objects.create(
        **common,
        **person,
        grade_level_code=grade,
        enrollment_start_date=values.pop("since", date(2026, 8, 12)),
        enrollment_exit_date=values.pop("exit", None),
        enrollment_status_code="10",
    )
    if information is not None:
        StudentInformation.objects.create(
            **{**common, **person, "effective_start_date": date(2026, 8, 12), **information}
        )
    assert not values, values
    return ssid


def language(lea: Organization, ssid: str, code: str, *, since: date = date(2026, 8, 12)) -> None:
    EnglishLanguageAcquisition.objects.create(
        reporting_lea=lea.code, ssid=ssid, current_ssid=ssid, birth_date=date(2009, 4, 12), upload_date=since,
        last_updated=since, posting=posting(), posting_line=1, primary_language_code=code,
        english_language_acquisition_status_code="EL", english_language_acquisition_status_start_date=since,
    )  # fmt: skip


def program(lea: Organization, ssid: str, code: str, *, since: date = date(2026, 8, 12)) -> None:
    StudentProgram.objects.create(
        reporting_lea=lea.code, ssid=ssid, current_ssid=ssid, birth_date=date(2009, 4, 12), upload_date=since,
        last_updated=since, posting=posting(), posting_line=1, education_program_code=code,
        education_program_membership_start_date=since,
    )  # fmt: skip

"""ROP data for the demo's LEAs, made from what the demo's ODS says and loaded like anybody's: as a ZIP.

The career-technical courses of the current school year are its ROP courses. The first LEA takes negative attendance,
the second is a flex school, the third records presence. The same ODS and day give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from ods.calendar import AcademicYear
from ods.demo.timeline import Timeline, timeline
from ods.directory import schools_of
from ods.models import (
    CourseSectionEnrollment,
    Organization,
    OrganizationKind,
    StaffDemographics,
    StudentCourseSectionEnrollment,
    StudentInformation,
)
from rop_export.import_files import import_files
from rop_export.importing import load
from rop_export.models import DataImport, SchoolOptions

LEAS = 3
"""So many LEAs of a demo get ROP data, the first by name of their kind."""

_COURSE_TYPES = {"CTE174": "30", "CTE198": "32", "CTE103": "33"}
_ROP_CLASS = "SPAN1"
"""An ordinary course one section of which is of program 143."""
_LEFT_OUT = "CTE198-3"
_PERIODS = 6
_DAYS_OFF = {(9, 7), (11, 11), (11, 25), (11, 26), (11, 27), (1, 18), (2, 8), (2, 15), (5, 31)}

Row = dict[str, Any]


def load_demo(*, as_of: date) -> list[DataImport]:
    """Load ROP data for the first LEAs of the demo that have none; what was loaded now.

    Raises:
        ValueError: data that are refused; that would be a defect of this module.
    """
    done = []
    leas = Organization.objects.filter(kind=OrganizationKind.LEA).order_by("code")
    of_kind = [lea for lea in leas if lea.code.startswith("99")][: LEAS - 1]
    of_kind += [lea for lea in leas if not lea.code.startswith("99")][:1]
    for place, lea in enumerate(of_kind):
        if SchoolOptions.objects.filter(lea=lea).exists():
            continue
        content = _zip(_Demo(lea, timeline(as_of), place).files())
        given = DataImport.objects.create(
            lea=lea,
            file_name=f"rop_demo_{lea.code}.zip",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
        load(given)
        if given.error_count:
            raise ValueError(f"the ROP demo data were refused: {given.errors[0]}")
        done.append(given)
    return done


def _zip(files: dict[str, list[Row]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns in import_files().items():
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, [column.column for column in columns], restval="")
            writer.writeheader()
            writer.writerows(files.get(name, []))
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", (2026, 7, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()


class _Demo:
    """The files of one LEA."""

    def __init__(self, lea: Organization, calendar: Timeline, place: int) -> None:
        self.lea = lea
        self.calendar = calendar
        self.flex = place == 1
        self.positive = place == 2
        self.year = str(AcademicYear(calendar.current))
        self.begins, self.ends = calendar.begins(0), calendar.ends(0)
        # A charter is LEA and school under one code, and its county is not part of it.
        self.county = lea.code if lea.code.startswith("99") else "9999999"
        self.rows: dict[str, list[Row]] = {name: [] for name in import_files()}

    def files(self) -> dict[str, list[Row]]:
        days = list(self._school_days())
        sections = self._sections()
        schools = sorted({school for school, _, _ in sections})
        self._schools(schools, days)
        self._teachers(sections)
        self._seats(sections, [day for day in days if day <= self.calendar.as_of])
        return self.rows

    def _chance(self, *subject: object) -> Random:
        return Random(":".join(map(str, ("rop", *subject))))  # noqa: S311  # synthetic data, nothing secret

    def _school_days(self) -> Iterator[date]:
        day = self.begins
        while day <= self.ends:
            holidays = (
                (day.month, day.day) in _DAYS_OFF or (day.month, day.day) >= (12, 21) or day.timetuple().tm_yday < 4
            )
            if day.weekday() < 5 and not holidays:
                yield day
            day += timedelta(days=1)

    def _schools(self, with_sections: list[str], days: list[date]) -> None:
        add = self.rows
        add["schools"].append({"school": "0", "cds": f"{self.county}0000000"})
        add["calendars"].append({"school": "0", "start": self.begins, "end": self.ends})
        for school in schools_of(self.lea).order_by("code"):
            closed = school.code not in with_sections
            add["schools"].append(
                {
                    "school": school.code,
                    "cds": f"{self.county}{school.code}",
                    "tag": "I" if closed and "Adult" in school.name else "",
                    "scheduling": "F" if self.flex else "T",
                    "attendance": "P" if self.positive else "N",
                    "bell_schedule": "REG",
                }
            )
            add["calendars"].append({"school": school.code, "start": self.begins, "end": self.ends})
            for name, minutes in (("REG", 55), ("MIN", 35)):
                for period in range(1, _PERIODS + 1):
                    starts = 8 * 60 + 30 + (period - 1) * (minutes + 5)
                    add["bell_schedules"].append(
                        {
                            "school": school.code,
                            "bell_schedule": name,
                            "period": f"{'F' if self.flex else ''}{period}",
                            "starts": _clock(starts),
                            "ends": _clock(starts + minutes),
                        }
                    )
            for day in days:
                minimum = day.weekday() == 2 and day.day <= 7  # the first Wednesday of a month
                add["calendar_days"].append(
                    {"school": school.code, "day": day, "bell_schedule": "MIN" if minimum else ""}
                )
            for code, kind, title in (
                ("A", "A", "Absent"), ("U", "A", "Unexcused"), ("T", "P", "Tardy"), ("X", "P", "School activity"),
                ("P", "P", "Present"),
            ):  # fmt: skip
                add["attendance_codes"].append({"school": school.code, "code": code, "kind": kind, "title": title})

    def _sections(self) -> dict[tuple[str, str, str], str]:
        """(school, course, section of the ODS) to our section number, and the files of courses and sections."""
        rows = CourseSectionEnrollment.objects.filter(reporting_lea=self.lea.code, academic_year_id=self.year)
        own = {school.code for school in schools_of(self.lea)}
        found: dict[tuple[str, str, str], tuple[str, str]] = {}
        for school, course, section, seid, name in rows.order_by("posting_id", "posting_line").values_list(
            "school_of_course_delivery", "local_course_id", "course_section_id", "seid", "course_name"
        ):
            wanted = course[:6] in _COURSE_TYPES or (course == _ROP_CLASS and section == "S001")
            if school in own and wanted:
                found.setdefault((school, course, section), (seid, name))
        numbers: dict[tuple[str, str, str], str] = {}
        self.teaching = {}
        for place, ((school, course, section), (seid, name)) in enumerate(sorted(found.items())):
            number = str(101 + place)
            numbers[school, course, section] = number
            if course not in {row["course"] for row in self.rows["courses"]}:
                self.rows["courses"].append(
                    {
                        "course": course,
                        "title": name,
                        "course_type": _COURSE_TYPES.get(course[:6], ""),
                        "user_1": "NOROP" if course == _LEFT_OUT else "",
                    }
                )
            self.teaching[number] = seid
            period = f"{'F' if self.flex else ''}{place % _PERIODS + 1}"
            nobody = place == 3  # a section without teacher, so that a run has something to say
            self.rows["sections"].append(
                {
                    "school": school,
                    "section": number,
                    "course": course,
                    "period": period,
                    "program": "143" if course == _ROP_CLASS else "",
                    "teacher": "" if self.flex or nobody else seid[-5:],
                    "staff": seid if self.flex and not nobody else "",
                    "flex_period": f"Flex {place % _PERIODS + 1}" if self.flex else "",
                }
            )
        return numbers

    def _teachers(self, sections: dict[tuple[str, str, str], str]) -> None:
        names = {
            seid: (last, first)
            for seid, last, first in StaffDemographics.objects.filter(reporting_lea=self.lea.code)
            .order_by("effective_start_date", "pk")
            .values_list("seid", "legal_last_name", "legal_first_name")
        }
        seen = set()
        for (school, _, _), number in sections.items():
            seid = self.teaching[number]
            last, first = names.get(seid, ("Substitute", ""))
            key = seid if self.flex else f"{school}{seid}"
            if key in seen:
                continue
            seen.add(key)
            if self.flex:
                self.rows["staff"].append({"staff": seid, "last_name": last, "first_name": first})
            else:
                self.rows["teachers"].append(
                    {"school": school, "teacher": seid[-5:], "last_name": last, "first_name": first}
                )

    def _seats(self, sections: dict[tuple[str, str, str], str], days: list[date]) -> None:
        periods = {row["section"]: row["period"] for row in self.rows["sections"]}
        guardians = {
            ssid: (last, first)
            for ssid, last, first in StudentInformation.objects.filter(reporting_lea=self.lea.code)
            .order_by("effective_start_date", "pk")
            .values_list("current_ssid", "guardian_1_last_name", "guardian_1_first_name")
        }
        seats: dict[tuple[str, str, str], list[str]] = {}
        rows = StudentCourseSectionEnrollment.objects.filter(
            reporting_lea=self.lea.code, academic_year_id=self.year
        ).order_by("current_ssid", "local_course_id", "pk")
        for school, local_id, ssid, course, section in rows.values_list(
            "school_of_course_delivery", "local_student_id", "current_ssid", "local_course_id", "course_section_id"
        ):
            if (number := sections.get((school, course, section))) and local_id:
                seats.setdefault((school, local_id, ssid), []).append(number)
        known: set[str] = set()
        for (school, local_id, ssid), numbers in seats.items():
            chance = self._chance(ssid)
            for number in sorted(set(numbers)):
                self._seat(school, local_id, number, chance)
            self._attendance(school, local_id, [(n, periods[n]) for n in sorted(set(numbers))], days, chance)
            if local_id not in known:
                known.add(local_id)
                phone = f"707-555-01{int(chance.random() * 100):02d}"
                self.rows["students"].append({"local_student_id": local_id, "home_phone": phone})
                last, first = guardians.get(ssid, ("", ""))
                self.rows["contacts"].append(
                    {
                        "local_student_id": local_id,
                        "contact_order": 1,
                        "last_name": last,
                        "first_name": first,
                        "cell_phone": f"707-555-01{int(chance.random() * 100):02d}",
                    }
                )

    def _seat(self, school: str, local_id: str, number: str, chance: Random) -> None:
        late = self.begins + timedelta(days=int(chance.random() * 30)) if chance.random() < 0.1 else self.begins
        gone = date(self.calendar.current, 10, 16) if chance.random() < 0.05 else ""
        self.rows["section_enrollments"].append(
            {"school": school, "local_student_id": local_id, "section": number, "start": late, "end": gone}
        )
        section = next(row for row in self.rows["sections"] if row["section"] == number)
        match = {"section": number} if self.flex else {"course": section["course"], "period": section["period"]}
        mark = ("A", "A-", "B+", "B", "B-", "C+", "C", "D", "F")[int(chance.random() * 9)]
        self.rows["grades"].append(
            {
                "school": school,
                "local_student_id": local_id,
                **match,
                "entered": date(self.calendar.current, 10, 9),
                "mark": mark,
            }
        )

    def _attendance(
        self, school: str, local_id: str, classes: list[tuple[str, str]], days: list[date], chance: Random
    ) -> None:
        of_student = {"school": school, "local_student_id": local_id}
        for day in days:
            drawn = chance.random()
            if drawn < 0.015 and not self.positive:
                self.rows["day_attendance"].append({**of_student, "day": day, "code": "A"})
                continue
            for number, period in {period: (number, period) for number, period in classes}.values():
                draw = chance.random()
                if self.positive:
                    entry = {"code": "U"} if draw < 0.05 else {"code": "P", "minutes": 40 if draw < 0.1 else ""}
                elif draw < 0.05:
                    entry = {"code": "A" if draw < 0.02 else "X" if draw < 0.03 else "T"}
                else:
                    continue
                if self.flex:
                    self.rows["class_attendance"].append({**of_student, "section": number, "day": day, **entry})
                else:
                    self.rows["period_attendance"].append({**of_student, "period": period, "day": day, **entry})


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

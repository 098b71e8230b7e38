"""Student groups of the demo: class data for its first LEAs, brought in like anybody's, as a OneRoster ZIP.

Mathematics sections are Math, English ones ELA, self-contained classes ALL. The same ODS and day give the same bytes.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from ods.calendar import AcademicYear
from ods.demo.timeline import Timeline, timeline
from ods.directory import schools_of
from ods.models import CourseSectionEnrollment, Organization, OrganizationKind, StaffDemographics
from rosters.cers.accounts import DEMO_SECRET, DEMO_USER
from rosters.connecting import save_connection
from rosters.importing import load
from rosters.models import ClassImport, Connection, SectionSetting

LEAS = 2
"""So many LEAs of a demo get class data, the first by code."""
_SUBJECTS = (("ENG", "ELA"), ("MTH", "Math"), ("ALG", "Math"), ("GEOM", "Math"), ("SC", "ALL"))
_WITHOUT_LOGIN = 9
"""Every so many teachers have no e-mail address, so that the pages have something to say."""

Row = dict[str, Any]


def load_demo(*, as_of: date) -> list[ClassImport]:
    """Load class data for the first LEAs of the demo that have none; what was loaded now.

    Raises:
        ValueError: data that are refused; that would be a defect of this module.
    """
    done = []
    leas = Organization.objects.filter(kind=OrganizationKind.LEA, code__startswith="99").order_by("code")
    for lea in leas[:LEAS]:
        if SectionSetting.objects.filter(lea=lea).exists():
            continue
        content = _zip(_files(lea, timeline(as_of)))
        given = ClassImport.objects.create(
            lea=lea, file_name=f"oneroster_demo_{lea.code}.zip", size=len(content), content=content
        )
        load(given)
        if given.error_count:
            raise ValueError(f"the class data of the demo were refused: {given.errors[0]}")
        done.append(given)
    return done


def connect_demo(*, users: dict[str, User]) -> None:
    """Give the demo's LEAs credentials for the emulated receiving end; `users` are who enters them, by LEA code."""
    for code, user in users.items():
        lea = Organization.objects.get(kind=OrganizationKind.LEA, code=code)
        if not Connection.objects.filter(lea=lea).exists():
            save_connection(lea=lea, user_name=DEMO_USER, secret=DEMO_SECRET, expires_on=None, by=user)


def _files(lea: Organization, calendar: Timeline) -> dict[str, list[Row]]:
    """OneRoster files without students: those of the posted SCSE count."""
    year = AcademicYear(calendar.current)
    ends = calendar.ends(0) + timedelta(days=1)
    files: dict[str, list[Row]] = {name: [] for name in _HEADERS}
    files["academicSessions"] = [
        _session("FY", "schoolYear", calendar.begins(0), ends, year),
        _session("S1", "semester", calendar.begins(0), date(year.begins_in, 12, 19), year),
    ]
    own = {school.code: school.name for school in schools_of(lea)}
    for code, name in sorted(own.items()):
        files["orgs"].append({"sourcedId": code, "name": name, "type": "school", "identifier": code})
    staff = _staff(lea, files)
    known: set[str] = set()
    rows = CourseSectionEnrollment.objects.filter(reporting_lea=lea.code, academic_year_id=str(year))
    for school, course, number, term, title, seid in rows.order_by(
        "school_of_course_delivery", "local_course_id", "course_section_id", "seid"
    ).values_list(
        "school_of_course_delivery", "local_course_id", "course_section_id", "academic_term_code", "course_name", "seid"
    ):
        subject = next((subject for prefix, subject in _SUBJECTS if course.startswith(prefix)), "")
        if school not in own or not subject or seid not in staff or term not in ("FY", "S1"):
            continue
        name = f"{school}-{course}-{number}-{term}"
        first = name not in known
        if first:
            known.add(name)
            if course not in {row["sourcedId"] for row in files["courses"]}:
                files["courses"].append({"sourcedId": course, "title": title, "courseCode": course})
            files["classes"].append({
                "sourcedId": name, "title": f"{title} {number}", "courseSourcedId": course, "classCode": number,
                "schoolSourcedId": school, "termSourcedIds": term, "periods": f"{len(known) % 6 + 1}(A-E)",
                "metadata.caasppSubjectArea": subject,
            })  # fmt: skip
        files["enrollments"].append({
            "sourcedId": f"{name}-{seid}", "classSourcedId": name, "schoolSourcedId": school, "userSourcedId": seid,
            "role": "teacher", "primary": "true" if first else "false",
            "metadata.teacherRole": "lead" if first else "co-teacher",
        })  # fmt: skip
    return files


def _session(own: str, kind: str, start: date, end: date, year: AcademicYear) -> Row:
    return {"sourcedId": own, "title": own, "type": kind, "startDate": start, "endDate": end,
            "schoolYear": year.begins_in + 1}  # fmt: skip


def _staff(lea: Organization, files: dict[str, list[Row]]) -> set[str]:
    """The staff as users; logins are made of names and a number, at a domain that belongs to nobody."""
    names = {
        seid: (last, first)
        for seid, last, first in StaffDemographics.objects.filter(reporting_lea=lea.code)
        .order_by("effective_start_date", "pk")
        .values_list("seid", "legal_last_name", "legal_first_name")
    }
    for place, (seid, (last, first)) in enumerate(sorted(names.items())):
        initial = first[:1].lower() if first[:1].isascii() else "t"
        login = f"{initial}.{seid[-6:]}@{lea.code}.example.org"
        without = place % _WITHOUT_LOGIN == _WITHOUT_LOGIN - 1
        files["users"].append({
            "sourcedId": seid, "enabledUser": "true", "givenName": first or "-", "familyName": last or "-",
            "userIds": f"{{SEID:{seid}}}", "email": "" if without else login,
        })  # fmt: skip
    return set(names)


_HEADERS = {
    "orgs": ("sourcedId", "name", "type", "identifier"),
    "academicSessions": ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    "courses": ("sourcedId", "title", "courseCode"),
    "classes": (
        "sourcedId", "title", "courseSourcedId", "classCode", "schoolSourcedId", "termSourcedIds", "periods",
        "metadata.caasppSubjectArea",
    ),
    "users": ("sourcedId", "enabledUser", "givenName", "familyName", "userIds", "email"),
    "enrollments": (
        "sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "metadata.teacherRole",
    ),
}  # fmt: skip


def _zip(files: dict[str, list[Row]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns in _HEADERS.items():
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, columns)
            writer.writeheader()
            writer.writerows(files[name])
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", (2026, 7, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()

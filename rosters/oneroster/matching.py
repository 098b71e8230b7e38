"""From OneRoster records to sections, teachers and seats of the posted records; what is unknown is listed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ods.zipped_csv import KEPT, Problem
from rosters.oneroster.reading import Reading, Record
from rosters.teachers import Role, is_email


@dataclass(frozen=True, slots=True)
class Known:
    """What the ODS knows of an LEA, for finding records: ids there by what a SIS may call them.

    `schools`: 7-digit codes. `sections`: (school, ending year) to (what names a section) to section ids; the names are
    the class id, and course id and section id together (`ENG9|S001`), each also with the term (`|S1`).
    `staff` and `students`: SEIDs and SSIDs by themselves and by local id.
    """

    schools: frozenset[str]
    sections: Mapping[tuple[str, int], Mapping[str, frozenset[str]]]
    staff: Mapping[str, str]
    students: Mapping[str, str]


_NO_SECTION = (
    "No posted section (CRSE) of this school and year has this class: looked for its sourcedId and classCode as "
    "Class ID, then for courseCode and classCode as Local Course ID and Course Section ID."
)

Key = tuple[str, int, str]
"""School, ending year and id of a section."""


@dataclass
class Matched:
    """What a ZIP says, in the portal's terms."""

    sections: dict[Key, dict[str, Any]] = field(default_factory=dict)
    teachers: dict[Key, dict[str, dict[str, Any]]] = field(default_factory=dict)
    seats: dict[Key, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    schools: dict[str, dict[str, Any]] = field(default_factory=dict)
    students_excluded: dict[str, bool] = field(default_factory=dict)
    enrollments_excluded: dict[tuple[str, str], bool] = field(default_factory=dict)
    unknown: list[Problem] = field(default_factory=list)
    unknown_count: int = 0

    def miss(self, file: str, line: int, sourced_id: str, words: str) -> None:
        self.unknown_count += 1
        if len(self.unknown) < KEPT:
            self.unknown.append(Problem(file, line, sourced_id, words))


def match(reading: Reading, known: Known) -> Matched:
    """Find every record of a ZIP among what is posted; also complain in `reading` about values that make no sense."""
    found = Matched()
    schools = {own: code for own, org in reading.records["orgs"].items() if (code := _school(org, known, found))}
    classes: dict[str, list[Key]] = {
        own: keys
        for own, one in reading.records["classes"].items()
        if (keys := _class(one, reading, schools, known, found))
    }
    people = _people(reading, known, found)
    for one in reading.records["enrollments"].values():
        _enrollment(one, reading, classes, people, found)
    return found


def _school(org: Record, known: Known, found: Matched) -> str:
    if str(org["type"]).lower() != "school":
        return ""
    for text in (org["identifier"], org["sourced_id"]):
        digits = (text or "").replace("-", "").replace(" ", "")
        if len(digits) in (7, 14) and digits[-7:] in known.schools:
            code: str = digits[-7:]
            found.schools[code] = {name: org[name] for name in ("excluded", "natural_id") if org[name] is not None}
            if len(digits) == 14:
                found.schools[code].setdefault("natural_id", digits)
            return code
    found.miss("orgs.csv", org.line, org["sourced_id"], "No school of this LEA has this identifier (7 or 14 digits).")
    return ""


def _class(one: Record, reading: Reading, schools: Mapping[str, str], known: Known, found: Matched) -> list[Key]:
    records = reading.records
    school, course = schools.get(one["school"]), records["courses"].get(one["course"])
    sessions = [records["academicSessions"].get(term) for term in one["terms"]]
    if one["school"] not in records["orgs"]:
        found.miss("classes.csv", one.line, one["school"], "orgs.csv has no such schoolSourcedId.")
    if course is None:
        found.miss("classes.csv", one.line, one["course"], "courses.csv has no such courseSourcedId.")
    for term, session in zip(one["terms"], sessions, strict=True):
        if session is None:
            found.miss("classes.csv", one.line, term, "academicSessions.csv has no such termSourcedId.")
    given = [session for session in sessions if session]
    if not school or not given:
        return []
    for session in given:
        if session["end"] <= session["start"]:
            words = "endDate is the day after the last day and must come after startDate."
            reading.complain("academicSessions.csv", session.line, "endDate", words)
    year = max(session["year"] for session in given)
    named = known.sections.get((school, year), {})
    code = (course["code"] if course else "") or (course["sourced_id"] if course else "")
    names = [one["sourced_id"], one["code"], f"{code}|{one['code']}"]
    ids = next((named[name] for name in names if name and name in named), frozenset())
    if not ids:
        found.miss("classes.csv", one.line, one["sourced_id"], _NO_SECTION)
        return []
    keys = [(school, year, own) for own in sorted(_of_terms(ids, given))]
    subject = one["subject"]
    for key in keys:
        values: dict[str, Any] = {
            "start": min(session["start"] for session in given),
            "end": max(session["end"] for session in given),
        }
        if subject is not None:
            values["subject"] = "" if subject == "none" else subject
        if (expression := one["expression"] or one["periods"]) is not None:
            values["expression"] = expression
        found.sections[key] = values
    return keys


def _of_terms(ids: frozenset[str], sessions: list[Record]) -> set[str]:
    """Of a class that stands for several sections (one for each term), those of its terms where the titles say so."""
    titles = {str(session[name]).upper() for session in sessions for name in ("title", "sourced_id")}
    of_terms = {own for own in ids if own.rpartition("/")[2].upper() in titles}
    return of_terms or set(ids)


People = tuple[dict[str, str], dict[str, tuple[str, str]]]


def _people(reading: Reading, known: Known, found: Matched) -> People:
    """sourcedId to SEID of the teachers, and to (SSID, local id) of the students; whoever is neither is left out."""
    staff: dict[str, str] = {}
    students: dict[str, tuple[str, str]] = {}
    roles: dict[str, set[str]] = {}
    for one in reading.records["enrollments"].values():
        roles.setdefault(one["user"], set()).add("student" if one["role"] == "student" else "staff")
    for own, user in reading.records["users"].items():
        ids = user["ids"] or {}
        has = roles.get(own, set())
        names = [*(ids.get(kind) for kind in ("SEID", "SSID")), user["identifier"], *ids.values(), own]
        local = user["identifier"] or own
        if "student" in has:
            ssid = next((known.students[name] for name in names if name in known.students), "")
            students[own] = (ssid, "" if ssid else local)
            if not ssid:
                found.miss("users.csv", user.line, own, "No posted enrollment (SENR) has this student: looked for "
                           "userIds, identifier and sourcedId as SSID and Local Student ID.")  # fmt: skip
            elif user["excluded"] is not None:
                found.students_excluded[ssid] = user["excluded"]
        if "staff" in has:
            seid = next((known.staff[name] for name in names if name in known.staff), "")
            if not seid:
                found.miss("users.csv", user.line, own, "No posted staff record (SDEM) has this teacher: looked for "
                           "userIds, identifier and sourcedId as SEID and Local Staff ID.")  # fmt: skip
                continue
            staff[own] = seid
            if user["email"]:
                if is_email(user["email"]):
                    found.logins[seid] = user["email"]
                else:
                    reading.complain("users.csv", user.line, "email", "This is no e-mail address.")
    return staff, students


def _enrollment(
    one: Record, reading: Reading, classes: Mapping[str, list[Key]], people: People, found: Matched
) -> None:
    staff, students = people
    if one["class_id"] not in reading.records["classes"]:
        found.miss("enrollments.csv", one.line, one["class_id"], "classes.csv has no such classSourcedId.")
        return
    if one["user"] not in reading.records["users"]:
        found.miss("enrollments.csv", one.line, one["user"], "users.csv has no such userSourcedId.")
        return
    begin, end = one["begin"], one["end"]
    if begin and end and end < begin:
        reading.complain("enrollments.csv", one.line, "endDate", "endDate is the day after the last day and may not "
                         "come before beginDate.")  # fmt: skip
        return
    for key in classes.get(one["class_id"], []):
        if one["role"] == "student":
            _seat(key, students[one["user"]], one, found)
        elif seid := staff.get(one["user"]):
            role = Role.OTHER
            if one["role"] == "teacher":
                # OneRoster tells the primary teacher and no more: others see no scores unless a role says so.
                role = Role(one["teacher_role"]) if one["teacher_role"] else Role.LEAD if one["primary"] else Role.OTHER
            of_section = found.teachers.setdefault(key, {})
            if seid not in of_section or role.rank < Role(of_section[seid]["role"]).rank:
                of_section[seid] = {"role": role.value, "start": begin, "end": end}


def _seat(key: Key, student: tuple[str, str], one: Record, found: Matched) -> None:
    begin, end = one["begin"], one["end"]
    ssid, _ = student
    seats = found.seats.setdefault(key, {})
    # Somebody who left a class and came back has two enrollments: the later one says where he is now.
    if student not in seats or (begin or date.min) >= (seats[student]["start"] or date.min):
        seats[student] = {"start": begin, "end": end}
    if ssid and one["excluded"] is not None:
        found.enrollments_excluded[key[0], ssid] = one["excluded"]

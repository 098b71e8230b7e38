"""A OneRoster 1.2 ZIP while a test puts it together."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from tests.factories.rosters import HIGH


class OneRoster:
    """`zip.add("classes", sourcedId="c1", ...)`; begins with a school, a year and a course ELA7."""

    def __init__(self, *, school: str = HIGH, year: int = 2026) -> None:
        self.files: dict[str, list[dict[str, str]]] = {
            name: [] for name in ("orgs", "academicSessions", "courses", "classes", "users", "enrollments")
        }
        self.modes = dict.fromkeys(self.files, "bulk")
        self.year = year
        self.add("orgs", sourcedId="s1", name="Alder High", type="school", identifier=school)
        self.add("academicSessions", sourcedId="y", title="Year", type="schoolYear", startDate=f"{year - 1}-08-12",
                 endDate=f"{year}-06-06", schoolYear=str(year))  # fmt: skip
        self.add("courses", sourcedId="ELA7-course", title="English 7", courseCode="ELA7")

    def add(self, file: str, **values: Any) -> OneRoster:
        self.files[file].append({name.replace("__", "."): str(value) for name, value in values.items()})
        return self

    def a_class(self, own: str, **values: Any) -> OneRoster:
        given = {
            "title": own,
            "courseSourcedId": "ELA7-course",
            "schoolSourcedId": "s1",
            "termSourcedIds": "y",
            **values,
        }
        return self.add("classes", sourcedId=own, **given)

    def teacher(self, own: str, *classes: str, primary: bool = True, **values: Any) -> OneRoster:
        self.add("users", sourcedId=own, givenName="T", familyName="T", **{"email": f"{own}@example.org", **values})
        for name in classes:
            self.enroll(name, own, "teacher", primary="true" if primary else "false")
        return self

    def student(self, own: str, *classes: str, **values: Any) -> OneRoster:
        self.add("users", sourcedId=own, givenName="S", familyName="S", **values)
        for name in classes:
            self.enroll(name, own, "student")
        return self

    def enroll(self, name: str, user: str, role: str, **values: Any) -> OneRoster:
        number = len(self.files["enrollments"])
        return self.add("enrollments", sourcedId=f"e{number}", classSourcedId=name, schoolSourcedId="s1",
                        userSourcedId=user, role=role, **values)  # fmt: skip

    def zip(self, *, without: tuple[str, ...] = ()) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            modes = [f"file.{name},{mode}" for name, mode in {**self.modes, "results": "delta"}.items()]
            archive.writestr("manifest.csv", "\r\n".join(["propertyName,value", *modes]))
            for name, rows in self.files.items():
                if name not in without:
                    archive.writestr(f"{name}.csv", _text(name, rows))
        return packed.getvalue()


_HEADERS = {
    "classes": ["sourcedId", "title", "courseSourcedId", "schoolSourcedId", "termSourcedIds"],
    "users": ["sourcedId", "givenName", "familyName"],
    "enrollments": ["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"],
}


def _text(name: str, rows: list[dict[str, str]]) -> str:
    columns = list(dict.fromkeys([*_HEADERS.get(name, []), *(column for row in rows for column in row)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()

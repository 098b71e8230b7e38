"""The columns of OneRoster 1.2 CSV that are read, and how a value is understood. Pure, no Django.

Names are those of the 1EdTech specification (OneRoster 1.2 CSV binding, bulk files). What OneRoster has no column for
stands in `metadata.` columns, as it provides; their names are ours (docs/rosters.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rosters.roster_file import SUBJECTS
from rosters.teachers import Role

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_USER_ID = re.compile(r"\{([^:{}]+):([^{}]*)\}")
_MOST = 255


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the attribute it becomes, how it is read; `required` must be there and filled."""

    header: str
    name: str
    read: Callable[[str], Any]
    required: bool = False


def text(value: str) -> str:
    """Raises ValueError with words: control characters, or too long."""
    if _CONTROL.search(value):
        raise ValueError("Control characters are not allowed. Take them out.")
    if len(value) > _MOST:
        raise ValueError(f"This is longer than {_MOST} characters.")
    return value


def a_date(value: str) -> date:
    """Raises ValueError with words: not a date CCYY-MM-DD."""
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("Give a date as CCYY-MM-DD.")


def flag(value: str) -> bool:
    """Raises ValueError with words: neither true nor false."""
    lowered = value.lower()
    if lowered in ("true", "y", "yes", "1"):
        return True
    if lowered in ("false", "n", "no", "0"):
        return False
    raise ValueError("Give true or false.")


def _one_of(*values: str) -> Callable[[str], str]:
    known = {value.lower(): value for value in values}

    def read(value: str) -> str:
        if value.lower() in known:
            return known[value.lower()]
        raise ValueError(f"Give one of {', '.join(values)}.")

    return read


def a_list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text(value).split(",") if part.strip())


def user_ids(value: str) -> dict[str, str]:
    """`{SSID:9900000001},{local:17}` as kind (upper case) to id. Raises ValueError with words: another form."""
    found = {kind.strip().upper(): own.strip() for kind, own in _USER_ID.findall(text(value))}
    if not found:
        raise ValueError("Give ids as {type:id}, for example {SSID:1234567890}.")
    return found


def year(value: str) -> int:
    """Raises ValueError with words: not a year."""
    if re.fullmatch("20[0-9]{2}", value, re.ASCII):
        return int(value)
    raise ValueError("Give the calendar year the school year ends in, CCYY.")


_ID = Column("sourcedId", "sourced_id", text, required=True)
_STATUS = Column("status", "status", _one_of("active", "tobedeleted"))
_EXCLUDED = "metadata.excludedFromStateReporting"

FILES: dict[str, tuple[Column, ...]] = {
    "orgs": (
        _ID, _STATUS,
        Column("name", "title", text, required=True),
        Column("type", "type", text, required=True),
        Column("identifier", "identifier", text),
        Column(_EXCLUDED, "excluded", flag),
        Column("metadata.schoolNaturalId", "natural_id", text),
    ),
    "academicSessions": (
        _ID, _STATUS,
        Column("title", "title", text, required=True),
        Column("type", "type", text, required=True),
        Column("startDate", "start", a_date, required=True),
        Column("endDate", "end", a_date, required=True),
        Column("schoolYear", "year", year, required=True),
    ),
    "courses": (
        _ID, _STATUS,
        Column("title", "title", text, required=True),
        Column("courseCode", "code", text),
    ),
    "classes": (
        _ID, _STATUS,
        Column("title", "title", text, required=True),
        Column("courseSourcedId", "course", text, required=True),
        Column("classCode", "code", text),
        Column("schoolSourcedId", "school", text, required=True),
        Column("termSourcedIds", "terms", a_list, required=True),
        Column("periods", "periods", text),
        Column("metadata.caasppSubjectArea", "subject", _one_of(*SUBJECTS, "none")),
        Column("metadata.classExpression", "expression", text),
    ),
    "users": (
        _ID, _STATUS,
        Column("enabledUser", "enabled", flag),
        Column("givenName", "given_name", text, required=True),
        Column("familyName", "family_name", text, required=True),
        Column("userIds", "ids", user_ids),
        Column("identifier", "identifier", text),
        Column("email", "email", text),
        Column(_EXCLUDED, "excluded", flag),
    ),
    "enrollments": (
        _ID, _STATUS,
        Column("classSourcedId", "class_id", text, required=True),
        Column("schoolSourcedId", "school", text, required=True),
        Column("userSourcedId", "user", text, required=True),
        Column("role", "role", _one_of("student", "teacher", "administrator", "proctor", "aide"), required=True),
        Column("primary", "primary", flag),
        Column("beginDate", "begin", a_date),
        Column("endDate", "end", a_date),
        Column("metadata.teacherRole", "teacher_role", _one_of(*(role.value for role in Role))),
        Column("metadata.schoolEnrollmentExcluded", "excluded", flag),
    ),
}  # fmt: skip
"""File (without `.csv`) to the columns that are read, in the order of reading. Other columns are passed over."""

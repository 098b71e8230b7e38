"""The file of student groups, one for each school (spec rosters, section 1). Pure, no Django."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

HEADER = ("group_name", "school_natural_id", "school_year", "subject_code", "student_ssid", "group_user_login")
"""The six names, as CERS compares them."""

LABELS = ("Group Name", "School ID", "School Year", "Subject Code", "Student SSID", "Group User Login")
"""What the View page calls them, as PowerSchool does."""

MOST_STUDENTS = 200
"""Rows with an SSID that CERS takes in one group."""

SUBJECTS = ("Math", "ELA", "ALL")
"""CAASPP Subject Area of a section: the values whose sections are sent."""


class Row(NamedTuple):
    """One record, its values in the order of the file: a student and a teacher of a group. A clear row has neither."""

    group_name: str
    school_natural_id: str
    school_year: str
    subject_code: str
    student_ssid: str
    group_user_login: str

    @property
    def clears(self) -> bool:
        """Whether the record takes everybody out of its group."""
        return not self.student_ssid and not self.group_user_login


def to_bytes(rows: Iterable[Row], *, edition: int = 0) -> bytes:
    """The file: UTF-8 without BOM, the header, CR LF, quotes only where needed.

    `edition` makes other bytes with the same meaning: its bits say which names of the header are quoted. CERS takes
    bytes it has processed before for done, even if another file came in between (decision 0164).

    Raises:
        ValueError: an edition the six names cannot write (0 to 63).
    """
    if not 0 <= edition < 1 << len(HEADER):
        raise ValueError("an edition is a number from 0 to 63")
    text = io.StringIO(newline="")
    text.write(",".join(f'"{name}"' if edition >> place & 1 else name for place, name in enumerate(HEADER)) + "\r\n")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(rows)
    return text.getvalue().encode()


def from_bytes(content: bytes) -> list[Row]:
    """The records of a file of ours.

    Raises:
        ValueError: not such a file.
    """
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    if tuple(name.lower() for name in next(rows, [])) != HEADER:
        raise ValueError("the header is not the six names in their order")
    return [_row(cells) for cells in rows if cells]


def _row(cells: Sequence[str]) -> Row:
    if len(cells) != len(HEADER):
        raise ValueError(f"a record has {len(cells)} values instead of {len(HEADER)}")
    return Row(*cells)


def file_name(cds: str, year: int, at: datetime) -> str:
    """`CERS_<cds>_<year>_<yyyymmdd-hhmm>.csv`, by a Pacific time (spec 5)."""
    return f"CERS_{cds}_{year}_{at:%Y%m%d-%H%M}.csv"

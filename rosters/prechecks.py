"""What is checked before a file is sent (spec rosters, section 9). Pure, no Django.

The state's API answers a bad row without saying which (spec 6): so whatever CERS would refuse is found here, and what
CERS would take without a word too (a wrong login gives nobody access).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rosters.names import key_of
from rosters.roster_file import MOST_STUDENTS, SUBJECTS, Row
from rosters.teachers import is_email

_SSID = re.compile("[0-9]{10}", re.ASCII)
_CDS = re.compile("[0-9]{14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a file. `row` counts from 1 without the header, as CERS does; 0 is the file or group."""

    error: bool
    row: int
    group: str
    field: str
    words: str


def check(
    rows: Sequence[Row], *, cds: str, year: int, limit: int, key_expires: date | None = None, today: date | None = None
) -> list[Finding]:
    """Everything wrong with a file, errors and warnings. Errors keep it from being sent. No words hold a student.

    `key_expires` is the last day of the credentials, if that is known.
    """
    found: list[Finding] = []
    if not rows:
        found.append(Finding(True, 0, "", "", "The file has no records: no section qualifies."))
    if not _CDS.fullmatch(cds):
        found.append(Finding(True, 0, "", "school_natural_id", "The School Natural ID must be 14 digits. Correct it on "
                             "the page Exclusions."))  # fmt: skip
    for number, row in enumerate(rows, start=1):
        found += [
            Finding(True, number, row.group_name, field, words) for field, words in _row(row, cds, year, limit)
        ]  # fmt: skip
    found += _groups(rows)
    if key_expires and today and key_expires < today:
        found.append(Finding(True, 0, "", "", f"The secret key expired on {key_expires:%m/%d/%Y}. Make a new pair in "
                             "TOMS and enter it on the page Connection."))  # fmt: skip
    return found


def _row(row: Row, cds: str, year: int, limit: int) -> list[tuple[str, str]]:
    found = []
    if not row.group_name or row.group_name != row.group_name.strip():
        found.append(("group_name", "The group has no name, or blanks around it."))
    elif len(row.group_name) > limit:
        found.append(("group_name", f"The name is longer than {limit} characters."))
    if row.school_natural_id != cds:
        found.append(("school_natural_id", "This is not the school of the file."))
    if row.school_year != str(year):
        found.append(("school_year", "This is not the school year of the file."))
    if row.subject_code not in SUBJECTS:
        found.append(("subject_code", f"The subject must be one of {', '.join(SUBJECTS)}."))
    if not row.clears:
        if not _SSID.fullmatch(row.student_ssid):
            found.append(("student_ssid", "An SSID has 10 digits."))
        if not is_email(row.group_user_login):
            found.append(("group_user_login", "The login must be an e-mail address."))
    return found


def _groups(rows: Sequence[Row]) -> list[Finding]:
    found: list[Finding] = []
    seen: dict[str, str] = {}
    for name, members in groupby(rows, key=lambda row: row.group_name):
        records = list(members)
        if (other := seen.get(key_of(name))) is not None:
            found.append(Finding(True, 0, name, "group_name", f"CERS takes this name and {other} for one group."))
        seen.setdefault(key_of(name), name)
        if len({row.subject_code for row in records}) > 1:
            found.append(Finding(True, 0, name, "subject_code", "The group has two subjects."))
        students = [row.student_ssid for row in records if row.student_ssid]
        if len(students) > MOST_STUDENTS:
            found.append(Finding(True, 0, name, "", f"The group has {len(students)} rows with students. CERS takes "
                                 f"{MOST_STUDENTS}. Split the section."))  # fmt: skip
        if not students and not all(row.clears for row in records):
            found.append(Finding(True, 0, name, "", "The group has no students."))
        pairs = Counter((row.student_ssid, row.group_user_login.casefold()) for row in records if not row.clears)
        if twice := sum(count > 1 for count in pairs.values()):
            found.append(Finding(False, 0, name, "", f"{twice} student{'s' if twice > 1 else ''} stand there twice "
                                 "with the same login."))  # fmt: skip
    return found


def stops(findings: Collection[Finding]) -> bool:
    """Whether the file must not be sent."""
    return any(finding.error for finding in findings)

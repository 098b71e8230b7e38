"""What a request asks for: one typed, versioned value that forms make, jobs keep as JSON, selection reads.

Pure: no Django. Names follow spec ods-extracts section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

VERSION = 1
ALL_PROGRAMS = "All"


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """The criteria of one ODS extract. What a type does not ask for stays empty.

    `way` is the form it was asked with (`active`, `date_range`, `academic_year`, `default`). `schools` are CDS codes,
    the pseudo-schools among them. `active` is Active Students or, for SDEM, Active Staff. `start` and `end` are the
    enrolment range, or the employment range for SDEM, both days included. `program_code` is an Education Program Code
    or `All`. `most_recent` is Record History: Most Recent Only. `limit` narrows the rows to what the requester's role
    may see: `sped` means students with disabilities only (PSTS 17.11 = 30).

    The rest belongs to the extracts of section 8. `grade` is a Grade Level Code, '' for all. `as_of` is Cumulative
    Enrollment's As of Date, `adjusted` its option for the Academic Year. `job_id` is the submission the SSID Extract
    is narrowed to, `postings` what it posted (None: it is not narrowed). `certified_since` and `statuses` narrow
    Direct Certification; no statuses: all.
    """

    record_type: str
    way: str
    reporting_lea: str
    schools: tuple[str, ...] = ()
    active: bool = False
    start: date | None = None
    end: date | None = None
    effective_start: date | None = None
    effective_end: date | None = None
    academic_year: str = ""
    program_code: str = ""
    participation: str = ""
    most_recent: bool = False
    limit: str = ""
    grade: str = ""
    as_of: date | None = None
    adjusted: bool = False
    postings: tuple[int, ...] | None = None
    job_id: str = ""
    certified_since: date | None = None
    statuses: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The form in which a job keeps the criteria: what is empty is left out, dates are ISO text."""
        found: dict[str, Any] = {"version": VERSION}
        for field in fields(self):
            value = getattr(self, field.name)
            if value not in (None, "", False) and (value != () or field.name == "postings"):
                found[field.name] = _as_json(value)
        return found

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Criteria:
        """The criteria a job was asked with.

        Raises:
            ValueError: kept by a version of the portal this one does not know.
        """
        if kept.get("version") != VERSION:
            raise ValueError(f"criteria of version {kept.get('version')!r} are not known")
        values = {name: value for name, value in kept.items() if name != "version"}
        for name in ("start", "end", "effective_start", "effective_end", "as_of", "certified_since"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        for name in ("schools", "postings", "statuses"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value

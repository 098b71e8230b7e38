"""Direct Certification results: reading the CSV they come in (docs/histories.md says what stands in it)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from ods.calendar import academic_year
from ods.identities import current_ssids
from ods.models import DirectCertification

COLUMNS = ("academic_year", "ssid", "certification_date", "certification_status")
STATUSES = {
    "S": "SNAP, free",
    "T": "TANF, free",
    "M": "Medi-Cal, free",
    "R": "Medi-Cal, reduced price",
}
"""Certification Status to its meaning (the state's glossary, Directly Certified)."""

_SSID = re.compile(r"[0-9]{10}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}(-?)[0-9]{2}\1[0-9]{2}", re.ASCII)


class ResultsRefused(Exception):
    """A file that cannot be loaded. `errors` holds every reason, each with its line and without any value."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(slots=True)
class ResultCounts:
    """What loading did, in rows. `unknown`: no SENR or SINF record of the student was ever posted."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    unknown: int = 0


@dataclass(slots=True)
class _Reading:
    rows: dict[tuple[str, str], tuple[date, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def load_results(*, lines: Iterable[str]) -> ResultCounts:
    """Insert or update match results from CSV lines with the header of COLUMNS; all of it or nothing.

    One row a student and school year; a later file's row replaces what was there. Dates are CCYY-MM-DD or CCYYMMDD.
    Rows of students this portal does not know are counted and left out.

    Raises:
        ResultsRefused: with every error found; nothing was changed.
    """
    reading = _read(lines)
    if reading.errors:
        raise ResultsRefused(reading.errors)
    with transaction.atomic():
        return _store(reading)


def _read(lines: Iterable[str]) -> _Reading:
    reading = _Reading()
    rows = csv.reader(lines)
    try:
        header = tuple(cell.strip() for cell in next(rows, []))
        if header != COLUMNS:
            reading.errors.append(f"line 1: the header must be {','.join(COLUMNS)}")
            return reading
        for number, cells in enumerate(rows, start=2):
            if cells:
                _read_row(reading, number, [cell.strip() for cell in cells])
    except (csv.Error, UnicodeDecodeError) as error:
        reading.errors.append(f"the file is not readable as CSV ({type(error).__name__})")
    return reading


def _read_row(reading: _Reading, number: int, cells: list[str]) -> None:
    if len(cells) != len(COLUMNS):
        reading.errors.append(f"line {number}: {len(cells)} columns instead of {len(COLUMNS)}")
        return
    year, ssid, day, status = cells
    errors = []
    try:
        academic_year(year)
    except ValueError:
        errors.append("academic_year is written CCYY-CCYY")
    if not _SSID.fullmatch(ssid):
        errors.append("ssid has ten digits")
    certified = _date(day)
    if certified is None:
        errors.append("certification_date must be a date written CCYY-MM-DD or CCYYMMDD")
    if status not in STATUSES:
        errors.append(f"certification_status must be one of {', '.join(STATUSES)}")
    if (year, ssid) in reading.rows:
        errors.append("the student stands twice in this school year")
    reading.errors += [f"line {number}: {error}" for error in errors]
    if certified is not None:
        reading.rows[year, ssid] = (certified, status)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _store(reading: _Reading) -> ResultCounts:
    counts = ResultCounts()
    now = current_ssids({ssid for _, ssid in reading.rows})
    years = {year for year, _ in reading.rows}
    held = {
        (result.academic_year, result.ssid): result
        for result in DirectCertification.objects.filter(academic_year__in=years)
    }
    new, changed = [], []
    for (year, ssid), (day, status) in reading.rows.items():
        if ssid not in now:
            counts.unknown += 1
        elif (result := held.get((year, ssid))) is None:
            new.append(
                DirectCertification(
                    academic_year=year,
                    ssid=ssid,
                    current_ssid=now[ssid],
                    certification_date=day,
                    certification_status=status,
                )
            )
        elif (result.certification_date, result.certification_status) == (day, status):
            counts.unchanged += 1
        else:
            result.certification_date, result.certification_status = day, status
            changed.append(result)
    DirectCertification.objects.bulk_create(new, batch_size=1000)
    DirectCertification.objects.bulk_update(changed, ["certification_date", "certification_status"], batch_size=1000)
    counts.inserted, counts.updated = len(new), len(changed)
    return counts

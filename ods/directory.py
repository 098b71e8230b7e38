"""The directory of LEAs, schools and SELPAs: what belongs to whom, and loading it from a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from ods.models import Organization, OrganizationKind, SelpaMembership
from ods.validating import DirectorySnapshot

PSEUDO_SCHOOLS = {"0000001": "NPS group", "0000002": "Private school group"}
"""Schools of placements outside the district; they belong to every LEA and stand in no table (spec ods-extracts 2)."""

COLUMNS = ("kind", "code", "name", "parent", "since", "until")
_MEMBER = "MEMBER"
_KINDS = (*OrganizationKind.values, _MEMBER)
_DATE = re.compile(r"[0-9]{4}(-?)[0-9]{2}\1[0-9]{2}", re.ASCII)


class DirectoryRefused(Exception):
    """A directory file that cannot be loaded. `errors` holds every reason, each with its line."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(slots=True)
class DirectoryCounts:
    """What loading a directory file did, in rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    kind: str
    code: str
    name: str
    parent: str
    since: date | None
    until: date | None


@dataclass(slots=True)
class _Reading:
    rows: list[_Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def schools_of(lea: Organization) -> QuerySet[Organization]:
    """The LEA's own schools, without the pseudo-schools of placements."""
    return Organization.objects.filter(kind=OrganizationKind.SCHOOL, parent=lea)


def snapshot() -> DirectorySnapshot:
    """The whole directory as codes, for validating a file."""
    schools: dict[str, set[str]] = {}
    selpas: set[str] = set()
    for kind, code, lea in Organization.objects.order_by("kind").values_list("kind", "code", "parent__code"):
        if kind == OrganizationKind.SELPA:
            selpas.add(code)
        elif kind == OrganizationKind.LEA:
            schools.setdefault(code, set(PSEUDO_SCHOOLS))
        else:
            schools.setdefault(lea, set(PSEUDO_SCHOOLS)).add(code)
    return DirectorySnapshot(
        schools={lea: frozenset(codes) for lea, codes in schools.items()}, selpas=frozenset(selpas)
    )


def load_directory(*, lines: Iterable[str]) -> DirectoryCounts:
    """Insert or update the organisations and memberships of a CSV file; all of it or nothing.

    The header is `kind,code,name,parent,since,until`. Kinds: `LEA`; `SCHOOL`, whose parent is the code of its LEA;
    `SELPA`; and `MEMBER`, whose code is an LEA's and whose parent is the SELPA's, from `since` to `until` (both
    included, written CCYY-MM-DD or CCYYMMDD; no `until` = still a member). Rows may stand in any order and may name
    organisations already in the directory. Nothing is ever deleted.

    Raises:
        DirectoryRefused: with every error found, each with its line; nothing was changed.
    """
    reading = _read(lines)
    with transaction.atomic():
        if not reading.errors:
            _check_names(reading)
        if reading.errors:
            raise DirectoryRefused(reading.errors)
        return _store(reading.rows)


def _read(lines: Iterable[str]) -> _Reading:
    reading = _Reading()
    rows = csv.reader(lines, strict=True)
    seen: dict[tuple[str, ...], int] = {}
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if header != list(COLUMNS):
            reading.errors.append(f"line 1: the header must be {','.join(COLUMNS)}")
            return reading
        for cells in rows:
            if not any(cells):
                continue
            if len(cells) != len(COLUMNS):
                reading.errors.append(f"line {rows.line_num}: {len(cells)} columns instead of {len(COLUMNS)}")
                continue
            _read_row(reading, rows.line_num, [cell.strip() for cell in cells], seen)
    except csv.Error as error:
        reading.errors.append(f"line {rows.line_num}: not readable as CSV ({error})")
    return reading


def _read_row(reading: _Reading, line: int, cells: list[str], seen: dict[tuple[str, ...], int]) -> None:
    kind, code, name, parent, since, until = cells
    errors: list[str] = []
    if kind not in _KINDS:
        reading.errors.append(f"line {line}: kind must be one of {', '.join(_KINDS)}")
        return
    digits = 4 if kind == OrganizationKind.SELPA else 7
    if not _is_code(code, digits):
        errors.append(f"{kind} codes have {digits} digits")
    elif kind == OrganizationKind.SCHOOL and code in PSEUDO_SCHOOLS:
        errors.append(f"{code} is a pseudo-school that every LEA has; leave it out")
    if kind != _MEMBER and not name:
        errors.append("name is missing")
    if kind == OrganizationKind.SCHOOL and not _is_code(parent, 7):
        errors.append("parent of a SCHOOL must be the 7-digit code of its LEA")
    if kind == _MEMBER and not _is_code(parent, 4):
        errors.append("parent of a MEMBER must be the 4-digit code of its SELPA")
    if kind in (OrganizationKind.LEA, OrganizationKind.SELPA) and parent:
        errors.append(f"{kind} rows have no parent")
    begin, end = _date(since, "since", errors), _date(until, "until", errors)
    if kind != _MEMBER and (since or until):
        errors.append("since and until belong to MEMBER rows only")
    if kind == _MEMBER and not since:
        errors.append("since is missing")
    if begin and end and end < begin:
        errors.append("until is before since")
    key = (kind, code, parent, since) if kind == _MEMBER else (kind, code)
    first = seen.setdefault(key, line)
    if first != line:
        errors.append(f"repeats line {first}")
    reading.errors += [f"line {line}: {error}" for error in errors]
    reading.rows.append(_Row(line, kind, code, name, parent, begin, end))


def _is_code(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdigit()


def _date(text: str, name: str, errors: list[str]) -> date | None:
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    errors.append(f"{name} must be a date written CCYY-MM-DD or CCYYMMDD")
    return None


def _check_names(reading: _Reading) -> None:
    """Every organisation a row names must be in the file or in the directory."""
    known = set(Organization.objects.values_list("kind", "code")) | {(row.kind, row.code) for row in reading.rows}
    for row in reading.rows:
        if row.kind == OrganizationKind.SCHOOL and ("LEA", row.parent) not in known:
            reading.errors.append(f"line {row.line}: there is no LEA {row.parent}")
        if row.kind == _MEMBER and ("LEA", row.code) not in known:
            reading.errors.append(f"line {row.line}: there is no LEA {row.code}")
        if row.kind == _MEMBER and ("SELPA", row.parent) not in known:
            reading.errors.append(f"line {row.line}: there is no SELPA {row.parent}")


def _store(rows: list[_Row]) -> DirectoryCounts:
    counts = DirectoryCounts()
    known = {(entry.kind, entry.code): entry for entry in Organization.objects.all()}
    for kind in OrganizationKind.values:  # LEAs first: schools point to them
        for row in rows:
            if row.kind != kind:
                continue
            parent = known[OrganizationKind.LEA, row.parent] if kind == OrganizationKind.SCHOOL else None
            entry = known.get((kind, row.code))
            if entry is None:
                known[kind, row.code] = Organization.objects.create(
                    kind=kind, code=row.code, name=row.name, parent=parent
                )
                counts.inserted += 1
            elif (entry.name, entry.parent_id) != (row.name, parent.pk if parent else None):
                entry.name, entry.parent = row.name, parent
                entry.save(update_fields=["name", "parent"])
                counts.updated += 1
            else:
                counts.unchanged += 1
    for row in rows:
        if row.kind == _MEMBER:
            _store_membership(row, known, counts)
    return counts


def _store_membership(row: _Row, known: dict[tuple[str, str], Organization], counts: DirectoryCounts) -> None:
    assert row.since is not None  # _read_row refused the rest
    membership, created = SelpaMembership.objects.get_or_create(
        selpa=known[OrganizationKind.SELPA, row.parent],
        lea=known[OrganizationKind.LEA, row.code],
        since=row.since,
        defaults={"until": row.until},
    )
    if created:
        counts.inserted += 1
    elif membership.until != row.until:
        membership.until = row.until
        membership.save(update_fields=["until"])
        counts.updated += 1
    else:
        counts.unchanged += 1

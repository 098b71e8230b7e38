"""From the ODS to the files of a night: one pass over one snapshot, in memory that does not grow with the district."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from extracts.snapshot import snapshot
from ods.models import Organization
from siras_export.code_maps import CodeMaps
from siras_export.files import Out, Sheet, open_sheet
from siras_export.recipes import Recipe
from siras_export.rows import NO_SSID, NOT_ENROLLED, SST, TWO_SCHOOLS, UNKNOWN, UNMAPPED, Finding, Pupil, row_of
from siras_export.students import pupils

CONTENT = "content"
"""Role of a job's file that holds what is sent, in one form whatever the file type: to compare nights."""
MOST_FINDINGS = 5000
"""Findings of a kind that are kept one by one; all are counted."""
_PROGRESS = 500


@dataclass(slots=True)
class Built:
    """What a build made. `counts`: rows by role, and by `role:designation`; `content`: hash of all that is sent."""

    students: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[tuple[str, str]] = field(default_factory=Counter)
    content: str = ""

    def find(self, finding: Finding) -> None:
        self.kinds[finding.kind] += 1
        if finding.kind == UNMAPPED:
            self.unmapped[finding.field, finding.value] += 1
        if self.kinds[finding.kind] <= MOST_FINDINGS:
            self.findings.append(finding)

    @property
    def not_sent(self) -> int:
        return self.kinds[NO_SSID] + self.kinds[NOT_ENROLLED] + self.kinds[UNKNOWN]


def build(
    *,
    lea: Organization,
    on: date,
    recipe: Recipe,
    maps: CodeMaps,
    sst: frozenset[str],
    files: dict[str, Out],
    content: Out,
    progress: Callable[[int], None] = lambda rows: None,
) -> Built:
    """Write the files of a recipe, `files` by role, and their content for comparison.

    Raises:
        siras_export.files.TooManyRows: XLS cannot hold so many.
    """
    built = Built()
    sheets = {role: open_sheet(recipe.file_type, files[role]) for role in recipe.files}
    canonical = _Content(content, recipe)
    for sheet in sheets.values():
        sheet.write(recipe.header)
    listed = set(sst) if SST in recipe.wanted() else set()
    try:
        with snapshot() as rows, closing(pupils(rows, lea=lea, on=on, sst=sst)) as found:
            for pupil in found:
                listed -= {pupil.ssid, pupil.local_id}
                _take(pupil, recipe, maps, sheets, canonical, built)
                if built.students % _PROGRESS == 0:
                    progress(built.students)
        for sheet in sheets.values():
            sheet.close()
    except BaseException:
        for sheet in sheets.values():
            sheet.discard()
        raise
    for student in sorted(listed):
        built.find(Finding(UNKNOWN, "", student))
    built.content = canonical.close()
    progress(built.students)
    return built


def _take(  # noqa: PLR0917  # one step of `build`
    pupil: Pupil, recipe: Recipe, maps: CodeMaps, sheets: dict[str, Sheet], canonical: _Content, built: Built
) -> None:
    if not pupil.ssid:  # and so of no program anybody could know
        built.find(Finding(NO_SSID, "", pupil.local_id))
        return
    places = recipe.designations(pupil.programs)
    if not places:
        return
    if not pupil.enrollments:
        if pupil.programs & recipe.wanted():
            built.find(Finding(NOT_ENROLLED, pupil.ssid, pupil.local_id))
        return
    if pupil.enrollments > 1:
        built.find(Finding(TWO_SCHOOLS, pupil.ssid, pupil.local_id))
    values, findings = row_of(pupil, maps)
    for finding in findings:
        if finding.field in recipe.columns:
            built.find(finding)
    for role, designation in sorted(places.items()):  # in the order `compare` reads
        values["designation"] = designation
        row = [values[key] for key in recipe.columns]
        sheets[role].write(row)
        canonical.write(role, row)
        built.counts[role] += 1
        built.counts[f"{role}:{designation}"] += 1
    built.students += 1


class _Content:
    """What is sent as CSV: `role` and the columns' keys, in the order of the SSIDs; hashed with names and headers."""

    def __init__(self, out: Out, recipe: Recipe) -> None:
        self._out = out
        self._hash = hashlib.sha256(repr((sorted(recipe.files.items()), recipe.file_type, recipe.header)).encode())
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._put(["role", *recipe.columns])

    def write(self, role: str, row: list[str]) -> None:
        self._put([role, *row])

    def _put(self, row: list[str]) -> None:
        self._writer.writerow(row)
        if self._text.tell() > 1 << 16:
            self._flush()

    def _flush(self) -> None:
        data = self._text.getvalue().encode()
        self._hash.update(data)
        self._out.write(data)
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> str:
        self._flush()
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """Two contents compared, in students of a file; `before`: how many there were."""

    added: int
    removed: int
    changed: int
    before: int


def compare(old: IO[bytes], new: IO[bytes]) -> Difference:
    """Compare two contents by student and file, in the columns both have. Both are in the order of the SSIDs."""
    before, after = _keyed(old), _keyed(new)
    columns = sorted(next(before)[1].keys() & next(after)[1].keys())  # the headers
    added = removed = changed = total = 0
    one, two = next(before, None), next(after, None)
    while one or two:
        if two is None or (one is not None and one[0] < two[0]):
            removed, total, one = removed + 1, total + 1, next(before, None)
        elif one is None or two[0] < one[0]:
            added, two = added + 1, next(after, None)
        else:
            changed += any(one[1][column] != two[1][column] for column in columns)
            total, one, two = total + 1, next(before, None), next(after, None)
    return Difference(added, removed, changed, total)


def _keyed(content: IO[bytes]) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """The header first, then each row by (SSID, role)."""
    text = io.TextIOWrapper(content, encoding="utf-8", newline="")
    try:
        rows = csv.reader(text)
        header = next(rows)
        yield ("", ""), dict.fromkeys(header, "")
        for row in rows:
            values = dict(zip(header, row, strict=True))
            yield (values["ssid"], values["role"]), values
    finally:
        text.detach()  # or it would close what is not its own

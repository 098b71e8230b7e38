"""The files that go out: SSID Match Results, and the SENR files of the decided (spec ssid-matching 6.2 and 10).

Columns 1 to 13 are the state's; the others are a reconstruction, as the page and docs/ssid-matching.md say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

import xlsxwriter
from django.db.models import Prefetch, QuerySet

from extracts.spreadsheets import BYTE_ORDER_MARK, safe
from ods.layout import layout
from ssid_matching.enums import Decision
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun

COLUMNS = (
    "Submitted_SENR_ReportingLEA",
    "Submitted_SENR_SchoolofAttendance",
    "Selection",
    "Submitted_SENR_LocalID",
    "Submitted_SENR_Student_LegalLastName",
    "Submitted_SENR_Student_LegalFirstName",
    "Submitted_SENR_Student_LegalMiddleName",
    "Result_SENR_SSID",
    "Result_SENR_SSIDCreateDate",
    "Result_MatchCategory",
    "Result_MatchPercentageScore",
    "Submitted_SENR_Gender",
    "Submitted_SENR_BirthDate",
    # Reconstructed from here on.
    "Submitted_SENR_BirthCountry",
    "Submitted_SENR_BirthState",
    "Submitted_SENR_Student_AliasLastName",
    "Submitted_SENR_Student_AliasFirstName",
    "Submitted_SENR_Student_AliasMiddleName",
    "Result_SENR_LocalID",
    "Result_SENR_Student_LegalLastName",
    "Result_SENR_Student_LegalFirstName",
    "Result_SENR_Student_LegalMiddleName",
    "Result_SENR_Student_AliasLastName",
    "Result_SENR_Student_AliasFirstName",
    "Result_SENR_Student_AliasMiddleName",
    "Result_SENR_Gender",
    "Result_SENR_BirthDate",
    "Result_SENR_BirthCountry",
    "Result_SENR_BirthState",
    "Result_SENR_BirthCity",
    "Result_SENR_ReportingLEA",
    "Result_SENR_SchoolofAttendance",
    "Result_SENR_GradeLevel",
    "Result_SENR_EnrollmentStartDate",
    "Result_SENR_EnrollmentExitDate",
    "Result_SELA_PrimaryLanguage",
)
_BEFORE = ("reporting_lea", "school_of_attendance")
_LOCAL = ("local_student_id", "legal_last_name", "legal_first_name", "legal_middle_name")
_AFTER = ("gender_code", "birth_date")
_TAIL = (
    "birth_country_code",
    "birth_state_province_code",
    "alias_last_name",
    "alias_first_name",
    "alias_middle_name",
)
_PLACES = {each.field: each.position - 1 for each in layout("SENR").fields if each.field}
_LINES_A_CHUNK = 1_000


def rows(run: MatchRun, *, with_choices: bool) -> Iterator[list[str]]:
    """The results in submitted order, candidates by descending score, then SSID. `with_choices`: X at the chosen."""
    told = MatchCandidate.objects.filter(listed=True).order_by("-score", "ssid").defer("reasons")
    for record in _all(_records(run).prefetch_related(Prefetch("candidates", told))):
        listed = list(record.candidates.all())
        if not listed:
            yield _row(record, None, with_choices=with_choices)
        for candidate in listed:
            yield _row(record, candidate, with_choices=with_choices)


def decided(run: MatchRun) -> Iterator[list[str]]:
    """The submitted records of those decided as a student, each with the SSID."""
    ssid = _PLACES["ssid"]
    found = _records(run).filter(decision=Decision.STUDENT).select_related("chosen")
    for record in _all(found.defer("chosen__reasons", "chosen__values")):
        values = record.record.split("^")
        assert record.chosen is not None  # a constraint of the table
        values[ssid] = record.chosen.ssid
        yield values


def as_submitted(run: MatchRun, decision: Decision) -> Iterator[list[str]]:
    """The submitted records of a decision, SSID blank: new students, or those still undecided."""
    for record in _all(_records(run).filter(decision=decision)):
        yield record.record.split("^")


def caret(lines: Iterable[list[str]]) -> Iterator[bytes]:
    """As the state writes files: carets, CR LF, no header."""
    there = iter(lines)
    while some := list(islice(there, _LINES_A_CHUNK)):
        yield "".join("^".join(values) + "\r\n" for values in some).encode()


def comma(lines: Iterable[list[str]], *, header: tuple[str, ...] = COLUMNS) -> Iterator[bytes]:
    """For spreadsheets: a header, and cells as they are read (`extracts.spreadsheets`)."""
    there = iter(lines)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write(BYTE_ORDER_MARK)
    writer.writerow(header)
    while True:
        some = list(islice(there, _LINES_A_CHUNK))
        writer.writerows([safe(value) for value in values] for values in some)
        yield out.getvalue().encode()
        if not some:
            return
        out.seek(0)
        out.truncate()


def write_xlsx(sink: IO[bytes], lines: Iterable[list[str]], *, header: tuple[str, ...] = COLUMNS) -> None:
    """Every cell as text: leading zeros stay, nothing is a formula."""
    plain = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(sink, plain) as workbook:
        sheet = workbook.add_worksheet("SSID Match Results")
        bold = workbook.add_format({"bold": True})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        for number, values in enumerate(lines, start=1):
            for column, value in enumerate(values):
                if value:
                    sheet.write_string(number, column, value)


def _records(run: MatchRun) -> QuerySet[MatchRecord]:
    return MatchRecord.objects.filter(run=run).order_by("line")


def _all(found: QuerySet[MatchRecord]) -> Iterator[MatchRecord]:
    last = -1
    # Page by page along the lines: a decision made meanwhile moves nothing.
    while some := list(found.filter(line__gt=last)[:_LINES_A_CHUNK]):
        yield from some
        last = some[-1].line


def _row(record: MatchRecord, candidate: MatchCandidate | None, *, with_choices: bool) -> list[str]:
    values = record.record.split("^")

    def submitted(names: tuple[str, ...]) -> list[str]:
        return [values[_PLACES[name]] for name in names]

    chosen = with_choices and candidate is not None and record.chosen_id == candidate.pk
    result = ["", ""] if candidate is None else [candidate.ssid, f"{candidate.created_on:%Y%m%d}"]
    return [
        *submitted(_BEFORE),
        "X" if chosen else "",
        *submitted(_LOCAL),
        *result,
        record.category,
        "" if candidate is None else f"{candidate.score}%",
        *submitted(_AFTER),
        *submitted(_TAIL),
        *([""] * 18 if candidate is None else candidate.values.split("^")),
    ]

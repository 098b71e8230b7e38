"""Every malformed file of section 5, with line, field, value and reason; what is tolerated; fifty thousand lines."""

from __future__ import annotations

import io
from datetime import date
from zipfile import ZipFile

import pytest
import xlsxwriter

from ods.layout import layout
from ssid_matching.input_file import TOLD, Input, Place, read
from tests.factories.records import LEA, SCHOOL, file
from tests.ods.posting.filing import SECOND_SCHOOL
from tests.ssid_matching.conftest import wanted

PLACE = Place(lea=LEA, schools=frozenset({SCHOOL, SECOND_SCHOOL}))
TODAY = date(2026, 11, 22)


def given(content: bytes, name: str = "senr.txt", place: Place = PLACE, most: int = 1000) -> Input:
    return read(content, name=name, place=place, today=TODAY, most_records=most)


def errors(content: bytes, name: str = "senr.txt", **options: object) -> list[tuple[int, str, str, str]]:
    found = given(content, name, **options)  # type: ignore[arg-type]
    assert not (found.errors and found.records)
    return [(each.line, each.number or each.name, each.value, each.reason) for each in found.errors]


def one(**values: str) -> list[tuple[str, str, str]]:
    """The errors of a second record that differs from a right one in these values."""
    found = errors(file(wanted("Ana", "Ruiz"), wanted("Ana", "Ruiz", **values)))
    assert {line for line, *_ in found} <= {2}
    return [each[1:] for each in found]


def workbook(*rows: list[object]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"reporting_lea": ""}, ("1.04", "", "It is blank. It is required for matching.")),
        ({"reporting_lea": "123"}, ("1.04", "123", "It is not 7 digits.")),
        ({"reporting_lea": "3066464"}, ("1.04", "3066464", f"It is not your LEA, {LEA}.")),
        ({"school_of_attendance": " "}, ("1.05", " ", "It is blank. It is required for matching.")),
        ({"school_of_attendance": "19309240"}, ("1.05", "19309240", "It is not 7 digits.")),
        ({"school_of_attendance": "9999999"}, ("1.05", "9999999", f"There is no such school in LEA {LEA}.")),
        ({"ssid": "9900000001"},
         ("1.08", "9900000001", "It must be blank: the tool is for students whose SSID is not known.")),
        ({"local_student_id": "1" * 16}, ("1.09", "1" * 16, "It has 16 characters; at most 15.")),
        ({"legal_first_name": "  "}, ("1.10", "  ", "It is blank. It is required for matching.")),
        ({"legal_first_name": "A" * 31}, ("1.10", "A" * 31, "It has 31 characters; at most 30.")),
        ({"legal_middle_name": "A" * 31}, ("1.11", "A" * 31, "It has 31 characters; at most 30.")),
        ({"legal_last_name": "A" * 51}, ("1.12", "A" * 51, "It has 51 characters; at most 50.")),
        ({"alias_first_name": "A" * 31}, ("1.14", "A" * 31, "It has 31 characters; at most 30.")),
        ({"alias_middle_name": "A" * 31}, ("1.15", "A" * 31, "It has 31 characters; at most 30.")),
        ({"alias_last_name": "A" * 51}, ("1.16", "A" * 51, "It has 51 characters; at most 50.")),
        ({"birth_date": "20110231"}, ("1.17", "20110231", "It is no date in the form CCYYMMDD.")),
        ({"birth_date": "2011-2-1"}, ("1.17", "2011-2-1", "It is no date in the form CCYYMMDD.")),
        ({"birth_date": "20261123"}, ("1.17", "20261123", "It lies in the future.")),
        ({"birth_date": ""}, ("1.17", "", "It is blank. It is required for matching.")),
        ({"gender_code": "f"}, ("1.18", "f", "It is not M, F or X.")),
        ({"birth_state_province_code": "US-CALI"}, ("1.20", "US-CALI", "It has 7 characters; at most 6.")),
        ({"birth_country_code": "ZZ"}, ("1.21", "ZZ", "It is no code of the country list (two letters, or UU).")),
        ({"birth_country_code": "us"}, ("1.21", "us", "It is no code of the country list (two letters, or UU).")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_place(values: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert one(**values) == [expected]


@pytest.mark.parametrize(
    "values",
    [
        {"school_of_attendance": "0000001"}, {"school_of_attendance": SECOND_SCHOOL}, {"birth_country_code": "UU"},
        {"gender_code": "X"}, {"birth_state_province_code": "nope"}, {"ssid": "   "}, {"birth_date": "20261122"},
        {"grade_level_code": "no such grade", "enrollment_start_date": "no date"}, {"local_student_id": ""},
    ],
)  # fmt: skip
def test_what_is_not_matched_by_is_not_checked(values: dict[str, str]) -> None:
    assert one(**values) == []


def test_transaction_types_that_change_or_delete_fail() -> None:
    record = wanted("Ana", "Ruiz")
    for kind, wrong in (("A", False), (" ", False), ("R", True), ("D", True)):
        found = errors(file(record.replace("SENR^^", f"SENR^{kind}^")))
        assert bool(found) == wrong, kind


def test_a_line_of_another_length_has_one_error_and_no_other() -> None:
    short = wanted("", "").rpartition("^")[0]
    assert errors(file(short)) == [(1, "record", "", "The record has 34 fields instead of 35.")]


def test_a_first_line_that_is_no_record_fails_as_one() -> None:
    header = "^".join(field.name for field in layout("SENR").fields)
    found = errors(file(header, wanted("Ana", "Ruiz")))
    assert (1, "1.01", "Record Type Code", "The record type is not SENR.") in found
    assert {line for line, *_ in found} == {1}


def test_other_record_types_fail() -> None:
    record = wanted("Ana", "Ruiz").replace("SENR", "SINF", 1)
    assert errors(file(record)) == [(1, "1.01", "SINF", "The record type is not SENR.")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "senr.txt", "The file is empty (0 bytes)."),
        (b"\r\n", "senr.txt", "The record has 1 fields instead of 35."),
        (b"SENR", "senr.pdf", ".pdf is not accepted."),
        (b"SENR", "senr", "A name without extension is not accepted."),
        ("SENR^Peña".encode("latin-1"), "senr.txt", "Line 1 is not UTF-8 text."),
        (b"no workbook", "senr.xlsx", "The file is no Excel workbook"),
        (b"PK\x03\x04 damaged", "senr.xlsx", "The archive is damaged"),
        (b"SENR,\"a", "senr.csv", "A quotation mark is not closed"),
        (b"SENR^\x00", "senr.txt", "The line holds NUL."),
        (b"Submitted_SENR_ReportingLEA,x", "r.csv", "This is an SSID Match Results file."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_has_one_error(content: bytes, name: str, words: str) -> None:
    found = errors(content, name)
    assert len(found) == 1
    assert found[0][3].startswith(words)


def test_an_archive_is_no_workbook() -> None:
    sink = io.BytesIO()
    with ZipFile(sink, "w") as archive:
        archive.writestr("senr.txt", wanted("Ana", "Ruiz"))
    assert errors(sink.getvalue(), "senr.xlsx")[0][3].startswith("The file is no Excel workbook")


def test_bare_line_feeds_a_bom_and_an_empty_last_line_are_tolerated() -> None:
    record = wanted("Ana", "Ruiz")
    for content in (f"{record}\n{record}\n", f"\ufeff{record}\r\n{record}", f"{record}\r\n{record}\r\n"):
        found = given(content.encode())
        assert [line for line, _ in found.records] == [1, 2]


def test_the_three_containers_hold_the_same() -> None:
    record = wanted("Ana", "Ruiz, the second", birth_date="20110305")
    values = record.split("^")
    quoted = ",".join(f'"{value}"' for value in values)
    names = [field.name for field in layout("SENR").fields]
    sheets = (workbook(list(values)), workbook(list(names), list(values)))
    assert given(file(record)).records == [(1, values)]
    assert given(file(quoted), "senr.csv").records == [(1, values)]
    assert [given(sheet, "SENR.XLSX").records for sheet in sheets] == [[(1, values)], [(2, values)]]


def test_a_caret_in_a_value_of_a_csv_file_fails() -> None:
    values = wanted("Ana", "Ruiz").split("^")
    values[2] = "a^b"
    assert errors(file(",".join(values)), "senr.csv") == [(1, "1.03", "a^b", "It holds a caret (^).")]


def test_a_school_user_reaches_his_school_alone() -> None:
    place = Place(LEA, PLACE.schools, frozenset({SECOND_SCHOOL}))
    assert errors(file(wanted("Ana", "Ruiz")), place=place)[0][1:3] == ("1.05", SCHOOL)


def test_all_errors_are_counted_and_the_first_thousand_told() -> None:
    found = given(file(*[wanted("", "")] * 700), most=10_000)
    assert (found.error_count, len(found.errors), found.records) == (1400, TOLD, [])
    assert found.errors[-1].line == 500


def test_fifty_thousand_lines_are_read_and_one_wrong_among_them_fails_all() -> None:
    lines = [wanted("Ana", "Ruiz")] * 50_000
    assert len(given(file(*lines), most=50_000).records) == 50_000
    lines[40_000] = wanted("Ana", "Ruiz", gender_code="?")
    assert [each[:2] for each in errors(file(*lines), most=50_000)] == [(40_001, "1.18")]
    assert errors(file(*lines), most=49_999)[-1][3].startswith("The file has more than 49,999 records.")

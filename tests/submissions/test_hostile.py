"""Files nobody should send: a clear answer with the line, and nothing changed."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest

from ods.layout import layout
from ods.models import Posting, StudentEnrollment
from ods.posting import review
from submissions.enums import Status
from submissions.models import Submission
from tests.factories.records import SSID, file, line, values
from tests.submissions.conftest import ADDRESS, a_file, know, places, state

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

GOOD = line("SENR", birth_country_code="US", grade_level_code="05")


@pytest.fixture(autouse=True)
def students(lea) -> None:
    know(SSID)


NOISE = Random(1).randbytes(2_000_000).hex().encode()


def zipped(*members: tuple[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return archive.getvalue()


def workbook(*rows: list[object]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def row(**given: object) -> list[object]:
    return ["SENR", "", *(values("SENR", birth_country_code="US", grade_level_code="05") | given).values()]


LINES = {
    "300 columns": (f"SENR{'^' * 299}\r\n{GOOD}\r\n".encode(), [(1, "FILE0001", "")]),
    "unclosed quotes": (file(GOOD.replace("^", ",").replace("Ana", '"Ana')), [(1, "FILE0003", "")]),
    "NUL": (file(GOOD.replace("Ana", "A\0a"), GOOD), [(1, "FILE0004", "")]),
    "cut in the middle": (file(GOOD)[:-40], [(1, "FILE0001", "")]),
    "another type inside": (file(GOOD, line("SINF")), [(2, "FILE0002", "")]),
    "XLSX with a formula": (workbook(row(), row(legal_first_name="=1+1")), [(2, "FILE0006", "")]),
    "XLSX with a caret": (workbook(row(legal_first_name="A^a")), [(1, "FILE0005", "")]),
    "XLSX with a line break in a cell": (workbook(row(legal_first_name="A\na")), [(1, "FILE0004", "")]),
    "XLSX of 300 columns": (workbook(row() + ["x"] * 265), [(1, "FILE0001", "")]),
}


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_is_no_record_is_named(submit, client, what: str) -> None:
    content, expected = LINES[what]
    submission = submit(content=content)
    assert places(submission) == expected
    assert StudentEnrollment.objects.count() == Posting.objects.count() == 0
    page = client.get(f"/FileSubmission/Detail/{submission.pk}/Errors")
    assert (page.status_code, f"Line {expected[0][0]}" in page.content.decode()) == (200, True)


REFUSED = {
    "UTF-16": (GOOD.encode("utf-16"), "UTF-16"),
    "a header line": (b"Record Type Code^Transaction Type Code^Local Record ID\r\n", "header"),
    "an extract": (file(GOOD.replace("SENR^", "SENR-R^", 1) + "^20250101^20250101"), "extract (SENR-R)"),
    "rejected records": (file(GOOD.replace("SENR^", "SENR-E^", 1)), "Rejected Records file"),
    "SSID Match Results": (b"a^b^c^d^e^f^g^h^i^Single Match\r\n", "Enter the SSIDs you accept in the SIS"),
    "no line ends": (b"SENR^" + b"x" * 200_000, "longer than"),
    "a zip bomb": (zipped(("a.txt", b"0" * 200_000_000)), "more than a hundred times"),
    "a zip of two files": (zipped(("a.txt", file(GOOD)), ("b.txt", file(GOOD))), "holds 2 files"),
    "a zip in a zip": (zipped(("a.zip", zipped(("a.txt", file(GOOD))))), "spreadsheet or an archive"),
    "a zip cut off": (zipped(("a.txt", file(GOOD)))[:-30], "damaged"),
    "an XLSX without a sheet": (zipped(("xl/workbook.xml", b"<workbook")), "damaged"),
    "an empty workbook": (workbook(), "empty"),
    "a workbook of something else": (workbook(["Name", "Age"], ["Ana", 7]), "neither a record"),
    "a header that lacks fields": (
        workbook(["Record Type Code", "SSID", "Local Student ID", "Enrollment Start Date"]),
        "missing: 1.02",
    ),
    "XML that grows": (
        zipped(
            ("[Content_Types].xml", b""),
            ("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><workbook>&c;</workbook>'),
        ),
        "defines entities",
    ),
    "an XLSX of one endless row": (
        zipped(("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", b"<row>" + NOISE)),
        "longer than any record",
    ),
    "an XLSX of huge styles": (
        zipped(("xl/workbook.xml", b"<workbook/>"), ("xl/styles.xml", NOISE * 3)),
        "too much text",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_words(submit, what: str) -> None:
    content, words = REFUSED[what]
    submission = submit(content=content)
    assert state(submission) == (Status.REJECTED, 0, 0, 0)
    assert words in submission.refused
    assert Posting.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Submitted_SENR_Record_Type_Code,Submitted_SENR_SSID\r\nSENR,\r\n", "This is an SSID Match Results file"),
        (b"SENR-R^1\r\n", "This is an extract (SENR-R)"),
        ("SENR^A".encode("utf-16"), "The file is UTF-16 text"),
        (zipped(("a.txt", b"SENR^")), "the file type cannot be told from the file"),
    ],
    ids=["match results", "extract", "UTF-16", "archive"],
)
def test_a_file_that_names_no_type_is_refused_at_the_form_in_words(client, content: bytes, words: str) -> None:
    answer = client.post(ADDRESS, {"FilesUploaded[0].FileName": a_file(content, "results.csv")})
    assert (answer.status_code, words in answer.content.decode(), Submission.objects.count()) == (200, True, 0)


def test_an_empty_file_is_refused_at_the_form(client) -> None:
    answer = client.post(ADDRESS, {"FilesUploaded[0].FileType": "SENR", "FilesUploaded[0].FileName": a_file(b"")})
    assert "the file is empty (0 bytes)" in answer.content.decode()
    assert Submission.objects.count() == 0


def test_a_file_over_the_limit_is_not_kept(client, settings) -> None:
    settings.SUBMISSION_MOST_BYTES = 1 << 20
    upload = a_file(file(*[GOOD] * 20_000))
    answer = client.post(ADDRESS, {"FilesUploaded[0].FileType": "SENR", "FilesUploaded[0].FileName": upload})
    assert "the file is larger than 1 MB" in answer.content.decode()
    assert Submission.objects.count() == 0
    assert not [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["SENR.txt", "SENR.csv"])
def test_a_zip_of_one_file_is_read(submit, name: str) -> None:
    content = file(GOOD if name.endswith("txt") else GOOD.replace("^", ","))
    submission = submit(content=zipped((f"folder/{name}", content)), name="senr.zip")
    assert (places(submission), state(submission)) == ([], (Status.READY, 1, 1, 0))
    assert submission.notices == [f"The archive's only file, {name}, was read."]


@pytest.mark.parametrize("header", [False, True], ids=["without a header", "with a header in another order"])
def test_a_workbook_is_read(submit, header: bool) -> None:
    cells = row(
        birth_date=date(2010, 4, 12),
        enrollment_start_date=20250818,
        enrollment_status_code=10,
        school_of_attendance=1930924,
    )
    rows = [cells]
    if header:
        names = [field.name for field in layout("SENR").fields]
        rows = [names[::-1], cells[::-1]]
    submission = submit(content=workbook(*rows), name="senr.xlsx", code="" if not header else "SENR")
    assert (places(submission), state(submission)) == ([], (Status.READY, 1, 1, 0))


def test_leading_zeros_a_spreadsheet_dropped_come_back(submit) -> None:
    know("0000000012")
    placed = row(ssid=12, school_of_attendance=1, school_of_attendance_nps=9999999, grade_level_code=5)
    assert places(submit(content=workbook(placed), name="a.xlsx")) == []


def test_a_zip_of_a_workbook_is_read(submit) -> None:
    assert state(submit(content=zipped(("a.xlsx", workbook(row()))), name="a.zip"))[0] == Status.READY


def test_reading_stops_where_everything_is_wrong(submit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "MOST_REJECTED", 600)
    submission = submit(content=file(*["SENR^1"] * 2_000, GOOD))
    assert state(submission) == (Status.REJECTED, 600, 0, 600)
    assert submission.refused.startswith("Reading stopped after 600 records")
    assert submission.found.count() == 600


def test_a_workbook_that_breaks_off_in_the_middle_is_refused_whole(submit) -> None:
    good = zipfile.ZipFile(io.BytesIO(workbook(*[row()] * 600)))
    parts = {name: good.read(name) for name in good.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet[: len(sheet) - 2_000]
    submission = submit(content=zipped(*parts.items()), name="a.xlsx")
    assert (state(submission), submission.found.count()) == ((Status.REJECTED, 0, 0, 0), 0)
    assert "damaged or cut off" in submission.refused

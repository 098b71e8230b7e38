# ruff: noqa: E501 - values stand side by side to be compared
"""What was found: as JSON, CSV, XLSX, as extract with -E, and by rule."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from accounts.models import AuditEntry
from jobs.models import Job
from jobs.running import run_job
from submissions.models import Submission
from tests.factories.records import SSID, line
from tests.ods.posting.filing import SECOND_SCHOOL
from tests.submissions.conftest import know

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def senr(**given: str) -> str:
    return line("SENR", **{"birth_country_code": "US", "grade_level_code": "05", **given})


@pytest.fixture
def faulty(submit) -> Submission:
    """Line 2 has two fatal errors and one warning, line 3 a warning, line 4 is no record; line 5 is another school's."""
    know(SSID, "9000000002", "9000000003", "9000000004")
    return submit(
        senr(),
        senr(
            ssid="9000000002", gender_code="Q", birth_date="20251301", expected_receiver_school_of_attendance="7777777"
        ),
        senr(ssid="9000000003", legal_first_name="=cmd", expected_receiver_school_of_attendance="7777777"),
        "SENR^1^2",
        senr(ssid="9000000004", school_of_attendance=SECOND_SCHOOL, gender_code="Q"),
    )


def errors(client, submission: Submission, **query: str):
    return client.get(f"/FileSubmission/Detail/{submission.pk}/Errors", {"format": "json", **query}).json()


EXPECTED = [
    ("2", "FRMT0002", "Fatal", "1.17", "20251301"),
    ("2", "GERR0002", "Fatal", "1.18", "Q"),
    ("2", "GERR0002", "Warning", "1.28", "7777777"),
    ("3", "GERR0002", "Warning", "1.28", "7777777"),
    ("3", "IVR0009", "Fatal", "1.10", "=cmd"),
    ("4", "FILE0001", "Fatal", "", ""),
    ("5", "GERR0002", "Fatal", "1.18", "Q"),
]


def test_errors_as_json_each_with_its_record(client, faulty) -> None:
    found = errors(client, faulty)
    rows = [
        tuple(row[name] for name in ("Line", "ErrorCode", "ErrorSeverity", "FieldNumber", "FieldValue"))
        for row in found["Data"]
    ]
    assert (sorted(rows), found["Total"]) == (EXPECTED, 7)
    records = {row["Line"]: row["Record"] for row in found["Data"]}
    assert records["4"] == "SENR^1^2"
    assert records["2"].split("^")[17] == "Q"


def test_errors_are_paged_and_narrowed(client, faulty) -> None:
    assert [row["Line"] for row in errors(client, faulty, skip="5", take="1")["Data"]] == ["4"]
    narrowed = errors(client, faulty, ErrorCode="GERR0002")
    assert (narrowed["Total"], {row["ErrorCode"] for row in narrowed["Data"]}) == (4, {"GERR0002"})


def test_errors_by_rule_are_counted(faulty) -> None:
    counted = {(code, severity, number): count for code, severity, _, number, _, count in faulty.by_rule}
    assert counted == {
        ("FRMT0002", "error", "1.17"): 1,
        ("GERR0002", "error", "1.18"): 2,
        ("GERR0002", "warning", "1.28"): 2,
        ("IVR0009", "error", "1.10"): 1,
        ("FILE0001", "error", ""): 1,
    }


def test_errors_as_csv_are_safe_in_a_spreadsheet(client, faulty) -> None:
    answer = client.get(f"/FileSubmission/Detail/{faulty.pk}/Errors", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted((row["Line"], row["ErrorCode"]) for row in rows) == [(line, code) for line, code, *_ in EXPECTED]
    assert {row["FieldValue"] for row in rows if row["FieldNumber"] == "1.10"} == {"'=cmd"}


def test_errors_as_xlsx_are_text(client, faulty) -> None:
    answer = client.get(f"/FileSubmission/Detail/{faulty.pk}/Errors", {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0][0], len(rows)) == ("ErrorCode", 8)
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_reading_errors_is_audited_without_student_data(client, faulty) -> None:
    errors(client, faulty)
    entry = AuditEntry.objects.filter(action="submission.errors_read").latest("pk")
    assert (entry.subject, entry.details) == (f"submission:{faulty.pk}", {"format": "json", "code": ""})


def extracted(client, submission: Submission, **changes: str) -> list[list[str]]:
    """The lines of the Rejected Records extract, asked for on the wire's page."""
    values = {"LEA": "1964733", "RecordType": "SENRERR", "JobID": submission.pk, "School": "All", "Submitter": ""}
    answer = client.post("/Extract/RejectedRecords", values | changes)
    assert answer.status_code == 302, answer.content.decode()
    return downloaded(client, Job.objects.latest("pk"))


def downloaded(client, job: Job) -> list[list[str]]:
    run_job(job_id=job.pk)
    content = b"".join(client.get(f"/Extract/DownloadLink?ExtractRequestID={job.pk}").streaming_content)
    return [text.split("^") for text in content.decode().split("\r\n")[:-1]]


def test_rejected_records_have_a_line_for_each_error(client, faulty) -> None:
    lines = extracted(client, faulty)
    assert {len(each) for each in lines} == {40}
    assert {(each[0], each[1]) for each in lines} == {("SENR-E", "")}
    assert sorted((each[7], *each[35:]) for each in lines) == sorted(
        [
            ("", "FILE0001", "F", "Wrong number of fields", "", ""),
            ("9000000002", "FRMT0002", "F", "Date format", "Student Birth Date", "20251301"),
            ("9000000002", "GERR0002", "F", "Not in the code set", "Student Gender Code", "Q"),
            (
                "9000000002",
                "GERR0002",
                "W",
                "Not in the directory",
                "Expected Receiver School of Attendance",
                "7777777",
            ),
            (
                "9000000003",
                "GERR0002",
                "W",
                "Not in the directory",
                "Expected Receiver School of Attendance",
                "7777777",
            ),
            ("9000000003", "IVR0009", "F", "Character in a name", "Student Legal First Name", "=cmd"),
            ("9000000004", "GERR0002", "F", "Not in the code set", "Student Gender Code", "Q"),
        ]
    )


def test_rejected_records_of_one_school(client, faulty) -> None:
    assert [each[7] for each in extracted(client, faulty, School=SECOND_SCHOOL)] == ["9000000004"]


def test_the_submission_error_extract_has_warnings_of_accepted_records_too(client, submit) -> None:
    know(SSID)
    submission = submit(senr(expected_receiver_school_of_attendance="7777777"))
    client.post(f"/FileSubmission/Detail/{submission.pk}/ErrorExtract")
    assert [each[35:37] for each in downloaded(client, Job.objects.latest("pk"))] == [["GERR0002", "W"]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"RecordType": "SINFERR"}, "is of type SENR"),
        ({"JobID": "999999"}, "There is no such job"),
        ({"LEA": "3066464"}, "the organization you work in"),
        ({"Submitter": "somebody@example.org"}, "submitted by somebody else"),
    ],
)
def test_a_wrong_request_makes_no_row(client, faulty, changes: dict[str, str], words: str) -> None:
    before = Job.objects.count()
    values = {"LEA": "1964733", "RecordType": "SENRERR", "JobID": faulty.pk, "School": "All", "Submitter": ""}
    page = client.post("/Extract/RejectedRecords", values | changes).content.decode()
    assert (words in page, Job.objects.count()) == (True, before)


def test_rejected_records_stand_in_submitted_extracts(client, faulty) -> None:
    extracted(client, faulty)
    newest = client.get("/Extract", {"SelectedLEA": "1964733", "format": "JSON"}).json()["Data"][0]
    assert (newest["ExtractType"], newest["ExtractStatus"]) == ("Rejected Records Extract-SENR", "Complete")
    assert "Request again" not in client.get("/Extract").content.decode()

"""The wire contract, section 6: from login over upload, review and posting to rejected records and the next extract."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ods.layout import RECORD_TYPES, layout
from tests.factories.people import PASSWORD
from tests.reference.asking import way_of, wire_of
from tests.reference.criteria import WAYS
from tests.reference.selecting import Asked
from tests.reference.store import Store
from tests.wire_client.client import WireClient

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

Connect = Callable[..., WireClient]
LEA, SCHOOL = "9910010", "9800121"
FIELDS = 35


def senr(number: int, *, ssid: str = "", gender: str = "F", local: str = "") -> str:
    """An enrolment of a new student, as a SIS exports it; field by field after the record layout of SENR."""
    values = dict.fromkeys(range(1, FIELDS + 1), "")
    values |= {1: "SENR", 3: f"W{number}", 4: LEA, 5: SCHOOL, 7: "2026-2027", 8: ssid, 9: local or f"WIRE{number}"}
    values |= {10: "Rosa", 12: "Álvarez", 17: "20120304", 18: gender, 21: "US", 22: "20260817", 23: "10", 24: "09"}
    return "^".join(values.values()) + "\r\n"


def ssids_of(content: bytes, local: str) -> list[str]:
    rows = [line.split("^") for line in content.decode().split("\r\n")[:-1]]
    return [row[7] for row in rows if row[8] == local]


def extract(client: WireClient) -> bytes:
    asked = Asked("SENR", LEA, schools=frozenset({SCHOOL}), active=True)
    assert client.request_extract("SENR", wire_of(asked))[0]
    return client.download(client.wait_for_newest(LEA)).content


def test_from_upload_to_the_next_extract_and_the_rejected_records(client: WireClient) -> None:
    client.change_organization(LEA)
    number = 100 if client.shout else 200
    good, bad = f"WIRE{number}", f"WIRE{number + 1}"
    content = (senr(number) + senr(number + 1, gender="Q")).encode()
    page = client.upload("SENR", content, job_name="night run")
    assert page.xpath("//*[contains(@class, 'alert') and contains(@class, 'alert-success')]")
    row = client.wait_for_submission(until="Ready for Review")
    assert (row["FileTypeCode"], row["Rejected"], row["Accepted"]) == ("SENR", "1", "1")
    job = row["JobID"]
    assert ssids_of(extract(client), good) == []

    found = client.errors(job)
    assert (found["Total"], found["Data"][0]["ErrorCode"], found["Data"][0]["FieldNumber"]) == (1, "GERR0002", "1.18")
    assert found["Data"][0]["Record"].split("^")[8] == bad
    assert client.errors(job, code="GERR0001")["Total"] == 0
    assert client.errors(job, skip=1)["Data"] == []

    client.post_all(job)
    client.wait_for_submission(until="Posted")
    (issued,) = ssids_of(extract(client), good)
    assert re.fullmatch(r"\d{10}", issued)

    assert client.request_rejected("SENR", job, LEA)
    rejected = client.download(client.wait_for_newest(LEA)).content.decode()
    (line,) = rejected.split("\r\n")[:-1]
    values = line.split("^")
    assert (values[0], values[1], values[8], len(values)) == ("SENR-E", "", bad, FIELDS + 5)
    assert values[FIELDS:] == ["GERR0002", "F", "Not in the code set", "Student Gender Code", "Q"]
    assert client.newest_submission()["SubmissionStatus"] == "Posted"


def test_the_pages_have_what_programs_look_for(client: WireClient) -> None:
    client.change_organization(LEA)
    form = client.tree("/FileSubmission/FileUpload").xpath("//div[@id='fileUpload']//form")[0]
    names = {element.get("name") for element in form.xpath(".//*[@name]")}
    assert names == {
        "__RequestVerificationToken",
        "FilesUploaded[0].FileType",
        "FilesUploaded[0].JobName",
        "FilesUploaded[0].FileName",
    }
    assert form.xpath(".//select[@name='FilesUploaded[0].FileType']/option[@value='SENR']")
    assert client.tree("/FileSubmission/").xpath("//*[@id='FileSubmissionSearchResults']")


def test_a_file_that_is_none_is_rejected_with_words(client: WireClient) -> None:
    client.change_organization(LEA)
    client.upload("SENR", b"\xff\xfeS\0E\0N\0R\0")
    row = client.wait_for_submission(until="Rejected")
    assert "UTF-16" in row["Message"]


def test_rejected_records_of_a_wrong_type_are_refused(client: WireClient) -> None:
    client.change_organization(LEA)
    client.upload("SENR", senr(1, gender="Q").encode())
    job = client.wait_for_submission(until="Rejected")["JobID"]
    assert not client.request_rejected("SINF", job, LEA)


def test_the_newest_job_is_the_last_of_the_list(client: WireClient) -> None:
    client.change_organization(LEA)
    for name in ("first.txt", "second.txt"):
        client.upload("SENR", senr(2, gender="Q").encode(), name=name)
        client.wait_for_submission(until="Rejected")
    rows = client.json("/HomepageSubmissions")["Data"]
    ids = [int(row["JobID"]) for row in rows]
    assert (ids, rows[-1]["FileName"]) == (sorted(ids), "second.txt")
    assert all(isinstance(value, str) for row in rows for value in row.values())


def everything_of(record_type: str, store: Store) -> Asked:
    """Criteria that give all there is, or for types asked by year all of the newest year."""
    years = {record.values.get("academic_year_id", "") for record in store.records[record_type].values()}
    way = WAYS[record_type][-1 if "range" in WAYS[record_type] and record_type != "SPRG" else 0]
    schools = {*store.directory.schools[LEA], "0000001", "0000002"} | ({LEA} if record_type == "SASS" else set())
    wide = ("19900101", "20301231") if "range" in WAYS[record_type] else ("", "")
    return Asked(
        record_type,
        LEA,
        schools=frozenset() if record_type == "SDEM" else frozenset(schools),
        start=wide[0],
        end=wide[1],
        academic_year=max(years) if way == "year" and not wide[0] else "",
        program="All",
    )


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_extract_strip_upload_changes_nothing(
    connect: Connect, portal: str, demo_store: Store, record_type: str
) -> None:
    client = connect()
    client.log_in("clerk", PASSWORD)
    client.change_organization(LEA)

    def take() -> list[str]:
        asked = everything_of(record_type, demo_store)
        assert client.request_extract(record_type, wire_of(asked), date_range=way_of(asked) == "date_range")[0]
        return client.download(client.wait_for_newest(LEA)).content.decode().split("\r\n")[:-1]

    before = take()
    assert before
    stripped = [line.replace("-R^", "^", 1).rsplit("^", 2)[0] for line in before]
    field = layout(record_type)["reporting_lea"].position - 1
    foreign = [line for line in stripped if line.split("^")[field] != LEA]
    assert bool(foreign) <= (record_type == "SWDS")
    client.upload(record_type, "".join(f"{line}\r\n" for line in stripped).encode())
    row = client.wait_for_submission(until="Ready for Review")
    assert (row["Records"], row["Rejected"]) == (str(len(stripped)), str(len(foreign)))
    assert {
        error["ErrorCode"] for error in client.errors(row["JobID"])["Data"] if error["ErrorSeverity"] == "Fatal"
    } == ({"GERR0010"} if foreign else set())
    client.post_all(row["JobID"])
    client.wait_for_submission(until="Posted")
    assert take() == before

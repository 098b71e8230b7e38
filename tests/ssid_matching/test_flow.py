"""From the upload to the results and decisions, on both engines: the seed's steps, without a browser."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEntry, User
from jobs import transitions
from jobs.enums import FailureKind, Status
from jobs.running import run_job
from ods.models import Organization, StudentEnrollment
from ssid_matching import running
from ssid_matching.frequencies import Frequencies
from ssid_matching.matching import match
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun
from ssid_matching.parameters import MatchSettings
from ssid_matching.results_file import COLUMNS
from ssid_matching.retention import expire
from tests.factories.people import grant, make_user
from tests.factories.records import LEA, SCHOOL, file, line
from tests.ods.posting.filing import SECOND_SCHOOL, filed
from tests.ssid_matching.conftest import TOOL, downloaded, send, student, text_of, wanted
from tests.submissions.conftest import post_all, state, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def run(client: Client, students: None) -> MatchRun:
    return send(
        client,
        wanted("Ana", "Ruiz", local_student_id="NEW1"),
        wanted("Marisol", "Vega", birth_date="20110305", local_student_id="NEW2"),
        wanted("Nobody", "Such", birth_date="20140101", local_student_id="NEW3"),
        wanted("Ben", "Ortiz", birth_date="20120711", gender_code="M", local_student_id="NEW4"),
    )


def ods_digest() -> str:
    """Every row of the operational data store."""
    digest = hashlib.sha256()
    for model in apps.get_app_config("ods").get_models(include_auto_created=True):
        for row in model._default_manager.order_by(*(field.attname for field in model._meta.local_concrete_fields
                                                     if field.attname != "pk")).values_list():  # fmt: skip
            digest.update(repr((model.__name__, row)).encode())
    return digest.hexdigest()


def record(run: MatchRun, number: int) -> MatchRecord:
    return MatchRecord.objects.get(run=run, line=number)


def listed(run: MatchRun, number: int) -> list[tuple[str, int]]:
    found = MatchCandidate.objects.filter(record__run=run, record__line=number, listed=True).order_by("place")
    return list(found.values_list("ssid", "score"))


def decide(client: Client, run: MatchRun, number: int, choice: str, **form: str) -> Any:
    return client.post(f"{TOOL}/Results/{run.job_id}/{number}", {"choice": choice, **form})


def candidate(run: MatchRun, ssid: str) -> str:
    return str(MatchCandidate.objects.get(record__run=run, ssid=ssid).pk)


def test_records_get_their_category_and_candidates(client: Client, run: MatchRun) -> None:
    assert (run.job.status, run.records, run.no_match, run.single, run.multiple) == ("SUCCEEDED", 4, 1, 1, 2)
    assert listed(run, 1) == [("9900000001", 100)]
    assert listed(run, 2) == [("9900000002", 100), ("9900000003", 98)]
    assert listed(run, 3) == []
    assert listed(run, 4) == [("9900000004", 100), ("9900000005", 100)]
    doubles = MatchCandidate.objects.filter(record__run=run, double=True).order_by("ssid")
    assert list(doubles.values_list("ssid", flat=True)) == ["9900000004", "9900000005"]


def test_the_pages_tell_it(client: Client, run: MatchRun) -> None:
    words = text_of(client, TOOL)
    assert f"{run.job_id} senr.txt" in words
    assert "Complete 4 1 1 2" in words
    words = text_of(client, f"{TOOL}/Results/{run.job_id}")
    assert "Score of profile 2022, candidates from 90%, searched among 5 students." in words
    assert "Ruiz, Ana" in words
    assert "Perhaps a double identity" in words
    words = text_of(client, f"{TOOL}/Results/{run.job_id}/2")
    assert "1. SSID 9900000002, Vega, Marisol Score 100%" in words
    assert "Legal first name Marisol Marisa differs" in words
    assert "First name 24 of 24" in words


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("category=Multiple+Match", [2, 4]),
        ("category=No+Match", [3]),
        ("least=99&most=100", [1, 2, 4]),
        ("decision=student", []),
        ("sort=score", [1, 2, 4, 3]),
        ("category=nonsense&least=x&sort=y", [1, 2, 3, 4]),
    ],
)
def test_results_are_filtered_and_sorted(client: Client, run: MatchRun, query: str, lines: list[int]) -> None:
    page = client.get(f"{TOOL}/Results/{run.job_id}?{query}").content.decode()
    assert [each for each in (1, 2, 3, 4) if f"/Results/{run.job_id}/{each}" in page.partition("<tbody")[2]] == sorted(
        lines
    )
    found = [page.partition("<tbody")[2].find(f"/Results/{run.job_id}/{each}") for each in lines]
    assert found == sorted(found)


def test_previous_and_next_follow_the_filter_and_the_order(client: Client, run: MatchRun) -> None:
    for query, expected in (
        ("", {1: (None, 2), 2: (1, 3), 3: (2, 4), 4: (3, None)}),
        ("?sort=score", {1: (None, 2), 2: (1, 4), 4: (2, 3), 3: (4, None)}),
        ("?category=Multiple+Match", {2: (None, 4), 4: (2, None)}),
    ):
        for number, (previous, following) in expected.items():
            answer = client.get(f"{TOOL}/Results/{run.job_id}/{number}{query}")
            assert (answer.context["previous"], answer.context["following"]) == (previous, following), query


def test_the_results_file_in_three_forms(client: Client, run: MatchRun) -> None:
    lines = downloaded(client, run, "results").decode().split("\r\n")
    assert lines.pop() == ""
    cells = [each.split("^") for each in lines]
    assert {len(each) for each in cells} == {36}
    created = cells[0][8]
    assert cells[0][:15] == [LEA, SCHOOL, "", "NEW1", "Ruiz", "Ana", "", "9900000001", created, "Single Match", "100%",
                             "F", "20100412", "US", "US-CA"]  # fmt: skip
    assert cells[0][18:22] == ["AWAY1", "Ruiz", "Ana", ""]
    assert [(each[3], each[7], each[9], each[10]) for each in cells[1:]] == [
        ("NEW2", "9900000002", "Multiple Match", "100%"),
        ("NEW2", "9900000003", "Multiple Match", "98%"),
        ("NEW3", "", "No Match", ""),
        ("NEW4", "9900000004", "Multiple Match", "100%"),
        ("NEW4", "9900000005", "Multiple Match", "100%"),
    ]
    assert cells[3][18:] == [""] * 18
    text = downloaded(client, run, "results", "csv").decode("utf-8-sig").split("\r\n")
    assert text[0] == ",".join(COLUMNS)
    assert len(text) == 8
    sheet = load_workbook(io.BytesIO(downloaded(client, run, "results", "xlsx"))).active
    assert sheet is not None
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=2)] == cells


def test_deciding_undoing_and_the_files_that_follow(client: Client, run: MatchRun) -> None:
    answer = decide(client, run, 1, candidate(run, "9900000001"))
    assert answer["Location"] == f"{TOOL}/Results/{run.job_id}/2"
    decide(client, run, 3, "new")
    decide(client, run, 2, candidate(run, "9900000003"))
    decide(client, run, 2, "undo")
    chosen = downloaded(client, run, "choices").decode().split("\r\n")
    assert [each.split("^")[2] for each in chosen[:-1]] == ["X", "", "", "", "", ""]
    blank = downloaded(client, run, "results").decode().split("\r\n")
    assert {each.split("^")[2] for each in blank[:-1]} == {""}
    submitted = wanted("Ana", "Ruiz", local_student_id="NEW1")
    ready = student("9900000001", "Ana", "Ruiz", local_student_id="NEW1")
    assert downloaded(client, run, "decided") == file(ready)
    assert submitted != ready
    assert downloaded(client, run, "new") == file(
        wanted("Nobody", "Such", birth_date="20140101", local_student_id="NEW3")
    )
    assert downloaded(client, run, "undecided").count(b"\r\n") == 2
    trail = AuditEntry.objects.filter(action="match.decided").order_by("pk")
    assert [(each.details["line"], each.details["to"]) for each in trail] == [
        (1, candidate(run, "9900000001")), (3, "new"), (2, candidate(run, "9900000003")), (2, "")
    ]  # fmt: skip
    assert "9900000" not in json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))


def test_a_decision_of_somebody_else_meanwhile_is_not_overwritten(
    client: Client, run: MatchRun, lea: Organization
) -> None:
    colleague = make_user("colleague")
    grant(colleague, "senr_edit", lea)
    other = Client()
    other.force_login(colleague)
    decide(other, run, 1, "new", seen="")
    assert "Decided: a new student, by colleague" in text_of(client, f"{TOOL}/Results/{run.job_id}/1")
    answer = decide(client, run, 1, candidate(run, "9900000001"), seen="")
    assert answer["Location"] == f"{TOOL}/Results/{run.job_id}/1"
    assert record(run, 1).decision == "new"


def test_a_candidate_of_another_record_is_no_choice(client: Client, run: MatchRun) -> None:
    assert decide(client, run, 1, candidate(run, "9900000002")).status_code == 404
    assert decide(client, run, 1, "999").status_code == 404
    assert decide(client, run, 9, "new").status_code == 404
    assert decide(client, run, 1, "").status_code == 302
    assert record(run, 1).decision == ""


def test_single_matches_are_accepted_in_bulk_and_taken_back(client: Client, run: MatchRun) -> None:
    accept = f"{TOOL}/Accept/{run.job_id}"
    client.post(accept, {"least": "101", "likely": "0"})
    assert record(run, 1).decision == ""
    client.post(accept, {"least": "100", "likely": "0"})
    assert [record(run, each).decision for each in (1, 2, 3, 4)] == ["student", "", "", ""]
    assert record(run, 1).bulk == 1
    client.post(accept, {"command": "undo"})
    assert [record(run, each).decision for each in (1, 2)] == ["", ""]
    trail = AuditEntry.objects.filter(action__startswith="match.accept").order_by("pk")
    assert list(trail.values_list("action", flat=True)) == [
        "match.accepted", "match.accept_undone"
    ]  # fmt: skip


def test_who_was_posted_a_moment_ago_is_found(client: Client, students: None) -> None:
    assert filed(student("9900000006", "Dalia", "Quiroz", birth_date="20130402")).outcome.refused == ""
    run = send(client, wanted("Dalia", "Quiroz", birth_date="20130402"))
    assert (run.no_match, run.single) == (0, 1)


def test_nothing_in_the_ods_changes(client: Client, students: None) -> None:
    before = ods_digest()
    run = send(client, wanted("Ana", "Ruiz"))
    decide(client, run, 1, candidate(run, "9900000001"))
    downloaded(client, run, "decided")
    assert ods_digest() == before


def test_the_decided_file_can_be_posted_and_the_results_file_cannot(
    client: Client, run: MatchRun, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(client, run, 1, candidate(run, "9900000001"))
    ready = tmp_path / "decided.txt"
    ready.write_bytes(downloaded(client, run, "decided"))
    call_command("load_ods", str(ready))
    assert StudentEnrollment.objects.filter(ssid="9900000001", reporting_lea=LEA).count() == 1
    for kind in ("txt", "csv"):
        results = tmp_path / f"results.{kind}"
        results.write_bytes(downloaded(client, run, "results", kind))
        with pytest.raises(CommandError):
            call_command("load_ods", str(results))
        assert "This is an SSID Match Results file" in capsys.readouterr().err


def test_the_decided_file_goes_through_file_submission(client: Client, students: None) -> None:
    """What the tool is for: the chosen SSIDs, uploaded, validated, posted; the new student gets an SSID of his own."""
    ready = {"grade_level_code": "05"}
    run = send(client, wanted("Ana", "Ruiz", local_student_id="NEW1", enrollment_start_date="20251001", **ready),
               wanted("Nobody", "Such", birth_date="20140101", local_student_id="NEW2", **ready))  # fmt: skip
    decide(client, run, 1, candidate(run, "9900000001"))
    decide(client, run, 2, "new")
    submissions = [submitted(client, content=downloaded(client, run, what)) for what in ("decided", "new")]
    assert [state(each) for each in submissions] == [("Ready for Review", 1, 1, 0)] * 2
    assert [state(post_all(client, each)) for each in submissions] == [("Posted", 1, 1, 0)] * 2
    enrolled = StudentEnrollment.objects.filter(reporting_lea=LEA, local_student_id__in=("NEW1", "NEW2"))
    ssids = dict(enrolled.values_list("local_student_id", "ssid"))
    assert (ssids["NEW1"], len(ssids["NEW2"]), ssids["NEW2"] == ssids["NEW1"]) == ("9900000001", 10, False)


def workbook_of(*lines: str) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, each in enumerate(lines):
            sheet.write_row(number, 0, each.split("^"))
    return sink.getvalue()


def test_a_spreadsheet_is_matched_as_text_is(client: Client, students: None) -> None:
    run = send(client, content=workbook_of(wanted("Ana", "Ruiz"), wanted("Nobody", "Such")), name="senr.xlsx")
    assert (run.records, listed(run, 1), listed(run, 2)) == (2, [("9900000001", 100)], [])


def test_a_spreadsheet_with_one_wrong_record_is_refused_with_its_row(client: Client, students: None) -> None:
    upload = io.BytesIO(workbook_of(wanted("Ana", "Ruiz"), wanted("Ana", "Ruiz", birth_date="31.12.2010")))
    upload.name = "senr.xlsx"
    client.post(TOOL, {"file": upload})
    run = MatchRun.objects.get()
    assert (run.records, run.error_count, [each[:2] for each in run.errors]) == (0, 1, [[2, "1.17"]])
    page = text_of(client, f"{TOOL}/Errors/{run.job_id}")
    assert "31.12.2010" in page


def test_only_results_columns_are_told_of_another_leas_student(client: Client, run: MatchRun, clerk: User) -> None:
    grant(clerk, "student_search", Organization.objects.get(code=LEA))
    page = client.get(f"{TOOL}/Results/{run.job_id}/1").content.decode()
    assert "AWAY1" in page
    assert "/Student/9900000001" not in page
    assert "/Student/9900000002" in client.get(f"{TOOL}/Results/{run.job_id}/2").content.decode()
    assert client.get("/Student/9900000001").status_code == 404
    stored = MatchCandidate.objects.get(record__run=run, ssid="9900000001")
    assert len(stored.values.split("^")) == 18


def test_who_sees_a_run(client: Client, run: MatchRun, lea: Organization) -> None:
    school = Organization.objects.get(kind="SCHOOL", code=SCHOOL)
    people = {"colleague": ("senr_edit", lea), "school": ("senr_edit", school), "other_role": ("sela_edit", lea),
              "stranger": ("senr_edit", Organization.objects.get(code="3066464", kind="LEA"))}  # fmt: skip
    answers = {}
    for name, (role, place) in people.items():
        user = make_user(name)
        grant(user, role, place)
        visitor = Client()
        visitor.force_login(user)
        answers[name] = [
            visitor.get(address).status_code
            for address in (f"{TOOL}/Results/{run.job_id}", f"{TOOL}/Results/{run.job_id}/1",
                            f"{TOOL}/Download/{run.job_id}?what=results", f"{TOOL}/Errors/{run.job_id}")
        ] + [visitor.post(f"{TOOL}/Accept/{run.job_id}", {"least": "0", "likely": "0"}).status_code,
             decide(visitor, run, 3, "new").status_code]  # fmt: skip
    assert answers == {"colleague": [200, 200, 200, 200, 302, 302], "school": [404] * 6, "other_role": [404] * 6,
                       "stranger": [404] * 6}  # fmt: skip


def test_a_school_user_sends_records_of_his_school_alone(students: None, lea: Organization) -> None:
    user = make_user("school")
    grant(user, "senr_edit", Organization.objects.get(kind="SCHOOL", code=SCHOOL))
    visitor = Client()
    visitor.force_login(user)
    run = send(visitor, wanted("Ana", "Ruiz"), wanted("Ana", "Ruiz", school_of_attendance=SECOND_SCHOOL))
    assert [error[:2] for error in run.errors] == [[2, "1.05"]]
    assert send(visitor, wanted("Ana", "Ruiz")).single == 1


def test_a_refused_file_stands_in_the_list_as_failed_with_all_errors(client: Client, students: None) -> None:
    run = send(
        client, wanted("", "Ruiz", birth_date="20110231"), wanted("Ana", "Ruiz"), student("9900000001", "A", "B")
    )
    assert (run.job.status, run.error_count, run.records) == ("REFUSED", 3, 0)
    assert MatchRecord.objects.count() == 0
    words = text_of(client, f"{TOOL}/Errors/{run.job_id}")
    assert "1 1.10 Student Legal First Name value 10 of the record (blank) It is blank." in words
    assert "1.17 Student Birth Date value 17 of the record 20110231 It is no date in the form CCYYMMDD." in words
    assert "3 1.08 SSID value 8 of the record 9900000001 It must be blank" in words
    assert f"{run.job_id} senr.txt" in text_of(client, f"{TOOL}?status=Failed")
    assert "No job fits" in text_of(client, f"{TOOL}?status=Complete")
    assert "cannot be opened" in text_of(client, f"{TOOL}/Results/{run.job_id}", 409)


def test_jobs_are_found_by_their_id(client: Client, run: MatchRun) -> None:
    again = send(client, wanted("Ana", "Ruiz"))
    page = client.get(f"{TOOL}?job={again.job_id}").content.decode()
    assert f'id="run-{again.job_id}"' in page
    assert f'id="run-{run.job_id}"' not in page
    assert "No job fits" in text_of(client, f"{TOOL}?job=abc")


def test_the_same_form_sent_twice_is_one_run_and_the_same_file_two(client: Client, students: None) -> None:
    send(client, wanted("Ana", "Ruiz"), FormToken="t1")
    send(client, wanted("Ana", "Ruiz"), FormToken="t1")
    assert MatchRun.objects.count() == 1
    send(client, wanted("Ana", "Ruiz"), FormToken="t2")
    assert MatchRun.objects.count() == 2


def test_a_worker_that_died_leaves_nothing_and_a_stale_one_writes_nothing(
    client: Client, students: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = io.BytesIO(file(wanted("Ana", "Ruiz"), wanted("Marisol", "Vega", birth_date="20110305")))
    upload.name = "senr.txt"
    client.post(TOOL, {"file": upload})
    run = MatchRun.objects.get()
    real = running.match

    def overtaken(*given: Any, **options: Any) -> Any:
        """While this attempt matches it is given up for dead, and another one finishes."""
        monkeypatch.setattr(running, "match", real)
        transitions.try_again(job=run.job, words="", kind=FailureKind.WORKER_LOST, after=timedelta())
        run_job(job_id=run.job_id)
        decide(client, run, 1, "new")
        return real(*given, **options)

    monkeypatch.setattr(running, "match", overtaken)
    run.job.attempts = 1  # as the worker claims it
    run_job(job_id=run.job_id)
    run = MatchRun.objects.get()
    assert (run.job.status, run.job.attempts, run.records) == (Status.SUCCEEDED, 2, 2)
    assert MatchRecord.objects.filter(run=run).count() == 2
    assert record(run, 1).decision == "new"


def test_an_old_result_is_reproduced_from_what_was_kept(client: Client, run: MatchRun) -> None:
    kept = MatchSettings.from_json(run.settings)
    assert (kept.population, kept.profile) == (5, "2022")
    assert run.frequencies is not None
    names = Frequencies.unpacked(bytes(run.frequencies))
    assert names.first.counts == {"ANA": 1, "BEN": 2, "MARISOL": 1}
    lines = [
        running.submitted_line(each.record.split("^")) for each in MatchRecord.objects.filter(run=run).order_by("line")
    ]
    again = list(match(lines, kept, learned=kept.learned).answers)
    stored = MatchCandidate.objects.filter(record__run=run).order_by("record__line", "place")
    assert sorted((round(each.likelihood, 12), each.score) for answer in again for each in answer.candidates) == sorted(
        (round(each.likelihood, 12), each.score) for each in stored
    )


def test_the_2025_profile_is_one_setting_away(client: Client, students: None, settings: Any) -> None:
    settings.SSID_MATCHING_PROFILE = "2025"
    run = send(client, wanted("Ana", "Ruiz", gender_code="M", birth_country_code="MX", birth_state_province_code=""))
    assert listed(run, 1) == [("9900000001", 100)]
    assert "profile 2025" in text_of(client, f"{TOOL}/Results/{run.job_id}")


def test_results_expire_and_the_run_stays(client: Client, run: MatchRun) -> None:
    decide(client, run, 1, "new")
    assert expire() == 0
    assert expire(timezone.now() + timedelta(days=61)) == 1
    assert (MatchRecord.objects.count(), MatchCandidate.objects.count()) == (0, 0)
    assert "Expired" in text_of(client, TOOL)
    assert client.get(f"{TOOL}/Download/{run.job_id}?what=results").status_code == 409
    assert expire(timezone.now() + timedelta(days=61)) == 0


def test_lists_take_the_same_number_of_queries_whatever_their_length(
    client: Client, students: None, django_assert_num_queries: Any
) -> None:
    from django.db import connection  # noqa: PLC0415 - of this test alone
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - the same

    counts = []
    for many in (1, 6):
        run = send(client, *(wanted("Marisol", "Vega", birth_date="20110305") for _ in range(many)))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(f"{TOOL}/Results/{run.job_id}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_line_of_carets_is_what_is_kept(client: Client, students: None) -> None:
    run = send(client, content=line("SENR", ssid="", **{"legal_first_name": "Ana", "legal_last_name": "Ruiz",
               "birth_country_code": "US"}).replace("^", ",").encode(), name="senr.csv")  # fmt: skip
    assert record(run, 1).record.count("^") == 34

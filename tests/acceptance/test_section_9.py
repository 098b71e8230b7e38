"""The acceptance checks of ods-extracts.md section 9, each under its number."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs.models import Job, JobFile
from jobs.running import run_job
from ods.demo.generator import DemoData
from ods.layout import RECORD_TYPES, layout
from ods.models import Organization, Posting
from tests.acceptance.alder import ACTIVE, HERE, ask, finished, load, portal_of, senr, ssids
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.records import line
from tests.golden.portal import SUCCESS, Portal, request_form
from tests.reference.asking import ROLES, wire_of
from tests.reference.asking_the_portal import portal_bytes
from tests.reference.criteria import WAYS
from tests.reference.reading import PSEUDO_SCHOOLS
from tests.reference.selecting import HISTORY, Asked, extract
from tests.reference.store import Store

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

LEA = "9910010"
YEAR = "2025-2026"


def everything(record_type: str, store: Store, *, lea: str = LEA, year: str = YEAR, way: str = "") -> Asked:
    """All rows of an LEA: every school, every student who was ever enrolled; of one year where a year is asked for."""
    schools = frozenset({*store.directory.schools[lea], *PSEUDO_SCHOOLS, *([lea] if record_type == "SASS" else [])})
    way = way or WAYS[record_type][-1 if record_type != "SPRG" else 1]
    if record_type == "PSTS":
        way = "year"
    return Asked(
        record_type=record_type,
        lea=lea,
        schools=frozenset() if record_type == "SDEM" else schools,
        active=way == "active",
        start="19900101" if way == "range" else "",
        end="20991231" if way == "range" else "",
        academic_year=year if way == "year" else "",
    )


def year_with_rows(record_type: str, store: Store) -> str:
    years = Counter(
        record.values["academic_year_id"]
        for record in store.records[record_type].values()
        if record.values["reporting_lea"] == LEA
    )
    return years.most_common(1)[0][0]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_1_bytes_equal_an_independent_recomputation_field_by_field(
    record_type: str, demo_ods: DemoData, demo_store: Store
) -> None:
    asked = everything(record_type, demo_store, year=year_with_rows(record_type, demo_store))
    got, wanted = portal_bytes(asked, "lea"), extract(demo_store, asked)
    names = [field.name for field in layout(record_type).fields] + ["Upload Date", "Last Updated Date"]
    assert fields(got, names) == fields(wanted, names)
    assert got == wanted != b""


def fields(content: bytes, names: list[str]) -> list[dict[str, str]]:
    return [dict(zip(names, row.split("^"), strict=True)) for row in content.decode().split("\r\n")[:-1]]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_2_code_field_count_line_ends_dates_and_leading_zeros(
    record_type: str, demo_ods: DemoData, demo_store: Store
) -> None:
    kind = layout(record_type)
    content = portal_bytes(everything(record_type, demo_store, year=year_with_rows(record_type, demo_store)), "lea")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    rows = [row.split("^") for row in content.decode().split("\r\n")[:-1]]
    assert {row[0] for row in rows} == {f"{record_type}-R"}
    assert {len(row) for row in rows} == {len(kind.fields) + 2}
    dates = [at for at, field in enumerate(kind.fields) if field.type == "date"]
    assert all(re.fullmatch(r"(\d{8})?", row[at]) for row in rows for at in dates)
    assert all(re.fullmatch(r"\d{8}\^\d{8}", "^".join(row[-2:])) for row in rows)
    posted = {record.values["local_record_id"] for record in demo_store.records[record_type].values()}
    assert {row[2] for row in rows} <= posted
    codes = [at for at, field in enumerate(kind.fields) if field.code_set in ("lea", "school")]
    assert {len(row[at]) for row in rows for at in codes if row[at]} == {7}


def test_2_leading_zeros_are_kept(demo_ods: DemoData, demo_store: Store) -> None:
    rows = portal_bytes(everything("SENR", demo_store), "lea").decode().split("\r\n")[:-1]
    schools, grades = {row.split("^")[4] for row in rows}, {row.split("^")[23] for row in rows}
    assert {"0000001", "0980004"} <= schools
    assert {"01", "09"} <= grades


def test_3_active_and_date_range(clerk: Portal, tmp_path: Path) -> None:
    load(
        tmp_path,
        senr(1, "20250811", "20251001"),
        senr(2, "20250811", "20250930"),
        senr(3, "20250811"),
        senr(4, "20251101"),
    )
    october = Asked("SENR", "9900001", schools=HERE, start="20251001", end="20251031")
    assert ssids(finished(clerk, october)) == ["9900000001", "9900000003"]
    assert ssids(finished(clerk, ACTIVE)) == ["9900000003", "9900000004"]


@pytest.mark.parametrize("who", ["without the role", "of another LEA", "of another school"])
def test_4_no_option_no_row_no_file(who: str, clerk: Portal, school: Organization, tmp_path: Path) -> None:
    load(tmp_path, senr(1, "20250811"))
    page = clerk.request_page("SENR")
    content = finished(clerk, ACTIVE)
    job = Job.objects.get()
    other = make_user("other")
    if who == "without the role":
        grant(other, "sdem_edit", school.parent)
    elif who == "of another LEA":
        lea = make_lea("9900002", "Birch Unified")
        make_school(lea, "0200021", "Birch High")
        grant(other, "senr_edit", lea)
    else:
        grant(other, "senr_edit", Organization.objects.get(code="0100012"))
    portal = portal_of("other")
    form = request_form(page, "active")
    assert form is not None
    token = {"__RequestVerificationToken": [portal.token()]}
    assert portal.request(form, {**wire_of(ACTIVE), **token}).first_paragraph != SUCCESS
    own = portal.request_page("SENR").tree.xpath("//select[@name='School']/option/@value")
    assert "0100011" not in own
    assert (portal.list_or_nothing("9900001"), Job.objects.count()) == ([], 1)
    download = portal.download(str(job.pk))
    assert (download.status, content in download.body, b"9900000001" in download.body) == (404, False, False)


def test_5_swds_history_crosses_leas(demo_ods: DemoData, demo_store: Store) -> None:
    rows = portal_bytes(everything("SWDS", demo_store), "lea").decode().split("\r\n")[:-1]
    by_student: dict[str, set[str]] = {}
    for row in rows:
        by_student.setdefault(row.split("^")[5], set()).add(row.split("^")[3])
    assert any(len(leas) > 1 for leas in by_student.values())


@pytest.mark.parametrize("record_type", ["MEET", "PLAN", "SERV"])
def test_5_students_no_longer_participating_come_too(record_type: str, demo_ods: DemoData, demo_store: Store) -> None:
    latest: dict[str, tuple[str, str]] = {}
    for record in demo_store.records["SWDS"].values():
        values = record.values
        state = (values["special_education_status_effective_start_date"], values["special_education_status_code"])
        ssid = demo_store.current(values["ssid"])
        latest[ssid] = max(latest.get(ssid, ("", "")), state)
    gone = {ssid for ssid, (_, status) in latest.items() if status != "1"}
    at = [field.field for field in layout(record_type).fields].index("ssid")
    rows = portal_bytes(everything(record_type, demo_store), "lea").decode().split("\r\n")[:-1]
    assert {row.split("^")[at] for row in rows} & gone


def test_5_old_sela_rows_have_the_two_blanks(demo_ods: DemoData, demo_store: Store) -> None:
    rows = [row.split("^") for row in portal_bytes(everything("SELA", demo_store), "lea").decode().split("\r\n")[:-1]]
    assert {(bool(row[2]), bool(row[5])) for row in rows} >= {(False, False), (True, True)}


@pytest.mark.parametrize("record_type", sorted(HISTORY))
def test_6_most_recent_gives_one_row_a_student_and_all_gives_every_row(
    record_type: str, demo_ods: DemoData, demo_store: Store
) -> None:
    asked = everything(record_type, demo_store)
    names = [field.field for field in layout(record_type).fields]
    every = portal_bytes(asked, "lea").decode().split("\r\n")[:-1]
    recent = (
        portal_bytes(
            Asked(**{**vars(asked), "most_recent": True}),
            "lea",
        )
        .decode()
        .split("\r\n")[:-1]
    )
    of = [row.split("^")[names.index("ssid")] for row in every]
    assert len(of) > len(set(of))
    assert set(recent) < set(every)
    assert {row.split("^")[names.index("ssid")] for row in recent} == set(of)
    if record_type == "SERV":
        plans = {
            (row.split("^")[names.index("ssid")], row.split("^")[names.index("plan_effective_start_date")])
            for row in recent
        }
        assert len(plans) == len(set(of))
        assert set(recent) == {
            row
            for row in every
            if (row.split("^")[names.index("ssid")], row.split("^")[names.index("plan_effective_start_date")]) in plans
        }
    else:
        assert len(recent) == len(set(of))


def test_7_sprg_with_year_and_dates_is_refused(clerk: Portal) -> None:
    form = request_form(clerk.request_page("SPRG"), "academic_year")
    assert form is not None
    year = Asked("SPRG", "9900001", schools=HERE, academic_year=YEAR)
    dates = {"EnrollmentStartDate": ["10/01/2025"], "EnrollmentEndDate": ["10/31/2025"]}
    page = clerk.request(form, {**wire_of(year), **dates})
    assert (page.first_paragraph == SUCCESS, bool(page.alerts), Job.objects.count()) == (False, True, 0)


def test_7_sdem_without_active_staff_and_dates_is_refused(clerk: Portal) -> None:
    page = ask(clerk, Asked("SDEM", "9900001"))
    assert (page.first_paragraph == SUCCESS, bool(page.alerts), Job.objects.count()) == (False, True, 0)


def test_8_a_posted_change_shows_at_once_and_moves_only_last_updated(clerk: Portal, tmp_path: Path) -> None:
    load(tmp_path, senr(1, "20250811", grade_level_code="09"), senr(2, "20250811"), on="2025-09-02")
    before = finished(clerk, ACTIVE)
    first = Job.objects.get()
    load(tmp_path, senr(1, "20250811", grade_level_code="10"), on="2025-10-06")
    after = finished(clerk, ACTIVE)
    one, two = (row.split("^") for row in after.decode().split("\r\n")[:-1])
    assert (one[23], one[-2:]) == ("10", ["20250902", "20251006"])
    assert two[-2:] == ["20250902", "20250902"]
    assert clerk.download(str(first.pk)).body == before


def test_8_a_file_shows_what_stands_when_its_request_is_processed(clerk: Portal, tmp_path: Path) -> None:
    load(tmp_path, senr(1, "20250811"), on="2025-09-02")
    assert ask(clerk, ACTIVE).first_paragraph == SUCCESS
    load(tmp_path, senr(2, "20250811"), on="2025-09-03")
    job = Job.objects.get()
    run_job(job_id=job.pk)
    load(tmp_path, senr(3, "20250811"), on="2025-09-04")
    assert ssids(clerk.download(str(job.pk)).body) == ["9900000001", "9900000002"]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_9_round_trip(record_type: str, demo_ods: DemoData, demo_store: Store, tmp_path: Path) -> None:
    asked = everything(record_type, demo_store, year=year_with_rows(record_type, demo_store))
    content = portal_bytes(asked, "lea")
    rows = [row.split("^") for row in content.decode().split("\r\n")[:-1]]
    lines = ["^".join([row[0].removesuffix("-R"), *row[1:-2]]) for row in rows]
    at = [field.field for field in layout(record_type).fields].index("reporting_lea")
    foreign = {number for number, row in enumerate(rows, start=1) if row[at] != LEA}
    assert bool(foreign) == (record_type == "SWDS")
    if foreign:
        postings = Posting.objects.count()
        with pytest.raises(CommandError):
            load(tmp_path, *lines, on="2026-11-20", lea=LEA, errors=str(tmp_path / "errors.csv"))
        with (tmp_path / "errors.csv").open(encoding="utf-8", newline="") as named:
            assert {int(row["line"]) for row in csv.DictReader(named) if row["severity"] == "error"} == foreign
        assert Posting.objects.count() == postings
    load(tmp_path, *lines, on="2026-11-20", lea=LEA, accept_valid=bool(foreign))
    posting = Posting.objects.latest("pk")
    counts = (posting.read, posting.unchanged, posting.rejected)
    assert counts == (len(rows), len(rows) - len(foreign), len(foreign))
    assert (posting.inserted, posting.updated, posting.removed, posting.deleted) == (0, 0, 0, 0)
    assert portal_bytes(asked, "lea") == content


@pytest.mark.parametrize("record_type", ["SENR", "SINF", "STAS"])
def test_9_round_trip_after_a_retirement(record_type: str, school: Organization, tmp_path: Path) -> None:
    """Each way of posting: the extract names the current SSID, and its row is the one stored under the retired one."""
    old, new = "9900000008", "9900000001"
    assert school.parent is not None
    load(tmp_path, senr(8, "20240812", "20250605"), senr(1, "20250811"))
    if record_type != "SENR":
        given = {"reporting_lea": "9900001", "school_of_attendance": "0100011", "academic_year_id": YEAR}
        load(tmp_path, line(record_type, ssid=old, **given))
    call_command("retire_ssid", old, new, "--on=2025-10-01", stdout=StringIO())
    active = record_type == "SINF"
    asked = Asked(
        record_type,
        "9900001",
        schools=HERE,
        active=active,
        start="20200101" if record_type == "SENR" else "",
        end="20300101" if record_type == "SENR" else "",
        academic_year=YEAR if record_type == "STAS" else "",
    )
    content = portal_bytes(asked, "lea")
    assert (old.encode() in content, new.encode() in content) == (False, True)
    rows = [row.split("^") for row in content.decode().split("\r\n")[:-1]]
    load(tmp_path, *("^".join([row[0].removesuffix("-R"), *row[1:-2]]) for row in rows), on="2025-11-03", lea="9900001")
    posting = Posting.objects.latest("pk")
    assert (posting.read, posting.unchanged, posting.deleted) == (len(rows), len(rows), 0)
    assert portal_bytes(asked, "lea") == content


def test_9_round_trip_of_old_sela_rows_with_the_flag(demo_ods: DemoData, demo_store: Store, tmp_path: Path) -> None:
    asked = everything("SELA", demo_store)
    content = portal_bytes(asked, "lea")
    rows = [row.split("^") for row in content.decode().split("\r\n")[:-1]]
    lines = ["^".join([row[0].removesuffix("-R"), *row[1:-2]]) for row in rows]
    load(tmp_path, *lines, on="2026-11-20", lea=LEA, historical=True)
    posting = Posting.objects.latest("pk")
    assert (posting.read, posting.unchanged, posting.updated) == (len(rows), len(rows), 0)
    assert portal_bytes(asked, "lea") == content


def test_11_no_download_before_complete(clerk: Portal, tmp_path: Path) -> None:
    load(tmp_path, senr(1, "20250811"))
    ask(clerk, ACTIVE)
    job = Job.objects.get()
    (row,) = clerk.list("9900001")
    assert row["ExtractStatus"] != "Complete"
    early = clerk.download(str(job.pk))
    assert (early.status != 200, b"9900000001" in early.body) == (True, False)
    assert b"once the status is Complete" in early.body


def test_11_no_download_after_retention(clerk: Portal, tmp_path: Path) -> None:
    load(tmp_path, senr(1, "20250811"))
    finished(clerk, ACTIVE)
    job = Job.objects.get()
    JobFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = clerk.download(str(job.pk))
    assert (late.status != 200, b"9900000001" in late.body) == (True, False)
    assert b"expired" in late.body
    (row,) = clerk.list("9900001")
    assert row["ExtractStatus"] == "Expired"


def test_every_role_of_section_3_is_known_here() -> None:
    assert set(ROLES) == set(RECORD_TYPES)

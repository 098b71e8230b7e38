"""The pages: who gets in, choosing, View, Download, class data, schedules (spec rosters, section 5; seed)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.navigation import menu
from accounts.permissions import reach
from jobs.models import Job
from jobs.running import run_job
from ods.calendar import PACIFIC
from rosters import scheduling, tasks
from rosters.management.commands.emulate_cers import in_directory
from rosters.models import (
    ClassImport,
    ExcludedEnrollment,
    ExcludedStudent,
    Schedule,
    SchoolFile,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    SentGroup,
    StaffLogin,
)
from rosters.roster_file import LABELS, from_bytes
from tests.factories.oneroster import OneRoster
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user, revoke
from tests.factories.rosters import CDS, HIGH, ssids
from tests.rosters.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
LEAD, CO = "9800000001", "9800000002"


@pytest.fixture
def classes(office):
    office.teacher(LEAD)
    office.teacher(CO, "Smith", "John")
    for number in ("1", "2"):
        office.section(number, LEAD)
    for place, ssid in enumerate(ssids(6)):
        office.student(ssid, "ELA7/1/FY" if place < 4 else "ELA7/2/FY")
    return office


def errors(answer):
    from lxml import html  # noqa: PLC0415

    page = html.document_fromstring(answer.content)
    return [" ".join(node.text_content().split()) for node in page.xpath("//*[@class='error']")]


def test_the_page_is_in_the_menu_under_special_functions_for_those_with_the_role(lea, user):
    def labels(who):
        return [
            link.label
            for section in menu(user=who, organization=lea, held=reach(who, lea))
            if section.label == "Special Functions"
            for link in section.children
        ]

    assert labels(user) == ["Student Assessment Rosters"]
    other = make_user("bob")
    grant(other, "senr_edit", lea)
    assert labels(other) == []


def test_the_grid_names_schools_as_the_source_does_and_the_year_is_the_current_one(classes, desk):
    page = desk.page()
    assert page.xpath("//table[@id='school-list']/tbody/tr/th")[0].text == f"Alder High ({HIGH})"
    assert page.xpath("//td[@data-label='Natural ID']")[0].text == CDS
    assert page.xpath("//select[@name='year']/option[@selected]/@value") == ["2026"]
    assert desk.get(year="2o26").status_code == 404


def test_view_shows_the_six_columns_and_keeps_no_names(classes, desk):
    page = desk.page("/View", school=HIGH, year=2026)
    table = page.xpath("//table[@aria-labelledby='rows']")[0]
    assert tuple(cell.text for cell in table.xpath("./thead/tr/th")) == LABELS
    first = [cell.text for cell in table.xpath("./tbody/tr[1]/*")]
    assert first == ["2026NgA3(A)ELA71", CDS, "2026", "ELA", "9900000001", "ng01@example.org"]
    assert len(table.xpath("./tbody/tr")) == 6
    assert SentGroup.objects.count() == 0
    ticked = desk.page("/View", school=HIGH, year=2026, sections="ELA7/2/FY")
    assert len(ticked.xpath("//table[@aria-labelledby='rows']/tbody/tr")) == 2
    assert ticked.xpath("//input[@name='sections'][@checked]/@value") == ["ELA7/2/FY"]
    entry = AuditEntry.objects.filter(action="rosters.viewed").latest("pk")
    assert (entry.subject, entry.details) == (f"school:{HIGH}", {"year": 2026, "rows": 2, "page": 1})


def test_download_gives_one_file_for_each_school(classes, lea, desk):
    make_school(lea, "6015234", "Alder Elementary")
    job = desk.press("download", HIGH, "6015234")
    page = desk.page("/Files", run=job.pk)
    names = [cell.text for cell in page.xpath("//td[@data-label='File']")]
    assert names == ["CERS_19647336015234_2026_20251001-1200.csv", f"CERS_{CDS}_2026_20251001-1200.csv"]
    made = SchoolFile.objects.get(school=HIGH)
    answer = desk.get("/Download", file=made.pk)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "text/csv; charset=utf-8", f'attachment; filename="{made.file_name}"',
    )  # fmt: skip
    rows = from_bytes(b"".join(answer.streaming_content))
    assert [row.student_ssid for row in rows] == ssids(6)
    assert (made.state, AuditEntry.objects.filter(action="job.downloaded").count()) == ("", 1)
    assert SentGroup.objects.count() == 2  # a file that leaves keeps its names
    assert desk.get(f"/UploadStatus/{made.pk}").status_code == 404
    job.files.update(removed_at=timezone.now())
    assert desk.get("/Download", file=made.pk).status_code == 410


def test_nothing_ticked_and_other_peoples_schools(classes, desk):
    assert "Tick at least one school" in desk.post(command="download", year="2026").content.decode()
    far = make_lea("3768338", "Birch Unified")
    make_school(far, "3730033", "Birch High")
    assert desk.post(command="download", year="2026", schools="3730033").status_code == 404
    assert desk.get("/View", school="3730033").status_code == 404
    assert Job.objects.count() == 0


def test_a_double_click_makes_one_run(classes, desk):
    for _ in range(2):
        assert desk.post(command="download", year="2026", schools=HIGH, FormToken="once").status_code == 302
    assert Job.objects.count() == 1


def test_who_holds_the_role_at_a_school_sees_that_school_only(classes, lea, desk, connected):
    make_school(lea, "6015234", "Alder Elementary")
    zoe = make_user("zoe")
    grant(zoe, "rosters_manage", lea.schools.get(code="6015234"))
    other = Desk(zoe)
    assert other.page().xpath("//input[@name='schools']/@value") == ["6015234"]
    assert other.post(command="download", year="2026", schools=HIGH).status_code == 404
    job = desk.press("upload", HIGH)
    file = SchoolFile.objects.get(run__job=job)
    assert other.get(f"/UploadStatus/{file.pk}").status_code == 404
    assert other.get("/Download", file=file.pk).status_code == 404
    assert other.get("/Files", run=job.pk).status_code == 404
    assert other.post("/Decide", file=file.pk, command="discard").status_code == 404
    assert other.get("/UploadStatus", format="JSON").json() == {"Data": [], "Total": 0}
    own = other.press("download", "6015234")
    assert (own.authority_whole, [school.code for school in own.schools.all()]) == (False, ["6015234"])
    assert other.post("/Connection", command="remove").status_code == 403


def test_sections_are_edited_page_by_page(classes, desk):
    classes.section("7", LEAD, CO, course="MATH", setting=False)
    page = desk.page("/Sections", school=HIGH, year=2026)
    assert page.xpath("//input[@name='section-2']/@value") == ["MATH/7/FY"]
    given = {
        "school": HIGH, "year": "2026", "command": "save", "section-2": "MATH/7/FY", "subject-2": "Math",
        "expression-2": "4(A)", "start-2": "09/01/2025", "end-2": "12/19/2025", "role-2-0": "lead",
        "role-2-1": "co-teacher",
    }  # fmt: skip
    assert desk.post("/Sections", **given).status_code == 302
    own = SectionSetting.objects.get(section="MATH/7/FY")
    assert (own.subject, own.expression, own.start, own.end) == ("Math", "4(A)", date(2025, 9, 1), date(2025, 12, 19))
    assert dict(SectionTeacher.objects.values_list("seid", "role")) == {LEAD: "lead", CO: "co-teacher"}
    assert "2026NgA4(A)MATH7" not in desk.page("/View", school=HIGH, year=2026).text_content()  # nobody sits in it
    bad = {**given, "subject-2": "Art", "start-2": "soon", "end-2": "", "role-2-0": "boss"}
    assert errors(desk.post("/Sections", **bad)) == [
        "Choose one of the list.", "Give a date as MM/DD/YYYY.", "Choose one of the list.",
    ]  # fmt: skip
    assert errors(desk.post("/Sections", **{**given, "end-2": "09/01/2025"})) == [
        "The day after the last day must come after the first."
    ]
    assert desk.post("/Sections", **{**given, "role-2-1": "", "section-2": "MATH/7/FY"}).status_code == 302
    assert dict(SectionTeacher.objects.values_list("seid", "role")) == {LEAD: "lead"}
    desk.post("/Sections", **{**given, "section-2": "another", "subject-2": ""})
    assert SectionSetting.objects.get(section="MATH/7/FY").subject == "Math"  # the list had changed
    assert AuditEntry.objects.filter(action="rosters.changed").count() == 3


def test_many_sections_get_a_subject_at_once(classes, desk):
    common = {"school": HIGH, "year": "2026", "command": "ticked"}
    desk.post("/Sections", **common, ticked=["ELA7/1/FY", "ELA7/2/FY", "NO/1/FY"], subject="ALL")
    assert list(SectionSetting.objects.values_list("section", "subject", "expression")) == [
        ("ELA7/1/FY", "ALL", "3(A)"), ("ELA7/2/FY", "ALL", "3(A)"),
    ]  # fmt: skip
    desk.post("/Sections", **common, ticked="ELA7/2/FY", subject="")
    assert desk.page("/Sections", school=HIGH, year=2026, only="none").xpath("//input[@name='section-0']/@value") == [
        "ELA7/2/FY"
    ]
    for given in ({"subject": "ALL"}, {"ticked": "ELA7/1/FY", "subject": "keep"}):
        desk.post("/Sections", **common, **given)
        assert "Tick at least one" in desk.page("/Sections").text_content()


def test_many_sections_get_days_at_once_and_keep_their_subject(classes, desk):
    common = {"school": HIGH, "year": "2026", "command": "ticked", "ticked": ["ELA7/1/FY", "ELA7/2/FY"]}
    for start, end, words in (
        ("08/12/2025", "", "Give both days"),
        ("08/12/2025", "08/12/2025", "must come after the first"),
        ("2025", "12/19/2025", "MM/DD/YYYY"),
    ):
        desk.post("/Sections", **common, subject="keep", start=start, end=end)
        assert words in desk.page("/Sections").text_content()
    desk.post("/Sections", **common, subject="keep", start="08/12/2025", end="12/19/2025")
    assert set(SectionSetting.objects.values_list("subject", "start", "end")) == {
        ("ELA", date(2025, 8, 12), date(2025, 12, 19))
    }


def test_students_days_in_a_section(classes, desk):
    given = {"school": HIGH, "year": "2026", "section": "ELA7/1/FY", "student-0": "9900000001", "start-0": "09/15/2025",
             "end-0": ""}  # fmt: skip
    assert desk.post("/Students", **given).status_code == 302
    assert list(SectionSeat.objects.values_list("ssid", "start", "end")) == [("9900000001", date(2025, 9, 15), None)]
    page = desk.page("/Students", school=HIGH, year=2026, section="ELA7/1/FY")
    assert page.xpath("//input[@name='start-0']/@value") == ["09/15/2025"]
    assert errors(desk.post("/Students", **{**given, "start-0": "x"})) == ["Give a date as MM/DD/YYYY."]
    desk.post("/Students", **{**given, "start-0": ""})
    assert SectionSeat.objects.count() == 0
    assert desk.get("/Students", school=HIGH, section="NO/1/FY").status_code == 404


def test_teachers_e_mail_addresses(classes, desk):
    classes.section("3", CO)
    given = {"school": HIGH, "year": "2026", f"email-{LEAD}": "new@example.org", f"email-{CO}": ""}
    assert desk.post("/Teachers", **given).status_code == 302
    assert dict(StaffLogin.objects.values_list("seid", "email")) == {LEAD: "new@example.org"}
    assert "1 of 2 are missing" in desk.page("/Teachers", school=HIGH, year=2026).text_content()
    bad = desk.post("/Teachers", **{**given, f"email-{CO}": "nobody"})
    assert errors(bad) == ["Give an e-mail address, as in TOMS: name@example.org."]


def test_exclusions_and_natural_ids(classes, desk):
    given = {
        "students": "9900000001\n9900000002 9900000001",
        "enrollments": f"{HIGH} 9900000003\n{HIGH} 9900000004 08/12/2025",
        f"natural-{HIGH}": "19647339999999", f"excluded-{HIGH}": "on",
    }  # fmt: skip
    assert desk.post("/Exclusions", **given).status_code == 302
    assert list(ExcludedStudent.objects.values_list("ssid", flat=True)) == ["9900000001", "9900000002"]
    assert list(ExcludedEnrollment.objects.order_by("ssid").values_list("ssid", "start")) == [
        ("9900000003", None), ("9900000004", date(2025, 8, 12)),
    ]  # fmt: skip
    setting = SchoolSetting.objects.get()
    assert (setting.natural_id, setting.excluded) == ("19647339999999", True)
    page = desk.page("/Exclusions")
    assert (
        page.xpath("//textarea[@name='enrollments']")[0].text.strip().split("\n")[1] == f"{HIGH} 9900000004 08/12/2025"
    )
    bad = {"students": "12", "enrollments": f"{HIGH} x", f"natural-{HIGH}": "1"}
    assert len(errors(desk.post("/Exclusions", **bad))) == 3
    assert errors(desk.post("/Exclusions", enrollments=f"{HIGH} 9900000003 soon")) == [
        "A start date is not MM/DD/YYYY."
    ]
    assert "School excluded" in desk.page("/View", school=HIGH, year=2026).text_content()


def test_a_oneroster_zip_is_sent_in_on_the_page(classes, desk):
    found = OneRoster().a_class("ELA7-1", metadata__caasppSubjectArea="Math")
    for content, words in ((b"nothing", "The ZIP has 1 error, so nothing was changed."), (found.zip(), "1 sections")):
        file = SimpleUploadedFile("o.zip", content)
        assert desk.post("/OneRoster", file=file).status_code == 302
        run_job(job_id=Job.objects.latest("pk").pk)
        assert words in desk.page("/OneRoster").text_content()
    assert SectionSetting.objects.get(section="ELA7/1/FY").subject == "Math"
    assert ClassImport.objects.count() == 2
    assert desk.post("/OneRoster").status_code == 200


def test_the_list_takes_as_many_queries_for_one_upload_as_for_three(classes, connected, desk):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    counts = []
    for runs in (1, 2):
        for _ in range(runs):
            desk.press("upload", anew="on")
        with CaptureQueriesContext(connection) as seen:
            desk.page("/UploadStatus")
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- schedules ---


@pytest.mark.parametrize(
    ("frequency", "weekday", "hour", "after", "expected"),
    [
        ("nightly", 0, 2, datetime(2025, 10, 1, 1, 59), datetime(2025, 10, 1, 2)),
        ("nightly", 0, 2, datetime(2025, 10, 1, 2), datetime(2025, 10, 2, 2)),
        ("weekly", 6, 2, datetime(2025, 10, 1, 12), datetime(2025, 10, 5, 2)),
        ("weekly", 2, 11, datetime(2025, 10, 1, 12), datetime(2025, 10, 8, 11)),
        ("nightly", 0, 2, datetime(2025, 11, 1, 12), datetime(2025, 11, 2, 2)),  # the clocks go back that night
    ],
)
def test_a_schedule_is_due_at_an_hour_of_the_clock(frequency, weekday, hour, after, expected):
    found = scheduling.next_run(frequency=frequency, weekday=weekday, hour=hour, after=after.replace(tzinfo=PACIFIC))
    assert found.replace(tzinfo=None) == expected


def test_a_schedule_asks_for_an_upload_once_and_with_its_owners_rights(classes, lea, desk, connected, cers):
    assert desk.post("/Schedules", command="add", frequency="nightly", weekday="6", hour="2").status_code == 302
    schedule = Schedule.objects.get()
    assert scheduling.run_due() == 0
    Schedule.objects.update(next_at=timezone.now())
    tasks.schedules()
    assert scheduling.run_due() == 0
    job = Job.objects.get()
    assert (job.trigger, job.requested_by, job.authority_whole) == ("schedule", desk.user, True)
    run_job(job_id=job.pk)
    tasks.work()
    tasks.work()
    assert SchoolFile.objects.get().state in ("sent", "processed")
    schedule.refresh_from_db()
    assert (schedule.last_job, schedule.last_words) == (job, "")
    revoke(desk.user, "rosters_manage", lea)
    Schedule.objects.update(next_at=timezone.now())
    assert scheduling.run_due() == 1
    schedule.refresh_from_db()
    assert (Job.objects.count(), schedule.last_words) == (1, scheduling.NO_RIGHT)


def test_a_schedule_of_named_schools_needs_the_right_to_each(classes, lea, desk, connected):
    make_school(lea, "6015234", "Alder Elementary")
    desk.post("/Schedules", command="add", frequency="weekly", weekday="6", hour="2", schools=[HIGH, "6015234"])
    revoke(desk.user, "rosters_manage", lea)
    grant(desk.user, "rosters_manage", lea.schools.get(code=HIGH))
    Schedule.objects.update(next_at=timezone.now())
    assert (scheduling.run_due(), Job.objects.count()) == (1, 0)


def test_one_removes_ones_own_schedule_and_who_answers_for_the_lea_anybodys(classes, lea, desk):
    zoe = make_user("zoe")
    grant(zoe, "rosters_manage", lea.schools.get(code=HIGH))
    other = Desk(zoe)
    desk.post("/Schedules", command="add", frequency="nightly", weekday="6", hour="2")
    first = Schedule.objects.get()
    assert other.post("/Schedules", command="remove", schedule=first.pk).status_code == 404
    other.post("/Schedules", command="add", frequency="nightly", weekday="6", hour="3")
    second = Schedule.objects.latest("pk")
    assert desk.post("/Schedules", command="remove", schedule=second.pk).status_code == 302
    assert list(Schedule.objects.filter(active=True)) == [first]
    assert desk.post("/Schedules", command="add", frequency="daily", weekday="6", hour="2").status_code == 200
    assert "Sunday" in desk.page("/Schedules").text_content()


def test_the_emulator_starts_as_a_command(db, tmp_path, monkeypatch):
    from rosters.cers import server  # noqa: PLC0415

    started = []
    monkeypatch.setattr(server.Server, "serve_forever", lambda own: started.append(own.config))
    accounts = tmp_path / "accounts.json"
    accounts.write_text('[{"user_name": "u", "secret": "s", "schools": ["19"], "expires_on": "2026-01-01"}]')
    call_command("emulate_cers", port=0, accounts=accounts, schools="any", mode="ets", years="2026")
    lea = make_lea("1964733")
    make_school(lea, HIGH)
    SchoolSetting.objects.create(lea=lea, school="6015234", natural_id="19647330000001")
    call_command("emulate_cers", port=0)
    own, _ = started
    assert (own.mode, own.accounts[0].user_name, own.years) == ("ets", "u", [2026])
    assert [own.school_exists(school) for school in (CDS, "1")] == [True, False]
    known = [in_directory(school) for school in (CDS, "19647339999999", "19647330000001", "x")]
    assert known == [True, False, True, False]

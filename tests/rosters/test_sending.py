"""The acceptance examples of section 10, and what happens on the way, against the emulator over real HTTP."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.sealing import opened
from jobs.running import run_job
from ods.models import Organization
from rosters import deciding, sending
from rosters.cers.accounts import DEMO_SECRET, DEMO_USER
from rosters.connecting import save_connection
from rosters.models import (
    Connection,
    ExcludedStudent,
    SchoolFile,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    SentGroup,
)
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user, revoke
from tests.factories.rosters import CDS, HIGH, Office, ssids
from tests.rosters.conftest import Desk, finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
LEAD, CO, SHARE = "9800000001", "9800000002", "9800000003"


@pytest.fixture
def classes(office, connected):
    """Two sections with a lead and a co-teacher, 30 students in each."""
    office.teacher(LEAD)
    office.teacher(CO, "Smith", "John")
    for number in ("1", "2"):
        office.section(number, LEAD, CO, roles=("lead", "co-teacher"))
    for place, ssid in enumerate(ssids(60)):
        office.student(ssid, "ELA7/1/FY" if place < 30 else "ELA7/2/FY")
    return office


def groups(server):
    """What end users of CERS see: name to students and users."""
    found = requests.get(f"{server.base}/emulator/groups", timeout=60).json()
    return {one["name"]: (one["students"], one["users"]) for one in found}


def fault(server, name, **given):
    assert requests.post(f"{server.base}/emulator/faults", json={"fault": name, **given}, timeout=60).ok


# --- section 10 ---


def test_1_two_sections_with_lead_and_co_teacher(classes, desk, cers):
    (file,) = desk.upload()
    assert (file.rows, file.groups, file.state) == (120, 2, "processed"), file.message
    assert (file.server_status, file.message) == ("PROCESSED", f"2 groups accepted for {CDS}.")
    assert groups(cers) == {
        "2026NgA3(A)ELA71": (ssids(30), ["ng01@example.org", "smith02@example.org"]),
        "2026NgA3(A)ELA72": (ssids(30, first=31), ["ng01@example.org", "smith02@example.org"]),
    }
    assert cers.posts == [file.digest]


def test_2_seventy_students_and_three_teachers(office, connected, desk, cers):
    for seid, last in ((LEAD, "Ng"), (CO, "Smith"), (SHARE, "Ruiz")):
        office.teacher(seid, last)
    own = office.section("1", LEAD, CO, SHARE, roles=("lead", "co-teacher", "job-share"))
    for ssid in ssids(70):
        office.student(ssid, own)
    (file,) = desk.upload()
    assert (file.rows, file.students, file.state) == (70, 70, "processed")
    assert [finding[0] for finding in file.findings] == [False]
    assert groups(cers) == {
        "2026NgA3(A)ELA71": (ssids(70), ["ng01@example.org", "ruiz03@example.org", "smith02@example.org"])
    }


def test_3_who_is_not_sent_is_listed_with_his_reason(classes, desk, cers):
    secondary, excluded, ended = "9900000901", "9900000902", "ELA7/9/FY"
    classes.student(secondary, "ELA7/1/FY", status="20")
    classes.student(excluded, "ELA7/1/FY")
    ExcludedStudent.objects.create(lea=classes.lea, ssid=excluded)
    SectionSeat.objects.create(lea=classes.lea, school=HIGH, year=2026, section="ELA7/1/FY", local_student_id="N17")
    classes.section("9", LEAD, end=date(2025, 10, 1))
    classes.seat(ssids(1)[0], ended)
    classes.section("8", LEAD, term="S1")
    (file,) = desk.upload()
    assert file.counts == {
        "students": {"No SSID": 1, "Enrollment status is not 10 (Primary)": 1,
                     "Student excluded from state reporting": 1},
        "sections": {"Dates of the section's term are not known": 1, "Section not active on this day": 1},
    }  # fmt: skip
    assert {ssid for students, _ in groups(cers).values() for ssid in students} == set(ssids(60))
    page = desk.page("/View", school=HIGH, year=2026)
    sections = {
        (row.xpath("./th")[0].text, row.xpath("./td[@data-label='Reason']")[0].text)
        for row in page.xpath("//table[@aria-label='Sections left out']/tbody/tr")
    }
    assert sections == {
        ("ELA7 8 S1", "Dates of the section's term are not known"), ("ELA7 9 FY", "Section not active on this day"),
    }  # fmt: skip
    listed = {
        (row.xpath("./td[@data-label='SSID']")[0].text, row.xpath("./td[@data-label='Reason']")[0].text)
        for row in page.xpath("//table[@aria-label='Students left out']/tbody/tr")
    }
    assert listed == {
        (secondary, "Enrollment status is not 10 (Primary)"), ("none", "No SSID"),
        (excluded, "Student excluded from state reporting"),
    }  # fmt: skip


def test_4_county_01_keeps_its_zero(settings, tmp_path, db, cers):
    settings.FILES_DIR, settings.LEAST_FREE_DISK = tmp_path, 0
    lea = make_lea("0161192", "Eden Unified")
    make_school(lea, "0130229", "Eden High")
    user = make_user("eve")
    grant(user, "rosters_manage", lea)
    save_connection(lea=lea, user_name=DEMO_USER, secret=DEMO_SECRET, expires_on=None, by=user)
    office = Office(lea, school="0130229")
    office.teacher(LEAD)
    office.student(ssids(1)[0], office.section("1", LEAD))
    (file,) = Desk(user).upload("0130229")
    assert (file.state, file.natural_id) == ("processed", "01611920130229")
    content = cers.store.payload(int(file.server_id))
    assert b",01611920130229," in content
    assert [group.school for group in cers.store.groups_of()] == ["01611920130229"]


def test_5_one_bad_row_refuses_the_whole_file_and_says_which(classes, desk, start_cers):
    cers = start_cers(subjects=["Math"])  # it does not know ELA
    SectionSetting.objects.filter(section="ELA7/1/FY").update(subject="Math")
    (file,) = desk.upload()
    assert (file.state, file.server_status) == ("rejected", "BAD_DATA")
    assert file.message == "Row: 61 Failure: Invalid subject: ELA"
    assert groups(cers) == {}
    assert "Row: 61 Failure: Invalid subject: ELA" in desk.page(f"/UploadStatus/{file.pk}").text_content()
    listed = desk.get("/UploadStatus", format="JSON").json()
    assert (listed["Total"], listed["Data"][0]["ServerStatus"], listed["Data"][0]["Message"]) == (
        1, "BAD_DATA", file.message,
    )  # fmt: skip
    assert desk.get(f"/UploadStatus/{file.pk}", format="JSON").json() == listed["Data"][0]
    assert SentGroup.objects.filter(accepted_at__isnull=False).count() == 0


def test_6_a_student_who_moved_out_leaves_that_group_only(classes, desk, cers):
    desk.upload()
    before = groups(cers)
    classes_left = {"lea": classes.lea, "school": HIGH, "year": 2026, "section": "ELA7/1/FY"}
    SectionSeat.objects.create(**classes_left, ssid="9900000007", end=date(2025, 10, 1))
    (file,) = desk.upload()
    assert file.state == "processed"
    assert file.changes == [["2026NgA3(A)ELA71", "changed", 0, 1, 0, 0]]
    after = groups(cers)
    assert set(before["2026NgA3(A)ELA71"][0]) - set(after["2026NgA3(A)ELA71"][0]) == {"9900000007"}
    assert after["2026NgA3(A)ELA72"] == before["2026NgA3(A)ELA72"]


def new_lead(office, own="ELA7/1/FY"):
    SectionTeacher.objects.filter(section=own, seid=LEAD).update(role="co-teacher")
    SectionTeacher.objects.filter(section=own, seid=CO).update(role="lead")


def test_7_a_new_lead_makes_a_new_group_and_the_old_one_is_stale(classes, desk, cers):
    desk.upload()
    new_lead(classes)
    job = desk.press("upload")
    file = SchoolFile.objects.get(run__job=job)
    assert (file.state, file.stale, file.share) == ("held", ["2026NgA3(A)ELA71"], 0.5)
    assert desk.post("/Decide", file=file.pk, command="confirm").status_code == 302
    finish()
    file.refresh_from_db()
    assert (file.state, file.confirmed_by.username) == ("processed", "ada")
    assert set(groups(cers)) == {"2026NgA3(A)ELA71", "2026NgA3(A)ELA72", "2026SmithJ3(A)ELA71"}
    rows = desk.page("/StaleGroups").xpath("//tbody/tr/th")
    assert [row.text for row in rows] == ["2026NgA3(A)ELA71"]
    assert desk.post("/StaleGroups", school=HIGH, names="2026NgA3(A)ELA71", command="clear").status_code == 302
    (cleared,) = desk.upload()
    assert (cleared.cleared, cleared.state) == (["2026NgA3(A)ELA71"], "processed")
    assert groups(cers)["2026NgA3(A)ELA71"] == ([], [])
    group = SentGroup.objects.get(name="2026NgA3(A)ELA71")
    assert (group.clear_asked, group.cleared_at is not None) == (False, True)
    assert "delete it in CERS" in desk.page("/StaleGroups").text_content()
    assert desk.upload()[0].state == "unchanged"


def test_8_a_year_the_server_does_not_know(connected, lea, user, cers, time_machine):
    time_machine.move_to("2026-07-02 19:00:00+00:00")
    desk = Desk(user)
    office = Office(lea, year=2027)
    office.teacher(LEAD)
    office.student(ssids(1)[0], office.section("1", LEAD))
    answer = desk.post(command="upload", schools=HIGH, year="2027")
    assert answer.status_code == 302
    run_job(job_id=int(answer["Location"].rpartition("=")[2]))
    finish()
    file = SchoolFile.objects.get()
    assert (file.state, file.message) == ("rejected", "Row: 1 Failure: Invalid school year: 2027")


# --- on the way ---


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("unavailable", {"times": 3}),
        ("server_error", {"times": 2}),
        ("cut", {"times": 2}),
        ("cut_after", {"times": 1}),
        ("unauthorized", {"times": 1}),
        ("slow", {"times": 1, "seconds": 3}),
    ],
)
def test_faults_that_pass_lose_nothing_and_send_nothing_twice(classes, desk, cers, settings, name, given):
    settings.ROSTERS_TIMEOUT = 1
    fault(cers, name, **given)
    (file,) = desk.upload()
    assert (file.state, file.message) == ("processed", f"2 groups accepted for {CDS}.")
    assert cers.posts == [file.digest]
    assert len(groups(cers)) == 2


def test_a_server_that_is_away_is_tried_again_later_and_later(classes, desk, cers, settings):
    settings.ROSTERS_RETRY_SECONDS, settings.ROSTERS_LONGEST_PAUSE, settings.ROSTERS_ATTEMPTS = 30, 100, 5
    away, settings.CERS_URL = settings.CERS_URL, "http://127.0.0.1:9"
    settings.CERS_TOKEN_URL = "http://127.0.0.1:9/token"
    desk.press("upload")
    pauses = []
    for _ in range(4):
        SchoolFile.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        assert sending.work() == 1
        file = SchoolFile.objects.get()
        pauses.append(round((file.next_at - timezone.now()).total_seconds(), -1))
        assert sending.work() == 0  # not before its time
    assert pauses == [30, 60, 100, 100]
    assert "tried again (attempt 4 of 5)" in file.message
    finish()
    file.refresh_from_db()
    assert (file.state, file.attempts) == ("failed", 5)
    assert "5 times and given up" in file.message
    settings.CERS_URL, settings.CERS_TOKEN_URL = away, f"{away}/auth/oauth2/access_token"
    assert "Send it again" in desk.page(f"/UploadStatus/{file.pk}").text_content()
    desk.post("/Decide", file=file.pk, command="again")
    finish()
    file.refresh_from_db()
    assert file.state == "processed"


@pytest.mark.parametrize(
    ("name", "words"), [("expired_key", "wrong, expired, or replaced"), ("forbidden", "may not write groups (403)")]
)
def test_what_would_fail_again_is_given_up_at_once(classes, desk, cers, name, words):
    fault(cers, name)
    (file,) = desk.upload()
    assert (file.state, file.attempts, words in file.message) == ("failed", 0, True), file.message
    assert cers.posts == []


def test_a_load_failure_is_an_answer_too(classes, desk, cers):
    fault(cers, "load_failure", times=1)
    (file,) = desk.upload()
    assert (file.state, file.server_status, file.message) == ("rejected", "BAD_DATA", "Error loading groups")


def test_it_is_asked_after_until_it_is_processed(classes, desk, cers):
    fault(cers, "delay_processed", times=1, seconds=3600)
    desk.press("upload")
    sending.work()
    file = SchoolFile.objects.get()
    assert (file.state, file.server_status) == ("sent", "ACCEPTED")
    assert file.next_at > timezone.now()
    SchoolFile.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    sending.work()
    file.refresh_from_db()
    assert file.state == "sent"
    SchoolFile.objects.update(next_at=timezone.now(), sent_at=timezone.now() - timedelta(days=3))
    sending.work()
    file.refresh_from_db()
    assert (file.state, file.message) == ("failed", sending.NEVER_PROCESSED)
    assert cers.posts == [file.digest]


def test_one_schools_failure_does_not_stop_the_others(classes, lea, desk, cers):
    make_school(lea, "6015234", "Alder Elementary")
    make_school(lea, "6015242", "Birch Elementary")
    SchoolSetting.objects.create(lea=lea, school="6015234", natural_id="123")
    for school in ("6015234", "6015242"):
        other = Office(lea, school=school)
        other.student(f"99000{school[-5:]}", other.section("1", LEAD))
    files = desk.upload(HIGH, "6015234", "6015242")
    assert [(file.school, file.state) for file in files] == [
        (HIGH, "processed"), ("6015234", "refused"), ("6015242", "processed"),
    ]  # fmt: skip
    assert "14 digits" in desk.page(f"/UploadStatus/{files[1].pk}").text_content()


def test_nothing_changed_is_not_sent_and_can_be_sent_anew(classes, desk, cers):
    (first,) = desk.upload()
    (second,) = desk.upload()
    assert (second.state, second.digest, len(cers.posts)) == ("unchanged", first.digest, 1)
    cers.store.delete_group(CDS, "2026NgA3(A)ELA71", 2026)
    (third,) = desk.upload(anew="on")
    assert (third.state, third.digest != first.digest, len(groups(cers))) == ("processed", True, 2)


def test_going_back_to_an_earlier_state_is_done_although_cers_knows_the_bytes(classes, desk, cers):
    (first,) = desk.upload()
    seat = SectionSeat.objects.create(
        lea=classes.lea, school=HIGH, year=2026, section="ELA7/1/FY", ssid="9900000007", end=date(2025, 10, 1)
    )
    desk.upload()
    assert "9900000007" not in groups(cers)["2026NgA3(A)ELA71"][0]
    seat.delete()
    (third,) = desk.upload()
    assert third.rows == first.rows
    assert third.digest != first.digest
    assert "9900000007" in groups(cers)["2026NgA3(A)ELA71"][0]


def test_sending_the_same_file_twice_is_harmless(classes, desk, cers):
    (file,) = desk.upload()
    before = groups(cers)
    SchoolFile.objects.update(state="waiting", next_at=timezone.now(), post_begun_at=None, server_id="")
    finish()
    file.refresh_from_db()
    assert (file.state, file.server_id, groups(cers)) == ("processed", "1", before)


def test_a_worker_that_died_after_posting_leaves_nothing_to_send_again(classes, desk, cers):
    (file,) = desk.upload()
    SchoolFile.objects.update(
        state="waiting", next_at=timezone.now(), server_id="", server_status="", post_begun_at=timezone.now()
    )
    finish()
    file.refresh_from_db()
    assert (file.state, cers.posts) == ("processed", [file.digest])


def test_a_role_lost_before_the_file_goes_out_stops_it(classes, desk, cers):
    desk.press("upload")
    revoke(desk.user, "rosters_manage", classes.lea)
    finish()
    assert (SchoolFile.objects.get().message, cers.posts) == (sending.RIGHT_LOST, [])


def test_who_decides_about_a_held_file_stands_for_it(classes, desk, cers):
    desk.press("upload")
    SchoolFile.objects.update(state="held")
    revoke(desk.user, "rosters_manage", classes.lea)
    other = make_user("another")
    grant(other, "rosters_manage", Organization.objects.get(code=HIGH))
    assert deciding.confirm(file=SchoolFile.objects.get(), by=other)
    finish()
    assert SchoolFile.objects.get().state == "processed"


def test_without_credentials_nothing_waits_for_ever(classes, desk, cers, settings):
    desk.press("upload")
    Connection.objects.all().delete()
    finish()
    assert SchoolFile.objects.get().message == sending.NO_CONNECTION
    assert "No credentials for CERS" in desk.post(command="upload", schools=HIGH, year="2026").content.decode()
    save_connection(lea=classes.lea, user_name="u", secret="s", expires_on=None, by=desk.user)
    settings.SECRET_KEY = "another key altogether"
    settings.SECRET_KEY_FALLBACKS = []
    SchoolFile.objects.update(state="waiting", next_at=timezone.now())
    finish()
    assert "SECRET_KEY has changed" in SchoolFile.objects.get().message


def test_a_file_that_is_gone_is_said_to_be(classes, desk, cers):
    desk.press("upload")
    SchoolFile.objects.get().run.job.files.update(removed_at=timezone.now())
    finish()
    assert SchoolFile.objects.get().message == sending.FILE_GONE


def test_only_one_worker_sends_for_an_lea(classes, desk, cers):
    desk.press("upload")
    Connection.objects.update(busy_until=timezone.now() + timedelta(minutes=1), busy_token="another")
    assert sending.work() == 0
    Connection.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    finish()
    assert SchoolFile.objects.get().state == "processed"
    assert Connection.objects.get().busy_token == ""


def test_a_held_file_is_discarded_or_gives_way_to_a_later_one(classes, desk, cers):
    desk.upload()
    new_lead(classes)
    held = SchoolFile.objects.get(run__job=desk.press("upload"))
    later = SchoolFile.objects.get(run__job=desk.press("upload"))
    held.refresh_from_db()
    assert (held.state, held.message, later.state) == ("discarded", "A later upload took its place.", "held")
    desk.post("/Decide", file=held.pk, command="confirm")
    held.refresh_from_db()
    assert held.state == "discarded"
    desk.post("/Decide", file=later.pk, command="discard")
    later.refresh_from_db()
    assert (later.state, cers.posts) == ("discarded", cers.posts[:1])
    assert AuditEntry.objects.filter(action="rosters.confirmed").count() == 1


def test_prechecks_stop_a_file_before_it_is_sent(classes, desk, cers):
    Connection.objects.update(expires_on=date(2025, 9, 30))
    (file,) = desk.upload()
    assert (file.state, cers.posts) == ("refused", [])
    assert "expired on 09/30/2025" in desk.page(f"/UploadStatus/{file.pk}").text_content()
    assert "expired on 09/30/2025" in desk.page().text_content()


def test_a_school_without_a_qualifying_section_is_no_error_and_its_groups_become_stale(classes, desk, cers):
    desk.upload()
    SectionSetting.objects.update(subject="")
    (file,) = desk.upload()
    assert (file.state, file.rows, cers.posts) == ("empty", 0, cers.posts[:1])
    assert SentGroup.objects.filter(stale_since=date(2025, 10, 1)).count() == 2


def test_some_sections_leave_the_other_groups_alone(classes, desk, cers):
    desk.upload()
    SectionSeat.objects.create(
        lea=classes.lea, school=HIGH, year=2026, section="ELA7/2/FY", ssid="9900000031", end=date(2025, 10, 1)
    )
    (file,) = desk.upload(sections=["ELA7/2/FY"])
    assert (file.groups, file.complete, file.stale, file.state) == (1, False, [], "processed")
    assert len(groups(cers)["2026NgA3(A)ELA71"][0]) == 30
    assert len(groups(cers)["2026NgA3(A)ELA72"][0]) == 29
    assert SentGroup.objects.filter(stale_since__isnull=False).count() == 0


def test_names_stay_when_a_teacher_joins_and_when_the_mode_changes(classes, desk, cers, settings):
    desk.upload()
    classes.teacher(SHARE, "Ruiz")
    SectionTeacher.objects.create(
        lea=classes.lea, school=HIGH, year=2026, section="ELA7/1/FY", seid=SHARE, role="job-share"
    )
    settings.ROSTERS_NAME_MODE = "compact"
    (file,) = desk.upload()
    assert (file.stale, [change[:2] for change in file.changes]) == ([], [["2026NgA3(A)ELA71", "changed"]])


def test_the_secret_is_sealed_and_shown_nowhere(lea, connected, desk, cers):
    found = Connection.objects.get()
    assert DEMO_SECRET not in found.sealed_secret
    assert opened(found.sealed_secret) == DEMO_SECRET
    desk.post("/Connection", command="test")
    page = desk.page("/Connection").text_content()
    assert "CERS accepts the user name and secret key." in page
    assert DEMO_SECRET not in desk.get("/Connection").content.decode()
    desk.post("/Connection", command="save", user_name=DEMO_USER, secret="", expires_on="09/01/2026")
    assert opened(Connection.objects.get().sealed_secret) == DEMO_SECRET
    desk.post("/Connection", command="save", user_name=DEMO_USER, secret="wrong", expires_on="")
    assert "wrong, expired, or replaced" in desk.page("/Connection").text_content()
    desk.post("/Connection", command="remove")
    assert Connection.objects.count() == 0
    entries = AuditEntry.objects.filter(action="rosters.credentials").order_by("pk")
    assert [entry.details["what"] for entry in entries] == [
        "changed", "tested", "changed", "tested", "changed", "tested", "removed",
    ]  # fmt: skip
    assert DEMO_SECRET not in str([entry.details for entry in entries])


def test_two_workers_at_once_send_once(transactional_db, postgresql_only, classes, desk, cers):
    desk.press("upload")
    barrier = threading.Barrier(2)

    def send():
        barrier.wait()
        sending.work()
        connection.close()

    workers = [threading.Thread(target=send) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    finish()
    assert (SchoolFile.objects.get().state, len(cers.posts)) == ("processed", 1)


def test_a_school_takes_the_same_queries_with_one_section_as_with_two(lea, connected, desk):
    make_school(lea, "6015234", "Alder Elementary")
    counts = []
    for school, sections, number in ((HIGH, 1, 0), ("6015234", 3, 100)):
        office = Office(lea, school=school)
        if school == HIGH:
            office.teacher(LEAD)
        for section in range(sections):
            own = office.section(str(section), LEAD)
            for ssid in ssids(2 * sections, first=number + 10 * section):
                office.student(ssid, own)
        desk.page("/View", school=school, year=2026)
        with CaptureQueriesContext(connection) as seen:
            desk.page("/View", school=school, year=2026)
        counts.append(len(seen))
    assert counts[0] == counts[1]

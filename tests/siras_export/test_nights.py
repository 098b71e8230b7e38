"""The schedule: once a night whatever happens, tried again, held, given up, and somebody told (spec siras, 4, 9)."""

from __future__ import annotations

from datetime import date, datetime, time
from html import unescape

import asyncssh
import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.sealing import sealed
from jobs.models import Job
from ods.models import StudentEnrollment
from siras_export import alarms, nights, schedule
from siras_export.models import Alarm, Run
from siras_export.watch import coming, home_words
from tests.factories.people import revoke
from tests.factories.siras import enroll, known, sped, student
from tests.siras_export.district import PACIFIC, District, clock, pacific

pytestmark = [pytest.mark.django_db(transaction=True)]

A = "9900000001"
NIGHT = "2026-10-06"


@pytest.fixture
def one(district: District) -> District:
    student(district.lea, A)
    return district


def states(district: District) -> list[str]:
    return list(district.profile.runs.order_by("pk").values_list("state", flat=True))


@pytest.mark.engines
def test_a_night_is_sent_once_whatever_ticks_and_restarts(one: District) -> None:
    assert one.at(f"{NIGHT} 00:14") is None
    for minute in ("00:15", "00:16", "02:30", "06:59", "08:00", "23:59"):
        one.at(f"{NIGHT} {minute}")
    assert (states(one), one.sftp_names()) == (["sent"], [one.profile.file_name])
    run = Run.objects.get()
    assert (run.night, run.attempts, run.sent_at.date()) == (date(2026, 10, 6), 1, date(2026, 10, 6))
    assert [event.words for event in run.events.order_by("pk")] == [
        "The file is being made, as of 10/06/2026.", "Attempt 1 at sending.", "Signed in at 127.0.0.1 as 1964733.",
        f"1964733_demographics.csv: {one.file.stat().st_size:,} bytes are there under their final name.",
    ]  # fmt: skip
    [entry] = AuditEntry.objects.filter(action="siras.sent")
    assert entry.details["files"][0]["sha256"] == run.build_job.files.get(role="main").sha256
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(profile=one.profile, night=run.night, business_date=run.night)


@pytest.mark.parametrize(
    ("at", "night", "utc"),
    [
        (time(0, 15), date(2026, 10, 6), "2026-10-06T07:15:00+00:00"),
        (time(2, 30), date(2026, 3, 8), "2026-03-08T10:30:00+00:00"),  # the hour that is skipped: 3:30 PDT
        (time(1, 30), date(2026, 11, 1), "2026-11-01T08:30:00+00:00"),  # the hour that comes twice: its first time
        (time(0, 15), date(2026, 11, 2), "2026-11-02T08:15:00+00:00"),
    ],
)
def test_pacific_time_and_both_changes_of_the_clock(office: District, at, night, utc) -> None:
    office.profile.at = at
    assert schedule.due_at(office.profile, night) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("night", "at", "ticks"),
    [
        ("2026-03-08", time(2, 30), ("01:59", "03:29", "03:31", "04:30")),
        ("2026-11-01", time(1, 30), ("00:10", "01:31", "02:10", "03:00")),
    ],
)
def test_one_run_over_a_change_of_the_clock(one: District, night: str, at: time, ticks: tuple[str, ...]) -> None:
    enroll(one.lea, "9900000002", enrollment_start_date=date(2026, 1, 5))
    sped(one.lea, "9900000002", since=date(2026, 1, 5))
    one.change(at=at)
    for tick in ticks:
        one.at(f"{night} {tick}")
    assert (states(one), one.sftp_names()) == (["sent"], [one.profile.file_name])


def test_after_an_outage_it_is_caught_up_while_the_window_is_open(one: District) -> None:
    run = one.at(f"{NIGHT} 06:30")
    assert (run.state, one.watch(f"{NIGHT} 06:40").state) == ("sent", "expected")
    assert len(one.siras(f"{NIGHT} 06:45")) == 1


def test_after_the_window_it_is_missed_and_somebody_is_told(one: District) -> None:
    run = one.at(f"{NIGHT} 07:00")
    assert (run.state, one.sftp_names()) == ("missed", [])
    assert one.alarms() == [run.reason]
    one.at("2026-10-07 00:20")
    assert states(one) == ["missed", "sent"]


def test_a_profile_set_up_in_the_morning_has_missed_nothing(one: District) -> None:
    with clock(f"{NIGHT} 08:00"):
        one.profile.save()
    assert one.at(f"{NIGHT} 09:00") is None


@pytest.mark.parametrize("change", [{"approved_on": None}, {"paused": True}, {"days": "0"}])
def test_a_draft_a_paused_profile_and_another_weekday_send_nothing(one: District, change) -> None:
    one.change(**change)
    assert (one.at(f"{NIGHT} 00:20"), one.at(f"{NIGHT} 08:00"), one.alarms()) == (None, None, [])


def test_unchanged_content_goes_again_only_if_that_was_asked_for(one: District) -> None:
    one.at(f"{NIGHT} 00:20")
    assert one.at("2026-10-07 00:20").state == "nothing"
    one.change(send_unchanged=True)
    assert one.at("2026-10-08 00:20").state == "sent"
    one.change(send_unchanged=False)
    with clock("2026-10-08 12:00"):
        nights.run_now(user=one.user, profile=one.profile)
    assert one.at("2026-10-08 12:01").state == "sent"  # who runs it now means it
    assert (len(one.sftp_names()), one.alarms()) == (3, [])


@pytest.mark.parametrize(("fault", "words"), [("cut", "was cut"), ("full", "No space left")])
def test_a_fault_in_the_middle_is_tried_again_and_the_file_comes_once(one: District, fault: str, words: str) -> None:
    for number in range(2, 102):  # more than one packet
        enroll(one.lea, f"99000{number:05d}", legal_middle_name="M" * 600)
        sped(one.lea, f"99000{number:05d}")
    one.server.fault, one.server.faults = fault, 1
    run = one.at(f"{NIGHT} 00:20")
    assert (run.state, one.file.exists(), one.sftp_names(), one.alarms()) == ("waiting", False, [], [])
    assert words in run.reason
    assert "Tried again at 12:21 AM PDT." in run.reason
    assert one.at(f"{NIGHT} 00:20").attempts == 1
    run = one.at(f"{NIGHT} 00:22")
    assert (run.state, run.attempts, one.sftp_names()) == ("sent", 2, [one.profile.file_name])
    assert one.file.read_bytes().count(b"\r\n") == 102
    one.at(f"{NIGHT} 03:00")
    assert one.sftp_names() == [one.profile.file_name]


def test_a_server_that_stays_away_is_given_up_when_the_window_closes_with_one_alarm(one: District) -> None:
    one.server.fault, one.server.faults = "cut", 99
    one.change(port=1)
    for hour in range(7):
        for minute in (0, 30):
            one.at(f"{NIGHT} {hour:02d}:{minute:02d}")
    run = one.at(f"{NIGHT} 07:01")
    assert run.state in ("failed", "missed")
    assert run.attempts == 10
    assert len(one.alarms()) == 1
    assert [message.to for message in mail.outbox] == [["it@example.org"]]
    said = mail.outbox[0].subject + mail.outbox[0].body
    assert "Alder Unified" in said
    assert not any(secret in said for secret in (A, "Lopez", "Ana", "20120304"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host_key": ""}, "Pin the server's host key"),
        ({"username": "nobody", "sealed_password": "wrong"}, "refused the sign-in"),
    ],
)
def test_what_only_a_person_can_mend_is_told_at_once_and_the_file_waits_for_him(one: District, change, words) -> None:
    good = {name: getattr(one.profile, name) for name in change}
    if "sealed_password" in change:
        change = {**change, "sealed_password": sealed("wrong")}
    one.change(**change)
    run = one.at(f"{NIGHT} 00:20")
    assert (run.state, len(one.alarms())) == ("waiting", 1)
    assert words in one.alarms()[0]
    assert "Once the profile is mended it is sent at once; otherwise it is tried again at 01:20 AM PDT." in run.reason
    tried = one.at(f"{NIGHT} 01:19").attempts
    assert tried == run.attempts  # no account is locked by asking again and again
    one.at(f"{NIGHT} 01:21")
    assert (len(one.alarms()), one.sftp_names(), one.server.opened) == (1, [], [])
    one.change(**good)
    run = one.at(f"{NIGHT} 01:22")
    assert (run.state, one.sftp_names(), list(alarms.open_alarms(one.lea))) == ("sent", [one.profile.file_name], [])
    one.at(f"{NIGHT} 05:00")
    assert one.sftp_names() == [one.profile.file_name]


def test_a_password_that_stays_wrong_is_tried_each_hour_and_given_up_with_the_window(one: District) -> None:
    one.change(sealed_password=sealed("wrong"))
    for hour in range(7):
        for minute in (20, 40):
            one.at(f"{NIGHT} {hour:02d}:{minute:02d}")
    run = Run.objects.get()
    assert (run.state, run.attempts, one.server.connections) == ("waiting", 7, 7)
    assert run.reason.endswith("it is sent at once, until SIRAS' window closes at 7 AM.")
    run = one.at(f"{NIGHT} 07:01")
    assert (run.state, len(one.alarms()), len(mail.outbox)) == ("missed", 1, 1)
    with clock(f"{NIGHT} 08:00"):
        one.post("Decide", Run=run.pk, command="Send")
    assert one.at(f"{NIGHT} 08:01").state == "failed"  # a person sees it himself


def test_another_host_key_stops_it_and_shows_the_fingerprint_until_somebody_pins_it(one: District) -> None:
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()
    one.change(host_key=" ".join(other.split()[:2]))
    run = one.at(f"{NIGHT} 00:20")
    assert run.state == "waiting"
    assert one.server.fingerprint in run.reason
    one.profile.refresh_from_db()
    assert (one.profile.offered_key, one.sftp_names()) == (one.server.host_key, [])
    with clock(f"{NIGHT} 00:30"):
        assert one.server.fingerprint in one.text("/Profile")
        answer = one.post("Connection", command="Pin", fingerprint=f"ecdsa-sha2-nistp256 {one.server.fingerprint}")
        assert "A file waits to be sent." in answer.content.decode()
    assert (one.at(f"{NIGHT} 00:31").state, one.sftp_names()) == ("sent", [one.profile.file_name])


def test_a_worker_that_died_after_the_file_arrived_sends_it_no_second_time(one: District) -> None:
    one.at(f"{NIGHT} 00:20")
    run = Run.objects.get()
    # As if nothing of it had been written down: the attempt is made again.
    Run.objects.update(state="sending", sent_at=None, finished_at=None)
    job = Job.objects.get(pk=run.send_job_id)
    Job.objects.filter(pk=job.pk).update(status="FAILED", failure_kind="worker_lost", message="The worker died.")
    Run.objects.update(first_tried_at=pacific(f"{NIGHT} 00:20"))
    assert one.at(f"{NIGHT} 00:21").state == "waiting"
    run = one.at(f"{NIGHT} 00:23")
    assert (run.state, run.attempts, one.sftp_names()) == ("sent", 2, [one.profile.file_name])
    assert run.events.filter(words__contains="an earlier attempt had brought it").count() == 1


def test_more_than_a_fifth_gone_or_changed_is_held_until_somebody_decides(one: District) -> None:
    for number in range(2, 11):
        student(one.lea, f"99000000{number:02d}")
    one.at(f"{NIGHT} 00:20")
    StudentEnrollment.objects.filter(ssid__in=["9900000002", "9900000003"]).update(grade_level_code="09")
    assert one.at("2026-10-07 00:20").state == "sent"  # two of ten: a fifth
    StudentEnrollment.objects.filter(ssid="9900000004").delete()
    StudentEnrollment.objects.filter(ssid__in=["9900000002", "9900000003"]).update(grade_level_code="10")
    run = one.at("2026-10-08 00:20")
    assert (run.state, run.reason[:68]) == (
        "held",
        "Held: of 10 students of the file before, 1 vanished and 2 changed, m",
    )
    assert (len(one.sftp_names()), len(one.alarms())) == (2, 1)
    with clock("2026-10-08 08:00"):
        assert "Held" in one.text(f"/Run?Run={run.pk}")
        one.post("Decide", Run=run.pk, command="Send")
    assert one.at("2026-10-08 08:01").state == "sent"
    assert AuditEntry.objects.filter(action="siras.decided").count() == 1
    assert list(alarms.open_alarms(one.lea)) == []  # it came later


def test_an_empty_file_is_held(district: District) -> None:
    enroll(district.lea, A)
    run = district.at(f"{NIGHT} 00:20")
    assert (run.state, len(district.alarms())) == ("held", 1)
    with clock(f"{NIGHT} 08:00"):
        district.post("Decide", Run=run.pk, command="Discard")
    run.refresh_from_db()
    assert (run.state, district.sftp_names()) == ("discarded", [])


def test_it_works_in_the_name_of_who_approved_it_and_stops_with_his_right(one: District) -> None:
    revoke(one.user, "siras_manage", one.lea)
    run = one.at(f"{NIGHT} 00:20")
    assert (run.state, run.build_job, one.sftp_names()) == ("failed", None, [])
    assert "in the name of ada, who approved the profile" in one.alarms()[0]


def test_run_now_is_one_run_for_a_double_click_and_none_beside_another(one: District) -> None:
    one.at(f"{NIGHT} 00:20")
    with clock(f"{NIGHT} 12:00"):
        for _ in range(2):
            one.post("Start", command="RunNow", FormToken="t")
        assert Run.objects.filter(night=None).count() == 1
        assert "under way or held" in one.post("Start", command="RunNow", FormToken="u").content.decode()
    assert one.at(f"{NIGHT} 12:01").state == "sent"


def test_the_watch_through_a_night(one: District) -> None:
    known(one.lea, A)
    assert one.watch(f"{NIGHT} 00:05").words == "Sending begins at 12:15 AM, Pacific time."
    one.at(f"{NIGHT} 00:20")
    assert one.watch(f"{NIGHT} 01:00").words.endswith("SIRAS is expected to import it between 2 and 7 AM.")
    assert one.watch(f"{NIGHT} 08:00").words.endswith("upload its log to know, student by student.")
    one.siras(f"{NIGHT} 02:05")
    assert one.watch(f"{NIGHT} 08:00").words == (
        "SIRAS' log: 1 students read; 1 updated, 0 unchanged, 0 created, 0 skipped."
    )
    one.change(port=1)
    StudentEnrollment.objects.update(grade_level_code="09")
    one.at("2026-10-07 00:20")
    late = one.watch("2026-10-07 08:00")
    assert (late.state, late.reason) == ("skipped", "unchanged")
    assert "has not been uploaded again since SIRAS imported it" in late.words


def test_never_sent_is_told_as_not_uploaded_and_the_home_page_looks_for_itself(one: District) -> None:
    silent = one.watch(f"{NIGHT} 08:00")  # the schedule is dead: no tick
    assert (silent.reason, silent.alarming) == ("not_uploaded", True)
    assert home_words(one.lea, pacific(f"{NIGHT} 01:00")) == []
    assert home_words(one.lea, pacific(f"{NIGHT} 08:00")) == [silent.words]
    one.at(f"{NIGHT} 08:00")
    [words] = home_words(one.lea, pacific(f"{NIGHT} 08:00"))
    assert words == f"10/06/2026: {Alarm.objects.get().words}"
    assert Alarm.objects.get().words in unescape(one.client.get("/").content.decode())
    one.post("Seen", Alarm=Alarm.objects.get().pk)
    assert home_words(one.lea, pacific(f"{NIGHT} 08:00")) == []


def test_what_is_sent_by_day_is_expected_the_coming_night(one: District) -> None:
    with clock(f"{NIGHT} 12:00"):
        one.profile.save()  # set up at noon: nothing was missed
        assert one.watch(f"{NIGHT} 12:00").state == "planned"
        nights.run_now(user=one.user, profile=one.profile)
    one.at(f"{NIGHT} 12:01")
    with clock(f"{NIGHT} 18:00"):
        assert "A file was sent at 12:01 PM PDT: SIRAS is expected to import it the coming night" in one.text()
    assert one.watch("2026-10-07 00:05").words.startswith("Sent at 12:01 PM PDT on 10/06/2026. SIRAS is expected")
    assert coming(one.profile, pacific("2026-10-07 00:05")) == ""


def test_next_night_skips_the_summer_and_other_weekdays(office: District) -> None:
    assert schedule.next_night(office.profile, pacific("2027-06-07 12:00")) == date(2027, 8, 1)
    office.profile.days = "0"
    assert schedule.next_night(office.profile, pacific("2026-10-06 12:00")) == date(2026, 10, 12)
    office.profile.paused = True
    assert schedule.next_night(office.profile, pacific("2026-10-06 12:00")) is None
    assert PACIFIC.key == "America/Los_Angeles"


def test_a_mail_server_that_is_away_is_asked_again(one: District, monkeypatch: pytest.MonkeyPatch) -> None:
    real = alarms.send_mail
    monkeypatch.setattr(alarms, "send_mail", lambda **_: (_ for _ in ()).throw(ConnectionRefusedError()))
    one.at(f"{NIGHT} 07:30")
    assert (mail.outbox, Alarm.objects.get().mailed_at) == ([], None)
    monkeypatch.setattr(alarms, "send_mail", real)
    one.at(f"{NIGHT} 07:31")
    one.at(f"{NIGHT} 07:32")
    assert len(mail.outbox) == 1


def test_a_file_siras_refused_or_left_without_a_log_raises_the_alarm_in_the_morning(one: District) -> None:
    one.night(NIGHT)
    one.at(f"{NIGHT} 07:05")
    assert one.alarms() == []
    one.change(send_unchanged=True)
    one.at("2026-10-07 00:20")
    one.at("2026-10-07 07:05")  # the emulated SIRAS did not run
    assert one.watch("2026-10-07 07:05").state == "silent"
    assert "has written no log of it" in one.alarms()[0]
    one.at("2026-10-08 00:20")
    one.file.write_text("SSID\r\n")  # and now it gets a file without its columns
    one._touch("2026-10-08 00:20")
    one.siras("2026-10-08 02:05")
    one.at("2026-10-08 07:05")
    assert one.watch("2026-10-08 07:05").state == "refused"
    assert "A required column is missing: Last Name" in one.alarms()[1]

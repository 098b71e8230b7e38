"""The pages: who gets in, what is refused and in which words, Preview, codes, logs, the emulator's command."""

from __future__ import annotations

import io
import os
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEntry
from accounts.sealing import opened
from jobs.models import Job
from siras_export import retention
from siras_export.demo import EMULATOR_PASSWORD, fill_siras, load_demo
from siras_export.fields import REQUIRED, default_columns
from siras_export.models import Build, Profile, SirasEntity, SirasLog, SirasStudent
from siras_export.profiles import options_of
from siras_export.receiving.server import Server, host_key_in
from tests.factories.organizations import make_lea, make_selpa
from tests.factories.people import grant, make_user
from tests.factories.siras import enroll, entity, known, program, student
from tests.siras_export.district import PAGE, District, clock, pacific, words

pytestmark = [pytest.mark.django_db(transaction=True)]

A, B = "9900000001", "9900000002"
FORM = {
    "host": "sftp.example.org", "port": "7472", "username": "1964733", "student_filter": "sped",
    "file_name": "1964733_demographics.csv", "file_name_504": "1964733_demographics_504.csv", "file_type": "csv",
    "header_style": "labels", "columns": list(default_columns()), "ethnicity_codes": "yn", "language_codes": "iso",
    "residence_codes": "mapped", "at": "00:15", "weekdays": list("0123456"), "summer_from": "06/08",
    "summer_until": "08/01",
}  # fmt: skip


def send(district: District, **changes):
    given = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return district.client.post(f"{PAGE}/Profile", given, follow=True)


@pytest.mark.engines
def test_only_the_role_at_the_lea_itself_opens_the_pages(office: District) -> None:
    lea = office.lea
    other = make_lea("3768338")
    selpa = make_selpa(members=(lea,))
    cast = {
        "school": ("siras_manage", lea.schools.first()), "other": ("siras_manage", other), "senr": ("senr_edit", lea),
        "selpa": ("selpa_reports", selpa),
    }  # fmt: skip
    office.at("2026-10-06 00:20")
    run = office.profile.runs.get()
    job = Job.objects.get()
    for name, (role, place) in cast.items():
        client = Client()
        grant(person := make_user(name), role, place)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        expected = 404 if name == "other" else 403
        assert client.get(f"{PAGE}/Run?Run={run.pk}").status_code == expected, name
        assert client.get(PAGE).status_code == (200 if name == "other" else 403), name
        assert client.get(f"{PAGE}/Download?Job={job.pk}&File=main").status_code == 404, name
        client.post(f"{PAGE}/Decide", {"Run": run.pk, "command": "Discard"})
        client.post(f"{PAGE}/Seen", {"Alarm": "1"})
    run.refresh_from_db()
    assert run.state == "held"  # no student fits: nobody could discard it
    assert AuditEntry.objects.filter(action="access.refused", subject="page:SIRAS").count() == 6


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": "sftp://x/"}, "Give the host name alone, without sftp:// and folder."),
        ({"port": "0"}, "Give a port from 1 to 65535; SIRAS names 7472."),
        ({"folder": "../other"}, ".. leads out of it."),
        ({"file_name": "a/b.csv"}, "without a folder"),
        ({"file_name": "studentData.csv"}, "SIRAS itself writes studentData.csv"),
        ({"file_type": "xlsx"}, "The file is XLSX: its name must end in .xlsx."),
        ({"separate_504": "on", "file_name_504": FORM["file_name"]}, "The two files need two names."),
        ({"separate_504": "on", "file_name_504": ""}, "Give the second file a name."),
        ({"separate_504": "on", "student_filter": "504"}, "A second file for 504 plans goes with Special Ed"),
        ({"columns": ["ssid", "last_name"]}, "SIRAS refuses a file without First Name, Birthdate."),
        ({"columns": None}, "Tick the columns of the file."),
        (
            {"student_filter": "combined", "columns": [*REQUIRED]},
            "told apart by Designation",
        ),
        (
            {
                "student_filter": "all",
                "siras_creates": "on",
                "columns": [*REQUIRED],
            },
            "SIRAS creates records only where the file says the program.",
        ),
        ({"at": "09:00"}, "SIRAS imports between 2 and 7 AM."),
        ({"weekdays": None}, "Tick at least one night."),
        ({"summer_from": "8 June"}, "Give month and day as MM/DD"),
        ({"summer_until": "06/08"}, "The pause ends on the day it begins"),
        ({"alarm_mails": "nobody"}, "nobody is no e-mail address."),
        ({"key": "-----BEGIN NONSENSE-----"}, "This is no private key"),
        ({"grades": "K"}, "K: write it as one = other, a line each."),
        ({"grades": "K = 13"}, "K = 13: SIRAS knows the grades IN, PS, TK"),
        ({"headers": "Surname = Family"}, "Family is no published header."),
    ],
)
def test_bad_profiles_are_refused_with_words_that_help(office: District, changes, said) -> None:
    before = Profile.objects.values().get()
    answer = words(send(office, **changes))
    assert "Nothing was saved. Correct this first:" in answer
    assert said in answer
    assert Profile.objects.values().get() == before


def test_secrets_are_sealed_never_shown_and_kept_when_left_blank(office: District) -> None:
    send(office, password="swordfish")
    kept = Profile.objects.get()
    assert "swordfish" not in kept.sealed_password
    assert opened(kept.sealed_password) == "swordfish"
    assert "swordfish" not in office.client.get(f"{PAGE}/Profile").content.decode()
    assert "swordfish" not in str(list(AuditEntry.objects.values()))
    send(office)
    assert opened(Profile.objects.get().sealed_password) == "swordfish"
    send(office, forget="on")
    assert Profile.objects.get().sealed_password == ""


def test_what_siras_approved_makes_it_a_draft_again_when_it_changes(office: District) -> None:
    assert "draft again" not in words(send(office, at="00:30"))
    assert Profile.objects.get().approved
    assert "The profile was saved." in words(send(office, header_style="short"))
    assert not Profile.objects.get().approved
    assert words(office.post("Approve")).count("Tick it when SIRAS has approved the file.") == 1
    office.post("Approve", approved="on")
    kept = Profile.objects.get()
    assert (kept.approved, kept.approved_by) == (True, office.user)
    Profile.objects.update(host_key="", approved_on=None)
    assert "Pin the server's host key" in words(office.post("Approve", approved="on"))
    assert not Profile.objects.get().approved


def test_a_new_district_is_led_from_nothing_to_a_draft(office: District) -> None:
    Profile.objects.all().delete()
    assert "Nothing is set up yet" in office.text()
    assert office.post("Start", command="Preview").status_code == 404
    assert "The profile was saved." in words(send(office))
    text = office.text()
    assert "A draft: nothing is sent until SIRAS has approved the sample file." in text
    assert "Give the password or the private key" in text
    office.post("Start", command="Sample")
    office.work()
    page = office.page()
    [link] = page.xpath("//a[starts-with(text(), 'Download 1964733')]/@href")
    assert b"".join(office.client.get(link).streaming_content).startswith(b"SSID,Local Student ID,Last Name,")
    assert AuditEntry.objects.filter(action="job.downloaded").count() == 1


def test_preview_shows_what_would_be_sent_and_what_siras_would_do(office: District) -> None:
    lea = office.lea
    entity(lea, "1930924")
    office.change(student_filter="combined", siras_creates_504=True)
    for ssid in (A, B, "9900000003"):
        student(lea, ssid)
    student(lea, "9900000006", grade_level_code="UU")
    enroll(lea, "9900000004")
    program(lea, "9900000004")
    enroll(lea, "", local_id="N1")
    known(lea, A)
    known(lea, B, inactive="Exited")
    known(lea, "9900000006", grade="08")
    office.post("Start", command="Preview")
    office.work()
    build = Build.objects.get()
    assert (build.students, build.outcomes, build.not_sent, build.unmapped) == (
        5, {"updated": 2, "unchanged": 0, "created": 1, "skipped": 2}, 1, 1,
    )  # fmt: skip
    found = {
        line.ssid: (line.kind, line.changes[0] if line.changes else line.reason)
        for line in build.lines.filter(section="outcome")
    }
    assert found[A] == ("updated", ["Grade Level", "07", "08"])
    assert found[B] == ("skipped", "The student is inactive in SIRAS, which is left as it is.")
    assert found["9900000003"][0] == "skipped"
    assert found["9900000004"][0] == "created"
    text = office.text("/Preview")
    for words_ in ("Updated 2", "Skipped 2", "No SSID: not sent.", "N1", "The code is in no map", "UU", "in SIRAS now"):
        assert words_ in text
    assert "9900000004" not in office.text("/Preview?Kind=updated")
    office.client.get(f"{PAGE}/Preview", headers={"X-Polling": "1"})
    assert AuditEntry.objects.filter(action="record.viewed", subject=f"siras_build:{build.pk}").count() == 2
    assert (SirasStudent.objects.get(ssid=A).values["grade"], SirasStudent.objects.count()) == ("07", 3)
    # The next one replaces its lines.
    office.post("Start", command="Preview")
    office.work()
    assert build.lines.filter(section="outcome").count() == 0


def test_all_who_are_not_sent_are_listed_page_by_page(office: District) -> None:
    for number in range(51):
        enroll(office.lea, "", local_id=f"N{number:02d}", enrollment_start_date=date(2020, 8, 1) + timedelta(number))
    office.post("Start", command="Preview")
    office.work()
    first = office.text("/Preview")
    assert "No SSID: not sent. Get the SSID in CALPADS; the student goes along the night after. (51)" in first
    assert ("N49" in first, "N50" in first) == (True, False)
    second = office.text("/Preview?Finding=no_ssid&Findings=2")
    assert ("N49" in second, "N50" in second) == (False, True)


def test_codes_that_no_map_knew_are_mended_on_their_page(office: District) -> None:
    student(office.lea, A, grade_level_code="UU", school_of_attendance="0000002")
    assert "No file was made yet" in office.text("/Codes")
    office.post("Start", command="Preview")
    office.work()
    text = office.text("/Codes")
    assert "Grade Level UU 1 student" in text
    assert "School of Attendance 0000002 1 student" in text
    assert "13 is no grade SIRAS knows" in words(
        office.post("Codes", command="Code", kind="grade", source="UU", value="13")
    )
    office.post("Codes", command="Code", kind="grade", source="UU", value="us")
    assert "The code has seven digits." in words(office.post("Codes", command="School", source="0000002", code="12"))
    assert "ignores a Site Code" in words(office.post("Codes", command="School", source="0000002", site_code="1"))
    office.post("Codes", command="School", source="0000002", code="1964733", site_code="10")
    office.post("Codes", command="SST", students=f"{A}, L2\nL2")
    assert "Every code of the newest file is mapped." in office.text("/Codes")
    assert list(office.profile.sst_students.values_list("student_id", flat=True)) == [A, "L2"]
    office.post("Start", command="Preview")
    office.work()
    assert Build.objects.latest("pk").unmapped == 0
    office.post("Codes", command="RemoveCode", entry=office.profile.mappings.get().pk)
    office.post("Codes", command="RemoveSchool", entry=office.profile.schools.get().pk)
    assert (office.profile.mappings.count(), office.profile.schools.count()) == (0, 0)


def test_the_host_key_is_pinned_only_after_it_was_compared(district: District) -> None:
    district.change(host_key="", approved_on=None)
    said = words(district.post("Connection", command="Check"))
    assert "is not known here" in said
    assert district.server.fingerprint in said
    assert "has changed meanwhile" in words(district.post("Connection", command="Pin", fingerprint="SHA256:other"))
    shown = f"ecdsa-sha2-nistp256 {district.server.fingerprint}"
    district.post("Connection", command="Pin", fingerprint=shown)
    assert Profile.objects.get().host_key == district.server.host_key
    assert "The connection works" in words(district.post("Connection", command="Check"))
    assert district.sftp_names() == []


def test_a_log_of_siras_is_uploaded_and_matched_line_by_line(district: District) -> None:
    for ssid in (A, B, "9900000003"):
        student(district.lea, ssid)
    known(district.lea, A)
    known(district.lea, B, inactive="Exited")
    known(district.lea, "9900000003", grade="08", gender="F", migrant="N", designation="SPED")
    SirasStudent.objects.filter(ssid="9900000003").update(entity=SirasEntity.objects.get(code="1930924"))
    log = district.night("2026-10-06")
    text = log.text
    SirasLog.objects.all().delete()
    assert district.watch("2026-10-06 08:00").state == "expected"
    file = SimpleUploadedFile("log.csv", text.encode())
    page = words(district.client.post(f"{PAGE}/Logs", {"file": file}, follow=True))
    for part in ("Imported, changed 1", "Not imported 1", "Imported, nothing to change 1", "inactive in SIRAS",
                 "Grade Level: 07 to 08"):  # fmt: skip
        assert part in page
    assert district.watch("2026-10-06 08:00").state == "imported"
    kept = SirasLog.objects.get()
    assert A not in district.text(f"/Log?Log={kept.pk}&Kind=skipped")
    district.client.post(f"{PAGE}/Logs", {"file": SimpleUploadedFile("log.csv", text.encode())})
    assert SirasLog.objects.count() == 1
    wrong = words(district.client.post(f"{PAGE}/Logs", {"file": SimpleUploadedFile("x", b"\xff")}))
    assert "This is no log that can be read here." in wrong


def test_the_emulated_siras_takes_files_by_sftp_and_imports_them(office: District, tmp_path) -> None:
    student(office.lea, A)
    known(office.lea, A)
    key = host_key_in(office.root / "host_key")
    server = Server(root=office.root / "districts", host_key=key, passwords={"1964733": "pass phrase"})
    try:
        office.change(port=server.port, host_key=f"{key.get_name()} {key.get_base64()}")
        run = office.at("2026-10-06 00:20")
        assert (run.state, run.reason) == ("sent", "")
        office.change(send_unchanged=True)
        assert office.at("2026-10-07 00:20").state == "sent"  # over the file of before
        os.utime(office.file, (pacific("2026-10-07 00:20").timestamp(),) * 2)
        out = io.StringIO()
        with clock("2026-10-07 12:00"):
            call_command("emulate_siras", "--root", str(office.root), "--import-now", stdout=out)
            call_command("emulate_siras", "--root", str(office.root), "--import-now", stdout=out)
        assert out.getvalue().splitlines()[0].startswith("1964733_demographics.csv: 1 rows read")
        assert out.getvalue().splitlines()[1] == "No file is new; no log was written."
        assert SirasStudent.objects.get().values["grade"] == "08"
        assert (office.root / "host_key").stat().st_mode & 0o777 == 0o600
        office.change(username="../../etc", send_unchanged=True)
        assert office.at("2026-10-08 00:20").state == "waiting"
    finally:
        server.close()


def test_the_demo_has_a_profile_and_a_siras_that_differs(office: District) -> None:
    Profile.objects.all().delete()
    for number in range(20):
        student(office.lea, f"99000000{number:02d}")
    assert load_demo(as_of=date(2026, 10, 6), code="1964733") is True
    assert load_demo(as_of=date(2026, 10, 6), code="1964733") is False
    profile = Profile.objects.get()
    assert (profile.approved, opened(profile.sealed_password)) == (False, EMULATOR_PASSWORD)
    assert 0 < SirasStudent.objects.exclude(inactive="").count() < SirasStudent.objects.count() < 20
    SirasStudent.objects.all().delete()
    SirasEntity.objects.all().delete()
    assert fill_siras(profile, as_of=date(2026, 10, 6)) == SirasStudent.objects.count()


def test_what_siras_holds_is_taken_from_a_list(office: District, tmp_path) -> None:
    known(office.lea, "9900000009")
    file = tmp_path / "siras.csv"
    head = "SSID,Last Name,First Name,DOB,SCH_CODE,Site Code,Inactive Reason\r\n"
    file.write_text(f"{head}{A},Lopez,Ana,20120304,1930924,,\r\n{B},Ruiz,Eva,20120304,1964733,10,Exited\r\n")
    out = io.StringIO()
    call_command("emulate_siras", "--records", str(file), "--lea", "1964733", stdout=out)
    assert out.getvalue() == "The emulated SIRAS knows 2 students of Alder Unified.\n"
    found = [(each.ssid, each.inactive, str(each.entity)) for each in SirasStudent.objects.order_by("ssid")]
    assert found == [(A, "", "Alder High (1930924)"), (B, "Exited", "Site 10 (1964733)")]
    file.write_text(f"{head}{A},Lopez,Ana,20120304,,,\r\n{A},Lopez,Ana,20120304,,,\r\n")
    for arguments in (["--lea", "1964733"], []):
        with pytest.raises(CommandError):
            call_command("emulate_siras", "--records", str(file), *arguments)
    assert SirasStudent.objects.count() == 2


def test_student_data_go_when_the_files_go_and_counts_stay(district: District) -> None:
    student(district.lea, A, grade_level_code="UU")
    known(district.lea, A)
    log = district.night("2026-10-06")
    with clock("2026-10-07 12:00"):
        SirasLog.objects.update(added_at=pacific("2026-10-06 02:05"))
        retention.expire()
        assert (Build.objects.get().lines.count(), log.lines.count() > 0, bool(log.text)) == (1, True, True)
    with clock("2026-12-06 12:00"):
        retention.expire()
    log.refresh_from_db()
    assert (Build.objects.get().lines.count(), log.lines.count(), log.text) == (0, 0, "")
    assert (Build.objects.get().unmapped, log.counts["read"]) == (1, 1)


def test_what_siras_maps_by_itself_is_what_preview_and_emulator_go_by(office: District) -> None:
    said = words(send(office, grades="K = kn\nPK = TK", headers="Surname = last name"))
    assert "The profile was saved." in said
    kept = Profile.objects.get()
    assert (kept.siras_grades, kept.siras_headers) == ({"K": "KN", "PK": "TK"}, {"Surname": "last_name"})
    options = options_of(kept)
    assert (options.grades, options.headers) == (kept.siras_grades, kept.siras_headers)
    assert "K = KN\nPK = TK" in office.client.get(f"{PAGE}/Profile").content.decode()
    office.post("Codes", command="Code", kind="grade", source="KN", value="K")
    assert list(office.profile.mappings.values_list("source", "value")) == [("KN", "K")]
    student(office.lea, A, grade_level_code="KN")
    known(office.lea, A, grade="01")
    office.post("Start", command="Preview")
    office.work()
    [line] = Build.objects.get().lines.filter(section="outcome")
    assert line.changes[0] == ["Grade Level", "01", "KN"]

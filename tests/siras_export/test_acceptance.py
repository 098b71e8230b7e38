"""The ten examples of spec siras, section 10: from the nightly schedule, over real SFTP, to SIRAS' records and log."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from accounts.sealing import sealed
from ods.models import StudentEnrollment, StudentInformation
from siras_export.models import CodeMapping, SchoolCode, SirasEntity, SirasLog
from tests.factories.siras import ELEMENTARY, HIGH, enroll, entity, inform, known, language, program, sped, student
from tests.siras_export.district import District, pacific, rows

pytestmark = pytest.mark.django_db(transaction=True)

A, B, C = "9900000001", "9900000002", "9900000003"


class AtOpenSsh(District):
    def sftp_names(self) -> list[str]:
        """What lies there: no draft is left behind."""
        return sorted(path.name for path in self.file.parent.iterdir())


@pytest.fixture(params=["asyncssh", "openssh"])
def district(request: pytest.FixtureRequest, lea: Any, user: Any, tmp_path: Path) -> District:
    """Sends to the tests' own server, and to OpenSSH's."""
    if request.param == "asyncssh":
        found: District = District(lea, user, tmp_path / "siras", request.getfixturevalue("sftp"))
    else:
        server = request.getfixturevalue("openssh")
        found = AtOpenSsh(lea, user, tmp_path / "siras")
        found.file.parent.mkdir(parents=True)
        found.change(
            port=server.port, username=server.username, host_key=server.host_key, sealed_password="",
            sealed_key=sealed(server.client_key), folder=str(found.file.parent),
        )  # fmt: skip
    for code in (HIGH, ELEMENTARY):
        entity(lea, code)
    return found


def lines(log: SirasLog, *kinds: str) -> list[tuple[str, str, str, str, str]]:
    found = log.lines.filter(kind__in=kinds) if kinds else log.lines.exclude(kind="note")
    return [(line.ssid, line.field, line.old, line.new, line.words) for line in found.order_by("pk")]


def test_1_the_same_file_is_imported_once_and_the_second_night_leaves_no_log(district: District) -> None:
    student(district.lea, A)
    known(district.lea, A)
    assert district.night("2026-10-06").counts["updated"] == 1
    assert district.watch("2026-10-06 08:00").state == "imported"
    assert district.night("2026-10-07") is None
    run = district.profile.runs.get(night="2026-10-07")
    assert (run.state, district.sftp_names()) == ("nothing", [district.profile.file_name])
    second = district.watch("2026-10-07 08:00")
    assert (second.state, second.reason) == ("skipped", "unchanged")
    assert "nothing to send" in second.words
    assert (SirasLog.objects.count(), district.alarms()) == (1, [])


def test_2_a_file_of_eight_days_ago_is_left_alone(district: District) -> None:
    student(district.lea, A)
    district.at("2026-10-06 00:20")
    district.change(days="1")  # Tuesdays
    assert district.siras("2026-10-14 02:05") == []
    late = district.watch("2026-10-14 08:00")
    # By its rules SIRAS had imported it in its own night, so that reason comes first.
    assert (late.state, late.reason) == ("skipped", "unchanged")
    os.utime(district.file, (pacific("2026-10-07 02:04").timestamp(),) * 2)
    assert len(district.siras("2026-10-14 02:04")) == 1  # to the second a week: not older


def test_3_nothing_in_july_and_the_first_of_august_again(district: District) -> None:
    enroll(district.lea, A, enrollment_start_date=date(2026, 6, 1))
    sped(district.lea, A, since=date(2026, 6, 1))
    known(district.lea, A)
    assert district.night("2026-07-15") is None
    assert (district.profile.runs.get(night="2026-07-15").state, district.file.exists()) == ("summer", False)
    july = district.watch("2026-07-15 08:00")
    assert (july.state, july.reason) == ("skipped", "summer")
    # Even a file that is put there by hand waits.
    district.file.parent.mkdir(parents=True, exist_ok=True)
    district.file.write_text("SSID,Last Name,First Name,Birthdate\r\n")
    os.utime(district.file, (pacific("2026-07-15 00:10").timestamp(),) * 2)
    assert district.siras("2026-07-15 02:05") == []
    assert district.night("2026-08-01").counts["updated"] == 1
    assert district.alarms() == []


def test_4_a_grade_is_updated_and_a_name_is_not_unless_that_was_asked_for(district: District) -> None:
    student(district.lea, A, legal_last_name="Lopes", local_id="7")
    known(district.lea, A, local_id="7")
    log = district.night("2026-10-06")
    assert lines(log, "changed")[0] == (A, "Grade Level", "07", "08", "")
    assert lines(log, "problem") == [(A, "Last Name", "", "", "differs from SIRAS; it is left as it is there.")]
    assert (district.known(A).values["grade"], district.known(A).values["last_name"]) == ("08", "Lopez")
    district.change(siras_identifying=True, send_unchanged=True)
    assert lines(district.night("2026-10-07"), "changed") == [(A, "Last Name", "Lopez", "Lopes", "")]
    assert district.known(A).values["last_name"] == "Lopes"


def test_5_an_inactive_student_is_untouched_and_logged(district: District) -> None:
    student(district.lea, A)
    known(district.lea, A, inactive="Exited")
    assert lines(district.night("2026-10-06")) == [
        (A, "inactive", "", "", "The student is inactive in SIRAS, which is left as it is.")
    ]
    assert (district.known(A).values["grade"], district.known(A).last_import_at) == ("07", None)


def test_6_an_unknown_ssid_is_created_only_as_what_was_asked_for(district: District) -> None:
    student(district.lea, A)
    enroll(district.lea, B)
    program(district.lea, B)
    district.change(student_filter="combined")
    assert [line[:2] for line in lines(district.night("2026-10-06"), "skipped")] == [(A, "not_found"), (B, "not_found")]
    district.change(siras_creates_504=True, send_unchanged=True)
    log = district.night("2026-10-07")
    assert (lines(log, "created"), district.known(A)) == ([(B, "", "", "504", "")], None)
    assert district.known(B).values["designation"] == "504"
    assert district.known(B).values["grade"] == "08"


def test_7_of_schools_that_share_a_code_one_stays_or_is_the_default_or_what_the_site_code_says(
    district: District,
) -> None:
    lea, shared = district.lea, "1964733"
    other = SirasEntity.objects.get(code=HIGH)
    default, second = entity(lea, shared, "A", site="1", default=True), entity(lea, shared, "B", site="2")
    known(lea, A, at=second)
    known(lea, B, at=other)
    known(lea, C, at=default)
    for ssid, school in ((A, "7000001"), (B, "7000001"), (C, "7000002")):
        student(lea, ssid, school_of_attendance=school)
    SchoolCode.objects.create(profile=district.profile, source="7000001", code=shared)
    SchoolCode.objects.create(profile=district.profile, source="7000002", code=shared, site_code="2")
    district.night("2026-10-06")
    assert [district.known(ssid).entity for ssid in (A, B, C)] == [second, default, second]


def test_8_alternate_headers_land_in_the_right_fields(district: District) -> None:
    student(district.lea, A)
    known(district.lea, A)
    district.change(header_style="short", siras_creates=True)
    student(district.lea, B, legal_last_name="Last", legal_first_name="First")
    log = district.night("2026-10-06")
    head = district.file.read_text().splitlines()[0].split(",")
    assert head[:5] == ["SSID", "LOCAL_ID", "LAST_NAME", "FIRST_NAME", "BIRTHDATE"]
    assert [log.counts[name] for name in ("updated", "created")] == [1, 1]
    created = district.known(B).values
    assert (created["last_name"], created["first_name"], created["birthdate"]) == ("Last", "First", "20120304")


def test_9_a_value_out_of_its_set_is_an_error_line_and_the_rest_counts(district: District) -> None:
    student(district.lea, A)
    language(district.lea, A, "ADEL", None)
    known(district.lea, A, el_status="EL")
    # Left to itself the portal sends a blank; a district that maps it to itself learns from SIRAS.
    CodeMapping.objects.create(profile=district.profile, kind="el", source="ADEL", value="ADEL")
    log = district.night("2026-10-06")
    assert lines(log, "problem") == [
        (A, "English Language Acquisition Status Code", "", "", "ADEL is not one of EL, EO, IFEP, RFEP, TBD")
    ]
    assert (district.known(A).values["grade"], district.known(A).values["el_status"]) == ("08", "EL")


def test_10_a_workbook_with_the_ssid_as_a_number_keeps_codes_of_text(district: District) -> None:
    lea = district.lea
    school = entity(lea, "0161119")
    known(lea, A)
    district.change(file_type="xlsx", file_name="a.xlsx")
    student(lea, A, school_of_attendance="0161119")
    district.night("2026-10-06")
    assert (district.known(A).entity, district.known(A).values["grade"]) == (school, "08")
    # And one that somebody saved with numbers.
    book = Workbook()
    book.active.append(["SSID", "LAST_NAME", "FIRST_NAME", "DOB", "SCH_CODE", "GRADE"])
    book.active.append([int(A), "Lopez", "Ana", "20120304", "0161119", 9])
    book.save(district.file)
    os.utime(district.file, (pacific("2026-10-07 00:20").timestamp(),) * 2)
    [log] = district.siras("2026-10-07 02:05")
    assert lines(log) == [(A, "Grade Level", "08", "09", "")]
    assert district.known(A).entity == school


def test_a_second_file_for_504_plans_is_imported_as_such(district: District) -> None:
    lea = district.lea
    student(lea, A)
    enroll(lea, B, school_of_attendance=ELEMENTARY)
    inform(lea, B)
    program(lea, B)
    district.change(separate_504=True, siras_creates_504=True)
    district.at("2026-10-06 00:20")
    assert sorted(log.file_name for log in district.siras("2026-10-06 02:05")) == [
        "1964733_demographics.csv", "1964733_demographics_504.csv",
    ]  # fmt: skip
    assert (district.known(A), district.known(B).values["designation"]) == (None, "504")
    assert [row["SSID"] for row in rows(district.file)] == [A]


def test_a_night_later_what_changed_in_the_ods_has_reached_siras(district: District) -> None:
    student(district.lea, A)
    inform(district.lea, A)
    known(district.lea, A)
    for number in range(10, 20):
        student(district.lea, f"99000000{number}")
    district.night("2026-10-06")
    StudentEnrollment.objects.filter(ssid=A).update(grade_level_code="09")
    StudentInformation.objects.filter(ssid=A).update(gender_code="X")
    log = district.night("2026-10-07")
    assert {line[1:4] for line in lines(log, "changed")} == {("Grade Level", "08", "09"), ("Gender", "F", "X")}
    made = district.profile.runs.get(night="2026-10-07").build_job.siras_build
    assert (made.added, made.removed, made.changed, made.before) == (0, 0, 1, 11)

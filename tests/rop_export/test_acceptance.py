"""The ten acceptance examples of spec rop, section 10: on the page, through a job, to the downloaded files."""

from __future__ import annotations

from datetime import date

import pytest

from jobs.models import Job
from tests.factories.organizations import make_school
from tests.factories.people import grant, make_user
from tests.factories.rop import HIGH, add_section, loaded, packet, seat, student, week
from tests.rop_export.office import PAGE, RANGE, Office, errors_on, one_student

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

MON, TUE, WED, THU, FRI = week()


def test_example_1_full_cds_or_school_number(lea, office):
    loaded(lea, one_student(lea, packet(HIGH)))
    off, on = office.rows(full_cds=None), office.rows(full_cds="on")
    assert [row["CONC_HS_SITE_ID"] for row in off + on] == ["3030637", "30666213030637"]
    assert [row["DISTRICT_ID"] for row in off + on] == ["30666210000000", "30666210000000"]


def test_example_2_types_program_143_and_the_excluded_code(lea, office):
    found = packet()
    add_section(found, "1", course_type="32", user_3="NO")
    add_section(found, "2", course_type="30", program="143", user_3="NO")
    add_section(found, "3", course_type="32", user_2="NO")
    add_section(found, "4", course_type="30", program="143")
    add_section(found, "5", course_type="30")
    add_section(found, "6", course_type="9")
    student(lea, "1")
    for number in "123456":
        seat(found, "1", number)
    loaded(lea, found)

    def sections(**given):
        return [row["ATT_ROW_ID"][-1] for row in office.rows(**given)]

    assert sections() == ["1", "3"]
    assert sections(program_143="on") == ["1", "2", "3", "4"]
    assert sections(program_143="on", exclude="user_3:NO") == ["3", "4"]
    assert sections(course_types=["30", "32"], exclude="user_3:NO") == ["3", "4", "5"]


def test_example_3_a_student_in_two_sections_is_two_records(lea, office):
    found = seat(add_section(one_student(lea), "203"), "123456", "203")
    loaded(lea, found)
    assert [row["ATT_ROW_ID"] for row in office.rows()] == ["123456-0101", "123456-0203"]


def test_example_4_minutes_off_and_on(lea, office):
    loaded(lea, one_student(lea))
    job = office.run()
    assert [file.role for file in job.files.all()] == ["rop"]
    assert "TOTAL_MINUTES" not in office.file(job)[0]
    assert errors_on(office.press(minutes="on")) == [
        "Start Date: Give the Start Date, as MM/DD/YYYY, or untick Attendance Instructional Minutes.",
        "End Date: Give the End Date, as MM/DD/YYYY, or untick Attendance Instructional Minutes.",
    ]
    assert Job.objects.count() == 1
    assert sorted(file.role for file in office.run(**RANGE).files.all()) == ["minutes", "rop"]


def test_example_5_a_week_with_an_absence_a_tardy_and_a_minimum_day(lea, office):
    found = one_student(lea)
    for row in found.files["calendar_days"]:
        if row["day"] == str(FRI):
            row["bell_schedule"] = "MIN"
    for day, code in ((TUE, "A"), (WED, "T")):
        found.add("period_attendance", school=HIGH, local_student_id="123456", day=day, period="2", code=code)
    loaded(lea, found)
    job = office.run(**RANGE)
    assert [row["TOTAL_MINUTES"] for row in office.file(job)] == ["185"]
    assert [(row["MINUTES"], row["ATT_CODE"]) for row in office.file(job, "minutes")] == [
        ("50", ""), ("0", "A"), ("50", "T"), ("50", ""), ("35", ""),
    ]  # fmt: skip


def test_example_6_keep_grade_12(lea, office):
    found = one_student(lea, grade="11")
    student(lea, "2", grade="12")
    student(lea, "3", grade="10")
    for local_id in "23":
        seat(found, local_id, "101")
    loaded(lea, found)
    answer = office.client.post(f"{PAGE}/KeepSkip", {"school": "0", "verb": "KEEP", "grades": "12", "command": "Add"})
    assert answer.status_code == 302
    banner = office.page().xpath("//*[@id='keep-skip']")[0].text_content()
    assert "Records are being skipped: 2 students left out" in banner
    assert "KEEP grade 12" in banner
    job = office.run(**RANGE)
    assert {row["ATT_ROW_ID"] for row in office.file(job) + office.file(job, "minutes")} == {"2-0101"}
    assert "Keep/Skip left out 2 students" in office.page().text_content()
    office.client.post(f"{PAGE}/KeepSkip", {"school": "0", "command": "Reset"})
    assert office.page().xpath("//*[@id='keep-skip']") == []
    assert len(office.rows()) == 3


def test_example_7_inactive_schools_are_not_listed_by_default(lea, office):
    make_school(lea, "3030645", "Orchard Closed")
    found = packet(HIGH, "3030645")
    found.files["schools"][2]["tag"] = "I"
    loaded(lea, found)

    def listed(query=""):
        return office.page(query).xpath("//input[@name='schools']/@value")

    assert listed() == [HIGH]
    assert listed("?show_inactive=1") == ["3030645", HIGH]
    assert listed("?school=3030645") == ["3030645"]


def test_example_8_from_the_district_only_with_a_district_calendar(lea, office):
    found = one_student(lea)
    found.files["calendars"] = [row for row in found.files["calendars"] if row["school"] != "0"]
    loaded(lea, found)
    refused = errors_on(office.press())
    assert len(refused) == 1
    assert refused[0].startswith("There is no District Calendar with a start and an end date")
    assert Job.objects.count() == 0
    assert len(office.rows(school=HIGH)) == 1


def test_example_9_a_second_administrator_sees_the_line_and_cannot_download(lea, office):
    loaded(lea, one_student(lea))
    job = office.run()
    second = make_user("ben")
    grant(second, "rop_administer", lea)
    other = Office(second)
    line = other.page().xpath(f"//tr[@data-row='{job.pk}-rop']")[0]
    assert "ada" in line.text_content()
    assert line.xpath(".//a[contains(@href, 'Download')]") == []
    for address in (
        f"{PAGE}/Download?Run={job.pk}&File=rop",
        f"{PAGE}/Download?Run={job.pk}&File=minutes",
        f"/Extract/DownloadLink?ExtractRequestID={job.pk}",
        f"/Extract/DownloadLink?ExtractRequestID={job.pk}&format=csv",
    ):
        answer = other.client.get(address)
        assert answer.status_code in (403, 410), address
        assert b"Ruiz" not in answer.content
    assert other.client.post(f"{PAGE}/Cancel", {"Run": job.pk}).status_code == 404
    assert len(office.file(job)) == 1


def test_example_10_flex_takes_staff_short_title_and_class_attendance(lea, office):
    found = packet(scheduling="F")
    found.add("staff", staff="S1", last_name="Ochoa", first_name="Ben")
    add_section(found, "101", staff="S1", flex_period="Flx 2")
    student(lea, "123456")
    seat(found, "123456", "101")
    for day in (MON, WED, FRI):
        found.add("class_calendar", school=HIGH, section="101", day=day)
    found.add("class_attendance", school=HIGH, local_student_id="123456", section="101", day=WED, code="A")
    found.add("period_attendance", school=HIGH, local_student_id="123456", day=MON, period="2", code="A")
    found.add("grades", school=HIGH, local_student_id="123456", section="101", entered=date(2026, 9, 1), mark="B+")
    found.add("grades", school=HIGH, local_student_id="123456", course="C101", period="2", entered=MON, mark="F")
    loaded(lea, found)
    job = office.run(**RANGE)
    row = office.file(job)[0]
    assert (row["SECTION_ID_1"], row["SECTION_ID_2"], row["GRADE_EARNED"]) == ("Ochoa, Ben", "Flx 2", "B+")
    assert [(row["ATT_DATE"], row["MINUTES"], row["ATT_CODE"]) for row in office.file(job, "minutes")] == [
        ("20260914", "50", ""), ("20260916", "0", "A"), ("20260918", "50", ""),
    ]  # fmt: skip

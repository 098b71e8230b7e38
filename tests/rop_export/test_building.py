"""The two files: selection, columns, minutes, and what a run has to say (spec rop, 3 to 8)."""

from datetime import date, timedelta

import pytest

from rop_export import reporting
from tests.factories.organizations import make_school
from tests.factories.rop import HIGH, add_section, language, loaded, packet, seat, student, week

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

MON, TUE, WED, THU, FRI = week()


def test_every_column_of_a_student_with_everything(lea, run):
    ssid = student(
        lea,
        "123456",
        last_name="O'Neil-Smith, Jr. 3rd!",
        first_name="Zoë",
        information={
            "legal_middle_name": "M.4",
            "hispanic_ethnicity_indicator": "Y",
            "race_1_code": "100",
            "race_2_code": "700",
            "address_line_1": "12 1/2 Main St. #4; rear",
            "address_city_name": "St. Helena, CA",
            "address_state_province_code": "US-CA",
            "address_zip_code": "94574-1234",
        },
    )
    language(lea, ssid, "spa")
    found = add_section(packet(), "1", course="4711")
    found.files["courses"][0]["title"] = 'Auto "Body", II'
    seat(found, "123456", "1", start="2026-08-17")
    found.add("students", local_student_id="123456", home_phone="707-555-0100")
    found.add("contacts", local_student_id="123456", contact_order=2, name="Later, Liz", telephone="1")
    found.add(
        "contacts", local_student_id="123456", contact_order=1, last_name="Ruiz", first_name="Eva 2",
        work_phone="707-555-0101", work_extension="12", cell_phone="707-555-0102",
    )  # fmt: skip
    found.add("grades", school=HIGH, local_student_id="123456", course="4711", period="2", entered=MON, mark="B")
    found.add("grades", school=HIGH, local_student_id="123456", course="4711", period="2", entered=WED, mark="A-")
    found.add(
        "grades", school=HIGH, local_student_id="123456", course="4711", period="2", entered="2026-09-19", mark="F"
    )
    found.add("grades", school=HIGH, local_student_id="123456", course="4711", period="3", entered=WED, mark="D")
    loaded(lea, found)
    assert run(clean=True).text == (
        "ATT_ROW_ID,DISTRICT_ID,AC_CODE,CONC_HS_SITE_ID,CSIS_NUMBER,HIGH_SCHOOL_STUDENT_NUMBER,LAST_NAME,FIRST_NAME,"
        "MIDDLE_NAME,BIRTHDATE,BIRTHPLACE,GENDER,IS_HISPANIC,RACE_CODES,LANGUAGE_ID,STREET,CITY,STATE,ZIP,HOME_PHONE,"
        "EMER_PHONE,EMER_PHONE_EXT,EMER_CONTACT,GRADE_LEVEL,ENTRY_DATE,EXIT_DATE,COURSE_ID,COURSE_TITLE,SECTION_ID_1,"
        "SECTION_ID_2,GRADE_EARNED,TOTAL_MINUTES\r\n"
        f'123456-0001,30666210000000,C,3030637,{ssid},123456,"O\'Neil-Smith, Jr. rd",Zoë,'
        'M.,20090412,"Eagle Point, OR, US",F,YES,"100,700",spa,12 1/2 Main St. #4 rear,St. Helena CA,CA,94574-1234,'
        '707-555-0100,707-555-0101,12,"Ruiz, Eva",11,20260817,,4711,"Auto ""Body"", II","Rivera, Luz",'
        "2,A-,250\r\n"
    )


def test_without_cleaning_values_are_as_stored(lea, run):
    student(lea, "1", last_name="D'Angelo 2nd!", information={"address_line_1": "1; Main"})
    loaded(lea, seat(add_section(packet(), "1"), "1", "1"))
    assert (run().rows[0]["LAST_NAME"], run().rows[0]["STREET"]) == ("D'Angelo 2nd!", "1; Main")


def test_the_daily_file(lea, run):
    student(lea, "7")
    found = seat(add_section(packet(), "12"), "7", "12")
    found.add("period_attendance", school=HIGH, local_student_id="7", day=TUE, period="2", code="A")
    loaded(lea, found)
    assert run(full_cds=True).daily_text == (
        "ATT_ROW_ID,DISTRICT_ID,CONC_HS_SITE_ID,HIGH_SCHOOL_STUDENT_NUMBER,ATT_DATE,MINUTES,ATT_CODE\r\n"
        "7-0012,30666210000000,30666213030637,7,20260914,50,\r\n"
        "7-0012,30666210000000,30666213030637,7,20260915,0,A\r\n"
        "7-0012,30666210000000,30666213030637,7,20260916,50,\r\n"
        "7-0012,30666210000000,30666213030637,7,20260917,50,\r\n"
        "7-0012,30666210000000,30666213030637,7,20260918,50,\r\n"
    )


def test_rows_by_school_student_and_section(lea, run):
    make_school(lea, "3030645", "Orchard Adult")
    found = packet(HIGH, "3030645")
    for school in (HIGH, "3030645"):
        for number in ("10001", "203", "12"):
            add_section(found, number, school=school)
    for local_id, school in (("12", "3030645"), ("123", HIGH), ("12", HIGH)):
        for number in ("203", "10001", "12"):
            seat(found, local_id, number, school=school)
    for local_id in ("12", "123"):
        student(lea, local_id)
    loaded(lea, found)
    assert run(schools=(HIGH, "3030645")).column("ATT_ROW_ID") == [
        "12-0012", "12-0203", "12-10001", "123-0012", "123-0203", "123-10001", "12-0012", "12-0203", "12-10001",
    ]  # fmt: skip


def test_an_enrollment_counts_from_its_first_day_to_its_last(lea, run):
    student(lea, "1")
    loaded(lea, seat(add_section(packet(), "1"), "1", "1", start=TUE, end=THU))
    assert [day["ATT_DATE"] for day in run().days] == ["20260915", "20260916", "20260917"]
    row = run().rows[0]
    assert (row["ENTRY_DATE"], row["EXIT_DATE"], row["TOTAL_MINUTES"]) == ("20260915", "20260917", "150")


@pytest.mark.parametrize(("start", "end", "there"), [(MON, MON, 1), ("2026-08-12", MON - timedelta(days=3), 0),
                                                     (FRI, "", 1), (FRI + timedelta(days=3), "", 0)])  # fmt: skip
def test_with_a_range_every_overlapping_enrollment_comes(lea, run, start, end, there):
    student(lea, "1")
    loaded(lea, seat(add_section(packet(), "1"), "1", "1", start=start, end=end))
    assert len(run().rows) == there


def test_without_a_range_the_enrollments_of_the_run_date_come(lea, run):
    for local_id in "123":
        student(lea, local_id)
    found = add_section(packet(), "1")
    seat(found, "1", "1", end="2026-09-17")
    seat(found, "2", "1", end="2026-09-18")
    seat(found, "3", "1", start="2026-09-19")
    loaded(lea, found)
    assert run(minutes=False).column("ATT_ROW_ID") == ["2-0001"]


def test_who_left_a_section_and_came_back_is_one_record(lea, run):
    student(lea, "1")
    found = add_section(packet(), "1")
    seat(found, "1", "1", start="2026-08-12", end=MON)
    seat(found, "1", "1", start=THU)
    loaded(lea, found)
    files = run()
    assert [day["ATT_DATE"] for day in files.days] == ["20260914", "20260917", "20260918"]
    assert [(row["ENTRY_DATE"], row["EXIT_DATE"], row["TOTAL_MINUTES"]) for row in files.rows] == [
        ("20260812", "", "150")
    ]


def test_inactive_students_come_only_with_minutes(lea, run):
    student(lea, "1", exit=WED)
    student(lea, "2", exit=WED)
    found = add_section(packet(), "1")
    seat(found, "1", "1", end=WED)
    seat(found, "2", "1", end=WED)
    for day in (MON, TUE, WED):
        found.add("day_attendance", school=HIGH, local_student_id="2", day=day, code="A")
    loaded(lea, found)
    files = run()
    assert files.column("ATT_ROW_ID") == ["1-0001"]
    assert {day["ATT_ROW_ID"] for day in files.days} == {"1-0001"}
    assert run(minutes=False, today=FRI).rows == []


def test_a_student_enrolled_at_another_school_of_the_lea_is_no_stranger(lea, run):
    make_school(lea, "3030645", "Orchard South")
    student(lea, "1", school="3030645", grade="12")
    loaded(lea, seat(add_section(packet(), "1"), "1", "1"))
    assert run().column("GRADE_LEVEL") == ["12"]


def test_demographics_are_those_in_force_on_the_end_date(lea, run):
    ssid = student(lea, "1", information={"effective_end_date": WED, "address_line_1": "Old Street"})
    first = lea_information(ssid)
    first.pk, first.effective_start_date, first.effective_end_date = None, THU, None
    first.address_line_1 = "New Street"
    first.save()
    loaded(lea, seat(add_section(packet(), "1"), "1", "1"))
    assert run().column("STREET") == ["New Street"]
    assert run(end=WED).column("STREET") == ["Old Street"]


def lea_information(ssid):
    from ods.models import StudentInformation  # noqa: PLC0415  # of one test

    return StudentInformation.objects.get(ssid=ssid)


def test_all_day_codes_count_in_negative_attendance_where_the_period_has_none(lea, run):
    student(lea, "1")
    found = seat(add_section(packet(), "1"), "1", "1")
    found.add("day_attendance", school=HIGH, local_student_id="1", day=MON, code="A")
    found.add("day_attendance", school=HIGH, local_student_id="1", day=TUE, code="A")
    found.add("period_attendance", school=HIGH, local_student_id="1", day=TUE, period="2", code="T")
    found.add("period_attendance", school=HIGH, local_student_id="1", day=WED, period="3", code="A")
    loaded(lea, found)
    assert [(day["MINUTES"], day["ATT_CODE"]) for day in run().days] == [
        ("0", "A"), ("50", "T"), ("50", ""), ("50", ""), ("50", ""),
    ]  # fmt: skip


def test_positive_attendance_gives_minutes_for_recorded_presence_alone(lea, run):
    student(lea, "1")
    found = seat(add_section(packet(attendance="P"), "1"), "1", "1")
    for day, code, minutes in ((MON, "P", ""), (TUE, "P", 30), (WED, "", 70), (THU, "A", 40)):
        found.add(
            "period_attendance", school=HIGH, local_student_id="1", day=day, period="2", code=code, minutes=minutes
        )
    found.add("day_attendance", school=HIGH, local_student_id="1", day=FRI, code="P")
    loaded(lea, found)
    files = run()
    assert [(day["MINUTES"], day["ATT_CODE"]) for day in files.days] == [
        ("50", "P"), ("30", "P"), ("50", ""), ("0", "A"), ("0", ""),
    ]  # fmt: skip
    assert files.column("TOTAL_MINUTES") == ["130"]
    assert [(line.severity, line.section, line.day, line.words) for line in files.outcome.report.lines] == [
        ("warning", "0001", WED, reporting.CAPPED.format(students="1 student"))
    ]


def test_several_periods_block_calendar_and_custom_bell_schedule(lea, run):
    student(lea, "1")
    found = seat(add_section(packet(), "1", periods="2 3"), "1", "1")
    found.add("block_calendar", school=HIGH, day=TUE, periods="1 3")
    found.add("block_calendar", school=HIGH, day=WED, periods="1")
    for row in found.files["calendar_days"]:
        if row["day"] == str(THU):
            row["bell_schedule"] = "MIN"
    found.add("period_attendance", school=HIGH, local_student_id="1", day=FRI, period="3", code="A")
    loaded(lea, found)
    files = run()
    assert [(day["ATT_DATE"], day["MINUTES"], day["ATT_CODE"]) for day in files.days] == [
        ("20260914", "100", ""), ("20260915", "50", ""), ("20260917", "70", ""), ("20260918", "50", "A"),
    ]  # fmt: skip
    assert files.column("TOTAL_MINUTES") == ["270"]


def test_a_period_without_bell_schedule_counts_nothing_and_is_named_for_each_day(lea, run):
    student(lea, "1")
    student(lea, "2")
    found = add_section(packet(), "1", periods="2 9")
    seat(found, "1", "1", end=TUE)
    seat(found, "2", "1", start=TUE, end=TUE)
    loaded(lea, found)
    files = run()
    assert files.column("TOTAL_MINUTES") == ["100", "50"]
    assert [(line.severity, line.school, line.section, line.day) for line in files.outcome.report.lines] == [
        ("error", HIGH, "0001", MON),
        ("error", HIGH, "0001", TUE),
    ]
    assert files.outcome.report.lines[0].words == reporting.NO_BELLS


def test_what_a_run_says_of_sections_and_students(lea, run):
    student(lea, "1", information=None)
    found = add_section(add_section(packet(), "1", teacher=""), "2", period="")
    seat(found, "1", "1")
    seat(found, "1", "2")
    seat(found, "ghost", "2")
    loaded(lea, found)
    files = run()
    assert files.column("ATT_ROW_ID") == ["1-0001", "1-0002"]
    assert files.column("SECTION_ID_1") == ["", "Rivera, Luz"]
    assert files.column("LAST_NAME") == ["Ruiz", "Ruiz"]
    assert [(line.severity, line.section, line.words) for line in files.outcome.report.lines] == [
        ("error", "0002", reporting.NOT_IN_ODS.format(students="1 student")),
        ("warning", "", reporting.NO_INFORMATION.format(students="1 student")),
        ("warning", "0001", reporting.NO_TEACHER),
        ("error", "0002", reporting.NO_PERIOD),
    ]
    assert (files.outcome.report.errors, files.outcome.report.warnings) == (2, 2)


def test_students_of_a_track_go_by_its_calendar(lea, run):
    for local_id in "123":
        student(lea, local_id)
    found = add_section(packet(), "1")
    found.add("calendars", school=HIGH, track="B", start="2026-08-12", end="2027-06-10")
    found.add_days(HIGH, (MON, TUE), track="B")
    for local_id, track in (("1", "B"), ("2", "C"), ("3", "")):
        seat(found, local_id, "1")
        found.add("students", local_student_id=local_id, track=track)
    loaded(lea, found)
    files = run()
    assert files.column("TOTAL_MINUTES") == ["100", "0", "250"]
    assert [line.words for line in files.outcome.report.lines] == [reporting.NO_TRACK.format(students="1 student")]


def test_a_range_beyond_today_is_warned_of(lea, run):
    student(lea, "1")
    loaded(lea, seat(add_section(packet(), "1"), "1", "1"))
    assert [line.words for line in run(today=THU).outcome.report.lines] == [reporting.IN_FUTURE]
    assert run(today=FRI).outcome.report.lines == []


def test_a_school_whose_days_lie_outside_the_range_is_warned_of(lea, run):
    make_school(lea, "3030645", "Orchard South")
    found = add_section(add_section(packet(HIGH, "3030645"), "1"), "2", school="3030645")
    found.files["calendar_days"] = [
        row for row in found.files["calendar_days"] if row["school"] == HIGH or row["day"] == str(MON)
    ]
    student(lea, "1")
    seat(found, "1", "1")
    seat(found, "1", "2", school="3030645")
    loaded(lea, found)
    files = run(schools=(HIGH, "3030645"), start=TUE)
    assert files.column("TOTAL_MINUTES") == ["200", "0"]
    assert [(line.school, line.words) for line in files.outcome.report.lines] == [("3030645", reporting.NO_DAY)]


def test_section_staff_with_ordinary_scheduling_keeps_the_period_and_its_attendance(lea, run):
    student(lea, "1")
    found = add_section(packet(section_staff=True), "1", staff="S1", flex_period="Flx")
    found.add("staff", staff="S1", last_name="Ochoa", first_name="Ben")
    seat(found, "1", "1")
    found.add("period_attendance", school=HIGH, local_student_id="1", day=MON, period="2", code="A")
    found.add("class_attendance", school=HIGH, local_student_id="1", section="1", day=TUE, code="A")
    found.add("grades", school=HIGH, local_student_id="1", section="1", entered=MON, mark="C")
    loaded(lea, found)
    row = run().rows[0]
    assert (row["SECTION_ID_1"], row["SECTION_ID_2"], row["GRADE_EARNED"], row["TOTAL_MINUTES"]) == (
        "Ochoa, Ben", "2", "C", "200",
    )  # fmt: skip


def test_an_lea_sees_nothing_of_another(lea, run):
    from tests.factories.organizations import make_lea  # noqa: PLC0415  # of one test

    other = make_lea("3768338", "Birch Unified")
    make_school(other, "3730033", "Birch High")
    student(lea, "1")
    student(other, "1", school="3730033", last_name="Stranger")
    for owner, school in ((lea, HIGH), (other, "3730033")):
        loaded(owner, seat(add_section(packet(school), "1", school=school), "1", "1", school=school))
    files = run(schools=(HIGH, "3730033"))
    assert files.column("LAST_NAME") == ["Ruiz"]
    assert len(files.days) == 5


def test_marks_of_the_end_date_or_before_count(lea, run):
    student(lea, "1")
    found = seat(add_section(packet(), "1", course="X"), "1", "1")
    found.add("grades", school=HIGH, local_student_id="1", course="X", period="2", entered=date(2026, 9, 17), mark="B")
    found.add("grades", school=HIGH, local_student_id="1", course="X", period="2", entered=date(2026, 9, 18), mark="A")
    loaded(lea, found)
    assert (run(end=THU).column("GRADE_EARNED"), run().column("GRADE_EARNED")) == (["B"], ["A"])


@pytest.mark.parametrize(
    ("phones", "shown"),
    [
        ({"telephone": "1", "work_phone": "2", "cell_phone": "3"}, "1"),
        ({"work_phone": "2", "cell_phone": "3"}, "2"),
        ({"cell_phone": "3"}, "3"),
        ({}, ""),
    ],
)
def test_the_first_of_a_contacts_phones_that_is_filled(lea, run, phones, shown):
    student(lea, "1")
    found = seat(add_section(packet(), "1"), "1", "1")
    loaded(lea, found.add("contacts", local_student_id="1", contact_order=1, name="Ruiz, Eva", **phones))
    assert run().column("EMER_PHONE") == [shown]


def test_attendance_of_those_without_a_class_is_passed_over(lea, run):
    found = add_section(packet(), "1")
    for local_id in ("1", "3", "5"):
        student(lea, local_id)
        for day in (MON, WED):
            found.add("period_attendance", school=HIGH, local_student_id=local_id, day=day, period="2", code="A")
    for local_id in ("0", "2", "4", "9"):
        found.add("period_attendance", school=HIGH, local_student_id=local_id, day=TUE, period="2", code="A")
        found.add("day_attendance", school=HIGH, local_student_id=local_id, day=THU, code="A")
    for local_id in ("1", "3", "5"):
        seat(found, local_id, "1")
    loaded(lea, found)
    assert [(day["HIGH_SCHOOL_STUDENT_NUMBER"], day["ATT_DATE"], day["MINUTES"]) for day in run().days] == [
        (local_id, f"{day:%Y%m%d}", "0" if day in (MON, WED) else "50") for local_id in "135" for day in week()
    ]


def test_the_same_entry_counts_on_each_day_by_the_days_own_schedule(lea, run):
    found = add_section(packet(attendance="P"), "1")
    for row in found.files["calendar_days"]:
        if row["day"] in (str(MON), str(THU)):
            row["bell_schedule"] = "MIN"
    for local_id in ("1", "2"):
        student(lea, local_id)
        seat(found, local_id, "1")
        for day in week():
            found.add("period_attendance", school=HIGH, local_student_id=local_id, day=day, period="2", code="P")
    loaded(lea, found)
    assert [day["MINUTES"] for day in run().days] == ["35", "50", "50", "35", "50"] * 2


def test_more_schools_than_a_batch_holds_are_written_one_after_the_other(lea, run, monkeypatch):
    monkeypatch.setattr("rop_export.building.STUDENTS_A_BATCH", 1)
    make_school(lea, "3030645", "Orchard South")
    found = packet(HIGH, "3030645")
    for school in (HIGH, "3030645"):
        add_section(found, "1", school=school)
        for local_id in "12":
            seat(found, local_id, "1", school=school)
            found.add("period_attendance", school=school, local_student_id=local_id, day=MON, period="2", code="A")
    for local_id in "12":
        student(lea, local_id)
    loaded(lea, found)
    files = run(schools=(HIGH, "3030645"))
    assert [(row["CONC_HS_SITE_ID"], row["ATT_ROW_ID"], row["TOTAL_MINUTES"]) for row in files.rows] == [
        (school, f"{local_id}-0001", "200") for school in (HIGH, "3030645") for local_id in "12"
    ]

"""The ROP page: who gets in, what it saves, what it says, and the log (spec rop, sections 1 and 2)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from accounts.models import AuditEntry
from accounts.navigation import menu
from accounts.permissions import reach
from jobs.models import Job
from jobs.running import run_job
from rop_export.models import DataImport, SavedOptions, SchoolOptions
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import grant, make_user, revoke
from tests.factories.rop import HIGH, add_section, loaded, packet, program, seat, student
from tests.rop_export.office import PAGE, RANGE, Office, errors_on, one_student

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def office_of(lea, *roles, name="zoe"):
    user = make_user(name)
    for role, where in roles:
        grant(user, role, where)
    return Office(user)


def test_the_page_is_in_the_menu_under_pages_for_those_with_the_role(lea, office):
    def pages(user):
        return [
            link.label
            for section in menu(user=user, organization=lea, held=reach(user, lea))
            if section.label == "Pages"
            for link in section.children
        ]

    assert "ROP Extract" in pages(office.user)
    assert "ROP Extract" not in pages(office_of(lea, ("senr_edit", lea)).user)
    box = office.page().xpath("//nav//input[@data-filters='sidebar-pages']")
    assert len(box) == 1


def test_without_the_role_the_page_says_what_is_missing(lea):
    for other in (office_of(lea, ("senr_edit", lea), name="a"), office_of(lea, name="b")):
        for address in ("", "/Data", "?school=0"):
            answer = other.client.get(PAGE + address)
            assert answer.status_code == 403
            assert "needs the role ROP Administer" in answer.content.decode()
        assert other.press().status_code == 403
    assert Job.objects.count() == 0
    assert AuditEntry.objects.filter(action="access.refused", subject="page:ROP").count() == 2


def test_a_selpa_has_no_such_page(lea):
    selpa = make_selpa(members=(lea,))
    assert office_of(lea, ("selpa_reports", selpa)).client.get(PAGE).status_code == 403


def test_who_administers_a_school_runs_from_that_school_only(lea):
    make_school(lea, "3030645", "Orchard South")
    found = one_student(lea, packet(HIGH, "3030645"))
    seat(add_section(found, "7", school="3030645"), "123456", "7", school="3030645")
    loaded(lea, found)
    at_school = office_of(lea, ("rop_administer", lea.schools.get(code=HIGH)))
    assert at_school.page().xpath("//input[@name='schools']/@value") == [HIGH]
    for place in ("0", "3030645"):
        assert at_school.client.get(f"{PAGE}?school={place}").status_code == 404
        assert at_school.press(school=place).status_code == 404
    assert errors_on(at_school.press(school=HIGH, schools=["3030645"]))[0].startswith("Schools: A school is not")
    assert at_school.client.get(f"{PAGE}/Data").status_code == 403
    assert Job.objects.count() == 0
    answer = at_school.press(school=HIGH)
    assert answer.status_code == 302
    job = Job.objects.get()
    assert (job.authority_whole, [school.code for school in job.schools.all()]) == (False, [HIGH])


def test_a_school_administrator_does_not_see_the_districts_runs(lea, office, settings):
    loaded(lea, one_student(lea))
    whole = office.run()
    at_school = office_of(lea, ("rop_administer", lea.schools.get(code=HIGH)))
    assert at_school.page().xpath("//tr[@data-row]") == []
    assert at_school.client.get(f"{PAGE}/Report?Run={whole.pk}").status_code == 404
    assert at_school.client.get(f"{PAGE}/Download?Run={whole.pk}&File=rop").status_code == 404


def test_run_and_save_keep_the_options_for_the_user_and_the_place(lea, office):
    found = add_section(packet(), "1", user_2="NO")
    loaded(lea, found)
    given = {"full_cds": "on", "exclude": "user_2:NO", "remove_invalid": "on", "course_types": ["33"], **RANGE}
    assert office.press("Save", **given)["Location"] == f"{PAGE}?school=0"
    assert Job.objects.count() == 0
    page = office.page()
    assert "The options were saved." in page.text_content()
    ticked = {(box.get("name"), box.get("value", "on")) for box in page.xpath("//input[@type='checkbox'][@checked]")}
    assert ticked == {
        ("schools", HIGH), ("course_types", "33"), ("full_cds", "on"), ("remove_invalid", "on"), ("minutes", "on"),
    }  # fmt: skip
    assert page.xpath("//select[@name='exclude']/option[@selected]/@value") == ["user_2:NO"]
    assert page.xpath("//input[@name='start' or @name='end']/@value") == ["09/14/2026", "09/18/2026"]
    assert office.page(f"?school={HIGH}").xpath("//input[@name='full_cds'][@checked]") == []
    second = office_of(lea, ("rop_administer", lea))
    assert second.page().xpath("//input[@name='full_cds'][@checked]") == []
    office.press("Run", school=HIGH, full_cds="on")
    assert office.page(f"?school={HIGH}").xpath("//input[@name='full_cds'][@checked]") != []
    assert SavedOptions.objects.count() == 2


def test_options_that_make_no_sense_are_neither_run_nor_saved(lea, office):
    loaded(lea, one_student(lea))
    both = "Start Date", "End Date"
    assert errors_on(office.press(minutes="on", start="09/18/2026", end="09/14/2026")) == [
        "End Date: The end date is before the start date."
    ]
    assert errors_on(office.press("Save", start="09/18/2026", end="09/14/2026")) == [
        "End Date: The end date is before the start date."
    ]
    assert errors_on(office.press(schools=None)) == ["Schools: Tick at least one school."]
    assert errors_on(office.press(course_types=None)) == [
        "Course types: Tick at least one course type, or sections with program 143."
    ]
    assert [words.partition(":")[0] for words in errors_on(office.press(minutes="on", start="x", end="y"))] == [*both]
    assert (Job.objects.count(), SavedOptions.objects.count()) == (0, 0)


def test_a_range_without_school_days_and_a_school_without_calendar_are_refused_with_advice(lea, office):
    make_school(lea, "3030645", "Orchard South")
    found = packet(HIGH, "3030645")
    found.files["calendar_days"] = [row for row in found.files["calendar_days"] if row["school"] == HIGH]
    loaded(lea, one_student(lea, found))
    assert errors_on(office.press(minutes="on", start="07/04/2026", end="07/06/2026")) == [
        "No school day of the schools ticked lies between 07/04/2026 and 07/06/2026. "
        "Choose a range within the school year."
    ]
    assert errors_on(office.press(schools=[HIGH, "3030645"], **RANGE)) == [
        "School 3030645 is without a school calendar, so minutes cannot be worked out there. "
        "Add the school days to calendar_days.csv, or untick it."
    ]
    assert office.press(schools=[HIGH, "3030645"]).status_code == 302  # without minutes no calendar is needed


def test_a_section_without_teacher_and_a_period_without_schedule_stand_in_the_report(lea, office):
    found = one_student(lea, add_section(packet(), "7", teacher="", period="9"))
    loaded(lea, seat(found, "123456", "7"))
    job = office.run(**RANGE)
    second = office_of(lea, ("rop_administer", lea))
    for reader in (office, second):
        words = html.document_fromstring(reader.client.get(f"{PAGE}/Report?Run={job.pk}").content).text_content()
        assert "This section has no teacher, so SECTION_ID_1 is blank." in words
        assert words.count("The bell schedule of this day does not have every period of this section.") == 5
    assert "5 errors, 1 warning" in office.page().text_content()
    assert "123456" not in office.client.get(f"{PAGE}/Report?Run={job.pk}").content.decode()


def test_the_number_of_records_is_told_when_the_run_has_finished(lea, office):
    loaded(lea, one_student(lea))
    answer = office.press(**RANGE)
    address = answer["Location"].partition("#")[0]
    assert "The extract has been started." in office.client.get(address).content.decode()
    job = Job.objects.get()
    run_job(job_id=job.pk)
    page = html.document_fromstring(office.client.get(address).content)
    words = " ".join(page.xpath("//*[@data-row='result']")[0].text_content().split())
    assert "Total number of records: 1" in words
    assert "ROP Extract: Minutes Per Class Per Day: 5 records." in words
    lines = page.xpath("//tr[@data-row]")
    assert [line.get("data-row") for line in lines] == [f"{job.pk}-rop", f"{job.pk}-minutes"]
    assert [line.xpath("./td[@data-label='Records']")[0].text for line in lines] == ["1", "5"]
    assert [line.xpath("./td[@data-label='User']")[0].text for line in lines] == ["ada", "ada"]


def test_the_files_are_named_by_the_day_and_go_out_as_csv(lea, office, time_machine):
    time_machine.move_to("2020-06-26 05:30:00+00:00", tick=False)  # the evening of the 25th in California
    loaded(lea, one_student(lea))
    job = office.run(**RANGE)
    names = {file.role: file.download_name for file in job.files.all()}
    assert names == {"rop": "2020_6_25_ROP.csv", "minutes": "2020_6_25_ROP_MINUTES.csv"}
    answer = office.client.get(f"{PAGE}/Download?Run={job.pk}&File=rop")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="2020_6_25_ROP.csv"'
    assert (job.files.first().expires_at - job.finished_at).days == 30
    b"".join(answer.streaming_content)


def test_a_double_click_runs_once(lea, office):
    loaded(lea, one_student(lea))
    assert [office.press(FormToken="once").status_code for _ in range(2)] == [302, 302]
    assert Job.objects.count() == 1


def test_a_role_lost_after_the_run_ends_the_download(lea, office):
    loaded(lea, one_student(lea))
    job = office.run()
    revoke(office.user, "rop_administer", lea)
    assert office.client.get(f"{PAGE}/Download?Run={job.pk}&File=rop").status_code == 404


def test_data_that_went_away_refuse_the_run_in_words(lea, office):
    loaded(lea, one_student(lea))
    office.press()
    SchoolOptions.objects.filter(school=HIGH).delete()
    job = Job.objects.get()
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.message) == (
        "REFUSED", f"School {HIGH} is not in the ROP data any more. Choose the schools again.",
    )  # fmt: skip


def test_keep_and_skip_by_program_and_list(lea, office):
    found = one_student(lea)
    ssid = student(lea, "2")
    program(lea, ssid, "144")
    loaded(lea, seat(found, "2", "101"))
    for given in ({"verb": "SKIP", "programs": "144"}, {"verb": "KEEP", "ids": "123456, 2"}):
        office.client.post(f"{PAGE}/KeepSkip", {"school": "0", "command": "Add", **given})
    banner = office.page().xpath("//*[@id='keep-skip']")[0].text_content()
    assert "1 student left out" in banner
    assert "SKIP program 144" in banner
    assert "KEEP 2 listed students" in banner
    assert "123456" not in banner
    assert [row["ATT_ROW_ID"] for row in office.rows()] == ["123456-0101"]
    second = office_of(lea, ("rop_administer", lea))
    assert second.page().xpath("//*[@id='keep-skip']") == []
    answer = office.client.post(f"{PAGE}/KeepSkip", {"school": "0", "command": "Add", "verb": "KEEP"})
    assert errors_on(answer) == ["are in grade: Fill in at least one condition."]


def test_data_are_sent_in_on_the_page(lea, office):
    student(lea, "123456")
    assert "There are no ROP data yet" in office.page().text_content()
    broken = seat(add_section(packet(), "101"), "123456", "77")
    right = seat(add_section(packet(), "101"), "123456", "101")
    for found, status, words in (
        (broken, "REFUSED", "sections.csv has no such school and section."),
        (right, "SUCCEEDED", "These are the data in force"),
    ):
        file = SimpleUploadedFile("rop.zip", found.zip(), content_type="application/zip")
        assert office.client.post(f"{PAGE}/Data", {"file": file}).status_code == 302
        job = Job.objects.latest("pk")
        run_job(job_id=job.pk)
        job.refresh_from_db()
        assert job.status == status
        assert words in office.client.get(f"{PAGE}/Data").content.decode()
    assert len(office.rows()) == 1
    assert errors_on(office.client.post(f"{PAGE}/Data", {})) == ["ZIP file: Choose the ZIP file."]


def test_a_zip_that_is_too_large_is_refused(lea, office, monkeypatch):
    monkeypatch.setattr("rop_export.forms.MOST_UPLOADED", 10)
    file = SimpleUploadedFile("rop.zip", b"x" * 11)
    assert errors_on(office.client.post(f"{PAGE}/Data", {"file": file})) == [
        "ZIP file: The ZIP is larger than 64 MB. Send fewer days."
    ]
    assert DataImport.objects.count() == 0


def test_the_template_and_the_layout_can_be_had(lea, office):
    answer = office.client.get(f"{PAGE}/Template")
    assert (answer["Content-Type"], answer.content[:2]) == ("application/zip", b"PK")
    page = html.document_fromstring(office.client.get(f"{PAGE}/Layout").content)
    rows = {row.xpath("string(.//th//span)"): row.xpath("string(./td[@data-label='How sure'])").strip()
            for row in page.xpath("//section[1]//tbody/tr")}  # fmt: skip
    assert (rows["LAST_NAME"], rows["SECTION_ID_1"], rows["ENTRY_DATE"]) == ("Documented", "Inferred", "Our own")


def test_the_list_takes_as_many_queries_for_one_run_as_for_three(lea, office, django_assert_num_queries):
    loaded(lea, one_student(lea))
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    counts = []
    for runs in (1, 2):
        for _ in range(runs):
            office.run(**RANGE)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            office.page()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_nothing_of_another_lea_can_be_named(lea, office):
    other = make_lea("3768338", "Birch Unified")
    make_school(other, "3730033", "Birch High")
    loaded(lea, one_student(lea))
    assert office.client.get(f"{PAGE}?school=3730033").status_code == 404
    assert errors_on(office.press(schools=["3730033"]))[0].startswith("Schools: A school is not in the list")

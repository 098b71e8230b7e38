"""OneRoster 1.2: what it fills in, what it complains of by file, line and field, what it does not know."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from rosters.importing import load
from rosters.models import (
    ClassImport,
    ExcludedEnrollment,
    ExcludedStudent,
    SchoolSetting,
    SectionSeat,
    SectionSetting,
    SectionTeacher,
    StaffLogin,
)
from tests.factories.oneroster import OneRoster
from tests.factories.rosters import HIGH, ssids

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
OWN = "ELA7/1/FY"


@pytest.fixture
def classes(office):
    """Two posted sections of a lead and another teacher, three students."""
    lead, other = office.teacher("9800000001", email=""), office.teacher("9800000002", "Smith", "John", email="")
    office.section("1", lead, other, setting=False)
    office.section("2", other, setting=False)
    for ssid in ssids(3):
        office.student(ssid, OWN)
    return office


@pytest.fixture
def bring(lea):
    def work(found: OneRoster | bytes) -> ClassImport:
        content = found if isinstance(found, bytes) else found.zip()
        given = ClassImport.objects.create(lea=lea, file_name="o.zip", size=len(content), content=content)
        load(given)
        return given

    return work


def problems(given):
    return [tuple(one[:3]) for one in given.errors]


def test_a_zip_fills_in_what_posted_records_do_not_carry(classes, bring):
    found = OneRoster()
    found.a_class("ELA7-1", metadata__caasppSubjectArea="math", periods="3(A-B)")
    found.teacher("T0001", "ELA7-1", identifier="9800000001", email="Amy.Ng@example.org")
    found.teacher("t2", primary=False, userIds="{SEID:9800000002}")
    found.enroll(
        "ELA7-1", "t2", "teacher", metadata__teacherRole="co-teacher", beginDate="2025-09-01", endDate="2025-12-01"
    )
    found.student("L000001", identifier="9900000001")
    found.enroll("ELA7-1", "L000001", "student", beginDate="2025-09-15")
    found.student("x2", "ELA7-1", userIds="{SSID:9900000002},{local:7}", metadata__excludedFromStateReporting="true")
    found.student("x3", identifier="L000003")
    found.enroll("ELA7-1", "x3", "student", endDate="2025-10-01", metadata__schoolEnrollmentExcluded="true")
    given = bring(found)
    assert (given.errors, given.unknown) == ([], [])
    assert given.counts == {"sections": 1, "teachers": 2, "students in sections": 3, "e-mail addresses": 2}
    setting = SectionSetting.objects.get()
    assert (setting.school, setting.year, setting.section) == (HIGH, 2026, OWN)
    assert (setting.subject, setting.expression) == ("Math", "3(A-B)")
    assert (setting.start, setting.end) == (date(2025, 8, 12), date(2026, 6, 6))
    assert list(SectionTeacher.objects.order_by("seid").values_list("seid", "role", "start", "end")) == [
        ("9800000001", "lead", None, None), ("9800000002", "co-teacher", date(2025, 9, 1), date(2025, 12, 1)),
    ]  # fmt: skip
    assert dict(StaffLogin.objects.values_list("seid", "email")) == {
        "9800000001": "Amy.Ng@example.org", "9800000002": "t2@example.org",
    }  # fmt: skip
    assert list(SectionSeat.objects.order_by("ssid").values_list("ssid", "start", "end")) == [
        ("9900000001", date(2025, 9, 15), None), ("9900000002", None, None), ("9900000003", None, date(2025, 10, 1)),
    ]  # fmt: skip
    assert list(ExcludedStudent.objects.values_list("ssid", flat=True)) == ["9900000002"]
    assert list(ExcludedEnrollment.objects.values_list("school", "ssid", "start")) == [(HIGH, "9900000003", None)]
    assert bytes(given.content or b"") == b""


def test_a_teacher_who_is_not_primary_sees_no_scores_unless_a_role_says_so(classes, bring):
    found = OneRoster().a_class("ELA7-1").teacher("T0001", "ELA7-1").teacher("T0002", "ELA7-1", primary=False)
    bring(found)
    assert dict(SectionTeacher.objects.values_list("seid", "role")) == {"9800000001": "lead", "9800000002": "other"}


def test_classes_are_found_by_course_and_class_code_too(classes, bring):
    bring(OneRoster().a_class("c-77", classCode="2", metadata__caasppSubjectArea="ALL"))
    assert list(SectionSetting.objects.values_list("section", "subject")) == [("ELA7/2/FY", "ALL")]


def test_a_second_zip_replaces_what_it_names_and_leaves_the_rest(classes, bring):
    first = OneRoster().a_class("ELA7-1", metadata__caasppSubjectArea="ELA").a_class("ELA7-2")
    first.teacher("T0001", "ELA7-1").teacher("T0002", "ELA7-2").student("L000001", "ELA7-1")
    bring(first)
    second = OneRoster().a_class("ELA7-1", periods="4").teacher("T0002", "ELA7-1").student("L000002", "ELA7-1")
    second.student("L000002b", identifier="9900000001", metadata__excludedFromStateReporting="false")
    bring(second)
    assert list(SectionTeacher.objects.order_by("section").values_list("section", "seid")) == [
        (OWN, "9800000002"), ("ELA7/2/FY", "9800000002"),
    ]  # fmt: skip
    assert list(SectionSeat.objects.values_list("ssid", flat=True)) == ["9900000002"]
    assert list(SectionSetting.objects.filter(section=OWN).values_list("subject", "expression")) == [("ELA", "4")]


def test_orgs_exclude_a_school_and_name_it(classes, bring):
    found = OneRoster()
    found.files["orgs"][0] |= {"identifier": f"1964733{HIGH}", "metadata.excludedFromStateReporting": "true"}
    bring(found)
    setting = SchoolSetting.objects.get()
    assert (setting.excluded, setting.natural_id) == (True, f"1964733{HIGH}")


def test_every_error_has_its_file_line_and_field_and_nothing_changes(classes, bring):
    found = OneRoster()
    found.a_class("ELA7-1", metadata__caasppSubjectArea="Art").a_class("ELA7-1").a_class("", title="")
    found.teacher("T0001", "ELA7-1")
    found.enroll("ELA7-1", "T0001", "janitor", beginDate="9/1/2025")
    found.files["academicSessions"][0]["schoolYear"] = "25"
    given = bring(found)
    assert problems(given) == [
        ("academicSessions.csv", 2, "schoolYear"),
        ("classes.csv", 2, "metadata.caasppSubjectArea"),
        ("classes.csv", 4, "sourcedId"),
        ("classes.csv", 4, "title"),
        ("enrollments.csv", 3, "role"),
        ("enrollments.csv", 3, "beginDate"),
    ]
    assert (SectionSetting.objects.count(), SectionTeacher.objects.count(), given.loaded_at) == (0, 0, None)


def test_values_that_make_no_sense_together(classes, bring):
    found = OneRoster().a_class("ELA7-1").teacher("T0001", "ELA7-1", email="nobody")
    found.student("L000001")
    found.enroll("ELA7-1", "L000001", "student", beginDate="2025-10-01", endDate="2025-09-01")
    found.files["academicSessions"][0]["endDate"] = "2025-08-12"
    assert problems(bring(found)) == [
        ("academicSessions.csv", 2, "endDate"), ("users.csv", 2, "email"), ("enrollments.csv", 3, "endDate"),
    ]  # fmt: skip


def test_files_and_headers_that_are_missing(lea, bring):
    given = bring(OneRoster().zip(without=("users",)))
    assert problems(given) == [("users.csv", 0, "")]
    assert problems(bring(b"nothing")) == [("", 0, "")]
    packed = io.BytesIO(OneRoster().zip(without=("orgs",)))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("orgs.csv", 'sourcedId,name,name\r\n"x')
    assert problems(bring(packed.getvalue())) == [("orgs.csv", 1, "name"), ("orgs.csv", 1, "type")]


def test_a_zip_of_changes_alone_is_refused(classes, bring):
    found = OneRoster()
    found.modes["enrollments"] = "delta"
    assert problems(bring(found)) == [("manifest.csv", 7, "file.enrollments")]


def test_unknown_sourced_ids_are_listed_and_left_out(classes, bring):
    found = OneRoster()
    found.add("orgs", sourcedId="far", name="Far", type="school", identifier="1234567")
    found.a_class("ELA7-1").a_class("ELA9-9").a_class("lost", schoolSourcedId="nowhere", termSourcedIds="never")
    found.teacher("who", "ELA7-1").student("new", "ELA7-1")
    found.enroll("no-class", "who", "teacher").enroll("ELA7-1", "no-user", "student")
    given = bring(found)
    assert [tuple(one[:3]) for one in given.unknown] == [
        ("orgs.csv", 3, "far"),
        ("classes.csv", 3, "ELA9-9"),
        ("classes.csv", 4, "nowhere"),
        ("classes.csv", 4, "never"),
        ("users.csv", 2, "who"),
        ("users.csv", 3, "new"),
        ("enrollments.csv", 4, "no-class"),
        ("enrollments.csv", 5, "no-user"),
    ]
    # A student without SSID keeps his seat, so that selection lists him with that reason.
    assert list(SectionSeat.objects.values_list("ssid", "local_student_id")) == [("", "new")]
    assert given.unknown_count == 8


def test_records_to_be_deleted_are_left_out(classes, bring):
    found = OneRoster().a_class("ELA7-1", status="tobedeleted").a_class("ELA7-2", status="active")
    bring(found)
    assert list(SectionSetting.objects.values_list("section", flat=True)) == ["ELA7/2/FY"]


def test_classes_of_terms_get_the_sections_of_those_terms(office, bring):
    lead = office.teacher("9800000001")
    for term in ("S1", "S2"):
        office.section("1", lead, term=term, setting=False)
    found = OneRoster()
    found.add("academicSessions", sourcedId="t1", title="S1", type="semester", startDate="2025-08-12",
              endDate="2025-12-20", schoolYear="2026")  # fmt: skip
    bring(found.a_class("ELA7-1", termSourcedIds="t1"))
    assert list(SectionSetting.objects.values_list("section", "end")) == [("ELA7/1/S1", date(2025, 12, 20))]

"""The ZIP of ROP data: every error with its file, line and field; all of it or nothing (spec rop, section 8a)."""

import io
import zipfile

import pytest

from jobs.enums import Status
from jobs.models import Job
from jobs.running import run_job
from ods.zipped_csv import KEPT
from rop_export.import_files import import_files, template
from rop_export.importing import request_import
from rop_export.models import DATA_MODELS, DataImport, SectionEnrollment
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.rop import HIGH, add_section, load_rop, loaded, packet, seat

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def problems(given: DataImport) -> list[tuple[str, int, str]]:
    return [(file, line, field) for file, line, field, _ in given.errors]


def small():
    return seat(add_section(packet(), "1"), "1", "1")


def test_every_record_of_every_file_arrives(lea):
    found = small()
    found.add("block_calendar", school=HIGH, day="20260915", periods="1 3")
    found.add("staff", staff="S", last_name="Ochoa")
    found.add("class_calendar", school=HIGH, section="1", day="2026-09-15")
    found.add("students", local_student_id="1", home_phone="707-555-0100", track="B")
    found.add("contacts", local_student_id="1", contact_order=1, name="Ruiz, Eva")
    found.add("day_attendance", school=HIGH, local_student_id="1", day="2026-09-15", code="A")
    found.add("period_attendance", school=HIGH, local_student_id="1", day="2026-09-15", period="2", minutes=40)
    found.add("class_attendance", school=HIGH, local_student_id="1", section="001", day="2026-09-15", code="T")
    found.add("grades", school=HIGH, local_student_id="1", course="C1", period="2", entered="2026-09-15", mark="A")
    given = loaded(lea, found)
    assert given.counts == {name: len(rows) for name, rows in found.files.items()}
    assert all(given.counts.values())
    assert {name: model.objects.count() for name, model in DATA_MODELS.items()} == given.counts
    assert SectionEnrollment.objects.values_list("local_student_id", "section", "start", "end").get()[1] == "0001"


@pytest.mark.parametrize(
    ("file", "changes", "field"),
    [
        ("schools", {"school": "1234567"}, "school"),
        ("schools", {"cds": "30666213030638"}, "cds"),
        ("schools", {"cds": "306662130"}, "cds"),
        ("schools", {"scheduling": "X"}, "scheduling"),
        ("schools", {"section_staff": "yes"}, "section_staff"),
        ("calendars", {"end": "2026-01-01"}, "end"),
        ("bell_schedules", {"starts": "25:00"}, "starts"),
        ("bell_schedules", {"ends": "07:00"}, "ends"),
        ("bell_schedules", {"period": "1 2"}, "period"),
        ("calendar_days", {"day": "2026-02-30"}, "day"),
        ("calendar_days", {"bell_schedule": "NONE"}, "bell_schedule"),
        ("calendar_days", {"track": "Z"}, "track"),
        ("teachers", {"last_name": ""}, "last_name"),
        ("sections", {"section": "A1"}, "section"),
        ("sections", {"course": "NONE"}, "course"),
        ("sections", {"teacher": "99"}, "teacher"),
        ("sections", {"staff": "99"}, "staff"),
        ("section_enrollments", {"section": "77"}, "section"),
        ("section_enrollments", {"start": ""}, "start"),
        ("section_enrollments", {"end": "2026-08-01"}, "end"),
        ("section_enrollments", {"local_student_id": "1-2"}, "local_student_id"),
        ("attendance_codes", {"kind": "Q"}, "kind"),
        ("courses", {"title": "two\nlines"}, "title"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_field(lea, file, changes, field):
    found = small()
    last = len(found.files[file])
    found.files[file][-1] |= changes
    given = load_rop(lea, found)
    shown = {(name, column) for name, line, column in problems(given) if line == last + 1 or "title" in changes}
    assert (f"{file}.csv", field) in shown
    assert given.loaded_at is None
    assert all(words.endswith(".") for *_, words in given.errors)


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("day_attendance", {"code": "Z", "day": "2026-09-15"}),
        ("period_attendance", {"day": "2026-09-15", "period": "2"}),
        ("class_attendance", {"day": "2026-09-15", "section": "1"}),
    ],
)
def test_attendance_needs_a_code_that_is_known_or_minutes(lea, file, values):
    found = small().add(file, school=HIGH, local_student_id="1", **values)
    assert problems(load_rop(lea, found)) == [(f"{file}.csv", 2, "code")]


def test_a_key_may_not_repeat(lea):
    found = small()
    found.files["section_enrollments"] *= 2
    assert problems(load_rop(lea, found)) == [("section_enrollments.csv", 3, "start")]


def test_no_message_holds_a_value(lea):
    found = small()
    found.files["section_enrollments"][0] |= {"local_student_id": "secret!", "start": "secret", "section": "secret"}
    given = load_rop(lea, found)
    assert given.error_count == 3
    assert "secret" not in str(given.errors)


def test_all_or_nothing(lea):
    loaded(lea, small())
    worse = small()
    seat(worse, "2", "1")
    seat(worse, "3", "77")
    given = load_rop(lea, worse)
    assert problems(given) == [("section_enrollments.csv", 4, "section")]
    assert [seat.local_student_id for seat in SectionEnrollment.objects.all()] == ["1"]


def test_a_later_zip_replaces_all_of_its_lea_and_nothing_of_another(lea):
    other = make_lea("3768338", "Birch Unified")
    make_school(other, "3730033", "Birch High")
    loaded(other, seat(add_section(packet("3730033"), "1", school="3730033"), "9", "1", school="3730033"))
    first = loaded(lea, small())
    loaded(lea, seat(add_section(packet(), "2"), "2", "2"))
    assert sorted(SectionEnrollment.objects.values_list("lea__code", "local_student_id")) == [
        ("3066621", "2"),
        ("3768338", "9"),
    ]
    first.refresh_from_db()
    assert first.content is None


def zipped(**files: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return packed.getvalue()


def test_what_is_no_such_zip_is_said_in_words(lea):
    assert problems(load_rop(lea, b"not a zip")) == [("", 0, "")]
    found = small()
    assert problems(load_rop(lea, found.zip(without=["courses", "grades"])))[0] == ("courses.csv", 0, "")
    assert problems(load_rop(lea, zipped(other__csv="a,b\r\n")))[0] == ("other.csv", 0, "")
    header = ",".join(column.column for column in import_files()["schools"])
    assert ("schools.csv", 1, "cds") in problems(load_rop(lea, zipped(schools__csv=header.replace("cds,", ""))))
    assert ("schools.csv", 1, "cdsx") in problems(load_rop(lea, zipped(schools__csv=header.replace("cds", "cdsx"))))
    latin = f"{header}\r\n0,30666210000000,Ä,,,,\r\n".encode("latin-1")
    assert ("schools.csv", 2, "") in problems(load_rop(lea, zipped(schools__csv=latin)))
    assert ("schools.csv", 2, "") in problems(load_rop(lea, zipped(schools__csv=f'{header}\r\n"0,3\r\n')))
    assert ("schools.csv", 2, "") in problems(load_rop(lea, zipped(schools__csv=f"{header}\r\n0,3\r\n")))
    assert ("schools.csv", 0, "school") in problems(load_rop(lea, zipped(schools__csv=f"{header}\r\n")))


def test_a_file_with_a_byte_order_mark_and_columns_in_another_order_is_read(lea):
    found = small()
    text = "\ufeffcds,school\r\n30666210000000,0\r\n30666213030637,3030637\r\n"
    archive = zipfile.ZipFile(io.BytesIO(found.zip()))
    files = {name.replace(".", "__"): archive.read(name) for name in archive.namelist()} | {"schools__csv": text}
    assert load_rop(lea, zipped(**files)).errors == []


def test_many_errors_are_counted_and_the_first_kept(lea):
    found = small()
    for number in range(KEPT + 50):
        seat(found, str(number), "77", start="2026-08-13")
    given = load_rop(lea, found)
    assert (given.error_count, len(given.errors)) == (KEPT + 50, KEPT)


def test_the_template_has_every_file_with_its_header_and_says_what_each_column_means(lea):
    archive = zipfile.ZipFile(io.BytesIO(template()))
    assert archive.namelist() == ["README.txt", *(f"{name}.csv" for name in import_files())]
    readme = archive.read("README.txt").decode()
    for name, columns in import_files().items():
        assert archive.read(f"{name}.csv").decode() == ",".join(column.column for column in columns) + "\r\n"
        assert f"{name}.csv" in readme
    assert problems(load_rop(lea, template())) == [("schools.csv", 0, "school")]


@pytest.fixture
def ada(lea):
    ada = make_user("ada")
    grant(ada, "rop_administer", lea)
    return ada


def test_a_job_loads_the_zip(lea, ada):
    job = request_import(user=ada, lea=lea, file_name="rop.zip", content=small().zip())
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.rop_import.counts["section_enrollments"]) == (Status.SUCCEEDED, 1)
    assert job.rop_import.loaded_at is not None


def test_a_job_with_errors_is_refused_and_keeps_the_zip(lea, ada):
    content = b"not a zip"
    job = request_import(user=ada, lea=lea, file_name="rop.zip", content=content)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.status == Status.REFUSED
    assert job.message.startswith("The ZIP has 1 error, so nothing was changed.")
    assert bytes(job.rop_import.content) == content


def test_a_double_click_sends_the_zip_once(lea, ada):
    content = small().zip()
    for _ in range(2):
        request_import(user=ada, lea=lea, file_name="rop.zip", content=content, form_token="once")
    assert (Job.objects.count(), DataImport.objects.count()) == (1, 1)


def test_a_zip_sent_earlier_does_not_replace_one_sent_later(lea, ada):
    jobs = [
        request_import(user=ada, lea=lea, file_name=f"{section}.zip", content=found.zip())
        for section in "12"
        for found in [seat(add_section(packet(), section), section, section)]
    ]
    for job in reversed(jobs):
        run_job(job_id=job.pk)
        job.refresh_from_db()
    assert [job.status for job in jobs] == [Status.REFUSED, Status.SUCCEEDED]
    assert jobs[0].message == "A ZIP that was sent later has been loaded already, so this one was left alone."
    assert [seat.local_student_id for seat in SectionEnrollment.objects.all()] == ["2"]

"""From a request to its file."""

from datetime import date, datetime

import pytest

from extracts.access import access_to
from extracts.criteria import Criteria
from extracts.definitions import DEFINITIONS
from extracts.requesting import KIND, download_name, request_extract
from extracts.words import criteria_in_words
from jobs.enums import FailureKind, Status, Trigger
from jobs.errors import Refused
from jobs.models import Job
from jobs.running import run_job
from ods.calendar import PACIFIC
from ods.models import Posting, StudentEnrollment
from tests.factories.people import make_cast, revoke

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("", "SENR_1964733_20261121090507.txt"),
        ("Census Day", "Census Day.txt"),
        ("Census.txt", "Census.txt"),
        ("Census.TXT", "Census.txt"),
        ("../../etc/passwd", "etcpasswd.txt"),
        ('"; rm -rf /\r\nX: y', "rm -rf X y.txt"),
        ("\u202etxt.exe", "txt.exe.txt"),
        ("....", "SENR_1964733_20261121090507.txt"),
        ("Ñandú", "and.txt"),
    ],
)
def test_the_name_the_browser_saves(typed, saved):
    criteria = Criteria(record_type="SENR", way="active", reporting_lea="1964733", active=True)
    assert download_name(criteria, file_name=typed, now=NOW) == saved


def words(record_type: str = "SENR", **given: object) -> str:
    criteria = Criteria(**{"record_type": record_type, "way": "active", "reporting_lea": "1964733", **given})
    return criteria_in_words(criteria, offered=5)


def test_criteria_in_words():
    assert words(active=True, schools=("1930924",)) == "Active students; school 1930924; Reporting LEA 1964733"
    assert (
        words(
            start=date(2024, 7, 1),
            end=date(2025, 6, 30),
            schools=("0000001", "0000002", "1930924", "1930932", "1930940"),
        )
        == "Enrollment 07/01/2024 to 06/30/2025; all 5 schools; Reporting LEA 1964733"
    )
    assert words(active=True, schools=("1930924", "1930932", "1930940", "1930957")) == (
        "Active students; 4 schools, without NPS or private placements; Reporting LEA 1964733"
    )
    assert words("SPRG", academic_year="2025-2026", program_code="101", schools=("0000001",)) == (
        "Academic Year 2025-2026; Program 101 504 Accommodation Plan; school 0000001 (NPS group); Reporting LEA 1964733"
    )
    assert words("SDEM", active=True, effective_start=date(2024, 9, 1), effective_end=date(2024, 9, 1)) == (
        "Active staff; Effective Date 09/01/2024; Reporting LEA 1964733"
    )
    assert words("SWDS", active=True, most_recent=True, schools=("1930924",)) == (
        "Active students; Most Recent Only; school 1930924; Reporting LEA 1964733"
    )
    assert words("PSTS", academic_year="2025-2026", limit="sped", schools=("1930924",)) == (
        "Academic Year 2025-2026; students with disabilities only; school 1930924; Reporting LEA 1964733"
    )


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def enrolled(cast):
    """One student at each of the two schools."""
    posting = Posting.objects.create(record_type="SENR", posted_on=date(2025, 9, 1), posted_by="t", file_name="f")
    for number, school in enumerate((cast.school, cast.other_school), start=1):
        StudentEnrollment.objects.create(
            reporting_lea=cast.lea.code,
            school_of_attendance=school.code,
            academic_year_id="2025-2026",
            ssid=f"990000000{number}",
            current_ssid=f"990000000{number}",
            birth_date=date(2010, 4, 12),
            enrollment_start_date=date(2025, 8, 18),
            upload_date=date(2025, 9, 1),
            last_updated=date(2025, 9, 2),
            posting=posting,
            posting_line=number,
        )
    return posting


def ask(cast, user, *schools: str) -> Job:
    access = access_to(user=user, organization=cast.lea, definition=DEFINITIONS["SENR"])
    assert access is not None
    criteria = Criteria(record_type="SENR", way="active", reporting_lea=cast.lea.code, schools=schools, active=True)
    return request_extract(user=user, access=access, criteria=criteria, trigger=Trigger.WIRE)


def test_a_request_becomes_a_file(cast, enrolled, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    job = ask(cast, cast.requester, cast.school.code)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    file = job.files.get()
    assert (job.status, job.kind, file.rows) == (Status.SUCCEEDED, KIND, 1)
    fields = (tmp_path / file.path).read_bytes().decode().split("^")
    assert (fields[0], fields[4], fields[7], fields[-2], fields[-1]) == (
        "SENR-R",
        cast.school.code,
        "9900000001",
        "20250901",
        "20250902\r\n",
    )


def test_a_request_keeps_the_authority_it_was_made_with(cast):
    own = ask(cast, cast.school_user, cast.school.code)
    assert (own.authority_role, own.authority_whole, [school.code for school in own.schools.all()]) == (
        "senr_edit",
        False,
        [cast.school.code],
    )
    whole = ask(cast, cast.requester, cast.school.code, "0000001")
    assert (whole.authority_whole, whole.schools.count()) == (True, 0)


def test_a_request_beyond_the_users_schools_is_refused(cast):
    with pytest.raises(ValueError, match="form"):
        ask(cast, cast.school_user, cast.other_school.code)
    assert Job.objects.count() == 0


def test_a_role_lost_between_page_and_request_makes_no_job(cast):
    access = access_to(user=cast.requester, organization=cast.lea, definition=DEFINITIONS["SENR"])
    revoke(cast.requester, "senr_edit", cast.lea)
    criteria = Criteria(
        record_type="SENR", way="active", reporting_lea=cast.lea.code, schools=(cast.school.code,), active=True
    )
    with pytest.raises(Refused):
        request_extract(user=cast.requester, access=access, criteria=criteria, trigger=Trigger.WEB)
    assert Job.objects.count() == 0


def test_a_value_that_would_break_its_line_fails_the_job(cast, enrolled, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    StudentEnrollment.objects.update(legal_last_name="Ca^ret")
    job = ask(cast, cast.requester, cast.school.code)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.failure_kind, job.files.count()) == (Status.FAILED, FailureKind.UNWRITABLE, 0)
    assert "Ca^ret" not in job.message
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

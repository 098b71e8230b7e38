"""Every address, by the cast, by own and other organisation: exact answers and exact visible sets.

The addresses come from the resolver: one without a row here fails. Roles are `senr_edit` (see tests.factories.people).
"""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from lxml import html

from accounts.models import User
from accounts.permissions import ROLES, SELPA_ROLES
from extracts.access import access_to
from extracts.criteria import Criteria
from extracts.definitions import DEFINITIONS
from extracts.requesting import request_extract
from jobs.enums import Status, Trigger
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization, Posting, StudentEnrollment
from tests.factories.people import Cast, grant, make_cast, revoke

pytestmark = pytest.mark.django_db

SIGNED_IN = (
    "requester",
    "colleague",
    "colleague_without_role",
    "school_user",
    "selpa_user",
    "stranger",
    "administrator",
)
SIGNED_OUT = ("deactivated", "nobody")

EVERYBODY = dict.fromkeys((*SIGNED_IN, *SIGNED_OUT), 200)
WHO_IS_SIGNED_IN = dict.fromkeys(SIGNED_IN, 200) | dict.fromkeys(SIGNED_OUT, 302)
"""302 leads to the sign-in page."""


def only(*people: str, others: int) -> dict[str, int]:
    return dict.fromkeys(SIGNED_IN, others) | dict.fromkeys(people, 200) | dict.fromkeys(SIGNED_OUT, 302)


POST_ONLY_SIGNED_IN = dict.fromkeys(SIGNED_IN, 405) | dict.fromkeys(SIGNED_OUT, 302)
NOT_FOR_THIS_ROLE = only(others=403)
ASKS_SENR = only("requester", "colleague", "school_user", "stranger", others=403)

GET: dict[str, tuple[str, dict[str, int]]] = {
    # route -> (address asked, person -> status)
    "": ("/", WHO_IS_SIGNED_IN),
    "healthz": ("/healthz", EVERYBODY),
    "readyz": ("/readyz", dict.fromkeys((*SIGNED_IN, *SIGNED_OUT), 503)),  # no worker beats in this test
    "RecordLayouts": ("/RecordLayouts", WHO_IS_SIGNED_IN),
    "RecordLayouts/CodeSets/<str:name>": ("/RecordLayouts/CodeSets/gender", WHO_IS_SIGNED_IN),
    "RecordLayouts/<str:record_type>": ("/RecordLayouts/SENR", WHO_IS_SIGNED_IN),
    "Account/Login": ("/Account/Login", EVERYBODY),
    "Account/LogOff": ("/Account/LogOff", dict.fromkeys((*SIGNED_IN, *SIGNED_OUT), 302)),  # a GET ends no session
    "Account/KeepAlive": ("/Account/KeepAlive", POST_ONLY_SIGNED_IN),
    "UserOrgChange": ("/UserOrgChange", POST_ONLY_SIGNED_IN),
    "Leas": ("/Leas?format=JSON", WHO_IS_SIGNED_IN),
    "SchoolListingAll": ("/SchoolListingAll?lea=1964733&format=JSON", WHO_IS_SIGNED_IN),
    "GetSubmitterNames": ("/GetSubmitterNames?leaCdsCode=1964733&format=JSON", WHO_IS_SIGNED_IN),
    "GetUserOrgs/<str:email>": ("/GetUserOrgs/requester@example.org?format=JSON", WHO_IS_SIGNED_IN),
    "HomepageImportantMessages": ("/HomepageImportantMessages?format=JSON", WHO_IS_SIGNED_IN),
    "HomepageAnomalyStatus": ("/HomepageAnomalyStatus?format=JSON", WHO_IS_SIGNED_IN),
    "HomepageCertificationStatus": ("/HomepageCertificationStatus?format=JSON", WHO_IS_SIGNED_IN),
    "HomepageNotifications": ("/HomepageNotifications?format=JSON", WHO_IS_SIGNED_IN),
    "HomepageSubmissions": ("/HomepageSubmissions?format=JSON", WHO_IS_SIGNED_IN),
    "Extract": ("/Extract", WHO_IS_SIGNED_IN),
    # Nobody of the cast holds Student Search: tests/histories has those who do.
    **{
        f"StudentSearch/{by}": (f"/StudentSearch/{by}", only(others=403))
        for by in ("SSID", "Demographics", "Enrollment")
    },
    "Student/<str:ssid>": ("/Student/9900000001", only(others=403)),
    "Student/<str:ssid>/<str:part>": ("/Student/9900000001/Enrollment?format=JSON", WHO_IS_SIGNED_IN),
    "StaffSearch": ("/StaffSearch", only("colleague_without_role", others=403)),
    "Staff/<str:seid>": ("/Staff/9800000001", {**only(others=403), "colleague_without_role": 404}),
    "Staff/<str:seid>/<str:part>": ("/Staff/9800000001/StaffCourses?format=JSON", WHO_IS_SIGNED_IN),
    "CombineSSIDs": ("/CombineSSIDs", only("requester", "colleague", "stranger", others=403)),
    "CombineSSIDs/Undo": ("/CombineSSIDs/Undo", POST_ONLY_SIGNED_IN),
    "Extract/ODSExtract": ("/Extract/ODSExtract?RecordType=SENR", ASKS_SENR),
    "Extract/ODSExtractDateRange": ("/Extract/ODSExtractDateRange?RecordType=SENR", ASKS_SENR),
    "Extract/ODSExtractAsofDate": ("/Extract/ODSExtractAsofDate?RecordType=SENR", ASKS_SENR),
    "Extract/SSIDExtract": ("/Extract/SSIDExtract", ASKS_SENR),
    "Extract/SSIDExtractDateRange": ("/Extract/SSIDExtractDateRange", ASKS_SENR),
    "Extract/DirectCertificationExtract": ("/Extract/DirectCertificationExtract", only(others=403)),
    "Extract/DirectCertificationExtractDateRange": (
        "/Extract/DirectCertificationExtractDateRange",
        only(others=403),
    ),
    "Extract/ReplacementSSID": ("/Extract/ReplacementSSID", ASKS_SENR),
    "Extract/DownloadLink": ("/Extract/DownloadLink?ExtractRequestID=0", only(others=404)),
    "Extract/Cancel": ("/Extract/Cancel", POST_ONLY_SIGNED_IN),
    "SSIDMatching": ("/SSIDMatching", ASKS_SENR),
    # Who sees a run that is there: tests/ssid_matching/test_flow.py.
    **{
        f"SSIDMatching/{page}": (f"/SSIDMatching/{asked}", only(others=404))
        for page, asked in (
            ("Errors/<int:job_id>", "Errors/1"),
            ("Results/<int:job_id>", "Results/1"),
            ("Results/<int:job_id>/<int:line>", "Results/1/1"),
            ("Download/<int:job_id>", "Download/1?what=results"),
        )
    },
    "SSIDMatching/Accept/<int:job_id>": ("/SSIDMatching/Accept/1", POST_ONLY_SIGNED_IN),
    # Nobody here holds rop_administer: who does is below.
    "Pages/ROP": ("/Pages/ROP", NOT_FOR_THIS_ROLE),
    "Pages/ROP/Data": ("/Pages/ROP/Data", NOT_FOR_THIS_ROLE),
    "Pages/ROP/KeepSkip": ("/Pages/ROP/KeepSkip", POST_ONLY_SIGNED_IN),
    "Pages/ROP/Cancel": ("/Pages/ROP/Cancel", POST_ONLY_SIGNED_IN),
    "Pages/ROP/Download": ("/Pages/ROP/Download?Run=0&File=rop", only(others=404)),
    "Pages/ROP/Report": ("/Pages/ROP/Report?Run=0", only(others=404)),
    # What is known of the files is no secret.
    "Pages/ROP/Layout": ("/Pages/ROP/Layout", WHO_IS_SIGNED_IN),
    "Pages/ROP/Template": ("/Pages/ROP/Template", WHO_IS_SIGNED_IN),
    # Nobody here holds siras_manage: who does is in tests/siras_export/test_pages.py.
    **{
        f"Pages/SIRAS{page}": (f"/Pages/SIRAS{page}", NOT_FOR_THIS_ROLE)
        for page in ("", "/Preview", "/Run", "/Profile", "/Codes", "/Logs", "/Log")
    },
    **{
        f"Pages/SIRAS/{page}": (f"/Pages/SIRAS/{page}", POST_ONLY_SIGNED_IN)
        for page in ("Start", "Decide", "Seen", "Connection", "Approve")
    },
    "Pages/SIRAS/Download": ("/Pages/SIRAS/Download?Job=0&File=main", only(others=404)),
    # Nobody here holds rosters_manage either: who does is below.
    **{
        f"SpecialFunctions/StudentAssessmentRosters{page}": (
            f"/SpecialFunctions/StudentAssessmentRosters{page}",
            NOT_FOR_THIS_ROLE,
        )
        for page in (
            "",
            "/View",
            "/Files",
            "/UploadStatus",
            "/StaleGroups",
            "/Connection",
            "/Schedules",
            "/Sections",
            "/Students",
            "/Teachers",
            "/Exclusions",
            "/OneRoster",
        )
    },
    "SpecialFunctions/StudentAssessmentRosters/Download": (
        "/SpecialFunctions/StudentAssessmentRosters/Download?file=1",
        only(others=404),
    ),
    "SpecialFunctions/StudentAssessmentRosters/UploadStatus/<str:number>": (
        "/SpecialFunctions/StudentAssessmentRosters/UploadStatus/1",
        only(others=404),
    ),
    "SpecialFunctions/StudentAssessmentRosters/Decide": (
        "/SpecialFunctions/StudentAssessmentRosters/Decide",
        POST_ONLY_SIGNED_IN,
    ),
    "Extract/RejectedRecords": (
        "/Extract/RejectedRecords",
        only("requester", "colleague", "colleague_without_role", "school_user", "stranger", others=403),
    ),
    "FileSubmission": ("/FileSubmission/", WHO_IS_SIGNED_IN),
    "FileSubmission/FileUpload": ("/FileSubmission/FileUpload", WHO_IS_SIGNED_IN),
    "FileSubmission/Rules": ("/FileSubmission/Rules", WHO_IS_SIGNED_IN),
    "FileSubmission/Post": ("/FileSubmission/Post", POST_ONLY_SIGNED_IN),
    "FileSubmission/Discard": ("/FileSubmission/Discard", POST_ONLY_SIGNED_IN),
    # Who may see a submission that is there: tests/submissions/test_access.py.
    "FileSubmission/Detail/<int:job_id>": ("/FileSubmission/Detail/1", only(others=404)),
    "FileSubmission/Detail/<int:job_id>/Errors": ("/FileSubmission/Detail/1/Errors", only(others=404)),
    "FileSubmission/Detail/<int:job_id>/ErrorExtract": ("/FileSubmission/Detail/1/ErrorExtract", POST_ONLY_SIGNED_IN),
    **{
        f"Extract/{page}": (f"/Extract/{page}", WHO_IS_SIGNED_IN)
        for page in (
            "CandidateList",
            "SPEDDiscrepancyExtract",
            "DSEAExtract",
        )
    },
}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith("admin/"):
            continue  # below, by its own rule
        found += routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found


def admin_addresses() -> list[str]:
    """Every address of the admin that needs no object."""
    resolver = next(found for found in get_resolver().url_patterns if str(found.pattern) == "admin/")
    found = []
    for pattern in resolver.url_patterns:
        inner = pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]
        prefix = str(pattern.pattern) if isinstance(pattern, URLResolver) else ""
        found += [f"/admin/{prefix}{one.pattern}" for one in inner if "<" not in f"{prefix}{one.pattern}"]
    return [address for address in found if not re.search(r"login|logout|\(\?P|\^", address)]


def test_every_address_has_a_row():
    assert set(GET) == set(routes(get_resolver().url_patterns))


@pytest.fixture
def cast():
    return make_cast()


def client_of(cast: Cast, person: str) -> Client:
    client = Client()
    if person not in SIGNED_OUT:
        client.force_login(cast.people[person])
    return client


@pytest.mark.parametrize("route", GET)
def test_who_gets_what_answer(cast, route):
    address, expected = GET[route]
    answers = {person: client_of(cast, person).get(address).status_code for person in expected}
    assert answers == expected


NUMBERS = ("page", "skip", "take", "requested", "again", "run", "job", "jobid", "file", "line", "students", "closed",
           "ExtractRequestID", "SubmissionID")  # fmt: skip


@pytest.mark.parametrize("digits", [15, 30, 4000])
def test_no_number_in_an_address_is_too_large(cast, digits):
    for role in ROLES.keys() - SELPA_ROLES:
        if role != "senr_edit":
            grant(cast.requester, role, cast.lea)
    client = client_of(cast, "requester")
    client.raise_request_exception = False
    asked = "&".join(f"{name}={'9' * digits}" for name in NUMBERS)
    for address, _ in GET.values():
        for form in ("", "&format=JSON"):
            answer = client.get(f"{address}{'&' if '?' in address else '?'}{asked}{form}")
            assert answer.status_code != 500, (address, form)


def test_the_admin_is_for_staff_alone(cast):
    addresses = admin_addresses()
    assert len(addresses) > 10
    for person in (*SIGNED_IN, *SIGNED_OUT):
        if person == "administrator":
            continue
        client = client_of(cast, person)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404), (person, address)
            if answer.status_code == 302:
                assert "/login" in answer["Location"].lower(), (person, address)


@dataclass(frozen=True)
class Requests:
    """One finished request of each authority, by the name of who could make it."""

    wide: Job
    at_school: Job
    at_other_school: Job
    by_school_user: Job
    staff: Job
    of_selpa: Job
    of_stranger: Job

    def named(self, ids: set[int]) -> set[str]:
        return {name for name, job in vars(self).items() if job.pk in ids}


VISIBLE = {
    "requester": {"wide", "at_school", "at_other_school", "by_school_user"},
    "colleague": {"wide", "at_school", "at_other_school", "by_school_user"},
    "colleague_without_role": {"staff"},
    "school_user": {"at_school", "by_school_user"},
    "selpa_user": {"of_selpa"},
    "stranger": {"of_stranger"},
    "administrator": set(),
}


@pytest.fixture
def requests(cast, settings, tmp_path) -> Requests:
    settings.FILES_DIR = tmp_path
    posting = Posting.objects.create(record_type="SENR", posted_on=date(2025, 9, 1), posted_by="t", file_name="f")
    places = ((cast.lea, cast.school), (cast.lea, cast.other_school), (cast.other_lea, cast.school_of_other_lea))
    for number, (lea, school) in enumerate(places, start=1):
        StudentEnrollment.objects.create(
            reporting_lea=lea.code,
            school_of_attendance=school.code,
            ssid=f"990000000{number}",
            current_ssid=f"990000000{number}",
            birth_date=date(2010, 4, 12),
            enrollment_start_date=date(2025, 8, 18),
            upload_date=date(2025, 9, 1),
            last_updated=date(2025, 9, 1),
            posting=posting,
            posting_line=number,
        )

    def finished(user: User, organization: Organization, code: str, *schools: str, lea: str = "") -> Job:
        access = access_to(user=user, organization=organization, definition=DEFINITIONS[code])
        assert access is not None
        criteria = Criteria(
            record_type=code, way="active", reporting_lea=lea or organization.code, schools=schools, active=True
        )
        job = request_extract(user=user, access=access, criteria=criteria, trigger=Trigger.WEB)
        run_job(job_id=job.pk)
        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED
        return job

    own, other = cast.school.code, cast.other_school.code
    return Requests(
        wide=finished(cast.requester, cast.lea, "SENR", own, other, "0000001", "0000002"),
        at_school=finished(cast.requester, cast.lea, "SENR", own),
        at_other_school=finished(cast.requester, cast.lea, "SENR", other),
        by_school_user=finished(cast.school_user, cast.lea, "SENR", own),
        staff=finished(cast.colleague_without_role, cast.lea, "SDEM"),
        of_selpa=finished(cast.selpa_user, cast.selpa, "SWDS", own, lea=cast.lea.code),
        of_stranger=finished(cast.stranger, cast.other_lea, "SENR", cast.school_of_other_lea.code),
    )


@pytest.mark.parametrize("person", VISIBLE)
def test_exactly_his_rows_stand_in_every_list(cast, requests, person):
    client = client_of(cast, person)
    for address in ("/Extract", "/"):
        page = client.get(address).content.decode()
        ids = {int(found) for found in re.findall(r'data-row="(\d+)"', page)}
        assert requests.named(ids) == VISIBLE[person], address
        if address == "/Extract":
            linked = {int(found) for found in re.findall(r"ExtractRequestID=(\d+)", page)}
            assert requests.named(linked) == VISIBLE[person]
    for address in ("/HomepageNotifications?format=JSON", "/Extract?format=JSON"):
        answer = client.get(address).json()
        assert requests.named({int(row["ExtractRequestID"]) for row in answer["Data"]}) == VISIBLE[person], address
        assert answer["Total"] == len(VISIBLE[person]), address


@pytest.mark.parametrize("person", VISIBLE)
def test_naming_another_organization_shows_nothing_more(cast, requests, person):
    client = client_of(cast, person)
    seen: set[int] = set()
    for organization in (cast.lea, cast.other_lea, cast.selpa):
        answer = client.get(f"/Extract?SelectedLEA={organization.code}&format=JSON").json()
        seen |= {int(row["ExtractRequestID"]) for row in answer["Data"]}
    assert requests.named(seen) == VISIBLE[person]


@pytest.mark.parametrize("person", VISIBLE)
@pytest.mark.parametrize("form", ["", "&format=csv"])
def test_exactly_his_files_come_down(cast, requests, person, form):
    client = client_of(cast, person)
    got = set()
    for job in vars(requests).values():
        answer = client.get(f"/Extract/DownloadLink?ExtractRequestID={job.pk}{form}")
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            assert answer["Content-Disposition"].startswith("attachment")
            content = b"".join(answer.streaming_content)
            if not form:
                assert len(content) == job.files.get().size
            got.add(job.pk)
        else:
            assert b"99000000" not in answer.content
    assert requests.named(got) == VISIBLE[person]


@pytest.mark.parametrize("person", VISIBLE)
def test_only_his_requests_can_be_cancelled(cast, requests, person):
    client = client_of(cast, person)
    possible = {
        job.pk
        for job in vars(requests).values()
        if client.post("/Extract/Cancel", {"ExtractRequestID": job.pk}).status_code == 302
    }
    assert requests.named(possible) == VISIBLE[person]


@pytest.mark.parametrize("person", ["requester", "school_user", "stranger", "selpa_user", "colleague_without_role"])
def test_request_again_shows_the_criteria_of_his_own_requests_only(cast, requests, person):
    client = client_of(cast, person)
    shown = set()
    for job in vars(requests).values():
        page = client.get(f"/Extract/ODSExtract?RecordType={job.record_type}&Again={job.pk}").content.decode()
        if html.fromstring(page).xpath("//select[@name='School']/option[@selected]"):
            shown.add(job.pk)
    assert requests.named(shown) == VISIBLE[person] - {"staff"}  # SDEM has no school to show


def test_the_narrow_user_cannot_repeat_the_wide_users_request(cast, requests):
    client = client_of(cast, "school_user")
    page = client.get(f"/Extract/ODSExtract?RecordType=SENR&Again={requests.wide.pk}").content.decode()
    assert cast.other_school.code not in page
    answer = client.post(
        "/Extract/ODSExtract",
        {
            "RecordType": "SENR",
            "ReportingLEA": cast.lea.code,
            "ActiveStudent": "true",
            "School": [cast.school.code, cast.other_school.code],
        },
    )
    assert answer.status_code == 200
    assert "successfully" not in answer.content.decode()
    assert Job.objects.count() == len(vars(requests))


def test_a_hand_made_request_without_the_role_is_refused(cast):
    for person, lea in (
        ("colleague_without_role", cast.lea),
        ("stranger", cast.lea),
        ("selpa_user", cast.lea),
        ("administrator", cast.lea),
    ):
        answer = client_of(cast, person).post(
            "/Extract/ODSExtract",
            {"RecordType": "SENR", "ReportingLEA": lea.code, "ActiveStudent": "true", "School": cast.school.code},
        )
        assert answer.status_code in (200, 403)
        assert "successfully" not in answer.content.decode()
    assert Job.objects.count() == 0


def download(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    b"".join(answer.streaming_content)


def test_a_right_that_is_revoked_ends_at_once(cast, requests):
    client = client_of(cast, "requester")
    address = f"/Extract/DownloadLink?ExtractRequestID={requests.wide.pk}"
    download(client, address)
    revoke(cast.requester, "senr_edit", cast.lea)
    assert client.get(address).status_code == 404
    assert client.get("/Extract?SelectedLEA=1964733&format=JSON").json() == {"Data": [], "Total": 0}


def test_a_membership_that_ended_takes_the_selpas_files_away(cast, requests):
    client = client_of(cast, "selpa_user")
    address = f"/Extract/DownloadLink?ExtractRequestID={requests.of_selpa.pk}"
    download(client, address)
    cast.selpa.memberships.update(until=date(2024, 6, 30))
    assert client.get(address).status_code == 404
    assert client.get("/Extract?format=JSON").json() == {"Data": [], "Total": 0}


def test_who_administers_rop_and_where():
    rop = make_cast("rop_administer", other_role="senr_edit")
    whole, school = ("requester", "colleague", "stranger"), ("school_user",)
    expected = {
        "/Pages/ROP": only(*whole, *school, others=403),
        "/Pages/ROP/Data": only(*whole, others=403),
        f"/Pages/ROP?school={rop.school.code}": {
            **only("requester", "colleague", *school, others=403), "stranger": 404,
        },
        f"/Pages/ROP?school={rop.other_school.code}": {
            **only("requester", "colleague", others=403), "stranger": 404, "school_user": 404,
        },
    }  # fmt: skip
    for address, statuses in expected.items():
        answers = {person: client_of(rop, person).get(address).status_code for person in statuses}
        assert answers == statuses, address


def test_who_manages_rosters_and_where():
    rosters = make_cast("rosters_manage", other_role="senr_edit")
    everywhere, school = ("requester", "colleague", "stranger"), ("school_user",)
    page = "/SpecialFunctions/StudentAssessmentRosters"
    of_other = {**only("requester", "colleague", others=403), "stranger": 404, "school_user": 404}
    expected = {
        **{f"{page}{part}": only(*everywhere, *school, others=403)
           for part in ("", "/UploadStatus", "/StaleGroups", "/Schedules", "/Sections", "/Teachers", "/View")},
        **{f"{page}{part}": only(*everywhere, others=403) for part in ("/Connection", "/Exclusions", "/OneRoster")},
        **{f"{page}/{part}?school={rosters.other_school.code}": of_other for part in ("View", "Sections", "Teachers")},
    }  # fmt: skip
    for address, statuses in expected.items():
        answers = {person: client_of(rosters, person).get(address).status_code for person in statuses}
        assert answers == statuses, address

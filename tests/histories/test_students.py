"""Student Data: who finds whom, which records stand on the page and in the grid, and what the trail says of it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from accounts.models import AuditEntry
from histories import searching
from histories.parts import STUDENT_PARTS
from ods.models import StudentIdentity
from tests.factories.people import grant, make_user
from tests.factories.records import line
from tests.histories.conftest import ANA, BEN, CAL, DEE, THERE

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

EMPTY = {"Data": [], "Total": 0}


def ssids(page) -> list[str]:
    return html.fromstring(page.content).xpath("//table//a/text()")


def grid(client, part, ssid=ANA):
    return client.get(f"/Student/{ssid}/{part}?format=JSON").json()


def errors(page) -> list[str]:
    alerts = html.fromstring(page.content).xpath("//*[contains(@class, 'alert-danger')]//li")
    return [" ".join(alert.text_content().split()) for alert in alerts]


# Search


def test_an_ssid_leads_to_the_page_of_its_student(client_of):
    answer = client_of("requester").post("/StudentSearch/SSID", {"SSID": ANA})
    assert (answer.status_code, answer["Location"]) == (302, f"/Student/{ANA}")


@pytest.mark.parametrize(("person", "found"), [("requester", {ANA, BEN, DEE}), ("school_user", {ANA, DEE}),
                                               ("stranger", {CAL, DEE})])  # fmt: skip
def test_exactly_the_students_of_his_schools_are_found(client_of, person, found):
    client = client_of(person)
    by_ssid = {
        ssid
        for ssid in (ANA, BEN, CAL, DEE, "9900000099")
        if client.post("/StudentSearch/SSID", {"SSID": ssid}).status_code == 302
    }
    by_name = {
        ssid
        for name in ("Ruiz", "Ruiz*", "okafor")
        for ssid in ssids(client.post("/StudentSearch/Demographics", {"LastName": name}))
    }
    by_grade = {
        ssid
        for grade in ("09", "10", "11")
        for ssid in ssids(client.post("/StudentSearch/Enrollment", {"Grade": grade}))
    }
    pages = {ssid for ssid in (ANA, BEN, CAL, DEE) if client.get(f"/Student/{ssid}").status_code == 200}
    assert (by_ssid, by_name, pages) == (found, found, found)
    assert by_grade <= found


def test_names_ignore_case_and_a_star_means_begins_with(client_of):
    client = client_of("requester")

    def found(**fields):
        return ssids(client.post("/StudentSearch/Demographics", fields))

    assert found(LastName="RUIZ") == [ANA]
    assert found(LastName="ruiz*") == [ANA, DEE]
    assert found(LastName="ruiz*", FirstName="d*") == [DEE]
    assert found(LastName="ruiz%") == []
    assert found(BirthDate="04/12/2010") == [ANA, DEE]
    assert found(BirthDate="01/01/2011") == [BEN]
    assert found(LocalStudentID="D4") == [DEE]


def test_a_renamed_student_is_found_under_both_names(client_of):
    client = client_of("requester")
    assert ssids(client.post("/StudentSearch/Demographics", {"LastName": "Renamed"})) == [ANA]
    assert ssids(client.post("/StudentSearch/Demographics", {"LastName": "Ruiz"})) == [ANA]


def test_enrolments_by_school_year_dates_and_openness(client_of):
    client = client_of("requester")

    def found(**fields):
        return ssids(client.post("/StudentSearch/Enrollment", fields))

    assert found(School=THERE) == [BEN, BEN]
    assert found(School=THERE, OpenOnly="on") == [BEN]
    assert found(AcademicYear="2024-2025") == [BEN]
    assert found(Start="05/30/2025", End="06/30/2025") == [BEN]
    assert found(Start="05/31/2025", End="06/30/2025") == []


def test_more_than_a_hundred_students_are_refused_with_words(client_of, monkeypatch):
    client = client_of("requester")
    monkeypatch.setattr(searching, "MOST_STUDENTS", 2)
    assert len(ssids(client.post("/StudentSearch/Demographics", {"LastName": "ruiz*"}))) == 2
    monkeypatch.setattr(searching, "MOST_STUDENTS", 1)
    page = client.post("/StudentSearch/Demographics", {"LastName": "ruiz*"})
    assert errors(page) == ["More than 1 students fit. Narrow your search: give more of the name, or the birth date."]
    assert ssids(page) == []


def test_more_than_a_thousand_enrolments_are_refused_with_words(client_of, monkeypatch):
    assert (searching.MOST_STUDENTS, searching.MOST_ENROLLMENTS) == (100, 1000)
    monkeypatch.setattr(searching, "MOST_ENROLLMENTS", 1)
    page = client_of("requester").post("/StudentSearch/Enrollment", {"School": THERE})
    assert errors(page) == ["More than 1 enrollments fit. Narrow your search: choose a school, a grade or dates."]
    assert ssids(page) == []


@pytest.mark.parametrize(
    ("address", "fields", "words"),
    [
        ("SSID", {"SSID": ""}, "SSID: Give an SSID."),
        ("SSID", {"SSID": "12"}, "SSID: SSID has ten digits."),
        ("SSID", {"SSID": "9900000099"}, "SSID: No student with this SSID has been enrolled where you may search. "
         "Check the digits."),
        ("Demographics", {"Gender": "F"}, "Last name: Give a last name, a birth date or a Local Student ID."),
        ("Demographics", {"LastName": "*"}, "Last name: The * stands at the end, after at least one letter."),
        ("Demographics", {"BirthDate": "13/45/2010"}, "Birth date: This is not a date. Give it as MM/DD/YYYY, for "
         "example 08/15/2026."),
        ("Enrollment", {"OpenOnly": "on"}, "School: Choose a school, a grade, an Academic Year or dates."),
        ("Enrollment", {"Start": "09/02/2025", "End": "09/01/2025"}, "Enrolled through: The last day is before the "
         "first."),
        ("Enrollment", {"Start": "09/02/2025"}, "Enrolled through: Give both days of the range."),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_made_says_what_to_do(client_of, address, fields, words):
    assert errors(client_of("requester").post(f"/StudentSearch/{address}", fields)) == [words]


# The page and its parts


def test_without_student_search_there_is_no_page_and_no_entry(with_roles):
    client = with_roles("senr_edit")
    for address in (
        "/StudentSearch/SSID",
        "/StudentSearch/Demographics",
        "/StudentSearch/Enrollment",
        f"/Student/{ANA}",
    ):
        answer = client.get(address)
        assert (answer.status_code, b"Student Search" in answer.content) == (403, True)
        assert b"Ruiz" not in answer.content
    assert b"Student Data" not in client.get("/").content


def test_each_part_stands_behind_the_role_of_its_type(with_roles):
    tabs = {
        "senr_edit": ["Enrollment"],
        "sinf_edit": ["Demographics", "Address"],
        "sela_edit": ["English Language Acquisition"],
        "sprg_edit": ["Programs"],
        "scse_edit": ["Course Sections"],
        "scte_edit": ["Career Technical Education"],
        "stas_edit": ["Absence Summary"],
        "sinc_edit": ["Incident Results", "Offenses"],
        "psts_edit": ["Postsecondary Status"],
        "sped_edit": ["Disability Status", "Meetings", "Plans", "Services"],
        "sdem_edit": [],
    }
    for role, labels in tabs.items():
        page = with_roles("student_search", role).get(f"/Student/{ANA}")
        assert html.fromstring(page.content).xpath("//ul[@class='part-links']//a/text()") == labels, role


@pytest.mark.parametrize("part", STUDENT_PARTS)
def test_a_grid_is_empty_without_its_role_for_strangers_and_for_the_unknown(client_of, with_roles, part):
    assert grid(with_roles("rop_administer"), part) == EMPTY
    assert grid(client_of("stranger"), part) == EMPTY
    assert grid(client_of("requester"), part, "9900000099") == EMPTY


def test_a_tab_without_its_role_shows_nothing_and_names_the_role(with_roles):
    page = with_roles("student_search", "senr_edit").get(f"/Student/{ANA}/Address").content.decode()
    assert ("Nowhere Way" in page, "SINF Edit" in page) == (False, True)


def test_every_part_with_data_gives_its_rows_as_strings(client_of):
    client = client_of("requester")
    rows = {part: grid(client, part)["Total"] for part in STUDENT_PARTS}
    assert {part: count for part, count in rows.items() if count} == {
        "Enrollment": 1, "Demographics": 1, "Address": 1, "EnglishLanguageAcquisition": 2, "PSTS": 2, "SWDS": 1,
    }  # fmt: skip
    for part in rows:
        for row in grid(client, part)["Data"]:
            assert {type(value) for value in row.values()} == {str}


def test_a_row_has_the_states_field_names_and_dates_as_people_write_them(client_of):
    answer = client_of("requester").get(f"/student/{ANA}/ENROLLMENT?FORMAT=json")
    (row,) = answer.json()["Data"]
    assert answer.content.startswith(b'{"Data":[{"RecordTypeCode":"SENR",')
    wanted = {
        "RecordTypeCode": "SENR", "ReportingLEA": "1964733", "SchoolofAttendance": "1930924", "SSID": ANA,
        "LocalStudentID": "A1", "EnrollmentStartDate": "08/18/2025", "GradeLevelCode": "09", "EnrollmentExitDate": "",
        "UploadDate": "09/02/2025", "LastUpdatedDate": "09/02/2025",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted


def test_address_and_demographics_share_the_sinf_record_between_them(client_of):
    client = client_of("requester")
    (address,), (demographics,) = grid(client, "Address")["Data"], grid(client, "Demographics")["Data"]
    assert address["AddressLine1"] == "1 Nowhere Way"
    assert "AddressLine1" not in demographics
    assert demographics["StudentLegalLastName"] == "Renamed"
    assert "StudentLegalLastName" not in address


def test_the_newest_record_stands_first(client_of):
    rows = grid(client_of("requester"), "EnglishLanguageAcquisition")["Data"]
    codes = [row["EnglishLanguageAcquisitionStatusCode"] for row in rows]
    assert codes == ["RFEP", "EL"]


def test_records_of_another_lea_stay_out_whoever_asks(client_of):
    assert [row["ReportingLEA"] for row in grid(client_of("requester"), "Enrollment", DEE)["Data"]] == ["1964733"]
    assert [row["ReportingLEA"] for row in grid(client_of("stranger"), "Enrollment", DEE)["Data"]] == ["3768338"]
    assert grid(client_of("requester"), "SWDS", DEE) == EMPTY
    assert grid(client_of("stranger"), "SWDS", DEE)["Total"] == 1


def test_a_school_user_sees_records_of_his_school_and_of_students_enrolled_there(client_of):
    client = client_of("school_user")
    assert {part: grid(client, part)["Total"] for part in ("Enrollment", "EnglishLanguageAcquisition", "SWDS")} == {
        "Enrollment": 1, "EnglishLanguageAcquisition": 2, "SWDS": 1,
    }  # fmt: skip
    assert {part: grid(client, part, BEN) for part in ("Enrollment", "EnglishLanguageAcquisition", "Demographics")} == {
        "Enrollment": EMPTY, "EnglishLanguageAcquisition": EMPTY, "Demographics": EMPTY,
    }  # fmt: skip


def test_psts_for_sped_students_sees_their_rows_only(with_roles):
    rows = grid(with_roles("psts_for_sped_students_edit"), "PSTS")["Data"]
    assert [row["EducationProgramParticipationTypeCode"] for row in rows] == ["30"]


def test_a_selpa_user_reads_special_education_of_member_leas_as_json(client_of):
    client = client_of("selpa_user")
    rows = {part: grid(client, part)["Total"] for part in STUDENT_PARTS}
    assert {part: count for part, count in rows.items() if count} == {"SWDS": 1, "PSTS": 1}
    assert client.get(f"/Student/{ANA}").status_code == 403


def test_an_unknown_part_is_no_page(client_of):
    assert client_of("requester").get(f"/Student/{ANA}/Everything").status_code == 404


def test_codes_and_schools_stand_with_their_meaning(client_of):
    page = html.fromstring(client_of("requester").get(f"/Student/{ANA}").content)
    facts = {
        " ".join(fact.xpath("string(dt)").split()): " ".join(fact.xpath("string(dd)").split())
        for fact in page.xpath("//details//dl/div")
    }
    assert facts["School of Attendance"] == "Alder High - 1930924"
    assert facts["Grade Level Code"].startswith("09 ")
    assert "Enrollment Exit Date" not in facts


# Retired SSIDs


def test_a_retired_ssid_leads_to_its_student_and_both_records(client_of, load):
    load(line("SENR", ssid="9900000008", local_student_id="A0", enrollment_start_date="20240812",
              enrollment_exit_date="20250530", exit_reason_code="E155"))  # fmt: skip
    call_command("retire_ssid", "9900000008", ANA, verbosity=0)
    client = client_of("requester")
    assert client.post("/StudentSearch/SSID", {"SSID": "9900000008"})["Location"] == "/Student/9900000008"
    page = client.get("/Student/9900000008").content.decode()
    assert "SSID 9900000008 is retired." in page
    for ssid in (ANA, "9900000008"):
        rows = grid(client, "Enrollment", ssid)["Data"]
        assert [(row["SSID"], row["LocalStudentID"]) for row in rows] == [(ANA, "A1"), (ANA, "A0")]
    assert client_of("stranger").get("/Student/9900000008").status_code == 404


# The trail


def viewed() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="record.viewed").order_by("pk"))


def test_every_view_is_in_the_trail_and_names_no_student(client_of):
    client = client_of("requester")
    identities = {ssid: StudentIdentity.objects.get(ssid=ssid).pk for ssid in (ANA, DEE)}
    client.get(f"/Student/{ANA}")
    client.get(f"/Student/{ANA}/Address")
    grid(client, "SWDS")
    client.post("/StudentSearch/Demographics", {"LastName": "ruiz*"})
    trail = viewed()
    assert [(entry.subject, entry.details, entry.actor_name, entry.organization_code) for entry in trail] == [
        (f"student:{identities[ANA]}", {"part": "Enrollment", "rows": 1, "as": "page"}, "requester", "1964733"),
        (f"student:{identities[ANA]}", {"part": "Address", "rows": 1, "as": "page"}, "requester", "1964733"),
        (f"student:{identities[ANA]}", {"part": "SWDS", "rows": 1, "as": "JSON"}, "requester", "1964733"),
        (
            "students",
            {"search": "Demographics", "results": 2, "students": sorted(identities.values())},
            "requester",
            "1964733",
        ),
    ]
    assert not any(word in f"{entry.subject}{entry.details}" for entry in trail for word in ("99000", "uiz", "2010"))


def test_what_shows_nobody_leaves_no_view(client_of):
    client = client_of("requester")
    client.get("/Student/9900000003")
    client.post("/StudentSearch/SSID", {"SSID": CAL})
    client.post("/StudentSearch/Demographics", {"LastName": "Nobody"})
    grid(client_of("stranger"), "Enrollment")
    assert viewed() == []


def test_pages_of_many_records_ask_no_more_of_the_database(client_of, load):
    client = client_of("requester")
    with_one = count_queries(client, f"/Student/{ANA}/Enrollment")
    load(*(line("SENR", ssid=ANA, enrollment_start_date=f"20{year}0811", enrollment_exit_date=f"20{year}1011",
                exit_reason_code="E155") for year in (20, 21, 22)))  # fmt: skip
    assert count_queries(client, f"/Student/{ANA}/Enrollment") == with_one


def count_queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_group_of_roles_at_two_schools_adds_up(client_of, cast):
    user = make_user()
    for school in (cast.school, cast.other_school):
        grant(user, "senr_edit", school)
    client = client_of(user)
    assert [grid(client, "Enrollment", ssid)["Total"] for ssid in (ANA, BEN)] == [1, 2]

"""Staff Data: the search, the page, its grids, and the trail."""

import pytest
from lxml import html

from accounts.models import AuditEntry
from histories import searching
from histories.parts import STAFF_PARTS
from tests.histories.conftest import CLERK, TEACHER

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

EMPTY = {"Data": [], "Total": 0}


def grid(client, part, seid=TEACHER):
    return client.get(f"/Staff/{seid}/{part}?format=JSON").json()


def test_a_seid_leads_to_its_page(client_of):
    answer = client_of("requester").post("/StaffSearch", {"SEID": TEACHER})
    assert (answer.status_code, answer["Location"]) == (302, f"/Staff/{TEACHER}")


def test_names_find_the_staff_of_the_lea_alone(client_of):
    page = client_of("requester").post("/StaffSearch", {"LastName": "stone*"})
    assert html.fromstring(page.content).xpath("//table//a/text()") == [TEACHER, CLERK]
    (entry,) = AuditEntry.objects.filter(action="record.viewed")
    assert (entry.subject, entry.details) == (
        "staff",
        {"search": "Staff", "results": 2, "staff": sorted([TEACHER, CLERK])},
    )


def test_more_people_than_a_search_may_give_are_refused_with_words(client_of, monkeypatch):
    monkeypatch.setattr(searching, "MOST_STAFF", 1)
    page = client_of("requester").post("/StaffSearch", {"LastName": "stone*"}).content.decode()
    assert "More than 1 people fit. Narrow your search: give more of the name." in page
    assert TEACHER not in page


def test_a_school_user_has_assignments_of_his_school_and_no_demographics(client_of):
    client = client_of("school_user")
    assert [grid(client, part)["Total"] for part in STAFF_PARTS] == [0, 1, 0]
    assert grid(client, "StaffAssignments", CLERK) == EMPTY
    page = client.get(f"/Staff/{TEACHER}")
    assert html.fromstring(page.content).xpath("//ul[@class='part-links']//a/text()") == ["Assignments", "Courses"]
    assert client.get(f"/Staff/{CLERK}").status_code == 404
    refused = client.post("/StaffSearch", {"LastName": "Stone"}).content.decode()
    assert "Searching by name needs the role SDEM Edit at the LEA." in refused


@pytest.mark.parametrize("part", STAFF_PARTS)
def test_a_grid_is_empty_without_its_role_for_strangers_and_for_the_unknown(client_of, with_roles, part):
    assert grid(with_roles("senr_edit"), part) == EMPTY
    assert grid(client_of("stranger"), part) == EMPTY
    assert grid(client_of("requester"), part, "9800000099") == EMPTY


def test_without_any_staff_role_there_is_no_page_and_no_entry(with_roles):
    client = with_roles("senr_edit", "student_search")
    for address in ("/StaffSearch", f"/Staff/{TEACHER}"):
        answer = client.get(address)
        assert (answer.status_code, b"SDEM Edit" in answer.content, b"Stone" in answer.content) == (403, True, False)
    assert b"Staff Data" not in client.get("/").content


def test_the_page_shows_the_part_and_the_trail_says_so(client_of):
    page = client_of("requester").get(f"/Staff/{TEACHER}/StaffAssignments").content.decode()
    assert ("Stone, Ana" in page, "Alder High" in page) == (True, True)
    (entry,) = AuditEntry.objects.filter(action="record.viewed")
    assert (entry.subject, entry.details) == (
        f"staff:{TEACHER}",
        {"part": "StaffAssignments", "rows": 1, "as": "page"},
    )

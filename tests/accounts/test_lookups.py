"""The lookups of wire contract 3: exact answers, for everybody."""

import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ImportantMessage, User
from tests.factories.organizations import make_lea, make_membership, make_school, make_selpa
from tests.factories.people import Cast, grant, make_cast, make_group, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

PSEUDO = ["0000001", "0000002"]


def ask(user: User, address: str) -> Any:
    browser = Client()
    browser.force_login(user)
    response = browser.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def values(user: User, address: str) -> list[str]:
    return [choice["Value"] for choice in ask(user, address)]


def test_leas_are_those_one_may_work_in() -> None:
    cast = make_cast()
    assert ask(cast.requester, "/leas?format=json") == [
        {
            "Disabled": False,
            "Group": None,
            "Selected": True,
            "Text": "Alder Unified - 1964733",
            "Value": "1964733",
        }
    ]
    assert {name: values(person, "/Leas") for name, person in _active(cast).items()} == {
        "requester": ["1964733"],
        "colleague": ["1964733"],
        "colleague_without_role": ["1964733"],
        "school_user": ["1964733"],
        "selpa_user": ["1901"],
        "stranger": ["3768338"],
        "administrator": [],
    }


def _active(cast: Cast) -> dict[str, User]:
    return {name: person for name, person in cast.people.items() if person.is_active}


def test_schools_are_those_within_reach() -> None:
    cast = make_cast()
    own = {name: values(person, "/SchoolListingAll?lea=1964733") for name, person in _active(cast).items()}
    whole = ["6015234", "1930924", *PSEUDO]
    assert own == {
        "requester": whole,
        "colleague": whole,
        "colleague_without_role": whole,
        "school_user": ["1930924"],
        "selpa_user": whole,
        "stranger": [],
        "administrator": [],
    }
    other = {name: values(person, "/schoollistingall?LEA=3768338") for name, person in _active(cast).items()}
    assert {name for name, found in other.items() if found} == {"stranger"}
    assert other["stranger"] == ["3730033", *PSEUDO]
    assert ask(cast.school_user, "/SchoolListingAll?lea=1964733")[0]["Text"] == "Alder High - 1930924"
    assert ask(cast.requester, "/SchoolListingAll?lea=1964733")[-2]["Text"] == "NPS group - 0000001"


@pytest.mark.parametrize("lea", ["", "1901", "1930924", "9999999", "'%20OR%201=1", "196473", "1964733%20"])
def test_what_is_no_lea_has_no_schools_and_no_submitters(lea: str) -> None:
    cast = make_cast()
    for person in (cast.requester, cast.selpa_user):
        assert ask(person, f"/SchoolListingAll?lea={lea}") == []
        assert ask(person, f"/GetSubmitterNames?leaCdsCode={lea}") == []


def test_the_schools_of_a_former_member_are_gone_for_the_selpa() -> None:
    lea = make_lea("1964733")
    make_school(lea)
    selpa = make_selpa()
    make_membership(selpa, lea, until=date(2026, 11, 20))
    user = make_user()
    grant(user, "selpa_reports", selpa)
    with time_machine.travel("2026-11-20T23:59:00-08:00", tick=False):
        assert values(user, "/SchoolListingAll?lea=1964733") == ["1930924", *PSEUDO]
    with time_machine.travel("2026-11-21T00:00:00-08:00", tick=False):
        assert values(user, "/SchoolListingAll?lea=1964733") == []


def test_submitters_are_the_active_users_of_an_lea_one_works_in() -> None:
    cast = make_cast()
    grant(make_group("clerks", member := make_user("member")), "sela_edit", cast.school)
    grant(make_group("office", member), "sela_edit", cast.lea)
    assert {
        name: sorted(choice["Text"] for choice in ask(person, "/GetSubmitterNames?leaCdsCode=1964733"))
        for name, person in _active(cast).items()
    } == {
        name: (
            [
                "colleague@example.org",
                "colleague_without_role@example.org",
                "member@example.org",
                "requester@example.org",
                "school_user@example.org",
            ]
            if name in {"requester", "colleague", "colleague_without_role", "school_user"}
            else []
        )
        for name in _active(cast)
    }
    assert str(member.pk) in values(cast.requester, "/getsubmitternames?LEACDSCODE=1964733")
    assert len(values(cast.requester, "/GetSubmitterNames?leaCdsCode=1964733")) == 5


def test_where_a_person_works_is_told_as_far_as_one_works_there_too() -> None:
    cast = make_cast()
    grant(cast.colleague, "senr_edit", cast.other_lea)
    alder = {
        "OrganizationID": str(cast.lea.pk),
        "OrganizationCode": "1964733",
        "OrganizationName": "Alder Unified",
        "OrganizationType": "LEA",
    }
    assert ask(cast.requester, "/GetUserOrgs/colleague@example.org?format=JSON") == {"Data": [alder], "Total": 1}
    assert ask(cast.requester, "/getuserorgs/COLLEAGUE@EXAMPLE.ORG") == {"Data": [alder], "Total": 1}
    assert ask(cast.colleague, "/GetUserOrgs/colleague@example.org")["Total"] == 2
    assert {
        name: ask(person, "/GetUserOrgs/requester@example.org")["Total"] for name, person in _active(cast).items()
    } == {
        "requester": 1,
        "colleague": 1,
        "colleague_without_role": 1,
        "school_user": 1,
        "selpa_user": 0,
        "stranger": 0,
        "administrator": 0,
    }


@pytest.mark.parametrize("email", ["nobody@example.org", "deactivated@example.org", "'--", "%25", "_"])
def test_an_unknown_or_inactive_person_works_nowhere(email: str) -> None:
    cast = make_cast()
    assert ask(cast.requester, f"/GetUserOrgs/{email}") == {"Data": [], "Total": 0}


def test_a_nul_character_finds_nothing() -> None:
    browser = Client()
    browser.force_login(make_user())
    assert browser.get("/SchoolListingAll?lea=%00").status_code == 400
    assert browser.get("/GetSubmitterNames?leaCdsCode=%00").status_code == 400
    assert browser.get("/GetUserOrgs/%00").status_code == 404


def test_people_without_an_address_are_not_found_by_a_blank_one() -> None:
    cast = make_cast()
    grant(make_user("blank", email=""), "senr_edit", cast.lea)
    assert ask(cast.requester, "/GetUserOrgs/%20") == {"Data": [], "Total": 0}


@pytest.mark.parametrize(
    ("shown_from", "shown_until", "shown"),
    [
        (date(2026, 11, 21), None, True),
        (date(2026, 11, 21), date(2026, 11, 21), True),
        (date(2026, 11, 1), date(2026, 11, 20), False),
        (date(2026, 11, 22), None, False),
    ],
)
def test_messages_are_shown_on_their_days(shown_from: date, shown_until: date | None, shown: bool) -> None:
    ImportantMessage.objects.create(
        title="Closed", text="On <b>Monday</b>", shown_from=shown_from, shown_until=shown_until
    )
    # 23:30 in California, the next day in UTC.
    with time_machine.travel("2026-11-22T07:30:00Z", tick=False):
        found = ask(make_user(), "/HomepageImportantMessages?format=JSON")
    row = {
        "Title": "Closed",
        "Text": "On <b>Monday</b>",
        "ShownFrom": f"{shown_from:%m/%d/%Y}",
        "ShownUntil": f"{shown_until:%m/%d/%Y}" if shown_until else "",
    }
    assert found == {"Data": [row] if shown else [], "Total": int(shown)}


@pytest.mark.parametrize("address", ["/HomepageAnomalyStatus", "/HomepageCertificationStatus"])
def test_what_is_not_emulated_is_an_empty_grid(address: str) -> None:
    assert ask(make_user(), f"{address}?format=JSON") == {"Data": [], "Total": 0}


@pytest.mark.parametrize(
    "address",
    [
        "/Leas",
        "/SchoolListingAll?lea=1964733",
        "/GetSubmitterNames?leaCdsCode=1964733",
        "/GetUserOrgs/requester@example.org",
        "/HomepageImportantMessages",
        "/HomepageAnomalyStatus",
        "/HomepageCertificationStatus",
    ],
)
def test_lookups_want_somebody_signed_in_and_change_nothing(address: str) -> None:
    make_cast()
    assert Client().get(address).status_code == 302
    browser = Client()
    browser.force_login(User.objects.get(username="requester"))
    assert browser.post(address).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/Leas", "/SchoolListingAll?lea=1964733", "/GetSubmitterNames?leaCdsCode=1964733", "/GetUserOrgs/a@example.org"],
)
def test_more_rows_take_no_more_queries(address: str) -> None:
    cast = make_cast()
    browser = Client()
    browser.force_login(cast.requester)
    counts = []
    for number in range(3):
        user = make_user(f"extra{number}", email=f"extra{number}@example.org" if number else "a@example.org")
        grant(user, "senr_edit", make_school(cast.lea, f"800000{number}"))
        lea = make_lea(f"700000{number}")
        grant(user, "senr_edit", lea)
        grant(cast.requester, "sela_edit", lea)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert len(set(counts)) == 1

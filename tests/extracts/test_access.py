"""Who may ask for what: the menu, the schools offered, and the authority a request is made with."""

import pytest

from accounts.permissions import reach
from extracts.access import access_to, menu
from extracts.definitions import DEFINITIONS, covering_roles
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import Cast, grant, make_cast, make_user

pytestmark = pytest.mark.django_db


def codes(user, organization):
    return [access.definition.code for access in menu(held=reach(user, organization), organization=organization)]


ROLE_TO_TYPES = {
    "senr_edit": ["SENR", "CENR", "SSID", "REPL"],
    "sinf_edit": ["SINF"],
    "sela_edit": ["SELA"],
    "sprg_edit": ["SPRG"],
    "sdem_edit": ["SDEM"],
    "sass_edit": ["SASS"],
    "crse_edit": ["CRSE", "CRSC"],
    "scse_edit": ["SCSE", "SCSC"],
    "scte_edit": ["SCTE"],
    "stas_edit": ["STAS"],
    "sinc_edit": ["SINC", "SIRS", "SOFF"],
    "sped_edit": ["SWDS", "MEET", "PLAN", "SERV"],
    "psts_edit": ["PSTS"],
    "psts_for_sped_students_edit": ["PSTS"],
    "sdis_edit": ["SDIS"],
    "swav_edit": ["SWAV"],
    "direct_certification": ["DC"],
    "student_search": [],
    "rosters_manage": [],
    "siras_manage": [],
    "rop_administer": [],
}


@pytest.mark.parametrize("role", ROLE_TO_TYPES)
def test_each_role_unlocks_its_types_and_no_other(role):
    lea = make_lea()
    user = make_user()
    grant(user, role, lea)
    assert codes(user, lea) == ROLE_TO_TYPES[role]


def test_selpa_reports_unlocks_special_education_and_psts_at_the_selpa():
    cast = make_cast()
    assert codes(cast.selpa_user, cast.selpa) == ["SWDS", "MEET", "PLAN", "SERV", "PSTS"]
    assert codes(cast.selpa_user, cast.lea) == []


def test_a_school_user_has_no_staff_demographics():
    lea = make_lea()
    school = make_school(lea)
    user = make_user()
    for role in ("sdem_edit", "sass_edit"):
        grant(user, role, school)
    assert codes(user, lea) == ["SASS"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def senr(user, organization):
    return access_to(user=user, organization=organization, definition=DEFINITIONS["SENR"])


def test_an_lea_user_is_offered_the_schools_and_both_placements(cast):
    offered = [school.code for school in senr(cast.requester, cast.lea).schools(cast.lea)]
    assert offered == ["6015234", "1930924", "0000001", "0000002"]  # by name: Alder Elementary, Alder High


def test_a_school_user_is_offered_his_school_only(cast):
    assert [school.code for school in senr(cast.school_user, cast.lea).schools(cast.lea)] == [cast.school.code]


def test_staff_assignment_offers_the_district_office():
    cast = make_cast("sass_edit")
    access = access_to(user=cast.requester, organization=cast.lea, definition=DEFINITIONS["SASS"])
    assert str(access.schools(cast.lea)[0]) == "District Office - 1964733"


def test_an_independent_charter_is_offered_once():
    charter = make_lea("1996001", "Charter")
    make_school(charter, "1996001", "Charter")
    user = make_user()
    grant(user, "sass_edit", charter)
    access = access_to(user=user, organization=charter, definition=DEFINITIONS["SASS"])
    assert [school.code for school in access.schools(charter)] == ["1996001", "0000001", "0000002"]
    assert access.unlock_for(["1996001"])[1] is False


def test_a_request_for_schools_only_does_not_take_the_whole_lea(cast):
    access = senr(cast.requester, cast.lea)
    assert access.unlock_for([cast.school.code])[1] is False
    assert access.unlock_for([cast.school.code, "0000001"])[1] is True
    assert access.unlock_for([])[1] is True


def test_a_school_user_covers_his_school_only(cast):
    access = senr(cast.school_user, cast.lea)
    assert access.unlock_for([cast.school.code])[0].role == "senr_edit"
    assert access.unlock_for([cast.school.code, cast.other_school.code]) is None
    assert access.unlock_for(["0000001"]) is None
    assert access.unlock_for([]) is None


def test_the_widest_unlock_that_covers_the_schools_counts():
    lea = make_lea()
    own, other = make_school(lea, "1930924"), make_school(lea, "1930932")
    user = make_user()
    grant(user, "psts_edit", own)
    grant(user, "psts_for_sped_students_edit", lea)
    access = access_to(user=user, organization=lea, definition=DEFINITIONS["PSTS"])
    assert access.unlock_for([own.code])[0].limit == ""
    assert access.unlock_for([own.code, other.code])[0].limit == "sped"
    assert access.limit == ""


def test_a_selpa_chooses_among_the_members_of_today():
    member, former = make_lea("1964733"), make_lea("1964741")
    selpa = make_selpa(members=(member,))
    user = make_user()
    grant(user, "selpa_reports", selpa)
    access = access_to(user=user, organization=selpa, definition=DEFINITIONS["PSTS"])
    assert access.leas() == [member]
    assert former not in access.leas()
    assert access.limit == "sped"


def test_a_deactivated_user_is_offered_nothing(cast):
    assert codes(cast.deactivated, cast.lea) == []


def test_what_covers_a_request_of_each_type_and_limit():
    covers = covering_roles()
    assert covers["PSTS", ""] == {"psts_edit"}
    assert covers["PSTS", "sped"] == {"psts_edit", "psts_for_sped_students_edit", "selpa_reports"}
    assert covers["SERV", ""] == {"sped_edit", "selpa_reports"}
    assert set(covers) == {(code, "") for code in DEFINITIONS} | {("PSTS", "sped")}

"""The lines and keys of students follow every posting, once caught up, retirement and restoring, on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from ods import matching_lines
from ods.identities import restore, retire
from ods.matching_keys import keys_of, words
from ods.matching_lines import catch_up
from ods.models import ChangedStudent, IdentityKey, IdentityLine, StudentIdentity
from tests.factories.organizations import make_lea, make_school
from tests.factories.records import LEA, SCHOOL, line
from tests.jobs.races import at_once
from tests.ods.posting.filing import OTHER_LEA, OTHER_LEAS_SCHOOL, SECOND_SCHOOL, filed

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

ANA, BEN = "9900000001", "9900000002"


@pytest.fixture(autouse=True)
def directory(db: None) -> None:
    lea, other = make_lea(LEA), make_lea(OTHER_LEA)
    make_school(lea, SCHOOL)
    make_school(lea, SECOND_SCHOOL)
    make_school(other, OTHER_LEAS_SCHOOL)


def post(*lines: str) -> None:
    found = filed(*lines)
    assert (found.outcome.refused, found.places) == ("", [])
    catch_up()


def stored() -> dict[str, str]:
    """SSID to line."""
    ssids = dict(StudentIdentity.objects.values_list("pk", "ssid"))
    return {ssids[each.identity]: each.line for each in IdentityLine.objects.all()}


def keys_are_those_of_the_lines() -> bool:
    wanted = {(key, each.identity) for each in IdentityLine.objects.all() for key in keys_of(each.line)}
    return set(IdentityKey.objects.values_list("key", "identity")) == wanted


def senr(ssid: str, transaction: str = "", **given: str) -> str:
    return line("SENR", transaction, ssid=ssid, **given)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("José-Luis", "JOSE LUIS"),
        ("O'Neil  Jr.", "ONEIL"),
        ("Jr", "JR"),
        ("de la Cruz III", "DE LA CRUZ"),
        ("Nguyễn Đặng", "NGUYEN DANG"),
        ("Straße", "STRASSE"),
        ("- '", ""),
    ],
)
def test_names_become_words(name: str, expected: str) -> None:
    assert words(name) == expected


def test_a_line_is_of_the_latest_enrollment_whichever_lea_sent_it() -> None:
    post(senr(ANA, legal_first_name="Ána", enrollment_start_date="20250818"), senr(BEN))
    post(
        senr(ANA, legal_first_name="Later", enrollment_start_date="20250901",
             reporting_lea=OTHER_LEA, school_of_attendance=OTHER_LEAS_SCHOOL),
        senr(BEN, legal_first_name="Earlier", enrollment_start_date="20250701",
             reporting_lea=OTHER_LEA, school_of_attendance=OTHER_LEAS_SCHOOL),
    )  # fmt: skip
    assert [stored()[ANA].split("^")[0], stored()[BEN].split("^")[0]] == ["LATER", "ANA"]
    assert keys_are_those_of_the_lines()


def test_a_change_and_a_removal_take_the_old_keys_along() -> None:
    post(senr(ANA), senr(ANA, enrollment_start_date="20240812", legal_last_name="Before"))
    post(senr(ANA, "R", legal_last_name="Soto"))
    assert stored()[ANA].split("^")[2] == "SOTO"
    assert keys_are_those_of_the_lines()
    post(senr(ANA, "D", legal_last_name="Soto"))
    assert stored()[ANA].split("^")[2] == "BEFORE"
    assert keys_are_those_of_the_lines()
    post(senr(ANA, "D", enrollment_start_date="20240812", legal_last_name="Before"))
    assert stored() == {}
    assert IdentityKey.objects.count() == 0


def test_of_two_records_of_one_day_the_later_posted_counts() -> None:
    post(senr(ANA), senr(ANA, school_of_attendance=SECOND_SCHOOL, legal_first_name="Second"))
    assert stored()[ANA].split("^")[0] == "SECOND"


def test_a_retired_ssid_is_not_found_and_comes_back_restored() -> None:
    post(senr(ANA), senr(BEN, legal_first_name="Ben", enrollment_start_date="20240812"))
    retire(old=BEN, new=ANA, on=date(2025, 9, 1))
    assert set(stored()) == {ANA}
    assert keys_are_those_of_the_lines()
    post(senr(BEN, legal_first_name="Newest", enrollment_start_date="20251001", school_of_attendance=SECOND_SCHOOL))
    assert {ssid: each.split("^")[0] for ssid, each in stored().items()} == {ANA: "NEWEST"}
    restore(old=BEN)
    assert {ssid: each.split("^")[0] for ssid, each in stored().items()} == {ANA: "ANA", BEN: "NEWEST"}
    assert keys_are_those_of_the_lines()


def test_a_posting_notes_whom_it_changed_and_catching_up_takes_them_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_lines, "_STEP", 2)
    ssids = [f"990000000{number}" for number in range(1, 6)]
    assert filed(*(senr(ssid) for ssid in ssids)).outcome.refused == ""
    assert sorted(ChangedStudent.objects.values_list("ssid", flat=True)) == ssids
    assert stored() == {}
    steps: list[int] = []
    assert catch_up(steps.append) == 5
    assert (steps, sorted(stored()), ChangedStudent.objects.count()) == ([2, 4, 5], ssids, 0)
    assert filed(senr(ANA)).outcome.refused == ""  # nothing changes
    assert (catch_up(), keys_are_those_of_the_lines()) == (0, True)


def test_who_was_retired_before_catching_up_is_not_found() -> None:
    post(senr(ANA))
    assert filed(senr(BEN, legal_first_name="Ben", enrollment_start_date="20240812")).outcome.refused == ""
    retire(old=BEN, new=ANA, on=date(2025, 9, 1))
    catch_up()
    assert set(stored()) == {ANA}
    assert keys_are_those_of_the_lines()


@pytest.mark.django_db(transaction=True)
def test_many_who_catch_up_at_once_do_it_once(postgresql_only: None) -> None:
    assert filed(*(senr(f"99000000{number:02}") for number in range(20))).outcome.refused == ""
    assert sum(at_once(4, catch_up)) == 20
    assert (len(stored()), keys_are_those_of_the_lines()) == (20, True)


def test_the_command_makes_all_anew(capsys: pytest.CaptureFixture[str]) -> None:
    post(senr(ANA), senr(BEN))
    before = stored()
    IdentityLine.objects.all().delete()
    call_command("rebuild_matching_keys")
    assert capsys.readouterr().out == "2 students can be found.\n"
    assert stored() == before
    assert keys_are_those_of_the_lines()


def test_keys_of_an_earlier_release_are_told_of_by_migrate(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check", databases=["default"])
    post(senr(ANA), senr(BEN))
    call_command("check", databases=["default"])
    assert "ods.W001" not in capsys.readouterr().err
    stale = IdentityKey.objects.first()
    assert stale
    IdentityKey.objects.filter(key=stale.key).delete()
    call_command("check", databases=["default"])
    assert "ods.W001" in capsys.readouterr().err
    call_command("rebuild_matching_keys")
    call_command("check", databases=["default"])
    assert "ods.W001" not in capsys.readouterr().err

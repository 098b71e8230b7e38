"""`manage.py demo_data`: the demo and its accounts in one command."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.administrators import may_administer
from accounts.models import AuditEntry, User, UserRole
from accounts.organizations import working_organizations
from accounts.permissions import organizations_for, reach, roles_of
from ods.demo.generator import DemoData
from ods.models import DirectCertification, Organization, Posting, StudentEnrollment
from rop_export.models import DataImport, SchoolOptions, SectionEnrollment

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

OPTIONS = ["--students", "120"]
LEA = "9910010"
OTHER_LEA = "9910028"


def _run(*options: str) -> str:
    out = StringIO()
    call_command("demo_data", *options, stdout=out)
    return out.getvalue()


def _counts() -> list[int]:
    return [model._default_manager.count() for model in (Organization, Posting, StudentEnrollment, User)]


def _roles(username: str) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    for role in UserRole.objects.filter(user__username=username).select_related("permission", "content_object"):
        held.setdefault(role.content_object.code, set()).add(role.permission.codename)
    return held


def test_the_accounts_hold_the_roles_they_are_said_to_hold(demo_ods: DemoData) -> None:
    words = _run(*OPTIONS)
    everything = set(roles_of("LEA"))
    edit = {role for role in everything if role.endswith("_edit")}
    high = Organization.objects.get(name="Poppy Valley High")
    assert _roles("lea.user") == {LEA: everything}
    assert _roles("lea2.user") == {OTHER_LEA: everything}
    assert _roles("county.user") == {LEA: everything, OTHER_LEA: everything}
    assert _roles("school.user") == {high.code: edit}
    assert _roles("selpa.user") == {"9901": {"selpa_reports"}}
    assert _roles("one.role") == {LEA: {"senr_edit"}}
    assert _roles("rop.user") == {LEA: {"rop_administer"}}
    assert _roles("rosters.user") == {LEA: {"rosters_manage"}}
    assert _roles("admin") == {}
    for username in (
        "lea.user",
        "lea2.user",
        "county.user",
        "school.user",
        "selpa.user",
        "rop.user",
        "rosters.user",
        "one.role",
        "admin",
    ):
        assert authenticate(username=username, password="calpads-demo") == User.objects.get(username=username)
        assert f"  {username} " in words
        assert User.objects.get(username=username).email == f"{username}@example.org"
    assert "Sign in with the password calpads-demo:" in words


def test_the_accounts_reach_what_they_should(demo_ods: DemoData) -> None:
    _run(*OPTIONS)
    users = {user.username: user for user in User.objects.all()}
    places = {name: {each.code for each in working_organizations(user)} for name, user in users.items()}
    assert places == {
        "admin": set(),
        "lea.user": {LEA},
        "lea2.user": {OTHER_LEA},
        "county.user": {LEA, OTHER_LEA},
        "school.user": {LEA},
        "selpa.user": {"9901"},
        "one.role": {LEA},
        "rop.user": {LEA},
        "rosters.user": {LEA},
    }
    lea = Organization.objects.get(kind="LEA", code=LEA)
    high = Organization.objects.get(name="Poppy Valley High")
    assert reach(users["school.user"], lea)["senr_edit"].schools == {high.code}
    leas = organizations_for(users["selpa.user"], "selpa_reports").filter(kind="LEA")
    assert {each.code for each in leas} == {LEA, OTHER_LEA}  # the charter's membership is over


def test_the_demo_has_rop_data_of_each_kind_of_school_and_a_second_run_adds_none(demo_ods: DemoData) -> None:
    assert "ROP data of 3 LEAs loaded." in _run(*OPTIONS)
    kinds = {
        (given.lea.code, school.scheduling, school.attendance)
        for given in DataImport.objects.all()
        for school in SchoolOptions.objects.filter(lea=given.lea).exclude(school="0")
    }
    assert kinds == {(LEA, "T", "N"), (OTHER_LEA, "F", "N"), ("0990019", "T", "P")}
    assert [given.error_count for given in DataImport.objects.all()] == [0, 0, 0]
    assert SectionEnrollment.objects.values("lea").distinct().count() == 3
    sent = list(DataImport.objects.order_by("pk").values_list("pk", "sha256"))
    assert "ROP data" not in _run(*OPTIONS)
    assert list(DataImport.objects.order_by("pk").values_list("pk", "sha256")) == sent


def test_the_administrator_assigns_roles_and_is_no_superuser(demo_ods: DemoData) -> None:
    _run(*OPTIONS)
    admin = User.objects.get(username="admin")
    assert (may_administer(admin), admin.is_superuser) == (True, False)
    granted = AuditEntry.objects.filter(action="role.granted", actor_id=admin.pk)
    assert granted.count() == UserRole.objects.count()


def test_a_second_run_gives_back_no_role_that_was_taken(demo_ods: DemoData) -> None:
    _run(*OPTIONS)
    UserRole.objects.filter(user__username="one.role").delete()
    User.objects.filter(username="lea.user").update(is_active=False)
    users = list(User.objects.order_by("pk").values_list())
    postings = Posting.objects.count()
    words = _run(*OPTIONS)
    assert list(User.objects.order_by("pk").values_list()) == users
    assert _roles("one.role") == {}
    assert Posting.objects.count() == postings
    assert "nothing was changed" in words
    assert "(accounts as before)" in words


def test_no_account_with_a_known_password_on_a_portal_that_others_reach(demo_ods: DemoData) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True):
        words = _run(*OPTIONS)
        assert User.objects.count() == 0
        assert "No demo accounts were made" in words
        _run(*OPTIONS, "--accounts")
    assert User.objects.count() == 9


def test_write_only_loads_nothing(tmp_path: Path) -> None:
    before = _counts()
    words = _run(*OPTIONS, "--write-only", str(tmp_path / "files"))
    files = list((tmp_path / "files").glob("*.txt"))
    assert words == f"{len(files)} files and directory.csv written to {tmp_path / 'files'}\n"
    assert {path.name for path in (tmp_path / "files").glob("*.csv")} == {"directory.csv", "rounds.csv"}
    assert _counts() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--leas", "2"], "at least 3 LEAs"),
        (["--students", "12"], "at least 40 students"),
        (["--as-of", "2020-01-01"], "from 2022-10-28 on"),
    ],
)
def test_sizes_that_cannot_be_are_refused_in_words(options: list[str], words: str) -> None:
    before = _counts()
    with pytest.raises(CommandError, match=words):
        _run(*options)
    assert _counts() == before


def test_other_options_on_the_same_database_are_refused_in_words(demo_ods: DemoData) -> None:
    with pytest.raises(CommandError, match="made with other options"):
        _run(*OPTIONS, "--seed", "77")
    assert User.objects.count() == 0


def test_some_enrolled_students_are_directly_certified_and_always_the_same(demo_ods: DemoData) -> None:
    _run(*OPTIONS)
    results = set(DirectCertification.objects.values_list("academic_year", "ssid", "certification_status"))
    enrolled = set(StudentEnrollment.objects.filter(enrollment_exit_date=None).values_list("ssid", flat=True))
    assert {year for year, _, _ in results} == {"2026-2027"}
    assert {ssid for _, ssid, _ in results} < enrolled
    assert len(enrolled) / 8 < len(results) < len(enrolled) / 2
    assert {status for _, _, status in results} == {"S", "T", "M", "R"}
    _run(*OPTIONS)
    assert set(DirectCertification.objects.values_list("academic_year", "ssid", "certification_status")) == results

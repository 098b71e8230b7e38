"""Combine SSIDs: the page from comparing to undoing, what extracts show meanwhile, and who may do it."""

import io

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from lxml import html

from accounts.enums import AuditAction
from accounts.models import AuditEntry
from extracts.building import build
from extracts.criteria import Criteria
from histories import combining
from ods.calendar import pacific_today
from ods.models import EnglishLanguageAcquisition, StudentEnrollment, StudentIdentity
from tests.factories.people import grant, make_user
from tests.factories.records import line
from tests.histories.conftest import ANA, BEN, CAL, DEE, HERE
from tests.jobs.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

OLD = "9900000008"


@pytest.fixture
def double(client_of, load):
    """Ana's second identity: an enrolment of last year, and a language record of another LEA."""
    load(line("SENR", ssid=OLD, local_student_id="A0", enrollment_start_date="20240812",
              enrollment_exit_date="20250530", exit_reason_code="E155"))  # fmt: skip
    load(line("SELA", ssid=OLD, reporting_lea="3768338", school_of_attendance="3730033"))


def post(client, command, old=OLD, new=ANA):
    fields = {"SSIDToRetire": old, "SSIDThatStays": new, "command": command}
    return client.post("/CombineSSIDs", fields, follow=True)


def extracted(code: str) -> list[str]:
    out = io.BytesIO()
    way = {"way": "date_range", "record_type": code, "reporting_lea": "1964733", "schools": (HERE,)}
    build(criteria=Criteria(**way), sink=out)
    return out.getvalue().decode().splitlines()


def shown() -> set[tuple[str, str]]:
    return set(StudentEnrollment.objects.filter(ssid__in=(OLD, ANA)).values_list("ssid", "current_ssid"))


def text(page) -> str:
    return " ".join(html.fromstring(page.content).text_content().split())


def test_comparing_shows_both_and_changes_nothing(client_of, double):
    page = post(client_of("requester"), "Review")
    rows = html.fromstring(page.content).xpath("//table[1]/tbody/tr")
    assert [[" ".join(cell.text_content().split()) for cell in row][:4] for row in rows] == [
        ["To retire", OLD, "Ruiz, Ana", "04/12/2010"],
        ["Stays", ANA, "Ruiz, Ana", "04/12/2010"],
    ]
    assert shown() == {(OLD, OLD), (ANA, ANA)}
    (entry,) = AuditEntry.objects.filter(action="record.viewed")
    assert entry.details["search"] == "Combine SSIDs"


def test_combining_moves_the_histories_and_undoing_gives_them_back(client_of, double):
    client = client_of("requester")
    before = [extracted(code) for code in ("SENR", "REPL")]
    page = post(client, "Combine")
    assert "Combined: 2 records show the SSID that stays now." in text(page)
    assert shown() == {(OLD, ANA), (ANA, ANA)}
    assert EnglishLanguageAcquisition.objects.get(ssid=OLD).current_ssid == ANA
    assert OLD not in "".join(extracted("SENR"))
    assert extracted("REPL") == [f"1964733^{HERE}^A1^{OLD}^{ANA}"]
    identity = StudentIdentity.objects.get(ssid=OLD)
    survivor = StudentIdentity.objects.get(ssid=ANA)
    assert f"{OLD} {ANA}" in text(page)
    page = client.post("/CombineSSIDs/Undo", {"Identity": identity.pk}, follow=True)
    assert "Undone: 2 records show their own SSID again." in text(page)
    assert shown() == {(OLD, OLD), (ANA, ANA)}
    assert [extracted(code) for code in ("SENR", "REPL")] == before
    trail = AuditEntry.objects.filter(action__startswith="student.").order_by("pk")
    assert [(entry.action, entry.subject, entry.details) for entry in trail] == [
        ("student.ssids_combined", f"student:{identity.pk}", {"survivor": survivor.pk, "records": 2}),
        ("student.ssids_separated", f"student:{identity.pk}", {"survivor": survivor.pk, "records": 2}),
    ]


def test_a_second_press_changes_nothing_and_says_so(client_of, double):
    client = client_of("requester")
    post(client, "Combine")
    assert "Both are the same SSID, or one was retired for the other already." not in text(
        post(client, "Review", ANA, BEN)
    )
    page = post(client, "Combine")
    assert "The SSID to retire is retired already." in text(page)
    assert AuditEntry.objects.filter(action="student.ssids_combined").count() == 1


def test_a_retired_ssid_given_as_the_one_that_stays_means_its_replacement(client_of, double):
    client = client_of("requester")
    post(client, "Combine")
    page = post(client, "Review", BEN, OLD)
    assert html.fromstring(page.content).xpath("//input[@name='SSIDThatStays']/@value") == [ANA]
    assert "the same SSID" in text(post(client, "Review", ANA, OLD))


def test_differences_and_double_enrolments_are_warned_of(client_of, double):
    words = text(post(client_of("requester"), "Review", BEN, ANA))
    for warning in ("The birth dates differ.", "The last names differ.", "Both have an open enrollment"):
        assert warning in words
    assert "The genders differ." not in words
    assert "Both have an enrollment at the same school" in text(post(client_of("requester"), "Review", DEE, ANA))


@pytest.mark.parametrize(("old", "new"), [(CAL, ANA), (ANA, CAL), ("9900000099", ANA)])
def test_students_of_other_leas_are_not_combined_here(client_of, double, old, new):
    client = client_of("requester")
    for command in ("Review", "Combine"):
        assert "has no enrollment of this LEA" in text(post(client, command, old, new))
    assert not StudentIdentity.objects.filter(retired_by__isnull=False).exists()


def test_only_senr_edit_at_the_lea_may_combine_and_undo(client_of, double, cast):
    post(client_of("requester"), "Combine")
    identity = StudentIdentity.objects.get(ssid=OLD).pk
    other = make_user()
    grant(other, "sinf_edit", cast.lea)
    statuses = {}
    for name, who in (("school", "school_user"), ("other role", other), ("selpa", "selpa_user")):
        client = client_of(who)
        statuses[name] = (
            client.get("/CombineSSIDs").status_code,
            post(client, "Combine", DEE, ANA).status_code,
            client.post("/CombineSSIDs/Undo", {"Identity": identity}).status_code,
        )
    assert statuses == dict.fromkeys(statuses, (403, 403, 403))
    stranger = client_of("stranger")
    assert OLD not in stranger.get("/CombineSSIDs").content.decode()
    assert stranger.post("/CombineSSIDs/Undo", {"Identity": identity}).status_code == 404
    assert shown() == {(OLD, ANA), (ANA, ANA)}


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_combine_at_once_one_does_it(client_of, double, cast):
    client_of("requester")
    request = RequestFactory().post("/CombineSSIDs")
    request.user = cast.requester

    def press() -> int:
        return combining.combine(old=OLD, new=ANA, on=pacific_today(), organization=cast.lea, request=request)

    results = at_once(4, press)
    assert sorted(type(result).__name__ for result in results) == ["CombiningRefused"] * 3 + ["int"]
    assert AuditEntry.objects.filter(action="student.ssids_combined").count() == 1
    assert shown() == {(OLD, ANA), (ANA, ANA)}


def test_the_command_leaves_a_trail_without_an_ssid_in_it(double) -> None:
    call_command("retire_ssid", OLD, ANA, stdout=io.StringIO())
    call_command("retire_ssid", OLD, undo=True, stdout=io.StringIO())
    old, ana = StudentIdentity.objects.get(ssid=OLD), StudentIdentity.objects.get(ssid=ANA)
    entries = AuditEntry.objects.filter(subject=f"student:{old.pk}").order_by("pk")
    assert [(each.action, each.actor_name, each.details) for each in entries] == [
        (AuditAction.SSIDS_COMBINED, "", {"survivor": ana.pk, "records": 2, "by": "manage.py retire_ssid"}),
        (AuditAction.SSIDS_SEPARATED, "", {"survivor": None, "records": 2, "by": "manage.py retire_ssid"}),
    ]

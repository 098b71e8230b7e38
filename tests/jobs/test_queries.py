"""Who sees which job: exactly what his rights cover now."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from jobs import registry
from jobs.models import Job
from jobs.queries import covers, job_for, jobs_for
from jobs.registry import JobKind
from ods.models import Organization, SelpaMembership
from tests.factories.jobs import COVERING, make_job
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import Cast, grant, make_group, make_user, revoke

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("kind")]


@pytest.fixture
def jobs(cast: Cast) -> dict[str, Job]:
    """One job of every shape, by a name that says it."""
    everyone = cast.requester
    both = (cast.school.code, cast.other_school.code)
    sped = {"authority_limit": "sped", "record_type": "PSTS"}
    by_selpa = {"authority_role": "selpa_reports", "authority_lea": cast.lea.code}
    return {
        "whole": make_job(everyone, cast.lea),
        "school": make_job(everyone, cast.lea, schools=(cast.school.code,)),
        "other school": make_job(everyone, cast.lea, schools=(cast.other_school.code,)),
        "both schools": make_job(everyone, cast.lea, schools=both),
        "school and placements": make_job(everyone, cast.lea, schools=(cast.school.code, "0000001")),
        "staff": make_job(everyone, cast.lea, record_type="SDEM"),
        "sped": make_job(everyone, cast.lea, record_type="SWDS"),
        "psts": make_job(everyone, cast.lea, record_type="PSTS"),
        "psts sped": make_job(everyone, cast.lea, **sped),
        "psts sped of school": make_job(everyone, cast.lea, schools=(cast.school.code,), **sped),
        "other lea": make_job(cast.stranger, cast.other_lea),
        "selpa": make_job(cast.selpa_user, cast.selpa, record_type="SWDS", **by_selpa),
        "selpa psts sped": make_job(cast.selpa_user, cast.selpa, **sped, **by_selpa),
        "selpa psts all": make_job(cast.selpa_user, cast.selpa, record_type="PSTS", **by_selpa),
        "selpa, no member": make_job(
            cast.selpa_user, cast.selpa, record_type="SWDS", authority_lea=cast.other_lea.code
        ),
        "undeclared type": make_job(everyone, cast.lea, record_type="XXXX"),
        "undeclared kind": make_job(everyone, cast.lea, kind="gone"),
        "undeclared limit": make_job(everyone, cast.lea, authority_limit="other"),
        "no school at all": make_job(everyone, cast.lea, authority_whole=False),
    }


def seen_by(user: User | AnonymousUser, jobs: dict[str, Job], organizations: list[Organization]) -> set[str]:
    """The jobs the list shows in any of the organisations; the door to one job must agree with it."""
    listed = {job.pk for organization in organizations for job in jobs_for(user, organization)}
    for job in jobs.values():
        try:
            found = job_for(user, job.pk)
        except Job.DoesNotExist:
            assert job.pk not in listed
        else:
            assert (found, found.pk in listed) == (job, True)
        if isinstance(user, User):
            assert covers(user=user, job=job) == (job.pk in listed)
    return {name for name, job in jobs.items() if job.pk in listed}


SENR_OF_LEA = {"whole", "school", "other school", "both schools", "school and placements", "no school at all"}

SEEN_BY_CAST = {
    "requester": SENR_OF_LEA,
    "colleague": SENR_OF_LEA,
    "colleague_without_role": {"staff"},
    "school_user": {"school"},
    "selpa_user": {"selpa", "selpa psts sped"},
    "stranger": {"other lea"},
    "deactivated": set(),
    "administrator": set(),
}


@pytest.mark.parametrize("person", SEEN_BY_CAST)
def test_each_of_the_cast_sees_exactly_what_his_rights_cover(cast: Cast, jobs: dict[str, Job], person: str) -> None:
    assert seen_by(cast.people[person], jobs, [cast.lea, cast.other_lea, cast.selpa]) == SEEN_BY_CAST[person]


def test_nobody_is_left_out_of_the_cast(cast: Cast) -> None:
    assert set(SEEN_BY_CAST) == set(cast.people)


@pytest.mark.parametrize(
    ("role", "at", "seen"),
    [
        ("psts_edit", "lea", {"psts", "psts sped", "psts sped of school"}),
        ("psts_for_sped_students_edit", "lea", {"psts sped", "psts sped of school"}),
        ("psts_edit", "school", {"psts sped of school"}),
        ("psts_for_sped_students_edit", "other_school", set()),
        ("sped_edit", "lea", {"sped"}),
        ("sdem_edit", "school", set()),
        ("sdem_edit", "other_lea", set()),
        ("student_search", "lea", set()),
        ("selpa_reports", "lea", set()),
        ("sped_edit", "selpa", set()),
        ("senr_edit", "selpa", set()),
    ],
)
def test_what_one_role_at_one_place_shows(cast, jobs, role: str, at: str, seen: set[str]) -> None:
    user = make_user()
    grant(user, role, getattr(cast, at))
    assert seen_by(user, jobs, [cast.lea, cast.other_lea, cast.selpa]) == seen


def test_a_user_of_both_schools_sees_the_jobs_of_each_and_of_both(cast, jobs) -> None:
    grant(cast.school_user, "senr_edit", cast.other_school)
    assert seen_by(cast.school_user, jobs, [cast.lea]) == {"school", "other school", "both schools"}


def test_schools_of_different_roles_do_not_add_up(cast, jobs) -> None:
    """He could not have made a request over both schools with either role."""
    user = make_user()
    grant(user, "psts_edit", cast.school)
    grant(user, "psts_for_sped_students_edit", cast.other_school)
    both = make_job(
        cast.requester,
        cast.lea,
        schools=(cast.school.code, cast.other_school.code),
        record_type="PSTS",
        authority_limit="sped",
    )
    assert seen_by(user, {**jobs, "both": both}, [cast.lea]) == {"psts sped of school"}


def test_a_role_held_at_the_lea_is_not_narrowed_by_holding_it_at_a_school_too(cast, jobs) -> None:
    grant(cast.school_user, "senr_edit", cast.lea)
    assert seen_by(cast.school_user, jobs, [cast.lea]) == SENR_OF_LEA


def test_a_school_role_of_another_lea_with_the_same_school_codes_shows_nothing(cast, jobs) -> None:
    """An independent charter is an LEA and a school under one code."""
    charter = make_lea(cast.school.code)
    user = make_user()
    grant(user, "senr_edit", charter)
    grant(user, "senr_edit", make_school(charter, "0112359"))
    assert seen_by(user, jobs, [cast.lea, cast.other_lea, cast.selpa]) == set()


def test_roles_of_a_group_count(cast, jobs) -> None:
    user = make_user()
    grant(make_group("clerks", user), "sped_edit", cast.lea)
    assert seen_by(user, jobs, [cast.lea]) == {"sped"}


def test_a_superuser_sees_nothing_by_being_one(cast, jobs) -> None:
    assert seen_by(make_user(is_superuser=True), jobs, [cast.lea, cast.other_lea, cast.selpa]) == set()


def test_nobody_signed_in_sees_nothing(cast, jobs) -> None:
    assert seen_by(AnonymousUser(), jobs, [cast.lea, cast.other_lea, cast.selpa]) == set()


def test_a_right_that_is_taken_away_takes_the_jobs_with_it_at_once(cast, jobs) -> None:
    revoke(cast.requester, "senr_edit", cast.lea)
    assert seen_by(cast.requester, jobs, [cast.lea]) == set()


def test_a_membership_that_ended_takes_the_selpas_jobs_of_that_lea_away(cast, jobs) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    SelpaMembership.objects.update(until=yesterday)
    assert seen_by(cast.selpa_user, jobs, [cast.selpa]) == set()
    SelpaMembership.objects.update(until=timezone.localdate())
    assert seen_by(cast.selpa_user, jobs, [cast.selpa]) == {"selpa", "selpa psts sped"}


def test_the_lea_does_not_see_what_its_selpa_asked_for(cast, jobs) -> None:
    grant(cast.requester, "sped_edit", cast.lea)
    assert {"selpa", "selpa psts sped"} & seen_by(cast.requester, jobs, [cast.lea, cast.selpa]) == set()


def test_every_kind_has_its_own_covering_roles(cast, jobs) -> None:
    other = JobKind(name="gone", run=lambda execution: None, covering_roles=lambda: {("SENR", ""): frozenset({"x"})})
    registry.register(other)
    try:
        assert seen_by(cast.requester, jobs, [cast.lea]) == SENR_OF_LEA
        registry.unregister("gone")
        registry.register(JobKind(name="gone", run=other.run, covering_roles=lambda: COVERING))
        assert seen_by(cast.requester, jobs, [cast.lea]) == SENR_OF_LEA | {"undeclared kind"}
    finally:
        registry.unregister("gone")


def test_two_kinds_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="two job kinds are called 'test'"):
        registry.register(JobKind(name="test", run=lambda execution: None, covering_roles=lambda: {}))


def test_the_list_is_newest_first_and_of_one_organization(cast, jobs) -> None:
    listed = [job.pk for job in jobs_for(cast.requester, cast.lea)]
    assert listed == sorted(listed, reverse=True)
    assert not jobs_for(cast.requester, cast.other_lea).exists()


def test_a_job_that_does_not_exist_looks_like_one_that_is_not_mine(cast, jobs) -> None:
    with pytest.raises(Job.DoesNotExist):
        job_for(cast.requester, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_two_queries_however_long(cast, planned, django_assert_num_queries, count: int) -> None:
    for _ in range(count):
        make_job(cast.requester, cast.lea, schools=(cast.school.code,))
    for user in (cast.requester, cast.school_user):
        with django_assert_num_queries(2):
            assert len(jobs_for(user, cast.lea)) == count


def test_one_job_takes_three_queries(cast, jobs, planned, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        job = job_for(cast.requester, jobs["whole"].pk)
        assert (job.organization.name, job.requested_by.username) == ("Alder Unified", "requester")

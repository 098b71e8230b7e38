"""A request comes in."""

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.enums import FailureKind, Status
from jobs.errors import LimitReached, Refused
from jobs.models import Job
from jobs.requesting import Authority
from tests.factories.jobs import ask, make_job
from tests.factories.organizations import make_lea
from tests.factories.people import Cast, grant, make_user
from tests.jobs.races import at_once

pytestmark = [pytest.mark.usefixtures("kind")]


@pytest.mark.engines
def test_a_request_is_a_waiting_row_with_the_authority_it_was_asked_with(cast: Cast) -> None:
    job = ask(cast.requester, cast.lea, schools=(cast.school.code, cast.other_school.code))
    stored = Job.objects.get()
    assert stored == job
    assert (stored.status, stored.attempts, stored.requested_by) == (Status.QUEUED, 0, cast.requester)
    assert (stored.authority_role, stored.authority_limit, stored.authority_whole) == ("senr_edit", "", False)
    assert stored.authority_lea == cast.lea.code
    assert {row.code for row in stored.schools.all()} == {cast.school.code, cast.other_school.code}
    assert stored.criteria == {"active": True}


@pytest.mark.engines
def test_the_message_goes_out_when_the_transaction_commits_and_not_before(
    cast, broker, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(cast.requester, cast.lea)
        assert broker.job_ids == []
    assert broker.job_ids == [job.pk]


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_sends_nothing(cast, broker) -> None:
    def ask_and_fail() -> None:
        with transaction.atomic():
            ask(cast.requester, cast.lea)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours
        ask_and_fail()
    assert broker.job_ids == []
    assert not Job.objects.exists()


@pytest.mark.engines
def test_the_same_request_twice_is_two_rows(cast: Cast) -> None:
    assert ask(cast.requester, cast.lea).pk != ask(cast.requester, cast.lea).pk


@pytest.mark.engines
def test_a_double_click_is_one_request_sent_once(cast, broker, audited, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = ask(cast.requester, cast.lea, form_token="t")
    with django_capture_on_commit_callbacks(execute=True):
        second = ask(cast.requester, cast.lea, form_token="t")
    assert (second.pk, Job.objects.count(), broker.job_ids) == (first.pk, 1, [first.pk])
    assert [row["action"] for row in audited] == ["job.requested"]


@pytest.mark.engines
def test_a_form_sent_again_with_other_criteria_is_another_request(cast: Cast) -> None:
    first = ask(cast.requester, cast.lea, form_token="t")
    assert ask(cast.requester, cast.lea, form_token="t", criteria={"active": False}).pk != first.pk
    assert ask(cast.requester, cast.lea, form_token="t", schools=[cast.school.code]).pk != first.pk


@pytest.mark.engines
def test_a_token_belongs_to_one_user(cast: Cast) -> None:
    assert ask(cast.requester, cast.lea, form_token="t").pk != ask(cast.colleague, cast.lea, form_token="t").pk


@pytest.mark.engines
def test_a_user_with_too_many_active_jobs_is_told_what_to_do(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_USER = 2
    make_job(cast.requester, cast.lea)
    make_job(cast.requester, cast.lea, status=Status.RUNNING)
    with pytest.raises(LimitReached) as refusal:
        ask(cast.requester, cast.lea)
    assert refusal.value.words == (
        "You already have 2 requests waiting or in process. "
        "Wait until one of them is complete, or cancel one in Submitted Extracts, and request again."
    )
    assert Job.objects.count() == 2
    assert ask(cast.colleague, cast.lea).status == Status.QUEUED


@pytest.mark.engines
def test_finished_jobs_do_not_count_towards_the_limits(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_USER = settings.JOBS_ACTIVE_PER_ORGANIZATION = 1
    for status in (Status.SUCCEEDED, Status.REFUSED, Status.FAILED, Status.CANCELLED):
        make_job(cast.requester, cast.lea, status=status)
    assert ask(cast.requester, cast.lea).status == Status.QUEUED


@pytest.mark.engines
def test_an_lea_with_too_many_active_jobs_is_told_what_to_do_and_others_are_not(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_ORGANIZATION = 2
    make_job(cast.colleague, cast.lea)
    make_job(cast.colleague, cast.lea, status=Status.RUNNING)
    with pytest.raises(LimitReached) as refusal:
        ask(cast.requester, cast.lea)
    assert refusal.value.words.startswith("Alder Unified already has 2 requests waiting or in process. Wait until")
    assert ask(cast.stranger, cast.other_lea).status == Status.QUEUED


@pytest.mark.engines
@pytest.mark.parametrize("person", ["colleague_without_role", "stranger", "deactivated", "administrator", "selpa_user"])
def test_somebody_without_the_right_is_refused_and_leaves_no_row(cast, person, audited) -> None:
    with pytest.raises(Refused) as refusal:
        ask(cast.people[person], cast.lea)
    assert refusal.value.kind == FailureKind.RIGHT_LOST
    assert (Job.objects.count(), audited) == (0, [])


@pytest.mark.engines
def test_a_school_user_may_ask_for_his_school_and_no_more(cast: Cast) -> None:
    assert ask(cast.school_user, cast.lea, schools=[cast.school.code]).authority_whole is False
    for schools in ([], [cast.other_school.code], [cast.school.code, cast.other_school.code], ["0000001"]):
        with pytest.raises(Refused):
            ask(cast.school_user, cast.lea, schools=schools)
    assert Job.objects.count() == 1


@pytest.mark.engines
def test_the_clerk_for_sped_students_may_not_ask_for_all_postsecondary_rows(cast: Cast) -> None:
    clerk = make_user("clerk")
    grant(clerk, "psts_for_sped_students_edit", cast.lea)
    role = {"record_type": "PSTS", "role": "psts_for_sped_students_edit"}
    assert ask(clerk, cast.lea, **role, limit="sped").authority_limit == "sped"
    with pytest.raises(Refused):
        ask(clerk, cast.lea, **role)


@pytest.mark.engines
def test_a_selpa_user_asks_for_a_member_lea_only(cast: Cast) -> None:
    swds = {"record_type": "SWDS", "role": "selpa_reports"}
    job = ask(cast.selpa_user, cast.selpa, **swds, lea=cast.lea.code)
    assert (job.organization, job.authority_lea) == (cast.selpa, cast.lea.code)
    with pytest.raises(Refused):
        ask(cast.selpa_user, cast.selpa, **swds, lea=cast.other_lea.code)
    with pytest.raises(Refused):
        ask(cast.selpa_user, cast.selpa, record_type="SENR", lea=cast.lea.code)
    with pytest.raises(ValueError, match="names the member LEA"):
        ask(cast.selpa_user, cast.selpa, **swds)


def test_an_authority_covers_all_schools_or_names_some() -> None:
    for whole, schools in ((True, ("1930924",)), (False, ())):
        with pytest.raises(ValueError, match="one of the two"):
            Authority(role="senr_edit", whole=whole, schools=schools)


@pytest.mark.engines
def test_the_request_stands_when_the_broker_is_down_and_is_due_at_once(
    cast, broker, django_capture_on_commit_callbacks
) -> None:
    broker.down = True
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(cast.requester, cast.lea)
    assert broker.job_ids == []
    assert Job.objects.filter(pk=job.pk, status=Status.QUEUED, send_at__lte=timezone.now()).exists()


@pytest.mark.engines
def test_a_request_is_on_record_with_its_criteria_in_words(cast, audited) -> None:
    job = ask(cast.requester, cast.lea, schools=[cast.school.code])
    assert audited == [
        {
            "action": "job.requested",
            "actor": cast.requester,
            "organization": cast.lea,
            "subject": f"job:{job.pk}",
            "details": {
                "kind": "test",
                "record_type": "SENR",
                "role": "senr_edit",
                "limit": "",
                "lea": "1964733",
                "schools": ["1930924"],
                "criteria": "Active students",
                "trigger": "web",
            },
        }
    ]


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_is_one_job(cast, broker) -> None:
    jobs = at_once(8, lambda: ask(cast.requester, cast.lea, form_token="t").pk)
    only = Job.objects.get()
    assert jobs == [only.pk] * 8
    assert broker.job_ids == [only.pk]


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_the_limits_hold_when_eight_requests_come_at_once(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_USER = 3
    results = at_once(8, lambda: ask(cast.requester, cast.lea).pk)
    assert Job.objects.count() == 3
    assert [type(result) for result in results if not isinstance(result, int)] == [LimitReached] * 5


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_the_limit_of_an_lea_holds_when_many_users_ask_at_once(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_ORGANIZATION = 3
    users = [make_user() for _ in range(6)]
    for user in users:
        grant(user, "senr_edit", cast.lea)
    waiting = iter(users)
    at_once(6, lambda: ask(next(waiting), cast.lea).pk)
    assert Job.objects.count() == 3


def test_requests_of_other_organizations_are_untouched_by_a_limit(cast, settings) -> None:
    settings.JOBS_ACTIVE_PER_ORGANIZATION = 1
    third = make_lea("5510512")
    grant(cast.requester, "senr_edit", third)
    ask(cast.requester, cast.lea)
    assert ask(cast.requester, third).organization == third

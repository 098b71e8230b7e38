"""Jobs in Django admin: states for staff, never a file, nothing to change."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from jobs import heartbeats
from jobs.enums import FailureKind, Status
from jobs.models import JobFile
from jobs.running import run_job
from tests.factories.jobs import ask, make_job
from tests.factories.people import make_user

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture
def staff(client, db):
    """Signed in as staff who may look at jobs."""
    user = make_user(is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_job", "view_heartbeat"]))
    client.force_login(user)
    return client


def test_staff_see_how_jobs_fare(staff, cast) -> None:
    make_job(cast.requester, cast.lea, status=Status.FAILED, failure_kind=FailureKind.STORAGE_FULL, reference="AB12")
    page = staff.get(reverse("admin:jobs_job_changelist"), {"q": "AB12"})
    assert page.status_code == 200
    assert [job.reference for job in page.context["cl"].queryset] == ["AB12"]


def test_a_jobs_page_names_no_file_and_no_way_to_one(staff, cast) -> None:
    job = ask(cast.requester, cast.lea, download_name="SENR_secret.txt")
    run_job(job_id=job.pk)
    page = staff.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()
    file = JobFile.objects.get()
    assert "Complete" in page
    assert [word for word in (file.path, file.sha256, "SENR_secret", '<input type="submit"') if word in page] == []


@pytest.mark.parametrize("what", ["add", "change", "delete"])
def test_staff_change_nothing(staff, cast, what: str) -> None:
    job = make_job(cast.requester, cast.lea)
    arguments = [] if what == "add" else [job.pk]
    answer = staff.post(reverse(f"admin:jobs_job_{what}", args=arguments), {"status": "FAILED", "post": "yes"})
    assert answer.status_code == 403
    job.refresh_from_db()
    assert job.status == Status.QUEUED


def test_staff_see_the_signs_of_life(staff) -> None:
    heartbeats.beat("worker")
    page = staff.get(reverse("admin:jobs_heartbeat_changelist"))
    assert [row.name for row in page.context["cl"].queryset] == ["worker"]


def test_the_list_takes_as_many_queries_for_three_jobs_as_for_one(staff, cast, django_assert_max_num_queries) -> None:
    counts = []
    for _ in range(2):
        make_job(cast.requester, cast.lea)
        with django_assert_max_num_queries(30) as queries:
            staff.get(reverse("admin:jobs_job_changelist"))
        counts.append(len(queries.captured_queries))
        make_job(cast.colleague, cast.other_lea)
    assert counts[0] == counts[1]

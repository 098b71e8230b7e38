"""The list of submissions: filters, sorting, the same number of queries however long it is; and what forms hold."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from submissions.queries import SORTS, postings_of
from tests.factories.records import SSID, line
from tests.submissions.conftest import know, post_all

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

GOOD = line("SENR", birth_country_code="US", grade_level_code="05")
BAD = line("SENR", gender_code="Q")


def ids(client, **query: str) -> list[int]:
    page = html.fromstring(client.get("/FileSubmission/", query).content)
    return [int(row.get("data-row")) for row in page.xpath("//*[@id='FileSubmissionSearchResults']//tbody/tr")]


@pytest.fixture
def three(client, submit) -> list[int]:
    """Posted, rejected, ready."""
    know(SSID)
    posted = post_all(client, submit(GOOD, name="b.txt"))
    rejected = submit(BAD, name="c.txt")
    ready = submit(GOOD, BAD, name="a.txt")
    return [posted.pk, rejected.pk, ready.pk]


def test_the_list_is_filtered_and_sorted(client, three) -> None:
    posted, rejected, ready = three
    assert ids(client) == [ready, rejected, posted]
    assert ids(client, sort="oldest") == [posted, rejected, ready]
    assert ids(client, sort="name") == [ready, posted, rejected]
    assert ids(client, sort="rejected")[-1] == posted
    assert ids(client, sort="nonsense", status="nonsense") == [ready, rejected, posted]
    assert {status: ids(client, status=status) for status in ("Posted", "Rejected", "Ready for Review", "Failed")} == {
        "Posted": [posted],
        "Rejected": [rejected],
        "Ready for Review": [ready],
        "Failed": [],
    }
    assert (ids(client, type="SENR"), ids(client, type="SINF"), ids(client, by="me")) == (
        [ready, rejected, posted],
        [],
        [ready, rejected, posted],
    )
    for sort in SORTS:
        assert sorted(ids(client, sort=sort)) == sorted(three)


def test_three_submissions_cost_no_more_queries_than_one(client, submit) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/FileSubmission/")
        return len(captured)

    submit(BAD)
    client.get("/FileSubmission/")
    one = queries()
    submit(BAD)
    submit(BAD)
    assert queries() == one


def test_the_grid_as_json_is_paged(client, three) -> None:
    found = client.get("/FileSubmission/", {"format": "json", "skip": "1", "take": "1"}).json()
    assert ([row["JobID"] for row in found["Data"]], found["Total"]) == ([str(three[1])], 3)


def test_the_post_form_holds_the_wires_names_alone(client, three) -> None:
    page = html.fromstring(client.get(f"/FileSubmission/Detail/{three[2]}").content)
    (form,) = [form for form in page.forms if form.get("action") == "/FileSubmission/Post"]
    assert {element.get("name"): element.get("value") for element in form.xpath(".//*[@name]")}.keys() == {
        "__RequestVerificationToken",
        "JobID",
        "command",
    }
    assert form.xpath(".//button[@name='command' and @value='Post All']")


def test_what_is_posted_offers_nothing_to_press(client, three) -> None:
    page = html.fromstring(client.get(f"/FileSubmission/Detail/{three[0]}").content)
    assert [form.get("action") for form in page.forms if "/FileSubmission/" in form.get("action")] == []


def test_the_postings_of_a_submission_are_found_by_its_job_id(lea, three) -> None:
    found = postings_of(lea, str(three[0]))
    assert found is not None
    assert len(found) == 1
    assert (postings_of(lea, str(three[1])), postings_of(lea, "999999"), postings_of(lea, "x")) == (set(), None, None)

"""Every golden case through the portal: sign in, ask, wait, download, compare the bytes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from jobs.models import Job
from jobs.running import run_job
from ods.models import Organization, Posting, SelpaMembership
from tests.factories.people import PASSWORD, grant, make_user
from tests.golden.portal import SUCCESS, Download, Form, Page, Portal, request_form
from tests.golden.reading import DIRECTORY, GOLDEN, Case, all_cases
from tests.golden.rules import rules

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

CASES = all_cases()
COUNTS = ("inserted", "updated", "unchanged", "removed", "deleted", "rejected", "warnings")
# Who can see every form, to try hand-made requests of people who cannot.
EVERY_ROLE = [codename for codename, _ in Organization._meta.permissions if codename.endswith("_edit")] + [
    "direct_certification"
]


@pytest.fixture(autouse=True)
def files_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture(autouse=True, scope="module")
def directory(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The LEAs, schools and SELPAs of all cases, loaded once: each test's transaction starts with them."""
    with django_db_blocker.unblock():
        call_command("load_directory", str(DIRECTORY), stdout=StringIO())
        yield
        SelpaMembership.objects.all().delete()
        Organization.objects.filter(kind="SCHOOL").delete()
        Organization.objects.all().delete()


def of(expect: str) -> list[Any]:
    return [pytest.param(case, id=case.name) for case in CASES if case.expect == expect]


@pytest.mark.parametrize("case", of("file"))
def test_bytes_of_the_file_are_as_typed(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    with on_its_day(case):
        download = downloaded(case)
    assert download.status == 200
    assert download.body.split(b"\r\n") == case.expected.split(b"\r\n")
    assert download.body == case.expected
    if "file_name" in case.request:
        assert download.file_name == case.request["file_name"]
    if "file_name_like" in case.request:
        assert re.fullmatch(case.request["file_name_like"], download.file_name)


@pytest.mark.parametrize("case", of("refused"))
def test_a_refused_request_names_its_field_and_makes_no_row(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    portal = signed_in(case)
    page = ask(portal, form_of(portal, case), case)
    assert page.first_paragraph != SUCCESS
    assert Job.objects.count() == 0
    named = {name: page.names_in_alerts(name) for name in all_names(case)}
    assert all(named[name] for name in case.request.get("names", ()))
    assert any(named.values())


@pytest.mark.parametrize("case", of("forbidden"))
def test_a_type_without_its_role_has_no_page_and_takes_no_request(case: Case, tmp_path: Path) -> None:
    prepare(case, tmp_path)
    everybody = make_user("everybody")
    for role in EVERY_ROLE:
        grant(everybody, role, Organization.objects.get(kind="LEA", code=case.reporting_lea))
    wide = Portal()
    wide.sign_in("everybody", PASSWORD)
    form = request_form(wide.request_page(case.record_type), case.way)
    assert form is not None
    portal = signed_in(case)
    page = portal.request_page(case.record_type)
    assert request_form(page, case.way) is None
    assert f"RecordType={case.record_type}'" not in str(portal.get("/Extract").tree.xpath("//@href"))
    answer = ask(portal, form, case)
    assert (answer.first_paragraph == SUCCESS, Job.objects.count()) == (False, 0)


def test_the_table_of_rules_is_that_of_the_cases() -> None:
    assert (GOLDEN / "RULES.md").read_text(encoding="utf-8") == rules()


def downloaded(case: Case) -> Download:
    """What comes down when the case is asked for and its job has run."""
    portal = signed_in(case)
    page = ask(portal, form_of(portal, case), case)
    assert page.first_paragraph == SUCCESS
    job = Job.objects.get()
    run_job(job_id=job.pk)
    (row,) = portal.list(working_in(case))
    assert (row["ExtractRequestID"], row["ExtractStatus"]) == (str(job.pk), "Complete")
    return portal.download(row["ExtractRequestID"])


def on_its_day(case: Case) -> AbstractContextManager[object]:
    """The noon (Pacific) of the day a case is asked on; now, for most."""
    return time_machine.travel(f"{case.today}T20:00:00Z", tick=True) if case.today else nullcontext()


def prepare(case: Case, folder: Path) -> None:
    for step in case.steps:
        if "load" in step:
            load(case, step, folder / "errors.csv")
        elif "empty_scope" in step:
            call_command(
                "load_ods",
                f"--empty-scope={step['empty_scope']}",
                f"--type={step['record_type']}",
                f"--posted-on={step['posted_on']}",
                stdout=StringIO(),
            )
        else:
            words = [str(case.folder / word) if word.endswith(".csv") else word for word in step["command"]]
            call_command(*words, stdout=StringIO())


def load(case: Case, step: Mapping[str, Any], errors: Path) -> None:
    arguments = [str(case.folder / step["load"]), f"--posted-on={step['posted_on']}", f"--errors={errors}"]
    arguments += ["--accept-valid"] if step.get("accept_valid") else []
    arguments += ["--historical"] if step.get("historical") else []
    before = Posting.objects.count()
    refused, words = False, StringIO()
    try:
        call_command("load_ods", *arguments, stdout=words, stderr=words)
    except CommandError as error:
        refused = True
        words.write(str(error))
    assert refused == (step.get("expect") == "refused"), words.getvalue()
    assert Posting.objects.count() == before + (not refused)
    if not refused:
        posting = Posting.objects.latest("pk")
        wanted = {name: step[name] for name in COUNTS if name in step}
        assert {name: getattr(posting, name) for name in wanted} == wanted
    check_errors(step, errors)


def check_errors(step: Mapping[str, Any], errors: Path) -> None:
    """Every error of the case was reported, and where fields are named no other field is."""
    if "errors" not in step:
        return
    with errors.open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    fields = set()
    for error in step["errors"]:
        wanted = re.fullmatch(r"(\S+)(?: line (\d+))?(?: field (\S+))?", error)
        assert wanted is not None
        rule, line, field = wanted.groups()
        fields.add((line, field))
        assert any(
            rule in ("*", row["rule"]) and line in (None, row["line"]) and field in (None, row["field_number"])
            for row in found
        ), (error, found)
    if all(field for _, field in fields):
        assert {(row["line"], row["field_number"]) for row in found if row["severity"] == "error"} == fields


def person(case: Case) -> User:
    user = make_user("clerk")
    for role in case.user["roles"]:
        for kind, codes in (
            ("LEA", case.user.get("leas", [case.user["lea"]] if "lea" in case.user else [])),
            ("SCHOOL", case.user.get("schools", [])),
            ("SELPA", [case.user["selpa"]] if "selpa" in case.user else []),
        ):
            for code in codes:
                grant(user, role, Organization.objects.get(kind=kind, code=code))
    return user


# The controls of a form depend on the type and the way of asking alone: each is scraped once.
FORMS: dict[tuple[str, str], Form] = {}


def form_of(portal: Portal, case: Case) -> Form:
    if (case.record_type, case.way) not in FORMS:
        form = request_form(portal.request_page(case.record_type), case.way)
        assert form is not None
        FORMS[case.record_type, case.way] = form
    return FORMS[case.record_type, case.way]


def working_in(case: Case) -> str:
    return str(case.user.get("selpa", case.reporting_lea))


def signed_in(case: Case) -> Portal:
    portal = Portal(tokens=False)
    portal.already_signed_in(person(case))
    if "selpa" in case.user or "leas" in case.user:
        portal.change_organization(working_in(case))
    return portal


def ask(portal: Portal, form: Form, case: Case) -> Page:
    values = {"ReportingLEA": [case.reporting_lea], **case.values}
    return portal.request(form, values, omit=case.request.get("omit", ()))


def all_names(case: Case) -> list[str]:
    return [*case.request.get("names", ()), *case.request.get("names_one_of", ())]

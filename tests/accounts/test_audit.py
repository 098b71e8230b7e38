"""The audit trail: what a row says, and that it stays."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import AppendOnlyError, AuditEntry
from tests.factories.organizations import make_lea
from tests.factories.people import make_user

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the trigger is PostgreSQL's")


@pytest.mark.django_db
def test_a_row_says_who_what_where_and_from_where() -> None:
    user, lea = make_user("ada"), make_lea()
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="x" * 1000)
    row = audit.record(
        action="job.downloaded",
        actor=user,
        organization=lea,
        subject="job:17",
        details={"rows": 3, "sha256": "ab"},
        request=request,
    )
    row.refresh_from_db()
    values = {field.attname: getattr(row, field.attname) for field in AuditEntry._meta.fields}
    del values["id"], values["at"]
    assert values == {
        "action": "job.downloaded",
        "actor_id": user.pk,
        "actor_name": "ada",
        "organization_id": lea.pk,
        "organization_code": lea.code,
        "subject": "job:17",
        "details": {"rows": 3, "sha256": "ab"},
        "address": "192.0.2.7",
        "user_agent": "x" * 300,
    }


@pytest.mark.django_db
def test_the_actor_is_who_is_signed_in_unless_another_is_given() -> None:
    signed_in, other = make_user("ada"), make_user("bob")
    request = RequestFactory().get("/")
    assert audit.record(action=AuditAction.SIGNED_OUT, request=request).actor_id is None
    request.user = AnonymousUser()
    assert audit.record(action=AuditAction.SIGNED_OUT, request=request).actor_id is None
    request.user = signed_in
    assert audit.record(action=AuditAction.SIGNED_OUT, request=request).actor_id == signed_in.pk
    assert audit.record(action=AuditAction.SIGNED_OUT, actor=other, request=request).actor_id == other.pk


@pytest.mark.django_db
def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'job\.downlaoded' is not a valid AuditAction"):
        audit.record(action="job.downlaoded")
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_what_is_undone_leaves_no_row() -> None:
    with transaction.atomic():
        audit.record(action=AuditAction.SIGNED_IN)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_model_refuses_changes_on_every_engine() -> None:
    row = audit.record(action=AuditAction.SIGNED_IN)
    row.subject = "user:1"
    for change in (
        row.save,
        row.delete,
        lambda: AuditEntry.objects.update(subject="user:1"),
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(AppendOnlyError):
            change()
    assert list(AuditEntry.objects.values_list("subject")) == [("",)]


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET subject = 'user:1'",
        "UPDATE accounts_auditentry SET subject = 'user:1' WHERE false",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
    ],
)
def test_the_database_refuses_changes_by_sql(statement: str) -> None:
    audit.record(action=AuditAction.SIGNED_IN)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.audit_strict = 'on'")
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


@on_postgresql
@pytest.mark.django_db
def test_only_a_test_database_may_be_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'accounts_auditentry_refuse'")
        (source,) = cursor.fetchone()
    assert r"current_database() LIKE 'test\_%'" in source
    audit.record(action=AuditAction.SIGNED_IN)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_auditentry")
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tests_that_empty_the_database_still_can() -> None:
    """The flush after this test would fail if the trigger stood in its way."""
    assert audit.record(action=AuditAction.SIGNED_IN).pk


@pytest.mark.django_db
def test_hostile_text_is_kept_as_it_is() -> None:
    hostile = "'; DROP TABLE x; -- \u202e <script>\n\r^\u2028"
    request = RequestFactory().get("/", HTTP_USER_AGENT=hostile)
    row = audit.record(action=AuditAction.SIGNED_IN, subject=hostile, details={"name": hostile}, request=request)
    row.refresh_from_db()
    assert (row.subject, row.details, row.user_agent) == (hostile, {"name": hostile}, hostile)
    assert json.loads(json.dumps(row.details)) == {"name": hostile}

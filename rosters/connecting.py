"""An LEA's credentials for CERS: entered, tried, opened when something is sent (spec rosters, section 6)."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from accounts.sealing import SealBroken, opened, sealed
from ods.models import Organization
from rosters import conf
from rosters.client import CallFailed, Client, Credentials, Permanent
from rosters.models import Connection

LIFETIME = timedelta(days=365)
"""How long a pair is good for from the day it is made in TOMS."""
WARN_DAYS = (14, 7, 3, 1)
"""When TOMS reminds before the end; the pages warn from the first on."""


def save_connection(*, lea: Organization, user_name: str, secret: str, expires_on: date | None, by: User) -> Connection:
    """Keep a pair. A blank `secret` keeps the one there is.

    Raises:
        ValueError: there is none yet.
    """
    with transaction.atomic():
        found = Connection.objects.select_for_update().filter(lea=lea).first()
        if found is None:
            if not secret:
                raise ValueError("no secret is kept yet")
            found = Connection(lea=lea)
        if secret:
            found.sealed_secret = sealed(secret)
        found.user_name, found.expires_on = user_name, expires_on
        found.entered_by, found.entered_at = by, timezone.now()
        found.tried_at, found.tried_well, found.tried_words = None, False, ""
        found.save()
        _note(lea, by, "changed", {"new_secret": bool(secret)})
    return found


def remove_connection(*, lea: Organization, by: User) -> None:
    """Forget a pair; nothing is sent until another is entered."""
    with transaction.atomic():
        if Connection.objects.filter(lea=lea).delete()[0]:
            _note(lea, by, "removed", {})


def try_connection(*, connection: Connection, by: User) -> bool:
    """Ask CERS for a token with the pair that is kept, and note what it says."""
    try:
        with client_for(connection) as client:
            client.sign_in()
        well, words = True, "CERS accepts the user name and secret key."
    except CallFailed as failed:
        well, words = False, failed.words
    Connection.objects.filter(pk=connection.pk).update(tried_at=timezone.now(), tried_well=well, tried_words=words)
    _note(connection.lea, by, "tested", {"well": well})
    return well


def client_for(connection: Connection) -> Client:
    """A client with the LEA's credentials.

    Raises:
        Permanent: they cannot be opened here.
    """
    try:
        secret = opened(connection.sealed_secret)
    except SealBroken as broken:
        raise Permanent(str(broken)) from None
    return Client(
        base=settings.CERS_URL,
        token_url=settings.CERS_TOKEN_URL,
        credentials=Credentials(connection.user_name, secret, settings.CERS_CLIENT_ID, settings.CERS_CLIENT_SECRET),
        timeout=conf.number("ROSTERS_TIMEOUT"),
    )


def _note(lea: Organization, by: User, what: str, details: dict[str, object]) -> None:
    audit.record(
        action=AuditAction.ROSTERS_CREDENTIALS,
        actor=by,
        organization=lea,
        subject="rosters:connection",
        details={"what": what, **details},
    )

"""How long a session lasts: an idle limit that use renews, an absolute one that nothing does, and ends at once.

The session row's own `expire_date` is the idle limit, renewed by an UPDATE of that column alone: writing the whole
session would undo what another request of the same person has just put there (docs/decisions/0012-sessions.md).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

SIGNED_IN_AT = "signed_in_at"


@receiver(user_logged_in)
def _note_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()


def keep(request: HttpRequest, *, user: User, renew: bool) -> datetime | None:
    """When the caller's session will end, after renewing it if asked to; None if it is over, and signs him out then.

    A renewal is written at most once a minute (or a tenth of the idle limit, if that is less).
    """
    now = timezone.now()
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    signed_in_at = datetime.fromtimestamp(request.session.get(SIGNED_IN_AT, 0.0), UTC)
    last_moment = signed_in_at + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    expires: datetime | None = getattr(request.session, "expires_at", None)
    ended = user.sessions_ended_at is not None and signed_in_at <= user.sessions_ended_at
    if expires is None or ended or now >= last_moment:
        logout(request)
        return None
    renewed = now + idle
    if renew and renewed - expires > min(timedelta(minutes=1), idle / 10):
        Session.objects.filter(session_key=request.session.session_key).update(expire_date=renewed)
        expires = renewed
    return min(expires, last_moment)


def remove_expired() -> None:
    """Remove the rows of sessions that are over; at each sign-in, so that no schedule has to."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def end_sessions(user: User) -> None:
    """End every session of a user now, wherever it is open."""
    user.sessions_ended_at = timezone.now()
    user.save(update_fields=["sessions_ended_at"])

"""Signing in and out. The one way in, Django admin's included."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, sessions, throttling
from accounts.enums import AuditAction
from accounts.models import User
from ods.calendar import PACIFIC

WRONG = "The user name or the password is not right, or the account is not active. Check both and try again."


class SignInRefused(Exception):
    """Not signed in; its words are for the person at the page and do not tell whether the account exists."""


def sign_in(*, request: HttpRequest, username: str, password: str) -> User:
    """Begin a session, under a new key, for whoever gave the right password of an active account.

    Raises:
        SignInRefused: wrong, inactive or unknown (one and the same words, after the same work), or tried too often.
    """
    try:
        attempt = throttling.begin_attempt(account=username, address=request.META.get("REMOTE_ADDR", ""))
    except throttling.Throttled as throttled:
        raise SignInRefused(_too_often(throttled)) from None
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        # A name nobody has is not written down: people type passwords into that field, too.
        known = User.objects.filter(username=username).first()
        subject = f"user:{known.pk}" if known else ""
        audit.record(action=AuditAction.SIGN_IN_FAILED, subject=subject, request=request)
        raise SignInRefused(WRONG)
    throttling.forget(attempt)
    # Django keeps the key when the same person signs in again; a key is never carried over here.
    request.session.flush()
    sessions.remove_expired()
    login(request, user)
    audit.record(action=AuditAction.SIGNED_IN, actor=user, subject=f"user:{user.pk}", request=request)
    return user


def sign_out(*, request: HttpRequest) -> None:
    """End the caller's session, if he has one."""
    if isinstance(request.user, User):
        audit.record(action=AuditAction.SIGNED_OUT, subject=f"user:{request.user.pk}", request=request)
    logout(request)


def _too_often(throttled: throttling.Throttled) -> str:
    # To the next whole minute: "try again after" must hold when it comes.
    until = throttled.until.astimezone(PACIFIC)
    minutes = max(1, -int((timezone.now() - throttled.until).total_seconds() // 60))
    what = "There were" if throttled.whole_address else "For this user name there were"
    return (
        f"{what} too many tries from your network. Try again in {minutes} minute{'s' if minutes > 1 else ''}, "
        f"after {until:%I:%M:%S %p} Pacific time."
    )

"""What stands between every page and whoever asks for it: session limits, and that one must be signed in."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from accounts import sessions
from accounts.models import User

POLLING_HEADER = "X-Polling"
"""A page that asks for itself again sends `X-Polling: 1`: that is no use of the session and does not renew it."""


class SessionLimits:
    """Ends sessions that are over, renews the others, and notes `session_expires_at` on the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User):
            polling = request.headers.get(POLLING_HEADER) == "1"
            expires = sessions.keep(request, user=request.user, renew=not polling)
            request.session_expires_at = expires  # type: ignore[attr-defined]  # read by the context processor
        return self.get_response(request)


class SignInRequired(LoginRequiredMiddleware):
    """Sends whoever is not signed in to the sign-in page. Open views say so: `@login_not_required`."""

    def handle_no_permission(  # type: ignore[override]  # htmx's redirect is of another class
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request") == "true":
            # Not a part of the page but the page itself goes to the sign-in page, and comes back afterwards.
            page = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = urlunsplit(("", "", page.path, page.query, "")) or "/"
            return HttpResponseClientRedirect(_sign_in_page(request, back))
        # What a form was to change cannot be sent again by a redirect.
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        return HttpResponseRedirect(_sign_in_page(request, back))


def _sign_in_page(request: HttpRequest, back: str) -> str:
    query = {"ReturnUrl": back}
    if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        # There was a session: the page says that it ended.
        query["Ended"] = "1"
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}"

"""What surrounds every request: its id and log line, and that nobody keeps its answer."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from calpads_portal.logs import route_of
from wire.logcontext import request_id

logger = logging.getLogger("calpads_portal.requests")

Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """Gives each request an id (`X-Request-ID` of the answer) and logs it: method, route, status, time, user id.

    Behind our own proxy the client's address is the last entry of X-Forwarded-For, the one that proxy wrote.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identifier = uuid.uuid4().hex[:16]
        token = request_id.set(identifier)
        # Django logs failed requests when we are through; error pages show it as their reference number.
        request.request_id = identifier  # type: ignore[attr-defined]
        started = time.perf_counter()
        if settings.TRUSTED_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
            request.META["REMOTE_ADDR"] = forwarded.rpartition(",")[2].strip()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identifier
            _log(request, status=response.status_code, seconds=time.perf_counter() - started)
        finally:
            request_id.reset(token)
        return response


def _log(request: HttpRequest, *, status: int, seconds: float) -> None:
    fields: dict[str, object] = {"status": status, "milliseconds": round(seconds * 1000)}
    session = getattr(request, "session", None)
    # Only a session that was read anyway: a log line must not cost a query.
    if session is not None and session.accessed and (user := session.get(SESSION_KEY)):
        fields["user"] = user
    logger.info("%s %s", request.method, route_of(request), extra={"fields": fields})


class NoStore:
    """Pages hold student data: browsers and proxies keep no copy. Static files are answered before this."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

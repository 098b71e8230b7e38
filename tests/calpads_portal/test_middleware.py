"""The headers of every answer."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from calpads_portal.middleware import NoStore, RequestLog

pytestmark = pytest.mark.django_db


def test_pages_forbid_what_they_do_not_need_and_are_kept_by_nobody(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == {
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }
    assert {
        name: headers[name]
        for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    } == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert headers["Cache-Control"] == "no-store"


def test_an_answer_that_says_how_it_may_be_kept_is_left_alone() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "private, max-age=5"})

    assert NoStore(view)(RequestFactory().get("/"))["Cache-Control"] == "private, max-age=5"


@pytest.mark.parametrize(("trusted", "address"), [(True, "203.0.113.9"), (False, "127.0.0.1")])
def test_the_clients_address_is_what_our_own_proxy_says(settings: Settings, trusted: bool, address: str) -> None:
    settings.TRUSTED_PROXY = trusted
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    # What stands before the last comma anybody may have written.
    RequestLog(view)(RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}))
    assert seen == [address]

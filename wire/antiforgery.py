"""The anti-forgery field `__RequestVerificationToken` in front of Django's own protection (wire contract 1)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.http.request import UnreadablePostError

FIELD_NAME = "__RequestVerificationToken"


class AntiForgeryFieldMiddleware:
    """Hands the field to `CsrfViewMiddleware`, which must follow it and does all the checking.

    The token is copied into the header that middleware reads. Behind TLS it also insists on a Referer, which plain
    HTTP clients do not send; a request that carries none of the headers by which a browser tells where it comes from
    (Referer, Origin, Sec-Fetch-Site) is taken to come from here, and then stands or falls by its token and cookie. A
    browser always sends at least one of them with a POST, so a foreign page gains nothing (docs/threat-model.md).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> None:
        if request.method in {"GET", "HEAD", "OPTIONS", "TRACE"} or getattr(view, "csrf_exempt", False):
            return
        try:
            token = request.POST.get(FIELD_NAME)
        except UnreadablePostError:
            # The client went away; Django's middleware refuses the request.
            return
        if token:
            request.META[settings.CSRF_HEADER_NAME] = token
        if request.is_secure() and not request.META.keys() & {
            "HTTP_REFERER",
            "HTTP_ORIGIN",
            "HTTP_SEC_FETCH_SITE",
        }:
            request.META["HTTP_ORIGIN"] = f"https://{request.get_host()}"

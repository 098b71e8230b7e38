"""The anti-forgery field: what passes, with and without TLS, and what is refused."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

FIELD = "__RequestVerificationToken"


def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse("done")
    return HttpResponse(Template("<form method=post>{% csrf_token %}</form>").render(RequestContext(request)))


@csrf_exempt
def exempt(request: HttpRequest) -> HttpResponse:
    # The middleware must not have read the body of a view that wants none of this.
    return HttpResponse(request.read())


urlpatterns = [path("page", page), path("exempt", exempt)]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture(autouse=True)
def only_the_two_middlewares() -> object:
    with override_settings(
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "wire.antiforgery.AntiForgeryFieldMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ]
    ):
        yield


def token_of(client: Client, *, secure: bool) -> str:
    text = client.get("/page", secure=secure).content.decode()
    fields = re.findall(r'name="([^"]+)" value="([^"]+)"', text)
    assert [name for name, _ in fields] == [FIELD]
    return fields[0][1]


def post(*, secure: bool, headers: dict[str, str] | None = None, token: str | None = None) -> int:
    client = Client(enforce_csrf_checks=True, headers=headers)
    good = token_of(client, secure=secure)
    return client.post("/page", {FIELD: good if token is None else token}, secure=secure).status_code


@pytest.mark.parametrize("secure", [False, True])
def test_a_client_that_sends_only_the_field_and_its_cookie_passes(secure: bool) -> None:
    assert post(secure=secure) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "https://testserver/page"},
        {"Origin": "https://testserver"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Referer": "https://testserver/page", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_browser_on_our_own_page_passes(headers: dict[str, str]) -> None:
    assert post(secure=True, headers=headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "https://evil.example/page"},
        {"Referer": "http://testserver/page"},
        {"Referer": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example", "Referer": "https://testserver/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_browser_on_a_foreign_page_is_refused_behind_tls(headers: dict[str, str]) -> None:
    assert post(secure=True, headers=headers) == 403


def test_a_foreign_origin_is_refused_without_tls_too() -> None:
    assert post(secure=False, headers={"Origin": "https://evil.example"}) == 403


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("token", ["", "x", "a" * 64, "a" * 32, "é" * 64, "a" * 100_000])
def test_a_bad_token_is_refused(token: str, secure: bool) -> None:
    assert post(secure=secure, token=token) == 403


@pytest.mark.parametrize("secure", [False, True])
def test_a_token_without_its_cookie_is_refused(secure: bool) -> None:
    token = token_of(Client(enforce_csrf_checks=True), secure=secure)
    assert Client(enforce_csrf_checks=True).post("/page", {FIELD: token}, secure=secure).status_code == 403


def test_somebody_else_s_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    token_of(client, secure=True)
    other = token_of(Client(enforce_csrf_checks=True), secure=True)
    assert client.post("/page", {FIELD: other}, secure=True).status_code == 403


def test_the_usual_header_is_still_read() -> None:
    client = Client(enforce_csrf_checks=True)
    token = token_of(client, secure=True)
    assert client.post("/page", headers={"X-CSRFToken": token}, secure=True).status_code == 200


def test_a_body_is_left_alone_where_the_protection_does_not_apply() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    answer = Client(enforce_csrf_checks=True).post(
        "/exempt", body, content_type="multipart/form-data; boundary=x", secure=True
    )
    assert (answer.status_code, answer.content) == (200, body)


def test_a_multipart_form_passes_as_well() -> None:
    client = Client(enforce_csrf_checks=True)
    body = f'--x\r\nContent-Disposition: form-data; name="{FIELD}"\r\n\r\n{token_of(client, secure=True)}\r\n--x--\r\n'
    answer = client.post("/page", body, content_type="multipart/form-data; boundary=x", secure=True)
    assert answer.status_code == 200

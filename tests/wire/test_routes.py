"""Addresses are found in any case, and written in one."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import NoReverseMatch, Resolver404, path, resolve, reverse

from wire.routes import case_blind_path

pytestmark = pytest.mark.engines


def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(repr(kwargs))


urlpatterns = [
    case_blind_path("", page, name="root"),
    case_blind_path("Extract", page, name="list"),
    case_blind_path("Extract/ODSExtract", page, name="ask"),
    case_blind_path("Student/<str:ssid>/<str:part>", page, name="student"),
    case_blind_path("FileSubmission/Detail/<int:job>", page, name="submission"),
    case_blind_path("A.b+c", page, name="literal"),
    path("plain/", page, name="plain"),
]

here = override_settings(ROOT_URLCONF=__name__)


@here
@pytest.mark.parametrize(
    ("address", "name", "kwargs"),
    [
        ("/", "root", {}),
        ("/Extract", "list", {}),
        ("/extract/", "list", {}),
        ("/EXTRACT", "list", {}),
        ("/extract/odsextract", "ask", {}),
        ("/Extract/ODSExtract/", "ask", {}),
        ("/student/0123456789/SPED", "student", {"ssid": "0123456789", "part": "SPED"}),
        ("/STUDENT/0123456789/sped/", "student", {"ssid": "0123456789", "part": "sped"}),
        ("/filesubmission/detail/17", "submission", {"job": 17}),
        ("/a.B+C", "literal", {}),
        ("/plain/", "plain", {}),
    ],
)
def test_found_in_any_case_with_or_without_a_slash_at_the_end(
    address: str, name: str, kwargs: dict[str, object]
) -> None:
    found = resolve(address)
    assert (found.url_name, found.kwargs) == (name, kwargs)


@here
@pytest.mark.parametrize(
    "address",
    [
        "/Extract//",
        "/Extracts",
        "/x/Extract",
        "/Extract/ODSExtract/more",
        "/student/1",
        "/filesubmission/detail/x",
        "/axb+c",
        "/Extract\n",
        "/PLAIN/",
        "/student/0123456789/a\0b",
    ],
)
def test_other_addresses_are_not_found(address: str) -> None:
    with pytest.raises(Resolver404):
        resolve(address)


@here
def test_addresses_are_written_as_declared() -> None:
    assert reverse("root") == "/"
    assert reverse("list") == "/Extract"
    assert reverse("student", kwargs={"ssid": "0123456789", "part": "SPED"}) == "/Student/0123456789/SPED"
    with pytest.raises(NoReverseMatch):
        reverse("student", kwargs={"ssid": "0123456789"})

"""Drives the portal as the wire contract says (sections 1, 2, 4, 5), with Django's test client and lxml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.test import Client
from lxml import html

from accounts.models import User

SUCCESS = "Extract request made successfully.  Please check back later for download."
TOKEN = "__RequestVerificationToken"
DATE_WAYS = ("date_range",)
PAGES = {
    "SSID": "/Extract/SSIDExtract",
    "REPL": "/Extract/ReplacementSSID",
    "DC": "/Extract/DirectCertificationExtract",
}
"""Extracts with a page of their own (wire contract 4); all others are types of ODSExtract."""


@dataclass(frozen=True)
class Page:
    """A page as a program sees it: its status, where it ended, and its tree."""

    status: int
    path: str
    tree: html.HtmlElement

    @property
    def first_paragraph(self) -> str | None:
        paragraph = self.tree.find(".//p")
        return None if paragraph is None else paragraph.text_content().strip()

    @property
    def alerts(self) -> list[str]:
        """What the page says went wrong."""
        found = self.tree.xpath("//*[contains(@class, 'alert-danger')]")
        return [" ".join(alert.text_content().split()) for alert in found]

    def names_in_alerts(self, name: str) -> bool:
        """Whether an alert speaks of the control of that wire name: by a link to it, its label, or the name itself."""
        controls = self.tree.xpath("//*[@name=$name]", name=name)
        ids = {control.get("id") for control in controls if control.get("id")}
        labels = [
            " ".join(label.text_content().split())
            for each in ids
            for label in self.tree.xpath("//label[@for=$i]", i=each)
        ]
        words = [*labels, name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)]
        for alert in self.tree.xpath("//*[contains(@class, 'alert-danger') or contains(@class, 'error')]"):
            links = {link.get("href", "").removeprefix("#") for link in alert.iter("a")}
            if links & ids or any(word in " ".join(alert.text_content().split()) for word in words):
                return True
        return False


@dataclass(frozen=True)
class Form:
    """A form's action and its named controls in order, each with the value a program sends, ticked or not."""

    action: str
    controls: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Download:
    """What DownloadLink answered."""

    status: int
    body: bytes
    content_type: str
    file_name: str


class Portal:
    """One browser session. Without `tokens` the anti-forgery field is not checked, and forms may be scraped once."""

    def __init__(self, *, tokens: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=tokens)

    def get(self, path: str) -> Page:
        return self._page(self.client.get(path, follow=True))

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Page:
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return self._page(self.client.post(path, data, follow=True))

    def already_signed_in(self, user: User) -> None:
        """A session as sign-in leaves it, without its four requests: for tests by the hundred."""
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def sign_in(self, username: str, password: str) -> None:
        page = self.get("/")
        assert page.path == "/Account/Login"
        (form,) = forms(page)
        fields = dict(form.controls) | {"Username": username, "Password": password, "AgreementConfirmed": "True"}
        assert self.post("/Account/Login", list(fields.items())).path == "/"

    def change_organization(self, code: str) -> None:
        """Work in the LEA or SELPA of that code."""
        page = self.get("/")
        form = next(form for form in forms(page) if "UserOrgChange" in form.action)
        select = page.tree.get_element_by_id("org-select")
        value = next(option.get("value") for option in select if option.text_content().strip().endswith(f" - {code}"))
        fields = [(name, value if name == "selectedItem" else given) for name, given in form.controls]
        if "selectedItem" not in dict(fields):
            fields.append(("selectedItem", value))
        self.post(form.action, fields)

    def token(self) -> str:
        """An anti-forgery token of this session."""
        return next(value for form in forms(self.get("/")) for name, value in form.controls if name == TOKEN)

    def request_page(self, record_type: str) -> Page:
        return self.get(PAGES.get(record_type, f"/Extract/ODSExtract?RecordType={record_type}"))

    def request(self, form: Form, values: Mapping[str, Sequence[str]], *, omit: Sequence[str] = ()) -> Page:
        """Send every named control with its value; `values` replaces or adds a name's, `omit` is not sent."""
        fields = [(name, value) for name, value in form.controls if name not in values and name not in omit]
        for name, given in values.items():
            fields.extend((name, value) for value in given)
            hidden = [value for control, value in form.controls if control == name][1:]
            # A check box has a hidden twin of its name behind it, which arrives too.
            if len(given) == 1 and name.startswith("Active"):
                fields.extend((name, value) for value in hidden)
        return self.post(form.action, fields)

    def list(self, code: str) -> list[dict[str, str]]:
        answer = self.client.get(f"/Extract?SelectedLEA={code}&format=JSON")
        assert answer.status_code == 200
        grid = json.loads(answer.content)
        assert grid["Total"] == len(grid["Data"])
        return list(grid["Data"])

    def list_or_nothing(self, code: str) -> list[dict[str, str]]:
        """The rows of the list, none where the organisation itself is refused."""
        return self.list(code) if self.client.get(f"/Extract?SelectedLEA={code}&format=JSON").status_code == 200 else []

    def download(self, request_id: str) -> Download:
        answer = self.client.get(f"/Extract/DownloadLink?ExtractRequestID={request_id}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined,arg-type]
        disposition = answer.headers.get("Content-Disposition", "")
        return Download(
            status=answer.status_code,
            body=body,
            content_type=answer.headers.get("Content-Type", ""),
            file_name=disposition.partition('filename="')[2].rstrip('"'),
        )

    @staticmethod
    def _page(answer: object) -> Page:
        request = answer.request  # type: ignore[attr-defined]
        return Page(
            status=answer.status_code,  # type: ignore[attr-defined]
            path=request["PATH_INFO"],
            tree=html.document_fromstring(answer.content or b"<html></html>"),  # type: ignore[attr-defined]
        )


def forms(page: Page) -> list[Form]:
    """The forms of a page with their named controls. Selects send nothing unless the program gives values."""
    return [
        Form(
            action=form.get("action") or page.path,
            controls=tuple(
                (control.get("name"), control.get("value") or "")
                for control in form.iter("input", "textarea", "button")
                if control.get("name")
            ),
        )
        for form in page.tree.iter("form")
    ]


def request_form(page: Page, way: str) -> Form | None:
    """The form of a way of asking: by what its action contains (`Date`, `AsofDate`); the default form comes first."""
    extract_forms = [form for form in forms(page) if "Extract" in form.action]
    if way == "as_of":
        return next((form for form in extract_forms if "AsofDate" in form.action), None)
    if way in DATE_WAYS:
        return next((form for form in extract_forms if "Date" in form.action), None)
    return next((form for form in extract_forms if "Date" not in form.action), None)

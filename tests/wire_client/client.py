"""A plain HTTP client as people write them for CALPADS: requests, lxml, and what the wire contract promises.

Strictly after docs' wire contract, sections 1 to 6. It sends no Referer and no Origin, sends every named element of a
form with its `value`, ticked or not, and selects only where it is given values. It knows nothing of the project.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

SUCCESS = "Extract request made successfully.  Please check back later for download."


class WireError(Exception):
    """The portal did not do what the contract says."""


class WireClient:
    """One user's session. `shout` writes paths and query names in another case, which must make no difference.

    `pause` lets time pass between two looks at a list.
    """

    def __init__(self, base: str, *, pause: Callable[[], object], shout: bool = False) -> None:
        self.base = base
        self.session = requests.Session()
        self.shout = shout
        self.pause = pause

    def close(self) -> None:
        self.session.close()

    # 1. Login
    def log_in(self, username: str, password: str) -> requests.Response:
        """The answer to the POST. The session is signed in if it ended at `/`."""
        page = self.session.get(self.base)
        if (page.status_code, urlsplit(page.url).path) != (200, "/Account/Login"):
            raise WireError(f"the start page ended at {page.url} with {page.status_code}")
        tree = html.fromstring(page.content)
        fields = {
            "Username": username,
            "Password": password,
            "__RequestVerificationToken": tree.xpath("//input[@name='__RequestVerificationToken']")[0].get("value"),
            "ReturnUrl": tree.get_element_by_id("ReturnUrl").get("value"),
            "AgreementConfirmed": "True",
        }
        return self.session.post(page.url, data=fields)

    # 2. Current organisation
    def change_organization(self, code: str) -> None:
        tree = self.tree("/")
        form = next(form for form in tree.forms if "UserOrgChange" in form.action)
        options = tree.xpath("//*[@id='org-select']/option")
        value = next(option.get("value") for option in options if option.text_content().strip().endswith(f"- {code}"))
        token = form.xpath(".//input[@name='__RequestVerificationToken']")[0].get("value")
        self.session.post(
            urljoin(self.base, form.action), data={"selectedItem": value, "__RequestVerificationToken": token}
        ).raise_for_status()

    # 3. Lookups
    def json(self, path: str, **query: str) -> Any:
        answer = self.get(path, **query, format="JSON")
        answer.raise_for_status()
        return answer.json()

    # 4. Requesting an extract
    def request_extract(
        self,
        record_type: str,
        values: Mapping[str, Iterable[str]],
        *,
        date_range: bool = False,
        as_of: bool = False,
        page: str = "ODSExtract",
    ) -> tuple[bool, html.HtmlElement]:
        """Whether the page finally shown says the request was made, and that page."""
        query = {"RecordType": record_type} if page == "ODSExtract" else {}
        tree = self.tree(f"/Extract/{page}", **query)
        forms = [form for form in tree.forms if "Extract" in form.action]
        word = "AsofDate" if as_of else "Date"
        form = next(form for form in forms if (word in form.action) == (date_range or as_of))
        fields = [
            (element.get("name"), element.get("value") or "")
            for element in form.xpath(".//*[@name]")
            if element.tag != "select" and element.get("name") not in values
        ]
        fields += [(name, value) for name, given in values.items() for value in given]
        answer = self.session.post(urljoin(self.base, form.action), data=fields)
        answer.raise_for_status()
        shown = html.fromstring(answer.content)
        paragraph = shown.find(".//p")
        return paragraph is not None and paragraph.text == SUCCESS, shown

    # 5. Submitted Extracts
    def submitted(self, lea: str) -> list[dict[str, str]]:
        """The rows of the list, newest first."""
        rows: list[dict[str, str]] = self.json("/Extract", SelectedLEA=lea)["Data"]
        return rows

    def wait_for_newest(self, lea: str, *, seconds: float = 60) -> str:
        """The id of the newest request, once it is complete."""
        until = time.monotonic() + seconds
        newest = self.submitted(lea)[0]["ExtractRequestID"]
        self.pause()
        while time.monotonic() < until:
            row = next(row for row in self.submitted(lea) if row["ExtractRequestID"] == newest)
            if row["ExtractStatus"] == "Complete":
                return newest
            self.pause()
        raise WireError(f"request {newest} is {row['ExtractStatus']} after {seconds} seconds")

    def download(self, request_id: str) -> requests.Response:
        return self.get("/Extract/DownloadLink", ExtractRequestID=request_id)

    # 6. File submission
    def upload(self, file_type: str, content: bytes, *, name: str = "test.txt", job_name: str = "") -> html.HtmlElement:
        """Send one file with the form's own hidden inputs; the page finally shown."""
        tree = self.tree("/FileSubmission/FileUpload")
        form = tree.xpath("//div[@id='fileUpload']//form")[0]
        fields = {
            element.get("name"): element.get("value") or ""
            for element in form.xpath(".//input[@name]")
            if element.get("type") == "hidden"
        }
        fields |= {"FilesUploaded[0].FileType": file_type, "FilesUploaded[0].JobName": job_name}
        answer = self.session.post(
            urljoin(self.base, form.action),
            data=fields,
            files={"FilesUploaded[0].FileName": (name, content, "text/plain")},
        )
        answer.raise_for_status()
        return html.fromstring(answer.content)

    def newest_submission(self) -> dict[str, str]:
        """The last element of the home page's list."""
        row: dict[str, str] = self.json("/HomepageSubmissions")["Data"][-1]
        return row

    def wait_for_submission(self, *, until: str, seconds: float = 60) -> dict[str, str]:
        """The newest submission, once its status is `until`."""
        end = time.monotonic() + seconds
        self.pause()
        while time.monotonic() < end:
            row = self.newest_submission()
            if row["SubmissionStatus"] == until:
                return row
            self.pause()
        raise WireError(f"job {row['JobID']} is {row['SubmissionStatus']} after {seconds} seconds")

    def post_all(self, job_id: str) -> html.HtmlElement:
        """Press Post All on the details page, with the form's inputs; the page finally shown."""
        tree = self.tree(f"/FileSubmission/Detail/{job_id}")
        form = next(form for form in tree.forms if form.get("action") == "/FileSubmission/Post")
        fields = {element.get("name"): element.get("value") for element in form.xpath(".//input[@name]")}
        answer = self.session.post(urljoin(self.base, "/FileSubmission/Post"), data={**fields, "command": "Post All"})
        answer.raise_for_status()
        return html.fromstring(answer.content)

    def errors(self, job_id: str, *, code: str = "", skip: int = 0, take: int = 5000) -> Any:
        return self.json(f"/FileSubmission/Detail/{job_id}/Errors", skip=str(skip), take=str(take), ErrorCode=code)

    def request_rejected(self, record_type: str, job_id: str, lea: str) -> bool:
        """Ask for the rejected records of a job; whether the page finally shown says so."""
        tree = self.tree("/Extract/RejectedRecords")
        form = next(form for form in tree.forms if "Extract" in form.action)
        values = {"LEA": lea, "RecordType": f"{record_type}ERR", "JobID": job_id, "School": "All", "Submitter": ""}
        fields = [
            (element.get("name"), element.get("value") or "")
            for element in form.xpath(".//*[@name]")
            if element.tag != "select" and element.get("name") not in values
        ]
        answer = self.session.post(urljoin(self.base, form.action), data=[*fields, *values.items()])
        answer.raise_for_status()
        paragraph = html.fromstring(answer.content).find(".//p")
        return paragraph is not None and paragraph.text == SUCCESS

    # What all of it goes through
    def get(self, path: str, **query: str) -> requests.Response:
        if self.shout:
            path, query = path.upper(), {name.swapcase(): value for name, value in query.items()}
        return self.session.get(urljoin(self.base, path), params=query)

    def tree(self, path: str, **query: str) -> html.HtmlElement:
        answer = self.get(path, **query)
        answer.raise_for_status()
        return html.fromstring(answer.content)

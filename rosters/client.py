"""Calling CERS: a token, a file, what became of it (spec rosters, sections 6 and 7). Knows HTTP and no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429
_SERVER_ERRORS = 500


class CallFailed(Exception):
    """A call that came to nothing. `words` are for people and hold neither secrets nor student data."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Transient(CallFailed):
    """For the time being: no connection, no answer in time, 429, 5xx. Worth another try later."""


class Permanent(CallFailed):
    """It would fail again: credentials, permission, an address that is not CERS."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the token call needs: the LEA's pair, and the client's."""

    user_name: str
    secret: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An import record: its id, status (spec 7, Statuses), digest, and message with all of its lines."""

    id: str
    status: str
    digest: str
    message: str


class Client:
    """Calls for one LEA over one connection. A token is asked for when it is first needed, and once more on a 401."""

    def __init__(self, *, base: str, token_url: str, credentials: Credentials, timeout: float) -> None:
        self._base = base
        self._token_url = token_url
        self._credentials = credentials
        self._timeout = timeout
        self._token = ""
        self._session = requests.Session()
        # Neither proxies nor a .netrc of the machine: credentials go to the address that was configured.
        self._session.trust_env = False

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def sign_in(self) -> None:
        """Get a token.

        Raises:
            Transient: CERS cannot be reached now.
            Permanent: the user name or the secret key is not accepted.
        """
        given = self._credentials
        form = {
            "grant_type": "password",
            "username": given.user_name,
            "password": given.secret,
            "client_id": given.client_id,
            "client_secret": given.client_secret,
        }
        answer = self._call("POST", self._token_url, data=form)
        if answer.status_code in (400, _UNAUTHORIZED, _FORBIDDEN):
            error = _text(_json(answer), "error")
            if error == "invalid_client":
                raise Permanent("CERS does not accept the portal itself (client id). Tell your administrator.")
            raise Permanent(
                "CERS does not accept the user name and secret key: they are wrong, expired, or replaced by a newer "
                "pair. Make a pair in TOMS > Credentialing and enter it on the page Connection."
            )
        _check(answer, "the token call")
        self._token = _text(_json(answer), "access_token")
        if not self._token:
            raise Permanent("The token call was not answered as CERS answers it. Tell your administrator.")

    def send(self, *, content: bytes, file_name: str) -> Answer:
        """Post a file of groups.

        Raises:
            Transient: nobody can say whether it arrived; `find` can.
            Permanent: it was not taken.
        """
        answer = self._authorized(
            "POST",
            f"{self._base}/groups/imports",
            params={"filename": file_name},
            data=content,
            headers={"Content-Type": "text/csv"},
        )
        if answer.status_code == _FORBIDDEN:
            raise Permanent(
                "CERS says that these credentials may not write groups (403). The person who made them needs the role "
                "of an LEA coordinator with group administration."
            )
        _check(answer, "the upload")
        return _answer(_json(answer))

    def find(self, *, file_name: str, digest: str) -> Answer | None:
        """The import of a file that was perhaps sent before, by its name and digest.

        Raises:
            Transient, Permanent: as `send`.
        """
        params = {"content": "GROUPS", "batch": file_name}
        answer = self._authorized("GET", f"{self._base}/groups/imports", params=params)
        _check(answer, "the list of imports")
        listed = _json(answer)
        found = [_answer(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        return next((one for one in found if one.digest == digest), None)

    def ask(self, server_id: str) -> Answer:
        """What became of an import.

        Raises:
            Transient, Permanent: as `send`.
        """
        answer = self._authorized("GET", f"{self._base}/imports/{server_id}")
        if answer.status_code == _NOT_FOUND:
            raise Permanent(f"CERS does not know the upload {server_id} any more. Look at View Uploads in CERS.")
        _check(answer, "the status")
        return _answer(_json(answer))

    def _authorized(self, method: str, url: str, **values: Any) -> requests.Response:
        headers = dict(values.pop("headers", {}))
        for attempt in (1, 2):
            if not self._token:
                self.sign_in()
            headers["Authorization"] = f"Bearer {self._token}"
            answer = self._call(method, url, headers=headers, **values)
            if answer.status_code != _UNAUTHORIZED:
                return answer
            self._token = ""  # ran out: once more with a fresh one
            if attempt == 2:
                raise Permanent("CERS refused a token it had just given (401). Test the connection.")
        raise AssertionError("unreachable")

    def _call(self, method: str, url: str, **values: Any) -> requests.Response:
        try:
            return self._session.request(method, url, timeout=self._timeout, allow_redirects=False, **values)
        except requests.Timeout:
            raise Transient("CERS did not answer in time.") from None
        except requests.ConnectionError:
            raise Transient("There is no connection to CERS, or it broke off.") from None
        except requests.RequestException as error:
            raise Permanent(f"CERS cannot be called ({type(error).__name__}). Tell your administrator.") from None


def _check(answer: requests.Response, what: str) -> None:
    status = answer.status_code
    if status == _TOO_MANY or status >= _SERVER_ERRORS:
        raise Transient(f"CERS answered {what} with the error {status}.")
    if status == _FORBIDDEN:
        raise Permanent(f"CERS does not allow {what} with these credentials (403).")
    if not answer.ok or answer.is_redirect:
        raise Permanent(f"CERS did not accept {what} (answer {status}).")


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _answer(given: Any) -> Answer:
    found = Answer(
        id=_text(given, "id"),
        status=_text(given, "status"),
        digest=_text(given, "digest").upper(),
        message=_text(given, "message"),
    )
    if not found.id or not found.status:
        raise Permanent("The answer is not one of CERS: it has no id and status. Tell your administrator.")
    return found


def _text(given: Any, name: str) -> str:
    value = given.get(name) if isinstance(given, Mapping) else None
    return "" if value is None else str(value)

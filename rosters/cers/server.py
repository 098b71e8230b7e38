"""The receiving end as an HTTP service: token, import, list, payload, and switches for tests (spec rosters, section 7).

Threads of the standard library: it is a test partner on one machine and never faces the open network.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rosters.cers.accounts import LIFETIME, Account, Faults, Tokens
from rosters.cers.store import Import, Store
from rosters.cers.validation import ServerError, validate

MOST_BYTES = 500 * 2**20
_HTTP_TIMEOUT = 60
logger = logging.getLogger(__name__)


@dataclass
class Config:
    """What the receiving end knows. `mode` is `rdw` (open source, with row texts) or `ets` (generic text only)."""

    accounts: list[Account]
    years: Collection[int]
    school_exists: Callable[[str], bool] = lambda school: True
    subjects: Collection[str] = ("Math", "ELA", "ELPAC")
    mode: str = "rdw"
    client_id: str = "rosters"
    client_secret: str = "rosters-client"  # noqa: S105 - of the emulator
    process_after: float = 0.0
    faults: Faults = field(default_factory=Faults)


class Server(ThreadingHTTPServer):
    """Listens at once; `serve_forever` answers."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], config: Config) -> None:
        super().__init__(address, _Handler)
        self.config = config
        self.store = Store(generic_errors=config.mode == "ets")
        self.tokens = Tokens()
        self.posts: list[str] = []
        """Digests of the files that were taken, in order: what tests count."""

    @property
    def base(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A caller that went away is no event; nothing of what he sent may reach a log.
        logger.info("a connection ended early")


class _Answer(Exception):
    """Ends a call with a status and a JSON body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class _Cut(Exception):
    """Ends a call without an answer."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _HTTP_TIMEOUT

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses may hold file names; the payload never; nothing is worth a log here."""

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def do_DELETE(self) -> None:
        self._answer(self._delete)

    def _answer(self, work: Callable[[str, dict[str, str]], tuple[int, Any]]) -> None:
        faults = self.server.config.faults
        parts = urlsplit(self.path)
        path, query = parts.path.rstrip("/"), {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            if not path.startswith("/emulator"):
                if (seconds := faults.hit("slow")) is not None:
                    faults.sleep(seconds)
                if faults.hit("unavailable") is not None:
                    self._body()
                    raise _Answer(503, {"message": "Service unavailable"})
            status, body = work(path, query)
        except _Answer as answer:
            status, body = answer.status, answer.body
        except _Cut:
            self.close_connection = True
            return
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/csv" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # --- the calls ---------------------------------------------------------------------------------------------------

    def _post(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        faults = self.server.config.faults
        if path in ("/auth/oauth2/access_token", "/api/v1/token"):
            return self._token()
        if path == "/emulator/faults":
            return self._set_fault()
        if path == "/emulator/reset":
            self._body()
            self.server.store = Store(generic_errors=self.server.config.mode == "ets")
            self.server.posts.clear()
            faults.clear()
            return 200, {}
        by_page = path.endswith("/studentGroups")  # what the Upload Groups page calls
        if path != "/groups/imports" and not by_page:
            self._body()
            raise _Answer(404, {"message": "Not found"})
        if faults.hit("cut") is not None:
            raise _Cut
        body = self._body()
        account = self._account()
        if not account.may_write or faults.hit("forbidden") is not None:
            raise _Answer(403, {"message": "Access is denied"})
        if faults.hit("server_error") is not None:
            raise _Answer(500, {"message": "Internal server error"})
        content, content_type, batch = self._file(body, query)
        found = self._take(account, content, content_type, batch, anew=by_page)
        if faults.hit("cut_after") is not None:
            raise _Cut
        return 202, found.to_json(self.server.base)

    def _take(self, account: Account, content: bytes, content_type: str, batch: str | None, *, anew: bool) -> Import:
        config = self.server.config
        scope = config.faults.hit("wrong_scope") is None
        try:
            verdict = validate(
                content,
                years=config.years,
                subjects=config.subjects,
                school_known=lambda school: scope and account.covers(school) and config.school_exists(school),
            )
        except ServerError:
            raise _Answer(500, {"message": "Internal server error"}) from None
        delay = config.faults.hit("delay_processed")
        found = self.server.store.take(
            content=content,
            content_type=content_type,
            batch=batch,
            creator=account.user_name,
            verdict=verdict,
            process_after=config.process_after if delay is None else delay,
            fail_loading=config.faults.hit("load_failure") is not None,
            anew=anew,
        )
        self.server.posts.append(found.digest)
        return found

    def _get(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/emulator/groups":
            return 200, self._groups(lambda school: True)
        if path == "/emulator/faults":
            return 200, self.server.config.faults.on()
        account = self._account()
        if path == "/groups/imports":
            return 200, self._list(account, query)
        if path.endswith("/studentGroupBatches"):  # View Uploads: one's own
            own = self.server.store.find(lambda one: one.creator == account.user_name)
            return 200, [one.to_json(self.server.base) for one in own]
        if path == "/groups":
            return 200, self._groups(account.covers)
        words = path.split("/")
        if len(words) >= 3 and words[1] == "imports" and words[2].isdecimal():
            return self._one(int(words[2]), "/".join(words[3:]))
        raise _Answer(404, {"message": "Not found"})

    def _groups(self, wanted: Callable[[str], bool]) -> list[dict[str, object]]:
        return [
            {
                "school": group.school, "name": group.name, "year": group.year, "subject": group.subject,
                "students": sorted(group.students), "users": sorted(group.users),
            }
            for group in self.server.store.groups_of() if wanted(group.school)
        ]  # fmt: skip

    def _one(self, number: int, part: str) -> tuple[int, Any]:
        found = self.server.store.get(number)
        payload = self.server.store.payload(number)
        if found is None or payload is None:
            raise _Answer(404, {"message": "Not found"})
        if part == "payload":
            return 200, payload
        if part == "payload/properties":
            return 200, {
                "Content-Type": found.content_type, "Content-Length": str(len(payload)), "username": found.creator,
                **({"batch": found.batch} if found.batch else {}),
            }  # fmt: skip
        if part:
            raise _Answer(404, {"message": "Not found"})
        return 200, found.to_json(self.server.base)

    def _list(self, account: Account, query: dict[str, str]) -> list[dict[str, object]]:
        known = {"content", "batch", "limit", "status", "creator", "before", "after"}
        if not known & query.keys():
            raise _Answer(400, {"message": "At least one query parameter is required"})
        try:
            limit = int(query["limit"]) if "limit" in query else None
            after, before = (
                datetime.fromisoformat(query[name]) if name in query else None for name in ("after", "before")
            )
        except ValueError:
            raise _Answer(400, {"message": "A query parameter cannot be read"}) from None
        found = self.server.store.find(
            lambda one: (
                query.get("content", "GROUPS") == "GROUPS"
                and query.get("batch", one.batch) == one.batch
                and query.get("status", one.status) == one.status
                and query.get("creator", one.creator) == one.creator
                and (after is None or one.updated > after)
                and (before is None or one.updated < before)
            ),
            limit=limit,
        )
        return [one.to_json(self.server.base) for one in found]

    def _delete(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """`DELETE /groups?school=&name=&year=`: the Delete button of the UI."""
        self._account()
        year = query.get("year", "")
        gone = path == "/groups" and year.isdecimal() and self.server.store.delete_group(
            query.get("school", ""), query.get("name", ""), int(year)
        )  # fmt: skip
        if not gone:
            raise _Answer(404, {"message": "Not found"})
        return 200, {}

    # --- who calls, and with what -------------------------------------------------------------------------------------

    def _token(self) -> tuple[int, Any]:
        form = {name: values[0] for name, values in parse_qs(self._body().decode("utf-8", "replace")).items()}
        config = self.server.config
        rdw = config.mode == "rdw"
        if rdw and (form.get("client_id"), form.get("client_secret")) != (config.client_id, config.client_secret):
            raise _Answer(400, {"error": "invalid_client", "error_description": "Client authentication failed"})
        given = (form.get("username"), form.get("password"))
        account = next((one for one in config.accounts if (one.user_name, one.secret) == given), None)
        expired = config.faults.hit("expired_key") is not None
        if account and account.expires_on and account.expires_on < date.today():  # noqa: DTZ011 - the machine's own day
            expired = True
        if account is None or expired or (rdw and form.get("grant_type") != "password"):
            words = "The provided access grant is invalid, expired, or revoked."
            raise _Answer(400, {"error": "invalid_grant", "error_description": words})
        token = self.server.tokens.give(account)
        return 200, {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}

    def _account(self) -> Account:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        account = self.server.tokens.account(token) if kind.lower() == "bearer" else None
        if account is None or self.server.config.faults.hit("unauthorized") is not None:
            raise _Answer(401, {"error": "invalid_token"})
        return account

    def _set_fault(self) -> tuple[int, Any]:
        try:
            given = json.loads(self._body() or b"{}")
            self.server.config.faults.set(
                given["fault"], times=given.get("times"), seconds=float(given.get("seconds", 0))
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _Answer(400, {"message": "Give fault (see the documentation), times and seconds"}) from None
        if given["fault"] == "unauthorized" and given.get("times") is None:
            self.server.tokens.forget()
        return 200, self.server.config.faults.on()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            raise _Answer(413, {"message": "Payload too large"})
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        """A body sent without saying its length first, as many HTTP clients stream files (RFC 9112, 7.1)."""
        found = bytearray()
        try:
            while size := int(self.rfile.readline(1000).partition(b";")[0], 16):
                if len(found) + size > MOST_BYTES:
                    raise ValueError
                found += self.rfile.read(size)
                self.rfile.readline(1000)
        except ValueError:
            self.close_connection = True
            raise _Answer(400, {"message": "The chunked body cannot be read, or is too large"}) from None
        while self.rfile.readline(1000).strip():
            pass  # trailers
        return bytes(found)

    def _file(self, body: bytes, query: dict[str, str]) -> tuple[bytes, str, str | None]:
        """The file of a post: the raw body, or the part `file` of a form (or its only part)."""
        given = self.headers.get("Content-Type", "text/csv")
        kind = given.partition(";")[0].strip().lower()
        if kind != "multipart/form-data":
            if kind not in ("text/csv", "application/csv"):
                raise _Answer(415, {"message": "Unsupported Media Type"})
            return body, kind, query.get("batch") or query.get("filename")
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + given.encode() + b"\r\n\r\n" + body)
        parts = list(message.iter_parts()) if message.is_multipart() else []
        part = next((one for one in parts if _name_of(one) == "file"), parts[0] if len(parts) == 1 else None)
        if part is None:
            raise _Answer(400, {"message": "Required request part 'file' is not present"})
        content = part.get_payload(decode=True)
        return bytes(content) if isinstance(content, bytes) else b"", part.get_content_type(), part.get_filename()


def _name_of(part: Message) -> str:
    return str(part.get_param("name", "", header="content-disposition"))

"""What the receiving end keeps, in memory: imports, their payloads, groups with their students and users."""

from __future__ import annotations

import hashlib
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rosters.cers.validation import Record, Verdict

GENERIC = "The file was flagged as corrupt or malformed."
"""What the state's API says of any failure (spec 6, V11; its exact words are not known)."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import record (spec 7)."""

    id: int
    content_type: str
    digest: str
    status: str
    batch: str | None
    creator: str
    created: datetime
    updated: datetime
    message: str | None

    def to_json(self, base: str) -> dict[str, object]:
        """As the API gives it: fields that are null are left out."""
        own = f"{base}/imports/{self.id}"
        values: dict[str, object] = {
            "id": self.id,
            "content": "GROUPS",
            "contentType": self.content_type,
            "digest": self.digest,
            "status": self.status,
            "batch": self.batch,
            "creator": self.creator,
            "created": _iso(self.created),
            "updated": _iso(self.updated),
            "message": self.message,
            "_links": {
                "self": {"href": own},
                "payload": {"href": f"{own}/payload"},
                "payload-properties": {"href": f"{own}/payload/properties"},
            },
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class Group:
    """A group as end users see it. `subject` None: no limit."""

    school: str
    name: str
    year: int
    subject: str | None
    students: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    creator: str = ""


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def same_name(name: str) -> str:
    """utf8_unicode_ci: blind to case, accents and trailing blanks."""
    plain = unicodedata.normalize("NFKD", name.rstrip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Store:
    """All of it behind one lock. `process_after` are seconds until an accepted file is processed."""

    def __init__(self, *, generic_errors: bool = False) -> None:
        self.generic_errors = generic_errors
        self._lock = threading.RLock()
        self._imports: dict[int, Import] = {}
        self._payloads: dict[int, bytes] = {}
        self._by_digest: dict[str, int] = {}
        self._due: dict[int, tuple[float, list[Record], bool]] = {}
        self.groups: dict[tuple[str, str, int], Group] = {}
        self.students: dict[str, str] = {}

    def take(
        self, *, content: bytes, content_type: str, batch: str | None, creator: str, verdict: Verdict,
        process_after: float = 0.0, fail_loading: bool = False, anew: bool = False,
    ) -> Import:  # fmt: skip
        """Keep a file and its verdict; load it when its time has come.

        One record for each file of the same bytes: processed once it is not loaded again unless `anew` (as the UI
        does), failed it is always tried again.
        """
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest().upper()
        now = datetime.now(UTC)
        with self._lock:
            self.work()
            number = self._by_digest.get(digest)
            if number is None:
                number = len(self._imports) + 1
                self._imports[number] = Import(
                    number, content_type, digest, "ACCEPTED", batch, creator, created=now, updated=now, message=None
                )
                self._by_digest[digest] = number
                self._payloads[number] = content
            found = self._imports[number]
            if not verdict.ok:
                message = GENERIC if self.generic_errors else verdict.message
                self._due.pop(number, None)
                return self._set(replace(found, status="BAD_DATA", message=message, updated=now))
            if found.status == "PROCESSED" and not anew:
                return found
            self._due[number] = (time.monotonic() + process_after, verdict.records, fail_loading)
            # Processing follows by itself, so even at once the answer says ACCEPTED.
            return self._set(replace(found, status="ACCEPTED", message=verdict.message, updated=now))

    def work(self) -> None:
        """Load what is due."""
        with self._lock:
            for number, (at, records, fails) in sorted(self._due.items()):
                if time.monotonic() < at:
                    continue
                del self._due[number]
                found = self._imports[number]
                status, message = ("BAD_DATA", "Error loading groups") if fails else ("PROCESSED", found.message)
                if fails and self.generic_errors:
                    message = GENERIC
                if not fails:
                    self._load(records, found.creator)
                self._set(replace(found, status=status, message=message, updated=datetime.now(UTC)))

    def _load(self, records: Iterable[Record], creator: str) -> None:
        """Users and students of every group named are set to exactly those of the file."""
        fresh: dict[tuple[str, str, int], Group] = {}
        for record in records:
            key = (record.school, same_name(record.group), record.year)
            group = fresh.setdefault(key, Group(record.school, record.group, record.year, None, creator=creator))
            if record.subject and record.subject.lower() != "all":
                group.subject = record.subject
            if record.ssid:
                group.students.add(record.ssid)
                self.students[record.ssid] = record.school
            if record.login:
                group.users.add(record.login)
        self.groups.update(fresh)

    def _set(self, found: Import) -> Import:
        self._imports[found.id] = found
        return found

    def get(self, number: int) -> Import | None:
        with self._lock:
            self.work()
            return self._imports.get(number)

    def payload(self, number: int) -> bytes | None:
        return self._payloads.get(number)

    def find(self, wanted: Callable[[Import], bool], *, limit: int | None = None) -> list[Import]:
        """Newest id first."""
        with self._lock:
            self.work()
            found = [one for _, one in sorted(self._imports.items(), reverse=True) if wanted(one)]
        return found[:limit]

    def groups_of(self) -> list[Group]:
        with self._lock:
            self.work()
            return list(self.groups.values())

    def delete_group(self, school: str, name: str, year: int) -> bool:
        """What the Delete button of CERS does; no upload can."""
        with self._lock:
            return self.groups.pop((school, same_name(name), year), None) is not None

"""Who may call the receiving end, and the faults it can be told to have."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LIFETIME = 3600
"""Seconds a token is good for."""

FAULTS: dict[str, str] = {
    "expired_key": "the token call answers 400 invalid_grant, as with a key past its days",
    "unauthorized": "calls with a token answer 401, as if it had run out",
    "forbidden": "posting groups answers 403: no GROUP_WRITE",
    "wrong_scope": "no school is in the user's scope",
    "server_error": "posting groups answers 500",
    "unavailable": "every call answers 503",
    "slow": "every call waits so many seconds first",
    "cut": "the connection is cut before a post is read",
    "cut_after": "a post is taken, and the connection cut before the answer",
    "delay_processed": "so many seconds lie between ACCEPTED and PROCESSED",
    "load_failure": "an accepted file fails in loading: BAD_DATA",
}
"""Name of a fault to what it does."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user: LEA credentials of TOMS. `schools` are School Natural IDs or prefixes of them; '' is every school."""

    user_name: str
    secret: str
    schools: tuple[str, ...] = ("",)
    may_write: bool = True
    expires_on: date | None = None

    def covers(self, school: str) -> bool:
        return any(school.startswith(prefix) for prefix in self.schools)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Account:
        """Raises KeyError or ValueError: not an account."""
        expires = given.get("expires_on")
        return cls(
            user_name=str(given["user_name"]),
            secret=str(given["secret"]),
            schools=tuple(map(str, given.get("schools", [""]))),
            may_write=bool(given.get("may_write", True)),
            expires_on=date.fromisoformat(expires) if expires else None,
        )


DEMO_USER = "cers-demo"
DEMO_SECRET = "cers-demo-secret"  # noqa: S105 - of the emulator, printed when it starts


def accounts_of(text: str) -> list[Account]:
    """The accounts of a JSON list. Raises KeyError or ValueError (also for text that is no JSON): not such a list."""
    return [Account.from_json(one) for one in json.loads(text)]


@dataclass
class Tokens:
    """Tokens given out, in memory."""

    _known: dict[str, tuple[Account, float]] = field(default_factory=dict)

    def give(self, account: Account) -> str:
        token = secrets.token_urlsafe(24)
        self._known[token] = (account, time.monotonic() + LIFETIME)
        return token

    def account(self, token: str) -> Account | None:
        account, until = self._known.get(token, (None, 0.0))
        return account if account and time.monotonic() < until else None

    def forget(self) -> None:
        self._known.clear()


class Faults:
    """Faults that are on: how often more (None: until switched off), and a number where one is needed."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._lock = threading.Lock()
        self._on: dict[str, tuple[int | None, float]] = {}
        self.sleep = sleep

    def set(self, name: str, *, times: int | None = None, seconds: float = 0.0) -> None:
        """Switch a fault on; `times` 0 switches it off. Raises KeyError: no such fault."""
        FAULTS[name]
        with self._lock:
            if times == 0:
                self._on.pop(name, None)
            else:
                self._on[name] = (times, seconds)

    def clear(self) -> None:
        with self._lock:
            self._on.clear()

    def on(self) -> dict[str, dict[str, float | None]]:
        return {name: {"times": times, "seconds": seconds} for name, (times, seconds) in self._on.items()}

    def hit(self, name: str) -> float | None:
        """Whether the fault strikes now, and its seconds; None if not. One of its times is used up."""
        with self._lock:
            if name not in self._on:
                return None
            times, seconds = self._on[name]
            if times is not None:
                if times <= 1:
                    del self._on[name]
                else:
                    self._on[name] = (times - 1, seconds)
            return seconds

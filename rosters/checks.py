"""Checks of the settings of rosters: of names at every start, of the address of CERS before a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from rosters.names import Mode

_HERE = ("127.0.0.1", "localhost", "::1")


def check_name_mode(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """ROSTERS_NAME_MODE is a way of naming groups."""
    known = [mode.value for mode in Mode]
    if settings.ROSTERS_NAME_MODE in known:
        return []
    return [Error(f"ROSTERS_NAME_MODE must be one of {', '.join(known)}.", id="rosters.E001")]


def check_addresses(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Where student groups are sent, and where the token comes from, must be said: the defaults are the emulator's,
    which only `serve` starts. Credentials and students go over TLS, unless to this machine itself.
    """
    found: list[CheckMessage] = []
    if settings.CERS_EMULATED:
        found.append(
            Warning(
                "CERS_URL is not set: student groups would be sent to the emulated receiving end of this machine.",
                hint="Set CERS_URL and CERS_TOKEN_URL (docs/operations.md).",
                id="rosters.W001",
            )
        )
    elif not settings.CERS_TOKEN_URL_SET:
        found.append(
            Warning(
                f"CERS_TOKEN_URL is not set: credentials would be sent to {settings.CERS_TOKEN_URL}, a guess.",
                hint="Set CERS_TOKEN_URL (docs/operations.md).",
                id="rosters.W002",
            )
        )
    for name in ("CERS_URL", "CERS_TOKEN_URL"):
        parts = urlsplit(getattr(settings, name))
        if parts.scheme != "https" and parts.hostname not in _HERE:
            words = f"{name} must begin with https://: credentials and student data are sent there."
            found.append(Error(words, id="rosters.E002"))
    return found

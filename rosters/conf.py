"""The settings of rosters (docs/rosters.md lists them)."""

from __future__ import annotations

from django.conf import settings

from rosters.names import LIMIT, Mode


def name_mode() -> Mode:
    return Mode(settings.ROSTERS_NAME_MODE)


def name_limit() -> int:
    return int(getattr(settings, "ROSTERS_NAME_LIMIT", LIMIT))


def number(name: str) -> int:
    """A setting in seconds or times."""
    return int(getattr(settings, name))

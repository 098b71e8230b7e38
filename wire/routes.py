"""Routes that ignore case, as CALPADS' addresses do (wire contract, introduction)."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern
from django.urls.resolvers import RoutePattern


class CaseBlindPattern(RoutePattern):
    """A `path()` route found in any case, with or without a slash at its end; `reverse()` writes it as given."""

    def __init__(self, route: str, name: str | None = None) -> None:
        super().__init__(route, name, is_endpoint=False)
        self._blind = re.compile(rf"{self.regex.pattern}/?\Z", re.IGNORECASE)

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        # No address of ours holds a NUL, and PostgreSQL would stumble over one in a parameter.
        found = None if "\0" in path else self._blind.search(path)
        if found is None:
            return None
        try:
            return "", (), {name: self.converters[name].to_python(text) for name, text in found.groupdict().items()}
        except ValueError:
            return None


def case_blind_path(route: str, view: Callable[..., HttpResponseBase], name: str | None = None) -> URLPattern:
    """One address of the wire, as `path()` would declare it: the full route, without slashes at its ends."""
    return URLPattern(CaseBlindPattern(route, name), view, None, name)

"""The query of an address, whose names ignore case (wire contract, introduction)."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest


class Query:
    """The parameters of an address by name, in any case; values keep theirs.

    Raises:
        BadRequest: a value holds a NUL character, which no text field of PostgreSQL can be compared with.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._values: dict[str, list[str]] = {}
        for name, values in request.GET.lists():
            if any("\0" in value for value in values):
                raise BadRequest("a NUL character in the query")
            self._values.setdefault(name.casefold(), []).extend(values)

    def get(self, name: str, default: str = "") -> str:
        """The first value of a name; the default if it is absent."""
        return next(iter(self._values.get(name.casefold(), ())), default)

    def getlist(self, name: str) -> list[str]:
        """Every value of a name, in the order of the address."""
        return list(self._values.get(name.casefold(), ()))

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._values


MOST_DIGITS = 15
"""Of a number in an address or a form: more than any row, line or page has, and still to be reckoned with."""


def whole_number(text: str, default: int = 0) -> int:
    """A number of an address or a form; the default if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else default


def query_of(request: HttpRequest) -> Query:
    return Query(request)


def wants_json(request: HttpRequest) -> bool:
    """Whether the address asks for JSON: `?format=JSON`, name and value in any case."""
    return query_of(request).get("format").casefold() == "json"

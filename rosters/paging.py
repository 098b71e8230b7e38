"""Pages of a list, and what the address asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from django.http import HttpRequest, QueryDict

from wire.query import query_of, whole_number

PAGE = 40
"""Sections, teachers or students on a page of a table."""

T = TypeVar("T")


@dataclass(frozen=True)
class Paging:
    """A page of a list: its number from 1, and whether there are others. `name`: what the address calls it."""

    number: int
    count: int
    size: int = PAGE
    name: str = "page"
    query: QueryDict = field(default_factory=QueryDict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def asked_for(self) -> bool:
        """Whether the address names a page of this list."""
        return self.name in self.query

    @property
    def before(self) -> str:
        return self._to(self.number - 1)

    @property
    def after(self) -> str:
        return self._to(self.number + 1)

    def _to(self, number: int) -> str:
        query = self.query.copy()
        query[self.name] = str(number)
        return f"?{query.urlencode()}"

    def of(self, rows: list[T]) -> list[T]:
        return rows[self.start : self.start + self.size]


def paging(request: HttpRequest, count: int, size: int = PAGE, name: str = "page") -> Paging:
    number = whole_number(request.POST.get(name) or query_of(request).get(name))
    return Paging(min(max(1, number), max(1, -(-count // size))), count, size, name, request.GET)


def asked(request: HttpRequest, name: str) -> str:
    """A value of the form that was sent, else of the address."""
    return request.POST.get(name, "") or query_of(request).get(name)

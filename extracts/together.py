"""Work that many ask for in the same moment, done once for all of them (docs/decisions/0064-asking-together.md).

Nobody is answered with what was found out before he asked: whoever comes while the work is under way waits for the
next time it is done, and shares that with all who came meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Together:
    """Answers by key. One for each kind of work; its threads are those of the process that ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next: dict[Hashable, Future[Any]] = {}
        self._under_way: dict[Hashable, Future[Any]] = {}

    def of(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` gives, begun after this call. `key` says all that it depends on but the time.

        Raises:
            Exception: whatever `work` raised, to all who share it.
        """
        with self._lock:
            shared: Future[T] | None = self._next.get(key)
            if shared is None:
                mine = self._next[key] = Future[T]()
                before = self._under_way.get(key)
        if shared is not None:
            return shared.result()
        if before is not None:
            wait([before])
        with self._lock:
            # From here on whoever comes is too late for this one.
            del self._next[key]
            self._under_way[key] = mine
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
        finally:
            with self._lock:
                if self._under_way.get(key) is mine:
                    del self._under_way[key]
        return mine.result()

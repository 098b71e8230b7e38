"""Work that many ask for in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from extracts.together import Together

PATIENCE = 60
"""Seconds until a test gives up; nothing waits that long."""


class Source:
    """Something that changes: how often it was looked at, and a gate that holds a look under way."""

    def __init__(self) -> None:
        self.looks = 0
        self.begun, self.gate = Event(), Event()
        self._lock = Lock()

    def look(self) -> int:
        with self._lock:
            self.looks += 1
            found = self.looks
        self.begun.set()
        assert self.gate.wait(PATIENCE)
        return found


def test_who_comes_while_it_is_under_way_shares_the_next_answer_never_the_one_begun_before() -> None:
    together, source = Together(), Source()
    with ThreadPoolExecutor(20) as people:
        first = people.submit(together.of, "key", source.look)
        assert source.begun.wait(PATIENCE)
        others = [people.submit(together.of, "key", source.look) for _ in range(19)]
        while len(together._next) < 1:
            pass
        source.gate.set()

        assert first.result(PATIENCE) == 1
        later = [other.result(PATIENCE) for other in others]
    assert min(later) >= 2
    assert source.looks == max(later)
    assert (together._next, together._under_way) == ({}, {})


def test_who_asks_something_else_does_not_wait() -> None:
    together, source = Together(), Source()
    with ThreadPoolExecutor(2) as people:
        held = people.submit(together.of, "one", source.look)
        assert source.begun.wait(PATIENCE)

        assert together.of("other", lambda: "answer") == "answer"
        assert not held.done()
        source.gate.set()
        assert held.result(PATIENCE) == 1


def test_a_failure_is_told_to_all_who_share_it_and_the_next_one_is_done_again() -> None:
    together = Together()

    def fails() -> str:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError, match="the database is away"):
        together.of("key", fails)
    assert together.of("key", lambda: "answer") == "answer"
    assert (together._next, together._under_way) == ({}, {})

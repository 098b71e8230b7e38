"""Doing the same thing many times at once."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(count: int, work: Callable[[], object]) -> list[object]:
    """What `count` threads, started together, returned or raised."""
    barrier = threading.Barrier(count)
    results: list[object] = []

    def one() -> None:
        try:
            barrier.wait()
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

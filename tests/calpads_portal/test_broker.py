"""The embedded broker loses nothing, and still fits the kombu it is made for."""

import hashlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue
from kombu.transport import filesystem

from calpads_portal import broker

MODULE = ("-m", "tests.calpads_portal.broker_traffic")


@contextmanager
def queue_in(folder: Path) -> Iterator[SimpleQueue]:
    """A queue of its own name: kombu keeps in mind per process which queues it has bound, whatever the folder."""
    with Connection(f"{broker.SCHEME}://localhost", transport_options=broker.options(folder)) as connection:
        yield connection.SimpleQueue(folder.name)


def test_thousands_of_messages_between_processes_arrive_once_each(tmp_path: Path) -> None:
    senders, readers, each = 4, 4, 500
    reading = [
        subprocess.Popen([sys.executable, *MODULE, tmp_path, "read"], stdout=subprocess.PIPE, text=True)
        for _ in range(readers)
    ]
    sending = [
        subprocess.Popen([sys.executable, *MODULE, tmp_path, "send", str(number * each), str(each)])
        for number in range(senders)
    ]
    assert [process.wait(timeout=120) for process in sending] == [0] * senders
    # The numbers were sent before, so they are read before.
    for _ in range(readers):
        subprocess.run([sys.executable, *MODULE, tmp_path, "end"], check=True)
    got = [int(number) for process in reading for number in process.communicate(timeout=120)[0].split()]
    assert [process.returncode for process in reading] == [0] * readers
    assert sorted(got) == list(range(senders * each))
    assert [path.name for path in tmp_path.rglob("*.msg*")] == [], "nothing is left behind"


def test_messages_come_in_the_order_they_were_sent(tmp_path: Path) -> None:
    with queue_in(tmp_path) as queue:
        for number in range(50):
            queue.put(number)
        assert [queue.get(timeout=5).payload for _ in range(50)] == list(range(50))


def test_processes_that_bind_at_the_same_moment_all_find_their_queue(tmp_path: Path) -> None:
    """kombu's own transport truncates the table before it locks it; one in a few starts finds it empty."""
    sending = [subprocess.Popen([sys.executable, *MODULE, tmp_path, "send", str(number), "1"]) for number in range(8)]
    assert [process.wait(timeout=60) for process in sending] == [0] * 8
    assert len(list(tmp_path.rglob("*.msg"))) == 8


def test_a_message_being_written_is_not_there_yet(tmp_path: Path) -> None:
    with queue_in(tmp_path) as queue:
        queue.put(1)
        (message,) = tmp_path.rglob("*.msg")
        draft = message.rename(message.with_name(f".{message.name}.draft"))
        with pytest.raises(queue.Empty):
            queue.get(timeout=0.5)
        draft.rename(message)
        assert queue.get(timeout=5).payload == 1


def test_only_the_owner_can_look_into_the_folders(tmp_path: Path) -> None:
    broker.options(tmp_path / "broker")
    modes = {path.stat().st_mode & 0o777 for path in [tmp_path / "broker", *(tmp_path / "broker").iterdir()]}
    assert modes == {0o700}


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        ("_put", "a88e2ceb3927a99a"),
        ("_get", "ecaf5682c3d51458"),
        ("_queue_bind", "ba07d374c2f0555e"),
        ("_delete", "7afbecf792e15207"),
        ("_exchange_file", "be18be5e78e8407c"),
        ("get_table", "347cc4c7c0dd07d3"),
    ],
)
def test_kombu_has_not_changed_what_the_broker_builds_on(method: str, digest: str) -> None:
    """When this fails, read what kombu changed, fit `calpads_portal.broker` to it, and put the new digest here."""
    source = inspect.getsource(getattr(filesystem.Channel, method))
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == digest

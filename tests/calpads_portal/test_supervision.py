"""Children are started again when they end, later and later, and none is left behind."""

import sys
import time
from pathlib import Path

import pytest

from calpads_portal import supervision
from calpads_portal.supervision import Child, Household


def child(tmp_path: Path, program: str) -> Child:
    return Child(name="child", command=[sys.executable, "-c", program], log=tmp_path / "child.log", folder=tmp_path)


def watch_until(child: Child, *, says: str, seconds: float = 10) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (words := child.watch()) and says in words:
            return words
        time.sleep(0.02)
    raise AssertionError(f"it never said {says!r}")


def test_a_child_that_ends_is_started_again_after_a_growing_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.1)
    failing = child(tmp_path, "import sys; print('started', flush=True); sys.exit(3)")
    said = [watch_until(failing, says="ended with status 3") for _ in range(3)]
    assert [words.rpartition("starts again in ")[2] for words in said] == ["0.1 s.", "0.2 s.", "0.4 s."]
    assert (tmp_path / "child.log").read_text() == "started\n" * 3


def test_the_pause_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 0.2)
    failing = child(tmp_path, "raise SystemExit(3)")
    said = [watch_until(failing, says="ended") for _ in range(3)]
    assert [words.rpartition("starts again in ")[2] for words in said] == ["0.1 s.", "0.2 s.", "0.2 s."]


def test_a_child_that_does_not_listen_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "SECONDS_TO_END", 0.5)
    deaf = child(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
    )
    deaf.watch()
    while "deaf" not in (tmp_path / "child.log").read_text():
        time.sleep(0.02)
    started = time.monotonic()
    Household([deaf], say=print).end()
    assert 0.4 < time.monotonic() - started < 10
    assert deaf.watch() is None, "and it is gone: a watch would start it anew"
    Household([deaf], say=print).end()


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "LARGEST_LOG", 10)
    (tmp_path / "child.log").write_text("x" * 11)
    short = child(tmp_path, "print('new')")
    short.watch()
    watch_until(short, says="ended with status 0")
    assert ((tmp_path / "child.log").read_text(), (tmp_path / "child.log.1").read_text()) == ("new\n", "x" * 11)

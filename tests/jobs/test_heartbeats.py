"""Signs of life."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from jobs import heartbeats
from jobs.models import Heartbeat
from tests.jobs.races import at_once

pytestmark = pytest.mark.engines


def test_who_never_showed_life_is_late(db) -> None:
    assert (heartbeats.age("worker"), heartbeats.is_late("worker")) == (None, True)


def test_who_is_silent_for_more_than_a_minute_is_late(db) -> None:
    with time_machine.travel("2026-11-21 12:00:00-08:00", tick=False) as clock:
        heartbeats.beat("worker")
        clock.shift(60)
        assert (heartbeats.age("worker"), heartbeats.is_late("worker")) == (timedelta(seconds=60), False)
        clock.shift(1)
        assert heartbeats.is_late("worker")
        heartbeats.beat("worker")
        assert not heartbeats.is_late("worker")
        assert heartbeats.is_late("beat")
    assert Heartbeat.objects.count() == 1


def test_a_turn_is_taken_once_in_a_while(db) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    turns = [heartbeats.take_turn("tidy", every=hour, now=now + timedelta(minutes=m)) for m in (0, 1, 59, 60, 61, 120)]
    assert turns == [True, False, False, True, False, True]


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_of_eight_that_want_the_turn_one_has_it() -> None:
    now = timezone.now()
    for later in (timedelta(), timedelta(hours=2)):
        turns = at_once(8, lambda later=later: heartbeats.take_turn("t", every=timedelta(hours=1), now=now + later))
        assert sorted(turns, key=bool) == [False] * 7 + [True]


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.django_db(transaction=True)
def test_the_pulse_beats_until_it_is_stopped() -> None:
    pulse = heartbeats.Pulse()
    pulse.start()
    pulse.stop()
    pulse.join(timeout=5)
    assert not pulse.is_alive()
    assert not heartbeats.is_late("worker")


def test_no_process_is_forked_while_the_pulse_speaks_with_the_database() -> None:
    program = """
import django; django.setup()
import os, threading, time
from jobs import heartbeats

spoken = []
def slowly(name):
    entered.set()
    time.sleep(0.5)
    spoken.append(name)

entered = threading.Event()
heartbeats.beat = slowly
heartbeats.Pulse().start()
assert entered.wait(30)
if (child := os.fork()) == 0:
    with heartbeats._speaking:  # open in the child
        os._exit(0 if spoken else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")

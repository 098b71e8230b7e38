"""`manage.py status` (with servers away: test_production)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs import heartbeats
from jobs.models import Heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_it_says_of_each_part_whether_it_works_and_fails_if_one_does_not() -> None:
    heartbeats.beat(heartbeats.BEAT)
    Heartbeat.objects.create(name=heartbeats.WORKER, at=timezone.now() - timedelta(hours=1))
    out = StringIO()
    with pytest.raises(SystemExit) as exit_status:
        call_command("status", stdout=out)
    assert exit_status.value.code == 1
    lines = out.getvalue().splitlines()
    assert [line[:14].rstrip() for line in lines] == [
        *("ok   database", "ok   broker", "ok   disk", "BAD  worker", "ok   beat", "jobs none")
    ]
    assert lines[3] == "BAD  worker    has shown no life for 3600 seconds"


def test_asked_for_one_part_it_looks_at_that_one_alone() -> None:
    heartbeats.beat(heartbeats.BEAT)
    out = StringIO()
    call_command("status", "beat", stdout=out)
    assert out.getvalue().splitlines() == ["ok   beat      showed life 0 seconds ago", "jobs none"]


def test_a_part_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="The parts are database, broker, disk, worker, beat"):
        call_command("status", "engine")

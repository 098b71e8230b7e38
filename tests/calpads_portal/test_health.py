"""What /readyz says of each part (real outages: test_production)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from calpads_portal import health
from calpads_portal.celery import app
from jobs import heartbeats
from jobs.models import Heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def shown_life(name: str, *, seconds_ago: int) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now() - timedelta(seconds=seconds_ago)})


@pytest.fixture
def everything_works() -> None:
    shown_life(heartbeats.WORKER, seconds_ago=5)
    shown_life(heartbeats.BEAT, seconds_ago=5)


def words(name: str) -> tuple[bool, str]:
    (part,) = (part for part in health.parts() if part.name == name)
    return part.ok, part.words


@pytest.mark.usefixtures("everything_works")
def test_it_is_ready_when_every_part_works(client: Client) -> None:
    response = client.get("/readyz")
    answer = json.loads(response.content)
    assert (response.status_code, answer["ready"]) == (200, True)
    assert [(name, part["ok"]) for name, part in answer["parts"].items()] == [
        *(("database", True), ("broker", True), ("disk", True), ("worker", True), ("beat", True))
    ]


@pytest.mark.usefixtures("everything_works")
def test_it_is_not_ready_when_the_disk_is_nearly_full(client: Client, settings: Settings) -> None:
    settings.LEAST_FREE_DISK = 1 << 60
    assert client.get("/readyz").status_code == 503
    ok, said = words("disk")
    assert (ok, said.startswith("only "), said.endswith(" MB free for files")) == (False, True, True)


@pytest.mark.usefixtures("everything_works")
@pytest.mark.parametrize("name", [heartbeats.WORKER, heartbeats.BEAT])
def test_it_is_not_ready_when_worker_or_schedule_has_been_silent(client: Client, name: str) -> None:
    shown_life(name, seconds_ago=59)
    assert words(name) == (True, "showed life 59 seconds ago")
    shown_life(name, seconds_ago=3700)
    assert words(name) == (False, "has shown no life for 3700 seconds")
    Heartbeat.objects.filter(name=name).delete()
    assert words(name) == (False, "has not shown life yet")
    assert client.get("/readyz").status_code == 503


@pytest.mark.usefixtures("everything_works")
def test_it_is_not_ready_when_the_embedded_broker_has_lost_its_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setitem(app.conf.broker_transport_options, "data_folder_out", "/nonexistent")
    assert words("broker") == (False, "its folder cannot be written")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_asked_and_never_told(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405

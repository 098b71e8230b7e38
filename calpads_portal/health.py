"""Whether the portal can do its work: /healthz, /readyz and `manage.py status` ask here."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from calpads_portal.celery import app
from jobs import heartbeats


@dataclass(frozen=True)
class Part:
    """One part of the portal: whether it works, in words that strangers may read."""

    name: str
    ok: bool
    words: str


def parts() -> list[Part]:
    """The state of database, broker, disk, worker and schedule. A part that is away costs a few seconds at most."""
    checks = {
        "database": _database,
        "broker": _broker,
        "disk": _disk,
        "worker": lambda: _alive(heartbeats.WORKER),
        "beat": lambda: _alive(heartbeats.BEAT),
    }
    return [_part(name, check) for name, check in checks.items()]


def _part(name: str, check: Callable[[], str]) -> Part:
    try:
        return Part(name, True, check())
    except _NotReady as reason:
        return Part(name, False, str(reason))
    except Exception as error:
        # Whatever a driver raises when its server is away; its words may name hosts, so only the kind is shown.
        return Part(name, False, f"does not answer ({type(error).__name__})")


class _NotReady(Exception):
    """A part answers, but cannot do its work."""


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def _broker() -> str:
    if not settings.REDIS_URL:
        if not os.access(app.conf.broker_transport_options["data_folder_out"], os.W_OK):
            raise _NotReady("its folder cannot be written")
        return "its folder can be written"
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=3)
    return "answers"


def _disk() -> str:
    settings.FILES_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.FILES_DIR).free
    words = f"{free // 1024**2} MB free for files"
    if free < settings.LEAST_FREE_DISK:
        raise _NotReady(f"only {words}")
    return words


def _alive(name: str) -> str:
    age = heartbeats.age(name)
    if age is None:
        raise _NotReady("has not shown life yet")
    seconds = int(age.total_seconds())
    if age > heartbeats.LATE_AFTER:
        raise _NotReady(f"has shown no life for {seconds} seconds")
    return f"showed life {seconds} seconds ago"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"healthy": True})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part works, else 503; the parts with their words either way."""
    found = parts()
    ready = all(part.ok for part in found)
    answer = {"ready": ready, "parts": {part.name: {"ok": part.ok, "words": part.words} for part in found}}
    return JsonResponse(answer, status=200 if ready else 503)

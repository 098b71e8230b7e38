"""Submitted Extracts with 200,000 requests: queries, and how long twenty people wait who ask at the same moment.

Real gunicorn processes answer over HTTP, with the settings of production. Each of twenty people signs in, then all
press at once, again and again; the figure is the 95th percentile of single answers. Beside it stands the same burst
of `/healthz`, which does nothing: what the machine and the server take by themselves; and what the same people wait
who do not press in the same instant but have the page open, which looks by itself every few seconds.
"""

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from datetime import timedelta

import requests
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, UserRole
from accounts.permissions import ROLES
from ods.models import Organization

PEOPLE = 20
SCALES = {"small": (2_000, 5), "full": (200_000, 20)}
PACE = 5
"""Seconds between two looks of an open page while something moves (static/js/live.js)."""
LOOKS = {"small": 2, "full": 6}
PASSWORD = "benchmark only"


def run(scale: str) -> list[dict[str, object]]:
    call_command("migrate", verbosity=0)
    jobs, bursts = SCALES[scale]
    people = fill(jobs)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(people[0])
    with CaptureQueriesContext(connection) as page:
        assert client.get("/Extract").status_code == 200
    with CaptureQueriesContext(connection) as as_json:
        assert client.get("/Extract?format=JSON").json()["Total"] == jobs
    with serving() as address:
        browsers = [Person(address, person.get_username()) for person in people]
        idle = percentile_95([waited for _ in range(bursts) for waited in burst(browsers, "/healthz")])
        results: list[dict[str, object]] = []
        for name, path, queries in (("page", "/Extract", page), ("JSON", "/Extract?format=JSON", as_json)):
            burst(browsers, path)  # each server process makes once what it then remembers
            waits = [waited for _ in range(bursts) for waited in burst(browsers, path)]
            worst = percentile_95(waits)
            results.append(
                row(f"queries of the {name}, {jobs:,} requests", len(queries), "queries", "at most 12", None)
            )
            results.append(
                row(f"p95 of the {name}, {PEOPLE} at once", round(worst * 1000), "ms", "/healthz", worst / idle)
            )
            results.append(
                row(f"median of the {name}, {PEOPLE} at once", round(statistics.median(waits) * 1000), "ms", None, None)
            )
            calm = percentile_95(paced(browsers, path, looks=LOOKS[scale]))
            case = f"p95 of the {name}, {PEOPLE} who each look every {PACE} s"
            results.append(row(case, round(calm * 1000), "ms", None, None))
    return results


def row(case: str, value: float, unit: str, against: str | None, ratio: float | None) -> dict[str, object]:
    return {"case": case, "value": value, "unit": unit, "against": against, "ratio": ratio and round(ratio, 2)}


def fill(jobs: int) -> list[User]:
    """One LEA with that many finished requests, and twenty people who may see them all."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE jobs_job, accounts_userrole, ods_organization, accounts_user CASCADE")
    lea = Organization.objects.create(kind="LEA", code="9900001", name="Benchmark Unified")
    people = []
    for number in range(PEOPLE):
        person = User.objects.create_user(f"person{number}", f"person{number}@example.org", PASSWORD)
        people.append(person)
        UserRole.objects.bulk_create(
            UserRole(user=person, permission=permission, content_object=lea) for permission in role_permissions()
        )
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_job (kind, organization_id, record_type, label, download_name, authority_role,"
            " authority_limit, authority_whole, authority_lea, criteria, criteria_words, layout_year, requested_by_id,"
            " trigger, status, requested_at, started_at, finished_at, attempts, rows_so_far, failure_kind, message,"
            " reference)"
            " SELECT 'ods_extract', %s, (ARRAY['SENR','SINF','STAS','CRSE'])[1 + i %% 4], 'SSID Enrollment',"
            " 'SENR.txt', 'senr_edit', '', true, '9900001', '{}', 'Active students; all 40 schools', '2025-26',"
            " (SELECT min(id) + i %% %s FROM accounts_user), 'web', 'SUCCEEDED', %s, %s, %s, 1, 1000, '', '', ''"
            " FROM generate_series(1, %s) AS i",
            [lea.pk, PEOPLE, now, now, now, jobs],
        )
        cursor.execute(
            "INSERT INTO jobs_jobfile (job_id, role, download_name, path, size, sha256, rows, expires_at)"
            " SELECT id, 'extract', 'SENR.txt', 'x/' || id, 160000, repeat('a', 64), 1000, %s FROM jobs_job",
            [now + timedelta(days=60)],
        )
        cursor.execute("VACUUM (ANALYZE) jobs_job, jobs_jobfile")
    return people


def role_permissions() -> list[Permission]:
    return list(
        Permission.objects.filter(codename__in=ROLES, content_type__app_label="ods").exclude(codename="selpa_reports")
    )


class serving:
    """The portal behind gunicorn on a free port, one process for each core."""

    def __enter__(self) -> str:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "python:calpads_portal.gunicorn_config",
                "calpads_portal.wsgi",
            ],
            env={**os.environ, "PORT": str(port), "WEB_WORKERS": str(os.cpu_count() or 2)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                requests.get(f"{address}/healthz", timeout=1)
                return address
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError("gunicorn did not come up")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def signed_in(address: str, username: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{address}/Account/Login", timeout=30).text
    token = re.search(r'name="__RequestVerificationToken"[^>]*value="([^"]+)"', page)
    assert token
    fields = {
        "Username": username,
        "Password": PASSWORD,
        "AgreementConfirmed": "True",
        "ReturnUrl": "/",
        "__RequestVerificationToken": token[1],
    }
    assert session.post(f"{address}/Account/Login", fields, timeout=30).url.endswith("/")
    return session


class Person:
    """A browser with its session cookie and its open connection; as thin as can be, for it shares the machine."""

    def __init__(self, address: str, username: str) -> None:
        self._cookie = "; ".join(f"{name}={value}" for name, value in signed_in(address, username).cookies.items())
        self._connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)

    def look(self, path: str) -> None:
        self._connection.request("GET", path, headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 200


def burst(people: list[Person], path: str) -> list[float]:
    """How long each of the people waited, in seconds, when all asked at once."""
    waited = [0.0] * len(people)
    start = threading.Barrier(len(people))

    def ask(number: int) -> None:
        start.wait()
        began = time.perf_counter()
        people[number].look(path)
        waited[number] = time.perf_counter() - began

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waited


def paced(people: list[Person], path: str, *, looks: int) -> list[float]:
    """How long people waited who have the page open: each looks every few seconds, as the page does by itself."""
    waited: list[float] = []

    def ask(person: Person, first: float) -> None:
        time.sleep(first)
        for _ in range(looks):
            began = time.perf_counter()
            person.look(path)
            waited.append(time.perf_counter() - began)
            time.sleep(max(0.0, PACE - waited[-1]))

    dice = random.Random(1)
    threads = [threading.Thread(target=ask, args=(person, dice.uniform(0, PACE))) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waited


def percentile_95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]

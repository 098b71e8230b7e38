"""The users: they request, look and download, and write down what they saw.

`python -m tests.faults.driver HISTORY` takes commands on standard input and answers each with one line of JSON:

    ask              begin to request
    running          wait until a job is seen being processed
    calm SECONDS     stop requesting; wait until every accepted request has reached its end, at most so long
    one CRITERIA     one request of its own, with these criteria (JSON) besides the usual ones
    end FILE         send everybody home, then write down the final state as the database and the disk have it

The history is one JSON object a line: `at` (seconds since 1970), `op`, and what the op saw.
"""

import hashlib
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    # The Celery application is made first: it is what request_job sends with.
    from tests.faults import worker

    worker.app.set_default()
    django.setup()

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from jobs import heartbeats, recovery
from jobs.downloading import open_for_download
from jobs.enums import ACTIVE, Status, Trigger
from jobs.models import Job, JobFile
from jobs.queries import job_for
from jobs.requesting import Authority, request_job
from ods.models import Organization
from tests.factories.organizations import make_lea
from tests.factories.people import grant, make_user
from tests.faults import kind

USERS = 4
ACTIVE_EACH = 3


class History:
    """Lines in the order of what happened, from many threads."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", buffering=1)
        self._lock = threading.Lock()

    def add(self, op: str, **what: Any) -> None:
        with self._lock:
            self._file.write(json.dumps({"at": time.time(), "op": op, **what}) + "\n")


class Person(threading.Thread):
    """One user: a few requests at a time, a look every so often, each finished file downloaded."""

    def __init__(self, user: User, lea: Organization, history: History) -> None:
        super().__init__(daemon=True)
        self.user, self.lea, self.history = user, lea, history
        self.asking = False
        self.home = False
        """Nothing is done any more once this is set and the thread has ended."""
        self.open: dict[int, str] = {}
        """Jobs that have not been seen to end, with the state last seen."""
        self.unanswered: list[dict[str, Any]] = []
        """Requests without an answer: asked again with the same token, as a user presses the button again."""
        self.done: list[int] = []
        self._number = 0

    def run(self) -> None:
        while not self.home:
            close_old_connections()  # what Django does at each request
            try:
                self._turn()
            except Exception as error:
                # Whatever a server that is away makes of a request: the user sees an error page.
                self.history.add("error", error=type(error).__name__)
                connection.close()
            time.sleep(0.2)

    def _turn(self) -> None:
        if self.asking and not self.unanswered and len(self.open) < ACTIVE_EACH:
            self.unanswered.append({"rows": random.randint(0, 20_000), "seconds": random.uniform(0.2, 2.0)})
        while self.unanswered:
            self._request(self.unanswered[0])
            self.unanswered.pop(0)
        for job_id in list(self.open):
            self._look(job_id)
        if self.done and random.random() < 0.05:
            self._download(random.choice(self.done))

    def _request(self, criteria: dict[str, Any]) -> None:
        if "token" not in criteria:
            self._number += 1
            criteria["token"] = f"{self.user.username}-{self._number}"
            self.history.add("asked", token=criteria["token"], criteria=criteria)
        began = time.monotonic()
        with transaction.atomic():
            job = request_job(
                kind=kind.NAME,
                organization=self.lea,
                record_type="SENR",
                label="A slow file",
                authority=Authority(role=kind.ROLE),
                criteria=criteria,
                criteria_words="A slow file",
                requested_by=self.user,
                trigger=Trigger.WEB,
                form_token=criteria["token"],
                download_name="slow.txt",
            )
            time.sleep(criteria.get("hold", 0))
        self.history.add("accepted", token=criteria["token"], job=job.pk, seconds=time.monotonic() - began)
        self.open[job.pk] = ""

    def _look(self, job_id: int) -> None:
        job = job_for(self.user, job_id)
        if job.status != self.open[job_id]:
            self.history.add("seen", job=job_id, status=job.status, attempts=job.attempts)
            self.open[job_id] = job.status
        if job.status == Status.SUCCEEDED:
            self._download(job_id)
            self.done.append(job_id)
        if job.status not in ACTIVE:
            del self.open[job_id]

    def _download(self, job_id: int) -> None:
        with open_for_download(user=self.user, job_id=job_id).stream as stream:
            content = stream.read()
        digest = hashlib.sha256(content).hexdigest()
        self.history.add("downloaded", job=job_id, size=len(content), sha256=digest)


def cast() -> tuple[Organization, list[User]]:
    with transaction.atomic():
        lea = make_lea("1964733")
        users = [make_user(f"driver{number}") for number in range(USERS)]
        for user in users:
            grant(user, kind.ROLE, lea)
    return lea, users


def final_state(files: Path) -> dict[str, Any]:
    """What the database and the disk hold when all is over and what was left behind has been tidied away."""
    recovery.remove_left_behind(timezone.now() + timezone.timedelta(hours=2))
    audit: dict[str, dict[str, int]] = {}
    for action, subject in AuditEntry.objects.filter(subject__startswith="job:").values_list("action", "subject"):
        of_job = audit.setdefault(subject.removeprefix("job:"), {})
        of_job[action] = of_job.get(action, 0) + 1
    on_disk = {
        str(path.relative_to(files)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files.rglob("*")
        if path.is_file()
    }
    fields = ("id", "status", "attempts", "failure_kind", "criteria", "rows_so_far")
    return {
        "jobs": list(Job.objects.order_by("pk").values(*fields)),
        "files": list(JobFile.objects.order_by("pk").values("job_id", "path", "size", "sha256", "rows")),
        "audit": audit,
        "disk": on_disk,
        "alive": heartbeats.age(heartbeats.WORKER) is not None,
    }


def answer(people: list[Person], words: list[str]) -> dict[str, Any]:
    match words:
        case ["ask"]:
            for person in people:
                person.asking = True
            return {}
        case ["running"]:
            until = time.monotonic() + 60
            while not any(status == Status.RUNNING for person in people for status in list(person.open.values())):
                if time.monotonic() > until:
                    return {"running": False}
                time.sleep(0.02)
            return {"running": True}
        case ["calm", seconds]:
            began = time.monotonic()
            for person in people:
                person.asking = False
            time.sleep(1)  # a request that was being made when this was said
            while any(person.open or person.unanswered for person in people):
                if time.monotonic() - began > float(seconds):
                    break
                time.sleep(0.1)
            return {"open": sum(len(person.open) for person in people), "seconds": time.monotonic() - began}
        case ["one", criteria]:
            people[0].unanswered.append({"rows": 1000, "seconds": 0.5, **json.loads(criteria)})
            return {}
        case ["end", path]:
            for person in people:
                person.home = True
            for person in people:
                person.join()  # a download after the trail was read would look like one that left no trace
            connection.close()  # this thread's own has not been used since the faults began
            Path(path).write_text(json.dumps(final_state(people_files())))
            return {}
    raise ValueError(words)


def people_files() -> Path:
    from django.conf import settings  # noqa: PLC0415 - only once Django is set up

    files: Path = settings.FILES_DIR
    return files


def main() -> None:
    history = History(Path(sys.argv[1]))
    lea, users = cast()
    people = [Person(user, lea, history) for user in users]
    for person in people:
        person.start()
    for line in sys.stdin:
        print(json.dumps(answer(people, line.strip().split(" ", 1))), flush=True)


if __name__ == "__main__":
    main()

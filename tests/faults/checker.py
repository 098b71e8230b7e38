"""What must be true of a history and of the state it ended in. Pure: it reads two records and knows no system.

The promises (docs/jobs.md): no accepted request is lost or doubled; each ends in one final state that never changes;
a complete job has exactly its file, whole; nobody ever downloads anything else; at most three attempts; every arrow
and every download is in the audit trail.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

FINAL = {"SUCCEEDED", "REFUSED", "FAILED", "CANCELLED"}
MOST_ATTEMPTS = 3
END_ACTIONS = {"job.succeeded", "job.refused", "job.failed", "job.cancelled"}
# A failure may be the fault's own doing, but only after every attempt was used, or because the disk was full.
AFTER_ALL_ATTEMPTS = {"worker_lost", "unavailable"}
AT_ONCE = {"storage_full"}


def violations(
    history: Iterable[dict[str, Any]], final: dict[str, Any], *, expected: Callable[[dict[str, Any]], bytes]
) -> list[str]:
    """Every broken promise, in words; `expected` gives the one right content of a job's file for its criteria."""
    history = list(history)
    jobs = {job["id"]: job for job in final["jobs"]}
    return [
        *_requests(history, jobs),
        *_states(history, jobs),
        *_files(final, jobs, expected),
        *_downloads(history, final, jobs, expected),
        *_trail(final, jobs),
    ]


def counts(history: Iterable[dict[str, Any]], final: dict[str, Any]) -> dict[str, int]:
    """What happened, in numbers."""
    history = list(history)
    ends = Counter(job["status"] + (f" {job['failure_kind']}" if job["failure_kind"] else "") for job in final["jobs"])
    attempts = Counter(job["attempts"] for job in final["jobs"])
    ops = Counter(event["op"] for event in history)
    return {
        "requests accepted": ops["accepted"],
        "requests answered with an error": ops["error"],
        "downloads": ops["downloaded"],
        **{f"ended {end}": number for end, number in sorted(ends.items())},
        **{f"ended after {number} attempts": jobs for number, jobs in sorted(attempts.items())},
    }


def _requests(history: list[dict[str, Any]], jobs: dict[int, dict[str, Any]]) -> Iterable[str]:
    by_token: dict[str, list[int]] = defaultdict(list)
    for job in jobs.values():
        by_token[job["criteria"]["token"]].append(job["id"])
    for token, ids in by_token.items():
        if len(ids) > 1:
            yield f"request {token} became {len(ids)} jobs"
    for event in history:
        if event["op"] == "accepted" and event["job"] not in jobs:
            yield f"accepted job {event['job']} is lost"
        elif event["op"] == "accepted" and jobs[event["job"]]["criteria"]["token"] != event["token"]:
            yield f"job {event['job']} is not what {event['token']} asked for"


def _states(history: list[dict[str, Any]], jobs: dict[int, dict[str, Any]]) -> Iterable[str]:
    for job in jobs.values():
        if job["status"] not in FINAL:
            yield f"job {job['id']} never ended: {job['status']}"
        if job["attempts"] > MOST_ATTEMPTS:
            yield f"job {job['id']} was tried {job['attempts']} times"
        if job["status"] in {"REFUSED", "FAILED"}:
            kind = job["failure_kind"]
            allowed = kind in AT_ONCE or (kind in AFTER_ALL_ATTEMPTS and job["attempts"] == MOST_ATTEMPTS)
            if not allowed:
                yield f"job {job['id']} ended {job['status']} {kind} after {job['attempts']} attempts"
    ended: dict[int, str] = {}
    attempts: dict[int, int] = defaultdict(int)
    for event in history:
        if event["op"] != "seen":
            continue
        job_id, status = event["job"], event["status"]
        if job_id in ended and ended[job_id] != status:
            yield f"job {job_id} was seen {status} after it had ended {ended[job_id]}"
        if status in FINAL:
            ended.setdefault(job_id, status)
        if event["attempts"] < attempts[job_id]:
            yield f"the attempts of job {job_id} went back"
        attempts[job_id] = event["attempts"]
    for job_id, status in ended.items():
        if job_id in jobs and jobs[job_id]["status"] != status:
            yield f"job {job_id} had ended {status} and is {jobs[job_id]['status']} now"


def _files(
    final: dict[str, Any], jobs: dict[int, dict[str, Any]], expected: Callable[[dict[str, Any]], bytes]
) -> Iterable[str]:
    of_job: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for file in final["files"]:
        of_job[file["job_id"]].append(file)
    for job in jobs.values():
        files = of_job[job["id"]]
        if len(files) != (job["status"] == "SUCCEEDED"):
            yield f"job {job['id']} ended {job['status']} with {len(files)} files"
        for file in files:
            content = expected(job["criteria"])
            whole = (len(content), hashlib.sha256(content).hexdigest(), content.count(b"\r\n"))
            if (file["size"], file["sha256"], file["rows"]) != whole:
                yield f"the file of job {job['id']} is recorded as something else than was asked for"
            if final["disk"].get(file["path"]) != whole[1]:
                yield f"the file of job {job['id']} is not whole on the disk"
    for path in final["disk"].keys() - {file["path"] for file in final["files"]}:
        yield f"{path} lies on the disk and belongs to no job"


def _downloads(
    history: list[dict[str, Any]],
    final: dict[str, Any],
    jobs: dict[int, dict[str, Any]],
    expected: Callable[[dict[str, Any]], bytes],
) -> Iterable[str]:
    seen: Counter[int] = Counter()
    for event in history:
        if event["op"] != "downloaded":
            continue
        job = jobs.get(event["job"])
        seen[event["job"]] += 1
        content = expected(job["criteria"]) if job else b""
        if job is None or job["status"] != "SUCCEEDED":
            yield f"job {event['job']} was downloaded and is not complete"
        elif (event["size"], event["sha256"]) != (len(content), hashlib.sha256(content).hexdigest()):
            yield f"job {event['job']} was downloaded with other bytes than were asked for"
    for job_id, number in seen.items():
        if final["audit"].get(str(job_id), {}).get("job.downloaded", 0) < number:
            yield f"job {job_id} was downloaded {number} times, not all of them on record"


def _trail(final: dict[str, Any], jobs: dict[int, dict[str, Any]]) -> Iterable[str]:
    for job in jobs.values():
        trail = final["audit"].get(str(job["id"]), {})
        if trail.get("job.requested", 0) != 1:
            yield f"job {job['id']} was requested {trail.get('job.requested', 0)} times on record"
        if trail.get("job.started", 0) != job["attempts"]:
            yield f"job {job['id']} started {trail.get('job.started', 0)} times on record, {job['attempts']} by its row"
        if job["status"] in FINAL and sum(trail.get(action, 0) for action in END_ACTIONS) != 1:
            yield f"job {job['id']} does not end exactly once on record"

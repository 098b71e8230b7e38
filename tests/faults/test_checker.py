"""The checker finds what it is there to find: every promise, broken once."""

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.checker import counts, violations

CONTENT = b"a\r\nb\r\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
History = list[dict[str, Any]]
Final = dict[str, Any]


def expected(criteria: dict[str, Any]) -> bytes:
    return CONTENT


def good() -> tuple[History, Final]:
    """Two requests, one complete after a killed attempt and downloaded, one failed for lack of room."""
    history = [
        {"op": "accepted", "token": "t1", "job": 1},
        {"op": "seen", "job": 1, "status": "RUNNING", "attempts": 1},
        {"op": "error", "error": "OperationalError"},
        {"op": "seen", "job": 1, "status": "QUEUED", "attempts": 1},
        {"op": "accepted", "token": "t2", "job": 2},
        {"op": "seen", "job": 1, "status": "SUCCEEDED", "attempts": 2},
        {"op": "downloaded", "job": 1, "size": len(CONTENT), "sha256": DIGEST},
        {"op": "seen", "job": 2, "status": "FAILED", "attempts": 1},
    ]
    jobs = [
        {"id": 1, "status": "SUCCEEDED", "attempts": 2, "failure_kind": "", "criteria": {"token": "t1"}},
        {"id": 2, "status": "FAILED", "attempts": 1, "failure_kind": "storage_full", "criteria": {"token": "t2"}},
    ]
    final = {
        "jobs": jobs,
        "files": [{"job_id": 1, "path": "a/b", "size": len(CONTENT), "sha256": DIGEST, "rows": 2}],
        "disk": {"a/b": DIGEST},
        "audit": {
            "1": {"job.requested": 1, "job.started": 2, "job.queued_again": 1, "job.succeeded": 1, "job.downloaded": 1},
            "2": {"job.requested": 1, "job.started": 1, "job.failed": 1},
        },
    }
    return history, final


def test_a_good_history_breaks_no_promise() -> None:
    history, final = good()
    assert violations(history, final, expected=expected) == []


def lose_a_job(history: History, final: Final) -> None:
    del final["jobs"][1]


def double_a_request(history: History, final: Final) -> None:
    twin = copy.deepcopy(final["jobs"][1])
    final["jobs"].append({**twin, "id": 3})
    final["audit"]["3"] = final["audit"]["2"]


def answer_with_another_job(history: History, final: Final) -> None:
    history[4]["token"] = "t3"


def leave_a_job_running(history: History, final: Final) -> None:
    final["jobs"][1].update(status="RUNNING", failure_kind="")
    del history[-1]


def try_too_often(history: History, final: Final) -> None:
    final["jobs"][0]["attempts"] = final["audit"]["1"]["job.started"] = 4


def give_up_early(history: History, final: Final) -> None:
    final["jobs"][1]["failure_kind"] = "worker_lost"


def fail_unexpectedly(history: History, final: Final) -> None:
    final["jobs"][1]["failure_kind"] = "unexpected"


def come_back_from_the_end(history: History, final: Final) -> None:
    history.insert(-1, {"op": "seen", "job": 1, "status": "RUNNING", "attempts": 2})


def end_otherwise_than_seen(history: History, final: Final) -> None:
    history[-1]["status"] = "CANCELLED"


def count_attempts_back(history: History, final: Final) -> None:
    history[1]["attempts"] = 3


def have_no_file(history: History, final: Final) -> None:
    final["files"].clear()
    final["disk"].clear()


def have_two_files(history: History, final: Final) -> None:
    final["files"].append({**final["files"][0], "path": "a/c"})
    final["disk"]["a/c"] = DIGEST


def publish_for_a_failed_job(history: History, final: Final) -> None:
    final["files"].append({**final["files"][0], "job_id": 2, "path": "a/c"})
    final["disk"]["a/c"] = DIGEST


def record_a_short_file(history: History, final: Final) -> None:
    final["files"][0].update(size=3, rows=1)


def keep_a_short_file(history: History, final: Final) -> None:
    final["disk"]["a/b"] = hashlib.sha256(b"a\r\n").hexdigest()


def leave_a_file_behind(history: History, final: Final) -> None:
    final["disk"]["c/d.part"] = DIGEST


def give_out_other_bytes(history: History, final: Final) -> None:
    history[6]["size"] = 3


def give_out_a_failed_job(history: History, final: Final) -> None:
    history.append({"op": "downloaded", "job": 2, "size": len(CONTENT), "sha256": DIGEST})
    final["audit"]["2"]["job.downloaded"] = 1


def forget_a_disclosure(history: History, final: Final) -> None:
    history.append(history[6])


def forget_a_request(history: History, final: Final) -> None:
    del final["audit"]["2"]["job.requested"]


def forget_a_start(history: History, final: Final) -> None:
    final["audit"]["1"]["job.started"] = 1


def end_twice_on_record(history: History, final: Final) -> None:
    final["audit"]["1"]["job.cancelled"] = 1


BROKEN: dict[Callable[[History, Final], None], list[str]] = {
    lose_a_job: ["accepted job 2 is lost"],
    double_a_request: ["request t2 became 2 jobs"],
    answer_with_another_job: ["job 2 is not what t3 asked for"],
    leave_a_job_running: ["job 2 never ended: RUNNING"],
    try_too_often: ["job 1 was tried 4 times"],
    give_up_early: ["job 2 ended FAILED worker_lost after 1 attempts"],
    fail_unexpectedly: ["job 2 ended FAILED unexpected after 1 attempts"],
    come_back_from_the_end: ["job 1 was seen RUNNING after it had ended SUCCEEDED"],
    end_otherwise_than_seen: ["job 2 had ended CANCELLED and is FAILED now"],
    count_attempts_back: ["the attempts of job 1 went back"],
    have_no_file: ["job 1 ended SUCCEEDED with 0 files"],
    have_two_files: ["job 1 ended SUCCEEDED with 2 files"],
    publish_for_a_failed_job: ["job 2 ended FAILED with 1 files"],
    record_a_short_file: ["the file of job 1 is recorded as something else than was asked for"],
    keep_a_short_file: ["the file of job 1 is not whole on the disk"],
    leave_a_file_behind: ["c/d.part lies on the disk and belongs to no job"],
    give_out_other_bytes: ["job 1 was downloaded with other bytes than were asked for"],
    give_out_a_failed_job: ["job 2 was downloaded and is not complete"],
    forget_a_disclosure: ["job 1 was downloaded 2 times, not all of them on record"],
    forget_a_request: ["job 2 was requested 0 times on record"],
    forget_a_start: ["job 1 started 1 times on record, 2 by its row"],
    end_twice_on_record: ["job 1 does not end exactly once on record"],
}


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_each_broken_promise_is_found_and_nothing_else(damage: Callable[[History, Final], None]) -> None:
    history, final = good()
    damage(history, final)
    assert violations(history, final, expected=expected) == BROKEN[damage]


def test_what_happened_is_counted() -> None:
    history, final = good()
    assert counts(history, final) == {
        "requests accepted": 2,
        "requests answered with an error": 1,
        "downloads": 1,
        "ended FAILED storage_full": 1,
        "ended SUCCEEDED": 1,
        "ended after 1 attempts": 1,
        "ended after 2 attempts": 1,
    }

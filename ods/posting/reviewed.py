"""Posting what a review accepted, from its staged file, in one transaction."""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction

from ods.identities import issue_ssids
from ods.models import Posting
from ods.posting.files import carry_out_plan
from ods.posting.outcome import Counts, Outcome
from ods.posting.plan import (
    DELETE,
    INSERT,
    REMOVE,
    UPDATE,
    difference,
    duplicates,
    find_survivors,
    match,
    missing_removals,
)
from ods.posting.shape import Shape
from ods.posting.stage import (
    DIFF,
    ISSUED,
    REJECTED,
    STAGE,
    analyze,
    execute,
    filling,
    lock,
    number,
    rows,
    settle_in,
    stage,
)
from ods.submission_rules import NEW_SSID

_BATCH = 1_000
_NAMED = 10
"""Lines named at most."""
_GIVEN = f"""
    SELECT s.line FROM {STAGE} s WHERE s.ssid LIKE '{NEW_SSID}%%' AND EXISTS (
        SELECT 1 FROM ods_senr t WHERE t.reporting_lea = s.reporting_lea
        AND t.school_of_attendance = s.school_of_attendance AND t.local_student_id = s.local_student_id
        AND t.birth_date = s.birth_date)
    ORDER BY s.line LIMIT {_NAMED}
"""
"""What rule SENRX19 asks at the review, asked once more when nobody else can post."""


class NotPostable(Exception):
    """The posted data have changed since the review so that the file cannot stand. `words` say how; nothing changed."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def post_reviewed(
    *,
    shape: Shape,
    chunks: Iterable[bytes],
    rejected: tuple[str, tuple[object, ...]],
    read: int,
    warnings: int,
    posted_on: date,
    posted_by: str,
    file_name: str,
    sha256: str,
    claim: Callable[[], bool],
    settle: Callable[[Posting], None],
    ready: Callable[[], object] = lambda: None,
) -> Outcome | None:
    """Post a staged file by its record type's processing method.

    `rejected` is a query, with its parameters, for the line numbers that are not posted; `read` and `warnings` are the
    review's counts. `claim` is called first inside
    the transaction and says whether the file is still to be posted; if it is not, the answer is None and nothing
    changes. `settle` is told the posting inside the same transaction: what it writes stands or falls with it. `ready`
    is called when the stage is full, before the transaction, and may raise to stop.

    A blank SSID gets a new one here. Matching and difference are made anew, so that what was posted since the review
    is met as it is now; a record to delete that is gone by now is no error.

    Raises:
        NotPostable: since the review two lines have come to mean the same record, or a student has been given an SSID.
    """
    query, parameters = rejected
    outcome = Outcome(file_name=file_name, record_type=shape.layout.record_type, sha256=sha256)
    with stage(shape):
        with filling(shape) as staged:
            staged.load(chunks)
        execute(f"UPDATE {STAGE} SET state = '{REJECTED}' WHERE line IN ({query})", parameters)
        if not shape.is_replacement:
            execute(f"DELETE FROM {STAGE} WHERE state = '{REJECTED}'")
        ready()
        with transaction.atomic():
            if not claim():
                return None
            settle_in()
            lock(shape.layout.record_type, _leas())
            if shape.layout.record_type == "SENR":
                _issue(posted_on)
            analyze(f"{STAGE} (line, state, {', '.join(shape.key)})")
            outcome.counts.read, outcome.counts.warnings = read, warnings
            _plan(shape, outcome.counts)
            posting = carry_out_plan(shape, outcome, posted_on, posted_by)
            settle(posting)
    return outcome


def _leas() -> list[str]:
    return [lea for (lea,) in rows(f"SELECT DISTINCT reporting_lea FROM {STAGE} WHERE reporting_lea IS NOT NULL")]


def _issue(posted_on: date) -> None:
    """A new SSID for each staged record that asks for one."""
    lines = [line for (line,) in rows(f"SELECT line FROM {STAGE} WHERE ssid LIKE '{NEW_SSID}%%' ORDER BY line")]
    if not lines:
        return
    if given := [line for (line,) in rows(_GIVEN)]:
        raise NotPostable(
            f"Students who had no SSID were given one since this file was validated (line {', '.join(map(str, given))}"
            f"{' and others' if len(given) == _NAMED else ''}): the same file may have been posted twice"
        )
    execute(f"CREATE TEMPORARY TABLE {ISSUED} (line integer NOT NULL, ssid varchar NOT NULL)")
    ssids = issue_ssids(len(lines))
    for start in range(0, len(lines), _BATCH):
        pairs = list(zip(lines[start : start + _BATCH], ssids[start : start + _BATCH], strict=True))
        places = ", ".join(["(%s, %s)"] * len(pairs))
        execute(f"INSERT INTO {ISSUED} VALUES {places}", tuple(value for pair in pairs for value in pair))
    analyze(ISSUED)
    execute(f"UPDATE {STAGE} SET ssid = i.ssid FROM {ISSUED} i WHERE i.line = {STAGE}.line")


def _plan(shape: Shape, counts: Counts) -> None:
    find_survivors()
    if any(True for check in (duplicates, match) for _ in check(shape)):
        raise NotPostable("Two of its records have come to mean the same one since this file was validated")
    for _ in missing_removals(shape):
        pass  # gone already: nothing is left to remove
    difference(shape)
    counts.rejected = counts.read - number(f"SELECT COUNT(*) FROM {STAGE} WHERE state <> '{REJECTED}'")
    found: dict[str, int] = dict(rows(f"SELECT action, COUNT(*) FROM {DIFF} GROUP BY action"))
    counts.inserted, counts.updated = found.get(INSERT, 0), found.get(UPDATE, 0)
    counts.removed, counts.deleted = found.get(REMOVE, 0), found.get(DELETE, 0)
    counts.unchanged = counts.read - counts.rejected - counts.inserted - counts.updated - counts.removed

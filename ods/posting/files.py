"""Posting a file: read, validate, stage, compare, change; and emptying a scope."""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import BinaryIO

from django.db import transaction

from ods.directory import snapshot
from ods.layout import Layout
from ods.models import Posting
from ods.posting import hooks
from ods.posting.apply import carry_out
from ods.posting.outcome import Outcome
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
    old_blanks,
)
from ods.posting.shape import Shape, shape
from ods.posting.stage import DIFF, REJECTED, STAGE, analyze, filling, lock, number, rows, settle_in, stage
from ods.reader import FileRefused, Inspection, Record, inspect, records
from ods.rules import Finding
from ods.validating import UNREADABLE, Validator

_BATCH = 500

Report = Callable[[Finding], None]
Announce = Callable[[Outcome], None]


def _silent(_: object) -> None:
    pass


class _Refused(Exception):
    """Rolls the posting back; the outcome says why."""


def post(
    *,
    source: BinaryIO,
    file_name: str,
    posted_on: date,
    posted_by: str,
    accept_valid: bool = False,
    historical: bool = False,
    only_lea: str = "",
    dry_run: bool = False,
    report: Report = _silent,
    announce: Announce = _silent,
) -> Outcome:
    """Post one input file to the ODS by its record type's processing method, in one transaction.

    All or nothing, unless `accept_valid`: then the valid records are posted, and a replacement keeps the posted
    records of rejected ones. `source` is seekable; it is read twice and never held. `posted_on` is a Pacific date.
    `historical` lets in new language statuses without Academic Year; with `only_lea` records of other LEAs are refused.
    `report` gets every finding as it is made, format first, then what needs the whole file. `announce` gets the
    outcome with its counts just before anything is changed: how many posted records will be deleted, for one.
    `dry_run` stops there.

    Expected trouble is in the outcome, never raised. (spec ods-extracts 10.2)
    """
    outcome = Outcome(file_name=file_name)
    try:
        inspection = inspect(source)
    except FileRefused as refused:
        outcome.refused = str(refused)
        return outcome
    outcome.record_type, outcome.sha256 = inspection.record_type, inspection.sha256
    outcome.notices = inspection.notices
    target = shape(inspection.record_type)
    ledger = _Ledger(outcome, report)
    validator = Validator(target.layout, snapshot(), only_lea=only_lea)
    with stage(target):
        _fill(source, inspection, target, validator, ledger, keep_rejected=accept_valid and target.is_replacement)
        analyze(f"{STAGE} (line, state, {', '.join(target.key)})")
        try:
            with transaction.atomic():
                settle_in()
                lock(target.layout.record_type, _leas())
                _plan(target, ledger, historical=historical)
                _decide(ledger, accept_valid=accept_valid)
                announce(outcome)
                if not dry_run:
                    carry_out_plan(target, outcome, posted_on, posted_by)
        except _Refused:
            pass
    return outcome


def empty_scope(
    *, record_type: str, scope: list[str], posted_on: date, posted_by: str, dry_run: bool = False,
    announce: Announce = _silent,
) -> Outcome:  # fmt: skip
    """Delete all posted records of one replacement scope, given in the order of `types.csv` (LEA, school, year ...).

    Raises:
        ValueError: the record type is not replaced by scope, or the scope has another number of parts.
    """
    target = shape(record_type)
    if not target.is_replacement:
        raise ValueError(f"{record_type} records are deleted one by one, by D in a file")
    if len(scope) != len(target.scope):
        parts = ":".join(target.layout[column].name for column in target.scope)
        raise ValueError(f"a scope of {record_type} is {parts}")
    outcome = Outcome(file_name=f"--empty-scope {':'.join(scope)}", record_type=record_type)
    with stage(target), transaction.atomic():
        settle_in()
        lock(record_type, [scope[target.scope.index("reporting_lea")]])
        find_survivors()
        list(match(target))
        difference(target, emptied=tuple(scope))
        outcome.counts.deleted = number(f"SELECT COUNT(*) FROM {DIFF}")
        announce(outcome)
        if not dry_run:
            carry_out_plan(target, outcome, posted_on, posted_by)
    return outcome


@dataclass(slots=True)
class _Ledger:
    """Counts findings and hands them on."""

    outcome: Outcome
    report: Report
    unreadable_scope: str = ""

    def take(self, finding: Finding) -> None:
        rule = finding.rule
        self.outcome.by_rule[rule.code, rule.severity, rule.title] += 1
        self.report(finding)

    def reject(self, finding: Finding) -> None:
        self.outcome.counts.rejected += 1
        self.take(finding)


def _fill(
    source: BinaryIO,
    inspection: Inspection,
    target: Shape,
    validator: Validator,
    ledger: _Ledger,
    *,
    keep_rejected: bool,
) -> None:
    """Read and validate the file into the stage. `keep_rejected` stages rejected records too, for their keys."""
    counts = ledger.outcome.counts
    with filling(target) as staged:
        for batch in _batches(records(source, inspection)):
            if isinstance(batch, Finding):
                counts.read += 1
                ledger.reject(batch)
                ledger.unreadable_scope = ledger.unreadable_scope or _unreadable_scope(target.layout, batch.line)
                continue
            counts.read += len(batch)
            if validator.are_right(values for _, values in batch):
                staged.extend(batch)
                continue
            for line, raw in batch:
                values, findings = validator.judge(line, raw)
                for finding in findings:
                    ledger.take(finding)
                if not any(finding.is_error for finding in findings):
                    counts.warnings += bool(findings)
                    staged.add(line, values)
                    continue
                counts.rejected += 1
                if any(values[target.layout[column].position - 1] == UNREADABLE for column in target.scope):
                    ledger.unreadable_scope = ledger.unreadable_scope or _unreadable_scope(target.layout, line)
                elif keep_rejected:
                    staged.add(line, _for_its_key(values, target))


def _batches(records: Iterator[Record | Finding]) -> Iterator[list[Record] | Finding]:
    """Records in batches, findings in their place among them."""
    batch: list[Record] = []
    for record in records:
        if isinstance(record, Finding):
            if batch:
                yield batch
                batch = []
            yield record
        else:
            batch.append(record)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _for_its_key(values: list[str], target: Shape) -> list[str]:
    """A rejected record for the stage: what is unreadable is NULL where it cannot be text."""
    texts = (
        "" if value == UNREADABLE and not target.is_text(column) else value
        for column, value in zip(target.columns, values[2:], strict=True)
    )
    return [values[0], REJECTED, *texts]


def _unreadable_scope(layout: Layout, line: int) -> str:
    names = ", ".join(layout[column].name for column in layout.scope)
    return (
        f"The file replaces what it names by {names}, and these cannot be read in line {line}, which is rejected: "
        "what it would replace is unknown. Correct the line; nothing was posted."
    )


def _leas() -> list[str]:
    return [lea for (lea,) in rows(f"SELECT DISTINCT reporting_lea FROM {STAGE} WHERE reporting_lea IS NOT NULL")]


def _plan(target: Shape, ledger: _Ledger, *, historical: bool) -> None:
    find_survivors()
    for check in (duplicates, match, missing_removals):
        for finding in check(target):
            ledger.reject(finding)
    difference(target)
    if not historical:
        for finding in old_blanks(target):
            ledger.reject(finding)
    counts = ledger.outcome.counts
    found: dict[str, int] = dict(rows(f"SELECT action, COUNT(*) FROM {DIFF} GROUP BY action"))
    counts.inserted, counts.updated = found.get(INSERT, 0), found.get(UPDATE, 0)
    counts.removed, counts.deleted = found.get(REMOVE, 0), found.get(DELETE, 0)
    counts.unchanged = counts.read - counts.rejected - counts.inserted - counts.updated - counts.removed


def _decide(ledger: _Ledger, *, accept_valid: bool) -> None:
    """Whether the file is posted.

    Raises:
        _Refused: it is not; the outcome says why.
    """
    outcome, counts = ledger.outcome, ledger.outcome.counts
    if counts.rejected and not accept_valid:
        outcome.refused = f"{counts.rejected:,} of {counts.read:,} records have errors. Nothing was posted."
    elif counts.rejected == counts.read:
        outcome.refused = "No record is valid. Nothing was posted."
    elif counts.rejected and shape(outcome.record_type).is_replacement:
        outcome.refused = ledger.unreadable_scope
    if outcome.refused:
        raise _Refused


def carry_out_plan(target: Shape, outcome: Outcome, posted_on: date, posted_by: str) -> Posting:
    """Carry out the planned difference, with its posting and all that follows one."""
    posting = Posting.objects.create(
        record_type=outcome.record_type,
        posted_on=posted_on,
        posted_by=posted_by,
        file_name=outcome.file_name,
        file_sha256=outcome.sha256,
        **asdict(outcome.counts),
    )
    carry_out(target, posting=posting, posted_on=posted_on)
    hooks.run(hooks.Changes(shape=target, posting=posting))
    outcome.posting = posting
    return posting

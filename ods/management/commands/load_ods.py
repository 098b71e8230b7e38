"""`manage.py load_ods FILE...`: post CALPADS input files."""

from __future__ import annotations

import csv
import getpass
from argparse import ArgumentParser
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ods.calendar import pacific_today
from ods.layout import RECORD_TYPES
from ods.posting import Outcome, empty_scope, post
from ods.rules import Finding

ON_SCREEN = 20


class Command(BaseCommand):
    help = (
        "Posts CALPADS input files (caret or comma separated text, no header) to the ODS, in the order given. The "
        "record type is read from the file. Each file is posted whole or not at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--posted-on", type=date.fromisoformat, help="posting date, CCYY-MM-DD; default today")
        parser.add_argument("--accept-valid", action="store_true", help="post the valid records of a file with errors")
        parser.add_argument(
            "--historical", action="store_true", help="let in SELA records without Local Record ID and Academic Year"
        )
        parser.add_argument("--lea", default="", metavar="CODE", help="refuse records of other Reporting LEAs")
        parser.add_argument(
            "--empty-scope",
            action="append",
            default=[],
            metavar="LEA:SCHOOL:YEAR[:TERM]",
            help="delete everything of a scope of a replacement type (PSTS: LEA:YEAR:PARTICIPATION); needs --type",
        )
        parser.add_argument("--type", choices=RECORD_TYPES, help="the record type of --empty-scope")
        parser.add_argument("--by", default="", metavar="NAME", help="who posts; default the system's user")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument(
            "--errors", type=Path, metavar="FILE", help="write every error and warning to this CSV file"
        )

    def handle(self, *, files: list[Path], **options: Any) -> None:
        if not files and not options["empty_scope"]:
            raise CommandError("name at least one file, or a scope to empty")
        if bool(options["empty_scope"]) != bool(options["type"]):
            raise CommandError("--empty-scope and --type go together")
        common = {
            "posted_on": options["posted_on"] or pacific_today(),
            "posted_by": options["by"] or f"load_ods ({getpass.getuser()})",
            "dry_run": options["dry_run"],
            "announce": self._announce,
        }
        refused = 0
        for scope in options["empty_scope"]:
            try:
                self._result(empty_scope(record_type=options["type"], scope=scope.split(":"), **common), common)
            except ValueError as error:
                raise CommandError(str(error)) from error
        with ExitStack() as stack:
            findings = _Findings(self, options["errors"], stack)
            for file in files:
                findings.begin(file)
                try:
                    with file.open("rb") as source:
                        outcome = post(
                            source=source,
                            file_name=file.name,
                            accept_valid=options["accept_valid"],
                            historical=options["historical"],
                            only_lea=options["lea"],
                            report=findings.take,
                            **common,
                        )
                except OSError as error:
                    outcome = Outcome(file_name=file.name, refused=f"The file cannot be read: {error.strerror}.")
                findings.end(outcome)
                self._result(outcome, common)
                refused += bool(outcome.refused)
        if refused:
            raise CommandError(f"{refused} of {len(files)} files were refused.")

    def _announce(self, outcome: Outcome) -> None:
        if outcome.counts.deleted:
            self.stdout.write(
                f"{outcome.file_name}: {outcome.counts.deleted:,} posted {outcome.record_type} records are no longer "
                "there and will be deleted."
            )

    def _result(self, outcome: Outcome, common: dict[str, Any]) -> None:
        for notice in outcome.notices:
            self.stdout.write(f"{outcome.file_name}: {notice}")
        if outcome.refused:
            self.stderr.write(self.style.ERROR(f"{outcome.file_name}: REFUSED. {outcome.refused}"))
            return
        counts = outcome.counts
        words = [f"{counts.read:,} {outcome.record_type} records read"] if outcome.sha256 else [outcome.record_type]
        for name in ("inserted", "updated", "unchanged", "removed", "deleted", "rejected", "warnings"):
            words.append(f"{getattr(counts, name):,} {name}")
        verdict = "dry run, nothing changed" if common["dry_run"] else f"posted on {common['posted_on']}"
        self.stdout.write(f"{outcome.file_name}: {', '.join(words)} ({verdict})")


class _Findings:
    """Shows the first findings of each file on screen, a count by rule of all, and writes all to a CSV file."""

    def __init__(self, command: Command, file: Path | None, stack: ExitStack) -> None:
        self._command = command
        self._file_name = ""
        self._shown: Counter[str] = Counter()
        self._writer = None
        if file:
            self._writer = csv.writer(stack.enter_context(file.open("w", encoding="utf-8", newline="")))
            self._writer.writerow(["file", "line", "field_number", "field_name", "rule", "severity", "words"])

    def begin(self, file: Path) -> None:
        self._file_name = file.name
        self._shown.clear()

    def take(self, finding: Finding) -> None:
        rule = finding.rule
        place = [str(finding.line), finding.field_number, finding.field_name, rule.code, rule.severity, finding.words]
        if self._writer:
            self._writer.writerow([self._file_name, *place])
        self._shown["all"] += 1
        if self._shown["all"] <= ON_SCREEN:
            where = f"line {finding.line}" + (f", {finding.field_number} {finding.field_name}" * bool(place[1]))
            self._command.stderr.write(f"{self._file_name}: {where}: {rule.code} {rule.severity}: {finding.words}")

    def end(self, outcome: Outcome) -> None:
        if self._shown["all"] > ON_SCREEN:
            self._command.stderr.write(f"{self._file_name}: and {self._shown['all'] - ON_SCREEN:,} more (see --errors)")
        for (code, severity, title), found in sorted(outcome.by_rule.items()):
            self._command.stderr.write(f"{self._file_name}: {found:,} x {code} {severity} ({title})")

"""`manage.py load_direct_certification FILE`: the state's match results, which no LEA submits."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ods.direct_certification import COLUMNS, ResultsRefused, load_results


class Command(BaseCommand):
    help = f"Loads Direct Certification results from a CSV file with the header {','.join(COLUMNS)}: all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                counts = load_results(lines=lines)
        except OSError as error:
            raise CommandError(f"{file.name} cannot be read: {error.strerror}") from error
        except ResultsRefused as refused:
            raise CommandError(f"{file.name} was refused, nothing was changed:\n{refused}") from refused
        self.stdout.write(
            f"{counts.inserted:,} new, {counts.updated:,} changed, {counts.unchanged:,} unchanged; "
            f"{counts.unknown:,} of students this portal does not know were left out."
        )

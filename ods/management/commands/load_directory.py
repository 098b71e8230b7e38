"""`manage.py load_directory FILE`: LEAs, schools, SELPAs and memberships from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ods.directory import COLUMNS, DirectoryRefused, load_directory


class Command(BaseCommand):
    help = f"Loads LEAs, schools, SELPAs and SELPA memberships from a CSV file with the header {','.join(COLUMNS)}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                counts = load_directory(lines=lines)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: not UTF-8 text. Nothing was changed.") from error
        except DirectoryRefused as refused:
            raise CommandError("\n".join([*refused.errors, f"{file}: nothing was changed."])) from refused
        self.stdout.write(
            f"{file.name}: {counts.inserted} inserted, {counts.updated} updated, {counts.unchanged} unchanged"
        )

"""`manage.py retire_ssid OLD NEW --on DATE`: combine two SSIDs of one student; `--undo` takes it back."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from histories.combining import CombiningRefused, combine_anywhere, separate_anywhere
from ods.calendar import pacific_today


class Command(BaseCommand):
    help = "Retires an SSID for another: the student's records are extracted under the new one. --undo restores OLD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", metavar="OLD")
        parser.add_argument("new", metavar="NEW", nargs="?", default="")
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="CCYY-MM-DD; default today")
        parser.add_argument("--undo", action="store_true", help="restore OLD; NEW is not given then")

    def handle(self, *, old: str, new: str, undo: bool, **options: Any) -> None:
        if undo == bool(new):
            raise CommandError("give OLD and NEW, or OLD and --undo")
        try:
            if undo:
                changed = separate_anywhere(old=old)
            else:
                changed = combine_anywhere(old=old, new=new, on=options["on"] or pacific_today())
        except CombiningRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{'Restored' if undo else 'Retired'}: {changed:,} records show another SSID now.")

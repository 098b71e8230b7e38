"""Whether the portal works, in words, for a person or a monitoring program."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.db.models import Count

from calpads_portal import health
from jobs.models import Job


class Command(BaseCommand):
    """Says of each part what /readyz says, and how many jobs stand where. Exit status 1 when a part does not work."""

    help = "Show whether database, broker, disk, worker and schedule work, and the jobs by status."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", help="only these parts", metavar="PART")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = [part for part in health.parts() if not options["parts"] or part.name in options["parts"]]
        if len(parts) < len(set(options["parts"])):
            raise CommandError("The parts are " + ", ".join(part.name for part in health.parts()) + ".")
        for part in parts:
            self.stdout.write(f"{'ok ' if part.ok else 'BAD'}  {part.name:<9} {part.words}")
        try:
            counts = dict(Job.objects.values_list("status").annotate(Count("pk")).order_by("status"))
        except Error:
            counts = {}
        self.stdout.write("jobs " + (", ".join(f"{status} {count}" for status, count in counts.items()) or "none"))
        if not all(part.ok for part in parts):
            sys.exit(1)

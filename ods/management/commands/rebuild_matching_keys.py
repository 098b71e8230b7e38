"""`manage.py rebuild_matching_keys`: make what the SSID Matching Tool searches anew from the SENR records."""

from typing import Any

from django.core.management.base import BaseCommand

from ods.matching_lines import rebuild


class Command(BaseCommand):
    help = "Makes the lines and keys of the SSID Matching Tool anew. Posting keeps them; this is for repairs."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{rebuild():,} students can be found.")

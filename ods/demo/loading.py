"""Loading the demo's files, through the same loader as anybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from ods.demo.generator import DemoData
from ods.demo.output import DemoFile
from ods.directory import load_directory
from ods.identities import retire
from ods.models import Posting, StudentIdentity
from ods.posting import post

POSTED_BY = "demo_data"


class DemoRefused(Exception):
    """The demo cannot be loaded; the message says why and what to do. It holds no value of any record."""


@dataclass(slots=True)
class Loaded:
    """What loading did: files posted and files that had been posted before, and records read from the former."""

    files: int = 0
    known: int = 0
    records: int = 0


def load(data: DemoData, *, report: Callable[[str], None] = lambda words: None) -> Loaded:
    """Load the directory, every file in its order, and the retired SSIDs.

    What was loaded before is left alone, so a second run changes nothing, and one that was broken off is carried on.

    Raises:
        DemoRefused: the database holds demo data of another size, seed or day; or the loader refuses a file.
    """
    files = [(file, hashlib.sha256(file.path.read_bytes()).hexdigest()) for file in data.files]
    posted = set(Posting.objects.filter(posted_by=POSTED_BY).values_list("file_name", "file_sha256"))
    if not posted <= {(file.path.name, sha256) for file, sha256 in files}:
        raise DemoRefused(
            "This database holds demo data made with other options. Use the same --leas, --students and --seed, "
            "or begin with an empty database."
        )
    with data.directory.open(encoding="utf-8", newline="") as lines:
        load_directory(lines=lines)
    loaded = Loaded()
    for file, sha256 in files:
        if (file.path.name, sha256) in posted:
            loaded.known += 1
            continue
        loaded.records += _post(file)
        loaded.files += 1
        report(file.path.name)
    for retirement in data.retirements:
        if not StudentIdentity.objects.filter(ssid=retirement.old, retired_by__isnull=False).exists():
            retire(old=retirement.old, new=retirement.new, on=retirement.on)
    return loaded


def _post(file: DemoFile) -> int:
    """Post one file; the number of its records."""
    with file.path.open("rb") as source:
        outcome = post(
            source=source,
            file_name=file.path.name,
            posted_on=file.posted_on,
            posted_by=POSTED_BY,
            historical=file.historical,
        )
    if outcome.refused:
        rules = ", ".join(sorted({f"{code} {title}" for code, _, title in outcome.by_rule}))
        raise DemoRefused(f"{file.path.name}: {outcome.refused} {rules}")
    return outcome.counts.read

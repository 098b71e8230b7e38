"""What came of posting a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ods.models import Posting


@dataclass(slots=True)
class Counts:
    """Records. Every line of a file counts once: `read` = `inserted` + `updated` + `unchanged` + `removed` +
    `rejected`. `deleted` are posted records that a replaced scope no longer has; `warnings` are records let in with a
    warning."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    deleted: int = 0
    rejected: int = 0
    warnings: int = 0


@dataclass(slots=True)
class Outcome:
    """What a file did, or would have done. `refused` says why nothing was posted, or is ''.

    `by_rule` counts findings by rule code, severity and title. `posting` is None unless the file was posted.
    """

    file_name: str
    record_type: str = ""
    sha256: str = ""
    refused: str = ""
    notices: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    by_rule: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    posting: Posting | None = None

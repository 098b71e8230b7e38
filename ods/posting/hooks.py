"""What else must follow when records are posted: functions that run inside the posting's transaction, set-based.

The identity table is one (`ods.identities`); apps above register theirs when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ods.models import Posting
from ods.posting.shape import Shape
from ods.posting.stage import DIFF, STAGE


@dataclass(frozen=True, slots=True)
class Changes:
    """What a posting changes, as tables of the same connection.

    `stage` has `line` and the record type's stored columns as sent. `diff` has `line` (NULL for records deleted from a
    replaced scope), `target_id` (NULL for new records) and `action`, of `ods.posting.plan`. Removed and deleted
    records are already gone from the type's own table, the others are as they will be.
    """

    shape: Shape
    posting: Posting
    stage: str = STAGE
    diff: str = DIFF


Hook = Callable[[Changes], None]
_hooks: dict[str, list[Hook]] = {}


def register(hook: Hook, *record_types: str) -> None:
    """Have `hook` called at the end of every posting of these record types. Registering twice is once."""
    for record_type in record_types:
        registered = _hooks.setdefault(record_type, [])
        if hook not in registered:
            registered.append(hook)


def run(changes: Changes) -> None:
    for hook in _hooks.get(changes.shape.layout.record_type, []):
        hook(changes)

"""A log of SIRAS beside the file that was sent, student by student (spec siras, 9.2)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from jobs import storage
from siras_export.building import CONTENT
from siras_export.enums import RunState
from siras_export.models import Run, SirasLog
from siras_export.receiving.logs import CHANGE, CREATE, OF_ROWS, PROBLEM, SKIP
from siras_export.recipes import FILE_504, MAIN
from siras_export.requesting import file_of

SAME, NOT_SENT = "same", "not_sent"
KINDS = {
    CHANGE: "Imported, changed",
    CREATE: "Imported, created",
    SAME: "Imported, nothing to change",
    SKIP: "Not imported",
    NOT_SENT: "In the log, not in the file sent",
}


@dataclass(slots=True)
class Line:
    """What became of one student of the file; `words`: changes, reasons and problems, one each."""

    ssid: str
    kind: str
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Matched:
    """`run` is the sending the log speaks of, None if the file is not kept any more: then only the log's own lines."""

    run: Run | None
    lines: list[Line]
    counts: Counter[str]


def match(log: SirasLog) -> Matched:
    """The students of the file that SIRAS had when it opened it, each with what the log says of him."""
    of_log: dict[str, Line] = {}
    rows = log.lines.filter(kind__in=OF_ROWS).order_by("pk")
    # Values, not objects: a district's log may have a line for each of 100,000 students.
    for ssid, kind, name, old, new, words in rows.values_list(
        "ssid", "kind", "field", "old", "new", "words"
    ).iterator():
        found = of_log.setdefault(ssid, Line(ssid, SAME))
        if kind != PROBLEM and found.kind != SKIP:
            found.kind = kind
        found.words.append(_words(name, old, new, words, kind))
    run, sent = _sent(log)
    if run is None:
        lines = list(of_log.values())
    else:
        lines = [of_log.pop(ssid, Line(ssid, SKIP if log.refused else SAME)) for ssid in sent]
        for left in of_log.values():
            left.kind = NOT_SENT
            lines.append(left)
    return Matched(run, lines, Counter(line.kind for line in lines))


def _words(name: str, old: str, new: str, words: str, kind: str) -> str:
    if kind == CHANGE:
        return f"{name}: {old or 'blank'} to {new}"
    if kind == CREATE:
        return f"as {new}" if new else "created"
    return words if kind == SKIP else f"{name}: {words}"


def _sent(log: SirasLog) -> tuple[Run | None, list[str]]:
    runs = Run.objects.filter(profile__lea=log.lea, state=RunState.SENT, sent_at__lte=log.opened_at)
    for run in runs.select_related("build_job", "profile").order_by("-sent_at", "-pk"):
        names = {file.download_name: file.role for file in run.build_job.files.all()} if run.build_job else {}
        role = names.get(log.file_name)
        kept = file_of(run.build_job, CONTENT)
        if role in (MAIN, FILE_504):
            if kept is None:
                return None, []
            with storage.open_file(kept.path) as content:
                rows = csv.DictReader(io.TextIOWrapper(content, encoding="utf-8", newline=""))
                return run, [row["ssid"] for row in rows if row["role"] == role]
    return None, []

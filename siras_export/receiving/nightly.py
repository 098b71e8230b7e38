"""The emulated SIRAS' scheduled task: look at each district's files, import what passes the gate, write a log."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from ods.models import Organization
from siras_export.enums import LogSource
from siras_export.models import Profile, SirasLog, SirasLogLine
from siras_export.profiles import options_of, recipe_of
from siras_export.receiving import gate
from siras_export.receiving.headers import FileRefused
from siras_export.receiving.importing import Importer
from siras_export.receiving.logs import HEADER, NOTE, OF_ROWS, Line, Log, lines_of, read_log, write_log
from siras_export.receiving.reading import read_rows
from siras_export.receiving.records import Records, kept

logger = logging.getLogger(__name__)

_AT_ONCE = 1000


def folder_of(root: Path, lea: Organization) -> Path:
    """The district's directory on the server."""
    return root / "districts" / lea.code


def nightly(root: Path, *, now: datetime | None = None, clock: bool = True) -> list[SirasLog]:
    """Import every district's files that are new; the logs written. `clock` False: whatever the hour."""
    now = now or timezone.now()
    if clock and not gate.in_window(now):
        return []
    done = []
    for profile in Profile.objects.select_related("lea").order_by("lea__code"):
        for role, name in sorted(recipe_of(profile).files.items()):
            log = take(profile, role, folder_of(root, profile.lea) / name, now=now)
            if log is not None:
                done.append(log)
    return done


def take(profile: Profile, role: str, path: Path, *, now: datetime) -> SirasLog | None:
    """Import one file if the gate lets it through, with its log; None, and no log, if it does not."""
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None
    before = SirasLog.objects.filter(lea=profile.lea, file_name=path.name).order_by("-opened_at").first()
    reason = gate.why_skipped(
        now=now,
        modified=modified,
        last_log=before.opened_at if before else None,
        since=profile.summer_from,
        until=profile.summer_until,
    )
    if reason:
        return None
    options = options_of(profile, role)
    importer = Importer(registry=Records(profile.lea), options=options)
    lines: list[Line] = []
    refused = ""
    with transaction.atomic(), path.open("rb") as file:
        try:
            results = kept(importer.run(read_rows(file)), lea=profile.lea, at=now, file_name=path.name)
            for result in results:
                lines.extend(lines_of(result))
        except FileRefused as error:
            refused = str(error)
        facts = {
            "file_name": path.name,
            "size": path.stat().st_size,
            "modified_at": modified,
            "opened_at": now,
            "ended_at": max(timezone.now(), now),
            "options": " ".join(
                name for name in ("creates", "creates_504", "identifying", "by_name", "sst") if getattr(options, name)
            ),
            "refused": refused,
        }
        header = [Line(HEADER, field=key, new=str(place + 1)) for key, place in (
            importer.header.columns.items() if importer.header else ()
        )]  # fmt: skip
        notes = [Line(NOTE, words=words) for words in importer.notes]
        text = write_log(facts, importer.counts, [*header, *notes, *lines])
        log = keep_log(profile.lea, text, source=LogSource.EMULATED)
    logger.info("siras emulator: %s imported, %s rows", path.name, importer.counts["read"])
    return log


def keep_log(lea: Organization, text: str, *, source: LogSource, added_by: str = "") -> SirasLog:
    """Keep a log with its lines; the same log again is the one there is.

    Raises:
        siras_export.receiving.logs.LogUnreadable: it is none.
    """
    found: Log = read_log(text)
    with transaction.atomic():
        log, new = SirasLog.objects.get_or_create(
            lea=lea,
            file_name=found.file_name,
            opened_at=found.opened_at,
            defaults={
                "source": source,
                "ended_at": found.ended_at,
                "modified_at": found.modified_at,
                "refused": found.refused,
                "counts": found.counts,
                "text": text,
                "added_by": added_by,
            },
        )
        if new:
            SirasLogLine.objects.bulk_create(_lines(log, found.lines), batch_size=_AT_ONCE)
    return log


def _lines(log: SirasLog, lines: Iterable[Line]) -> list[SirasLogLine]:
    return [
        SirasLogLine(
            log=log,
            row=line.row,
            ssid=line.ssid,
            kind=line.kind,
            field=line.field,
            old=line.old,
            new=line.new,
            words=line.words,
        )
        for line in lines
        if line.kind in (*OF_ROWS, NOTE)
    ]

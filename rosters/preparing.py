"""A school's file, from the posted records to its bytes, with all that is to be said of it before it is sent."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from ods.models import Organization
from rosters import conf
from rosters.access import hold
from rosters.difference import Difference, compare, members_of
from rosters.enums import UNDER_WAY, UploadState
from rosters.groups import Roster, build, rows
from rosters.ledger import Ledger
from rosters.models import Connection, SchoolFile
from rosters.names import Mode
from rosters.prechecks import Finding, check, stops
from rosters.roster_file import MOST_STUDENTS, Row, to_bytes
from rosters.selection import School, select
from rosters.snapshot import Snapshot

_EDITIONS = 64


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the file of a school holds, what it leaves out and why, what is wrong with it, what it changes in CERS."""

    roster: Roster
    rows: list[Row]
    findings: list[Finding]
    difference: Difference
    complete: bool

    @property
    def stops(self) -> bool:
        return stops(self.findings)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many sections and students are left out, by reason."""
        selection = self.roster.selection
        return {
            "sections": dict(Counter(dropped.reason.value for dropped in selection.dropped_sections)),
            "students": dict(Counter(dropped.reason.value for dropped in selection.dropped_students)),
        }


def prepare(
    *,
    lea: Organization,
    schools: Sequence[Organization],
    year: int,
    day: date,
    chosen: Mapping[str, Collection[str]] | None = None,
    remember: bool,
) -> Iterator[Prepared]:
    """Prepare schools one after the other.

    `chosen` names sections by school; a school without is sent whole. With `remember` the names are kept in the
    ledger, which a file that leaves the portal needs and a look does not.
    """
    snapshot = Snapshot(lea, year)
    connection = Connection.objects.filter(lea=lea).first()
    expires = connection.expires_on if connection else None
    for school in snapshot.schools(schools):
        wanted = (chosen or {}).get(school.code, ())
        with transaction.atomic():
            if remember:
                hold(lea)
            prepared = _prepared(lea, school, day=day, chosen=wanted, expires=expires, remember=remember)
        yield prepared


def _prepared(
    lea: Organization, school: School, *, day: date, chosen: Collection[str], expires: date | None, remember: bool
) -> Prepared:
    ledger = Ledger(lea, school.code, school.year)
    mode, limit = conf.name_mode(), conf.name_limit()
    roster = build(
        school,
        select(school, day=day, chosen=chosen),
        day=day,
        known=ledger.names,
        clear=ledger.to_clear,
        mode=mode,
        limit=limit,
    )
    if remember and mode is not Mode.LITERAL:
        ledger.remember(roster)
    records = rows(roster)
    findings = check(records, cds=school.cds, year=school.year, limit=limit, key_expires=expires, today=day)
    findings += [
        Finding(True, 0, name, "group_name", "Two groups have this name. Use the standard names, not literal ones.")
        for name in roster.clashes
    ]
    findings += _notes(roster)
    complete = not chosen
    after = members_of(records)
    return Prepared(roster, records, findings, compare(ledger.held(after.keys()), after, complete=complete), complete)


def _notes(roster: Roster) -> list[Finding]:
    found = [
        Finding(False, 0, f"{section.course} {section.number}", "group_user_login",
                f"{teacher.last_name or teacher.staff_id} ({teacher.role.value}) has no valid e-mail address and gets "
                "no rows. Give it on the page Teachers.")
        for section, teacher in roster.without_login
    ]  # fmt: skip
    found += [
        Finding(False, 0, group.name, "",
                f"{len(group.students)} students and {len(group.teachers)} teachers would make more than "
                f"{MOST_STUDENTS} rows, so each student stands once and the teachers take turns. CERS ends up with "
                "all of them.")
        for group in roster.groups if group.shared
    ]  # fmt: skip
    return found


def edition_of(lea: Organization, school: str, records: Sequence[Row], *, anew: bool) -> bytes:
    """The bytes to send: other ones with the same meaning where CERS would take these for done (decision 0164).

    That is so for bytes that went out before another file of the school did, and with `anew` for the last ones too.
    """
    before = SchoolFile.objects.filter(lea=lea, school=school, state__in=(*UNDER_WAY, UploadState.PROCESSED))
    digests = list(before.order_by("-pk").values_list("digest", flat=True))
    content = to_bytes(records)
    for edition in range(1, _EDITIONS):
        digest = digest_of(content)
        if digest not in digests or (digests[0] == digest and not anew):
            break
        content = to_bytes(records, edition=edition)
    return content


def digest_of(content: bytes) -> str:
    """MD5 in 32 upper-case hexadecimal digits: CERS's key of a file, and no protection."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest().upper()

"""The student identity table: which SSIDs there are, since when, and which was retired for which."""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date

from django.db import transaction

from ods.matching_lines import refresh_lines
from ods.models import RECORD_MODELS, DirectCertification, StudentIdentity, StudentRecord
from ods.posting.hooks import Changes
from ods.posting.plan import new_records
from ods.posting.stage import execute, lock_identities, lock_new_identities

_AT_ONCE = 1000
_SYNTHETIC = "99"
"""SSIDs issued here begin with it, as all synthetic ones do: none can be real."""
_BATCH = 1_000


class RetirementRefused(Exception):
    """An SSID cannot be retired or restored; the message says why and names no SSID."""


def follow_posting(changes: Changes) -> None:
    """An SSID seen for the first time becomes an identity, created on the posting's day.

    One posting at a time looks and inserts: ON CONFLICT would do the same without waiting, at twice the cost for a
    million new students. Sorted, because an index filled in order is filled faster.
    """
    lock_new_identities()
    identities = StudentIdentity._meta.db_table
    execute(
        f"""
        INSERT INTO {identities} (ssid, created_on)
        SELECT DISTINCT s.ssid, %s
        FROM {new_records(changes.posting)}
        WHERE NOT EXISTS (SELECT 1 FROM {identities} i WHERE i.ssid = s.ssid)
        ORDER BY s.ssid
        """,
        (changes.posting.posted_on,),
    )


def issue_ssids(count: int) -> list[str]:
    """New SSIDs, which no identity has. They are unique while the caller's transaction lasts, which posts them."""
    lock_new_identities()
    issued: set[str] = set()
    while len(issued) < count:
        wanted = min(count - len(issued), _BATCH)
        made = {f"{_SYNTHETIC}{secrets.randbelow(10**8):08}" for _ in range(wanted)} - issued
        issued |= made - set(StudentIdentity.objects.filter(ssid__in=made).values_list("ssid", flat=True))
    return list(issued)


def retire(*, old: str, new: str, on: date) -> int:
    """Retire an SSID for another, which may itself be retired later or already: the last of the chain counts.

    Records keep the SSID they were posted with and show the current one. Their dates stay: Last Updated tells of
    files, and a retirement is none (spec ods-extracts 10.1.8, 10.2.4; docs/decisions/0023). Returns the number of
    records that show another SSID now.

    Raises:
        RetirementRefused: unknown SSID, already retired, or the new one leads back to the old one.
    """
    with transaction.atomic():
        lock_identities()
        retired, survivor = _identity(old, "old"), _identity(new, "new")
        if retired.retired_by_id is not None:
            raise RetirementRefused("The old SSID is retired already. Undo that first.")
        last = _last(survivor)
        if last == retired:
            raise RetirementRefused("The new SSID is the old one, or was itself retired for it.")
        retired.retired_by, retired.retired_on = survivor, on
        retired.save(update_fields=["retired_by", "retired_on"])
        return _show(retired, last)


def restore(*, old: str) -> int:
    """Undo the retirement of an SSID; those retired for it come back with it. Returns what `retire` does.

    Raises:
        RetirementRefused: unknown SSID, or not retired.
    """
    with transaction.atomic():
        lock_identities()
        identity = _identity(old, "old")
        if identity.retired_by_id is None:
            raise RetirementRefused("The SSID is not retired.")
        left = _last(identity)
        identity.retired_by = identity.retired_on = None
        identity.save(update_fields=["retired_by", "retired_on"])
        changed = _show(identity, identity)
        refresh_lines([left.ssid])
        return changed


def current_ssids(ssids: Collection[str]) -> dict[str, str]:
    """The SSID each student has now, by the one given; those nobody ever posted are left out.

    Holds off retirements to the end of the transaction, so that what is stored by it stays right.
    """
    lock_identities()
    wanted = sorted(ssids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        identities = StudentIdentity.objects.filter(ssid__in=wanted[start : start + _AT_ONCE])
        for ssid, survivor in identities.values_list("ssid", "survivor__ssid"):
            found[ssid] = survivor or ssid
    return found


def _identity(ssid: str, which: str) -> StudentIdentity:
    found = StudentIdentity.objects.filter(ssid=ssid).first()
    if found is None:
        raise RetirementRefused(f"The {which} SSID is unknown: no SENR or SINF record with it was ever posted.")
    return found


def _last(identity: StudentIdentity) -> StudentIdentity:
    """The end of the chain of retirements; it has no circle, `retire` refuses them."""
    while identity.retired_by is not None:
        identity = identity.retired_by
    return identity


def _show(identity: StudentIdentity, last: StudentIdentity) -> int:
    """Let the records of an SSID, and of those retired for it, show the SSID that counts: `last`'s."""
    identities, found = [identity], [identity]
    while found:
        found = list(StudentIdentity.objects.filter(retired_by__in=found))
        identities += found
    for each in identities:
        each.survivor = None if each == last else last
    StudentIdentity.objects.bulk_update(identities, ["survivor"])
    ssids = [each.ssid for each in identities]
    changed = 0
    for model in RECORD_MODELS.values():
        if issubclass(model, StudentRecord):
            posted = model._default_manager.filter(ssid__in=ssids).exclude(current_ssid=last.ssid)
            changed += posted.update(current_ssid=last.ssid)
    DirectCertification.objects.filter(ssid__in=ssids).update(current_ssid=last.ssid)
    refresh_lines([*ssids, last.ssid])
    return changed

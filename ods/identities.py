"""The student identity table: which SSIDs there are, since when, and which was retired for which."""

# ruff: noqa: S608 - the names put into SQL come from layouts and models, the values are parameters

from __future__ import annotations

from ods.models import StudentIdentity
from ods.posting.hooks import Changes
from ods.posting.plan import INSERT
from ods.posting.stage import execute


def follow_posting(changes: Changes) -> None:
    """An SSID seen for the first time becomes an identity, created on the posting's day.

    Sorted, so that two postings that bring the same new students never wait for each other in a circle.
    """
    execute(
        f"""
        INSERT INTO {StudentIdentity._meta.db_table} (ssid, created_on)
        SELECT ssid, %s FROM (
            SELECT DISTINCT s.ssid FROM {changes.diff} d JOIN {changes.stage} s ON s.line = d.line
            WHERE d.action = '{INSERT}'
        ) AS seen
        WHERE true
        ORDER BY ssid
        ON CONFLICT (ssid) DO NOTHING
        """,
        (changes.posting.posted_on,),
    )

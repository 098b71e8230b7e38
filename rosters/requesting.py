"""From the page to a job, and from a job to the files of its schools and their way to CERS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from jobs.enums import Trigger
from jobs.execution import Execution
from jobs.models import Job
from jobs.requesting import Authority, request_job
from ods.calendar import PACIFIC
from ods.directory import schools_of
from ods.models import Organization
from rosters.access import TYPE
from rosters.enums import UNDER_WAY, Purpose, UploadState
from rosters.ledger import mark_stale
from rosters.models import Run, SchoolFile
from rosters.names import key_of
from rosters.preparing import Prepared, digest_of, edition_of, prepare
from rosters.roster_file import file_name
from rosters.sending import supersede_held

KIND = "roster_files"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which files to make: for a school year (the calendar year it ends in), schools, and sections of some of them.

    `anew`: send a school's file also when nothing changed.
    """

    purpose: str
    year: int
    schools: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    anew: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "purpose": self.purpose,
            "year": self.year,
            "schools": list(self.schools),
            "sections": {school: list(ids) for school, ids in self.sections.items()},
            "anew": self.anew,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Criteria:
        return cls(
            purpose=given["purpose"],
            year=given["year"],
            schools=tuple(given["schools"]),
            sections={school: tuple(ids) for school, ids in given["sections"].items()},
            anew=given["anew"],
        )

    @property
    def words(self) -> str:
        count = len(self.schools)
        parts = [f"{self.year - 1}-{self.year}", f"{count} school{'' if count == 1 else 's'}"]
        if sections := sum(len(ids) for ids in self.sections.values()):
            parts.append(f"{sections} section{'' if sections == 1 else 's'} chosen")
        return ", ".join(parts)


def request_files(
    *, user: User, lea: Organization, authority: Authority, criteria: Criteria, trigger: Trigger, form_token: str = ""
) -> Job:
    """Ask for the files of schools, to download them or to send them to CERS.

    Raises:
        jobs.errors.LimitReached: too many requests are waiting or running.
        jobs.errors.Refused: the user's role does not cover the schools.
    """
    return request_job(
        kind=KIND,
        organization=lea,
        record_type=TYPE,
        label=f"Student groups, {Purpose(criteria.purpose).label}",
        authority=authority,
        criteria=criteria.to_json(),
        criteria_words=criteria.words,
        requested_by=user,
        trigger=trigger,
        form_token=form_token,
    )


def run(execution: Execution) -> None:
    """Make the files of a job; the worker's part of `request_files`.

    Files to be sent begin to wait here; `rosters.sending` takes them once the job is complete.
    """
    job = execution.job
    criteria = Criteria.from_json(job.criteria)
    at = datetime.now(PACIFIC)
    lea = job.organization
    Run.objects.filter(job=job).delete()  # of an attempt before this one
    own = Run.objects.create(job=job, lea=lea, purpose=criteria.purpose, year=criteria.year, day=at.date())
    schools = list(schools_of(lea).filter(code__in=criteria.schools).order_by("name", "code"))
    done = 0
    for prepared in prepare(
        lea=lea, schools=schools, year=criteria.year, day=own.day, chosen=criteria.sections, remember=True
    ):
        content = edition_of(lea, prepared.roster.school.code, prepared.rows, anew=criteria.anew)
        kept = _kept(own, prepared, content, at, anew=criteria.anew)
        file = execution.open_file(role=kept.school, download_name=kept.file_name)
        file.write(content)
        file.rows = kept.rows + 1  # the header is a line too
        done += kept.rows
        execution.progress(done)
        if kept.state in (UploadState.HELD, UploadState.WAITING):
            supersede_held(kept)
        if kept.state in (UploadState.UNCHANGED, UploadState.EMPTY) and kept.complete:
            mark_stale(kept, {key_of(row.group_name) for row in prepared.rows}, today=own.day)


def _kept(own: Run, prepared: Prepared, content: bytes, at: datetime, *, anew: bool) -> SchoolFile:
    school = prepared.roster.school
    upload = own.purpose == Purpose.UPLOAD
    under_way = SchoolFile.objects.filter(lea=own.lea, school=school.code, state__in=UNDER_WAY).exists()
    state = _first_state(prepared, anew=anew or under_way) if upload else ""
    return SchoolFile.objects.create(
        run=own,
        lea=own.lea,
        school=school.code,
        school_name=school.name,
        natural_id=school.cds,
        file_name=file_name(school.cds or school.code, school.year, at),
        digest=digest_of(content),
        complete=prepared.complete,
        groups=len(prepared.roster.groups),
        rows=len(prepared.rows),
        students=len({row.student_ssid for row in prepared.rows if row.student_ssid}),
        cleared=[cleared.name for cleared in prepared.roster.cleared],
        counts=prepared.counts,
        findings=[[one.error, one.row, one.group, one.field, one.words] for one in prepared.findings],
        changes=[
            [one.name, one.kind, one.students_in, one.students_out, one.users_in, one.users_out]
            for one in prepared.difference.changes
        ],
        stale=list(prepared.difference.stale),
        share=prepared.difference.share,
        state=state,
        message=_WORDS.get(state, ""),
        next_at=timezone.now() if state == UploadState.WAITING else None,
    )


def _first_state(prepared: Prepared, *, anew: bool) -> UploadState:
    if not prepared.rows:
        return UploadState.EMPTY
    if prepared.stops:
        return UploadState.REFUSED
    if not anew and not prepared.difference.changes:
        return UploadState.UNCHANGED
    return UploadState.HELD if prepared.difference.holds else UploadState.WAITING


_WORDS: dict[str, str] = {
    UploadState.REFUSED: "The prechecks found errors, so the file was not sent. Correct them and upload again.",
    UploadState.EMPTY: "No section of the school qualifies, so there is nothing to send. View says why.",
    UploadState.UNCHANGED: "CERS holds these very groups already, so nothing was sent.",
    UploadState.HELD: (
        "More than a fifth of the memberships would change. Look at the differences, then send or discard the file."
    ),
}


def covered_schools(codes: Sequence[str], allowed: Sequence[Organization]) -> tuple[str, ...]:
    """Of the codes asked for those that are allowed, in the order of the schools; no code means all."""
    wanted = set(codes)
    return tuple(school.code for school in allowed if not wanted or school.code in wanted)

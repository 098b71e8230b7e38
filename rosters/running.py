"""From a job to the files of its schools; those to be sent begin to wait for their way to CERS."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from jobs.execution import Execution
from ods.calendar import PACIFIC
from ods.directory import schools_of
from rosters.deciding import supersede_held
from rosters.enums import UNDER_WAY, Purpose, UploadState
from rosters.ledger import mark_stale
from rosters.models import Run, SchoolFile
from rosters.names import key_of
from rosters.preparing import Prepared, digest_of, edition_of, prepare
from rosters.requesting import Criteria
from rosters.roster_file import file_name


def run(execution: Execution) -> None:
    """Make the files of a job; the worker's part of `rosters.requesting.request_files`.

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

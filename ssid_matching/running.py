"""The worker's part of a run: read the file again, match it, store the results in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, get_args

from django.conf import settings as portal_settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.permissions import reach
from jobs import storage
from jobs.enums import Status
from jobs.errors import Failed, Refused, Stopped
from jobs.execution import Execution
from jobs.models import Job, JobFile
from ods.layout import layout
from ods.matching_keys import LINE_FIELDS, line_of
from ods.matching_lines import catch_up
from ods.models import EnglishLanguageAcquisition, IdentityLine, StudentEnrollment, StudentIdentity
from ods.models.blocks import NO_DATE
from ssid_matching.enums import Category
from ssid_matching.matching import Answer, Candidate, match
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun
from ssid_matching.parameters import MatchSettings, Profile, settings_of
from ssid_matching.queries import CANDIDATE_FIELDS
from ssid_matching.receiving import ORIGINAL, check, refusal

_BATCH = 2_000
_LINE_PLACES = tuple(layout("SENR")[name].position - 1 for name in LINE_FIELDS)


def run(execution: Execution) -> None:
    """Match the file of a job. A second attempt begins anew; results are there with the job's success, or not at all.

    Raises:
        jobs.errors.Failed: the file is gone.
        jobs.errors.Refused: the directory changed since the upload, so that the file has errors now.
    """
    job = execution.job
    match_run = MatchRun.objects.select_related("organization").get(job=job)
    try:
        with storage.open_file(JobFile.objects.get(job=job, role=ORIGINAL).path) as file:
            content = file.read()
    except (JobFile.DoesNotExist, OSError):
        raise Failed("The file is gone from storage. Send it again.") from None
    held = reach(job.requested_by, job.organization)
    found = check(content, name=match_run.file_name, organization=job.organization, held=held)
    if found.error_count:
        raise Refused(refusal(found.error_count))
    lines = [submitted_line(values) for _, values in found.records]
    catch_up(lambda students: execution.progress(0))
    matching = match(lines, default_settings(), progress=execution.progress)
    answers = list(matching.answers)
    frequencies = matching.frequencies.packed(name for line in lines for name in (*line.split("^")[:5],) if name)
    with transaction.atomic():
        _still_ours(job, match_run)
        MatchRecord.objects.filter(run=match_run).delete()
        _store(match_run, found.records, answers)
        match_run.settings = matching.settings.to_json()
        match_run.frequencies = frequencies
        match_run.save()


def default_settings() -> MatchSettings:
    """Those of the profile that SSID_MATCHING_PROFILE names; a system check says at the start that there is one."""
    profiles: tuple[Profile, ...] = get_args(Profile)
    return settings_of(next(each for each in profiles if each == portal_settings.SSID_MATCHING_PROFILE))


def submitted_line(values: Sequence[str]) -> str:
    """The line of a submitted record."""
    return line_of(["" if not values[place].strip() else values[place] for place in _LINE_PLACES])


def _still_ours(job: Job, match_run: MatchRun) -> None:
    """Of two attempts that both think they run, only the later writes; after success nobody does."""
    list(MatchRun.objects.select_for_update().filter(pk=match_run.pk).values_list("pk"))
    if not Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempts=job.attempts).exists():
        raise Stopped


def _store(match_run: MatchRun, records: Sequence[tuple[int, list[str]]], answers: Sequence[Answer]) -> None:
    counts = dict.fromkeys(Category, 0)
    match_run.capped = 0
    pairs = zip(records, answers, strict=True)
    while batch := list(islice(pairs, _BATCH)):
        known = _facts({each.identity for _, answer in batch for each in answer.candidates})
        rows = []
        for (line, values), answer in batch:
            # One that a posting has taken away meanwhile is none.
            listed = [each for each in answer.listed if each.identity in known]
            category = (Category.NO_MATCH, Category.SINGLE)[len(listed)] if len(listed) < 2 else Category.MULTIPLE
            counts[category] += 1
            match_run.capped += answer.reached > len(answer.listed)
            rows.append(
                MatchRecord(
                    run=match_run,
                    line=line,
                    record="^".join(values),
                    category=category,
                    score=listed[0].score if listed else None,
                    likelihood=max((each.likelihood for each in answer.candidates), default=0.0),
                    twin=answer.twin,
                    nobody=answer.nobody,
                    reached=answer.reached,
                )
            )
        MatchRecord.objects.bulk_create(rows)
        MatchCandidate.objects.bulk_create(
            candidate
            for row, (_, answer) in zip(rows, batch, strict=True)
            for candidate in _candidates(row, answer.candidates, known)
        )
    match_run.records = len(records)
    match_run.no_match, match_run.single, match_run.multiple = (counts[each] for each in Category)


Facts = tuple[str, Any, str, tuple[str, ...]]
"""Of an identity: SSID, day it was created, values of the results file, and who it says it is."""


def _candidates(row: MatchRecord, found: Iterable[Candidate], known: dict[int, Facts]) -> Iterator[MatchCandidate]:
    there = [(candidate, known[candidate.identity]) for candidate in found if candidate.identity in known]
    there.sort(key=lambda each: (not each[0].listed, -each[0].score, -each[0].likelihood, each[1][0]))
    people = [person for _, (_, _, _, person) in there]
    for place, (candidate, (ssid, created_on, values, person)) in enumerate(there):
        yield MatchCandidate(
            record=row,
            place=place,
            ssid=ssid,
            created_on=created_on,
            score=candidate.score,
            likelihood=candidate.likelihood,
            listed=candidate.listed,
            double=people.count(person) > 1,
            values=values,
            reasons=candidate.reasons,
        )


def _facts(identities: set[int]) -> dict[int, Facts]:
    """What the results tell of students, from the SENR record they were found by."""
    found: dict[int, Facts] = {}
    wanted = iter(sorted(identities))
    language = (
        EnglishLanguageAcquisition.objects.filter(
            reporting_lea=OuterRef("reporting_lea"), current_ssid=OuterRef("current_ssid")
        )
        .order_by(Coalesce("english_language_acquisition_status_start_date", NO_DATE).desc(), "-posting_id")
        .values("primary_language_code")[:1]
    )
    while some := list(islice(wanted, _BATCH)):
        lines = {
            identity: (enrollment, tuple(line.split("^")[:6]))
            for identity, enrollment, line in IdentityLine.objects.filter(pk__in=some).values_list(
                "identity", "enrollment", "line"
            )
        }
        enrollments = {
            row[0]: "^".join(_as_text(value) for value in row[1:])
            for row in StudentEnrollment.objects.filter(pk__in=[enrollment for enrollment, _ in lines.values()])
            .annotate(language=Subquery(language))
            .values_list("pk", *CANDIDATE_FIELDS, "language")
        }
        for identity, ssid, created_on in StudentIdentity.objects.filter(pk__in=some).values_list(
            "pk", "ssid", "created_on"
        ):
            if identity in lines and lines[identity][0] in enrollments:
                enrollment, person = lines[identity]
                found[identity] = (ssid, created_on, enrollments[enrollment], person)
    return found


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y%m%d}" if hasattr(value, "strftime") else str(value)

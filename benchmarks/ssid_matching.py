"""The SSID Matching Tool on labelled people: quality, speed and memory beside tuned splink 5 and recordlinkage.

Ours is measured on PostgreSQL as the tool runs it: keys in the database, records from a file, results stored. splink
runs on DuckDB with both cores on the same people in the same run, its data already loaded and its model trained; what
it would cost to take the students over is told apart. Who is right is known only to this file.

The matcher was tuned on the population and the batches of `TUNING`. Every figure told is of `FINAL`: another
population and other batches, measured after each change to the matcher and never tuned on. Each quality is over all
batches together, each time the median over them, so that no batch is seen twice.

A stage whose figures are there is kept in the results file while others run: `SSID_STAGES` (some of posting, sizes,
interactive, file, febrl) and `SSID_SIZES` (numbers of students) choose what runs.
"""

from __future__ import annotations

import gc
import io
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.models import User, UserRole
from accounts.permissions import Reach
from benchmarks import ssid_peers
from benchmarks.extracts import result
from benchmarks.ssid_ods import LEA, SCHOOL, Known, columns_of, everybody, fill, line
from benchmarks.ssid_people import SEED, Record, population, records
from jobs.running import run_job
from ods.matching_lines import catch_up, follow_posting
from ods.models import Organization, StudentIdentity
from ods.posting import hooks, post
from ssid_matching.comparing import compare
from ssid_matching.matching import CHUNK, Answer, match
from ssid_matching.models import MatchRun
from ssid_matching.parameters import settings_of
from ssid_matching.population import population_now
from ssid_matching.receiving import receive
from tests.factories.records import line as senr

SIZES = {"small": (20_000, 100_000), "full": (100_000, 1_000_000, 6_000_000)}
_Found = TypeVar("_Found")
_LONGEST = 30
"""Letters of a name field; what two errors made longer is cut, as people cut it."""
STAGES = ("posting", "sizes", "interactive", "file", "febrl")
BATCH = {"small": 1_000, "full": 10_000}
FILE = {"small": 5_000, "full": 50_000}
_MOST_FOR_RECORDLINKAGE = 1_000_000
_TURNS = 5


@dataclass(frozen=True)
class Seeds:
    """Of a population, of the batch that peers learn from, and of the batches that are matched."""

    population: int
    learning: int
    batches: tuple[int, ...]


TUNING = Seeds(population=SEED, learning=11, batches=(11, 12, 21, 31, 41))
FINAL = Seeds(population=20270104, learning=700, batches=(701, 702, 703, 704, 705))
RESULTS = Path(__file__).parent / "results" / "ssid_matching.json"

Rows = list[dict[str, object]]


def run(scale: str) -> Rows:
    call_command("migrate", verbosity=0)
    settings.LEAST_FREE_DISK = 0
    sizes = tuple(int(size) for size in os.environ.get("SSID_SIZES", "").split()) or SIZES[scale]
    stages = os.environ.get("SSID_STAGES", "").split() or STAGES
    kept: Rows = []
    for size in sizes if set(stages) - {"febrl"} else ():
        known = _told(f"fill {size:,} students", partial(fill, size, seed=FINAL.population))
        if "sizes" in stages:
            kept = keep(_told(f"quality and speed with {size:,}", partial(_size, size, known, BATCH[scale])))
        if "interactive" in stages:
            kept = keep(_told(f"one record with {size:,}", partial(_interactive, size, known, BATCH[scale])))
        if "file" in stages and size == sizes[-1]:
            kept = keep(_told(f"a file of {FILE[scale]:,} lines", partial(_file, size, known, FILE[scale])))
        if "posting" in stages and size == sizes[0]:
            kept = keep(_told("posting", _posting))
    if "febrl" in stages:
        kept = keep(_told("FEBRL 4", ssid_peers.febrl))
    return kept


def _told(what: str, stage: Callable[[], _Found]) -> _Found:
    """Run a stage and say how long it took: a full run takes hours."""
    began = time.monotonic()
    found = stage()
    print(f"ssid_matching: {what}: {time.monotonic() - began:,.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    return found


def keep(rows: Rows) -> Rows:
    """Put rows into the results file in the place of those of the same case; returns all that are there then."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    cases = {row["case"]: row for row in [*before, *rows]}
    _growth(cases)
    RESULTS.write_text(json.dumps(list(cases.values()), indent=1) + "\n")
    return list(cases.values())


def _growth(cases: dict[object, dict[str, object]]) -> None:
    """What six times the population costs, if both are there."""
    small, large = (cases.get(_step(10_000, size)) for size in (1_000_000, 6_000_000))
    if small and large:
        case = "matching 10,000 records: 6,000,000 students against 1,000,000"
        seconds = float(str(large["value"]))
        cases[case] = result(case, seconds, "s", "1,000,000 students", seconds / float(str(small["value"])))


def _step(batch: int, size: int) -> str:
    return f"matching {batch:,} records with {size:,} students"


def batches_of(known: Known, count: int, seeds: Seeds) -> Iterator[list[Record]]:
    """The batches, each about other students as far as there are enough."""
    about = count * 4 // 5
    for place, seed in enumerate((seeds.learning, *seeds.batches)):
        start = place * about if (place + 1) * about <= len(known) else 0
        some = known[start : start + about]
        people, numbers = [person for person, _ in some], [number for _, number in some]
        yield records(people, numbers, count, seed=seed, population_seed=seeds.population)


def _size(size: int, known: Known, batch: int) -> Rows:
    learning, *batches = batches_of(known, batch, FINAL)
    population_now()
    _set_aside()
    seconds, answers = zip(*(_matched(each) for each in batches), strict=True)
    whole = _whole(size, batches[0])
    peer = ssid_peers.splink(batches, learning, everybody)
    return [
        *_speed(size, batch, statistics.median(seconds), peer),
        *_quality(size, batches, answers, peer),
        *_recordlinkage(size, batches[0]),
        _blocking(size, batches),
        whole,
    ]


def _recordlinkage(size: int, submitted: Sequence[Record]) -> Rows:
    linked = ssid_peers.recordlinkage(submitted, everybody()) if size <= _MOST_FOR_RECORDLINKAGE else None
    if linked is None:
        return []
    case = f"F1 of recordlinkage's ECM at p > .5 at {size:,} students, one batch"
    return [result(case, round(ssid_peers.f1(submitted, linked), 4), "", None, None)]


def _set_aside() -> None:
    """What the benchmark has made so far is nothing that a collection of garbage looks through in a worker."""
    gc.collect()
    gc.freeze()


def _matched(submitted: Sequence[Record]) -> tuple[float, list[Answer]]:
    """The matching step: from records to answers; the population's names are in memory, as in a worker that lives."""
    began = time.perf_counter()
    answers = list(match([line(each.person) for each in submitted], settings_of("2022")).answers)
    return time.perf_counter() - began, answers


def _blocking(size: int, batches: Sequence[Sequence[Record]]) -> dict[str, object]:
    """How many records of known students are compared with that student at all."""
    people, numbers = population_now(), _numbers()
    settings = replace(settings_of("2022"), population=people.students, learned=people.chance)
    known = compared = 0
    for batch in batches:
        for start in range(0, len(batch), CHUNK):
            some = batch[start : start + CHUNK]
            pairs = compare([line(each.person) for each in some], settings, people)
            known += sum(each.student >= 0 for each in some)
            compared += sum(
                some[record].student == numbers[identity]
                for record, identity in zip(pairs.record.tolist(), pairs.identity.tolist(), strict=True)
            )
    return result(f"true pairs that were compared at {size:,} students", round(compared / known, 5), "", None, None)


def _numbers() -> dict[int, int]:
    """Row number of an identity to the student's number."""
    return {pk: int(ssid) - 9_900_000_000 for pk, ssid in StudentIdentity.objects.values_list("pk", "ssid").iterator()}


def _speed(size: int, batch: int, seconds: float, peer: ssid_peers.Peer | None) -> Rows:
    case = _step(batch, size)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = [
        result(case, round(seconds, 2), "s", "splink 5's predict", seconds / peer.seconds if peer else None),
        result(f"{case}: peak memory of this process, splink's data in it", memory, "MB", None, None),
        result(f"{case}: load of the machine afterwards (one minute)", round(os.getloadavg()[0], 2), "", None, None),
    ]
    if peer:
        rows += [
            result(f"{case}: splink 5", round(peer.seconds, 2), "s", None, None),
            result(f"{case}: splink 5 takes the students over", round(peer.pull, 2), "s", None, None),
        ]
    return rows


def _quality(
    size: int, batches: Sequence[Sequence[Record]], answered: Sequence[Sequence[Answer]], peer: ssid_peers.Peer | None
) -> Rows:
    numbers = _numbers()
    submitted = [record for batch in batches for record in batch]
    answers = [answer for each in answered for answer in each]
    by_likelihood = [
        (numbers[best.identity], best.likelihood)
        if (best := max(answer.candidates, key=lambda each: each.likelihood, default=None))
        else (-1, 0.0)
        for answer in answers
    ]
    by_score = [(numbers[answer.listed[0].identity], 1.0) if answer.listed else (-1, 0.0) for answer in answers]
    at = f"at {size:,} students"
    ours, score = ssid_peers.f1(submitted, by_likelihood), ssid_peers.f1(submitted, by_score)
    proposed = [
        (record.student, number)
        for record, (number, likelihood) in zip(submitted, by_likelihood, strict=True)
        if likelihood >= 0.9
    ]
    right = sum(student == number for student, number in proposed) / max(len(proposed), 1)
    strangers = [place for place, record in enumerate(submitted) if record.student < 0]
    wrongly = sum(by_likelihood[place][1] >= 0.9 for place in strangers) / len(strangers)
    # The state's Single Matches among them: exactly one candidate reached its cut-off, and it is the one proposed.
    singles = [
        (record.student, numbers[answer.listed[0].identity])
        for record, answer in zip(submitted, answers, strict=True)
        if answer.reached == 1 and answer.listed[0].likelihood >= 0.9
    ]
    singly = sum(student == number for student, number in singles) / max(len(singles), 1)
    singly_wrong = sum(student < 0 for student, _ in singles) / len(strangers)
    reached = [
        record.student in {numbers[each.identity] for each in answer.candidates}
        for record, answer in zip(submitted, answers, strict=True)
        if record.student >= 0
    ]
    theirs = plain = None
    if peer:
        peers = [answer for each in peer.answers for answer in each]
        theirs, plain = ssid_peers.f1(submitted, peers, peer.threshold), ssid_peers.f1(submitted, peers)
    rows = [
        result(f"F1 of the likelihood at p > .5 {at}", round(ours, 4), "", "splink 5 at its best (difference)",
               ours - max(theirs, plain) if theirs is not None and plain is not None else None),
        result(f"F1 of the state's score at 90 {at}", round(score, 4), "", None, None),
        result(f"proposed at p >= .9 {at}", round(len(proposed) / len(submitted), 4), "of records", None, None),
        result(f"of these right {at}", round(right, 5), "", None, None),
        result(f"new students wrongly proposed {at}", round(wrongly, 5), "", None, None),
        result(f"Single Matches proposed, right {at}", round(singly, 5), "", None, None),
        result(f"new students wrongly proposed as Single Matches {at}", round(singly_wrong, 5), "", None, None),
        result(f"true students among the told candidates {at}", round(sum(reached) / len(reached), 5), "", None, None),
    ]  # fmt: skip
    if peer and theirs is not None and plain is not None:
        rows += [
            result(f"F1 of tuned splink 5 at its threshold {at}", round(theirs, 4), "", None, None),
            result(f"F1 of tuned splink 5 at p > .5 {at}", round(plain, 4), "", None, None),
            result(f"threshold of tuned splink 5 {at}", round(peer.threshold, 3), "", None, None),
        ]
    return rows


def _whole(size: int, submitted: Sequence[Record]) -> dict[str, object]:
    """The tool's whole run in a worker, from the file to stored results."""
    seconds, _ = _sent(submitted)
    return result(f"whole run, {len(submitted):,} records with {size:,} students, file to stored results",
                  round(seconds, 2), "s", None, None)  # fmt: skip


def _sent(submitted: Sequence[Record]) -> tuple[float, MatchRun]:
    """Send a file of these records through the tool; the seconds until its results are stored, and the run."""
    lea = Organization.objects.get(kind="LEA", code=LEA)
    user = User.objects.create(username=f"benchmark{time.time_ns()}")
    role = Permission.objects.get(codename="senr_edit", content_type__model="organization")
    UserRole.objects.create(user=user, permission=role, content_object=lea)
    lines = []
    for each in submitted:
        values = {name: value[:_LONGEST] for name, value in columns_of(each.person).items()}
        values |= {"birth_date": each.person.born, "birth_country_code": each.person.country or "UU"}
        lines.append(senr("SENR", ssid="", reporting_lea=LEA, school_of_attendance=SCHOOL, **values))
    content = "".join(text + "\r\n" for text in lines).encode()
    began = time.perf_counter()
    run = receive(user=user, organization=lea, held={"senr_edit": Reach(whole=True)},
                  upload=SimpleUploadedFile("senr.txt", content))  # fmt: skip
    assert not run.error_count, run.errors[:3]
    run_job(job_id=run.job_id)
    seconds = time.perf_counter() - began
    run = MatchRun.objects.get(pk=run.pk)
    assert run.job.status == "SUCCEEDED", run.job.message
    return seconds, run


def _file(size: int, known: Known, lines: int) -> Rows:
    """The largest file, and what a user then does with its results in the browser."""
    about = known[: lines * 4 // 5]
    people, numbers = [person for person, _ in about], [number for _, number in about]
    submitted = records(people, numbers, lines, seed=FINAL.learning + 99, population_seed=FINAL.population)
    seconds, run = _sent(submitted)
    assert run.records == lines == run.no_match + run.single + run.multiple, run
    client = Client(headers={"host": "localhost"})
    client.force_login(run.submitted_by)
    results = f"/SSIDMatching/Results/{run.job_id}"
    looks = {
        "first page": results,
        "a page in the middle": f"{results}?page=500",
        "single matches by likelihood": f"{results}?category=single&sort=likelihood&page=7",
        "one record": f"{results}/{lines // 2}",
        "results file": f"/SSIDMatching/Download/{run.job_id}?what=results",
    }
    rows = []
    for what, address in looks.items():
        took = []
        for _ in range(5):
            began = time.perf_counter()
            answer = client.get(address)
            size_of = len(answer.getvalue())
            took.append(time.perf_counter() - began)
            assert answer.status_code == 200, (what, answer.status_code)
            assert size_of > 1_000, what
        rows.append(
            result(f"results of {lines:,} records: {what}", round(statistics.median(took) * 1000), "ms", None, None)
        )
    return [
        result(f"whole run, {lines:,} records with {size:,} students, file to stored results", round(seconds, 2), "s",
               None, None),
        *rows,
    ]  # fmt: skip


def _interactive(size: int, known: Known, batch: int) -> Rows:
    """One record at a time: 300 of each batch, and of these figures the median, as of the others."""
    _, *batches = batches_of(known, batch, FINAL)
    population_now()
    _set_aside()
    found = []
    for submitted in batches:
        took = []
        for each in submitted[:300]:
            began = time.perf_counter()
            list(match([line(each.person)], settings_of("2022")).answers)
            took.append((time.perf_counter() - began) * 1000)
        found.append(sorted(took)[284])
    case = f"one record with {size:,} students, 95 of 100 within"
    return [result(case, round(statistics.median(found), 1), "ms", None, None)]


def _posting() -> Rows:
    """What keys cost a posted record: noting who changed, within the posting, and making the keys after it; medians of
    some turns."""
    people = list(islice(population(40_000, seed=5), 40_000))
    posted: dict[bool, list[float]] = {True: [], False: []}
    made = []
    registered = hooks._hooks["SENR"]
    catch_up()
    for turn, with_keys in enumerate((True, False) * _TURNS):
        start = 9_950_000_000 + 100_000 * turn
        content = "".join(
            senr("SENR", ssid=f"{start + number}", reporting_lea=LEA, school_of_attendance=SCHOOL,
                 **{**columns_of(person), "birth_date": person.born}) + "\r\n"
            for number, person in enumerate(people)
        ).encode()  # fmt: skip
        if not with_keys:
            registered.remove(follow_posting)
        began = time.perf_counter()
        outcome = post(source=io.BytesIO(content), file_name="b", posted_on=date(2025, 9, 2), posted_by="b",
                       accept_valid=True)  # fmt: skip
        posted[with_keys].append(time.perf_counter() - began)
        assert outcome.counts.inserted == len(people), outcome
        if not with_keys:
            registered.append(follow_posting)
            continue
        began = time.perf_counter()
        assert catch_up() == len(people)
        made.append(time.perf_counter() - began)
    with_them, without = statistics.median(posted[True]), statistics.median(posted[False])
    return [
        result("noting a posted new record", round((with_them - without) / len(people) * 1e6, 1), "µs",
               "posting without it", with_them / without),
        result("making its keys afterwards", round(statistics.median(made) / len(people) * 1e6, 1), "µs", None, None),
    ]  # fmt: skip

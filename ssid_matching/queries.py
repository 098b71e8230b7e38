"""Runs, records and candidates as people may see them: the ways to a row for views and downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet

from accounts.models import User
from jobs.enums import Status
from jobs.queries import jobs_for
from ods.calendar import PACIFIC
from ods.codesets import meaning
from ods.layout import layout
from ods.models import Organization
from ssid_matching.enums import Category, Decision
from ssid_matching.models import MatchCandidate, MatchRecord, MatchRun
from ssid_matching.parameters import ELEMENTS, LEVELS_OF, MatchSettings
from wire.query import whole_number

CANDIDATE_FIELDS = (
    "local_student_id",
    "legal_last_name",
    "legal_first_name",
    "legal_middle_name",
    "alias_last_name",
    "alias_first_name",
    "alias_middle_name",
    "gender_code",
    "birth_date",
    "birth_country_code",
    "birth_state_province_code",
    "birth_city",
    "reporting_lea",
    "school_of_attendance",
    "grade_level_code",
    "enrollment_start_date",
    "enrollment_exit_date",
)
"""Columns 19 to 35 of the results file, by the model attributes of SENR; column 36 is the primary language of SELA."""
PAGE = 50
RUNS = 25
STATUSES = ("In Queue", "Processing", "Complete", "Failed", "Cancelled", "Expired")
SORTS = {
    "line": ("line",),
    "score": (F("score").desc(nulls_last=True), "line"),
    "likelihood": ("-likelihood", "line"),
}
_PLACES = {each.field: each.position - 1 for each in layout("SENR").fields if each.field}
_ACTIVE = {Status.QUEUED: "In Queue", Status.RUNNING: "Processing", Status.SUCCEEDED: "Complete",
           Status.CANCELLED: "Cancelled"}  # fmt: skip


@dataclass(frozen=True)
class RunRow:
    """A run as the list shows it. What the tool refuses has failed, as the state says it."""

    run: MatchRun

    @property
    def status(self) -> str:
        if self.run.expired_at and self.run.job.status == Status.SUCCEEDED:
            return "Expired"
        return _ACTIVE.get(Status(self.run.job.status), "Failed")

    @property
    def active(self) -> bool:
        return self.run.job.active

    @property
    def complete(self) -> bool:
        return self.status == "Complete"

    @property
    def submitted_at(self) -> str:
        return f"{self.run.submitted_at.astimezone(PACIFIC):%m/%d/%Y %I:%M %p}"


def runs_for(
    user: User | AnonymousUser, organization: Organization, *, job_id: str = "", status: str = ""
) -> QuerySet[MatchRun]:
    """The runs of an organisation that a user's rights cover now, newest first."""
    found = (
        MatchRun.objects.filter(job__in=jobs_for(user, organization).filter(kind="ssid_match").order_by())
        .select_related("job", "submitted_by", "organization")
        .order_by("-job_id")
    )
    if job_id:
        found = found.filter(job_id=whole_number(job_id))
    if status in STATUSES:
        gone = Q(expired_at__isnull=False, job__status=Status.SUCCEEDED)
        known = {words: state for state, words in _ACTIVE.items()}
        if status == "Expired":
            found = found.filter(gone)
        elif status == "Failed":
            found = found.filter(job__status__in=[Status.REFUSED, Status.FAILED])
        else:
            found = found.filter(job__status=known[status]).exclude(gone)
    return found


def run_for(user: User | AnonymousUser, job_id: int) -> MatchRun:
    """A run by its job, whichever of the user's organisations it belongs to.

    Raises:
        MatchRun.DoesNotExist: there is none, or his rights do not cover it: a stranger cannot tell the two apart.
    """
    organization = Organization.objects.filter(jobs=job_id).first()
    if organization is None:
        raise MatchRun.DoesNotExist
    return runs_for(user, organization).get(job_id=job_id)


@dataclass(frozen=True)
class Filters:
    """Which records of a run are looked at, and in which order."""

    category: str = ""
    decision: str = "any"
    least: int = 0
    most: int = 100
    sort: str = "line"

    @classmethod
    def of(cls, query: Any) -> Filters:
        """From the query of an address; what makes no sense is left out."""
        least, most = query.get("least"), query.get("most")
        return cls(
            category=query.get("category") if query.get("category") in Category.values else "",
            decision=query.get("decision", "any") if query.get("decision", "any") in _DECISIONS else "any",
            least=min(whole_number(least), 100),
            most=min(whole_number(most, 100), 100),
            sort=query.get("sort") if query.get("sort") in SORTS else "line",
        )

    @property
    def query(self) -> str:
        """As an address has it, without what is default."""
        default = Filters()
        names = ("category", "decision", "least", "most", "sort")
        given = ((name, getattr(self, name)) for name in names if getattr(self, name) != getattr(default, name))
        return "&".join(f"{name}={str(value).replace(' ', '+')}" for name, value in given)

    @property
    def any(self) -> bool:
        return self != Filters(sort=self.sort)


_DECISIONS = {"any": None, "undecided": Decision.UNDECIDED, "student": Decision.STUDENT, "new": Decision.NEW}


def records_of(run: MatchRun, filters: Filters | None = None) -> QuerySet[MatchRecord]:
    """The records of a run, filtered and in order, with candidates in theirs."""
    chosen = filters or Filters()
    found = MatchRecord.objects.filter(run=run)
    if chosen.category:
        found = found.filter(category=chosen.category)
    wanted = _DECISIONS[chosen.decision]
    if wanted is not None:
        found = found.filter(decision=wanted)
    if chosen.least:
        found = found.filter(score__gte=chosen.least)
    if chosen.most < 100:
        found = found.filter(score__lte=chosen.most)
    candidates = Prefetch("candidates", MatchCandidate.objects.order_by("place"))
    return found.select_related("chosen", "decided_by").prefetch_related(candidates).order_by(*SORTS[chosen.sort])


def decided_counts(run: MatchRun) -> dict[str, int]:
    """How many records are undecided, `student` and `new`."""
    found = dict(MatchRecord.objects.filter(run=run).order_by().values_list("decision").annotate(number=Count("pk")))
    return {"undecided": found.get("", 0), "student": found.get("student", 0), "new": found.get("new", 0)}


def neighbours(record: MatchRecord, filters: Filters) -> tuple[int | None, int | None]:
    """The lines before and after a record in the filtered list; None at its ends. One query each."""
    found = records_of(record.run, filters).prefetch_related(None).select_related(None)
    if filters.sort == "line":
        before = found.filter(line__lt=record.line).order_by("-line")
        after = found.filter(line__gt=record.line)
    else:
        name = filters.sort
        value = getattr(record, name)
        same_after, same_before = Q(line__gt=record.line), Q(line__lt=record.line)
        if value is None:
            before = found.filter(Q(**{f"{name}__isnull": False}) | same_before)
            after = found.filter(Q(**{f"{name}__isnull": True}) & same_after)
        else:
            further = Q(**{f"{name}__lt": value}) | Q(**{f"{name}__isnull": True})
            before = found.filter(Q(**{f"{name}__gt": value}) | (Q(**{name: value}) & same_before))
            after = found.filter(further | (Q(**{name: value}) & same_after))
        before = before.reverse()
    previous, following = before.values_list("line", flat=True).first(), after.values_list("line", flat=True).first()
    return previous, following


@dataclass(frozen=True)
class Submitted:
    """A submitted record by the names of its fields."""

    record: MatchRecord

    @property
    def values(self) -> list[str]:
        return self.record.record.split("^")

    def value(self, name: str) -> str:
        return self.values[_PLACES[name]]

    @property
    def name(self) -> str:
        values = self.values
        last, first, middle = (
            values[_PLACES[each]].strip() for each in ("legal_last_name", "legal_first_name", "legal_middle_name")
        )
        return f"{last}, {first} {middle}".strip()

    @property
    def birth_date(self) -> str:
        return as_day(self.value("birth_date"))

    @property
    def local_student_id(self) -> str:
        return self.value("local_student_id")


@dataclass(frozen=True)
class Told:
    """A candidate as pages and files tell of him: the results' columns, nothing else."""

    candidate: MatchCandidate

    @property
    def values(self) -> dict[str, str]:
        names = (*CANDIDATE_FIELDS, "primary_language_code")
        return dict(zip(names, self.candidate.values.split("^"), strict=True))

    @property
    def name(self) -> str:
        values = self.values
        return f"{values['legal_last_name']}, {values['legal_first_name']} {values['legal_middle_name']}".strip()

    @property
    def percent(self) -> str:
        return percent(self.candidate.likelihood)


def percent(probability: float) -> str:
    """A probability for people: never 0 % nor 100 %, which it is not."""
    if probability >= 0.999:
        return "over 99.9 %"
    if probability < 0.001:
        return "under 0.1 %"
    return f"{probability * 100:.1f} %"


def as_day(text: str) -> str:
    """CCYYMMDD as people write it; anything else as it is."""
    if len(text) == 8 and text.isdigit():
        return f"{text[4:6]}/{text[6:]}/{text[:4]}"
    return text


SIDE_BY_SIDE = (
    ("Legal last name", "legal_last_name"),
    ("Legal first name", "legal_first_name"),
    ("Legal middle name", "legal_middle_name"),
    ("Alias last name", "alias_last_name"),
    ("Alias first name", "alias_first_name"),
    ("Alias middle name", "alias_middle_name"),
    ("Birth date", "birth_date"),
    ("Gender", "gender_code"),
    ("Birth country", "birth_country_code"),
    ("Birth state", "birth_state_province_code"),
    ("Birth city", "birth_city"),
    ("Local student ID", "local_student_id"),
    ("Reporting LEA", "reporting_lea"),
    ("School of attendance", "school_of_attendance"),
    ("Grade level", "grade_level_code"),
    ("Enrollment start", "enrollment_start_date"),
    ("Enrollment exit", "enrollment_exit_date"),
    ("Primary language", "primary_language_code"),
)
_CODE_SETS = {"gender_code": "gender", "birth_country_code": "country", "grade_level_code": "grade_level",
              "primary_language_code": "language"}  # fmt: skip
_WEIGHED_HERE = frozenset(name for _, name in SIDE_BY_SIDE[:11])


@dataclass(frozen=True)
class Row:
    """A line of the comparison. `differs`: both have a value of a matched field, and not the same."""

    label: str
    submitted: str
    candidate: str
    differs: bool


def side_by_side(record: MatchRecord, candidate: MatchCandidate) -> Iterator[Row]:
    submitted, values = Submitted(record), Told(candidate).values
    for label, name in SIDE_BY_SIDE:
        mine = submitted.value(name).strip() if name in _PLACES else ""
        theirs = values[name]
        if not mine and not theirs:
            continue
        differs = name in _WEIGHED_HERE and bool(mine) and bool(theirs) and mine.casefold() != theirs.casefold()
        yield Row(label, _shown(name, mine), _shown(name, theirs), differs)


def _shown(name: str, value: str) -> str:
    if name.endswith("_date"):
        return as_day(value)
    return meaning(_CODE_SETS[name], value) if value and name in _CODE_SETS else value


@dataclass(frozen=True)
class Reasons:
    """Why, as the page tells it: lines of the score and of the likelihood."""

    score: list[tuple[str, str]]
    likelihood: list[tuple[str, str, str]]


_NAMES = {
    "birth_year": "Birth year", "first_name": "First name", "last_name": "Last name", "middle_name": "Middle name",
    "birth_month": "Birth month", "birth_day": "Birth day", "gender": "Gender", "birth_country": "Birth country",
    "birth_state": "Birth state", "exchanged": "First and last name exchanged", "arrangement": "Order of names",
    "birth_date": "Birth date", "birthplace": "Birthplace",
}  # fmt: skip


def reasons_of(candidate: MatchCandidate, settings: MatchSettings) -> Reasons:
    why = candidate.reasons
    score = [
        (_NAMES[element], f"{points:g} of {settings.weights[element]}")
        for element, points in zip(ELEMENTS, why["points"], strict=False)
        if settings.weights[element]
    ]
    if why["exchanged"] and score:
        score.append((_NAMES["exchanged"], f"-{settings.exchange_cost}"))
    levels = LEVELS_OF[settings.version].items()
    likelihood = [
        (_NAMES[element], names[level], _speaks(factor))
        for (element, names), level, factor in zip(levels, why["levels"], why["factors"], strict=True)
        if element != "arrangement" or level
    ]
    return Reasons(score, likelihood)


def _speaks(logarithm: float) -> str:
    """A factor in words."""
    times = 10 ** min(abs(logarithm), 9)
    shown = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    if abs(logarithm) < 0.02:
        return "says nothing"
    return f"{shown} times {'likelier' if logarithm > 0 else 'less likely'}"

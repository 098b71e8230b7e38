"""Random criteria over what a store holds: dates on and beside real ones, years, codes and schools that occur."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ods.layout import layout
from tests.reference.asking import OF_SELPA_USERS
from tests.reference.reading import PSEUDO_SCHOOLS
from tests.reference.selecting import HISTORY, Asked
from tests.reference.store import Store

WAYS: dict[str, tuple[str, ...]] = {
    "SENR": ("active", "range"),
    "SINF": ("active", "range"),
    "SELA": ("active", "range"),
    "SPRG": ("year", "range", "active"),
    "SDEM": ("active", "range"),
    "PSTS": ("year", "range"),
    **dict.fromkeys(HISTORY, ("active", "range")),
    **dict.fromkeys(
        ("SASS", "CRSE", "CRSC", "SCSE", "SCSC", "SCTE", "STAS", "SINC", "SIRS", "SOFF", "SDIS", "SWAV"), ("year",)
    ),
}
"""Every type with its ways of asking."""


def users_of(record_type: str) -> Iterator[str]:
    """Which kinds of users may ask: of the LEA, of schools, of the SELPA, the special education clerk."""
    yield "lea"
    if record_type != "SDEM":
        yield "school"
    if record_type in OF_SELPA_USERS:
        yield "selpa"
    if record_type == "PSTS":
        yield "sped"


def random_criteria(store: Store, random: Random, *, record_type: str, way: str, user: str, lea: str) -> Asked:
    schools = sorted(store.directory.schools[lea])
    if user != "school":
        schools += PSEUDO_SCHOOLS
        schools += [lea] if record_type == "SASS" and lea not in schools else []
    chosen = schools if random.random() < 0.5 else random.sample(schools, random.randint(1, len(schools)))
    start, end = _range(store, random, record_type, lea) if way == "range" else ("", "")
    effective = _effective(store, random, record_type, lea)
    return Asked(
        record_type=record_type,
        lea=lea,
        schools=frozenset() if record_type == "SDEM" else frozenset(chosen),
        active=way == "active" or (record_type == "SPRG" and random.random() < 0.3),
        start=start,
        end=end,
        academic_year=_one(random, store, record_type, "academic_year_id") if way == "year" else "",
        effective_start=effective[0],
        effective_end=effective[1],
        program=_program(store, random) if record_type == "SPRG" else "All",
        participation=random.choice(["", "", "10", "20", "30"]) if record_type == "PSTS" else "",
        most_recent=record_type in HISTORY and random.random() < 0.5,
        only_special_education=user in ("selpa", "sped") and record_type == "PSTS",
    )


def _one(random: Random, store: Store, record_type: str, field: str) -> str:
    """A value that occurs, most often one that occurs often."""
    values = [record.values[field] for record in store.records[record_type].values() if record.values[field]]
    return random.choice(values) if values else "2025-2026"


def _program(store: Store, random: Random) -> str:
    if not store.records["SPRG"] or random.random() < 0.5:
        return "All"
    return _one(random, store, "SPRG", "education_program_code")


def _range(store: Store, random: Random, record_type: str, lea: str) -> tuple[str, str]:
    source, names = ("SENR", ("enrollment_start_date", "enrollment_exit_date"))
    if record_type == "SDEM":
        source, names = ("SDEM", ("employment_start_date", "employment_end_date"))
    first, last = (_near(store, random, source, names, lea) for _ in range(2))
    return min(first, last), max(first, last)


def _effective(store: Store, random: Random, record_type: str, lea: str) -> tuple[str, str]:
    if record_type not in ("SINF", "SDEM") or random.random() < 0.5:
        return "", ""
    names = ("effective_start_date", "effective_end_date")
    first, last = (_near(store, random, record_type, names, lea) for _ in range(2))
    if record_type == "SINF" or random.random() < 0.5:
        return first, first
    return min(first, last), max(first, last)


def _near(store: Store, random: Random, record_type: str, names: tuple[str, str], lea: str) -> str:
    """A date that occurs in the LEA's records as they are shown, or the day before or after it."""
    shown = store.shown(layout(record_type)).values()
    days = [values[name] for values in shown if values["reporting_lea"] == lea for name in names if values[name]]
    day = random.choice(days) if days else "20251001"
    return (date.fromisoformat(day) + timedelta(days=random.choice([-1, 0, 0, 1]))).strftime("%Y%m%d")

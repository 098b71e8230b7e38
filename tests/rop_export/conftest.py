"""An LEA with one high school, and runs that give back their files as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from ods.models import Organization
from rop_export.building import Outcome, build
from rop_export.criteria import Criteria, Options, Statement
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.rop import HIGH, week
from tests.rop_export.office import Office

TODAY = date(2026, 9, 18)


@dataclass
class Files:
    """The two files of a run: their text, and their rows by column."""

    outcome: Outcome
    text: str
    daily_text: str
    header: list[str] = field(init=False)
    rows: list[dict[str, str]] = field(init=False)
    days: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        reader = csv.DictReader(io.StringIO(self.text, newline=""))
        self.rows = list(reader)
        self.header = list(reader.fieldnames or [])
        self.days = list(csv.DictReader(io.StringIO(self.daily_text, newline="")))

    def column(self, name: str) -> list[str]:
        return [row[name] for row in self.rows]


Build = Callable[..., Files]


@pytest.fixture
def lea(db: None) -> Organization:
    lea = make_lea("3066621", "Orchard Unified")
    make_school(lea, HIGH, "Orchard High")
    return lea


@pytest.fixture
def run(lea: Organization) -> Build:
    """`run(course_types=("30",), minutes=False)`: options of the page, by default type 32 and last week's minutes."""

    def work(*statements: Statement, today: date = TODAY, place: str = "0", **options: Any) -> Files:
        defaults: dict[str, Any] = {"schools": (HIGH,), "course_types": ("32",), "minutes": True}
        given = {**defaults, **options}
        if given["minutes"]:
            given = {"start": week()[0], "end": week()[-1], **given}
        criteria = Criteria(lea=lea.code, place=place, options=Options(**given), statements=statements)
        extract, daily = io.BytesIO(), io.BytesIO()
        outcome = build(
            criteria=Criteria.from_json(criteria.to_json()),
            lea=lea,
            today=today,
            extract=extract,
            daily=daily if given["minutes"] else None,
        )
        files = Files(outcome, extract.getvalue().decode(), daily.getvalue().decode())
        assert (len(files.rows), len(files.days)) == (outcome.records, outcome.minute_records)
        return files

    return work


@pytest.fixture
def office(lea, settings, tmp_path) -> Office:
    settings.FILES_DIR = tmp_path
    settings.LEAST_FREE_DISK = 0
    user = make_user("ada")
    grant(user, "rop_administer", lea)
    return Office(user)

"""What breaks each rule of submission, and what stands beside it and does not.

Expected results come from the words and sources of the rules, from the layouts' notes and from the tables of codes and
of valid combinations. Every case has a person, a class and a section of its own, so that all cases of a record type
stand in one file.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.submissions.rule_cases import (
    codes,
    enrollment,
    incidents,
    language_and_programs,
    special_education,
    staff_and_courses,
    students_known,
)
from tests.submissions.rule_cases.given import Given, Row


@dataclass(frozen=True)
class Case:
    """`field` is the field the rule marks; blank where a type has one rule of the code."""

    record_type: str
    code: str
    field: str
    wrong: Given
    right: Given


def _case(row: Row) -> Case:
    named, record_type, wrong, right = row
    code, _, field = named.partition(" ")
    return Case(
        record_type,
        code,
        field,
        wrong if isinstance(wrong, Given) else Given(wrong),
        right if isinstance(right, Given) else Given(right),
    )


CASES: list[Case] = [
    _case(row)
    for module in (
        enrollment,
        language_and_programs,
        staff_and_courses,
        incidents,
        special_education,
        codes,
        students_known,
    )
    for row in module.ROWS
]

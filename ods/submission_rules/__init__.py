"""The rules of submission, as data: one table that validation works off and the rules page lists.

What every file is held to (format, required fields, code sets, keys) stands in `ods.rules`. Here stand the rules of the
layouts' notes, the valid code combinations, years of validity, and those that ask the posted data. A code the state's
public pages name is the state's; `SENRX01` and the like, and SUBM, are our own (docs/decisions/0083).

Pure, no Django.
"""

from __future__ import annotations

from functools import cache

from ods.submission_rules import (
    enrollment,
    incidents,
    language_and_programs,
    special_education,
    staff_and_courses,
    students_known,
)
from ods.submission_rules.codes import years_of_codes
from ods.submission_rules.rule import HISTORY, MID_YEAR, NEW_SSID, OWNED, RECOVERED, Engine, RecordRule
from ods.submission_rules.students_known import NEEDS_ENROLLMENTS

__all__ = [
    "HISTORY",
    "MID_YEAR",
    "NEEDS_ENROLLMENTS",
    "NEW_SSID",
    "OWNED",
    "RECOVERED",
    "Engine",
    "RecordRule",
    "all_rules",
    "rules_for",
]


@cache
def all_rules() -> tuple[RecordRule, ...]:
    """Every rule of submission."""
    return (
        *students_known.RULES,
        *years_of_codes(),
        *enrollment.RULES,
        *language_and_programs.RULES,
        *staff_and_courses.RULES,
        *incidents.RULES,
        *special_education.RULES,
    )


@cache
def rules_for(record_type: str) -> tuple[RecordRule, ...]:
    """The rules of a record type, in the order they are listed."""
    return tuple(rule for rule in all_rules() if rule.record_type == record_type)

"""Rules that are tables: years of validity of codes (GERR0007), and valid combinations of codes.

Pure, no Django. The combinations stand in `ods/valid_combinations/`, as the state's Valid Code Combinations v12.0
(July 2020) has them; a pair is valid from its first academic year to its last, which is blank while it is open.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ods.codesets import code_set
from ods.layout import RECORD_TYPES, layout
from ods.rules import Severity
from ods.submission_rules.rule import RecordRule

COMBINATIONS = Path(__file__).parent.parent / "valid_combinations"
SOURCE = "CALPADS Valid Code Combinations v12.0, 7/1/2020"
_EVER = "1990-1991"  # the first year the state's tables know: it stands for "always"

Years = tuple[str, str]
"""First and last academic year, '' where open."""


@cache
def combinations(name: str, *columns: str) -> dict[Years, list[tuple[str, ...]]]:
    """The valid tuples of a table, by the years they are valid in."""
    found: dict[Years, list[tuple[str, ...]]] = defaultdict(list)
    with (COMBINATIONS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            first = "" if row["first_year"] <= _EVER else row["first_year"]
            found[first, row["last_year"]].append(tuple(row[column] for column in columns))
    return dict(found)


def invalid(fields: Iterable[str], name: str, *columns: str) -> str:
    """A condition: the fields' codes are no valid combination in the record's academic year."""
    pair = " || ':' || ".join(f"{{{field}}}" for field in fields)
    valid = [
        f"({_among(pair, [':'.join(codes) for codes in tuples])} AND {_in_years(years)})"
        for years, tuples in combinations(name, *columns).items()
    ]
    return f"NOT ({' OR '.join(valid)})"


def valid(field: str, name: str, column: str, **beside: str) -> str:
    """A condition: the field's code stands in a table beside the given values, in the record's academic year."""
    found = []
    for years, tuples in combinations(name, column, *beside).items():
        if codes := [code for code, *others in tuples if others == list(beside.values())]:
            found.append(f"({_among(f'{{{field}}}', codes)} AND {_in_years(years)})")
    return f"({' OR '.join(found)})"


def firsts(name: str, column: str) -> str:
    """The codes a table knows in a column, as a list for IN."""
    codes = {codes[0] for tuples in combinations(name, column).values() for codes in tuples}
    return ", ".join(f"'{code}'" for code in sorted(codes))


def years_of_codes() -> list[RecordRule]:
    """GERR0007 for every coded field: a code whose years of validity, where known, do not hold the record's year."""
    return [
        RecordRule(
            code="GERR0007",
            severity="error",
            title="Code outside its dates",
            words=f"The code of {field.name} was not valid in the record's academic year. Use one that was.",
            source="CDE Flash 224; years of ods/codesets",
            record_type=record_type,
            fields=(field.field, "academic_year_id"),
            breach=breach,
        )
        for record_type in RECORD_TYPES
        for field in layout(record_type).stored
        if field.code_set
        and code_set(field.code_set).kind == "codes"
        and (breach := _out_of_years(field.field, field.code_set))
    ]


def combination(
    code: str, record_type: str, fields: tuple[str, ...], words: str, breach: str, severity: Severity = "error"
) -> RecordRule:
    """A rule that a table of valid combinations states."""
    return RecordRule(
        code=code,
        severity=severity,
        title="No valid combination",
        words=words,
        source=SOURCE,
        record_type=record_type,
        fields=fields,
        breach=breach,
    )


def _out_of_years(field: str, name: str) -> str:
    by_years: dict[Years, list[str]] = defaultdict(list)
    for code in code_set(name).codes.values():
        first = "" if code.first_year <= _EVER else code.first_year
        if first or code.last_year:
            by_years[first, code.last_year].append(code.code)
    wrong = [f"({_among(f'{{{field}}}', codes)} AND NOT {_in_years(years)})" for years, codes in by_years.items()]
    return f"{{academic_year_id:given}} AND ({' OR '.join(wrong)})" if wrong else ""


def _among(expression: str, values: list[str]) -> str:
    return f"{expression} IN ({', '.join(_quoted(value) for value in values)})"


def _quoted(value: str) -> str:
    assert not set("'{}%") & set(value), value  # data of ours
    return f"'{value}'"


def _in_years(years: Years) -> str:
    first, last = years
    conditions = [f"{{academic_year_id}} >= '{first}'"] * bool(first) + [f"{{academic_year_id}} <= '{last}'"] * bool(
        last
    )
    return f"({' AND '.join(conditions)})" if conditions else "(1 = 1)"

"""The table of all rules, as the rules page lists it and findings are titled by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ods import rules
from ods.layout import layout
from ods.rules import Rule
from ods.submission_rules import RecordRule, all_rules


@dataclass(frozen=True)
class Line:
    """One line of the rules page. `record_type` is '' for rules of every file, then `fields` is '' too."""

    code: str
    severity: str
    title: str
    words: str
    source: str
    record_type: str = ""
    fields: str = ""


@cache
def lines() -> tuple[Line, ...]:
    """Every rule: first those every file is held to, then those of the record types."""
    return (*(_line(rule) for rule in rules.RULES), *(_line_of_type(rule) for rule in all_rules()))


@cache
def _titles() -> dict[tuple[str, str], str]:
    return {(rule.code, rule.severity): rule.title for rule in (*rules.RULES, *all_rules())}


@cache
def title_of(record_type: str, code: str, severity: str) -> str:
    """What a rule is called; rules of one code and severity share their title, or the record type's own counts."""
    own = next((rule.title for rule in all_rules() if (rule.record_type, rule.code) == (record_type, code)), "")
    return own or _titles().get((code, severity), code)


def _line(rule: Rule) -> Line:
    words = rule.words.replace("{hint}", "")
    for name in ("field.max_length", "code_set", "decimals", "record_type", "expected", "found", "lea"):
        words = words.replace(f"{{{name}}}", "…")
    for name in ("what", "position", "key", "other"):
        words = words.replace(f"{{{name}}}", "…")
    return Line(rule.code, rule.severity, rule.title, words, rule.source)


def _line_of_type(rule: RecordRule) -> Line:
    found = layout(rule.record_type)
    fields = ", ".join(f"{found[name].number} {found[name].name}" for name in rule.fields[:3])
    more = len(rule.fields) - 3
    return Line(
        rule.code,
        rule.severity,
        rule.title,
        rule.words,
        rule.source,
        rule.record_type,
        fields + (f" and {more} more" if more > 0 else ""),
    )

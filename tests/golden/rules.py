"""Writes RULES.md: rule, cases, and what each case would catch. `python -m tests.golden.rules` after a case changes."""

from __future__ import annotations

from tests.golden.reading import GOLDEN, Case, all_cases

HEAD = """# Rules, golden cases, mutants

One row per golden case (`tests/golden/cases/<name>/`): the rule it states, where the rule stands, and which predicates,
joins, filters, keys or orderings of the portal it would catch when removed or flipped (named `TYPE: predicate`).
Written by `python -m tests.golden.rules`; a test holds it to the cases.

| rule | case | source | catches |
| --- | --- | --- | --- |
"""


def rules() -> str:
    return HEAD + "".join(_row(case) for case in sorted(all_cases(), key=_place))


def _place(case: Case) -> tuple[tuple[int, ...], str]:
    section = case.name.split("-", 1)[0]
    numbers = tuple(int(part) for part in section.split(".")) if section[0].isdigit() else (99,)
    return numbers, case.name


def _row(case: Case) -> str:
    cells = (case.rule, f"`{case.name}`", case.source, "; ".join(case.catches))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    (GOLDEN / "RULES.md").write_text(rules(), encoding="utf-8")

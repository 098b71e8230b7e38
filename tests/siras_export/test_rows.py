"""Which program a student counts for, and in which file he stands (spec siras, sections 9 and 9.3)."""

from __future__ import annotations

import pytest

from siras_export.recipes import Recipe
from siras_export.rows import designation


@pytest.mark.parametrize(
    ("programs", "expected"),
    [((), ""), (("SST",), "SST"), (("504", "SST"), "504"), (("SPED", "504"), "SPED"), (("SST", "SPED"), "SPED")],
)
def test_sped_before_504_before_sst(programs, expected):
    assert designation(frozenset(programs)) == expected
    everybody = Recipe(student_filter="all", columns=("ssid",), file_name="a.csv")
    assert everybody.designations(frozenset(programs)) == {"main": expected}


@pytest.mark.parametrize(
    ("student_filter", "separate", "programs", "expected"),
    [
        ("sped", False, ("504",), {}),
        ("sped", True, ("504",), {"504": "504"}),
        ("sped", True, ("SPED", "504"), {"main": "SPED", "504": "504"}),
        ("combined", False, ("SPED", "504"), {"main": "SPED"}),
        ("combined", True, ("504",), {"504": "504"}),
        ("combined", False, ("SST",), {}),
        ("504", False, ("SPED", "504"), {"main": "504"}),
        ("sst", False, ("SPED", "SST"), {"main": "SST"}),
        ("all", True, (), {"main": ""}),
        ("all", True, ("504",), {"main": "504", "504": "504"}),
    ],
)
def test_the_files_a_student_stands_in(student_filter, separate, programs, expected):
    recipe = Recipe(
        student_filter=student_filter, columns=("ssid",), file_name="a.csv", file_name_504="b.csv",
        separate_504=separate,
    )  # fmt: skip
    assert recipe.designations(frozenset(programs)) == expected

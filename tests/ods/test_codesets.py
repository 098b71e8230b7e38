"""The code sets as data."""

import pytest

from ods.calendar import academic_year
from ods.codesets import CODE_SETS, code_set, code_sets, meaning

WITH_CODES = sorted(name for name, found in code_sets().items() if found.kind == "codes")


def test_every_set_of_codes_has_its_file_and_every_file_its_set() -> None:
    assert sorted(path.stem for path in CODE_SETS.glob("*.csv") if path.stem != "index") == WITH_CODES


def test_kinds_are_those_the_code_knows() -> None:
    assert {found.kind for found in code_sets().values()} == {"codes", "directory", "format", "literal"}
    assert sorted(name for name, found in code_sets().items() if found.kind == "directory") == [
        "lea", "npa", "nps_school", "school", "selpa",
    ]  # fmt: skip


@pytest.mark.parametrize("name", WITH_CODES)
def test_codes_have_names_and_years(name: str) -> None:
    found = code_set(name)
    assert found.codes
    assert found.label
    for code, entry in found.codes.items():
        assert (entry.code, code.strip(), code != "") == (code, code, True)
        assert entry.active in ("Y", "N", "?")
        for year in filter(None, (entry.first_year, entry.last_year)):
            assert str(academic_year(year)) == year


def test_a_meaning_is_code_and_name_and_an_unknown_code_stands_alone() -> None:
    assert meaning("student_exit_reason", "E150") == f"E150 {code_set('student_exit_reason').codes['E150'].name}"
    assert meaning("student_exit_reason", "Z999") == "Z999"
    with pytest.raises(KeyError):
        meaning("shoe_sizes", "1")

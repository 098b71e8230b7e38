"""Options and Keep/Skip: kept as they were, in words, and what they let through."""

from datetime import date

import pytest

from rop_export.criteria import Criteria, Options, Pupil, Statement, lets_through

FULL = Options(
    schools=("3030637", "3030645"),
    course_types=("30", "33"),
    program_143=True,
    exclude_field="user_3",
    exclude_code="NO",
    full_cds=True,
    clean=True,
    minutes=True,
    start=date(2026, 9, 14),
    end=date(2026, 9, 18),
    show_inactive=True,
)


def test_criteria_survive_json():
    statement = Statement("SKIP", grades=("9", "10"), ids=("1", "2"), programs=("144",))
    criteria = Criteria("3066621", "0", FULL, (statement,))
    assert Criteria.from_json(criteria.to_json()) == criteria
    assert Options.from_json(Options().to_json()) == Options()
    with pytest.raises(ValueError, match="version"):
        Options.from_json({"version": 99})


def test_criteria_in_words_name_no_student():
    criteria = Criteria("3066621", "0", FULL, (Statement("SKIP", grades=("9", "10"), ids=("71", "72")),))
    assert criteria.words == (
        "District; 2 schools; course types 30, 33; program 143; without user code 3 NO; full CDS#; "
        "invalid characters removed; minutes 09/14/2026 to 09/18/2026; SKIP grade 9 or 10 and 2 listed students"
    )


ANN = Pupil("1", "3030637", "12", "F", frozenset({"144", "122"}))
BOB = Pupil("2", "3030637", "11", "M")


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        ([], {"1", "2"}),
        ([Statement("KEEP", grades=("12",))], {"1"}),
        ([Statement("SKIP", grades=("12",))], {"2"}),
        ([Statement("KEEP", grades=("11", "12"), genders=("M",))], {"2"}),
        ([Statement("SKIP", grades=("11", "12"), genders=("M",))], {"1"}),
        ([Statement("KEEP", programs=("144",))], {"1"}),
        ([Statement("KEEP", schools=("3030645",))], set()),
        ([Statement("KEEP", ids=("2", "3"))], {"2"}),
        ([Statement("KEEP", grades=("11", "12")), Statement("SKIP", ids=("2",))], {"1"}),
        ([Statement("KEEP", grades=("12",)), Statement("KEEP", genders=("M",))], set()),
    ],
)
def test_statements_apply_one_after_the_other(statements, left):
    assert {pupil.local_student_id for pupil in (ANN, BOB) if lets_through(statements, pupil)} == left

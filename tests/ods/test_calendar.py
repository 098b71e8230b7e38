from datetime import date

import pytest
import time_machine

from ods.calendar import academic_year, academic_year_of, pacific_today


def test_today_is_the_day_in_california_not_in_utc() -> None:
    with time_machine.travel("2026-07-01T06:59:00+00:00", tick=False):
        assert pacific_today() == date(2026, 6, 30)
    with time_machine.travel("2026-07-01T07:00:00+00:00", tick=False):
        assert pacific_today() == date(2026, 7, 1)


def test_an_academic_year_runs_from_1_july_to_30_june() -> None:
    year = academic_year("2025-2026")
    assert (year.first_day, year.last_day, str(year)) == (date(2025, 7, 1), date(2026, 6, 30), "2025-2026")
    assert academic_year_of(date(2026, 6, 30)) == year
    assert academic_year_of(date(2026, 7, 1)) == academic_year("2026-2027")


@pytest.mark.parametrize(
    "text", ["", "2025", "2025-26", "2025-2027", "2025-2025", "2026-2025", " 2025-2026", "२०२५-२०२६"]
)
def test_anything_else_is_no_academic_year(text: str) -> None:
    with pytest.raises(ValueError, match="CCYY-CCYY"):
        academic_year(text)

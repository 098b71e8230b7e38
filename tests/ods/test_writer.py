from datetime import date
from decimal import Decimal

import pytest

from ods.layout import layout
from ods.writer import line, render

SENR, SASS, STAS, SDEM = layout("SENR"), layout("SASS"), layout("STAS"), layout("SDEM")


@pytest.mark.parametrize(
    ("value", "field", "text"),
    [
        (None, SENR["enrollment_exit_date"], ""),
        ("", SENR["ssid"], ""),
        (date(2025, 8, 1), SENR["enrollment_start_date"], "20250801"),
        (date(975, 8, 1), SENR["enrollment_start_date"], "09750801"),
        ("0012", SENR["local_student_id"], "0012"),
        (Decimal("50"), SASS["job_classification_fte_percentage"], "50.0"),
        (Decimal("0"), STAS["expected_attendance_days"], "0.00"),
        (Decimal("180.5"), STAS["expected_attendance_days"], "180.50"),
        (180, STAS["expected_attendance_days"], "180.00"),
        (0.1, STAS["expected_attendance_days"], "0.10"),
        (Decimal("1E+1"), SDEM["service_years_lea"], "10"),
    ],
)
def test_values_have_one_canonical_text(value: object, field: object, text: str) -> None:
    assert render(value, field) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a^b", "a\rb", "a\nb"])
def test_text_that_would_break_the_line_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^field 1\.12 \(Student Legal Last Name\) holds a caret or a line end"
    ) as error:
        render(text, SENR["legal_last_name"])
    assert text not in str(error.value)


def test_a_line_has_every_field_in_order_and_ends_in_cr_lf() -> None:
    written = line({"ssid": "0000000001", "enrollment_start_date": date(2025, 8, 1)}, SENR, transaction_type="D")
    assert written == "SENR^D^^^^^^0000000001^" + "^" * 13 + "20250801" + "^" * 13 + "\r\n"
    assert written.count("^") == 34

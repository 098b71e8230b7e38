"""Remove Invalid Characters (spec rop, section 5)."""

import pytest

from rop_export.cleaning import clean_address, clean_name


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("O'Neil-Smith, Jr. 3rd!", "O'Neil-Smith, Jr. rd"),  # the spec's example
        ("Peña (Núñez)", "Peña (Núñez)"),
        ("Pen\u0303a", "Peña"),
        ("O\u2019Brien", "O'Brien"),
        ("Ana\tMar\u00eda\r\nLuz", "Ana María Luz"),
        ("Ana\x07Luz", "AnaLuz"),
        ("  Ana   Luz ", "Ana Luz"),
        ("Ana #4", "Ana"),
        ("a_b*c&d", "abcd"),
        ("123", ""),
        ("", ""),
    ],
)
def test_names_keep_letters_blanks_and_six_symbols(given, cleaned):
    assert clean_name(given) == cleaned


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("12 1/2 Main St. #4; rear", "12 1/2 Main St. #4 rear"),  # the spec's example
        ("La Cañada, Flintridge", "La Cañada Flintridge"),
        ("5 O'Farrell (rear) A-1 @home", "5 O'Farrell (rear) A-1 home"),
        ("1\u00a0Main", "1 Main"),
        ("1\u00b2 Main", "1 Main"),
    ],
)
def test_streets_and_cities_keep_digits_too_and_lose_the_comma(given, cleaned):
    assert clean_address(given) == cleaned

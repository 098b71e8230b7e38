"""The spreadsheet copy: the same rows, names on top, nothing a spreadsheet program would change or run."""

import csv
import io

import pytest

from extracts.lines import record_line
from extracts.spreadsheets import CsvCopy, safe


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("Núñez", "Núñez"),
        ("0123456", '="0123456"'),
        ("01", '="01"'),
        ("0", "0"),
        ("1999901", "1999901"),
        ("123456789012", '="123456789012"'),
        ("12E5", '="12E5"'),
        ("20250101", "20250101"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
    ],
)
def test_a_value_is_shown_as_it_is(value, shown):
    assert safe(value) == shown


def test_header_and_rows_have_the_same_columns():
    names = record_line("SCTE").names
    line = 'SCTE-R^^^1999901^0000001^2025-2026^9900000001^^Ana^O\'Neil, "Nan"^20100412^F^010^^20250901^20250902\r\n'
    rows = list(csv.reader(io.StringIO(b"".join(CsvCopy(io.BytesIO((line * 3).encode()), names)).decode("utf-8-sig"))))
    assert rows[0] == names
    assert rows[1:] == [
        [
            "SCTE-R", "", "", "1999901", '="0000001"', "2025-2026", "9900000001", "", "Ana", "O'Neil, \"Nan\"",
            "20100412", "F", '="010"', "", "20250901", "20250902",
        ]
    ] * 3  # fmt: skip
    assert len(rows[0]) == 16


def test_an_empty_extract_is_a_header_alone():
    rows = list(csv.reader(io.StringIO(b"".join(CsvCopy(io.BytesIO(), record_line("SENR").names)).decode("utf-8-sig"))))
    assert rows == [record_line("SENR").names]


def test_a_long_file_comes_out_in_pieces():
    line = b"SCTE-R^^^1999901^0000001^2025-2026^9900000001^^Ana^Ruiz^20100412^F^010^^20250901^20250902\r\n"
    pieces = list(CsvCopy(io.BytesIO(line * 5001), record_line("SCTE").names))
    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 5002

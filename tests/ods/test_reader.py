import hashlib
import io
import tracemalloc

import pytest

from ods.layout import RECORD_TYPES, layout
from ods.reader import FileRefused, Record, inspect, records
from ods.rules import Finding
from tests.factories.records import file, line

SENR_FIELDS = 35


def read(content: bytes) -> list[Record | Finding]:
    source = io.BytesIO(content)
    return list(records(source, inspect(source)))


def places(content: bytes) -> list[tuple[int, str]]:
    """Line and rule of what is wrong, line and '' of what is right."""
    return [(item.line, item.rule.code) if isinstance(item, Finding) else (item[0], "") for item in read(content)]


def words(content: bytes) -> list[str]:
    return [item.words for item in read(content) if isinstance(item, Finding)]


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read(content)
    return str(refused.value)


def in_csv(text: str) -> str:
    return ",".join(text.split("^"))


# --- files that are read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_record_type_is_recognised_with_carets_and_with_commas(record_type: str) -> None:
    text = line(record_type)
    for content, delimiter in ((file(text), "^"), (file(in_csv(text)), ",")):
        found = inspect(io.BytesIO(content))
        assert (found.record_type, found.delimiter, found.notices) == (record_type, delimiter, [])
        assert read(content) == [(1, text.split("^"))]


def test_hash_and_size_are_of_the_bytes_as_they_are() -> None:
    content = b"\xef\xbb\xbf" + file(line("SENR"))
    found = inspect(io.BytesIO(content))
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_both_line_ends_are_read_and_empty_lines_are_passed_over_but_counted(end: str) -> None:
    content = file("", line("SENR"), "", line("SENR", "D"), "", end=end)
    assert places(content) == [(2, ""), (4, "")]
    assert inspect(io.BytesIO(content)).notices == []


def test_mixed_line_ends_are_read_and_said() -> None:
    content = file(line("SENR")) + file(line("SENR"), line("SENR"), end="\n")
    assert places(content) == [(1, ""), (2, ""), (3, "")]
    assert inspect(io.BytesIO(content)).notices == ["1 lines end in CR LF and 2 in LF alone; both were read."]


def test_line_ends_across_read_chunks_are_counted_right() -> None:
    text = line("SENR")
    # The first chunk of 65,536 bytes ends between CR and LF.
    whole, rest = divmod(65_535, len(text) + 2)
    content = file(*[text] * (whole - 1)) + b"SENR" + b"x" * (rest + len(text) + 2 - 4) + b"\r\n" + file(text)
    assert content[65_535:65_537] == b"\r\n"
    assert inspect(io.BytesIO(content)).notices == []


def test_a_missing_last_line_end_is_read_and_said() -> None:
    content = file(line("SENR"), line("SENR")).removesuffix(b"\r\n")
    assert places(content) == [(1, ""), (2, "")]
    assert inspect(io.BytesIO(content)).notices == ["The last line has no line end. Make sure the file is complete."]


def test_utf8_with_and_without_byte_order_mark_and_windows_1252_give_the_same_values() -> None:
    text = line("SENR", legal_first_name="Zoë", legal_last_name="Muñoz–O’Neil")  # noqa: RUF001 - real names
    expected = [(1, text.split("^"))]
    assert read(file(text)) == expected
    assert read(b"\xef\xbb\xbf" + file(text)) == expected
    in_cp1252 = (text + "\r\n").encode("cp1252")
    assert read(in_cp1252) == expected
    assert inspect(io.BytesIO(in_cp1252)).notices == [
        "Line 1 is not UTF-8, so the whole file was read as Windows-1252. Look at accented letters."
    ]


def test_the_first_line_that_is_not_utf8_is_named_even_after_many_chunks() -> None:
    content = file(*[line("SENR")] * 2_000) + "SENR^é".encode("cp1252")
    assert inspect(io.BytesIO(content)).notices[0].startswith("Line 2001 is not UTF-8")
    cut = file(line("SENR")) + "SENR^é".encode()[:-1]  # in the middle of a character
    assert inspect(io.BytesIO(cut)).notices[0].startswith("Line 2 is not UTF-8")


def test_a_character_split_between_chunks_is_read() -> None:
    before = file(*[line("SENR")] * 500)
    text = line("SENR", local_record_id="x" * (65_536 - len(before) - len("SENR^^") - 1) + "é")
    content = before + file(text)
    with pytest.raises(UnicodeDecodeError):
        content[:65_536].decode()
    assert read(content)[-1] == (501, text.split("^"))


def test_quotation_marks_are_data_in_caret_files_and_quoting_in_csv_files() -> None:
    assert read(file(line("SENR", local_record_id='"a","b'))) == [
        (1, line("SENR", local_record_id='"a","b').split("^"))
    ]
    quoted = in_csv(line("SENR", legal_last_name="NAME")).replace("NAME", '"Ruiz, ""Ana"""').replace("SENR", '"SENR"')
    assert read(file(quoted)) == [(1, line("SENR", legal_last_name='Ruiz, "Ana"').split("^"))]
    inside = in_csv(line("SENR", legal_first_name='Ana "Nan"'))
    assert read(file(inside)) == [(1, line("SENR", legal_first_name='Ana "Nan"').split("^"))]


def test_tabs_backslashes_and_other_odd_characters_are_data() -> None:
    text = line("SENR", local_record_id="a\tb\\n\\.%s=1\xa0")
    assert read(file(text)) == [(1, text.split("^"))]


# --- lines that are not read ---------------------------------------------------------------------------------------


def test_lines_with_too_few_or_too_many_fields_are_named_with_both_counts_and_the_others_are_read() -> None:
    content = file(line("SENR"), line("SENR").rsplit("^", 1)[0], line("SENR") + "^", "SENR", line("SENR"))
    assert places(content) == [(1, ""), (2, "FILE0001"), (3, "FILE0001"), (4, "FILE0001"), (5, "")]
    assert [text[:40] for text in words(content)] == [
        "The line has 34 fields instead of 35. Ex",
        "The line has 36 fields instead of 35. Ex",
        "The line has 1 fields instead of 35. Exp",
    ]


def test_300_columns_are_refused_by_their_count() -> None:
    assert words(file(line("SENR") + "^" * 265))[0].startswith("The line has 300 fields instead of 35.")


def test_a_file_cut_in_the_middle_of_a_line_is_said_to_be_cut() -> None:
    content = file(line("SENR"), line("SENR"))
    assert places(content[: -len(line("SENR")) // 2]) == [(1, ""), (2, "FILE0001")]
    assert "it may have been cut off" in words(content[: -len(line("SENR")) // 2])[0]


def test_two_fields_too_many_remind_of_the_two_dates_of_an_extract() -> None:
    assert "Upload Date and Last Updated" in words(file(line("SENR") + "^20250101^20250101"))[0]


def test_another_record_type_in_the_file_and_a_missing_code_are_refused_by_line() -> None:
    content = file(line("SENR"), line("SINF"), line("SENR")[4:], "Total: 2")
    assert places(content) == [(1, ""), (2, "FILE0002"), (3, "FILE0002"), (4, "FILE0002")]


@pytest.mark.parametrize("broken", ['"Ruiz', '"Ruiz"x', '""Ruiz""'], ids=["unclosed", "after", "doubled outside"])
def test_broken_quoting_in_csv_is_refused_by_line(broken: str) -> None:
    good = in_csv(line("SENR"))
    bad = in_csv(line("SENR", legal_last_name="NAME")).replace("NAME", broken)
    assert places(file(good, bad, good)) == [(1, ""), (2, "FILE0003"), (3, "")]


def test_a_line_break_inside_quotes_is_two_broken_lines() -> None:
    bad = in_csv(line("SENR", legal_last_name="NAME")).replace("NAME", '"Ru\niz"')
    assert places(file(bad, in_csv(line("SENR")))) == [(1, "FILE0003"), (2, "FILE0002"), (3, "")]


def test_a_caret_in_a_csv_value_is_refused_with_its_field() -> None:
    bad = in_csv(line("SENR", legal_last_name="NAME")).replace("NAME", "Ru^iz")
    assert places(file(in_csv(line("SENR")), bad)) == [(1, ""), (2, "FILE0005")]
    assert words(file(in_csv(line("SENR")), bad)) == [
        "Field 12 holds a caret (^), which separates fields in CALPADS files. Remove it in the SIS."
    ]


@pytest.mark.parametrize(
    ("character", "what"),
    [
        ("\0", "NUL"),
        ("\r", "a carriage return"),
        ("\x0b", "U+000B"),
        ("\x1a", "U+001A"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\u2028", "U+2028"),
        ("\u2029", "U+2029"),
    ],
)
def test_control_characters_and_line_separators_are_refused_with_line_and_field(character: str, what: str) -> None:
    bad = line("SENR", legal_last_name=f"Ru{character}iz")
    assert places(file(line("SENR"), bad, line("SENR"))) == [(1, ""), (2, "FILE0004"), (3, "")]
    assert words(file(line("SENR"), bad)) == [
        f"The line holds a character that cannot be written in a file ({what}, in field 12). Remove it in the SIS."
    ]


# --- files that are refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "The file is empty (0 bytes)."),
        (b"\r\n\n\r\n", "The file has no records, only empty lines."),
        (b"\xef\xbb\xbf", "The file has no records, only empty lines."),
        (file(line("SENR")).decode().encode("utf-16"), "The file is UTF-16 text. Save it as UTF-8 text"),
        (file(line("SENR")).decode().encode("utf-16-be"), "The file is UTF-16 text. Save it as UTF-8 text"),
        (file(line("SENR")).decode().encode("utf-16-le"), "The file is UTF-16 text. Save it as UTF-8 text"),
        (b"PK\x03\x04" + b"x" * 100, "The file is a spreadsheet or an archive."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "The file is a spreadsheet or an archive."),
        (b"SENR", "The first line does not begin with a record type code"),
        (b"^A^1^1964733\r\n", "The first line does not begin with a record type code"),
        (b"senr^A^1^1964733\r\n", "The first line does not begin with a record type code"),
        (b"SENR\tA\t1\t1964733\r\n", "The first line does not begin with a record type code"),
        (b"hello\r\n", "The first line does not begin with a record type code"),
        (b"SPED^A^1^1964733\r\n", "SPED is not a record type known here. Known: SENR, SINF,"),
        (b"Record Type Code^Transaction Type Code\r\n", "The first line is a header."),
        (b"RecordType,TransactionType\r\n", "The first line is a header."),
        (b'"Type","Reporting LEA","School of Attendance","SSID"\r\n', "The first line is a header."),
        (file(line("SENR").replace("SENR", "SENR-R") + "^20250101^20250101"), "This is an extract (SENR-R)."),
        (b"SENR-E^^^\r\n", "This is a Rejected Records file."),
    ],
)
def test_what_is_no_input_file_is_refused_in_words(content: bytes, expected: str) -> None:
    assert refusal(content).startswith(expected)


@pytest.mark.parametrize("delimiter", ["^", ",", "\t"])
def test_an_ssid_match_results_file_is_refused_with_what_to_do(delimiter: str) -> None:
    row = ["1964733", "1930924", "", "L1", "Ruiz", "Ana", "", "9000000001", "20250818", "Single Match", "97%", "F"]
    header = ["Submitted_SENR_ReportingLEA", "Submitted_SENR_SchoolofAttendance", "Selection"]
    for content in (delimiter.join(row), delimiter.join(f'"{cell}"' for cell in row), delimiter.join(header)):
        assert refusal(file(content)) == (
            "This is an SSID Match Results file; it holds no records to load. Enter the SSIDs you accept in the SIS, "
            "export an SENR file there, and load that; or load the SENR file of the decided students, which the SSID "
            "Matching Tool makes."
        )


def test_bytes_that_are_neither_utf8_nor_windows_1252_are_refused_with_their_lines() -> None:
    content = file(line("SENR")) + b"SENR^\xe9\r\nSENR^\x81\r\n"
    assert refusal(content) == (
        "Line 2 is not UTF-8 text and line 3 is not Windows-1252 text either. Export the file again as UTF-8 text."
    )


def test_a_line_longer_than_any_record_is_refused_with_its_line() -> None:
    content = file(line("SENR")) + b"SENR^" + b"x" * 200_000
    assert refusal(content).startswith("Line 2 is longer than 65,536 bytes; no record is.")
    assert refusal(b"SENR^" + file(*[line("SENR")] * 2_000, end="\r")).startswith("Line 1 is longer than")


# --- streaming -----------------------------------------------------------------------------------------------------


def test_memory_stays_flat_however_long_the_file_is(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "long.txt"
    with path.open("wb") as target:
        for _ in range(100):
            target.write(file(*[line("SENR")] * 500))
    tracemalloc.start()
    try:
        with path.open("rb") as source:
            assert sum(1 for _ in records(source, inspect(source))) == 50_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 10
    finally:
        tracemalloc.stop()


def test_the_source_stays_open_and_at_its_start() -> None:
    source = io.BytesIO(file(line("SENR")))
    found = inspect(source)
    assert source.tell() == 0
    assert list(records(source, found)) == list(records(source, found))


def test_every_layout_has_the_record_type_first() -> None:
    assert {layout(record_type).fields[0].code_set for record_type in RECORD_TYPES} == {"record_type"}

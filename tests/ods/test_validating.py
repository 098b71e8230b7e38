import pytest

from ods.codesets import code_sets
from ods.layout import RECORD_TYPES, layout
from ods.rules import RULES, Finding
from ods.validating import OLD_BLANKS, UNREADABLE, DirectorySnapshot, Validator
from tests.factories.records import LEA, SCHOOL, line

OTHER_LEA, OTHER_SCHOOL = "1964000", "1999999"
DIRECTORY = DirectorySnapshot(
    schools={
        LEA: frozenset({SCHOOL, "0000001", "0000002"}),
        OTHER_LEA: frozenset({OTHER_SCHOOL, "0000001", "0000002"}),
    },
    selpas=frozenset({"1901"}),
)


def judge(
    record_type: str, transaction_type: str = "", *, only_lea: str = "", **given: str
) -> tuple[list[str], list[Finding]]:
    validator = Validator(layout(record_type), DIRECTORY, only_lea=only_lea)
    return validator.judge(7, line(record_type, transaction_type, **given).split("^"))


def found(record_type: str, transaction_type: str = "", **given: str) -> list[tuple[str, str, str]]:
    """Field number, rule and severity of each finding."""
    return [
        (each.field_number, each.rule.code, each.rule.severity)
        for each in judge(record_type, transaction_type, **given)[1]
    ]


def value(record_type: str, name: str, raw: str) -> str:
    values, findings = judge(record_type, **{name: raw})
    assert findings == []
    return values[layout(record_type)[name].position - 1]


def in_wide_digits(text: str) -> str:
    """Digits to Python's `isdigit`, but no ASCII."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in text)


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_good_record_of_every_type_has_no_findings(record_type: str) -> None:
    values, findings = judge(record_type)
    assert findings == []
    assert values[:2] == [record_type, ""]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_required_field_is_missed_when_blank_or_only_spaces(record_type: str) -> None:
    left_to_posting = OLD_BLANKS.get(record_type, ())
    required = [f for f in layout(record_type).stored if f.required == "Y" and f.field not in left_to_posting]
    assert required
    for field in required:
        for blank in ("", "   "):
            assert (field.number, "GERR0001", "error") in found(record_type, **{field.field: blank})
    optional = {field.field: "" for field in layout(record_type).stored if field.required != "Y"}
    if record_type == "SENR":
        optional["ssid"] = "9000000001"
    assert found(record_type, **optional) == []


def test_senr_without_ssid_is_refused_although_the_layout_leaves_it_to_submission() -> None:
    assert found("SENR", ssid="") == [("1.08", "GERR0001", "error")]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_field_is_held_to_its_length_in_characters(record_type: str) -> None:
    for field in layout(record_type).stored:
        codes = [code for _, code, _ in found(record_type, **{field.field: "é" * (field.max_length + 1)})]
        assert codes[0] == "FRMT0001", field
    free = [field for field in layout(record_type).stored if field.type == "char" and not field.code_set]
    for field in free:
        if field.field not in ("ssid", "seid"):
            longest = "é" * field.max_length
            assert value(record_type, field.field, longest) == longest


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_date_must_be_a_real_date_written_ccyymmdd(record_type: str) -> None:
    for field in layout(record_type).stored:
        if field.type != "date":
            continue
        for bad in (
            "20250229",
            "20251301",
            "2025-8-1",
            "2025081",
            "18991231",
            "00000000",
            "2025081x",
            in_wide_digits("20250801"),
        ):
            assert found(record_type, **{field.field: bad}) == [(field.number, "FRMT0002", "error")], bad
        assert value(record_type, field.field, "20240229") == "20240229"
        assert value(record_type, field.field, "19000101") == "19000101"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("50", "50.0"),
        ("50.0", "50.0"),
        ("050", "50.0"),
        ("50.", "50.0"),
        (".5", "0.5"),
        ("50.50", "50.5"),
        ("0", "0.0"),
    ],
)
def test_numbers_take_exactly_the_decimals_of_the_layout(raw: str, text: str) -> None:
    assert value("SASS", "job_classification_fte_percentage", raw) == text


def test_numbers_of_two_and_of_no_decimals() -> None:
    assert value("STAS", "expected_attendance_days", "0") == "0.00"
    assert value("STAS", "expected_attendance_days", "180.5") == "180.50"
    assert value("STAS", "expected_attendance_days", "") == ""
    assert value("SDEM", "service_years_lea", "07") == "7"
    assert value("SERV", "service_duration", "60.0") == "60"
    assert found("SERV", service_duration="060.0") == [("25.15", "FRMT0001", "error")]


@pytest.mark.parametrize("raw", ["x", "1,5", "-1", "+1", "1e1", "1.2.3", ".", "5%", "1.25", "٣", "1 0"])
def test_anything_else_is_no_number(raw: str) -> None:
    assert found("SASS", job_classification_fte_percentage=raw) == [("8.14", "FRMT0004", "error")]


def test_a_number_too_long_once_it_is_written_out_is_refused() -> None:
    assert value("SASS", "job_classification_fte_percentage", "999") == "999.0"
    assert found("SASS", job_classification_fte_percentage="1000") == [("8.14", "FRMT0001", "error")]
    assert found("STAS", attendance_recovery_days="1000") == [("13.24", "FRMT0001", "error")]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_ssid_and_seid_are_ten_digits(record_type: str) -> None:
    for field in layout(record_type).stored:
        if field.field in ("ssid", "seid"):
            for bad in ("123456789", "123456789x", in_wide_digits("1234567890"), "12345 6789"):
                assert found(record_type, **{field.field: bad}) == [(field.number, "FRMT0004", "error")]
            assert value(record_type, field.field, "0000000001") == "0000000001"


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_unknown_codes_are_errors_where_the_set_is_complete_and_warnings_where_it_is_not(record_type: str) -> None:
    for field in layout(record_type).stored:
        if not field.code_set or code_sets()[field.code_set].kind != "codes":
            continue
        unknown = "~" * min(field.max_length, 3)
        severity = "error" if code_sets()[field.code_set].complete else "warning"
        values, findings = judge(record_type, **{field.field: unknown})
        assert [(each.field_number, each.rule.code, each.rule.severity) for each in findings] == [
            (field.number, "GERR0002", severity)
        ]
        assert values[field.position - 1] == (unknown if severity == "warning" else UNREADABLE)


def test_retired_codes_are_accepted_and_leading_zeros_and_case_matter() -> None:
    retired = next(code for code in code_sets()["grade_level"].codes.values() if code.active == "N")
    assert value("SENR", "grade_level_code", retired.code) == retired.code
    assert value("SENR", "grade_level_code", "09") == "09"
    assert found("SENR", grade_level_code="9") == [("1.24", "GERR0002", "error")]
    assert found("SENR", gender_code="f") == [("1.18", "GERR0002", "error")]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_indicators_are_y_or_n(record_type: str) -> None:
    for field in layout(record_type).stored:
        if field.type == "yn":
            assert value(record_type, field.field, "Y") == "Y"
            assert value(record_type, field.field, "N") == "N"
            for bad in ("y", "1", "X"):
                assert found(record_type, **{field.field: bad}) == [(field.number, "GERR0002", "error")]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_academic_years_follow_each_other(record_type: str) -> None:
    for field in layout(record_type).stored:
        if field.code_set == "academic_year":
            for bad in ("2025-2027", "2025-26", "20252026", "2025/2026"):
                assert found(record_type, **{field.field: bad}) == [(field.number, "GERR0002", "error")]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_transaction_types(record_type: str) -> None:
    number = layout(record_type).fields[1].number
    for fine in ("", " ", "A", "R"):
        assert judge(record_type, fine) == judge(record_type, "A")
        assert judge(record_type, fine)[0][1] == ""
    for bad in ("X", "a", "AD"):
        assert found(record_type, bad) == [(number, "GERR0008", "error")]
    if layout(record_type).processing == "replacement":
        assert found(record_type, "D") == [(number, "GERR0008", "error")]
        assert "--empty-scope" in judge(record_type, "D")[1][0].words
    else:
        assert judge(record_type, "D")[0][1] == "D"
        assert found(record_type, "D") == []


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_an_unknown_reporting_lea_is_refused_and_says_nothing_of_the_school(record_type: str) -> None:
    field = layout(record_type)["reporting_lea"]
    assert found(record_type, reporting_lea="1000000") == [(field.number, "GERR0010", "error")]
    values, _ = judge(record_type, reporting_lea="1000000")
    assert values[field.position - 1] == UNREADABLE


@pytest.mark.parametrize("record_type", [each for each in RECORD_TYPES if layout(each).school_field])
def test_the_records_own_school_belongs_to_its_lea_or_is_a_placement(record_type: str) -> None:
    school = layout(record_type)[layout(record_type).school_field]
    for pseudo in ("0000001", "0000002"):
        assert found(record_type, **{school.field: pseudo}) == []
        assert found(record_type, **{school.field: pseudo, "reporting_lea": OTHER_LEA}) == []
    for foreign in (OTHER_SCHOOL, "7777777"):
        assert found(record_type, **{school.field: foreign}) == [(school.number, "GERR0010", "error")]
    assert found(record_type, **{school.field: OTHER_SCHOOL, "reporting_lea": OTHER_LEA}) == []
    central = [] if record_type == "SASS" else [(school.number, "GERR0010", "error")]
    assert found(record_type, **{school.field: LEA}) == central


def test_unknown_selpas_nps_npas_and_other_organisations_only_warn() -> None:
    assert found("SWDS", reporting_selpa="9999") == [("22.09", "GERR0002", "warning")]
    assert found("SWDS", reporting_selpa="1901") == []
    assert found("SENR", school_of_attendance="0000001", school_of_attendance_nps="7654321") == [
        ("1.06", "GERR0002", "warning")
    ]
    assert found("SENR", school_of_attendance="0000001", school_of_attendance_nps="9999999") == []
    assert found("SERV", nonpublic_agency_identifier="7654321") == [("25.05", "GERR0002", "warning")]
    assert found("SENR", district_of_geographic_residence_code="7654321") == [("1.31", "GERR0002", "warning")]
    assert found("SENR", district_of_geographic_residence_code=OTHER_LEA) == []
    assert found("SENR", expected_receiver_school_of_attendance="7654321") == [("1.28", "GERR0002", "warning")]
    assert found("SENR", expected_receiver_school_of_attendance=OTHER_SCHOOL) == []
    values, _ = judge("SWDS", reporting_selpa="9999")
    assert values[layout("SWDS")["reporting_selpa"].position - 1] == "9999"


def test_old_language_statuses_without_academic_year_are_left_to_posting() -> None:
    assert judge("SELA", academic_year_id="")[1] == []
    assert [each.rule.code for each in judge("SENR", academic_year_id="")[1]] == ["GERR0001"]


def test_records_of_other_leas_are_refused_and_the_lea_is_named() -> None:
    _, (only,) = judge("SWDS", only_lea=OTHER_LEA)
    assert (only.rule.code, only.words) == (
        "GERR0010",
        f"The record is of Reporting LEA {LEA}, and this file is loaded for {OTHER_LEA} only. Take the record out.",
    )
    assert judge("SWDS", only_lea=LEA)[1] == []


def test_all_findings_of_a_record_come_at_once_in_the_order_of_its_fields() -> None:
    assert found("SENR", "X", ssid="1", legal_first_name="", gender_code="Q", birth_date="x", reporting_lea="x") == [
        ("1.02", "GERR0008", "error"),
        ("1.04", "GERR0010", "error"),
        ("1.08", "FRMT0004", "error"),
        ("1.10", "GERR0001", "error"),
        ("1.17", "FRMT0002", "error"),
        ("1.18", "GERR0002", "error"),
    ]


def test_spaces_around_a_value_are_no_part_of_it() -> None:
    assert value("SENR", "legal_first_name", "  Ana María ") == "Ana María"
    assert value("SENR", "gender_code", "F ") == "F"
    assert value("SENR", "enrollment_exit_date", "   ") == ""
    assert value("SENR", "legal_middle_name", " ") == ""


def test_findings_say_where_and_never_what() -> None:
    secret = "Zyxwvutsrqponmlkjihgfedcba0123456789Zyxwvutsrqponmlkjihgfedcba"
    for record_type in RECORD_TYPES:
        for field in layout(record_type).stored:
            for each in judge(record_type, **{field.field: secret})[1]:
                assert (each.line, each.field_number, each.field_name) == (7, field.number, field.name)
                assert secret not in each.words
                assert "Zyx" not in each.words
                assert "{" not in each.words


def test_a_value_seen_before_and_a_new_one_are_judged_alike_past_what_is_remembered() -> None:
    validator = Validator(layout("SENR"), DIRECTORY)
    for number in range(20_000):
        raw = line("SENR", ssid=f"{number:010}", legal_last_name=f" N{number} ").split("^")
        values, findings = validator.judge(number, raw)
        assert (values[7], values[11], findings) == (f"{number:010}", f"N{number}", [])
    _, findings = validator.judge(1, line("SENR", ssid="12345", legal_last_name="").split("^"))
    assert [each.rule.code for each in findings] == ["FRMT0004", "GERR0001"]


def test_every_rule_is_listed_once_with_words_and_source() -> None:
    assert len({(rule.code, rule.title, rule.words) for rule in RULES}) == len(RULES)
    assert all(rule.code and rule.title and rule.words and rule.source for rule in RULES)
    assert {rule.severity for rule in RULES} == {"error", "warning"}
    assert {rule.code for rule in RULES} == {
        "FILE0001", "FILE0002", "FILE0003", "FILE0004", "FILE0005", "FILE0006", "FRMT0001", "FRMT0002", "FRMT0004",
        "GERR0001", "GERR0002", "GERR0008", "GERR0010", "IVR0116", "POST0001",
    }  # fmt: skip


def test_many_records_are_right_exactly_when_each_has_no_finding_and_stands_as_it_is() -> None:
    odd = [
        "",
        " ",
        " x",
        "x ",
        "X",
        "Y",
        "N",
        "D",
        "A",
        "20250229",
        "20240229",
        "1.25",
        "50",
        "9" * 10,
        "9" * 11,
        "é" * 300,
    ]
    for record_type in RECORD_TYPES:
        validator = Validator(layout(record_type), DIRECTORY)
        good = line(record_type).split("^")
        assert validator.are_right([good, good])
        for position, field in enumerate(layout(record_type).fields):
            if field.code_set == "record_type":
                continue  # the reader's
            for raw in odd:
                record = [*good[:position], raw, *good[position + 1 :]]
                values, findings = validator.judge(1, record)
                stands = values[position] == raw or field.type == "numeric" or field.code_set == "transaction_type"
                expected = findings == [] and stands
                assert (field, raw, validator.are_right([good, record, good])) == (field, raw, expected)


def test_many_records_are_right_only_if_each_school_is_of_its_lea() -> None:
    validator = Validator(layout("SENR"), DIRECTORY)
    good, foreign = line("SENR").split("^"), line("SENR", school_of_attendance=OTHER_SCHOOL).split("^")
    assert (validator.are_right([good]), validator.are_right([good, foreign])) == (True, False)
    assert not Validator(layout("SENR"), DIRECTORY, only_lea=OTHER_LEA).are_right([good])

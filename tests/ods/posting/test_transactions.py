import io
from datetime import date

import pytest

from ods.codesets import code_set
from ods.layout import RECORD_TYPES, Field, layout
from ods.models import Posting, StudentEnrollment
from ods.posting import post
from tests.factories.records import LEA, SCHOOL, SSID, line
from tests.ods.posting.filing import (
    FIRST,
    OTHER_LEA,
    OTHER_LEAS_SCHOOL,
    SECOND,
    SECOND_SCHOOL,
    THIRD,
    days,
    everything,
    filed,
    lines,
    stored,
)

pytestmark = pytest.mark.engines

TRANSACTIONS = [each for each in RECORD_TYPES if layout(each).processing == "transaction"]


def another(record_type: str, field: Field) -> str:
    """A value the field may hold that is not the factory's."""
    if field.field == layout(record_type).school_field:
        return SECOND_SCHOOL
    if field.code_set == "academic_year":
        return "2024-2025"
    if field.field in ("ssid", "seid"):
        return "9000000002"
    codes = list(code_set(field.code_set).codes) if field.code_set else []
    if codes := codes[1:] if field.required == "Y" else codes:  # the factory gives the first to required fields
        return codes[0]
    return {"date": "20250819", "numeric": "2", "yn": "Y", "char": "7654321"}[field.type][: field.max_length]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_file_is_posted_and_posted_again_changes_nothing(record_type: str) -> None:
    first = filed(line(record_type))
    assert first.counts == {"read": 1, "inserted": 1}
    before = everything(record_type)
    again = filed(line(record_type, "R" if layout(record_type).processing == "transaction" else "A"), on=SECOND)
    assert again.counts == {"read": 1, "unchanged": 1}
    assert everything(record_type) == before
    assert (before[0]["upload_date"], before[0]["last_updated"]) == (FIRST, FIRST)
    assert (before[0]["posting_id"], before[0]["posting_line"]) == (first.outcome.posting.pk, 1)


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_a_changed_record_moves_last_updated_and_the_posting_and_never_upload_date(record_type: str) -> None:
    filed(line(record_type))
    changed = filed(line(record_type, local_record_id="new"), on=SECOND)
    assert changed.counts == {"read": 1, "updated": 1}
    assert lines(record_type) == [_canonical(line(record_type, local_record_id="new"), record_type)]
    assert days(record_type) == [(FIRST, SECOND)]
    assert stored(record_type)[0].posting == changed.outcome.posting


def _canonical(text: str, record_type: str) -> str:
    """The line as it is written: numbers with their decimals."""
    values = text.split("^")
    for field in layout(record_type).stored:
        if field.type == "numeric" and values[field.position - 1] == "1":
            values[field.position - 1] = {0: "1", 1: "1.0", 2: "1.00"}[field.decimals or 0]
    return "^".join(values)


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_stored_field_is_compared(record_type: str) -> None:
    """A record that differs in one field outside its key is a changed record, whichever field it is."""
    filed(line(record_type))
    for field in layout(record_type).stored:
        if field.field not in (*layout(record_type).key, "effective_end_date"):
            changed = line(record_type, **{field.field: another(record_type, field)})
            assert filed(changed).counts.get("updated") == 1, field
            assert filed(line(record_type)).counts.get("updated") == 1, field


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_part_of_the_key_tells_records_apart(record_type: str) -> None:
    found = layout(record_type)
    placement = {found.school_field: "0000001"} if found.school_field else {}
    for name in found.key:
        if name == "reporting_lea":
            first, second = line(record_type, **placement), line(record_type, **placement, reporting_lea=OTHER_LEA)
        else:
            first, second = line(record_type), line(record_type, **{name: another(record_type, found[name])})
        outcome = filed(first, second)
        assert [each for each in outcome.findings if each.is_error] == [], name
        assert outcome.outcome.counts.read == 2


@pytest.mark.parametrize("record_type", TRANSACTIONS)
def test_a_blank_and_r_insert_or_replace_and_d_removes(record_type: str) -> None:
    assert filed(line(record_type, "R")).counts == {"read": 1, "inserted": 1}
    assert filed(line(record_type, "A", local_record_id="2")).counts == {"read": 1, "updated": 1}
    assert filed(line(record_type, " ", local_record_id="3")).counts == {"read": 1, "updated": 1}
    assert filed(line(record_type, "D")).counts == {"read": 1, "removed": 1}
    assert stored(record_type) == []


@pytest.mark.parametrize("record_type", [each for each in RECORD_TYPES if layout(each).processing != "replacement"])
def test_delete_of_a_missing_key_is_refused_with_the_key_fields(record_type: str) -> None:
    filed(line(record_type))
    refused = filed(line(record_type, "D", **{layout(record_type).person_field: "9999999999"}))
    assert refused.places == [(1, "POST0001")]
    numbers = ", ".join(layout(record_type)[name].number for name in layout(record_type).key)
    assert refused.findings[0].words.startswith(f"No posted record has this key ({numbers}).")
    assert refused.outcome.refused == "1 of 1 records have errors. Nothing was posted."
    assert len(stored(record_type)) == 1


def test_delete_of_another_leas_record_finds_nothing() -> None:
    filed(line("SENR", school_of_attendance="0000001"))
    refused = filed(line("SENR", "D", reporting_lea=OTHER_LEA, school_of_attendance="0000001"))
    assert refused.places == [(1, "POST0001")]
    assert len(stored("SENR")) == 1


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_the_same_key_twice_refuses_both_lines_and_each_names_the_other(record_type: str) -> None:
    other = {layout(record_type).person_field or "local_course_id": "9999999999"}
    same = line(record_type, local_record_id="2")
    refused = filed(line(record_type), line(record_type, **other), same, same)
    assert refused.places == [(1, "IVR0116"), (3, "IVR0116"), (4, "IVR0116")]
    assert [each.words.partition(" line ")[2].partition(".")[0] for each in refused.findings] == ["3", "1", "1"]
    assert refused.counts == {"read": 4, "rejected": 3, "inserted": 1}
    assert (stored(record_type), Posting.objects.count()) == ([], 0)


def test_delete_and_add_of_one_key_in_one_file_are_the_same_key_twice() -> None:
    filed(line("SENR"))
    assert filed(line("SENR", "D"), line("SENR", local_record_id="2")).places == [(1, "IVR0116"), (2, "IVR0116")]


def test_a_language_status_without_start_date_has_a_key_too() -> None:
    blank = line("SELA", english_language_acquisition_status_start_date="")
    assert filed(blank).counts == {"read": 1, "inserted": 1}
    assert filed(blank, on=SECOND).counts == {"read": 1, "unchanged": 1}
    assert filed(blank, blank).places == [(1, "IVR0116"), (2, "IVR0116")]
    dated = line("SELA", english_language_acquisition_status_start_date="20250818")
    assert filed(dated).counts == {"read": 1, "inserted": 1}
    assert filed(blank.replace("SELA^", "SELA^D", 1)).counts == {"read": 1, "removed": 1}
    assert lines("SELA") == [dated]


def test_both_leas_may_hold_a_student_at_the_same_pseudo_school() -> None:
    filed(line("SENR", school_of_attendance="0000001"))
    outcome = filed(line("SENR", reporting_lea=OTHER_LEA, school_of_attendance="0000001"))
    assert outcome.counts == {"read": 1, "inserted": 1}


def test_one_bad_record_keeps_the_whole_file_out_and_every_error_is_told() -> None:
    filed(line("SENR"))
    before = everything("SENR")
    refused = filed(
        line("SENR", local_record_id="changed"),
        line("SENR", ssid="9000000002", gender_code="Q", birth_date="x"),
        "SENR^too short",
        line("SENR", "D", ssid="9000000003"),
        on=SECOND,
    )
    assert refused.places == [(2, "FRMT0002"), (2, "GERR0002"), (3, "FILE0001"), (4, "POST0001")]
    assert refused.outcome.refused == "3 of 4 records have errors. Nothing was posted."
    assert refused.counts == {"read": 4, "updated": 1, "rejected": 3}
    assert refused.outcome.posting is None
    assert (everything("SENR"), Posting.objects.count()) == (before, 1)


def test_accept_valid_posts_the_valid_records_and_counts_the_rest() -> None:
    filed(line("SENR"))
    outcome = filed(
        line("SENR", local_record_id="changed"),
        line("SENR", ssid="9000000002", gender_code="Q"),
        line("SENR", ssid="9000000003"),
        line("SENR", ssid="9000000003", local_record_id="twice"),
        line("SENR", ssid="9000000004", school_of_attendance_nps="1234567"),
        line("SENR", "D", ssid="9000000005"),
        on=SECOND,
        accept_valid=True,
    )
    assert outcome.counts == {"read": 6, "inserted": 1, "updated": 1, "rejected": 4, "warnings": 1}
    assert [(record.ssid, record.local_record_id) for record in StudentEnrollment.objects.order_by("ssid")] == [
        (SSID, "changed"),
        ("9000000004", ""),
    ]


def test_accept_valid_without_a_valid_record_is_refused() -> None:
    refused = filed(line("SENR", gender_code="Q"), accept_valid=True)
    assert refused.outcome.refused == "No record is valid. Nothing was posted."
    assert Posting.objects.count() == 0


def test_the_posting_tells_who_when_which_file_and_how_many() -> None:
    filed(line("SENR"), line("SENR", ssid="9000000002"))
    outcome = filed(
        line("SENR", local_record_id="1"),
        line("SENR", "D", ssid="9000000002"),
        line("SENR", ssid="9000000003", school_of_attendance_nps="1234567"),
        on=SECOND,
    )
    posting = outcome.outcome.posting
    assert posting is not None
    names = ("record_type", "posted_on", "posted_by", "file_name", "file_sha256", "read", "inserted", "updated",
             "unchanged", "removed", "deleted", "rejected", "warnings")  # fmt: skip
    assert Posting.objects.filter(pk=posting.pk).values_list(*names).get() == (
        "SENR", SECOND, "tester", "test.txt", outcome.outcome.sha256, 3, 1, 1, 0, 1, 0, 0, 1,
    )  # fmt: skip
    assert StudentEnrollment.objects.get(ssid="9000000003").posting_line == 3


def test_a_dry_run_counts_and_changes_nothing() -> None:
    filed(line("SENR"))
    before = everything("SENR")
    outcome = filed(line("SENR", local_record_id="1"), line("SENR", ssid="9000000002"), on=SECOND, dry_run=True)
    assert outcome.counts == {"read": 2, "inserted": 1, "updated": 1}
    assert (outcome.outcome.refused, outcome.outcome.posting) == ("", None)
    assert (everything("SENR"), Posting.objects.count()) == (before, 1)


def test_a_posting_dated_before_the_records_last_update_does_not_move_it_back() -> None:
    filed(line("SENR"), on=SECOND)
    filed(line("SENR", local_record_id="1"), on=FIRST)
    assert days("SENR") == [(SECOND, SECOND)]
    filed(line("SENR", local_record_id="2"), on=THIRD)
    assert days("SENR") == [(SECOND, THIRD)]


def test_hostile_text_is_stored_as_it_is() -> None:
    names = [
        "\\N",
        "\\.",
        "'; DROP TABLE ods_senr; --",
        '"quoted"',
        "%s %(x)s {0}",
        "a\tb",
        "=1+1",
        "Zoë \U0001d49c",
        "NULL",
    ]
    filed(*[line("SENR", ssid=f"{n:010}", legal_last_name=name) for n, name in enumerate(names)])
    assert list(StudentEnrollment.objects.order_by("ssid").values_list("legal_last_name", flat=True)) == names


def test_blank_dates_and_texts_are_stored_as_null_and_as_empty() -> None:
    filed(line("SENR"))
    record = StudentEnrollment.objects.get()
    assert (record.enrollment_exit_date, record.exit_reason_code, record.birth_date) == (None, "", date(2010, 4, 12))
    assert record.current_ssid == record.ssid == SSID


def test_a_file_refused_by_the_reader_is_refused_in_its_words() -> None:
    outcome = post(source=io.BytesIO(b""), file_name="x", posted_on=FIRST, posted_by="tester")
    assert outcome.refused == "The file is empty (0 bytes). Nothing was read. Check the export."
    assert Posting.objects.count() == 0


def test_rows_of_other_leas_are_refused_and_named_when_a_file_is_loaded_for_one() -> None:
    refused = filed(line("SWDS"), line("SWDS", reporting_lea=OTHER_LEA), only_lea=LEA)
    assert refused.places == [(2, "GERR0010")]
    assert f"Reporting LEA {OTHER_LEA}" in refused.findings[0].words
    assert stored("SWDS") == []


def test_one_file_may_hold_several_leas_and_schools() -> None:
    outcome = filed(
        line("SENR"),
        line("SENR", school_of_attendance=SECOND_SCHOOL),
        line("SENR", reporting_lea=OTHER_LEA, school_of_attendance=OTHER_LEAS_SCHOOL),
    )
    assert outcome.counts == {"read": 3, "inserted": 3}
    assert [
        (record.reporting_lea, record.school_of_attendance)
        for record in StudentEnrollment.objects.order_by("posting_line")
    ] == [
        (LEA, SCHOOL),
        (LEA, SECOND_SCHOOL),
        (OTHER_LEA, OTHER_LEAS_SCHOOL),
    ]


def test_an_old_language_status_comes_in_as_history_and_is_recognised_ever_after() -> None:
    old = line("SELA", academic_year_id="")
    refused = filed(old)
    assert (refused.places, refused.findings[0].field_number) == ([(1, "GERR0001")], "12.06")
    assert stored("SELA") == []
    assert filed(old, historical=True).counts == {"read": 1, "inserted": 1}
    assert filed(old, on=SECOND).counts == {"read": 1, "unchanged": 1}
    other = line("SELA", academic_year_id="", ssid="9000000002")
    both = filed(old, other, on=SECOND, accept_valid=True)
    assert (both.counts, both.places) == ({"read": 2, "unchanged": 1, "rejected": 1}, [(2, "GERR0001")])
    changed = filed(line("SELA", academic_year_id="", local_record_id="new"), on=SECOND)
    assert (changed.places, lines("SELA")) == ([(1, "GERR0001")], [old])
    assert filed(line("SELA", "D", academic_year_id=""), on=SECOND).counts == {"read": 1, "removed": 1}
    assert stored("SELA") == []

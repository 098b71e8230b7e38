"""The emulated receiving end, rule by rule (spec siras, sections 3 to 8 and 9.3)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siras_export.fields import by_key, fields
from siras_export.receiving import gate
from siras_export.receiving.headers import FileRefused, map_header
from siras_export.receiving.importing import Importer, Options, Record, RowResult
from siras_export.receiving.logs import Line, LogUnreadable, lines_of, read_log, write_log
from siras_export.receiving.reading import read_rows
from siras_export.receiving.schools import Entity, assign
from siras_export.receiving.values import Day, folded, read_day, read_value

A, B = "9900000001", "9900000002"
HEAD = ["SSID", "LOCAL_ID", "LAST_NAME", "FIRST_NAME", "DOB", "GRADE", "SCH_CODE", "SITE_CODE", "Designation"]


class Siras:
    """SIRAS' students and schools in memory."""

    def __init__(self, *records: Record, entities: tuple[Entity, ...] = ()) -> None:
        self.records = {record.ssid: record for record in records}
        self._entities: dict[str, list[Entity]] = {}
        for entity in entities:
            self._entities.setdefault(entity.code, []).append(entity)

    def find(self, ssids):
        return {ssid: self.records[ssid] for ssid in ssids if ssid in self.records}

    def named(self, last, first, birthdate):
        return [
            record for record in self.records.values()
            if (folded(record.values["last_name"]), folded(record.values["first_name"])) == (last, first)
            and record.values["birthdate"] == birthdate
        ]  # fmt: skip

    def entities(self):
        return self._entities


def ana(ssid: str = A, **values: str) -> Record:
    inactive = values.pop("inactive", "")
    present = {"last_name": "López", "first_name": "Ana", "birthdate": "20120304", "local_id": "7", "grade": "07"}
    return Record(ssid, {**present, **values}, inactive=inactive)


def row(ssid: str = A, **values: str) -> list[str]:
    present = {"LOCAL_ID": "7", "LAST_NAME": "Lopez", "FIRST_NAME": "Ana", "DOB": "20120304", "GRADE": "08", **values}
    return [ssid, *(present.get(name, "") for name in HEAD[1:])]


def take(siras: Siras, *rows: list[Any], head: list[str] = HEAD, **options: Any) -> tuple[list[RowResult], Importer]:
    importer = Importer(registry=siras, options=Options(**options))
    return list(importer.run([head, *rows])), importer


def changes(result: RowResult) -> list[tuple[str, str, str]]:
    return [(change.field, change.old, change.new) for change in result.changes]


@pytest.mark.parametrize("field", fields(), ids=lambda field: field.key)
def test_every_header_and_alternate_is_found_however_it_is_written(field):
    others = [by_key()[key].header for key in ("ssid", "last_name", "first_name", "birthdate") if key != field.key]
    for name in (field.header, *field.alternates):
        for written in (name, name.upper(), f" {name.lower()} ", name.replace(" ", "_"), name.replace("_", "-")):
            assert map_header([*others, written]).columns[field.key] == len(others)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["SSID", "Last Name", "First Name"], "A required column is missing: Birthdate."),
        (
            ["SSID", "LAST_NAME", "last name", "First Name", "DOB"],
            "Two columns are Last Name: LAST_NAME and last name.",
        ),
        ([], "A required column is missing: SSID, Last Name, First Name, Birthdate."),
    ],
)
def test_headers_that_cannot_be_used(header, words):
    with pytest.raises(FileRefused) as refused:
        map_header(header)
    assert str(refused.value) == words


def test_unknown_columns_are_ignored_and_a_district_may_have_names_of_its_own():
    found = map_header(["Shoe size", "SSID", "Surname", "First Name", "DOB", ""], own={"SURNAME": "last_name"})
    assert (found.ignored, found.columns["last_name"]) == (("Shoe size",), 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20120304", Day(date(2012, 3, 4))),
        ("04/03/2012", Day(date(2012, 3, 4), ambiguous=True)),
        ("25/03/2012", Day(date(2012, 3, 25))),
        ("03/03/2012", Day(date(2012, 3, 3))),
        ("03/25/2012", None),
        ("4/3/2012", None),
        ("2012-03-04", None),
        ("20120230", None),
        ("", None),
        ("٢٠١٢٠٣٠٤", None),
    ],
)
def test_dates(text, expected):
    assert read_day(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("grade", "KN", "KN"), ("grade", "kn", "KN"), ("grade", "K", None), ("grade", "13", None),
        ("gender", "x", "X"), ("gender", "U", None), ("ethnicity", "501", "501"), ("ethnicity", "2", None),
        ("race", "700", "700"), ("race", "999", None), ("el", "RFEP", "RFEP"), ("el", "ADEL", None),
        ("language", "SPA", "spa"), ("language", "01", "01"), ("language", "zz", None), ("yn", "y", "Y"),
        ("yn", "1", None), ("code7", "0161119", "0161119"), ("code7", "161119", None), ("residence", "10", "10"),
        ("residence", "210", "210"), ("residence", "11", None), ("designation", "504", "504"),
        ("designation", "SST", None), ("date", "31/12/2025", "20251231"), ("date", "12/31/2025", None),
    ],
)  # fmt: skip
def test_values(kind, text, expected):
    value, wrong = read_value(kind, text, grades={}, sst=False)
    assert (value or None, bool(wrong)) == (expected, expected is None)


def test_a_grade_map_of_the_district_and_sst_where_it_is_accepted():
    assert read_value("grade", "K", grades={"K": "KN"}, sst=False) == ("KN", "")
    assert read_value("designation", "sst", grades={}, sst=True) == ("SST", "")


SHARED = Entity(1, "1964733", "10", "Adult", default=True), Entity(2, "1964733", "20", "Preschool")
HIGH = Entity(3, "1930924", "", "High")
UNDECIDED = Entity(4, "7777777", "", "X"), Entity(5, "7777777", "", "Y")


@pytest.mark.parametrize(
    ("code", "site", "present", "expected", "said"),
    [
        ("", "", HIGH, None, ""),
        ("", "10", HIGH, None, "without a school code"),
        ("1930924", "", None, HIGH, ""),
        ("1930924", "", HIGH, None, ""),
        ("9999999", "", HIGH, None, "is no school of SIRAS"),
        ("1964733", "", SHARED[1], None, ""),
        ("1964733", "", HIGH, SHARED[0], "the default was taken"),
        ("1964733", "20", HIGH, SHARED[1], ""),
        ("1964733", "20", SHARED[0], SHARED[1], ""),
        ("1964733", "30", HIGH, SHARED[0], "Site Code 30 is unknown"),
        ("1964733", "30", SHARED[1], None, "Site Code 30 is unknown"),
        ("7777777", "", HIGH, None, "none is the default"),
    ],
)
def test_schools(code, site, present, expected, said):
    entities = {"1964733": [*SHARED], "1930924": [HIGH], "7777777": [*UNDECIDED]}
    found, words = assign(code=code, site_code=site, present=present, entities=entities)
    assert found == expected
    assert (said in words) if said else words == ""


@pytest.mark.parametrize(
    ("given_row", "reason"),
    [
        (row(""), "no_ssid"), (row("99000001"), "bad_ssid"), (row(LAST_NAME=""), "incomplete"),
        (row(DOB=""), "incomplete"), (row(DOB="12/31/2011"), "bad_birthdate"), (row(B), "no_program"),
        (row(B, Designation="504"), "not_found"), (row(DOB="20110304"), "identity"),
        (row(LAST_NAME="Ruiz", FIRST_NAME="Eva"), "identity"),
    ],
)  # fmt: skip
def test_what_is_skipped_and_why(given_row, reason):
    [result], importer = take(Siras(ana()), given_row)
    assert (result.outcome, result.reason, result.changes) == ("skipped", reason, [])
    assert result.words
    assert importer.counts[reason] == 1


def test_of_one_ssid_twice_the_first_row_counts():
    results, importer = take(Siras(ana()), row(GRADE="08"), row(GRADE="09"))
    assert [(result.outcome, result.reason) for result in results] == [("updated", ""), ("skipped", "duplicate")]
    assert (importer.counts["read"], importer.counts["updated"]) == (2, 1)


def test_equal_values_and_blanks_change_nothing():
    [result], _ = take(Siras(ana()), row(GRADE="07", LOCAL_ID="8"))
    assert (result.outcome, result.problems) == ("unchanged", [])
    [result], _ = take(Siras(ana()), row(GRADE=""))
    assert result.outcome == "unchanged"


def test_one_name_that_differs_stays_and_the_rest_is_updated():
    [result], _ = take(Siras(ana()), row(FIRST_NAME="Anna"))
    assert changes(result) == [("Grade Level", "07", "08")]
    assert result.problems == [("First Name", "differs from SIRAS; it is left as it is there.")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"LAST_NAME": "Ruiz"}, [("Last Name", "López", "Ruiz")]),
        ({"LAST_NAME": "Lopez", "LOCAL_ID": "8"}, [("Last Name", "López", "Lopez"), ("Local Student ID", "7", "8")]),
        ({"LAST_NAME": "Ruiz", "LOCAL_ID": "8"}, []),  # only one of three: the name stays
    ],
)
def test_identifying_data_change_where_two_of_three_agree(values, expected):
    [result], _ = take(Siras(ana()), row(GRADE="07", **values), identifying=True)
    assert changes(result) == expected
    [result], _ = take(Siras(ana()), row(GRADE="07", LAST_NAME="Ruiz", FIRST_NAME="Eva"), identifying=True)
    assert result.reason == "identity"
    [result], _ = take(Siras(ana()), row(GRADE="07", DOB="20120305"), identifying=True)
    assert result.reason == "identity"


@pytest.mark.parametrize(
    ("designated", "options", "outcome"),
    [
        ("", {}, "no_program"),
        ("", {"creates": True}, "no_program"),
        ("", {"creates": True, "program": "SPED"}, "created"),
        ("SPED", {"creates": True}, "created"),
        ("SPED", {"creates_504": True}, "not_found"),
        ("504", {"creates": True}, "not_found"),
        ("504", {"creates_504": True}, "created"),
        ("SST", {"creates": True, "creates_504": True}, "not_found"),
        ("SST", {"creates": True, "sst": True}, "created"),
    ],
)
def test_who_is_created(designated, options, outcome):
    [result], _ = take(Siras(entities=(HIGH,)), row(Designation=designated, SCH_CODE="1930924"), **options)
    assert (result.reason or result.outcome) == outcome
    if outcome == "created":
        assert (result.values["designation"], result.values["grade"], result.entity) == (
            designated or "SPED", "08", HIGH,
        )  # fmt: skip


def test_found_by_name_where_that_was_asked_for():
    twin = ana("9900000009")
    [result], _ = take(Siras(twin), row(B), by_name=True)
    assert (result.outcome, result.record) == ("updated", twin)
    assert result.problems[0][0] == "SSID"
    [result], _ = take(Siras(twin, ana("9900000008")), row(B), by_name=True)
    assert result.reason == "several"
    [result], _ = take(Siras(twin), row(B))
    assert result.reason == "no_program"


def test_an_inactive_student_is_left_alone_even_with_everything_switched_on():
    [result], _ = take(Siras(ana(inactive="DNQ")), row(), identifying=True, creates=True, by_name=True)
    assert (result.reason, result.changes) == ("inactive", [])


def test_exchanged_name_columns_are_noticed():
    swapped = [row(f"99000000{n:02d}", LAST_NAME="Ana", FIRST_NAME="Lopez") for n in range(10, 13)]
    right = [row(f"99000000{n:02d}") for n in range(13, 20)]
    siras = Siras(*(ana(f"99000000{n:02d}") for n in range(10, 20)))
    _, importer = take(siras, *swapped, *right)
    assert importer.notes == ["3 of 10 students found have last and first name exchanged. Check which column is which."]
    _, importer = take(siras, *swapped[:2], *right, row("9900000012"))
    assert importer.notes == []


SUMMER = {"since": "0608", "until": "0801"}


@pytest.mark.parametrize(
    ("modified", "last_log", "expected"),
    [
        (None, None, "not_uploaded"),
        (timedelta(hours=2), None, ""),
        (timedelta(hours=2), timedelta(hours=24), ""),
        (timedelta(hours=2), timedelta(hours=2), "unchanged"),
        (timedelta(hours=2), timedelta(hours=1), "unchanged"),
        (timedelta(days=7), None, ""),
        (timedelta(days=7, seconds=1), None, "too_old"),
        (timedelta(days=8), timedelta(days=7), "unchanged"),
    ],
)
def test_the_gate(modified, last_log, expected):
    now = datetime(2026, 10, 6, 9, 5, tzinfo=UTC)
    found = gate.why_skipped(
        now=now,
        modified=now - modified if modified is not None else None,
        last_log=now - last_log if last_log is not None else None,
        **SUMMER,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("day", "expected"), [("06-07", False), ("06-08", True), ("07-31", True), ("08-01", False), ("12-31", False)]
)
def test_summer(day, expected):
    night = date.fromisoformat(f"2026-{day}")
    assert gate.in_summer(night, **SUMMER) is expected
    assert gate.in_summer(night, since="1201", until="0115") is (day == "12-31")


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2026-10-06T08:59:59", False), ("2026-10-06T09:00:00", True), ("2026-10-06T13:59:59", True),
        ("2026-10-06T14:00:00", False), ("2026-12-06T09:30:00", False), ("2026-12-06T10:00:00", True),
    ],
)  # fmt: skip
def test_the_window_is_of_pacific_time(utc, expected):
    assert gate.in_window(datetime.fromisoformat(f"{utc}+00:00")) is expected


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@settings(max_examples=30)
@given(lines=st.lists(st.tuples(st.sampled_from(["changed", "skipped", "problem"]), TEXT, TEXT, TEXT), max_size=5))
def test_a_log_reads_as_it_was_written(lines):
    now = datetime(2026, 10, 6, 9, 5, tzinfo=UTC)
    given_lines = [Line(kind, 2, A, name, old, "", words) for kind, name, old, words in lines]
    found = read_log(write_log({"file_name": "a", "opened_at": now, "ended_at": now}, {"read": 3}, given_lines))
    assert (found.lines, found.counts, found.opened_at, found.modified_at) == (given_lines, {"read": 3}, now, None)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "kind,row,ssid,field,old,new,words\r\nfile,,,size,,1,\r\n",
                                  "kind,row,ssid,field,old,new,words\r\nnonsense,,,,,,\r\n",
                                  "kind,row,ssid,field,old,new,words\r\nchanged,x,,,,,\r\n"])  # fmt: skip
def test_what_is_no_log_is_said_to_be_none(text):
    with pytest.raises(LogUnreadable):
        read_log(text)


def test_an_unchanged_student_leaves_no_line():
    [result], _ = take(Siras(ana()), row(GRADE="07"))
    assert list(lines_of(result)) == []


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"SSID\xff\xfe,x\n", b'a,"b\nc']
)
def test_files_that_cannot_be_read(data):
    with pytest.raises(FileRefused):
        list(read_rows(io.BytesIO(data)))


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(st.one_of(TEXT, st.integers(), st.floats(allow_nan=False)), max_size=12), max_size=6))
def test_no_row_breaks_the_import(rows):
    results, importer = take(Siras(ana(), entities=(HIGH,)), *rows, creates=True, identifying=True, by_name=True)
    assert len(results) == len(rows) == importer.counts["read"]

"""The layouts as data: a correction without code, and what is wrong with one is said when the portal starts."""

import csv
import io

import pytest

from rop_export import layout
from rop_export.checks import check_layouts
from rop_export.layout import MINUTES, ROP, columns, columns_with, line, problems
from tests.factories.rop import HIGH, add_section, loaded, packet, seat, student, week


def test_the_layouts_and_the_import_files_agree_with_the_code():
    assert check_layouts(None) == []


def test_the_first_24_columns_are_the_documented_ones():
    documented = [column.column for column in columns(ROP) if column.provenance == "documented"]
    assert documented == [column.column for column in columns(ROP)[:24]]
    assert {column.provenance for column in columns(MINUTES)} == {"ours"}


def test_the_total_is_there_only_with_minutes():
    with_minutes = [column.column for column in columns_with(ROP, minutes=True)]
    assert with_minutes[-1] == "TOTAL_MINUTES"
    assert [column.column for column in columns_with(ROP, minutes=False)] == with_minutes[:-1]


@pytest.mark.parametrize(
    "fields",
    [["a", "b"], ["", ""], ["a,b", "c"], ['say "x"', ""], ["a\r\nb", "c"], [",", ",", ""], ['"', "x"], ["Å", "1"]],
)
def test_fields_are_quoted_as_the_csv_module_reads_them(fields):
    made = line(fields)
    assert next(csv.reader(io.StringIO(made, newline=""))) == fields
    assert made.endswith("\r\n")
    plain = [field for field in fields if not set(field) & set(',"\r\n')]
    assert all(f'"{field}"' not in made for field in plain if field)


@pytest.fixture
def other_layout(tmp_path, monkeypatch):
    """`other_layout(name, text)`: the data file of a layout replaced."""
    for name in (ROP, MINUTES):
        (tmp_path / f"{name}.csv").write_text((layout.FOLDER / f"{name}.csv").read_text())
    monkeypatch.setattr(layout, "FOLDER", tmp_path)

    def replace(name: str, text: str) -> None:
        (tmp_path / f"{name}.csv").write_text(text)
        columns.cache_clear()

    columns.cache_clear()
    yield replace
    columns.cache_clear()


HEADER = "column,value,source,cleaning,condition,provenance,note\n"


def test_what_is_wrong_with_a_layout_is_said(other_layout):
    other_layout(ROP, f"{HEADER}A,nothing,,,,ours,\n,=C,,,,ours,\nB,ssid,,wash,always,maybe,\nC,day,,,,ours,\n")
    assert problems(ROP) == [
        "ROP.csv, column A: there is no value 'nothing'",
        "ROP.csv, column ?: the name of the column is missing",
        "ROP.csv, column B: there is no cleaning 'wash'",
        "ROP.csv, column B: there is no condition 'always'",
        "ROP.csv, column B: there is no provenance 'maybe'",
        "ROP.csv, column C: there is no value 'day'",
    ]
    assert {found.id for found in check_layouts(None)} == {"rop_export.E002"}


@pytest.mark.django_db
@pytest.mark.engines
def test_another_order_of_columns_is_an_edit_of_data(lea, run, other_layout):
    student(lea, "1", last_name="Ruiz 2")
    found = seat(add_section(packet(), "1"), "1", "1", end=week()[1])
    found.add("period_attendance", school=HIGH, local_student_id="1", day=week()[1], period="2", code="A")
    loaded(lea, found)
    other_layout(ROP, f"{HEADER}SSN,=none,,,,ours,\nWHO,last_name,,name,,ours,\nALL,total_minutes,,,minutes,ours,\n")
    other_layout(MINUTES, f"{HEADER}D,day,,,,ours,\nWHO,last_name,,name,,ours,\nC,code,,,,ours,\nM,minutes,,,,ours,\n")
    files = run(clean=True)
    assert files.text == "SSN,WHO,ALL\r\nnone,Ruiz,50\r\n"
    assert files.daily_text == "D,WHO,C,M\r\n20260914,Ruiz,,50\r\n20260915,Ruiz,A,0\r\n"
    assert run(minutes=False, today=week()[0]).text == "SSN,WHO\r\nnone,Ruiz 2\r\n"

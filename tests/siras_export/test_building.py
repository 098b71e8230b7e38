"""The file: whose students, which values, which form (spec siras, sections 2, 3, 9 and 9.1)."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlrd

from ods.models import Organization
from siras_export import building
from siras_export.building import Built, build, compare
from siras_export.code_maps import School, maps_of
from siras_export.fields import default_columns, fields
from siras_export.files import MOST_OF_XLS, TooManyRows, open_sheet
from siras_export.recipes import FILE_504, MAIN, Recipe
from siras_export.rows import Finding
from tests.factories.organizations import make_lea, make_school
from tests.factories.siras import (
    ELEMENTARY,
    HIGH,
    NIGHT,
    enroll,
    inform,
    language,
    pending,
    plan,
    program,
    sped,
    student,
)

A, B, C, D = "9900000001", "9900000002", "9900000003", "9900000004"
ALL = tuple(field.key for field in fields())


@pytest.fixture
def lea(db: None) -> Organization:
    lea = make_lea("1964733", "Alder Unified")
    make_school(lea, HIGH, "Alder High")
    return lea


class Result:
    def __init__(self, built: Built, files: dict[str, io.BytesIO]) -> None:
        self.built, self.files = built, files
        self.findings = built.findings

    def rows(self, role: str = MAIN) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[role].getvalue().decode(), newline="")))


def make(
    lea: Organization, *, on: date = NIGHT, mapped=None, schools=None, styles=None, sst=(), **recipe: Any
) -> Result:
    given = {"student_filter": "sped", "columns": ALL, "file_name": "a.csv", "file_name_504": "b.csv", **recipe}
    made = Recipe(**given)
    files = {role: io.BytesIO() for role in made.files}
    maps = maps_of(styles={"language": "iso", **(styles or {})}, mapped=mapped or {}, schools=schools or {})
    built = build(lea=lea, on=on, recipe=made, maps=maps, sst=frozenset(sst), files=files, content=io.BytesIO())
    return Result(built, files)


def ids(result: Result, role: str = MAIN) -> list[str]:
    return [row["SSID"] for row in result.rows(role)]


@pytest.mark.engines
def test_every_value_comes_from_where_the_table_says(lea):
    enroll(lea, A, local_id="77", school_of_attendance="0000001", school_of_attendance_nps="6999999",
           district_of_geographic_residence_code="1964733", grade_level_code="KN")  # fmt: skip
    inform(lea, A, legal_last_name="Núñez", legal_first_name="Zoë", legal_middle_name="M", legal_name_suffix="JR",
           gender_code="X", hispanic_ethnicity_indicator="Y", race_1_code="100", race_2_code="700", race_3_code="400",
           race_4_code="600", preferred_first_name="Zo", preferred_last_name="N")  # fmt: skip
    sped(lea, A)
    language(lea, A, "EL", date(2020, 8, 1), "spa")
    language(lea, A, "RFEP", date(2025, 5, 2), "spa")
    program(lea, A, "135")
    plan(lea, A, "210", date(2025, 1, 1))
    plan(lea, A, "230", date(2026, 9, 9))
    plan(lea, A, "300", date(2026, 12, 1))
    schools = {"6999999": School("0999999", "12", "20", "1111111")}
    [row] = make(lea, schools=schools, mapped={("grade", "KN"): "TK"}, styles={"residence": "plan"}).rows()
    assert row == {
        "SSID": A, "Local Student ID": "77", "Last Name": "Núñez", "First Name": "Zoë", "Birthdate": "20120304",
        "Middle Name": "M", "Name Suffix": "JR", "School of Attendance": "0999999", "Site Code": "12",
        "School Type": "20", "District of Geographic Residence": "1964733", "School of Residence": "1111111",
        "Grade Level": "TK", "Gender": "X", "Federal Ethnicity": "Y", "Race1": "100", "Race2": "700", "Race3": "400",
        "English Language Acquisition Status Code": "RFEP", "RFEP Date": "20250502", "Primary Language Code": "spa",
        "Migrant": "Y", "Residential Status": "230", "Designation": "SPED", "PreferredFirstName": "Zo",
        "PreferredLastName": "N",
    }  # fmt: skip


@pytest.mark.engines
def test_without_information_in_force_the_enrollment_says_who_it_is(lea):
    student(lea, A, legal_last_name="Ames")
    inform(lea, A, legal_last_name="Later", effective_start_date=date(2026, 12, 1))
    inform(
        lea, A, legal_last_name="Before", effective_start_date=date(2025, 8, 1), effective_end_date=date(2026, 10, 5)
    )
    [row] = make(lea).rows()
    assert (row["Last Name"], row["Federal Ethnicity"], row["Migrant"]) == ("Ames", "", "N")


@pytest.mark.engines
def test_filters_and_designations(lea):
    student(lea, A)
    enroll(lea, B)
    program(lea, B)
    student(lea, C)
    program(lea, C)
    enroll(lea, D)
    found = {
        name: [(row["SSID"], row["Designation"]) for row in make(lea, student_filter=name, sst=[D]).rows()]
        for name in ("sped", "504", "sst", "combined", "all")
    }
    assert found == {
        "sped": [(A, "SPED"), (C, "SPED")],
        "504": [(B, "504"), (C, "504")],
        "sst": [(D, "SST")],
        "combined": [(A, "SPED"), (B, "504"), (C, "SPED")],
        "all": [(A, "SPED"), (B, "504"), (C, "SPED"), (D, "SST")],
    }
    with_sst = make(lea, student_filter="combined", with_sst=True, sst=["L0004"])
    assert [(row["SSID"], row["Designation"]) for row in with_sst.rows()][-1] == (D, "SST")


@pytest.mark.engines
def test_a_separate_504_file_also_holds_who_is_both(lea):
    student(lea, A)
    enroll(lea, B)
    program(lea, B)
    student(lea, C)
    program(lea, C)
    result = make(lea, student_filter="combined", separate_504=True)
    assert ids(result) == [A, C]
    assert [(row["SSID"], row["Designation"]) for row in result.rows(FILE_504)] == [(B, "504"), (C, "504")]
    assert (result.built.students, dict(result.built.counts)) == (
        3,
        {"main": 2, "main:SPED": 2, "504": 2, "504:504": 2},
    )


@pytest.mark.engines
def test_special_ed_is_the_latest_status_or_a_pending_meeting(lea):
    for ssid in (A, B, C, D):
        enroll(lea, ssid)
    sped(lea, A, "1", date(2025, 1, 1))
    sped(lea, A, "2", date(2026, 2, 1))
    sped(lea, B, "2", date(2025, 1, 1))
    sped(lea, B, "1", date(2026, 2, 1))
    sped(lea, B, "2", NIGHT.replace(day=7))  # tomorrow
    pending(lea, C)
    pending(lea, D, held=date(2026, 9, 9))
    assert ids(make(lea)) == [B, C]


@pytest.mark.engines
def test_a_504_plan_counts_from_its_first_to_its_last_day_and_144_never(lea):
    for ssid, code, since, until in (
        (A, "101", NIGHT, NIGHT),
        (B, "101", date(2026, 8, 17), date(2026, 10, 5)),
        (C, "101", date(2026, 10, 7), None),
        (D, "144", date(2026, 8, 17), None),
    ):
        enroll(lea, ssid)
        program(lea, ssid, code, education_program_membership_start_date=since,
                education_program_membership_end_date=until)  # fmt: skip
    assert ids(make(lea, student_filter="504")) == [A]


@pytest.mark.engines
def test_who_is_not_sent_is_listed(lea):
    sped(lea, A)
    enroll(lea, A, enrollment_exit_date=date(2026, 10, 5))
    sped(lea, B)
    enroll(lea, B, enrollment_status_code="20")
    enroll(lea, "", local_id="N1")
    enroll(lea, "", local_id="N2", school_of_attendance=ELEMENTARY)
    student(lea, C, enrollment_exit_date=NIGHT)
    result = make(lea, sst=["gone"], student_filter="combined", with_sst=True)
    assert ids(result) == [C]
    assert result.findings == [
        Finding("no_ssid", "", "N1"), Finding("no_ssid", "", "N2"), Finding("not_enrolled", A, ""),
        Finding("not_enrolled", B, ""), Finding("unknown", "", "gone"),
    ]  # fmt: skip
    assert result.built.not_sent == 5


def test_one_kind_of_finding_does_not_crowd_out_another(lea, monkeypatch):
    monkeypatch.setattr(building, "MOST_FINDINGS", 2)
    for number in range(4):
        student(lea, f"990000000{number}", grade_level_code="99")
    result = make(lea, sst=["gone"], student_filter="combined", with_sst=True)
    assert [finding.kind for finding in result.findings] == ["unmapped", "unmapped", "unknown"]
    assert dict(result.built.kinds) == {"unmapped": 4, "unknown": 1}


@pytest.mark.engines
def test_of_two_open_enrollments_the_later_is_sent_and_it_is_said(lea):
    student(lea, A, local_id="1")
    enroll(lea, A, local_id="2", school_of_attendance=ELEMENTARY, enrollment_start_date=date(2026, 9, 1))
    result = make(lea)
    assert [row["School of Attendance"] for row in result.rows()] == [ELEMENTARY]
    assert result.findings == [Finding("two_schools", A, "2")]


@pytest.mark.engines
def test_codes_no_map_knows_are_blank_and_reported_by_student(lea):
    student(lea, A, grade_level_code="UU", school_of_attendance="0000002")
    language(lea, A, "EL", date(2020, 8, 1), "01")
    result = make(lea)
    [row] = result.rows()
    assert [row[name] for name in ("Grade Level", "School of Attendance", "Primary Language Code")] == ["", "", ""]
    assert result.findings == [
        Finding("unmapped", A, "L0001", "school", "0000002"),
        Finding("unmapped", A, "L0001", "grade", "UU"),
        Finding("unmapped", A, "L0001", "language", "01"),
    ]
    assert make(lea, columns=("ssid", "last_name", "first_name", "birthdate")).findings == []


@pytest.mark.parametrize(
    ("kind", "style", "own", "source", "expected"),
    [
        ("grade", "", {}, "KN", "KN"),
        ("grade", "", {"KN": "TK"}, "KN", "TK"),
        ("grade", "", {}, "TD", None),
        ("grade", "", {"TD": ""}, "TD", ""),
        ("el", "", {}, "ADEL", ""),
        ("el", "", {"ADEL": "EL"}, "ADEL", "EL"),
        ("el", "", {}, "XX", None),
        ("ethnicity", "yn", {}, "Y", "Y"),
        ("ethnicity", "500", {}, "N", "501"),
        ("ethnicity", "500", {}, "missing", "900"),
        ("ethnicity", "yn", {}, "", ""),
        ("language", "iso", {}, "spa", "spa"),
        ("language", "mapped", {}, "spa", None),
        ("language", "mapped", {"spa": "01"}, "spa", "01"),
        ("residence", "mapped", {}, "210", None),
        ("residence", "plan", {}, "210", "210"),
        ("residence", "mapped", {"210": "20"}, "210", "20"),
    ],
)
def test_code_maps(kind, style, own, source, expected):
    maps = maps_of(styles={kind: style}, mapped={(kind, code): value for code, value in own.items()}, schools={})
    assert maps.value(kind, source) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (HIGH, School(HIGH)),
        ("0161119", School("0161119")),
        ("0000001", None),
        ("mapped", School("1964733", "10")),
        ("12", None),
    ],
)
def test_school_map(code, expected):
    assert maps_of(styles={}, mapped={}, schools={"mapped": School("1964733", "10")}).school(code) == expected


@pytest.mark.parametrize("file_type", ["csv", "xlsx", "xls"])
def test_every_form_holds_the_same_text(lea, file_type):
    student(lea, A, local_id="007", legal_last_name='O"Hara, Jr', legal_first_name="Zoë\r\nAnn")
    columns = ("local_id", "ssid", "last_name", "first_name", "birthdate", "school", "site_code")
    data = make(lea, columns=columns, file_type=file_type, header_style="short").files[MAIN].getvalue()
    if file_type == "csv":
        assert (
            data
            == (
                "LOCAL_ID,SSID,LAST_NAME,FIRST_NAME,BIRTHDATE,SCH_CODE,SITE_CODE\r\n"
                f'007,{A},"O""Hara, Jr",Zoë Ann,20120304,{HIGH},\r\n'
            ).encode()
        )
        return
    if file_type == "xlsx":
        [head, row] = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows())
        assert {cell.data_type for cell in (*head, *row) if cell.value is not None} == {"s"}
        found = [[cell.value or "" for cell in line] for line in (head, row)]
    else:
        sheet = xlrd.open_workbook(file_contents=data).sheet_by_index(0)
        found = [sheet.row_values(number) for number in range(sheet.nrows)]
        kinds = {kind for number in range(2) for kind in sheet.row_types(number)}
        assert kinds <= {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_EMPTY}
    assert found == [
        ["LOCAL_ID", "SSID", "LAST_NAME", "FIRST_NAME", "BIRTHDATE", "SCH_CODE", "SITE_CODE"],
        ["007", A, 'O"Hara, Jr', "Zoë Ann", "20120304", HIGH, ""],
    ]


def test_xls_says_when_it_is_full():
    sheet = open_sheet("xls", io.BytesIO())
    for _ in range(MOST_OF_XLS + 1):
        sheet.write([])
    with pytest.raises(TooManyRows, match="Choose XLSX or CSV"):
        sheet.write([])
    sheet.discard()


def test_the_26_fields_with_both_headers():
    assert len(ALL) == len(set(ALL)) == 26
    names = [name for field in fields() for name in (field.header, *field.alternates)]
    assert len(names) == len(set(names))
    swapped = {field.key: field.alternates for field in fields()}
    assert (swapped["last_name"], swapped["first_name"]) == (("LAST_NAME",), ("FIRST_NAME",))  # not as printed
    assert set(ALL) - set(default_columns()) == {"school_type", "residential_status"}


def test_content_is_the_same_for_the_same_students_and_tells_changes(lea):
    student(lea, A)
    one = make(lea).built.content
    assert make(lea).built.content == one
    assert make(lea, header_style="short").built.content != one
    student(lea, B)
    assert make(lea).built.content != one


def test_two_nights_compared():
    def content(header: str, *rows: str) -> io.BytesIO:
        return io.BytesIO("".join(f"{row}\r\n" for row in (header, *rows)).encode())

    old = content("role,ssid,grade", "504,1,02", "main,1,02", "main,2,03", "main,3,04")
    new = content("role,ssid,grade,gender", "main,1,02,F", "main,2,04,M", "main,4,05,X")
    found = compare(old, new)
    assert (found.added, found.removed, found.changed, found.before) == (1, 2, 1, 4)


@pytest.mark.engines
def test_students_of_another_district_do_not_come(lea):
    other = make_lea("3768338")
    student(other, A)
    student(lea, B)
    enroll(other, C)
    sped(lea, C)
    result = make(lea)
    assert ids(result) == [B]
    assert result.findings == [Finding("not_enrolled", C, "")]

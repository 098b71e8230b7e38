from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ods.directory import DirectoryCounts, DirectoryRefused, load_directory, schools_of
from ods.models import Organization, SelpaMembership

pytestmark = pytest.mark.django_db

HEADER = "kind,code,name,parent,since,until"
FILE = [
    HEADER,
    "SCHOOL,1234567,Oak Elementary,7654321,,",
    "MEMBER,7654321,,0101,20200701,",
    "SELPA,0101,Valley SELPA,,,",
    "LEA,7654321,Valley Unified,,,",
    "LEA,1234567,Oak Charter,,,",
]


def everything() -> list[tuple[str, str, str, str | None]]:
    return list(Organization.objects.order_by("kind", "code").values_list("kind", "code", "name", "parent__code"))


def test_rows_in_any_order_are_stored_and_a_code_may_be_lea_and_school() -> None:
    assert load_directory(lines=FILE) == DirectoryCounts(inserted=5)
    assert everything() == [
        ("LEA", "1234567", "Oak Charter", None),
        ("LEA", "7654321", "Valley Unified", None),
        ("SCHOOL", "1234567", "Oak Elementary", "7654321"),
        ("SELPA", "0101", "Valley SELPA", None),
    ]
    assert list(SelpaMembership.objects.values_list("selpa__code", "lea__code", "since", "until")) == [
        ("0101", "7654321", date(2020, 7, 1), None)
    ]


def test_loading_again_changes_nothing_and_new_values_replace_old_ones() -> None:
    load_directory(lines=FILE)
    assert load_directory(lines=FILE) == DirectoryCounts(unchanged=5)
    changed = [
        HEADER,
        "SCHOOL,1234567,Oak Academy,1234567,,",
        "MEMBER,7654321,,0101,2020-07-01,2026-06-30",
        "MEMBER,7654321,,0101,2026-08-01,",
    ]
    assert load_directory(lines=changed) == DirectoryCounts(inserted=1, updated=2)
    assert [
        (school.code, school.name) for school in schools_of(Organization.objects.get(kind="LEA", code="1234567"))
    ] == [("1234567", "Oak Academy")]
    assert list(schools_of(Organization.objects.get(kind="LEA", code="7654321"))) == []
    assert list(SelpaMembership.objects.order_by("since").values_list("since", "until")) == [
        (date(2020, 7, 1), date(2026, 6, 30)),
        (date(2026, 8, 1), None),
    ]


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([], ["line 1: the header must be kind,code,name,parent,since,until"]),
        (["LEA,1234567,Valley,,,"], ["line 1: the header must be kind,code,name,parent,since,until"]),
        ([HEADER, "LEA,1234567,Valley"], ["line 2: 3 columns instead of 6"]),
        ([HEADER, "DISTRICT,1234567,Valley,,,"], ["line 2: kind must be one of LEA, SCHOOL, SELPA, MEMBER"]),
        (
            [HEADER, "LEA,123456,,,,", "SELPA,123,S,7654321,,"],
            [
                "line 2: LEA codes have 7 digits",
                "line 2: name is missing",
                "line 3: SELPA codes have 4 digits",
                "line 3: SELPA rows have no parent",
            ],
        ),
        ([HEADER, "LEA,1234567,A,,,", "LEA,1234567,B,,,"], ["line 3: repeats line 2"]),
        ([HEADER, "LEA,1234567,A,,20200101,"], ["line 2: since and until belong to MEMBER rows only"]),
        ([HEADER, "SCHOOL,1234567,A,,,"], ["line 2: parent of a SCHOOL must be the 7-digit code of its LEA"]),
        ([HEADER, "SCHOOL,1234567,A,7654321,,"], ["line 2: there is no LEA 7654321"]),
        (
            [HEADER, "SCHOOL,0000001,NPS,7654321,,"],
            ["line 2: 0000001 is a pseudo-school that every LEA has; leave it out"],
        ),
        (
            [HEADER, "MEMBER,7654321,,0101,20200701,"],
            ["line 2: there is no LEA 7654321", "line 2: there is no SELPA 0101"],
        ),
        (
            [HEADER, "MEMBER,7654321,,7654321,2020-13-01,20200101"],
            [
                "line 2: parent of a MEMBER must be the 4-digit code of its SELPA",
                "line 2: since must be a date written CCYY-MM-DD or CCYYMMDD",
            ],
        ),
        ([HEADER, "MEMBER,7654321,,0101,,"], ["line 2: since is missing"]),
        ([HEADER, "MEMBER,7654321,,0101,2020-W01-1,"], ["line 2: since must be a date written CCYY-MM-DD or CCYYMMDD"]),
        ([HEADER, "MEMBER,7654321,,0101,20200702,20200701"], ["line 2: until is before since"]),
        ([HEADER, 'LEA,1234567,"Valley,,,'], ["line 2: not readable as CSV (unexpected end of data)"]),
    ],
)
def test_errors_name_their_line_and_nothing_is_stored(rows: list[str], errors: list[str]) -> None:
    with pytest.raises(DirectoryRefused) as refused:
        load_directory(lines=rows)
    assert refused.value.errors == errors
    assert everything() == []


def test_one_bad_row_keeps_the_good_ones_out() -> None:
    with pytest.raises(DirectoryRefused):
        load_directory(lines=[*FILE, "LEA,1,Bad,,,"])
    assert everything() == []


def test_the_command_reads_a_file_with_a_byte_order_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "directory.csv"
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(FILE).encode())
    call_command("load_directory", file)
    assert capsys.readouterr().out == "directory.csv: 5 inserted, 0 updated, 0 unchanged\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory"),
        (b"kind,code\n", "line 1: the header must be"),
        (b"kind,code,name,parent,since,until\nLEA,1234567,Ca\xf1ada,,,\n", "not UTF-8 text"),
    ],
)
def test_the_command_refuses_in_words(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "directory.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("load_directory", file)
    assert everything() == []

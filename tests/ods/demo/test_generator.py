"""The files: their form, that they are always the same, and that they keep the rules of the loader."""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ods.demo.generator import DemoData, generate
from ods.layout import RECORD_TYPES, layout
from ods.validating import DirectorySnapshot, Validator
from tests.ods.demo.reading import Posted, read


def _digests(data: DemoData) -> dict[str, str]:
    return {file.path.name: hashlib.sha256(file.path.read_bytes()).hexdigest() for file in data.files}


def test_every_record_type_has_files(demo_data: DemoData) -> None:
    assert {file.record_type for file in demo_data.files} == set(RECORD_TYPES)


def test_lines_are_caret_records_with_cr_lf_and_no_header(posted: Posted) -> None:
    for file in posted.data.files:
        data = file.path.read_bytes()
        fields = len(layout(file.record_type).fields)
        assert data.endswith(b"\r\n")
        assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
        assert not data.startswith(b"\xef\xbb\xbf")
        starts = {line.split("^")[0] for line in data.decode().split("\r\n")[:-1]}
        carets = {line.count("^") for line in data.decode().split("\r\n")[:-1]}
        assert (starts, carets) == ({file.record_type}, {fields - 1})


def test_files_hold_one_lea_each(posted: Posted) -> None:
    for file in posted.data.files:
        position = next(each.position for each in layout(file.record_type).fields if each.field == "reporting_lea")
        lines = file.path.read_bytes().decode().split("\r\n")[:-1]
        assert {line.split("^")[position - 1] for line in lines} == {file.lea}


def test_files_come_in_the_order_of_their_posting_days(posted: Posted) -> None:
    days = [file.posted_on for file in posted.data.files]
    assert days == sorted(days)
    assert len(set(days)) == 12


def test_the_same_seed_gives_the_same_bytes_in_another_process_without_django(
    demo_data: DemoData, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from ods.demo.generator import generate;"
        "generate(Path(sys.argv[1]), students=120);"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'django']"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "files")]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "7"}, cwd=Path(__file__).parents[3])
    again = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "files").glob("2*.txt")}
    assert again == _digests(demo_data)


def test_another_seed_gives_other_people_under_the_same_numbers(demo_data: DemoData, tmp_path: Path) -> None:
    other = read(generate(tmp_path / "files", students=120, seed=99, types=["SENR"]))
    ours = read(demo_data)
    assert {row["ssid"] for row in other["SENR"]} == {row["ssid"] for row in ours["SENR"]}
    names = [{(row["ssid"], row["legal_last_name"]) for row in posted["SENR"]} for posted in (ours, other)]
    assert len(names[0] & names[1]) < len(names[0]) / 4


def test_a_types_files_are_the_same_whichever_others_are_made(demo_data: DemoData, tmp_path: Path) -> None:
    for types in (["SENR"], ["SERV", "SINC"], ["CRSE"]):
        only = generate(tmp_path / types[0], students=120, types=types)
        wanted = {file.path.name for file in demo_data.files if file.record_type in types}
        assert _digests(only) == {name: digest for name, digest in _digests(demo_data).items() if name in wanted}


def test_the_demo_stands_on_the_day_it_is_told(tmp_path: Path) -> None:
    data = generate(tmp_path / "files", students=120, as_of=date(2024, 1, 9), types=["SENR"])
    days = sorted({file.posted_on for file in data.files})
    assert days[-1] == date(2023, 10, 28)
    years = {line.split("^")[6] for file in data.files for line in file.path.read_text().splitlines()}
    assert max(years) == "2023-2024"


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({"leas": 2}, "at least 3 LEAs"),
        ({"leas": 2001, "students": 100_000}, "at most 2000 LEAs"),
        ({"students": 119}, "at least 40 students for each LEA"),
        ({"as_of": date(2022, 10, 27)}, "from 2022-10-28 on"),
    ],
)
def test_sizes_the_demo_cannot_have_are_refused(tmp_path: Path, sizes: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        generate(tmp_path / "files", **sizes)
    assert not (tmp_path / "files").exists()


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="SPED"):
        generate(tmp_path / "files", types=["SPED"])


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="not empty"):
        generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_list_of_rounds_names_every_file_in_order(demo_data: DemoData) -> None:
    with (demo_data.directory.parent / "rounds.csv").open(newline="") as lines:
        listed = [(row["file"], row["posted_on"], row["historical"]) for row in csv.DictReader(lines)]
    expected = [(file.path.name, str(file.posted_on), "Y" * file.historical) for file in demo_data.files]
    assert listed == expected


def test_no_record_breaks_a_rule_of_the_loader(posted: Posted) -> None:
    """Warnings are those of the codes no public list has: nonpublic schools and agencies."""
    directory = _snapshot(posted.data.directory)
    found = set()
    for file in posted.data.files:
        validator = Validator(layout(file.record_type), directory, only_lea="")
        for number, line in enumerate(file.path.read_bytes().decode().split("\r\n")[:-1], start=1):
            _, findings = validator.judge(number, line.split("^"))
            found |= {(each.rule.code, each.rule.severity, each.field_name) for each in findings}
    assert found == {
        ("GERR0002", "warning", "School of Attendance NPS"),
        ("GERR0002", "warning", "Nonpublic Agency Identifier (NPA)"),
    }


def _snapshot(path: Path) -> DirectorySnapshot:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    pseudo = frozenset({"0000001", "0000002"})
    schools = {row["code"]: set(pseudo) for row in rows if row["kind"] == "LEA"}
    for row in rows:
        if row["kind"] == "SCHOOL":
            schools[row["parent"]].add(row["code"])
    selpas = frozenset(row["code"] for row in rows if row["kind"] == "SELPA")
    return DirectorySnapshot(schools={lea: frozenset(codes) for lea, codes in schools.items()}, selpas=selpas)


def test_no_identifier_and_no_address_can_be_real(posted: Posted) -> None:
    ssids = {row["ssid"] for code in RECORD_TYPES for row in posted.lines[code] if "ssid" in row}
    assert [ssid for ssid in ssids if not re.fullmatch(r"99\d{8}", ssid)] == []
    seids = {row["seid"] for code in RECORD_TYPES for row in posted.lines[code] if "seid" in row}
    assert [seid for seid in seids if not re.fullmatch(r"98\d{8}|9999999999", seid)] == []
    assert {row["address_zip_code"][:4] for row in posted.lines["SINF"]} == {"0000"}


def test_no_two_students_share_an_ssid_and_no_two_staff_a_seid(posted: Posted) -> None:
    people: dict[str, set[str]] = {}
    for row in posted.lines["SENR"]:
        people.setdefault(row["ssid"], set()).add(row["local_record_id"].partition("-")[0])
    assert [ssid for ssid, numbers in people.items() if len(numbers) > 1] == []
    staff: dict[str, set[str]] = {}
    for row in posted.lines["SDEM"]:
        staff.setdefault(row["seid"], set()).add(row["local_record_id"])
    assert [seid for seid, numbers in staff.items() if len(numbers) > 1] == []


def test_a_bigger_demo_has_more_of_everything(tmp_path: Path) -> None:
    data = generate(tmp_path / "files", leas=7, students=3000, types=["SENR", "CRSE", "SDEM"])
    with data.directory.open(newline="") as lines:
        kinds = [row["kind"] for row in csv.DictReader(lines)]
    assert kinds.count("LEA") == 7
    assert len({file.lea for file in data.files if file.record_type == "SENR"}) == 7
    ssids = {row["ssid"] for row in read(data).lines["SENR"]}
    assert len(ssids) == 3000 + len(data.retirements)

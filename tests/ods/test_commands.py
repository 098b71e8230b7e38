"""`manage.py load_ods` and `manage.py retire_ssid`, which stands in histories."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from ods.models import Posting, StudentEnrollment, StudentIdentity
from tests.factories.organizations import make_lea, make_school
from tests.factories.records import LEA, SCHOOL, YEAR, file, line

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def directory(db: None) -> None:
    make_school(make_lea(LEA), SCHOOL)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, *lines: str) -> Path:
        (tmp_path / name).write_bytes(file(*lines))
        return tmp_path / name

    return write


def test_files_are_posted_in_order_and_each_is_told(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    one = write("one.txt", line("SENR"), line("SENR", ssid="9000000002"))
    two = write("two.txt", line("SENR", "D"), line("SENR", ssid="9000000002"))
    call_command("load_ods", one, two, posted_on=date(2025, 9, 1), by="Ines")
    shown = capsys.readouterr()
    assert shown.out == (
        "one.txt: 2 SENR records read, 2 inserted, 0 updated, 0 unchanged, 0 removed, 0 deleted, 0 rejected, 0 warnings"
        " (posted on 2025-09-01)\n"
        "two.txt: 2 SENR records read, 0 inserted, 0 updated, 1 unchanged, 1 removed, 0 deleted, 0 rejected, 0 warnings"
        " (posted on 2025-09-01)\n"
    )
    assert shown.err == ""
    assert list(Posting.objects.order_by("pk").values_list("file_name", "posted_by", "posted_on")) == [
        ("one.txt", "Ines", date(2025, 9, 1)),
        ("two.txt", "Ines", date(2025, 9, 1)),
    ]


def test_without_a_date_the_day_in_california_counts(write: Write) -> None:
    with time_machine.travel("2026-07-01T05:00:00+00:00", tick=False):
        call_command("load_ods", write("one.txt", line("SENR")), verbosity=0)
    assert StudentEnrollment.objects.get().upload_date == date(2026, 6, 30)


def test_a_refused_file_fails_the_command_and_the_others_are_posted(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write("bad.txt", line("SENR", gender_code="Q"), line("SENR", gender_code="Q", birth_date="x"))
    good = write("good.txt", line("SENR"))
    with pytest.raises(CommandError, match=r"^2 of 3 files were refused\.$"):
        call_command("load_ods", bad, good.with_name("missing.txt"), good)
    shown = capsys.readouterr()
    code = "The value is not a code of the set Gender. Use one of its codes, leading zeros included."
    day = "The value is not a date. Write a real date from 1900 on as CCYYMMDD, for example 20250818."
    assert shown.err.splitlines() == [
        f"bad.txt: line 1, 1.18 Student Gender Code: GERR0002 error: {code}",
        f"bad.txt: line 2, 1.17 Student Birth Date: FRMT0002 error: {day}",
        f"bad.txt: line 2, 1.18 Student Gender Code: GERR0002 error: {code}",
        "bad.txt: 1 x FRMT0002 error (Date format)",
        "bad.txt: 2 x GERR0002 error (Not in the code set)",
        "bad.txt: REFUSED. 2 of 2 records have errors. Nothing was posted.",
        "missing.txt: REFUSED. The file cannot be read: No such file or directory.",
    ]
    assert shown.out.startswith("good.txt: 1 SENR records read, 1 inserted")


def test_many_errors_are_capped_on_screen_and_all_written_to_the_errors_file(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write("bad.txt", *[line("SENR", ssid=f"{number:010}", gender_code="Q") for number in range(30)], "SENR^cut")
    with pytest.raises(CommandError):
        call_command("load_ods", bad, errors=tmp_path / "errors.csv")
    shown = capsys.readouterr().err.splitlines()
    assert len([each for each in shown if each.startswith("bad.txt: line ")]) == 20
    assert shown[20:] == [
        "bad.txt: and 11 more (see --errors)",
        "bad.txt: 1 x FILE0001 error (Wrong number of fields)",
        "bad.txt: 30 x GERR0002 error (Not in the code set)",
        "bad.txt: REFUSED. 31 of 31 records have errors. Nothing was posted.",
    ]
    with (tmp_path / "errors.csv").open(newline="") as written:
        rows = list(csv.DictReader(written))
    assert [(row["file"], row["line"], row["field_number"], row["rule"], row["severity"]) for row in rows] == [
        *[("bad.txt", str(number), "1.18", "GERR0002", "error") for number in range(1, 31)],
        ("bad.txt", "31", "", "FILE0001", "error"),
    ]


def test_no_value_of_a_record_is_shown_or_written(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = line("SENR", ssid="9876543210", legal_last_name="Zyxwvut", gender_code="Q", birth_date="19001301")
    with pytest.raises(CommandError) as refused:
        call_command("load_ods", write("bad.txt", secret, secret), errors=tmp_path / "errors.csv")
    shown = capsys.readouterr()
    everywhere = shown.out + shown.err + str(refused.value) + (tmp_path / "errors.csv").read_text()
    for value in ("9876543210", "Zyxwvut", "19001301"):
        assert value not in everywhere


def test_accept_valid_posts_the_rest_and_succeeds(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "load_ods", write("bad.txt", line("SENR"), line("SENR", ssid="9000000002", gender_code="Q")), accept_valid=True
    )
    assert "2 SENR records read, 1 inserted, 0 updated, 0 unchanged, 0 removed, 0 deleted, 1 rejected" in (
        capsys.readouterr().out
    )


def test_notices_historical_and_lea_reach_the_loader(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    old = write("old.txt", line("SELA", academic_year_id=""))
    old.write_bytes(old.read_bytes().removesuffix(b"\r\n"))
    with pytest.raises(CommandError):
        call_command("load_ods", old)
    call_command("load_ods", old, historical=True, lea=LEA)
    with pytest.raises(CommandError):
        call_command("load_ods", old, historical=True, lea="1000000")
    assert "old.txt: The last line has no line end. Make sure the file is complete." in capsys.readouterr().out


def test_deletions_of_a_replacement_are_said_before_the_result(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_ods", write("one.txt", line("STAS"), line("STAS", ssid="9000000002")))
    capsys.readouterr()
    two = write("two.txt", line("STAS", ssid="9000000003"))
    call_command("load_ods", two, dry_run=True)
    call_command("load_ods", two)
    said = "two.txt: 2 posted STAS records are no longer there and will be deleted."
    shown = capsys.readouterr().out.splitlines()
    assert (shown[0], shown[2]) == (said, said)
    assert shown[1].endswith("2 deleted, 0 rejected, 0 warnings (dry run, nothing changed)")
    assert shown[3].endswith(f"2 deleted, 0 rejected, 0 warnings (posted on {Posting.objects.latest('pk').posted_on})")


def test_a_scope_is_emptied(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_ods", write("one.txt", line("STAS"), line("STAS", ssid="9000000002")))
    capsys.readouterr()
    call_command("load_ods", empty_scope=[f"{LEA}:{SCHOOL}:{YEAR}"], type="STAS", posted_on=date(2025, 9, 1))
    scope = f"--empty-scope {LEA}:{SCHOOL}:{YEAR}"
    assert capsys.readouterr().out == (
        f"{scope}: 2 posted STAS records are no longer there and will be deleted.\n"
        f"{scope}: STAS, 0 inserted, 0 updated, 0 unchanged, 0 removed, 2 deleted, 0 rejected, 0 warnings"
        " (posted on 2025-09-01)\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "name at least one file, or a scope to empty"),
        ({"empty_scope": ["1:2:3"]}, "--empty-scope and --type go together"),
        ({"type": "STAS", "empty_scope": []}, "name at least one file"),
        ({"empty_scope": ["1:2:3"], "type": "SENR"}, "SENR records are deleted one by one, by D in a file"),
        ({"empty_scope": ["1:2"], "type": "STAS"}, "a scope of STAS is Reporting LEA:School of Attendance:Academic"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(options: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("load_ods", **options)


def test_an_ssid_is_retired_and_restored(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_ods", write("one.txt", line("SENR"), line("SENR", ssid="9000000002")))
    capsys.readouterr()
    call_command("retire_ssid", "9000000001", "9000000002", on=date(2025, 10, 1))
    assert StudentIdentity.objects.get(ssid="9000000001").retired_on == date(2025, 10, 1)
    assert sorted(StudentEnrollment.objects.values_list("current_ssid", flat=True)) == ["9000000002", "9000000002"]
    call_command("retire_ssid", "9000000001", undo=True)
    assert sorted(StudentEnrollment.objects.values_list("current_ssid", flat=True)) == ["9000000001", "9000000002"]
    assert capsys.readouterr().out == (
        "Retired: 1 records show another SSID now.\nRestored: 1 records show another SSID now.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "undo", "words"),
    [
        (["9000000001"], False, "give OLD and NEW, or OLD and --undo"),
        (["9000000001", "9000000002"], True, "give OLD and NEW, or OLD and --undo"),
        (["9000000001", "9000000002"], False, "The old SSID is unknown"),
        (["9000000001"], True, "The old SSID is unknown"),
    ],
)
def test_what_cannot_be_retired_is_refused_in_words_without_ssids(arguments: list[str], undo: bool, words: str) -> None:
    with pytest.raises(CommandError, match=words) as refused:
        call_command("retire_ssid", *arguments, undo=undo)
    assert "9000000001" not in str(refused.value)

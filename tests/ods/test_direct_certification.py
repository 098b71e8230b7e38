"""Direct Certification results: what a file may hold, and what loading does."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ods.calendar import pacific_today
from ods.direct_certification import ResultCounts, ResultsRefused, load_results
from ods.identities import restore, retire
from ods.models import DirectCertification, StudentIdentity

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

HEADER = "academic_year,ssid,certification_date,certification_status"
ANA, BEN = "9900000001", "9900000002"


@pytest.fixture(autouse=True)
def identities():
    StudentIdentity.objects.bulk_create(StudentIdentity(ssid=ssid, created_on="2025-09-01") for ssid in (ANA, BEN))


def held() -> set[tuple[str, ...]]:
    columns = ("academic_year", "ssid", "current_ssid", "certification_date", "certification_status")
    return {tuple(map(str, row)) for row in DirectCertification.objects.values_list(*columns)}


def test_new_changed_unchanged_and_unknown_are_counted():
    first = [HEADER, f"2025-2026,{ANA},2025-08-15,S", f"2025-2026,{BEN},20250815,R", "2025-2026,9900000009,20250815,S"]
    assert load_results(lines=first) == ResultCounts(inserted=2, unknown=1)
    second = [
        HEADER,
        "",
        f"2025-2026,{ANA},2025-08-15,S",
        f"2025-2026, {BEN} ,20250901,S",
        f"2024-2025,{BEN},20240901,M",
    ]
    assert load_results(lines=second) == ResultCounts(inserted=1, updated=1, unchanged=1)
    assert held() == {
        ("2025-2026", ANA, ANA, "2025-08-15", "S"),
        ("2025-2026", BEN, BEN, "2025-09-01", "S"),
        ("2024-2025", BEN, BEN, "2024-09-01", "M"),
    }


def test_every_error_is_told_with_its_line_and_nothing_is_changed():
    lines = [
        HEADER,
        f"2025-2026,{ANA},2025-08-15,S",
        f"2025,{ANA},2025-13-15,X",
        "2025-2026,12,2025-08-15,S",
        "2025-2026,9900000002",
        f"2025-2026,{ANA},2025-08-16,T",
    ]
    with pytest.raises(ResultsRefused) as refused:
        load_results(lines=lines)
    assert refused.value.errors == [
        "line 3: academic_year is written CCYY-CCYY",
        "line 3: certification_date must be a date written CCYY-MM-DD or CCYYMMDD",
        "line 3: certification_status must be one of S, T, M, R",
        "line 4: ssid has ten digits",
        "line 5: 2 columns instead of 4",
        "line 6: the student stands twice in this school year",
    ]
    assert held() == set()


@pytest.mark.parametrize("lines", [[], ["ssid,academic_year"], ["9900000001"]])
def test_a_file_without_the_header_is_refused(lines):
    with pytest.raises(ResultsRefused) as refused:
        load_results(lines=lines)
    assert refused.value.errors == [f"line 1: the header must be {HEADER}"]


def test_results_follow_a_retirement_and_its_undoing():
    load_results(lines=[HEADER, f"2025-2026,{ANA},2025-08-15,S"])
    retire(old=ANA, new=BEN, on=pacific_today())
    assert held() == {("2025-2026", ANA, BEN, "2025-08-15", "S")}
    restore(old=ANA)
    assert held() == {("2025-2026", ANA, ANA, "2025-08-15", "S")}


def test_the_command_says_what_it_did_and_what_is_wrong(tmp_path: Path):
    file, said = tmp_path / "results.csv", StringIO()
    file.write_text(f"\ufeff{HEADER}\n2025-2026,{ANA},2025-08-15,S\n", encoding="utf-8")
    call_command("load_direct_certification", str(file), stdout=said)
    assert said.getvalue() == "1 new, 0 changed, 0 unchanged; 0 of students this portal does not know were left out.\n"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match=r"results.csv was refused, nothing was changed:\nthe file is not readable"):
        call_command("load_direct_certification", str(file))
    with pytest.raises(CommandError, match=r"gone.csv cannot be read: No such file"):
        call_command("load_direct_certification", str(tmp_path / "gone.csv"))

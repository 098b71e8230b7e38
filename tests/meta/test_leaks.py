"""The search of the logs finds what it is for, and nothing else."""

from pathlib import Path

import pytest

from tests.leaks import finds


@pytest.mark.parametrize(
    "leak",
    [
        "GET /Student/9912345678",
        "Key (ssid)=(9900000002) already exists.",
        "born 20110405",
        "born 2011-04-05",
        "no match for Villaseñor, Ximena",
    ],
)
def test_student_data_are_found(tmp_path: Path, leak: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "web.log").write_text(f"first\n{leak}\n")
    assert [find.rpartition(": ")[0] for find in finds(tmp_path)] == ["a/web.log:2"]


@pytest.mark.parametrize(
    "harmless",
    [
        '{"time": "2026-11-21T19:51:09.115+00:00", "request": "b5a29da45fd54d25", "status": 404}',
        "job 9912345 rows 12345678901 sha256 1999123456789abcdef0",
        "SENR 2025-2026 Poppy Valley Unified - 1234567",
    ],
)
def test_other_words_and_numbers_are_not(tmp_path: Path, harmless: str) -> None:
    (tmp_path / "web.log").write_text(harmless)
    assert list(finds(tmp_path)) == []

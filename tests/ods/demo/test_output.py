"""How records get into files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from ods import writer
from ods.demo import output
from ods.demo.output import LOAD_ORDER, Output
from ods.demo.timeline import AS_OF, Round, timeline
from ods.layout import RECORD_TYPES, layout

ROW = {
    "reporting_lea": "9910010",
    "school_of_assignment": "9910010",
    "seid": "9800000001",
    "legal_first_name": "Zoë",
    "legal_last_name": "D'Amico",
    "birth_date": date(1980, 2, 3),
    "job_classification_fte_percentage": 62.5,
    "local_record_id": "",
}


def _out(folder: Path, types: tuple[str, ...] = RECORD_TYPES) -> Output:
    return Output(folder, timeline(AS_OF), types)


def test_a_line_is_what_the_writer_gives(tmp_path: Path) -> None:
    out = _out(tmp_path)
    out.add("SASS", Round.FALL, ROW, transaction_type="A")
    (file,) = out.close()
    assert file.path.read_bytes().decode() == writer.line(ROW, layout("SASS"), transaction_type="A")
    assert (file.record_type, file.lea, file.posted_on, file.historical) == (
        "SASS",
        "9910010",
        date(2026, 10, 28),
        False,
    )


def test_every_type_has_its_place_in_the_order_of_loading() -> None:
    assert sorted(LOAD_ORDER) == sorted(RECORD_TYPES)


def test_files_are_loaded_by_posting_then_type_then_part(tmp_path: Path) -> None:
    out = _out(tmp_path)
    sent = [("SCSE", Round.START, 1), ("SENR", Round.FALL, 2), ("SENR", Round.FALL, 1), ("CRSE", Round.START, 1)]
    for record_type, turn, part in sent:
        out.add(record_type, turn, {"reporting_lea": "9910010"}, part=part)
    names = [file.path.name for file in out.close()]
    assert names == [
        "20260916_07_CRSE_9910010_1.txt",
        "20260916_09_SCSE_9910010_1.txt",
        "20261028_01_SENR_9910010_1.txt",
        "20261028_01_SENR_9910010_2.txt",
    ]


def test_types_not_asked_for_are_not_written(tmp_path: Path) -> None:
    out = _out(tmp_path, ("SINF",))
    out.add("SASS", Round.FALL, ROW)
    assert out.close() == ()
    assert list(tmp_path.iterdir()) == []
    assert (out.wants("SASS", "SINF"), out.wants("SASS")) == (True, False)


def test_lines_beyond_what_is_held_are_appended_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_LINES_HELD", 3)
    out = _out(tmp_path)
    for number in range(10):
        out.add("SASS", Round.FALL, {**ROW, "local_record_id": str(number)})
    (file,) = out.close()
    assert [line.split("^")[2] for line in file.path.read_text().splitlines()] == [str(n) for n in range(10)]


@pytest.mark.parametrize("whole", [True, False])
def test_a_revision_is_a_draft_and_then_the_record(tmp_path: Path, whole: bool) -> None:
    out = _out(tmp_path)
    out.revise("SASS", Round.START, ROW, random=Random(1), share=1, whole=whole)
    first, then = out.close()
    assert "^ZOË^D'AMICO^" in first.path.read_text()
    expected = writer.line(ROW, layout("SASS"), transaction_type="" if whole else "R")
    assert then.path.read_bytes().decode() == expected
    assert (first.posted_on, then.posted_on) == (date(2026, 9, 16), date(2026, 10, 28))


def test_an_unchanged_record_is_sent_again_only_where_files_replace(tmp_path: Path) -> None:
    for whole, files in ((True, 2), (False, 1)):
        folder = tmp_path / str(whole)
        folder.mkdir()
        out = _out(folder)
        out.revise("SASS", Round.START, ROW, random=Random(1), share=0, whole=whole)
        assert len(out.close()) == files


def test_the_last_posting_is_not_revised(tmp_path: Path) -> None:
    out = _out(tmp_path)
    out.revise("SASS", Round.FALL, ROW, random=Random(1), share=1, whole=True)
    (file,) = out.close()
    assert file.path.read_bytes().decode() == writer.line(ROW, layout("SASS"))


def test_a_draft_without_names_lacks_the_local_record_id() -> None:
    assert output.draft_of({"local_record_id": "X1", "seid": "1"}) == {"local_record_id": "", "seid": "1"}

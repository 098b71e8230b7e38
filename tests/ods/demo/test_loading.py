"""The demo in the database, through the ordinary loader."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models import F

from ods.demo.generator import DemoData, generate
from ods.demo.loading import POSTED_BY, DemoRefused, Loaded, load
from ods.layout import RECORD_TYPES
from ods.models import (
    RECORD_MODELS,
    EnglishLanguageAcquisition,
    Organization,
    Posting,
    SelpaMembership,
    StaffDemographics,
    StudentEnrollment,
    StudentIdentity,
    StudentInformation,
)
from tests.ods.demo.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def _everything() -> dict[str, list[tuple[object, ...]]]:
    models = (*RECORD_MODELS.values(), Posting, StudentIdentity, Organization, SelpaMembership)
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_every_record_of_the_files_is_posted(demo_ods: DemoData) -> None:
    expected = read(demo_ods)
    assert {code: model._default_manager.count() for code, model in RECORD_MODELS.items()} == {
        code: len(expected[code]) for code in RECORD_TYPES
    }


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_upload_date_and_last_updated_differ_on_a_fifth_of_the_records(demo_ods: DemoData, record_type: str) -> None:
    rows = RECORD_MODELS[record_type]._default_manager
    assert rows.exclude(upload_date=F("last_updated")).count() >= rows.count() / 5
    assert not rows.filter(last_updated__lt=F("upload_date")).exists()


def test_a_second_run_changes_nothing(demo_ods: DemoData) -> None:
    before = _everything()
    assert load(demo_ods) == Loaded(files=0, known=len(demo_ods.files), records=0)
    assert _everything() == before


def test_a_run_that_was_broken_off_is_carried_on(demo_ods: DemoData) -> None:
    posting = Posting.objects.order_by("-pk").first()
    assert posting is not None
    RECORD_MODELS[posting.record_type]._default_manager.filter(posting=posting).delete()
    posting.delete()
    loaded = load(demo_ods)
    assert (loaded.files, loaded.known) == (1, len(demo_ods.files) - 1)


def test_other_options_on_the_same_database_are_refused(demo_ods: DemoData, tmp_path: Path) -> None:
    before = _everything()
    with pytest.raises(DemoRefused, match="made with other options"):
        load(generate(tmp_path / "files", students=120, seed=8, types=["SENR"]))
    assert _everything() == before


def test_postings_name_the_day_of_their_round(demo_ods: DemoData) -> None:
    postings = {(each.file_name, each.posted_on) for each in Posting.objects.filter(posted_by=POSTED_BY)}
    assert postings == {(file.path.name, file.posted_on) for file in demo_ods.files}


def test_retired_ssids_show_the_current_one(demo_ods: DemoData) -> None:
    assert demo_ods.retirements
    for retirement in demo_ods.retirements:
        rows = StudentEnrollment.objects.filter(ssid=retirement.old)
        assert set(rows.values_list("current_ssid", flat=True)) == {retirement.new}
        identity = StudentIdentity.objects.get(ssid=retirement.old)
        assert identity.retired_by is not None
        assert (identity.retired_by.ssid, identity.retired_on) == (retirement.new, retirement.on)


def test_versions_close_and_reopen(demo_ods: DemoData) -> None:
    """A version deleted again (D) leaves the one before it open, with a later Last Updated."""
    deleted = [row for row in read(demo_ods).lines["SINF"] if row["Transaction Type Code"] == "D"]
    assert deleted
    for row in deleted:
        before = StudentInformation.objects.filter(ssid=row["ssid"]).latest("effective_start_date")
        assert before.effective_end_date is None
        assert before.last_updated.strftime("%Y%m%d") == row["posted_on"] > before.upload_date.strftime("%Y%m%d")
    closed = StudentInformation.objects.filter(effective_end_sent__isnull=True, effective_end_date__isnull=False)
    assert closed.count() >= 5
    assert StaffDemographics.objects.filter(effective_end_date__isnull=False).count() >= 5


def test_old_language_statuses_are_let_in(demo_ods: DemoData) -> None:
    old = EnglishLanguageAcquisition.objects.filter(local_record_id="")
    assert old.exists()
    assert set(old.values_list("academic_year_id", flat=True)) == {""}
    assert not EnglishLanguageAcquisition.objects.filter(academic_year_id="").exclude(local_record_id="").exists()


def test_the_directory_has_the_charter_twice_and_dated_memberships(demo_ods: DemoData) -> None:
    charter = Organization.objects.filter(code="0990019")
    assert set(charter.values_list("kind", flat=True)) == {"LEA", "SCHOOL"}
    spans = SelpaMembership.objects.filter(lea__code="0990019", selpa__code="9901").order_by("since")
    assert [(str(each.since), str(each.until)) for each in spans] == [
        ("2012-07-01", "2025-06-30"),
        ("2027-07-01", "None"),
    ]

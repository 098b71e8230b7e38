"""Fixtures: the small demo in the reference's store, and a folder of its own for the portal's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ods.demo.generator import DemoData
from tests.factories.demo import demo_data, demo_ods
from tests.reference.reading import Directory
from tests.reference.store import Store

__all__ = ["demo_data", "demo_ods", "demo_store", "files_folder"]


@pytest.fixture(autouse=True)
def files_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture(scope="session")
def demo_store(demo_data: DemoData) -> Store:
    """The files of the demo, read by the reference. Tests leave it as it is."""
    store = Store(Directory.of(demo_data.directory))
    for file in demo_data.files:
        outcome = store.load(
            file.path.read_bytes(), posted_on=file.posted_on.strftime("%Y%m%d"), historical=file.historical
        )
        assert not outcome.refused, file.path.name
    for retirement in demo_data.retirements:
        store.retire(retirement.old, retirement.new, f"{retirement.on:%Y%m%d}")
    return store

"""The demo in its default size, read in plain Python."""

from __future__ import annotations

import pytest

from ods.demo.generator import generate
from tests.ods.demo.reading import Posted, read


@pytest.fixture(scope="session")
def posted(tmp_path_factory: pytest.TempPathFactory) -> Posted:
    """What `manage.py demo_data` without options posts."""
    return read(generate(tmp_path_factory.mktemp("default") / "files"))

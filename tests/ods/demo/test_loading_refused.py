"""A demo that cannot be loaded, into an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest

from ods.demo.generator import generate
from ods.demo.loading import DemoRefused, load
from ods.models import Posting

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_a_file_the_loader_refuses_stops_the_demo_and_says_no_value(tmp_path: Path) -> None:
    data = generate(tmp_path / "files", students=120, types=["SDEM"])
    file = data.files[0].path
    first, _, rest = file.read_bytes().decode().partition("\r\n")
    values = first.split("^")
    values[16] = "Q"
    file.write_bytes(("^".join(values) + "\r\n" + rest).encode())
    with pytest.raises(DemoRefused, match=r"1 of \d+ records have errors.*GERR0002 Not in the code set") as refused:
        load(data)
    assert values[11] not in str(refused.value)
    assert not Posting.objects.exists()

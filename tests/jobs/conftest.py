"""What every test of jobs stands on: files in a folder of its own, messages noted instead of sent, an audit spy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts import audit
from jobs import sending
from tests.factories.jobs import job_kind
from tests.factories.people import Cast, make_cast


class Broker:
    """Takes messages as the broker would; `down` makes it refuse them."""

    def __init__(self) -> None:
        self.down = False
        self.job_ids: list[int] = []

    def send_task(self, name: str, kwargs: dict[str, int], **_: Any) -> None:
        if self.down:
            raise ConnectionRefusedError
        assert name == "jobs.run"
        self.job_ids.append(kwargs["job_id"])


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    settings.LEAST_FREE_DISK = 0
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(sending, "current_app", broker)
    return broker


@pytest.fixture
def kind() -> Iterator[None]:
    with job_kind():
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Everything recorded in the audit trail from here on, as it was said."""
    said: list[dict[str, Any]] = []
    record = audit.record

    def spy(**row: Any) -> Any:
        said.append(row)
        return record(**row)

    monkeypatch.setattr(audit, "record", spy)
    return said

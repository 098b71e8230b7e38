"""A district of two schools, with and without a server to send to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ods.models import Organization
from siras_export import transport
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user
from tests.factories.siras import ELEMENTARY, HIGH, entity
from tests.siras_export.district import District
from tests.siras_export.openssh import OpenSsh
from tests.siras_export.sftp import SftpServer


@pytest.fixture
def lea(db: None) -> Organization:
    lea = make_lea("1964733", "Alder Unified")
    make_school(lea, HIGH, "Alder High")
    make_school(lea, ELEMENTARY, "Alder Elementary")
    return lea


@pytest.fixture
def user(lea: Organization) -> Any:
    user = make_user("ada")
    grant(user, "siras_manage", lea)
    return user


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.LEAST_FREE_DISK = 0


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    monkeypatch.setattr(transport, "SECONDS", 2.0)
    server = SftpServer(tmp_path / "siras" / "districts")
    yield server
    server.close()


@pytest.fixture
def district(lea: Organization, user: Any, tmp_path: Path, sftp: SftpServer) -> District:
    """Sends over real SFTP; SIRAS knows its schools."""
    for code in (HIGH, ELEMENTARY):
        entity(lea, code)
    return District(lea, user, tmp_path / "siras", sftp)


@pytest.fixture(scope="session")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    """OpenSSH's own server. Where there is none its tests are skipped, and in CI they fail."""
    program = os.environ.get("SSHD") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("sshd was not found, and with CI set its tests may not be left out.")
        pytest.skip("this machine has no sshd")
    server = OpenSsh(program, tmp_path_factory.mktemp("sshd"))
    yield server
    server.close()


@pytest.fixture
def office(lea: Organization, user: Any, tmp_path: Path) -> District:
    """The pages alone."""
    return District(lea, user, tmp_path / "siras")

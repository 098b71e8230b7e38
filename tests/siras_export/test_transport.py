"""Over a real SFTP server: whole or not at all, to a known server or not at all."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncssh
import pytest

from siras_export import transport
from siras_export.transport import BadKey, Parcel, Target, TransferError, UnknownHostKey, check, deliver, fingerprint
from tests.siras_export.sftp import PASSWORD, SftpServer

NAME = "1964733_demographics.csv"
OLD, NEW = b"yesterday\r\n", b"today \r\n" * 50_000


@pytest.fixture
def server(tmp_path: Path):
    server = SftpServer(tmp_path)
    yield server
    server.close()


def target(server: SftpServer, **changes) -> Target:
    given = {"host": "127.0.0.1", "port": server.port, "username": "1964733", "password": PASSWORD,
             "host_key": server.host_key, **changes}  # fmt: skip
    return Target(**given)


def parcel(data: bytes = NEW, name: str = NAME) -> Parcel:
    return Parcel(name, lambda: io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest())


def bring(server: SftpServer, *parcels: Parcel, since=None, give_up_after: float = 60, **changes) -> list[str]:
    said: list[str] = []
    deliver(target(server, **changes), list(parcels) or [parcel()], say=said.append, tried_since=since,
            give_up_after=give_up_after)  # fmt: skip
    return said


def yesterday(server: SftpServer) -> Path:
    folder = server.root / "1964733"
    folder.mkdir()
    (folder / NAME).write_bytes(OLD)
    return folder / NAME


def test_a_file_gets_its_name_only_when_it_is_whole(server):
    file = yesterday(server)
    said = bring(server)
    assert file.read_bytes() == NEW
    assert server.files("1964733") == [NAME]
    [draft] = server.opened
    assert draft.strip("/").startswith(f"{NAME}.")
    assert draft.endswith(".part")
    assert said == ["Signed in at 127.0.0.1 as 1964733.", f"{NAME}: 400,000 bytes are there under their final name."]


def test_a_server_that_cannot_rename_over_a_file(tmp_path):
    server = SftpServer(tmp_path, posix_rename=False)
    try:
        file = yesterday(server)
        bring(server)
        assert (file.read_bytes(), server.files("1964733")) == (NEW, [NAME])
    finally:
        server.close()


def test_with_a_private_key_and_a_folder(server):
    key = asyncssh.generate_private_key("ssh-ed25519")
    server.keys.append(key.convert_to_public())
    (server.root / "1964733" / "in").mkdir(parents=True)
    text = key.export_private_key("openssh", passphrase="open", rounds=50).decode()
    bring(server, password="", key=text, passphrase="open", folder="in")
    assert (server.root / "1964733" / "in" / NAME).read_bytes() == NEW


@pytest.mark.parametrize("pinned", ["", "another"])
def test_a_server_that_is_not_known_gets_nothing(server, pinned):
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()
    with pytest.raises(UnknownHostKey) as refused:
        bring(server, host_key=" ".join(other.split()[:2]) if pinned else "")
    assert f"ecdsa-sha2-nistp256 {server.fingerprint}" in refused.value.words
    assert ("another host key than the pinned one" if pinned else "is not known here") in refused.value.words
    assert (refused.value.offered, refused.value.again) == (server.host_key, False)
    assert fingerprint(refused.value.offered) == server.fingerprint
    assert server.files("1964733") == []


@pytest.mark.parametrize(
    ("changes", "words", "again"),
    [
        ({"password": "wrong"}, "refused the sign-in of 1964733. Check user name, password or key", False),
        ({"folder": "nowhere"}, "The server has no folder nowhere.", False),
        ({"port": 1}, "The connection to 127.0.0.1 port 1 failed", True),
        ({"host": "no-such-host.invalid"}, "There is no host no-such-host.invalid.", True),
        ({"key": "garbage"}, "This is no private key", False),
    ],
)
def test_what_keeps_it_from_beginning(server, changes, words, again):
    file = yesterday(server)
    with pytest.raises(TransferError) as failed:
        bring(server, **changes)
    assert words in failed.value.words
    assert failed.value.again is again
    assert file.read_bytes() == OLD


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut", "failed or was cut"),
        ("full", "No space left on device"),
        ("slow", "The server is too slow"),
        ("mute", "did not answer"),
    ],
)
def test_what_goes_wrong_in_the_middle_leaves_the_file_of_before(server, monkeypatch, fault, words):
    monkeypatch.setattr(transport, "SECONDS", 1.0)
    file = yesterday(server)
    server.fault, server.faults = fault, 1
    with pytest.raises(TransferError) as failed:
        bring(server, give_up_after=0.5 if fault == "slow" else 60)
    assert words in failed.value.words
    assert failed.value.again
    assert (file.read_bytes(), server.written) == (OLD, [])
    bring(server)  # and afterwards it works
    assert (file.read_bytes(), server.written) == (NEW, [NAME])


def test_what_an_earlier_attempt_brought_is_not_brought_again(server):
    file = yesterday(server)
    began = datetime.now(UTC)
    bring(server)
    assert "an earlier attempt had brought it" in bring(server, since=began)[1]
    assert server.written == [NAME]
    # The same size is not the same file, and neither is the one of the night before.
    bring(server, parcel(NEW.upper()), since=began)
    bring(server, parcel(NEW.upper()), since=datetime.now(UTC) + timedelta(hours=1))
    assert (server.written, file.read_bytes()) == ([NAME] * 3, NEW.upper())


def test_checking_the_connection_sends_nothing(server):
    check(target(server))
    assert (server.connections, server.opened) == (1, [])


def test_secrets_stand_in_no_representation():
    assert "swordfish" not in repr(Target("h", 22, "u", password="swordfish", key="swordfish", passphrase="swordfish"))


def test_host_keys_that_are_none():
    with pytest.raises(BadKey):
        fingerprint("ssh-rsa nonsense")
    assert fingerprint("") == ""

"""Signing in, or not, at OpenSSH's own server. The ten examples against it stand in test_acceptance.py."""

from __future__ import annotations

import hashlib
import io

import asyncssh
import pytest

from siras_export.transport import Parcel, Target, TransferError, UnknownHostKey, deliver

NAME = "1964733_demographics.csv"


def test_only_a_known_server_and_a_known_key_and_then_over_the_file_of_before(openssh, tmp_path):
    (tmp_path / NAME).write_bytes(b"yesterday\r\n")
    data = b"today\r\n" * 50_000
    parcel = Parcel(NAME, lambda: io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest())

    def bring(**changes):
        given = {"host": "127.0.0.1", "port": openssh.port, "username": openssh.username, "folder": str(tmp_path),
                 "key": openssh.client_key, "host_key": openssh.host_key, **changes}  # fmt: skip
        deliver(Target(**given), [parcel], say=lambda words: None)

    with pytest.raises(UnknownHostKey) as unknown:
        bring(host_key="")
    assert openssh.fingerprint in unknown.value.words
    assert unknown.value.offered == openssh.host_key
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    for changes, words in (
        ({"key": stranger}, "refused the sign-in"),
        ({"key": "", "password": "guess"}, "refused the sign-in"),
        ({"folder": f"{tmp_path}/nowhere"}, "has no folder"),
    ):
        with pytest.raises(TransferError) as failed:
            bring(**changes)
        assert words in failed.value.words
    assert (tmp_path / NAME).read_bytes() == b"yesterday\r\n"
    bring()
    assert ((tmp_path / NAME).read_bytes(), [path.name for path in tmp_path.iterdir()]) == (data, [NAME])

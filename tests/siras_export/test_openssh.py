"""The same sending against OpenSSH's own server, where the machine has one."""

from __future__ import annotations

import getpass
import hashlib
import io
import shutil
import socket
import subprocess
import time
from pathlib import Path

import asyncssh
import pytest

from siras_export.transport import Parcel, Target, UnknownHostKey, deliver

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
NAME = "1964733_demographics.csv"


@pytest.mark.skipif(SSHD is None, reason="this machine has no sshd")
def test_openssh_takes_a_file_over_the_one_of_before_and_only_from_who_knows_it(tmp_path: Path) -> None:
    host = asyncssh.generate_private_key("ssh-ed25519")
    client = asyncssh.generate_private_key("ssh-ed25519")
    for name, content in (
        ("host", host.export_private_key("openssh")),
        ("authorized_keys", client.export_public_key("openssh")),
    ):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / NAME).write_bytes(b"yesterday\r\n")
    config = tmp_path / "config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\n"
        f"AuthorizedKeysFile {tmp_path}/authorized_keys\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPidFile none\n"
        "PermitRootLogin yes\nSubsystem sftp internal-sftp\n"
    )
    with (tmp_path / "sshd.log").open("w") as said:
        server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(config)], stdout=said, stderr=said)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "sshd.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
        data = b"today\r\n" * 50_000
        parcel = Parcel(NAME, lambda: io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest())
        given = {
            "host": "127.0.0.1", "port": port, "username": getpass.getuser(), "folder": str(inbox),
            "key": client.export_private_key("openssh").decode(),
        }  # fmt: skip
        with pytest.raises(UnknownHostKey) as refused:
            deliver(Target(**given), [parcel], say=lambda words: None)
        assert str(host.get_fingerprint()) in refused.value.words
        deliver(Target(**given, host_key=refused.value.offered), [parcel], say=lambda words: None)
        assert ((inbox / NAME).read_bytes(), [path.name for path in inbox.iterdir()]) == (data, [NAME])
    finally:
        server.terminate()
        server.wait(60)

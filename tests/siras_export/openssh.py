"""OpenSSH's own server, for one user and one key."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from pathlib import Path

import asyncssh


class OpenSsh:
    """Listens when made. Files lie where the account may write; a profile's folder says where."""

    def __init__(self, program: str, folder: Path) -> None:
        host = asyncssh.generate_private_key("ssh-ed25519")
        client = asyncssh.generate_private_key("ssh-ed25519")
        self.username = getpass.getuser()
        self.client_key = client.export_private_key("openssh").decode()
        self.host_key = " ".join(host.export_public_key().decode().split()[:2])
        self.fingerprint = str(host.get_fingerprint())
        for name, content in (
            ("host", host.export_private_key("openssh")),
            ("authorized_keys", client.export_public_key("openssh")),
        ):
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        if os.geteuid() == 0:  # where a service manager makes it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = folder / "config"
        config.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPidFile none\n"
            "PermitRootLogin yes\nSubsystem sftp internal-sftp\n"
        )
        self._log = folder / "sshd.log"
        with self._log.open("w") as said:
            self._process = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stdout=said, stderr=said)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, self._log.read_text()
                assert time.monotonic() < until
                time.sleep(0.1)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(60)

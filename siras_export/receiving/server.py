"""The emulated SIRAS' SFTP server: a directory for each district, which sees nothing else. Only to try out."""

from __future__ import annotations

import hmac
import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

logger = logging.getLogger(__name__)


class Gatekeeper(paramiko.ServerInterface):
    """Signs districts in by password or by public key."""

    def __init__(self, passwords: dict[str, str], keys: dict[str, list[str]]) -> None:
        self._passwords, self._keys = passwords, keys
        self.user = ""

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        known = self._passwords.get(username, "")
        return self._answer(username, bool(known) and hmac.compare_digest(known.encode(), password.encode()))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._answer(username, f"{key.get_name()} {key.get_base64()}" in self._keys.get(username, []))

    def _answer(self, username: str, right: bool) -> int:
        self.user = username if right else ""
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class Folder(paramiko.SFTPServerInterface):
    """The files of the district that signed in."""

    def __init__(self, server: Any, *args: Any, root: Path, **kwargs: Any) -> None:
        super().__init__(server, *args, **kwargs)
        self._root = root / server.user
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _place(self, path: str) -> Path:
        """Below the district's directory, whatever is asked; links lead nowhere."""
        parts = [part for part in PurePosixPath("/", path).parts if part not in ("/", "..", ".")]
        place: Path = self._root.joinpath(*parts)
        return place

    def canonicalize(self, path: str) -> str:
        inside = self._place(os.path.normpath(path)).relative_to(self._root).as_posix()
        return "/" if inside == "." else f"/{inside}"

    def list_folder(self, path: str) -> Any:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(entry.lstat(), entry.name) for entry in self._place(path).iterdir()
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._place(path).lstat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        place = self._place(path)
        try:
            number = os.open(place, flags | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        mode = "wb" if flags & os.O_WRONLY else "r+b" if flags & os.O_RDWR else "rb"
        stream = os.fdopen(number, mode)
        handle = paramiko.SFTPHandle(flags)
        handle.filename = str(place)  # type: ignore[attr-defined]  # paramiko's own examples set it
        if "w" in mode or "+" in mode:
            handle.writefile = stream  # type: ignore[attr-defined]  # the same
        if "r" in mode:
            handle.readfile = stream  # type: ignore[attr-defined]  # the same
        return handle

    def remove(self, path: str) -> int:
        return self._do(lambda: self._place(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._place(newpath).exists():
            return SFTP_FAILURE
        return self._do(lambda: self._place(oldpath).rename(self._place(newpath)))

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return self._do(lambda: self._place(oldpath).replace(self._place(newpath)))

    @staticmethod
    def _do(work: Callable[[], object]) -> int:
        try:
            work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK


class Server:
    """Listens until it is closed; every connection has a thread of its own."""

    def __init__(
        self,
        *,
        root: Path,
        host_key: paramiko.PKey,
        passwords: dict[str, str],
        keys: dict[str, list[str]] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._root, self._host_key = root, host_key
        self._passwords, self._keys = passwords, keys or {}
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._listen, name="siras-sftp", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        self._transports.append(transport)
        transport.add_server_key(self._host_key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Folder, root=self._root)
        try:
            transport.start_server(server=Gatekeeper(self._passwords, self._keys))
        except (paramiko.SSHException, EOFError, OSError):
            transport.close()
            return
        transport.join()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for transport in self._transports:
            transport.close()
        self._thread.join(10)


def host_key_in(path: Path) -> paramiko.PKey:
    """The server's key, made at the first call and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = paramiko.ECDSAKey.generate()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            key.write_private_key(file)
    return paramiko.ECDSAKey.from_private_key_file(str(path))

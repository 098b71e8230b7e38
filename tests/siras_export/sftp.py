"""A real SFTP server (asyncssh) with a directory for each user, and with whatever can go wrong."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import asyncssh

PASSWORD = "pass phrase"


class SftpServer:
    """Listens in a thread. `fault`: '' or cut, full, slow, mute; it holds for the next `faults` files being written.

    `written`: final names in the order in which they came to be.
    """

    def __init__(self, root: Path, *, posix_rename: bool = True) -> None:
        self.root = root
        self.fault, self.faults = "", 0
        self.written: list[str] = []
        self.opened: list[str] = []
        self.connections = 0
        self.streams: list[Any] = []
        self.open: list[Any] = []
        self.keys: list[Any] = []
        self.posix_rename = posix_rename
        self.key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key().decode().split()[:2])

    @property
    def fingerprint(self) -> str:
        return str(self.key.get_fingerprint())

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _listen(self) -> None:
        server = self

        class Login(asyncssh.SSHServer):
            def connection_made(self, conn: Any) -> None:
                server.connections += 1
                server.open.append(conn)

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return password == PASSWORD

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: Any) -> bool:
                return any(key == known for known in server.keys)

        class Files(asyncssh.SFTPServer):
            def __init__(self, chan: Any) -> None:
                folder = server.root / chan.get_extra_info("username")
                folder.mkdir(parents=True, exist_ok=True)
                self._connection = chan.get_connection()
                super().__init__(chan, chroot=str(folder).encode())

            def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
                if pflags & asyncssh.FXF_WRITE:
                    server.opened.append(path.decode())
                    self._bad = server.fault if server.faults > 0 else ""
                    server.faults -= 1
                file = super().open(path, pflags, attrs)
                server.streams.append(file)  # closed at the end, whatever became of the connection
                return file

            async def write(self, file_obj: Any, offset: int, data: bytes) -> int:
                match self._bad:
                    case "cut" if offset > 0:
                        self._connection.abort()
                        raise asyncssh.SFTPFailure("cut")
                    case "full" if offset > 0:
                        raise asyncssh.SFTPFailure("No space left on device")
                    case "slow":
                        await asyncio.sleep(0.3)
                    case "mute":
                        await asyncio.sleep(3600)
                return super().write(file_obj, offset, data)

            def rename(self, oldpath: bytes, newpath: bytes) -> Any:
                if (server.root / self._connection.get_extra_info("username") / newpath.decode().strip("/")).exists():
                    raise asyncssh.SFTPFailure("there is one")
                server.written.append(newpath.decode().strip("/"))
                return super().rename(oldpath, newpath)

            def posix_rename(self, oldpath: bytes, newpath: bytes) -> Any:
                if not server.posix_rename:
                    raise asyncssh.SFTPOpUnsupported("Operation not supported")
                server.written.append(newpath.decode().strip("/"))
                return super().posix_rename(oldpath, newpath)

        self._acceptor = await asyncssh.create_server(
            Login, "127.0.0.1", 0, server_host_keys=[self.key], sftp_factory=Files, allow_scp=False
        )
        self.port = self._acceptor.get_port()

    def files(self, user: str) -> list[str]:
        """What lies in a user's directory."""
        folder = self.root / user
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def close(self) -> None:
        async def stop() -> None:
            self._acceptor.close()
            await self._acceptor.wait_closed()
            for connection in self.open:
                connection.abort()
                await connection.wait_closed()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for _ in range(10):  # sockets are closed in a turn of the loop of their own
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        for stream in self.streams:
            stream.close()

"""Files on disk: written beside their place, counted and hashed on the way, and put there by rename.

Nothing that lies under its final path is ever half-written; what is unfinished ends in `.part`.
"""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jobs.enums import FailureKind
from jobs.errors import Failed
from jobs.models import JobFile

PART = ".part"
CR_LF = b"\r\n"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BUFFER = 1 << 20

STORAGE_FULL_WORDS = (
    "The storage for files is full, so the file could not be made. Nothing was published. "
    "Tell your administrator, and request the file again once there is room."
)
INCOMPLETE_WORDS = (
    "The file came out incomplete, so it was not published. Request it again; "
    "if that fails too, tell your administrator."
)


def storage_full() -> Failed:
    return Failed(STORAGE_FULL_WORDS, FailureKind.STORAGE_FULL)


def check_free_space() -> None:
    """Raise Failed when less than LEAST_FREE_DISK bytes are left where files go."""
    folder: Path = settings.FILES_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < settings.LEAST_FREE_DISK:
        raise storage_full()


def safe_name(name: str) -> str:
    """A file name any system takes: no folders, control or reserved characters, no leading dots, 150 characters."""
    cleaned = re.sub(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069/\\:*?"<>|]', "_", name).strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = cleaned, "", ""
    return f"{stem[:150]}{dot}{suffix}" or "extract.txt"


class OutputFile:
    """A file of a job while it is being written.

    The builder writes bytes and then sets `rows` to the number of records it says it wrote. The file counts its line
    ends (CR LF) itself, and does not become a file of the job unless the two agree and the disk holds every byte.
    `counted` False is for files that come from outside: their bytes are kept as they are, whatever their lines.
    """

    def __init__(self, *, role: str, download_name: str, counted: bool = True) -> None:
        self.role = role
        self._counted = counted
        self.download_name = safe_name(download_name)
        self.rows: int | None = None
        self.lines = 0
        self.size = 0
        token = secrets.token_hex(20)
        self.path = f"{token[:2]}/{token[2:]}"
        self._place = settings.FILES_DIR / self.path
        self._part = self._place.with_name(self._place.name + PART)
        self._hash = hashlib.sha256()
        self._last = b""
        try:
            # One mode for all folders: `parents=True` alone would give the upper ones the process's default.
            for folder in (settings.FILES_DIR, self._place.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._stream: BinaryIO = open(  # noqa: SIM115 - closed by seal or discard; opener sets the mode
                self._part, "xb", buffering=_BUFFER, opener=lambda path, flags: os.open(path, flags, 0o600)
            )
        except OSError as error:
            raise _as_failure(error) from error

    def write(self, data: bytes) -> int:
        """Append bytes. Raises Failed when the storage is full."""
        try:
            self._stream.write(data)
        except OSError as error:
            raise _as_failure(error) from error
        self._hash.update(data)
        self.size += len(data)
        # A line end may be cut in two by the chunks.
        self.lines += data.count(CR_LF) + (self._last == b"\r" and data[:1] == b"\n")
        self._last = data[-1:] or self._last
        return len(data)

    def seal(self) -> None:
        """Bring every byte to the disk and check what was written. Raises Failed when anything is missing."""
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            size = self._part.stat().st_size
        except OSError as error:
            raise _as_failure(error) from error
        if not self._counted and size == self.size:
            return
        if size != self.size or self.rows != self.lines or self._last not in (b"", b"\n"):
            raise Failed(INCOMPLETE_WORDS, FailureKind.INCOMPLETE)

    def publish(self) -> JobFile:
        """Put a sealed file in its place; the row that makes it visible is the caller's to save."""
        self._part.replace(self._place)
        _sync_folder(self._place.parent)
        return JobFile(
            role=self.role,
            download_name=self.download_name,
            path=self.path,
            size=self.size,
            sha256=self._hash.hexdigest(),
            rows=self.lines if self._counted else 0,
        )

    def discard(self) -> None:
        """Remove what is unfinished. A file in its place is left: `remove` takes that."""
        # Closing flushes, and a full disk would complain again.
        with contextlib.suppress(OSError):
            self._stream.close()
        self._part.unlink(missing_ok=True)


def open_file(path: str) -> BinaryIO:
    """A published file. Raises OSError (FileNotFoundError) when it is not there."""
    stream: BinaryIO = (settings.FILES_DIR / path).open("rb")
    return stream


def remove(path: str) -> None:
    """Remove a published file; nothing happens when it is gone already."""
    (settings.FILES_DIR / path).unlink(missing_ok=True)


def files_older_than(timestamp: float) -> list[str]:
    """Paths, relative to FILES_DIR, of everything that was last written before this time (seconds since 1970)."""
    root: Path = settings.FILES_DIR
    found: list[str] = []
    for folder in root.iterdir() if root.is_dir() else ():
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < timestamp:
                        found.append(str(Path(entry.path).relative_to(root)))
                except FileNotFoundError:
                    continue  # somebody else removed or published it in between
    return found


def _as_failure(error: OSError) -> Exception:
    return storage_full() if error.errno in _FULL else error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

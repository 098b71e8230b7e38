"""Files on disk: whole or not there."""

import errno
import hashlib
import os
import resource
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from jobs import storage
from jobs.enums import FailureKind
from jobs.errors import Failed
from jobs.storage import OutputFile, safe_name


def everything(files: Path) -> list[str]:
    return sorted(str(path.relative_to(files)) for path in files.rglob("*") if path.is_file())


def test_a_file_is_counted_hashed_and_put_in_its_place(files: Path) -> None:
    file = OutputFile(role="extract", download_name="SENR.txt")
    file.write(b"a^b\r\n")
    file.write(b"c^d\r\n")
    file.rows = 2
    file.seal()
    published = file.publish()
    content = b"a^b\r\nc^d\r\n"
    assert (published.rows, published.size, published.sha256) == (2, 10, hashlib.sha256(content).hexdigest())
    assert everything(files) == [published.path]
    assert (files / published.path).read_bytes() == content


def test_nothing_lies_in_the_files_place_before_it_is_published(files: Path) -> None:
    file = OutputFile(role="extract", download_name="SENR.txt")
    file.write(b"a\r\n")
    file.rows = 1
    assert everything(files) == [f"{file.path}.part"]
    file.seal()
    assert everything(files) == [f"{file.path}.part"]
    file.discard()
    assert everything(files) == []


def test_only_the_owner_can_read_files_and_folders(files: Path) -> None:
    mask = os.umask(0)
    try:
        file = OutputFile(role="extract", download_name="SENR.txt")
        file.rows = 0
        file.seal()
        path = files / file.publish().path
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, files)] == [0o600, 0o700, 0o700]


def test_the_place_of_a_file_cannot_be_guessed() -> None:
    files = [OutputFile(role="extract", download_name="same") for _ in range(50)]
    assert len({file.path for file in files}) == 50
    assert {len(file.path) for file in files} == {41}
    for file in files:
        file.discard()


def test_no_bytes_at_all_are_a_whole_file(files: Path) -> None:
    file = OutputFile(role="extract", download_name="SENR.txt")
    file.rows = 0
    file.seal()
    assert (files / file.publish().path).read_bytes() == b""


@pytest.mark.parametrize("cut", range(1, 9))
def test_line_ends_count_however_the_bytes_are_cut(cut: int) -> None:
    content = b"a\r\n\r\nb\r\n\rc\r\n"
    file = OutputFile(role="extract", download_name="x")
    for start in range(0, len(content), cut):
        file.write(content[start : start + cut])
        file.write(b"")
    assert file.lines == 4
    file.discard()


@pytest.mark.parametrize(
    ("content", "rows"),
    [(b"a\r\nb\r\n", 1), (b"a\r\nb\r\n", 3), (b"a\r\n", None), (b"a\r\nb", 1), (b"", 1), (b"a\r\nb\r", 1)],
    ids=["more lines", "fewer lines", "not said", "half a line", "nothing", "half a line end"],
)
def test_a_file_that_is_not_what_its_builder_says_is_incomplete(content: bytes, rows: int | None, files: Path) -> None:
    file = OutputFile(role="extract", download_name="x")
    file.write(content)
    file.rows = rows
    with pytest.raises(Failed) as failure:
        file.seal()
    assert failure.value.kind == FailureKind.INCOMPLETE
    file.discard()
    assert everything(files) == []


class ShortStream:
    """A disk that says it wrote everything and keeps half of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def write(self, data: bytes) -> int:
        self.stream.write(data[: len(data) // 2])
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def test_a_short_write_is_found_although_the_counts_agree() -> None:
    file = OutputFile(role="extract", download_name="x")
    file._stream = ShortStream(file._stream)  # type: ignore[assignment]
    file.write(b"a\r\nb\r\n")
    file.rows = 2
    with pytest.raises(Failed) as failure:
        file.seal()
    assert failure.value.kind == FailureKind.INCOMPLETE
    file.discard()


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_to_be_full_and_nothing_is_left_on_it(tmpfs: Path, settings) -> None:
    settings.FILES_DIR = tmpfs
    file = OutputFile(role="extract", download_name="x")
    with pytest.raises(Failed) as failure:
        file.write(b"x" * 3_000_000)
    assert (failure.value.kind, failure.value.words) == (FailureKind.STORAGE_FULL, storage.STORAGE_FULL_WORDS)
    file.discard()
    assert everything(tmpfs) == []


def test_a_disk_that_is_full_only_when_buffers_are_written_out_is_found_at_the_end(tmpfs: Path, settings) -> None:
    settings.FILES_DIR = tmpfs
    with (tmpfs / "other").open("wb") as other:
        other.write(b"x" * 1_000_000)
    file = OutputFile(role="extract", download_name="x")
    file.write(b"y" * 99_998 + b"\r\n")
    file.rows = 1
    with pytest.raises(Failed) as failure:
        file.seal()
    assert failure.value.kind == FailureKind.STORAGE_FULL
    file.discard()
    assert everything(tmpfs) == ["other"]


def test_a_file_past_the_largest_size_allowed_counts_as_full_storage() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    file = OutputFile(role="extract", download_name="x")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 21, limits[1]))
    try:
        with pytest.raises(Failed) as failure:
            file.write(b"x" * 5_000_000)
        assert failure.value.kind == FailureKind.STORAGE_FULL
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        file.discard()


def test_other_errors_of_the_disk_stay_what_they_are(files: Path, settings) -> None:
    files.write_text("a file where the folder should be")
    with pytest.raises(OSError) as failure:  # noqa: PT011 - the number is what counts
        OutputFile(role="extract", download_name="x")
    assert failure.value.errno in (errno.ENOTDIR, errno.EEXIST)


def test_a_job_does_not_start_on_a_disk_that_is_nearly_full(settings) -> None:
    storage.check_free_space()
    settings.LEAST_FREE_DISK = 1 << 60
    with pytest.raises(Failed) as failure:
        storage.check_free_space()
    assert failure.value.kind == FailureKind.STORAGE_FULL


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("SENR_1964733.txt", "SENR_1964733.txt"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x=1.txt", "a__Set-Cookie_ x=1.txt"),
        ('say "hi".txt', "say _hi_.txt"),
        ("C:\\temp\\a.txt", "C__temp_a.txt"),
        ("...hidden", "hidden"),
        ("Año escolar ñ.txt", "Año escolar ñ.txt"),
        ("evil\u202etxt.exe", "evil_txt.exe"),
        ("", "extract.txt"),
        (" . ", "extract.txt"),
        ("x" * 300 + ".txt", "x" * 150 + ".txt"),
        ("a." + "b" * 300, ("a." + "b" * 300)[:150]),
        ("nul\x00byte", "nul_byte"),
    ],
)
def test_a_download_name_is_safe_on_every_system(given: str, safe: str) -> None:
    assert safe_name(given) == safe

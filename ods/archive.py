"""Archives and spreadsheets as containers: what they are, and one file out of them, with limits before anything opens.

Pure, no Django. The limits hold against archives made to burst (research/libraries 3.4): number of entries, unpacked
size, ratio; what is read is counted too, because what an archive says of itself may be a lie.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from ods.reader import FileRefused

MOST_ENTRIES = 200
MOST_TEXT = 1 << 30
"""Bytes of an unpacked text file."""
MOST_SPREADSHEET = 100 << 20
"""Bytes of a spreadsheet's parts together, unpacked: some 100,000 records."""
MOST_RATIO = 100
_CHUNK = 1 << 20
_END = b"PK\x05\x06"
_TAIL = 22 + (1 << 16)


def is_archive(source: BinaryIO) -> bool:
    source.seek(0)
    head = source.read(4)
    source.seek(0)
    return head in {b"PK\x03\x04", _END}


def is_spreadsheet(source: BinaryIO) -> bool:
    """Whether a file is an XLSX workbook: an archive with a workbook in it."""
    if not is_archive(source):
        return False
    with open_archive(source) as archive:
        found = "xl/workbook.xml" in archive.namelist()
    source.seek(0)
    return found


def open_archive(source: BinaryIO) -> zipfile.ZipFile:
    """An archive that keeps the limits of what it says of itself.

    Raises:
        FileRefused: it is damaged, or does not.
    """
    source.seek(0)
    if _entries(source) > MOST_ENTRIES:
        raise FileRefused(f"The archive holds more than {MOST_ENTRIES} files. Put one file into it.")
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise FileRefused("The archive is damaged or cut off and cannot be opened. Make it again.") from None
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("The archive is encrypted. Make it again without a password.")
    if any(
        entry.file_size > (1 << 20) and entry.file_size > MOST_RATIO * max(entry.compress_size, 1) for entry in entries
    ):
        raise FileRefused(
            "The archive would unpack to more than a hundred times its size. Submit the text file itself."
        )
    return archive


def unpacked_into(source: BinaryIO, sink: BinaryIO) -> str:
    """Unpack an archive's only file into `sink`, which is left at its start; the file's name.

    Raises:
        FileRefused: there is not exactly one file in it, it is too large, or damaged.
    """
    with open_archive(source) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
        if len(files) != 1:
            raise FileRefused(f"The archive holds {len(files)} files. Put exactly one text or XLSX file into it.")
        entry, size = files[0], 0
        try:
            with archive.open(entry) as unpacking:
                while chunk := unpacking.read(_CHUNK):
                    size += len(chunk)
                    if size > MOST_TEXT:
                        raise FileRefused(f"The file in the archive is larger than {MOST_TEXT >> 20:,} MB. Split it.")
                    sink.write(chunk)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            if isinstance(error, OSError) and error.errno:
                raise  # our disk, not their archive
            raise FileRefused("The archive is damaged or cut off and cannot be unpacked. Make it again.") from None
        except zlib.error:
            raise FileRefused("The archive is damaged and cannot be unpacked. Make it again.") from None
    sink.seek(0)
    return entry.filename.rpartition("/")[2]


def _is_litter(name: str) -> bool:
    """What macOS adds to archives."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"


def _entries(source: BinaryIO) -> int:
    """How many entries the archive says it has, read without its directory; 0 if it does not say."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _TAIL))
    tail = source.read()
    source.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        return 0
    (entries,) = struct.unpack_from("<H", tail, at + 10)
    return int(entries)

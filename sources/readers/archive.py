"""The bytes of a snapshot as they are meant: unpacked where it is a gz, bz2 or zip of one file, within limits."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from cuadra.sources.source import SourceError

BYTES_MAX = 2_000_000_000
"""The most that a packed file may grow to: above any data set here, below what fills a disk."""

_CHUNK = 1 << 20
_WORKBOOK_MEMBERS = {"[Content_Types].xml", "mimetype"}


def content(path: Path, name: str, *, most: int = BYTES_MAX) -> bytes:
    """The bytes of a file, unpacked once if it is packed; a workbook, though a zip itself, stays as it is.

    Args:
        path: the snapshot.
        name: the source, for the message.
        most: the most bytes to unpack.

    Raises:
        SourceError: a broken archive, one of several files, or one that grows beyond the limit.
    """
    with path.open("rb") as file:
        head = file.read(4)
    try:
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                return _within(packed, name, most)
        if head.startswith(b"BZh"):
            with bz2.open(path) as packed:
                return _within(packed, name, most)
        if head in {b"PK\x03\x04", b"PK\x05\x06"}:
            return _of_zip(path, name, most)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise SourceError(
            f"{name}: expected a whole archive, got {type(error).__name__}: {str(error)[:80]}. Fetch it again."
        ) from error
    return path.read_bytes()


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an XLSX or ODS workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return bool(_WORKBOOK_MEMBERS & set(book.namelist()))
    except zipfile.BadZipFile:
        return False


def _of_zip(path: Path, name: str, most: int) -> bytes:
    with zipfile.ZipFile(path) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if sum(each.file_size for each in members) > most:
            raise _too_large(name, most)
        if _WORKBOOK_MEMBERS & {each.filename for each in members}:
            return path.read_bytes()
        if len(members) != 1:
            raise SourceError(
                f"{name}: expected a zip of one file, got {len(members)}. Unpack it and feed the right one with --from."
            )
        with archive.open(members[0]) as packed:
            return _within(packed, name, most)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _within(packed: _Readable, name: str, most: int) -> bytes:
    chunks, size = [], 0
    while chunk := packed.read(_CHUNK):  # to ask for `most` at once would take that much memory
        size += len(chunk)
        if size > most:
            raise _too_large(name, most)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(name: str, most: int) -> SourceError:
    return SourceError(f"{name}: expected at most {most:,} bytes unpacked, got more. Is it the right file?")

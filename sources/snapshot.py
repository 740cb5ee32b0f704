"""Snapshots: the exact bytes fetched, kept once under their SHA-256 and never overwritten."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cuadra.sources.source import SourceError


def store(chunks: Iterable[bytes], folder: Path, *, what: str, most: int) -> tuple[Path, str]:
    """Keep bytes as ``<folder>/ab/<sha256>`` and return that file and the SHA-256.

    The file appears whole or not at all: it is written aside, synced, and renamed.

    Raises:
        SourceError: there are more bytes than allowed, or none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as file:
        aside = Path(file.name)
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise SourceError(
                        f"{what}: expected at most {most:,} bytes, got more. "
                        "Raise `bytes_max` of the source if it did grow."
                    )
                digest.update(chunk)
                file.write(chunk)
            if not size:
                raise SourceError(f"{what}: expected some bytes, got none. Try again later, or correct the address.")
            file.flush()
            os.fsync(file.fileno())
            sha256 = digest.hexdigest()
            kept = place(folder, sha256)
            kept.parent.mkdir(exist_ok=True)
            if is_whole(folder, sha256):
                return kept, sha256
            os.replace(aside, kept)  # also over one whose bytes are no longer what its name says
        finally:
            aside.unlink(missing_ok=True)
    return kept, sha256


def place(folder: Path, sha256: str) -> Path:
    """Where the bytes of this SHA-256 are kept."""
    return folder / sha256[:2] / sha256


def is_whole(folder: Path, sha256: str) -> bool:
    """Whether the bytes of this SHA-256 are kept, and still are what their name says."""
    try:
        with place(folder, sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def unfinished(folder: Path, before: datetime) -> Iterator[Path]:
    """The files that a kill left unfinished: begun before a moment, after which one may still be written."""
    for path in folder.glob(".part-*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                yield path

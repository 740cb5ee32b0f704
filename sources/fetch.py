"""Fetch the bytes of a source: a local file, or an address with retries, limits and conditional requests."""

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cuadra.sources import snapshot
from cuadra.sources.address import shown
from cuadra.sources.exchange import Deadline, ExchangeError, get
from cuadra.sources.login import Login
from cuadra.sources.source import Snapshot, SourceError

BYTES_MAX = 500_000_000
_CHUNK = 1 << 16
_AGAIN = {429, 500, 502, 503, 504}


class FetchError(SourceError):
    """Bytes that could not be fetched now; trying again later may help."""


@dataclass(frozen=True)
class Limits:
    """What a fetch may cost, where it may go, and what it says to be let in."""

    bytes_max: int = BYTES_MAX
    seconds: float = 120.0
    tries: int = 3
    wait_seconds: float = 1.0
    allow_private: bool = False
    login: Login | None = None


def fetch(
    where: Path | str,
    folder: Path,
    *,
    now: datetime,
    limits: Limits = Limits(),
    sleep: Callable[[float], None] = time.sleep,
) -> Snapshot:
    """The snapshot of a file or address, kept in the folder; an unchanged one is the one already kept.

    Args:
        where: a path, ``file://`` or ``http(s)://`` address.
        folder: where snapshots are kept.
        now: when, noted in the snapshot.
        limits: size, time, tries, and whether private addresses may be asked.
        sleep: how to wait between tries.

    Raises:
        FetchError: the address did not answer well, after all tries.
        SourceError: it cannot be a source: too large, empty, cut, or of a kind that is not asked.
    """
    text = str(where)
    try:
        text.encode()
        parts = urlsplit(text)
    except ValueError as error:
        what = shown(text).encode("ascii", "backslashreplace").decode()
        raise SourceError(f"{what}: expected a path or a web address, got {error}. Correct it.") from error
    if parts.scheme in {"http", "https"}:
        return _from_address(text, folder, now, limits, sleep)
    if parts.scheme == "file" and parts.netloc not in {"", "localhost"}:
        raise SourceError(
            f"{shown(text)}: expected a file of this machine, got one of {shown(parts.netloc)!r}. Write file:///path."
        )
    path = Path(unquote(parts.path)) if parts.scheme == "file" else Path(text)
    try:
        if not path.is_file():
            raise SourceError(f"{path.name}: expected a file, got none at {path}. Correct the path.")
        size = path.stat().st_size
        if size > limits.bytes_max:
            raise SourceError(
                f"{path.name}: expected at most {limits.bytes_max:,} bytes, got {size:,}. Is it the right file?"
            )
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(_CHUNK), b"")
            kept, sha256 = snapshot.store(chunks, folder, what=path.name, most=limits.bytes_max)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
            raise  # it is our disk that fails, and trying again does not help
        raise FetchError(
            f"{path.name}: expected a file that can be read, got {error.strerror}. Correct its rights."
        ) from error
    return Snapshot(kept, sha256, path.resolve().as_uri(), now)


def _from_address(url: str, folder: Path, now: datetime, limits: Limits, sleep: Callable[[float], None]) -> Snapshot:
    """The snapshot of an address, tried again where that may help; all tries share one deadline."""
    deadline = Deadline(time.monotonic() + limits.seconds)
    for attempt in range(limits.tries):
        try:
            return _once(url, folder, now, limits, deadline)
        except (ExchangeError, FetchError) as error:
            left = deadline.at - time.monotonic()
            if attempt + 1 == limits.tries or left <= 0:
                raise FetchError(f"{shown(url)}: {error}.".replace("..", ".")) from error
            sleep(min(limits.wait_seconds * 2**attempt, left))
    raise FetchError(f"{shown(url)}: expected to try at least once, got tries = 0. Correct the limits.")


def _once(url: str, folder: Path, now: datetime, limits: Limits, deadline: Deadline) -> Snapshot:
    note = folder / "addresses" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
    known = _known(note, folder)
    headers = {"user-agent": "cuadra", "accept-encoding": "gzip, deflate"}
    headers |= {"if-none-match": known["etag"]} if known.get("etag") else {}
    headers |= {"if-modified-since": known["last_modified"]} if known.get("last_modified") else {}
    with get(url, headers, deadline, allow_private=limits.allow_private, login=limits.login) as answer:
        if answer.status == HTTPStatus.NOT_MODIFIED and known:
            kept = snapshot.place(folder, known["sha256"])
            return Snapshot(kept, known["sha256"], shown(url), now, known.get("media_type") or "")
        if answer.status in _AGAIN:
            raise ExchangeError(f"expected 200, got {answer.status}. The server may recover; try again later")
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            had = "with the login that it has" if limits.login else "without a login"
            raise SourceError(
                f"{shown(url)}: expected 200, got {answer.status} {had}. Correct its login (see `login` in "
                "sources/README.md), or ask its owner."
            )
        if answer.status != HTTPStatus.OK:
            raise SourceError(f"{shown(url)}: expected 200, got {answer.status}. Correct the address.")
        path, sha256 = snapshot.store(answer.body, folder, what=shown(url), most=limits.bytes_max)
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        _remember(note, sha256, answer.headers, media_type)
        return Snapshot(path, sha256, shown(url), now, media_type)


def _known(note: Path, folder: Path) -> dict[str, str]:
    """What is remembered of an address, where its bytes are still kept as they were."""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        is_kept = isinstance(known, dict) and snapshot.is_whole(folder, str(known["sha256"]))
    except (OSError, ValueError, KeyError):
        return {}
    return known if is_kept else {}


def _remember(note: Path, sha256: str, headers: Mapping[str, str], media_type: str) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    known = {
        "sha256": sha256,
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "media_type": media_type,
    }
    aside = note.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(known), encoding="utf-8")
    os.replace(aside, note)

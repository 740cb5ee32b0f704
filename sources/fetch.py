"""Fetch the bytes of a source: a local file, or an address with retries, limits and conditional requests."""

import errno
import hashlib
import ipaddress
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from cuadra.sources import snapshot
from cuadra.sources.source import Snapshot, SourceError

BYTES_MAX = 500_000_000
_CHUNK = 1 << 16
_REDIRECTS = 5
_AGAIN = {429, 500, 502, 503, 504}


class FetchError(SourceError):
    """Bytes that could not be fetched now; trying again later may help."""


@dataclass(frozen=True)
class Limits:
    """What a fetch may cost, and where it may go."""

    bytes_max: int = BYTES_MAX
    seconds: float = 120.0
    tries: int = 3
    wait_seconds: float = 1.0
    allow_private: bool = False


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
    parts = urlsplit(text)
    if parts.scheme in {"http", "https"}:
        return _from_address(text, folder, now, limits, sleep)
    path = Path(unquote(parts.path)) if parts.scheme == "file" else Path(text)
    try:
        if not path.is_file():
            raise SourceError(f"{path.name}: expected a file, got none at {path}. Mend the path.")
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
            f"{path.name}: expected a file that can be read, got {error.strerror}. Mend its rights."
        ) from error
    return Snapshot(kept, sha256, path.resolve().as_uri(), now)


def _from_address(url: str, folder: Path, now: datetime, limits: Limits, sleep: Callable[[float], None]) -> Snapshot:
    note = folder / "addresses" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"
    last: Exception | None = None
    for attempt in range(limits.tries):
        if attempt:
            sleep(limits.wait_seconds * 2 ** (attempt - 1))
        try:
            return _once(url, folder, note, now, limits)
        except (httpx.HTTPError, FetchError) as error:
            last = error
            if isinstance(error, FetchError) and error.__cause__ is None and "try again" not in str(error):
                raise
    detail = (
        str(last) if isinstance(last, FetchError) else f"{url}: expected an answer, got {_say(last)}. Try again later."
    )
    raise FetchError(detail) from last


def _once(url: str, folder: Path, note: Path, now: datetime, limits: Limits) -> Snapshot:
    known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    kept = folder / known["sha256"][:2] / known["sha256"] if known else None
    headers = {"user-agent": "cuadra", "accept-encoding": "gzip, deflate"}
    if kept is not None and kept.exists():
        headers |= {"if-none-match": known["etag"]} if known.get("etag") else {}
        headers |= {"if-modified-since": known["last_modified"]} if known.get("last_modified") else {}
    deadline = time.monotonic() + limits.seconds
    with httpx.Client(follow_redirects=False, timeout=min(30.0, limits.seconds), trust_env=True) as client:
        current = url
        for _ in range(_REDIRECTS + 1):
            _allow(current, limits)
            with client.stream("GET", current, headers=headers) as answer:
                if answer.has_redirect_location:
                    current = str(answer.next_request.url) if answer.next_request else ""
                    continue
                if answer.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                    return Snapshot(kept, known["sha256"], url, now, known.get("media_type", ""))
                _check_status(url, answer)
                path, sha256 = snapshot.store(_body(url, answer, deadline), folder, what=url, most=limits.bytes_max)
                media_type = answer.headers.get("content-type", "").partition(";")[0]
                _remember(note, sha256, answer, media_type)
                return Snapshot(path, sha256, url, now, media_type)
    raise FetchError(f"{url}: expected at most {_REDIRECTS} redirects, got more. Mend the address.")


def _check_status(url: str, answer: httpx.Response) -> None:
    if answer.status_code in _AGAIN:
        raise FetchError(f"{url}: expected 200, got {answer.status_code}. The server may recover; try again later.")
    if answer.status_code != httpx.codes.OK:
        raise FetchError(f"{url}: expected 200, got {answer.status_code}. Mend the address.")


def _body(url: str, answer: httpx.Response, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_bytes(_CHUNK):
        if time.monotonic() > deadline:
            raise FetchError(
                f"{url}: expected the whole answer in time, got {size:,} bytes. Too slow; try again later."
            )
        size += len(chunk)
        yield chunk
    promised = answer.headers.get("content-length")
    if promised and "content-encoding" not in answer.headers and size < int(promised):
        raise FetchError(f"{url}: expected {int(promised):,} bytes, got {size:,}. Cut off; try again later.")


def _allow(url: str, limits: Limits) -> None:
    """Refuse what is no web address, and, unless configured, every address inside a private network."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceError(
            f"{url}: expected an http or https address, got {parts.scheme or 'none'!r}. Mend the address."
        )
    if limits.allow_private:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(
            f"{url}: expected a known host, got none. Check the name and the network; try again later."
        ) from error
    for entry in found:
        address = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
        if not address.is_global:
            raise SourceError(
                f"{url}: expected a public address, got {address}. Set CUADRA_ALLOW_PRIVATE if that server is yours."
            )


def _remember(note: Path, sha256: str, answer: httpx.Response, media_type: str) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    known = {
        "sha256": sha256,
        "etag": answer.headers.get("etag"),
        "last_modified": answer.headers.get("last-modified"),
        "media_type": media_type,
    }
    aside = note.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(known), encoding="utf-8")
    os.replace(aside, note)


def _say(error: Exception | None) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0] if error else "none"

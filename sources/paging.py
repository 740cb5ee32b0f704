"""Fetch an API's answer that comes in pages, as one snapshot: the JSON array of its pages."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from cuadra.sources import snapshot
from cuadra.sources.address import shown
from cuadra.sources.exchange import Deadline
from cuadra.sources.fetch import FetchError, Limits, fetch
from cuadra.sources.source import Snapshot, SourceError

PAGES_MAX = 2000


def fetch_pages(
    url: str, folder: Path, *, now: datetime, limits: Limits, sleep: Callable[[float], None] = time.sleep
) -> Snapshot:
    """The snapshot of all pages: each page asked for by ``page=N``, as many as the first says there are.

    The same pages give the same snapshot, so that an unchanged answer is an unchanged source.

    Raises:
        FetchError: a page did not answer well, or the answer changed while it was being read.
        SourceError: a page is no JSON with ``totalPages`` and ``pageNumber``, or there are too many.
    """
    pages: list[bytes] = []
    total, room = 1, limits.bytes_max
    deadline = Deadline(time.monotonic() + limits.seconds)
    for number in range(1, PAGES_MAX + 2):
        if number > total:
            break
        address = _page(url, number)
        try:
            ours = replace(limits, seconds=deadline.left(), bytes_max=room)
        except TimeoutError as error:
            raise FetchError(
                f"{shown(url)}: expected all of {total} pages in time, got {len(pages)}. Too slow; try again later."
            ) from error
        body = fetch(address, folder, now=now, limits=ours, sleep=sleep).path.read_bytes()
        room -= len(body)
        said, total_now = _numbers(shown(address), body)
        if said != number or (number > 1 and total_now != total):
            raise FetchError(
                f"{shown(address)}: expected page {number} of {total}, got page {said} of {total_now}. "
                "The answer changed meanwhile; try again later."
            )
        total = total_now
        pages.append(body)
    what = f"{shown(url)}, {len(pages)} pages"
    kept, sha256 = snapshot.store([b"[", b",".join(pages), b"]"], folder, what=what, most=limits.bytes_max)
    return Snapshot(kept, sha256, shown(url), now, "application/json")


def _page(url: str, number: int) -> str:
    try:
        return str(httpx.URL(url).copy_merge_params({"page": str(number)}))
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(f"{shown(url)}: expected a web address, got {error}. Correct the address.") from error


def _numbers(address: str, body: bytes) -> tuple[int, int]:
    """Which page this is, of how many."""
    try:
        page: Any = json.loads(body)
        number, total = int(page["pageNumber"]), int(page["totalPages"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SourceError(
            f"{address}: expected JSON with pageNumber and totalPages, got {body[:40]!r}. Correct the address."
        ) from error
    if not 1 <= total <= PAGES_MAX:
        raise SourceError(f"{address}: expected 1 to {PAGES_MAX} pages, got {total}. Ask for larger pages.")
    return number, total
